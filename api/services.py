"""What a running node consists of: database, keys and the sequencer, opened from the settings."""

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Engine

from api import guarding
from api.config import Settings, clock
from api.places import Place, read_places
from crypto.keys import PrivateKey
from crypto.notes import Signer
from ledger import databases, store
from ledger.admission import Desk
from ledger.sequencer import Sequencer

HUB_KEY = "hub"
LOG_KEY = "log"


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


def open_services(settings: Settings, *, now: Callable[[], datetime] = clock) -> Services:
    """Open an initialised node; NotFound before `shield init`, Untrusted for a wrong password."""
    engine = databases.connect(settings.database_url)
    with databases.reading(engine) as session:
        origin = store.head(session).origin
    password = settings.key_password()
    log_key = PrivateKey.load(settings.key_path(LOG_KEY), password)
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
