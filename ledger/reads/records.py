"""What is written of one read, and its form: a JWS (RFC 7515) under the ledger's own log key.

Never what was shown, only of what: references of shipments, ids of alerts, indexes of entries. What
was asked for is kept as salted hashes: whoever holds a record can test a suspicion, and nobody can
list what was typed.
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from crypto import Malformed, canonical, jws
from crypto.canonical import Json
from crypto.encodings import b64u_decode, b64u_encode
from crypto.keys import PrivateKey, PublicKey
from ledger import Invalid
from ledger.entries import MAX_BYTES
from ledger.reads.purposes import Purpose

TYPE: Final = "shield-read+jwt"
SALT_SIZE: Final = 16

Subject = tuple[str, str]  # (`shipment` | `alert` | `entry`, its id)

_NEEDED = {"agency", "asked", "channel", "operation", "purpose", "salt", "shown"}
_OPTIONAL = {"case", "key", "person"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Read:
    """One read as it happens. `asked` has the words of the question; they are hashed on the way."""

    agency: str
    purpose: Purpose
    channel: str
    operation: str
    shown: Sequence[Subject]
    asked: Mapping[str, str] = field(default_factory=dict)
    key: str | None = None
    person: str | None = None  # the pseudonym of who read at the console


@dataclass(frozen=True, kw_only=True, slots=True)
class Recorded:
    """A read as its record tells it."""

    agency: str
    purpose: Purpose
    channel: str
    operation: str
    shown: frozenset[Subject]
    asked: Mapping[str, str]
    key: str | None
    salt: bytes
    person: str | None = None

    def asks(self, name: str, value: str) -> bool:
        """Whether this was the question: for who suspects it."""
        return self.asked.get(name) == concealed(self.salt, name, value)


def concealed(salt: bytes, name: str, value: str) -> str:
    """The hash under which one part of a question is kept."""
    said = salt + name.encode() + b"\x00" + value.encode(errors="surrogatepass")
    return b64u_encode(hashlib.sha256(said).digest())


def wrap(read: Read, key: PrivateKey, *, salt: bytes) -> str:
    """The record of a read, signed."""
    shown: dict[str, list[str]] = {}
    for about, subject in sorted(set(read.shown)):
        shown.setdefault(about, []).append(subject)
    said: dict[str, Json] = {
        "agency": read.agency,
        "asked": {name: concealed(salt, name, value) for name, value in read.asked.items()},
        "channel": read.channel,
        "operation": read.operation,
        "purpose": read.purpose.sort,
        "salt": b64u_encode(salt),
        "shown": {about: list(subjects) for about, subjects in shown.items()},
    }
    if read.purpose.case is not None:
        said["case"] = read.purpose.case
    if read.key is not None:
        said["key"] = read.key
    if read.person is not None:
        said["person"] = read.person
    return jws.sign({"kid": key.kid, "typ": TYPE}, canonical.encode(said), key)


def unwrap(record: str, key: PublicKey) -> Recorded:
    """Read a record back: Malformed or BadSignature where this key did not make it."""
    signed = jws.split(record, max_bytes=MAX_BYTES)
    if signed.header != {"alg": key.alg, "kid": key.kid, "typ": TYPE}:
        raise Malformed("this is no record of a read under the log's key")
    jws.check(signed, key)
    said = canonical.read(signed.payload, max_bytes=MAX_BYTES)
    if not isinstance(said, dict) or not _NEEDED <= said.keys() <= _NEEDED | _OPTIONAL:
        raise Malformed("a record of a read has other members")
    try:
        return _recorded(said)
    except (AttributeError, TypeError, Invalid) as error:
        raise Malformed(f"a record of a read has wrong values: {error}") from error


def _recorded(said: dict[str, Json]) -> Recorded:
    shown, asked, salt = said["shown"], said["asked"], said["salt"]
    texts = [said[name] for name in ("agency", "channel", "operation", "purpose", "salt")]
    if not all(isinstance(text, str) for text in texts):
        raise TypeError("texts are expected")
    return Recorded(
        agency=said["agency"],
        purpose=Purpose(sort=said["purpose"], case=said.get("case")),
        channel=said["channel"],
        operation=said["operation"],
        shown=frozenset((about, each) for about, ids in shown.items() for each in ids),
        asked=dict(asked),
        key=said.get("key"),
        salt=b64u_decode(salt),
        person=said.get("person"),
    )
