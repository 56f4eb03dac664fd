"""The witness at work: judges a log's request, remembers, and only then cosigns."""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from api import Misconfigured
from api.config import Settings
from api.witness.state import Seen, State
from crypto.keys import PrivateKey
from crypto.mldsa import QuantumKey
from crypto.notes import Cosigner, Verifier, attach, signature_line, split
from ledger import NotFound, Tampered, witnessing
from ledger.witnessing import Offered

ED25519_KEY, QUANTUM_KEY = "witness", "witness-quantum"
STATE = "witness.sqlite3"

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Witness:
    """Two keys under one name, and the memory they are bound to."""

    name: str
    keys: tuple[PrivateKey, QuantumKey]
    state: State

    @property
    def verifiers(self) -> tuple[Verifier, ...]:
        return tuple(each.verifier for each in self._cosigners(1))

    def add_checkpoint(self, body: bytes, *, now: datetime) -> bytes:
        """Our lines under the checkpoint in this request; else the refusals of `judge`."""
        request = witnessing.decode_request(body)
        trusted = self.state.trusted()
        offered = witnessing.read(request, trusted)
        new = offered.checkpoint
        before = self.state.seen(new.origin)
        known = before.checkpoint if before else None
        # A clock that was set back must not make an earlier time tell of a larger tree.
        at = max(int(now.timestamp()), before.time if before else 0)
        if witnessing.contradicts(new, known):
            self._keep(offered, at)
        try:
            witnessing.judge(request, trusted, known)
        except Tampered:
            self._keep(offered, at)
            raise
        lines = self._sign(offered, at)
        after = Seen(checkpoint=new, note=attach(offered.note, lines), time=at)
        self.state.advance(before, after)
        _LOG.info("cosigned %s at size %d, before %d", new.origin, new.size, request.old)
        return "".join(line + "\n" for line in lines).encode()

    def shown(self, place: str) -> bytes:
        """What we last cosigned of a log, for whoever compares."""
        note = self.state.shown(place)
        if note is None:
            raise NotFound("we have cosigned nothing of such a log")
        return note

    def _keep(self, offered: Offered, at: int) -> None:
        origin, size = offered.checkpoint.origin, offered.checkpoint.size
        _LOG.error("%s does not continue what we saw: kept what it signed at %d", origin, size)
        self.state.keep_evidence(origin, offered.note, at)

    def _sign(self, offered: Offered, at: int) -> list[str]:
        text, _ = split(offered.note)
        return [signature_line(text, each) for each in self._cosigners(at)]

    def _cosigners(self, at: int) -> Sequence[Cosigner]:
        return [Cosigner(name=self.name, key=key, time=at) for key in self.keys]


def found(settings: Settings, name: str) -> Witness:
    """Make a witness: its keys and its empty memory. Nothing that exists is changed."""
    password = settings.key_password()
    state = State(settings.home / STATE)
    ed25519, quantum = PrivateKey.generate(), QuantumKey.generate()
    witness = Witness(name=name, keys=(ed25519, quantum), state=state)
    vkeys = [each.vkey for each in witness.verifiers]  # refuses a name that can't be one
    # The keys first: a memory without keys could not be told from one whose keys were lost.
    ed25519.save(_free(settings.key_path(ED25519_KEY)), password)
    quantum.save(_free(settings.key_path(QUANTUM_KEY)), password)
    state.create(name, vkeys)
    return witness


def opened(settings: Settings) -> Witness:
    """The witness of this home; Misconfigured when keys and memory do not belong together."""
    state = State(settings.home / STATE)
    name, vkeys = state.identity()
    password = settings.key_password()
    keys = (
        PrivateKey.load(settings.key_path(ED25519_KEY), password),
        QuantumKey.load(settings.key_path(QUANTUM_KEY), password),
    )
    witness = Witness(name=name, keys=keys, state=state)
    if [each.vkey for each in witness.verifiers] != vkeys:
        raise Misconfigured(f"{state.path} belongs to other keys than those in this home")
    return witness


def _free(path: Path) -> Path:
    if path.exists():
        raise Misconfigured(f"{path} exists: a witness is founded once, with keys of its own")
    return path
