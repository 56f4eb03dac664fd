"""Suppression stories: what is held back, from whom, for how long, and what comes after."""

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from alerts.found import Found
from alerts.suppressing import Held, suppressed
from ledger import Invalid, NotPermitted, databases, records
from ledger.roster import HUB
from tests import factories
from tests.alerts.desks import (
    Letterbox,
    active,
    address_of,
    case_of,
    cases,
    delivered,
    desks,
    scanned,
    steps_of,
)
from tests.factories import HONEST, NOON
from tests.journeys import written
from tests.world import World

RULE = "RF-17"
SECOND = replace(HONEST, ref="NL-2026-000018", pen="PEN-18", container="MSKU7654321", seal="S-18")
CORRIDOR = {"about": "corridor", "about_id": "NL>KE"}


def comes_short(world: World, journey=HONEST) -> None:
    """A shipment of which a part is not delivered, seen by the checker a month later."""
    short = {"goods": [journey.line("11300")]}
    steps = steps_of(
        journey,
        shipment_delivered=short,
        receipt_confirmed=short,
        use_reported={"used": short["goods"]},
    )
    world.live(journey, steps=steps)
    world.passes(days=30)
    scanned(world)


def suppress(world: World, agency: str = "KE-CUSTOMS", *, days: float = 30, **said: Any) -> str:
    """An agency wants no more of the rule; the id of its statement."""
    world.passes(minutes=1)
    case = case_of(world, RULE)
    body = factories.body(
        "alert.suppressed",
        alert=case.alert,
        occurred_at=written(world.clock()),
        until=written(world.clock() + timedelta(days=days)),
        **{"rule": RULE, **CORRIDOR, **said},
    )
    return jti_of(world, world.post(body, agency).receipt.index)


def jti_of(world: World, index: int) -> str:
    with databases.reading(world.engine) as session:
        return records.read(session, [index])[0].by.jti


def second_case(world: World):
    found = [each for each in cases(world).values() if each.rule == RULE]
    return next((each for each in found if each.about[1] == SECOND.ref), None)


def found_of(world: World, ref: str) -> bool:
    return any(row[1] == ref and row[2] == RULE for row in active(world))


@pytest.fixture
def warned(world: World) -> World:
    """One short delivery, of which everybody concerned was told."""
    comes_short(world)
    assert case_of(world, RULE).countries == ("EG", "KE", "NL")
    return world


def test_a_country_keeps_quiet_what_it_would_be_told_itself_and_nobody_else(warned):
    suppress(warned, days=80)
    comes_short(warned, SECOND)
    assert found_of(warned, SECOND.ref)
    case = second_case(warned)
    assert case is not None
    assert case.countries == ("EG", "NL")


def test_what_the_hub_holds_back_is_found_and_raised_when_its_time_is_over(warned):
    suppress(warned, HUB, days=80)
    comes_short(warned, SECOND)
    assert found_of(warned, SECOND.ref)
    assert second_case(warned) is None
    warned.passes(days=81)
    scanned(warned)
    case = second_case(warned)
    assert case is not None
    assert case.countries == ("EG", "KE", "NL")


def test_ending_it_early_raises_what_still_holds(warned):
    jti = suppress(warned, HUB, days=80)
    alert = case_of(warned, RULE).alert
    comes_short(warned, SECOND)
    body = factories.body(
        "alert.resumed", alert=alert, suppression=jti, occurred_at=written(warned.clock())
    )
    warned.post(body, HUB)
    warned.passes(minutes=1)
    scanned(warned)
    assert second_case(warned) is not None


def test_what_holds_no_longer_when_its_time_is_over_is_never_raised(warned):
    suppress(warned, HUB, days=80)
    comes_short(warned, SECOND)
    for kind, day in (("shipment.delivered", 50), ("receipt.confirmed", 51)):
        rest = factories.step(kind, SECOND)
        rest.body["goods"] = [SECOND.line("4700")]
        warned.post({**rest.body, "occurred_at": SECOND.at(day)}, rest.agency)
    scanned(warned)
    warned.passes(days=81)
    scanned(warned)
    assert second_case(warned) is None


def test_another_look_meanwhile_does_not_lose_what_is_held_back(warned):
    suppress(warned, HUB, days=80)
    comes_short(warned, SECOND)
    warned.post(factories.body("risk.assessed", SECOND), "KE-CUSTOMS")
    scanned(warned)
    assert second_case(warned) is None
    warned.passes(days=81)
    scanned(warned)
    assert second_case(warned) is not None


def test_who_holds_an_alert_back_gets_no_mail_of_it(warned):
    suppress(warned, days=80)
    desks(warned, "KE-CUSTOMS", "NL-CUSTOMS")
    comes_short(warned, SECOND)
    letterbox = Letterbox()
    delivered(warned, letterbox)
    alert = second_case(warned).alert
    told = {to for to, mail in letterbox.got if alert in mail.text}
    assert told == {address_of("NL-CUSTOMS")}


def test_other_rules_other_subjects_and_strangers_suppress_nothing(warned):
    suppress(warned, days=80, about_id="NL>DE")
    suppress(warned, days=80, about="shipment", about_id=HONEST.ref)
    suppress(warned, "DE-CUSTOMS", days=80)
    suppress(warned, days=80, rule="RF-24")
    comes_short(warned, SECOND)
    assert second_case(warned).countries == ("EG", "KE", "NL")


def test_a_suppression_is_about_a_trader_too(warned):
    with databases.reading(warned.engine) as session:
        from_mentions = session.connection().exec_driver_sql(
            "SELECT value FROM mention WHERE kind = 'trader' ORDER BY value"
        )
        trader = next(value for (value,) in from_mentions if value)
    suppress(warned, days=80, about="trader", about_id=trader)
    comes_short(warned, SECOND)
    assert second_case(warned).countries == ("EG", "NL")


def test_ninety_days_are_the_longest(warned):
    with pytest.raises(Invalid, match="within 90 days"):
        suppress(warned, days=91)
    with pytest.raises(Invalid, match="within 90 days"):
        suppress(warned, days=-1)


def test_only_offices_and_the_hub_may(warned):
    with pytest.raises(NotPermitted):
        suppress(warned, "KE-LAB")


def test_the_alert_shows_who_holds_it_back_until_when_and_why(warned):
    jti = suppress(warned, days=80)
    (shown,) = case_of(warned, RULE).suppressions
    assert (shown.jti, shown.by, shown.about) == (jti, "KE-CUSTOMS", ("corridor", "NL>KE"))
    assert shown.reason


def test_what_is_critical_is_held_back_by_its_own_suppression_alone():
    found = Found(
        alert="00" * 12,
        ref=HONEST.ref,
        rule=RULE,
        version=1,
        title="",
        about="shipment",
        subject=HONEST.ref,
        key="",
        severity="critical",
        summary="",
        evidence=(),
        countries=("KE",),
    )
    other = Held(alert="11" * 12, rule=RULE, about=("corridor", "NL>KE"), country="KE", until=NOON)
    mine = replace(other, alert=found.alert)
    subjects = [("corridor", "NL>KE")]
    assert suppressed(found, subjects, [other], NOON) == ()
    assert suppressed(found, subjects, [mine], NOON) == (mine,)
    assert suppressed(replace(found, severity="high"), subjects, [other], NOON) == (other,)
    assert suppressed(found, subjects, [mine], NOON + timedelta(seconds=1)) == ()
