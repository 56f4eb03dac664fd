"""A monitor: follows a log and tells of every statement that was made in one agency's name.

Also of registry statements about the agency: a key that somebody else added speaks in its name
tomorrow. Where the watch is, it remembers in a file, and only after it has told: what was told when
it died is told again.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api import Misconfigured, pins
from api.continuity import BadProof
from api.following import START, Log, Position, Stretch, follow
from api.pins import LastSeen
from crypto import Malformed, sdjwt
from crypto.encodings import b64_decode, b64_encode
from ledger import entries
from ledger.merkle import Frontier


@dataclass(frozen=True, kw_only=True)
class Sighting:
    """A statement by the agency or about it. `kind` is known where the statement is public."""

    index: int
    jti: str
    issuer: str
    issued_at: int
    recorded_at: datetime
    kid: str
    kind: str | None = None


@dataclass(frozen=True, kw_only=True)
class Watch:
    """One agency's eye on a log."""

    log: Log
    seen: LastSeen
    memory: Path
    agency: str

    def look(self) -> Iterator[Sighting]:
        """Everything new; an alarm of `api.continuity` when the log does not go on from before."""
        newest = follow(self.log, self.seen).checkpoint
        for stretch in self.log.read_on(self.position(), newest):
            yield from _sightings(stretch, self.agency)
            self._remember(stretch.after)

    def position(self) -> Position:
        """Where the watch has come to."""
        if not self.memory.exists():
            return START
        members = pins.read(self.memory)
        try:
            return Position(
                frontier=Frontier.decode(b64_decode(members["frontier"])),
                last=b64_decode(members["last"]),
            )
        except (KeyError, TypeError, AttributeError, Malformed) as error:
            raise Misconfigured(f"{self.memory} does not say where the watch was") from error

    def _remember(self, position: Position) -> None:
        members = {
            "frontier": b64_encode(position.frontier.encode()),
            "last": b64_encode(position.last),
        }
        pins.write(self.memory, members)


def _sightings(stretch: Stretch, agency: str) -> Iterator[Sighting]:
    for index, data in enumerate(stretch.entries, stretch.before.size):
        entry = entries.decode(data)
        try:
            parsed = sdjwt.split(f"{entry.jwt}~".encode(), complete=False)
        except Malformed as error:
            raise BadProof(f"entry {index} holds no statement: {error}") from error
        if agency in (parsed.issuer, parsed.payload.get("agency")):
            kind = parsed.payload.get("kind")
            yield Sighting(
                index=index,
                jti=parsed.jti,
                issuer=parsed.issuer,
                issued_at=parsed.issued_at,
                recorded_at=entry.time,
                kid=parsed.kid,
                kind=kind if isinstance(kind, str) else None,
            )
