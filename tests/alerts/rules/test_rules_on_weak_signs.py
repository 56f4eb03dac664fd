"""Signs that stand alone, and the same ones that only add: how far, how often, by whose word."""

from decimal import Decimal

import pytest
from rule_stories import PARTIES, Story, honest, line, on, under_way
from rule_world import World, findings, only

from alerts.rules.aggregates import trade_of
from alerts.rules.questions import Observation

BROKER = {"name": "Baltic Bulk", "country": "NL"}


# --- RF-35: after the end of a permit ---


def test_three_days_over_a_permit_are_weak_and_twelve_stand_alone():
    late = only("RF-35", Story().authorised(until=17).departed())
    assert late.alone is False
    twelve = only("RF-35", Story().authorised(until=8).departed())
    month = only("RF-35", Story().authorised(at=-60, until=-10).departed())
    assert twelve.alone is month.alone is True
    assert month.surprise > 5 * late.surprise > 0
    assert findings("RF-35", Story().authorised(until=20).departed()) == ()


def test_of_several_permits_that_ended_the_latest_counts():
    story = Story().authorised(at=-60, until=-10).authorised(authorisation="EA-2", until=17)
    assert only("RF-35", story.departed()).alone is False


# --- RF-37: what is gone ---


def gone(loss, amount, before=None):
    claims = {"goods": [line(amount)], "loss": loss, "place": "A shed"}
    return (before or under_way()).says("loss.reported", "KE-POLICE", on(45), **claims)


def test_a_theft_stands_alone_however_small():
    for loss in ("theft", "significant_disappearance"):
        found = only("RF-37", gone(loss, "10"))
        assert found.alone is True
        assert found.surprise > 10


def test_a_small_loss_without_an_explanation_is_weak_and_a_great_one_is_not():
    small, great = (only("RF-37", gone("unexplained_loss", kg)) for kg in ("400", "10000"))
    assert (small.alone, great.alone) == (False, True)
    assert small.surprise < 1 < great.surprise
    unknown = only("RF-37", gone("unexplained_loss", "400", before=Story()))
    assert (unknown.alone, unknown.surprise) == (False, None)


def test_a_loss_is_held_against_what_was_weighed_where_the_papers_have_another_unit():
    litres = [line("30000", "LTR")]
    story = Story().released(goods=litres).departed(goods=litres)
    assert only("RF-37", gone("unexplained_loss", "400", before=story)).surprise is None
    weighed = story.arrived(goods=[line("23000")])
    assert only("RF-37", gone("unexplained_loss", "400", before=weighed)).surprise < 1


# --- RF-02: several great orders in a row ---

TRADE = trade_of("KE:rift valley paints ltd", "acetone")
USUAL = [(-130 - 40 * n, 10000) for n in range(8)]
RUN = [(-90, 17000), (-60, 18000), (-30, 17000)]


def ordered(*orders):
    seen = sorted((on(at), kg) for at, kg in orders)
    return World(
        seen={
            TRADE: tuple(
                Observation(ref=f"NL-8{n}", at=at, value=Decimal(kg))
                for n, (at, kg) in enumerate(seen)
            )
        }
    )


def test_a_run_of_orders_after_one_as_great_is_no_rarer_than_that_one():
    story = Story().notice(goods=[line("17000")])
    assert findings("RF-02", story, world=ordered(*USUAL, *RUN))
    assert findings("RF-02", story, world=ordered((-500, 17000), *USUAL, *RUN)) == ()


# --- RF-26: a number under the wrong reference ---


def bill(number):
    return {"documents": [{"type": "bill_of_lading", "number": number}]}


def other_traders(ref="NL-00"):
    return Story(ref).notice(at=-30, parties={**PARTIES, "exporter": BROKER}, **bill("MAEU 1"))


def duplicate(story):
    return only("RF-26", story, world=World(others=(other_traders(),)))


def test_a_number_that_one_statement_alone_has_where_others_have_another_is_weak():
    mine = Story().notice(**bill("MSCU 2"))
    assert duplicate(mine.departed(**bill("MAEU 1"))).alone is False
    assert duplicate(Story().notice().departed(**bill("MAEU 1"))).alone is True
    twice = mine.departed(**bill("MAEU 1")).arrived(**bill("MAEU 1"))
    assert duplicate(twice).alone is True


def test_two_likely_halves_of_one_shipment_share_their_papers():
    half = Story("KE-77").arrived(at=-5, **bill("MAEU 1")).cleared(at=-4)
    mine = Story().notice(**bill("MAEU 1"))
    assert findings("RF-26", mine, world=World(others=(half,)))
    assert findings("RF-26", mine, world=World(others=(half,), other_half=half)) == ()
    third = World(others=(half, other_traders()), other_half=half)
    assert "on 1 other shipment" in only("RF-26", mine, world=third).summary


# --- strengths that are told later, or by the other half ---


def strong(amount):
    return {"goods": [line(amount, concentration={"low": "90", "high": "90"})]}


@pytest.mark.parametrize(("back", "count"), [("25000", 0), ("20000", 1)])
def test_a_strength_that_one_half_leaves_out_is_the_others(back, count):
    left = Story().notice().released(**strong("25000")).departed(**strong("25000"))
    came = Story("KE-77").arrived().cleared(origin_country="NL", goods=[line(back)])
    world = World(others=(left,), other_half=left, ref="KE-77")
    assert len(findings("RF-24", came, world=world)) == count


def test_a_notice_without_a_strength_is_weighed_with_the_one_told_later():
    wrong = Story().notice().authorised().released(**strong("30000"))
    found = only("RF-17", wrong.departed(**strong("25000")))
    assert found.key == "departed-released:acetone/kg"
    assert found.summary.startswith("27,000 kg were released where 22,500 kg departed")
    declared = only("RF-24", wrong.cleared(**strong("25000")))
    assert "it looks like a slip in the export declaration" in declared.summary
    assert declared.alone is False
    assert findings("RF-17", honest(released=strong("25000"), departed=strong("25000"))) == ()
