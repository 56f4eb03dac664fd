"""RF-06, 07, 10, 23 and 30: goods, uses and prices."""

from dataclasses import replace
from decimal import Decimal

import pytest
from rule_stories import (
    Story,
    day,
    line,
    observed,
    on,
    under_way,
)
from rule_world import World, findings, only

from alerts.rules import Severity
from alerts.rules.aggregates import price_of, strength_of, use_of
from alerts.rules.questions import Observation
from ledger.standing import Standing, Suspicion

KEY = "KE:rift valley paints ltd"


def many(value, count):
    return tuple(
        Observation(ref=f"NL-9{n}", at=on(-n - 1), value=Decimal(value)) for n in range(count)
    )


PAINT = Story().notice(end_use="coatings")


def test_a_use_outside_the_programmes_matrix_is_found():
    matrix = {"plausible_uses": "acetone:adhesives acetone:plastics"}
    (found,) = findings("RF-06", PAINT, matrix)
    assert found.summary == (
        "The use stated for the goods is not among the 2 uses that the programme expects."
    )
    assert (found.severity, found.alone) == (Severity.MEDIUM, True)
    assert findings("RF-06", PAINT, {"plausible_uses": "acetone:coatings"}) == ()


def test_a_use_that_nobody_stated_before_is_a_weak_sign():
    world = World(seen={use_of("acetone"): many(1, 60)})
    found = only("RF-06", PAINT, world=world)
    assert found.summary == "The use stated for the goods is that of none of 60 orders before."
    assert not found.alone
    usual = replace(world, seen={**world.seen, use_of("acetone", "coatings"): many(1, 1)})
    assert findings("RF-06", PAINT, world=usual) == ()
    assert findings("RF-06", PAINT) == ()


def strong(percent):
    return [line(concentration={"low": percent, "high": percent})]


def test_a_strength_other_than_declared_is_found():
    story = (
        Story()
        .notice(goods=strong("60"))
        .inspected(concentration_found={"low": "92", "high": "94"})
    )
    found = only("RF-07", story)
    assert found.summary == "Officers found a strength of 92 to 94 %, where 60 % was declared."
    near = (
        Story()
        .notice(goods=strong("60"))
        .inspected(concentration_found={"low": "61", "high": "61"})
    )
    assert findings("RF-07", near) == ()


def test_a_strength_unlike_all_before_is_a_weak_sign():
    story = Story().notice(goods=strong("60"))
    found = only("RF-07", story, world=World(seen={strength_of("acetone"): many(99, 50)}))
    assert found.summary == "A strength of 60 % is notified, where 50 notices before had 99 %."
    assert not found.alone
    few = World(seen={strength_of("acetone"): many(99, 40)})
    assert findings("RF-07", story, world=few) == ()


@pytest.mark.parametrize("name", ["Chemical", "produits chimiques", "Raw-Material", "肥料"])
def test_general_words_for_goods_are_a_weak_sign(name):
    found = only("RF-10", Story().notice(goods=[line(declared_name=name)]))
    assert found.summary == (
        "The goods are described in general words on 1 line of the notice or the export "
        "declaration."
    )
    assert findings("RF-10", Story().notice(goods=[line(declared_name=f"Acetone {name}")])) == ()


def priced(amount):
    value = {"amount": amount, "currency": "EUR"}
    return under_way().released(at=19, goods=[line(value=value)])


def test_a_price_unlike_others_is_found():
    world = World(seen={price_of("acetone", "EUR"): many(2, 20)})
    found = only("RF-23", priced("5000"), world=world)
    assert found.summary == (
        "The export is declared at 0.10 times the usual price a kilogram, from 0 exports on the "
        "route and 20 in all."
    )


def test_a_usual_price_or_too_few_to_tell_is_not():
    world = World(seen={price_of("acetone", "EUR"): many(2, 20)})
    assert findings("RF-23", priced("60000"), world=world) == ()
    assert findings("RF-23", priced("5000")) == ()
    cheap = {**world.seen, price_of("acetone", "EUR", "NL-KE"): many("0.2", 200)}
    assert findings("RF-23", priced("5000"), world=World(seen=cheap)) == ()


def reported(payment, at=-30, *, shared=True):
    seen = Suspicion(
        jti="s-1",
        substances=("acetone",),
        transaction="refused",
        at=on(at),
        shared=shared,
        payment=payment,
    )
    return World(standings={KEY: Standing(subject=KEY, suspicions=(seen,))})


def test_a_buyer_that_was_reported_for_its_payment_is_found():
    found = only("RF-30", Story().notice(), world=reported("cash"))
    assert found.summary == (
        "A buyer of the goods was reported on 2026-01-30, 30 days before, for an order with an "
        "unusual payment."
    )
    assert found.alone is True
    secret = only("RF-30", Story().notice(), world=reported("cash", shared=False))
    assert secret.countries == frozenset()


def test_a_report_of_months_ago_only_adds_to_what_else_is_found():
    assert only("RF-30", Story().notice(), world=reported("cash", at=-89)).alone is True
    assert only("RF-30", Story().notice(), world=reported("cash", at=-91)).alone is False


@pytest.mark.parametrize("world", [reported("bank"), reported(None), reported("cash", at=-400)])
def test_an_ordinary_or_old_payment_is_not(world):
    assert findings("RF-30", Story().notice(), world=world) == ()


def test_goods_that_cost_nothing_are_found():
    assert only("RF-30", priced("0")).summary == (
        "The goods were released for export at a declared value of nothing."
    )
    assert observed()["place"] == "KEMBA"
    assert findings("RF-30", priced("100")) == ()


def test_a_use_that_its_user_reports_counts_like_the_notices():
    told = {"period_from": day(46), "period_to": day(90), "used": [line("5000")]}
    story = Story().notice().says("use.reported", "KE-AUTHORITY", on(90), **told, use="baking")
    found = only("RF-06", story, world=World(seen={use_of("acetone"): many(1, 60)}))
    assert found.summary == "The use stated for the goods is that of none of 60 orders before."
    assert found.evidence == (story.jti(1),)
    known = {use_of("acetone"): many(1, 60), use_of("acetone", "baking"): many(1, 1)}
    assert findings("RF-06", story, world=World(seen=known)) == ()
