"""RF-17 and the pen: papers that are outvoted, mistyped digits, lots still to come."""

import pytest
from rule_stories import Story, line, on
from rule_world import findings, only

from alerts.rules import Severity


def weighs(amount, unit="KGM", **more):
    return {"goods": [line(amount, unit, **more)]}


def released(amount, *, notice="25000", permit="25000"):
    """A release of so much, with a notice and a permit that may say otherwise."""
    return Story().notice(**weighs(notice)).authorised(**weighs(permit)).released(**weighs(amount))


def test_an_export_paper_that_the_notice_and_the_permits_contradict_is_the_slip():
    found = only("RF-17", released("27000").arrived(**weighs("25000")))
    assert found.summary == (
        "25,000 kg arrived where 27,000 kg were released: 2,000 kg (7.4 %) less, more than the "
        "0.75 % allowed; it looks like a slip in the export paper, since the notice and the "
        "permits say the same."
    )
    assert (found.severity, found.alone, found.surprise) == (Severity.INFO, False, None)


@pytest.mark.parametrize(
    "story",
    [
        released("27000", permit="27000"),  # the permit sides with the release
        Story().notice().released(**weighs("27000")),  # the notice is alone
        released("27000").departed(**weighs("27000")),  # as much left
    ],
)
def test_a_paper_that_another_one_bears_out_is_believed(story):
    found = only("RF-17", story.arrived(**weighs("25000")))
    assert found.summary.endswith("the bias of that scale do not explain it.")
    assert (found.severity, found.alone) == (None, True)


def test_a_wrong_unit_in_one_export_paper_is_its_slip_though_all_later_steps_agree():
    wrong = Story().notice().authorised().released(**weighs("25000", "TNE"))
    both = wrong.arrived(**weighs("25000")).received(**weighs("25000"))
    told = [each.summary.rpartition("; ")[2] for each in findings("RF-17", both)]
    slip = (
        "it looks like a slip in the export paper, since the notice and the permits say the same."
    )
    assert told == [slip, slip]


def test_a_digit_that_was_mistyped_is_low():
    story = Story().released(**weighs("24975")).arrived(**weighs("24575"))
    found = only("RF-17", story)
    assert found.summary == (
        "24,575 kg arrived where 24,975 kg were released: 400 kg (1.6 %) less, more than the "
        "0.75 % allowed; it looks like a typing slip of one digit."
    )
    assert found.severity is Severity.LOW
    swapped = Story().released(**weighs("24715")).arrived(**weighs("24175"))
    assert "a typing slip of one digit" in only("RF-17", swapped).summary


@pytest.mark.parametrize(
    "arrived",
    [
        Story().released(**weighs("24975")).arrived(**weighs("23230")),  # two digits
        Story().released(**weighs("25000")).arrived(**weighs("24000")),  # round: alike by chance
    ],
)
def test_other_numbers_are_no_typing_slip(arrived):
    assert only("RF-17", arrived).alone is True


def test_a_mistyped_digit_that_another_step_repeats_is_none():
    story = Story().released(**weighs("24975")).arrived(**weighs("23975"))
    (found,) = findings("RF-17", story.received(**weighs("23975")))
    assert found.summary.endswith(
        "it would look like a typing slip of one digit, but another step says the same."
    )
    assert found.alone is True


def test_where_no_notice_says_the_permit_decides_which_export_paper_has_the_slip():
    story = Story().authorised().released(**weighs("27000")).departed(**weighs("25000"))
    assert findings("RF-17", story.arrived(**weighs("25000"))) != ()
    found = only("RF-17", story)
    assert found.summary.startswith("27,000 kg were released where 25,000 kg departed")
    assert found.severity is Severity.INFO


def drums(amount, count):
    return weighs(amount, package_type="DR", package_count=count)


def test_as_many_packages_missing_as_goods_wait_longer_for_another_lot():
    lot = Story().released(**drums("25000", 100)).arrived(**drums("15000", 60))
    assert findings("RF-17", lot, now=on(84)) == ()
    found = only("RF-17", lot, now=on(85))
    assert found.summary.startswith("15,000 kg arrived where 25,000 kg were released")
    assert findings("RF-17", lot.arrived(at=80, **drums("10000", 40))) == ()


def test_so_much_that_a_lot_may_be_missing_waits_longer_where_nobody_counts_packages():
    much, little = (
        Story().released(**weighs("25000")).arrived(**weighs(amount))
        for amount in ("15000", "22000")
    )
    assert findings("RF-17", much, now=on(84)) == ()
    assert findings("RF-17", much, now=on(85))
    assert findings("RF-17", little, now=on(53)) == ()
    assert findings("RF-17", little, now=on(54))


def test_packages_that_left_tell_of_a_lot_where_the_release_counts_none():
    left = Story().released(**weighs("25000")).departed(**drums("25000", 100))
    assert findings("RF-17", left.arrived(**drums("15000", 100)), now=on(54))
    assert findings("RF-17", left.arrived(**drums("15000", 60)), now=on(84)) == ()


def test_goods_that_are_missing_from_all_their_packages_wait_no_longer():
    emptied = Story().released(**drums("25000", 100)).arrived(**drums("15000", 100))
    assert findings("RF-17", emptied, now=on(53)) == ()
    assert findings("RF-17", emptied, now=on(54))


@pytest.mark.parametrize("amount", ["2500", "2450", "250"])
def test_a_decimal_place_too_few_looks_like_a_slip_even_if_the_scale_is_a_little_off(amount):
    found = only("RF-17", released("25000").arrived(**weighs(amount)))
    assert found.summary.endswith(
        "; it looks like a unit slip (a decimal place)."
        if amount != "250"
        else "; it looks like a unit slip (two decimal places)."
    )
    assert found.alone is False


def test_a_tenth_of_the_load_and_no_more_at_any_other_step_is_no_slip_of_the_pen():
    story = released("25000").arrived(**weighs("2500")).delivered(**weighs("2500"))
    assert "it would look like a unit slip" in only("RF-17", story).summary


def test_a_step_that_had_less_than_a_later_one_saw_a_part():
    story = released("25000").departed(**weighs("9000")).arrived(**weighs("15000"))
    told = {each.key: each for each in findings("RF-17", story)}
    assert told["released-departed:acetone/kg"].summary.endswith(
        "it looks like a part of it, since a later step had more."
    )
    assert told["released-departed:acetone/kg"].alone is False
    assert told["released-arrived:acetone/kg"].alone is True


def noted(**more):
    claims = {"about": "quantity", "declared": "25000", "found": "22000", "unit": "KGM"}
    return {"kind": "discrepancy.recorded", "agency": "KE-CUSTOMS", "at": on(43)} | claims | more


@pytest.mark.parametrize(
    ("more", "explained"),
    [
        ({"resolved": True, "explanation": "packages damaged in handling"}, True),
        ({"resolved": True}, False),  # no reason
        ({"explanation": "packages damaged in handling"}, False),  # open
        ({"resolved": True, "explanation": "another name", "about": "party"}, False),
    ],
)
def test_a_difference_that_an_authority_explained_and_settled_only_adds(more, explained):
    short = Story().notice().released(**weighs("25000")).arrived(**weighs("22000"))
    short = short.cleared(**weighs("22000"))
    told = noted(**more)
    story = short.says(told.pop("kind"), told.pop("agency"), told.pop("at"), **told)
    for rule in ("RF-17", "RF-24"):
        found = only(rule, story)
        assert ("a difference that KE looked into and settled" in found.summary) is explained
        assert found.alone is not explained
