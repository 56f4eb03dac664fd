"""Honest journeys under real notices, day after day: what each agency on the way states."""

import random
from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from ledger.states import moment
from seed import noise, papers
from seed.journeys import Journey, Plan, Step, scaled, stated, valued
from seed.pic import Notice
from seed.planning import plan_of
from seed.world import Body

EXTRA = timedelta(days=3)


def journeys(notices: Sequence[Notice], rng: random.Random, *, share: float) -> Iterator[Journey]:
    """Honest journeys for a share of the notices."""
    going = Counter(
        (notice.head.importing_country, substance)
        for notice in notices
        for substance in {line["substance"] for line in notice.body["goods"]}
    )
    for notice in notices:
        if rng.random() < share:
            first = (notice.head.importing_country, notice.body["goods"][0]["substance"])
            yield honest(plan_of(notice, rng, rivals=going[first] - 1), rng)


def honest(plan: Plan, rng: random.Random) -> Journey:
    """The whole life of a consignment, from the answer to its notice to the receipt, with noise."""
    loss = 1 - Decimal(rng.randint(0, 30)) / 10_000
    steps = (*_answers(plan, rng), *_way_out(plan, rng), *_far_end(plan, rng, loss))
    return noise.added(Journey(plan=plan, steps=steps), rng)


def _answers(plan: Plan, rng: random.Random) -> Iterator[Step]:
    """What the importing country says to the notice."""
    authority = plan.agency("importing", "CNA")
    for kind in ("notice.acknowledged", "notice.no_objection"):
        at = plan.at[kind]
        decided: Body = (
            {"decided_on": at.date().isoformat()} if kind == "notice.no_objection" else {}
        )
        yield stated(rng, authority, kind, at, shipment=plan.ref, pen=plan.pen, **decided)
    kind = "import.authorised"
    yield stated(
        rng,
        authority,
        kind,
        plan.at[kind],
        shipment=plan.ref,
        authorisation=plan.import_permit,
        goods=list(plan.goods),
        parties=plan.parties,
        **_validity(plan.at[kind]),
    )


def _validity(at: datetime) -> Body:
    last = at + timedelta(days=180)
    return {"valid_from": at.date().isoformat(), "valid_to": last.date().isoformat()}


def _way_out(plan: Plan, rng: random.Random) -> Iterator[Step]:
    """The exporting country's permit, release and departure, and a transit."""
    authority, customs = plan.agency("exporting", "CNA"), plan.agency("exporting", "CUSTOMS")
    office = f"Customs {plan.exit_point}"
    permit, release = "export.authorised", "export.released"
    yield stated(
        rng,
        authority,
        permit,
        plan.at[permit],
        shipment=plan.ref,
        authorisation=plan.export_permit,
        goods=list(plan.goods),
        parties=plan.parties,
        office_of_export=office,
        pen=plan.pen,
        route=plan.route,
        **_validity(plan.at[permit]),
    )
    yield stated(
        rng,
        customs,
        release,
        plan.at[release],
        shipment=plan.ref,
        mrn=plan.mrns["export"],
        authorisation=plan.export_permit,
        declared_on=plan.at[release].date().isoformat(),
        procedure="1000",
        goods=valued(plan.goods, plan.price),
        parties={**plan.parties, "declarant": plan.parties["exporter"]},
        office_of_export=office,
        transport=plan.transport,
    )
    yield _departure(plan, rng, office)
    yield from _transit(plan, rng)


def _departure(plan: Plan, rng: random.Random, office: str) -> Step:
    departure = "shipment.departed"
    document = {"type": "consignment_note" if plan.mode == "road" else "bill_of_lading"}
    return stated(
        rng,
        plan.agency("exporting", "CUSTOMS"),
        departure,
        plan.at[departure],
        shipment=plan.ref,
        goods=list(plan.goods),
        transport=plan.transport,
        office_of_exit=office,
        route=plan.route,
        arrival_expected=moment(plan.at["shipment.arrived"] + EXTRA),
        documents=[{**document, "number": plan.bill}],
    )


def _transit(plan: Plan, rng: random.Random) -> Iterator[Step]:
    if plan.transit is None or plan.transit_point is None:
        return
    customs, seen = plan.agency("transit", "CUSTOMS"), plan.observed(plan.transit_point)
    where: Body = {"country": plan.transit, "observed": seen}
    entered, left = "transit.entered", "transit.exited"
    yield stated(
        rng,
        customs,
        entered,
        plan.at[entered],
        shipment=plan.ref,
        transit_document=papers.number(rng, "T1", plan.transit),
        exit_expected=moment(plan.at[left] + EXTRA),
        **where,
    )
    yield stated(rng, customs, left, plan.at[left], shipment=plan.ref, **where)


def _far_end(plan: Plan, rng: random.Random, share: Decimal) -> Iterator[Step]:
    """Arrival, clearance, delivery and receipt of what is left after a natural loss."""
    goods = scaled(plan.goods, share)
    yield from _way_in(plan, rng, goods)
    yield from _handed_over(plan, rng, goods)


def _way_in(plan: Plan, rng: random.Random, goods: list[Body]) -> Iterator[Step]:
    customs = plan.agency("importing", "CUSTOMS")
    arrival, clearance = "shipment.arrived", "import.cleared"
    freight = 1 + Decimal(rng.randint(2, 8)) / 100  # imports are valued with freight and insurance
    yield stated(
        rng,
        customs,
        arrival,
        plan.at[arrival],
        shipment=plan.ref,
        observed=plan.observed(plan.entry_point),
        goods=goods,
    )
    yield stated(
        rng,
        customs,
        clearance,
        plan.at[clearance],
        shipment=plan.ref,
        mrn=plan.mrns["import"],
        cleared_on=plan.at[clearance].date().isoformat(),
        procedure="4000",
        goods=valued(goods, round(plan.price * freight, 2)),
        parties=plan.parties,
        origin_country=plan.exporting,
        authorisation=plan.import_permit,
    )


def _handed_over(plan: Plan, rng: random.Random, goods: list[Body]) -> Iterator[Step]:
    authority, customs = plan.agency("importing", "CNA"), plan.agency("importing", "CUSTOMS")
    delivery, receipt = "shipment.delivered", "receipt.confirmed"
    address = plan.parties["importer"]["address"]
    yield stated(
        rng,
        customs,
        delivery,
        plan.at[delivery],
        shipment=plan.ref,
        delivery_address=address,
        goods=goods,
    )
    yield stated(
        rng,
        authority,
        receipt,
        plan.at[receipt],
        shipment=plan.ref,
        goods=goods,
        method="declaration",
    )
