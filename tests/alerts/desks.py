"""What tests of alerts share: a checker beside the world, and desks that want mail."""

import random
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Self

from sqlalchemy import select

from alerts import Undeliverable, outbox, recipients
from alerts.channels import Settings
from alerts.company import Bar
from alerts.delivery import Post, deliver
from alerts.findings import FINDINGS
from alerts.messages import Mail
from alerts.outbox import Message
from alerts.recipients import Recipient
from alerts.scan import BATCH, Report, Scanner, scan
from alerts.weighing import Scale
from alerts.weighing.scale import logit
from ledger import casebook, databases, states
from ledger.cases import Case
from tests.factories import HONEST, Journey, Step, journey_bodies
from tests.world import World


@dataclass
class Letterbox:
    """A channel that keeps what it is given, and fails as often as it is told to."""

    got: list[tuple[str, Mail]] = field(default_factory=list)
    failures: list[Undeliverable] = field(default_factory=list)

    @classmethod
    def configure(cls, settings: Settings) -> Self:
        del settings
        return cls()

    def send(self, target: str, message: Mail) -> None:
        if self.failures:
            raise self.failures.pop(0)
        self.got.append((target, message))

    @property
    def addresses(self) -> list[str]:
        return sorted(target for target, _ in self.got)


# How alerts live is tested with a scale that nothing was learnt for: a strong finding is enough.
UNLEARNT = Bar(
    scale=Scale(
        caused={},
        usual={},
        slope=1.0,
        offset=logit(1 / 20),
        prevalence=1 / 20,
        provenance="none",
    )
)


def scanner_of(world: World) -> Scanner:
    return Scanner(engine=world.engine, desk=world.desk, hub_key=world.hub_key, bar=UNLEARNT)


def scanned(world: World, limit: int = BATCH) -> Report:
    return scan(scanner_of(world), now=world.clock(), limit=limit)


def desks(world: World, *agencies: str, min_severity: str = "info") -> None:
    """Each agency wants mail at an address of its own."""
    with databases.writing(world.engine) as session:
        for agency in agencies:
            to = Recipient(
                agency=agency,
                channel="email",
                address=address_of(agency),
                min_severity=min_severity,
            )
            recipients.add(session, to)


def address_of(agency: str) -> str:
    return f"duty@{agency.lower()}.example"


def post_of(world: World, letterbox: Letterbox) -> Post:
    return Post(
        engine=world.engine, clock=world.clock, channels={"email": letterbox}, reads=world.reads
    )


def delivered(world: World, letterbox: Letterbox) -> dict[str, int]:
    return deliver(post_of(world, letterbox))


def cases(world: World) -> dict[str, Case]:
    """Every alert by id."""
    with databases.reading(world.engine) as session:
        rows = session.execute(select(casebook.CASES.c.alert, casebook.CASES.c.state))
        return {alert: states.decode(Case, bytes(state)) for alert, state in rows}


def case_of(world: World, rule: str) -> Case:
    """The one alert of a rule."""
    (found,) = (each for each in cases(world).values() if each.rule == rule)
    return found


def active(world: World) -> set[tuple[Any, ...]]:
    """What the checker holds to be so."""
    held = FINDINGS.c
    columns = (held.alert, held.ref, held.rule, held.severity, held.summary, held.evidence)
    with databases.reading(world.engine) as session:
        rows = session.execute(select(*columns, held.countries).where(held.active.is_(True)))
        return {tuple(row) for row in rows}


def loud(world: World) -> set[str]:
    """The alerts that are worth one: what is found is not weak and alone."""
    held = FINDINGS.c
    with databases.reading(world.engine) as session:
        rows = session.execute(
            select(held.alert).where(held.active.is_(True), held.quiet.is_(False))
        )
        return set(rows.scalars())


def messages(world: World, alert: str) -> list[Message]:
    with databases.reading(world.engine) as session:
        return outbox.about(session, alert)


def steps_of(
    journey: Journey = HONEST, *, without: tuple[str, ...] = (), **changes: dict[str, Any]
) -> list[Step]:
    """An honest life, but for what is left out or changed: `shipment_arrived={"goods": …}`."""
    made = []
    for each in journey_bodies(journey):
        kind = str(each.body["kind"])
        if kind not in without:
            body = {**each.body, **changes.get(kind.replace(".", "_"), {})}
            made.append(Step(body=body, agency=each.agency, country=each.country, role=each.role))
    return made


def upto(kind: str, steps: list[Step]) -> list[Step]:
    """The steps up to and including the last of a kind."""
    last = max(place for place, each in enumerate(steps) if each.body["kind"] == kind)
    return steps[: last + 1]


def statements_of(world: World, steps: list[Step]) -> list[bytes]:
    """The steps as signed an hour after each happened."""
    return [
        world.statement(
            each.body,
            each.agency,
            iat=int(datetime.fromisoformat(each.body["occurred_at"]).timestamp()) + 3600,
        )
        for each in steps
    ]


def shuffled(statements: list[bytes], seed: int) -> list[bytes]:
    made = list(statements)
    random.Random(seed).shuffle(made)
    return made
