"""RF-09 and RF-27: codes that do not belong together, identifiers that cannot be right."""

import pytest
from rule_stories import EXPORTER, IMPORTER, Story, line, observed
from rule_world import ROSTER, findings, only

from alerts.rules import Severity


def declared(**more):
    return Story().notice(goods=[line(**more)])


def test_an_hs_code_of_other_goods_is_found_once_for_all_who_state_it():
    story = declared(hs="310230").released(goods=[line(hs="3102.30.90")])
    found = only("RF-09", story)
    assert found.summary == (
        "The goods are declared under an HS code that is not listed for their substance; no typing "
        "slip explains it."
    )
    assert found.evidence == (story.jti(0), story.jti(1))
    assert found.key == "acetone:hs:310230"


@pytest.mark.parametrize(
    "more",
    [
        {"hs": "291411", "cas": "67-64-1", "un_number": "1090"},
        {"hs": "2914.11.00", "cas": "67641", "un_number": "UN1090"},
        {"hs": "310230", "hs_edition": "2017"},  # codes move between editions
        {"hs": "310230", "substance": "water"},  # on no list
        {},
    ],
)
def test_listed_or_unjudged_codes_are_silent(more):
    assert findings("RF-09", declared(**more)) == ()


@pytest.mark.parametrize(
    "more", [{"hs": "291412"}, {"hs": "294111"}, {"cas": "667-64-1"}, {"un_number": "UN109"}]
)
def test_one_wrong_character_is_a_typing_slip(more):
    found = only("RF-09", declared(**more))
    assert found.severity is Severity.LOW
    assert found.summary.endswith("it looks like a typing slip.")


@pytest.mark.parametrize("cas", ["67-64-2", "76-64-1", "67-4-1"])
def test_nothing_passes_under_a_mistyped_cas_number(cas):
    found = only("RF-09", declared(cas=cas))
    assert found.severity is Severity.INFO
    assert found.alone is False
    assert found.summary.endswith("it looks like a typing slip, since no substance has it.")


def test_another_substances_cas_and_un_numbers_are_found():
    found = findings("RF-09", declared(cas="108-88-3", un_number="1294"))
    assert [each.severity for each in found] == [None, None]


def test_without_listings_nothing_is_judged():
    assert findings("RF-09", declared(hs="310230"), roster=ROSTER.but(listings={})) == ()


def boxed(*numbers):
    return Story().departed(equipment=[{"container": number} for number in numbers])


def test_a_container_number_with_a_wrong_check_digit_is_low():
    story = boxed("MSKU9070324")
    found = only("RF-27", story)
    assert found.summary == (
        "Container number MSKU9070324 is not valid: the container number's check digit is 4 and "
        "should be 3: one digit is wrong."
    )
    assert found.severity is None
    assert found.evidence == (story.jti(0),)


def test_two_bad_identifiers_on_one_shipment_are_medium_and_stand_alone():
    two = only("RF-27", boxed("MSKU9070324", "CSQU3054384"))
    assert (two.severity, two.alone) == (Severity.MEDIUM, True)
    assert "and 1 other are not valid" in two.summary
    one = only("RF-27", boxed("MSKU9070324"))
    assert (one.severity, one.alone) == (None, False)


def test_a_bad_number_beside_a_valid_one_like_it_is_a_typing_slip():
    seen = observed(equipment=[{"container": "MSKU9070323"}])
    found = only("RF-27", boxed("MSKU9070324", "MSKU9070328").arrived(observed=seen))
    assert found.alone is False
    assert found.summary.endswith("looks like a typing slip: another statement has one like it.")


def test_a_registered_identifier_of_a_trader_is_judged_too():
    bad = {**EXPORTER, "scheme": "lei", "identifier": "724500VKKSH9QOLTFR80"}
    story = Story().notice(parties={"exporter": bad, "importer": IMPORTER})
    assert "LEI 724500VKKSH9QOLTFR80" in only("RF-27", story).summary
    national = {**EXPORTER, "scheme": "national", "identifier": "???"}
    story = Story().notice(parties={"exporter": national, "importer": IMPORTER})
    assert findings("RF-27", story) == ()


def test_an_hs_code_with_national_digits_is_fine():
    assert findings("RF-27", declared(hs="2914 11 00")) == ()
    assert only("RF-27", declared(hs="29-1")).summary == (
        "An HS code is not valid: a code of the Harmonized System is six digits."
    )
