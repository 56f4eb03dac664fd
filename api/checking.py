"""What the checker needs of a node: its database, keys and ways out, as `alerts` takes them."""

import functools
from collections.abc import Callable, Mapping
from datetime import datetime

from sqlalchemy import Engine

from alerts.channels import configured
from alerts.company import Bar
from alerts.cursor import cursor
from alerts.delivery import Post
from alerts.rules.places import Place
from alerts.scan import Ended, Report, Scanner, step, until_idle
from alerts.schedule import Works
from api import watchlists
from api.config import Settings
from api.services import Services
from ledger import databases, store
from seed import reference


def scanner(node: Services) -> Scanner:
    """The checker; Misconfigured names what is wrong in the participants' own lists."""
    return Scanner(
        engine=node.engine,
        desk=node.sequencer.desk,
        hub_key=node.hub_key,
        private=watchlists.read(node.settings.private_rules),
        places=place,
        bar=bar(node.settings),
    )


def waiting(engine: Engine) -> int:
    """How many entries the checker has not looked at yet."""
    with databases.reading(engine) as session:
        return store.head(session).size - cursor(session).watermark


def scan_all(
    scanner: Scanner, clock: Callable[[], datetime], done: Callable[[int], object]
) -> Report:
    """Step until there is nothing to do; what the checker states is looked at too."""
    report = Report(ended=Ended.IDLE)
    for taken in until_idle(lambda: step(scanner, now=clock())):
        report = report.plus(taken)
        done(taken.entries)
    return report


def place(code: str) -> Place | None:
    """Where a UN/LOCODE is, from the reference data."""
    return _places().get(code)


@functools.cache
def _places() -> Mapping[str, Place]:
    return {
        port.locode: Place(lat=port.lat, lon=port.lon, country=port.country)
        for port in reference.ports()
        if port.lat is not None and port.lon is not None
    }


def post(node: Services) -> Post:
    """Delivery over the channels that the settings set up; alerts.Misconfigured names a fault."""
    return Post(
        engine=node.engine,
        clock=node.clock,
        channels=configured(channel_settings(node.settings)),
        reads=node.reads,
        public_url=node.settings.public_url,
    )


def works(node: Services) -> Works:
    """All that the scheduled jobs need."""
    return Works(
        engine=node.engine,
        desk=node.sequencer.desk,
        hub_key=node.hub_key,
        clock=node.clock,
        channels=configured(channel_settings(node.settings)),
        reads=node.reads,
        public_url=node.settings.public_url,
        private=watchlists.read(node.settings.private_rules),
        places=place,
        bar=bar(node.settings),
    )


def bar(settings: Settings) -> Bar:
    """From which probability on an alert is raised, as the operator set it."""
    return Bar(prevalence=1 / settings.one_in, open_at=settings.alert_percent / 100)


def channel_settings(settings: Settings) -> dict[str, str]:
    """The settings that channels pick their own keys from."""
    said: dict[str, str] = {}
    if settings.smtp_url:
        said |= {"email_url": settings.smtp_url, "email_from": settings.mail_from}
    if settings.mail_directory:
        said["file_directory"] = str(settings.mail_directory)
    return said
