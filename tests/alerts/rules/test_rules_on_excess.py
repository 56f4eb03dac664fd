"""RF-04: more than a permit allows, and what makes that look worse than it is."""

import pytest
from rule_stories import PARTIES, Story, line, on
from rule_world import World, findings, only

from alerts.rules import Severity


def permitted(amount, unit="KGM"):
    """Twenty-five tonnes that left under a permit for so much."""
    return Story().authorised(goods=[line(amount, unit)]).released().departed()


@pytest.mark.parametrize(
    ("amount", "unit", "units"),
    [
        ("25", "KGM", "kilograms and tonnes"),
        ("26", "KGM", "kilograms and tonnes"),  # for a little more than would be sent
        ("24.5", "KGM", "kilograms and tonnes"),  # or for a little less
        ("12000", "KGM", "kilograms and pounds"),  # in round figures
    ],
)
def test_a_permit_in_another_unit_is_a_slip_though_it_is_rounded_and_has_a_margin(
    amount, unit, units
):
    found = only("RF-04", permitted(amount, unit))
    assert found.summary.endswith(f"it looks like a unit slip ({units}).")
    assert (found.severity, found.alone, found.surprise) == (Severity.LOW, False, None)


@pytest.mark.parametrize("amount", ["15000", "10000", "38", "23"])
def test_a_permit_for_much_less_is_no_slip(amount):
    found = only("RF-04", permitted(amount))
    assert found.summary.endswith("no unit slip explains it.")
    assert (found.severity, found.alone) == (None, True)


def test_a_permit_is_exceeded_lowly_by_what_the_last_figure_written_may_be_off():
    def left(permit):
        permitted = Story().authorised(goods=[line(permit)])
        return only("RF-04", permitted.departed(goods=[line("0.8", "DTN")]))

    assert (left("75").severity, left("75").alone) == (Severity.LOW, False)
    assert (left("74").severity, left("74").alone) == (None, True)


def test_as_many_packages_as_permitted_hold_no_more_than_permitted():
    def left(count):
        permit = Story().authorised(goods=[line("20000", package_count=100, package_type="DR")])
        goods = [line("25000", package_count=count, package_type="DR")]
        return only("RF-04", permit.released().departed(goods=goods))

    assert (left(100).severity, left(100).alone) == (Severity.LOW, False)
    assert (left(125).severity, left(125).alone) == (None, True)


def test_an_import_declaration_of_more_than_was_seen_to_come_is_a_slip():
    def declared(found):
        story = importable(Story()).cleared(goods=[line("30000")])
        return only("RF-04", story.delivered(goods=[line(found)]))

    assert (declared("24900").severity, declared("24900").alone) == (Severity.LOW, False)
    assert (declared("30000").severity, declared("30000").alone) == (None, True)


def test_a_permit_is_exceeded_lowly_by_what_a_scale_explains_and_else_weighs_by_how_far():
    scale = only("RF-04", permitted("24200"))
    assert scale.summary == (
        "25,000 kg left where 24,200 kg are authorised: 800 kg more, beyond the 0.5 % for "
        "weighing; no unit slip explains it."
    )
    assert (scale.severity, scale.alone, scale.surprise) == (Severity.LOW, False, None)
    little, much = only("RF-04", permitted("24000")), only("RF-04", permitted("20000"))
    assert (little.severity, little.alone) == (None, True)
    assert little.surprise * 4 < much.surprise


def importable(story, amount="25000"):
    return story.says(
        "import.authorised",
        "KE-AUTHORITY",
        on(4),
        authorisation="IA-1",
        goods=[line(amount)],
        parties=PARTIES,
        valid_from="2026-03-01",
        valid_to="2026-12-31",
    )


def test_more_that_came_in_than_was_sent_within_the_permit_is_low():
    more = {"goods": [line("30000")]}
    found = only("RF-04", importable(Story()).departed().cleared(**more))
    assert found.summary == (
        "30,000 kg came in where 25,000 kg are authorised: 5,000 kg more, beyond the 0.5 % for "
        "weighing; no unit slip explains it."
    )
    assert (found.severity, found.alone) == (Severity.LOW, False)
    sent = only("RF-04", importable(Story()).departed(**more).cleared(**more))
    assert (sent.severity, sent.alone) == (None, True)


def shared(ref, at, amount="25000"):
    many = {"authorisation": "EA-MANY", "goods": [line("40000")], "simplified": True}
    return Story(ref).notice().authorised(**many).departed(at=at, goods=[line(amount)])


def test_what_only_earlier_loads_under_a_permit_make_too_much_adds_to_what_else_is_found():
    world = World(others=(shared("NL-00", 15),))
    found = only("RF-04", shared("NL-01", 20), world=world)
    assert found.summary == (
        "50,000 kg left with earlier shipments under the same authorisation where 40,000 kg are "
        "authorised: 10,000 kg more, beyond the 0.5 % for weighing; no unit slip explains it."
    )
    assert found.alone is False
    assert only("RF-04", shared("NL-01", 20, amount="50000"), world=world).alone is True
    assert findings("RF-04", shared("NL-01", 20, amount="15000"), world=world) == ()


def test_a_departure_that_was_reported_twice_counts_once():
    once = Story().authorised().departed()
    assert findings("RF-04", once.departed()) == ()
    assert only("RF-04", once.departed(at=21)).summary.startswith("50,000 kg left where 25,000 kg")


def test_a_departure_of_more_is_a_slip_unless_as_much_came_in():
    more = {"goods": [line("30000")]}
    left = Story().notice().authorised().released().departed(**more)
    assert findings("RF-04", left) == ()
    assert findings("RF-04", left.arrived(goods=[line()])) == ()
    found = only("RF-04", left.arrived(**more))
    assert found.summary.startswith("30,000 kg left where 25,000 kg are authorised: 5,000 kg more")
    assert found.alone is True
    both = Story().notice().authorised().released(**more).departed(**more)
    assert only("RF-04", both).alone is True


def test_a_permit_with_one_wrong_digit_by_the_notice_and_the_other_sides_permit_is_low():
    low = {"goods": [line("18600")]}
    plain = Story().notice(goods=[line("81600")]).authorised(**low)
    assert only("RF-04", plain.departed(goods=[line("81600")])).alone is True
    agreed = importable(plain, "81600").departed(goods=[line("81600")])
    found = only("RF-04", agreed)
    assert (found.severity, found.alone) == (Severity.LOW, False)
    part = importable(plain, "81600").departed(goods=[line("54400")])
    assert only("RF-04", part).alone is False
    less = Story().notice(goods=[line("81600")]).authorised(goods=[line("50000")])
    granted = importable(less, "81600").departed(goods=[line("81600")])
    assert only("RF-04", granted).alone is True  # no slip: it permitted less than was asked


def test_a_release_of_more_that_the_far_end_and_all_plans_contradict_is_a_slip():
    more = {"goods": [line("30000")]}
    released = Story().notice().authorised().released(**more)
    assert only("RF-04", released).alone is True
    found = only("RF-04", released.arrived(goods=[line()]))
    assert (found.severity, found.alone) == (Severity.LOW, False)
    assert only("RF-04", released.arrived(**more)).alone is True


def test_what_loading_adds_to_a_release_within_the_permit_is_no_excess():
    more = {"goods": [line("25200")]}
    story = Story().notice().authorised().released().departed(**more).arrived(**more)
    assert findings("RF-04", story) == ()
