"""RF-03 and RF-04: more than a country needs, or than a permit allows."""

from decimal import Decimal

import pytest
from rule_stories import (
    PARTIES,
    Story,
    line,
    on,
    under_way,
)
from rule_world import World, counted, findings, kg, only

from alerts.rules import Severity
from ledger.standing import Licence, Requirement, Standing


def needing(amount, *shipments):
    """A world where KE declared what it needs of acetone in 2026, and these are notified."""
    declared = Requirement(
        substance="acetone", year=2026, masses=kg(Decimal(amount)), stated_at=on(-60)
    )
    country = Standing(subject="KE", requirements={"acetone/2026": declared})
    return World(countries={"KE": country}, counted=shipments)


MINE = counted("NL-01", Decimal(25000), 0)
BEFORE = counted("NL-00", Decimal(15000), -10)
AFTER = counted("NL-02", Decimal(90000), 3)


def test_a_notice_beyond_the_annual_requirement_is_high():
    found = only("RF-03", Story().notice(), world=needing(32000, BEFORE, MINE))
    assert found.summary == (
        "With this shipment 40,000 kg are notified towards KE in 2026, 125.0 % of the 32,000 kg "
        "that it declared as its annual requirement."
    )
    assert found.severity is None
    assert found.about == ("country", "KE/acetone/2026")
    assert found.countries == {"KE"}


def test_a_notice_near_the_annual_requirement_is_a_warning_that_only_adds():
    found = only("RF-03", Story().notice(), world=needing(40000, BEFORE, MINE))
    assert (found.severity, found.alone, found.surprise) == (Severity.LOW, False, None)
    assert "100.0 %" in found.summary


def test_an_annual_requirement_exceeded_weighs_by_how_far():
    little, much = (
        only("RF-03", Story().notice(), world=needing(needed, BEFORE, MINE))
        for needed in (38000, 20000)
    )
    assert (little.alone, much.alone) == (True, True)
    assert little.surprise * 10 < much.surprise
    none = only("RF-03", Story().notice(), world=needing(0, MINE))
    assert (none.alone, none.surprise) == (True, None)


@pytest.mark.parametrize(
    "world",
    [
        needing(60000, BEFORE, MINE),
        needing(32000, MINE, AFTER),  # those that come after carry the finding themselves
        needing(32000),  # this shipment is cancelled or not counted
        World(counted=(MINE, BEFORE)),  # nothing was declared
    ],
)
def test_within_the_annual_requirement_nothing_is_found(world):
    assert findings("RF-03", Story().notice(), world=world) == ()


def test_a_requirement_of_nothing_is_exceeded_by_anything():
    found = only("RF-03", Story().notice(), world=needing(0, MINE))
    assert "against the 0 kg" in found.summary


def test_more_than_the_authorisation_leaves():
    story = Story().authorised(goods=[line("24000")]).released().departed()
    found = only("RF-04", story)
    assert found.summary == (
        "25,000 kg left where 24,000 kg are authorised: 1,000 kg more, beyond the 0.5 % for "
        "weighing; no unit slip explains it."
    )
    assert found.evidence == (story.jti(0), story.jti(2))


def test_what_weighing_explains_is_within_the_authorisation():
    assert findings("RF-04", Story().authorised(goods=[line("24900")]).departed()) == ()
    assert findings("RF-04", Story().departed()) == ()


def test_an_authorisation_in_the_wrong_unit_is_low():
    story = Story().authorised(goods=[line("25")]).departed()
    found = only("RF-04", story)
    assert found.severity is Severity.LOW
    assert found.summary.endswith("it looks like a unit slip (kilograms and tonnes).")


def test_shipments_under_one_reusable_authorisation_add_up():
    shared = {"authorisation": "EA-MANY", "goods": [line("40000")], "simplified": True}
    first = Story("NL-00").notice().authorised(**shared).departed(at=15)
    second = Story().notice().authorised(**shared).departed(at=20)
    found = only("RF-04", second, world=World(others=(first,)))
    assert "50,000 kg left with earlier shipments under the same authorisation" in found.summary
    assert found.alone is False
    assert findings("RF-04", first, world=World(others=(second,))) == ()


def test_a_hair_over_is_not_grave_because_of_earlier_shipments():
    """A permit for many may be stated anew for each, as if it were for that load alone."""
    many = {"authorisation": "EA-MANY", "simplified": True}
    first = Story("NL-00").notice().authorised(**many, goods=[line("400000")]).departed(at=15)
    for permitted, alone in (("24700", False), ("20000", True)):
        second = Story().notice().authorised(**many, goods=[line(permitted)]).departed(at=20)
        assert only("RF-04", second, world=World(others=(first,))).alone is alone


def test_an_import_beyond_its_authorisation_is_found_too():
    story = Story().says(
        "import.authorised",
        "KE-AUTHORITY",
        on(4),
        authorisation="IA-1",
        goods=[line("20000")],
        parties=PARTIES,
        valid_from="2026-03-01",
        valid_to="2026-12-31",
    )
    assert "25,000 kg came in" in only("RF-04", story.cleared()).summary


def limited(amount):
    held = Licence(
        number="L1",
        country="NL",
        type="licence",
        status="active",
        substances=("acetone",),
        activities=("export",),
        premises=(),
        valid_from=on(-100).date(),
        limit=None if amount is None else kg(Decimal(amount)),
    )
    key = "NL:noordzee solvents bv"
    return World(standings={key: Standing(subject=key, licences={"NL/L1": held})})


def test_a_shipment_beyond_the_limit_of_the_licence_is_found():
    found = only("RF-04", under_way(), world=limited(10000))
    assert "10,000 kg are what the exporter's licence allows" in found.summary


@pytest.mark.parametrize("amount", [None, 25000])
def test_a_licence_that_allows_as_much_is_kept(amount):
    assert findings("RF-04", under_way(), world=limited(amount)) == ()
