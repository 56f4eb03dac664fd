"""Traders and countries: who may not, who was refused, who does not need as much."""

import random
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal

from seed import papers
from seed.journeys import Journey, scaled, stated
from seed.scenarios import Bent, complete, own, scenario
from seed.scenarios.documents import announced, another

ABROAD = timedelta(days=60)


def alone(journey: Journey) -> bool:
    """Whether the release has no other notice of the substance to that country."""
    return complete(journey) and journey.plan.rivals == 0


def weighed(journey: Journey) -> bool:
    return alone(journey) and journey.plan.goods[0]["quantity"]["unit"] == "KGM"


@scenario("RF-12")
def refused_and_ordered_elsewhere(journey: Journey, rng: random.Random) -> Bent:
    """An importer who was refused orders the same goods through a broker in another country."""
    plan = journey.plan
    at = plan.at["notice.no_objection"]
    said = {"shipment": plan.ref, "pen": plan.pen}
    objected = stated(
        rng,
        plan.agency("importing", "CNA"),
        "notice.objected",
        at,
        reason="company_unknown",
        decided_on=at.date().isoformat(),
        **said,
    )
    withdrawn = stated(
        rng,
        plan.agency("exporting", "CNA"),
        "notice.withdrawn",
        at + timedelta(days=rng.randint(2, 5)),
        reason="objected_to",
        **said,
    )
    country = rng.choice(sorted(papers.EXITS.keys() - {plan.exporting}))
    abroad = another(replace(plan, exporting=country), rng, later=ABROAD)
    broker = {"name": f"Halcyon Brokers {country}", "country": country}
    abroad = replace(abroad, parties={**plan.parties, "exporter": broker})
    refused = Journey(plan=plan, steps=(objected, withdrawn, announced(abroad, rng)))
    return refused, (("shipment", abroad.ref),)


@scenario("RF-05", suits=alone)
def licence_over(journey: Journey, rng: random.Random) -> Bent:
    """The importer's licence ended while the goods were at sea; it took them in all the same."""
    plan = journey.plan
    last = plan.dispatch.date()
    licence = stated(
        rng,
        plan.agency("importing", "CNA"),
        "party.licensed",
        plan.notice.sent_at - timedelta(days=rng.randint(30, 200)),
        shipment=None,
        trader=plan.parties["importer"],
        licence=papers.number(rng, plan.importing, "LIC"),
        type="licence",
        status="active",
        substances=[plan.substance],
        activities=["import", "use"],
        valid_from=(last - timedelta(days=720)).isoformat(),
        valid_to=last.isoformat(),
    )
    return journey.plus(licence), own(journey)


@scenario("RF-03", suits=weighed)
def more_than_needed(journey: Journey, rng: random.Random) -> Bent:
    """A year's need of the chemical is half of what was ordered; the rest is for somebody else."""
    plan = journey.plan
    line = plan.notice.body["goods"][0]
    year = plan.notice.dispatch.year
    needed = stated(
        rng,
        plan.agency("importing", "CNA"),
        "requirement.declared",
        plan.notice.sent_at - timedelta(days=rng.randint(30, 90)),
        shipment=None,
        country=plan.importing,
        substance=plan.substance,
        year=year,
        goods=scaled([line], Decimal(rng.randint(40, 60)) / 100)[0],
    )
    country = ("country", f"{plan.importing}/{plan.substance}/{year}")
    return journey.plus(needed), (country, *own(journey))
