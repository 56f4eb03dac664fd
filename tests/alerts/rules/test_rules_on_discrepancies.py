"""RF-17: too much, too little, and the slips that look like either."""

from decimal import Decimal

import pytest
from rule_stories import (
    Story,
    honest,
    line,
    observed,
    on,
    under_way,
)
from rule_world import dossier, findings, only

from alerts.rules import Severity, due
from alerts.rules.slips import unit_slip


def test_less_departs_than_was_released():
    story = Story().notice().agreed().authorised().released().departed(goods=[line("24000")])
    found = only("RF-17", story)
    assert found.summary == (
        "24,000 kg departed where 25,000 kg were released: 1,000 kg (4.0 %) less, more than the "
        "0.75 % allowed; a unit slip, gross given for net, rounding, parts to come and the bias of "
        "that scale do not explain it."
    )
    assert found.evidence == (story.jti(3), story.jti(4))
    assert found.severity is None


def short(**goods):
    return Story().released().departed(goods=[line("24000", **goods)])


def test_a_shortfall_waits_for_parts_that_are_still_to_come():
    assert findings("RF-17", short(), now=on(33)) == ()
    assert due(dossier(short(), now=on(33))) == on(34)
    assert findings("RF-17", short(), now=on(34))
    both = short().departed(at=22, goods=[line("1000")])
    assert findings("RF-17", both) == ()


def test_a_surplus_waits_for_corrections_as_well_and_is_a_weak_sign():
    story = Story().released().departed(goods=[line("26000")])
    assert findings("RF-17", story, now=on(20)) == ()
    found = only("RF-17", story)
    assert "4.0 %) more" in found.summary
    assert found.alone is False


@pytest.mark.parametrize(
    ("form", "amount", "count"),
    [
        ("solid", "24870", 1),  # 0.52 %
        ("liquid", "24870", 0),
        ("liquid", "24700", 1),
        (None, "24870", 0),
        (None, "24800", 1),
    ],
)
def test_the_tolerance_is_that_of_the_form(form, amount, count):
    more = {"form": form} if form else {}
    story = Story().released(goods=[line(**more)]).departed(goods=[line(amount, **more)])
    assert len(findings("RF-17", story)) == count


def test_a_few_kilograms_of_a_small_lot_are_nothing():
    story = Story().released(goods=[line("100")]).departed(goods=[line("80")])
    assert findings("RF-17", story) == ()


@pytest.mark.parametrize(
    ("released", "departed", "words"),
    [
        (line("25000"), line("25000", "TNE"), "a unit slip (kilograms and tonnes)"),
        (line("25000"), line("11340"), "a unit slip (kilograms and pounds)"),
        (
            line("25000", gross_mass={"amount": "26500", "unit": "KGM"}),
            line("26500"),
            "gross mass given for net",
        ),
        (
            line("26500"),
            line("25000", gross_mass={"amount": "26500", "unit": "KGM"}),
            "gross mass given for net",
        ),
        (line("24600"), line("25", "TNE"), "rounding to whole tonnes"),
        (line("3245"), line("3.2", "TNE"), "rounding to 1 decimal of TNE"),
        (line("1049"), line("10", "DTN"), "rounding to whole DTN"),
    ],
)
def test_an_honest_slip_is_low_and_says_which(released, departed, words):
    found = only("RF-17", Story().released(goods=[released]).departed(goods=[departed]))
    more = " more, " in found.summary  # then nothing is missing by it
    assert found.severity is (Severity.INFO if more else Severity.LOW)
    assert found.alone is False
    assert found.summary.endswith(f"it looks like {words}.")


def test_what_one_office_alone_has_more_of_is_information():
    story = Story().notice().released()
    found = only("RF-17", story.arrived(goods=[line("30000")]))
    assert (found.severity, found.alone) == (Severity.INFO, False)
    two = story.arrived(goods=[line("30000")]).received(goods=[line("30000")])
    assert only("RF-17", two).alone is True


def test_a_concentration_stated_on_one_side_only_is_no_loss():
    strong = line(concentration={"low": "90", "high": "90"})
    assert findings("RF-17", Story().released().departed(goods=[strong])) == ()


def test_what_was_reported_lost_is_accounted_for():
    lost = short().says(
        "loss.reported", "NL-POLICE", on(19), goods=[line("1000")], loss="theft", place="NLRTM"
    )
    assert findings("RF-17", lost) == ()


def test_what_was_split_off_or_sent_on_is_accounted_for():
    child = {"shipment": "NL-02", "goods": [line("1000")]}
    split = short().says("shipment.split", "NL-CUSTOMS", on(19), into=[child], all_of_it=False)
    assert findings("RF-17", split) == ()
    onward = {"child": child, "destination": "TZ", "authorisation": "EA-2"}
    sent_on = short().says("shipment.reexported", "NL-CUSTOMS", on(19), **onward)
    assert findings("RF-17", sent_on) == ()
    before = Story().says("shipment.split", "NL-CUSTOMS", on(1), into=[child], all_of_it=False)
    assert findings("RF-17", before.released().departed(goods=[line("24000")]))


def test_gross_mass_of_goods_by_the_litre_explains_nothing():
    gross = {"gross_mass": {"amount": "26500", "unit": "KGM"}}
    story = Story().released(goods=[line(unit="LTR", **gross)])
    found = only("RF-17", story.departed(goods=[line("26500", "LTR")]))
    assert "gross given for net" in found.summary
    assert "26,500 litres departed" in found.summary


def test_small_losses_at_every_step_add_up():
    story = (
        Story()
        .released()
        .departed(goods=[line("24850")])
        .arrived(goods=[line("24700")])
        .cleared(goods=[line("24700")])
        .received(goods=[line("24550")])
    )
    found = only("RF-17", story)
    assert found.key == "released-received:acetone/kg"
    assert "24,550 kg were received where 25,000 kg were released" in found.summary


@pytest.mark.parametrize(("result", "count"), [("conform", 0), ("discrepant", 1)])
def test_an_inspection_may_look_at_a_part_unless_it_says_more(result, count):
    story = under_way().inspected(result=result, goods_found=[line("5000")])
    assert len(findings("RF-17", story)) == count


def test_an_inspection_that_finds_more_is_a_discrepancy():
    found = only("RF-17", under_way().inspected(goods_found=[line("30000")]))
    assert "30,000 kg were found on inspection where 25,000 kg were released" in found.summary


def test_unit_slips_need_two_amounts():
    assert unit_slip(Decimal(0), Decimal(25)) is None
    assert unit_slip(Decimal(25), Decimal(25)) is None
    assert unit_slip(Decimal(25), Decimal("22679.6")) == "a unit slip (kilograms and short tons)"


def test_a_life_with_measured_arrival_is_silent():
    story = honest(arrived={"goods": [line("24950")], "observed": observed()})
    assert findings("RF-17", story) == ()
