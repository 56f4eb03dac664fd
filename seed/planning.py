"""What is to happen to a consignment under a notice: how much, which way, on which days."""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from seed import papers
from seed.journeys import Plan, scaled
from seed.pic import Notice
from seed.world import Body

OVERLAND = frozenset({"AM", "AZ", "BY", "CH", "GE", "KG", "KZ", "MD", "RS", "RU", "TJ", "UA", "UZ"})
LOAD = 16_000  # kilograms or litres in a container
MOST_CONTAINERS = 3


def plan_of(notice: Notice, rng: random.Random, *, rivals: int = 0) -> Plan:
    """One consignment under the year's notice: what fits into at most three containers."""
    head, body = notice.head, notice.body
    yearly = Decimal(body["goods"][0]["quantity"]["amount"])
    load = min(yearly, Decimal(LOAD * rng.randint(1, MOST_CONTAINERS)))
    overland = head.importing_country in OVERLAND
    transit = None if overland or rng.random() < 0.5 else rng.choice(sorted(papers.HUBS))
    transit = None if transit == head.importing_country else transit
    at = _days(notice.sent_at, notice.dispatch, overland=overland, rng=rng)
    return Plan(
        notice=notice,
        ref=notice.ref,
        pen=body["pen"],
        exporting=head.exporting_country,
        importing=head.importing_country,
        transit=transit,
        goods=tuple(scaled(body["goods"], load / yearly)),
        parties=body["parties"],
        mode="road" if overland else "sea",
        means=f"SIM {papers.drawn(rng, papers.DIGITS, 4)}" if overland else _vessel(rng),
        imo=None if overland else papers.imo(rng),
        equipment=tuple(equipment_for(rng, head.exporting_country, load)),
        exit_point=papers.EXITS[head.exporting_country],
        transit_point=papers.HUBS[transit] if transit else None,
        entry_point=papers.entry_point(rng, head.importing_country),
        export_permit=papers.number(rng, head.exporting_country, "EXP"),
        import_permit=papers.number(rng, head.importing_country, "IMP"),
        bill=papers.number(rng, "CMR" if overland else "BL"),
        mrns={
            side: papers.mrn(rng, country, at[kind].year)
            for side, country, kind in (
                ("export", head.exporting_country, "export.released"),
                ("import", head.importing_country, "import.cleared"),
            )
        },
        price=Decimal(rng.randint(200, 3000)) / 100,
        at=at,
        rivals=rivals,
    )


def _vessel(rng: random.Random) -> str:
    return f"{rng.choice(papers.VESSELS)} {rng.randint(1, 99)}"


def equipment_for(rng: random.Random, country: str, load: Decimal) -> Iterator[Body]:
    for _ in range(max(1, -(-int(load) // LOAD))):
        yield {"container": papers.container(rng), "seals": [papers.seal(rng, country)]}


def _days(
    sent: datetime, dispatch: datetime, *, overland: bool, rng: random.Random
) -> dict[str, datetime]:
    """When each step is to happen: before the dispatch by law, after it by distance."""

    def later(moment: datetime, low: int, high: int) -> datetime:
        return moment + timedelta(days=rng.randint(low, high), minutes=rng.randint(1, 600))

    at = {"notice.acknowledged": later(sent, 1, 4), "notice.no_objection": later(sent, 6, 24)}
    at["import.authorised"] = later(at["notice.no_objection"], 1, 2)
    at["export.authorised"] = later(sent, 28, 33)
    at["shipment.departed"] = later(dispatch, 0, 2)
    at["export.released"] = at["shipment.departed"] - timedelta(hours=rng.randint(6, 40))
    travel = rng.randint(4, 14) if overland else rng.randint(18, 45)
    at["shipment.arrived"] = later(at["shipment.departed"], travel, travel + 1)
    at["transit.entered"] = at["shipment.departed"] + timedelta(days=travel * 0.4)
    at["transit.exited"] = later(at["transit.entered"], 1, 3)
    at["import.cleared"] = later(at["shipment.arrived"], 1, 6)
    at["shipment.delivered"] = later(at["import.cleared"], 1, 5)
    at["receipt.confirmed"] = later(at["shipment.delivered"], 1, 12)
    return at
