"""A small world: seven countries with their agencies enrolled in a ledger, and a clock to turn.

`world.post(body, agency)` goes through the front door as an agency's back office would.
"""

import hashlib
import random
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from typing import Any

from sqlalchemy import Engine
from sqlmodel import Session

from crypto import CryptoError
from crypto.keys import PrivateKey
from crypto.notes import Signer
from ledger import LedgerError, databases, store
from ledger.admission import Admission, Desk, Outcome
from ledger.reads.book import Recorder
from ledger.roster import HUB, Role, Roster, root_of
from ledger.sequencer import Sequencer
from tests import factories
from tests.factories import HONEST, ORIGIN, Journey, Step

NOON = datetime(2026, 11, 24, 12, 0, tzinfo=UTC)
COUNTRIES = ("NL", "KE", "EG", "DE", "BE", "ZA", "CN")
AGENCIES: dict[str, tuple[Role, ...]] = {
    "CNA": (Role.AUTHORITY, Role.LICENSING),
    "AUTHORITY": (Role.AUTHORITY,),
    "LICENSING": (Role.LICENSING,),
    "CUSTOMS": (Role.CUSTOMS,),
    "POLICE": (Role.POLICE,),
    "LAB": (Role.LABORATORY,),
}


@dataclass
class Clock:
    """A clock that stands still until a test turns it."""

    now: datetime = NOON

    def __call__(self) -> datetime:
        return self.now


@dataclass(kw_only=True)
class World:
    """One node's process on a database, and every agency that posts to it."""

    engine: Engine
    origin: str
    clock: Clock
    desk: Desk
    sequencer: Sequencer
    hub_key: PrivateKey = field(default_factory=lambda: factories.key_for(HUB))

    @classmethod
    def on(
        cls, engine: Engine, *, origin: str = ORIGIN, clock: Clock | None = None, seed: int = 0
    ) -> "World":
        """A process that has just been started on this database."""
        turned = clock or Clock()
        desk = Desk(signer=log_signer(origin), random=random.Random(seed).randbytes)
        sequencer = Sequencer(engine=engine, desk=desk, clock=turned)
        return cls(engine=engine, origin=origin, clock=turned, desk=desk, sequencer=sequencer)

    def restarted(self, engine: Engine | None = None, *, seed: int = 1) -> "World":
        """Another process on the same database, which remembers nothing."""
        return World.on(engine or self.engine, origin=self.origin, clock=self.clock, seed=seed)

    @cached_property
    def reads(self) -> Recorder:
        """The way into the log of reads."""
        return Recorder(
            engine=self.engine,
            origin=self.origin,
            key=log_signer(self.origin).key,
            clock=self.clock,
            random=random.Random(2).randbytes,
        )

    def passes(self, **much: float) -> datetime:
        """Let time pass: `days=`, `hours=` or `minutes=`."""
        self.clock.now += timedelta(**much)
        return self.clock.now

    def statement(
        self,
        body: dict[str, Any],
        agency: str = "NL-CUSTOMS",
        *,
        jti: str | None = None,
        iat: int | None = None,
        key: PrivateKey | None = None,
    ) -> bytes:
        """What the agency signs now; the same body at the same moment has the same bytes."""
        issued = int(self.clock.now.timestamp()) if iat is None else iat
        return factories.statement(
            body,
            agency=agency,
            origin=self.origin,
            jti=jti or jti_of(body, agency, issued),
            iat=issued,
            key=key,
        )

    def submit(self, statements: Sequence[bytes]) -> list[Outcome]:
        return self.sequencer.submit(statements)

    def post(
        self,
        body: dict[str, Any],
        agency: str = "NL-CUSTOMS",
        *,
        jti: str | None = None,
        key: PrivateKey | None = None,
    ) -> Admission:
        """Sign and submit one body; a refusal is raised."""
        return self.admitted([self.statement(body, agency, jti=jti, key=key)])[0]

    def admitted(self, statements: Sequence[bytes]) -> list[Admission]:
        """Submit statements that all must come in; the first refusal is raised."""
        admissions = []
        for outcome in self.submit(statements):
            if isinstance(outcome, LedgerError | CryptoError):
                raise outcome
            admissions.append(outcome)
        return admissions

    def live(self, journey: Journey = HONEST, steps: Iterable[Step] = ()) -> list[Admission]:
        """Post a whole honest journey, each step an hour after it happened."""
        posted = []
        for step in steps or factories.journey_bodies(journey):
            stated = datetime.fromisoformat(step.body["occurred_at"]) + timedelta(hours=1)
            self.clock.now = max(self.clock.now, stated)
            iat = int(stated.timestamp())
            posted += self.admitted([self.statement(step.body, step.agency, iat=iat)])
        return posted

    def roster(self) -> Roster:
        with databases.reading(self.engine) as session:
            return self.desk.registry.current(session)

    @property
    def size(self) -> int:
        with databases.reading(self.engine) as session:
            return store.head(session).size


def jti_of(body: dict[str, Any], agency: str, issued: int) -> str:
    """A statement's id, which follows from who states what and when."""
    said = hashlib.sha256(repr((agency, sorted(body.items()))).encode()).digest()
    return factories.uuid7(issued * 1000, int.from_bytes(said[:7]))


def log_signer(origin: str = ORIGIN) -> Signer:
    return Signer(name=origin, key=factories.key_for(origin))


def founded(
    engine: Engine, countries: Sequence[str] = COUNTRIES, names: Iterable[str] = AGENCIES
) -> None:
    """Open the log on an empty database and enrol every country's agencies."""
    databases.create_tables(engine)
    world = World.on(engine)
    with databases.writing(engine) as session:
        store.begin(session, world.origin)
    world.post(factories.genesis(countries, origin=world.origin), HUB)
    world.admitted(
        [
            world.statement(enrolment(f"{country}-{name}"), root_of(country))
            for country in countries
            for name in names
        ]
    )


class _PowerCut(Exception):
    """It went dark before the commit."""


@contextmanager
def abandoned(engine: Engine, book: str = store.BOOK) -> Iterator[Session]:
    """A writing transaction whose process dies before it commits."""
    with suppress(_PowerCut), databases.writing(engine, book) as session:
        yield session
        raise _PowerCut


def enrolment(agency: str) -> dict[str, Any]:
    return factories.enrolment(agency, AGENCIES[agency[3:]], origin=ORIGIN)
