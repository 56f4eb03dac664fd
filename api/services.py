"""What a running node consists of: database, keys and the sequencer, opened from the settings."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property

from sqlalchemy import Engine

from api import Misconfigured, guarding, storage
from api.config import Settings, clock
from api.places import Place, read_places
from crypto.keys import PrivateKey
from crypto.mldsa import QuantumKey, is_supported
from crypto.notes import Scheme, Signer, Verifier
from ledger import databases, store
from ledger.admission import Desk
from ledger.reads.book import Recorder
from ledger.roster import Roster
from ledger.sequencer import Sequencer

HUB_KEY = "hub"
LOG_KEY = "log"
QUANTUM_KEY = "log-quantum"


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What can show a log: a node, or a mirror's copy. It holds no key and adds nothing."""

    settings: Settings
    engine: Engine
    origin: str
    clock: Callable[[], datetime]


@dataclass(frozen=True, kw_only=True)
class Services(Copy):
    """A node that can append: it holds the log's key and the hub's."""

    hub_key: PrivateKey
    sequencer: Sequencer
    places: tuple[Place, ...] = ()

    @cached_property
    def reads(self) -> Recorder:
        """The way into the log of reads, which the log's key signs too."""
        desk = self.sequencer.desk
        return Recorder(
            engine=self.engine,
            origin=self.origin,
            key=desk.signer.key,
            clock=self.clock,
            random=desk.random,
        )


def open_services(settings: Settings, *, now: Callable[[], datetime] = clock) -> Services:
    """Open an initialised node; NotFound before `shield init`, Untrusted for a wrong password."""
    engine = storage.connect(settings)
    with databases.reading(engine) as session:
        origin = store.head(session).origin
    password = settings.key_password()
    device = storage.device_key(settings)
    log_key = device or PrivateKey.load(settings.key_path(LOG_KEY), password)
    signer = Signer(name=origin, key=log_key)
    places = read_places(settings.witnesses)
    desk = Desk(
        signer=signer,
        random=secrets.token_bytes,
        guard=guarding.guard(engine, signer.verifier, places),
    )
    return Services(
        settings=settings,
        engine=engine,
        origin=origin,
        hub_key=PrivateKey.load(settings.key_path(HUB_KEY), password),
        sequencer=Sequencer(engine=engine, desk=desk, clock=now),
        clock=now,
        places=places,
    )


def quantum_key(settings: Settings) -> QuantumKey | None:
    """The log's second key, from its file or made now; None where the library has no ML-DSA."""
    if not is_supported():
        return None
    path, password = settings.key_path(QUANTUM_KEY), settings.key_password()
    if not path.exists():
        QuantumKey.generate().save(path, password)
    return QuantumKey.load(path, password)


def quantum_verifier(origin: str, key: QuantumKey) -> Verifier:
    """The second key under the log's name: a log has both."""
    return Verifier(name=origin, key=key.public, scheme=Scheme.TREE_COSIGNATURE)


def pledged_quantum_key(settings: Settings, roster: Roster) -> QuantumKey | None:
    """The second key to sign with: the very one that entry 0 names, where it names one.

    A ledger founded without one makes it at first use, and clients learn it from their pin.
    """
    if roster.quantum_key and not settings.key_path(QUANTUM_KEY).is_file():
        raise Misconfigured(f"there is no key file {settings.key_path(QUANTUM_KEY)}")
    key = quantum_key(settings)
    if key is not None and roster.quantum_key:
        made = quantum_verifier(roster.origin, key).vkey
        if made != roster.quantum_key:
            raise Misconfigured(f"{settings.key_path(QUANTUM_KEY)} is not the key of entry 0")
    return key
