"""What is normal as the scan learns it, and weak signs that wait for company. On both databases."""

from dataclasses import replace
from typing import Any

from alerts.company import Bar
from alerts.rules.private import Own, Private, Watched
from alerts.scan import scan
from alerts.weighing import Scale
from alerts.weighing.scale import logit
from tests import factories
from tests.alerts.desks import (
    active,
    case_of,
    cases,
    loud,
    scanned,
    scanner_of,
    steps_of,
    upto,
)
from tests.factories import HONEST, Journey, Step
from tests.world import World

J = HONEST


def order(number: int, amount: str, **changes: Any) -> list[Step]:
    """One more order of the same importer, a day after the last."""
    journey = Journey(
        **{
            "ref": f"NL-2026-3{number:05}",
            "pen": f"PEN-3{number}",
            "container": f"MSKU{3000000 + number}",
            "seal": f"S3{number}",
            "started": J.moment(number),
            "amount": amount,
            **changes,
        }
    )
    return upto("notice.sent", steps_of(journey))


def outliers(world: World) -> set[str]:
    return {row[1] for row in active(world) if row[2] == "RF-02"}


USUAL = [order(number, "500") for number in range(1, 7)]
GREAT = order(9, "16000")


def test_an_order_unlike_those_before_is_found_with_their_number(world: World) -> None:
    for steps in (*USUAL, GREAT):
        world.live(steps=steps)
    scanned(world)
    assert outliers(world) == {"NL-2026-300009"}
    assert "importer's 6 orders" in case_of(world, "RF-02").summary


def test_orders_that_come_in_late_have_the_later_ones_looked_at_again(world: World) -> None:
    world.live(steps=GREAT)
    scanned(world)
    assert outliers(world) == set()
    for steps in reversed(USUAL):
        world.live(steps=steps)
        scanned(world, limit=1)
    assert outliers(world) == {"NL-2026-300009"}


def test_an_order_that_was_withdrawn_counts_no_longer(world: World) -> None:
    for steps in (*USUAL[:5], GREAT):
        world.live(steps=steps)
    scanned(world)
    assert outliers(world)
    gone = Journey(ref="NL-2026-300003", pen="PEN-33", started=J.moment(3))
    world.post(factories.body("notice.withdrawn", gone), "NL-CNA")
    scanned(world)
    assert outliers(world) == set()
    assert case_of(world, "RF-02").status == "lapsed"


def early() -> list[Step]:
    """A departure five days before it was to be, with words that say nothing."""
    vague = {"goods": [J.line(declared_name="Chemicals")]}
    return steps_of(
        notice_sent=vague,
        export_released={"occurred_at": J.at(24)},
        shipment_departed={"occurred_at": J.at(25)},
    )


def test_a_weak_sign_alone_is_kept_and_raises_no_alert(world: World) -> None:
    vague = {"goods": [J.line(declared_name="Chemicals")]}
    world.live(steps=steps_of(notice_sent=vague))
    scanned(world)
    assert {row[2] for row in active(world)} == {"RF-10"}
    assert (cases(world), loud(world)) == ({}, set())


TELLING = Scale(
    caused={"RF-10 weak": 0.50, "RF-38 weak": 0.45},
    usual={"RF-10 weak": 0.1, "RF-38 weak": 0.1},
    slope=1.0,
    offset=logit(1 / 20),
    prevalence=1 / 20,
    provenance="what two weak signs are worth in these tests",
)


def weighed(world: World) -> None:
    """A scan that weighs by the scale above."""
    scan(replace(scanner_of(world), bar=Bar(open_at=0.5, scale=TELLING)), now=world.clock())


def test_of_weak_signs_that_are_enough_together_the_heaviest_speaks(world: World) -> None:
    world.live(steps=early())
    weighed(world)
    assert {case.rule for case in cases(world).values()} == {"RF-10"}


def test_an_alert_lapses_when_its_company_is_gone(world: World) -> None:
    world.live(steps=early())
    weighed(world)
    world.post(
        {
            "kind": "shipment.amended",
            "shipment": J.ref,
            "occurred_at": J.at(20),
            "changes": [{"field": "/dispatch_expected", "old": "later", "new": "earlier"}],
            "material": False,
            "dispatch_expected": J.at(25),
        },
        "NL-CUSTOMS",
    )
    weighed(world)
    assert {case.rule: case.status for case in cases(world).values()} == {"RF-10": "lapsed"}


def test_what_a_country_watches_is_told_to_it_alone(world: World) -> None:
    world.live()
    lists = Private(by_country={"EG": Own(watched=(Watched(name="Tsavo Coatings"),))})
    scan(replace(scanner_of(world), private=lists), now=world.clock())
    assert case_of(world, "RF-31").countries == ("EG",)
