"""RF-34: a new taker for whom nobody had ordered before."""

import math
from decimal import Decimal

import pytest
from rule_stories import PARTIES, Story, line, on
from rule_world import World, findings, many, only

from alerts.rules.aggregates import firsts_of, trade_of
from alerts.rules.questions import Observation
from ledger.standing import Standing

TAKER = {"name": "Lakeside Stores", "country": "KE"}
KEY = "KE:lakeside stores"


USUAL = {firsts_of(): many(*[1, *[0] * 9] * 4)}  # one order in ten is its buyer's first


def changed(at=18, of=PARTIES["importer"], **claims):
    """An amendment of an order whose goods were to go to another consignee, or to the importer."""
    old = {**PARTIES, "consignee": of}
    story = Story().notice(parties=old).agreed().authorised()
    said = {"changes": [{"field": "plan", "old": "old", "new": "new"}], "material": True}
    return story.says("shipment.amended", "NL-AUTHORITY", on(at), **said | claims)


RESOLD = changed(parties={**PARTIES, "consignee": TAKER}).departed()


@pytest.mark.parametrize("role", ["consignee", "importer"])
def test_a_taker_for_whom_nobody_had_ordered_stands_alone(role):
    resold = changed(parties={**PARTIES, role: TAKER}).departed()
    found = only("RF-34", resold, world=World(seen=USUAL))
    assert found.summary == (
        f"The {role} was changed on 2026-03-19, 2 days before the departure on 2026-03-21; "
        "nobody had ordered for such a taker before."
    )
    assert (found.severity, found.alone) == (None, True)
    assert found.surprise == pytest.approx(-math.log(0.12))


def test_a_taker_who_had_orders_before_only_adds():
    known = World(seen={**USUAL, trade_of(KEY): many(1)})
    found = only("RF-34", RESOLD, world=known)
    assert found.summary.endswith("before the departure on 2026-03-21.")
    assert (found.alone, found.surprise) == (False, None)
    own = Observation(ref="NL-01", at=on(-1), value=Decimal(1))
    of_this_one = World(seen={**USUAL, trade_of(KEY): (own,)})
    assert only("RF-34", RESOLD, world=of_this_one).alone is True


NUMBERED = {**TAKER, "scheme": "national", "identifier": "P07"}


@pytest.mark.parametrize(
    ("was", "anew"),
    [
        (TAKER, {**TAKER, "name": "LAKE-SIDE Stores Ltd"}),
        (TAKER, {**NUMBERED, "name": "Lakeside Store"}),
        (NUMBERED, {**NUMBERED, "identifier": "P70"}),
    ],
)
def test_a_first_buyer_whose_name_or_number_is_written_anew_is_nobody_else(was, anew):
    change = changed(of=was, parties={**PARTIES, "consignee": anew}, material=False)
    assert findings("RF-34", change.departed(), world=World(seen=USUAL)) == ()
    other = {**NUMBERED, "name": "Highland Traders", "identifier": "P08"}
    change = changed(of=was, parties={**PARTIES, "consignee": other}, material=False)
    assert only("RF-34", change.departed(), world=World(seen=USUAL)).alone is True


def test_an_importer_who_takes_its_own_goods_is_no_unknown_taker():
    change = changed(of=TAKER, parties={**PARTIES, "consignee": PARTIES["importer"]})
    found = only("RF-34", change.departed(), world=World(seen=USUAL))
    assert found.summary.startswith("The consignee was changed")
    assert (found.alone, found.surprise) == (False, None)


def test_who_gets_another_number_or_is_stated_to_be_a_buyer_is_no_unknown_taker():
    renumbered = {**NUMBERED, "identifier": "X-114"}
    change = changed(of=NUMBERED, parties={**PARTIES, "consignee": renumbered}).departed()
    assert only("RF-34", change, world=World(seen=USUAL)).alone is False
    stated = Standing(subject=KEY, identities={"KE/KE:rift valley paints ltd": ("one",)})
    merged = World(seen=USUAL, standings={KEY: stated})
    assert only("RF-34", RESOLD, world=merged).alone is False


def test_a_new_taker_says_nothing_while_few_orders_are_known():
    young = World(seen={firsts_of(): many(*[0] * 19)})
    found = only("RF-34", RESOLD, world=young)
    assert (found.alone, found.surprise) == (False, None)


def test_a_new_taker_weighs_less_where_most_buyers_are_new():
    usual = only("RF-34", RESOLD, world=World(seen=USUAL))
    busy = World(seen={**USUAL, firsts_of(to="KE"): many(*[1] * 60)})
    assert only("RF-34", RESOLD, world=busy).surprise < usual.surprise / 4


def test_a_change_of_quantity_brings_in_nobody():
    found = only("RF-34", changed(goods=[line("30000")]).departed(), world=World(seen=USUAL))
    assert (found.alone, found.surprise) == (False, None)
    agreed = changed(parties={**PARTIES, "consignee": TAKER}).agreed(at=19).departed()
    assert only("RF-34", agreed, world=World(seen=USUAL)).alone is False
