"""A fresh ledger with its cast: participants, agencies, lists, and where alerts are mailed to."""

from collections.abc import Callable, Iterator, Mapping
from datetime import datetime

from alerts import recipients
from alerts.recipients import Recipient
from api import bootstrap, schema, storage
from api.bootstrap import Founder
from api.client import sign
from api.config import Settings
from api.services import Services, open_services
from crypto import CryptoError
from crypto.canonical import Json
from ledger import LedgerError, databases
from ledger.roster import HUB, root_of
from ledger.states import moment
from seed import reference
from seed.pic import pic_programme
from seed.world import AGENCIES, World, stream

ORIGIN = "demo.invalid/shield"


def founded(settings: Settings, world: World, *, now: datetime) -> Services:
    """Found the log as `shield init` does, and open the node."""
    bootstrap.make_home(settings, stream(world.secret, "home"))
    _keep_keys(settings, world)
    engine = storage.connect(settings)
    schema.upgrade(engine)
    random = stream(world.secret, "genesis")
    bootstrap.found(
        settings, engine, origin=world.origin, founders=(), bare=False, now=now, random=random
    )
    engine.dispose()
    return open_services(settings)


def enrolled(node: Services, world: World, *, now: datetime, done: Callable[[int], None]) -> None:
    """Enrol every country with its agencies and put the release's chemicals on a list of theirs.

    Each step needs the one before it in the log.
    """
    for step in (participants(world, now), agencies(world, now), _lists(world, now)):
        outcomes = node.sequencer.submit(list(step))
        for outcome in outcomes:
            if isinstance(outcome, LedgerError | CryptoError):
                raise outcome
        done(len(outcomes))


def enrolments(world: World) -> int:
    """How many statements it takes to enrol everybody."""
    return len(world.countries) * (1 + len(AGENCIES)) + len(reference.pic_substances())


def mailed(node: Services, world: World) -> None:
    """Every country's authority, and the hub's own desk, get alerts by e-mail."""
    with databases.writing(node.engine) as session:
        for agency in (HUB, *(f"{country}-CNA" for country in world.countries)):
            recipients.add(session, Recipient(agency=agency, channel="email", address=desk(agency)))


def desk(agency: str) -> str:
    """The address of an agency's duty desk."""
    return f"{agency.lower()}@demo.example"


def _keep_keys(settings: Settings, world: World) -> None:
    """The keys of the cast, where commands of this node look for them."""
    password = settings.key_password()
    hub, log = (settings.key_path(name) for name in ("hub", "log"))
    world.key(HUB).save(hub, password)
    world.key(world.origin).save(log, password)
    for country in world.countries:
        world.key(root_of(country)).save(bootstrap.root_path(settings, country), password)
        for name in AGENCIES:
            agency = f"{country}-{name}"
            world.key(agency).save(bootstrap.agency_path(settings, agency), password)


def participants(world: World, now: datetime) -> Iterator[bytes]:
    for country in world.countries:
        founder = Founder(country=country, name=reference.countries()[country].name)
        claims = bootstrap.root_claims(founder, world.claims(root_of(country)))
        body = {"kind": "participant.added", "occurred_at": moment(now), "participant": claims}
        yield _signed(world, body, HUB, now)


def agencies(world: World, now: datetime) -> Iterator[bytes]:
    for country in world.countries:
        for body in world.enrolments(country, moment(now)):
            yield _signed(world, body, root_of(country), now)


def _lists(world: World, now: datetime) -> Iterator[bytes]:
    for body in pic_programme(now):
        yield _signed(world, body, HUB, now)


def _signed(world: World, body: Mapping[str, Json], agency: str, now: datetime) -> bytes:
    return sign(
        body,
        agency=agency,
        origin=world.origin,
        key=world.key(agency),
        now=now,
        random=stream(world.secret, f"{agency}/{sorted(body.items())}"),
    )
