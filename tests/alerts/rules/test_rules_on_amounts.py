"""RF-03, RF-04, RF-17, RF-24: too much, too little, and the slips that look like either."""

from decimal import Decimal

import pytest
from rule_stories import (
    EXPORTER,
    IMPORTER,
    PARTIES,
    Story,
    World,
    counted,
    dossier,
    findings,
    honest,
    kg,
    line,
    observed,
    on,
    only,
    under_way,
)

from alerts.rules import Severity, due
from alerts.rules.slips import unit_slip
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


def test_a_notice_near_the_annual_requirement_is_a_warning():
    found = only("RF-03", Story().notice(), world=needing(40000, BEFORE, MINE))
    assert found.severity is Severity.MEDIUM
    assert "100.0 %" in found.summary


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
    assert findings("RF-04", first, world=World(others=(second,))) == ()


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


def test_less_departs_than_was_released():
    story = Story().notice().agreed().authorised().released().departed(goods=[line("24000")])
    found = only("RF-17", story)
    assert found.summary == (
        "24,000 kg departed where 25,000 kg were released: 1,000 kg (4.0 %) less, more than the "
        "0.75 % allowed; a unit slip, gross given for net and rounding do not explain it."
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


def test_a_surplus_does_not_wait():
    story = Story().released().departed(goods=[line("26000")])
    assert "4.0 %) more" in only("RF-17", story, now=on(20)).summary


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
        (line("24600"), line("25", "TNE"), "rounding to whole tonnes"),
    ],
)
def test_an_honest_slip_is_low_and_says_which(released, departed, words):
    found = only("RF-17", Story().released(goods=[released]).departed(goods=[departed]))
    assert found.severity is Severity.LOW
    assert found.summary.endswith(f"it looks like {words}.")


def test_a_concentration_stated_on_one_side_only_is_no_loss():
    strong = line(concentration={"low": "90", "high": "90"})
    assert findings("RF-17", Story().released().departed(goods=[strong])) == ()


def test_what_was_reported_lost_is_accounted_for():
    lost = short().says(
        "loss.reported", "NL-POLICE", on(19), goods=[line("1000")], loss="theft", place="NLRTM"
    )
    assert findings("RF-17", lost) == ()


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
    assert "30,000 kg were found on inspection where 25,000 kg departed" in found.summary


def test_unit_slips_need_two_amounts():
    assert unit_slip(Decimal(0), Decimal(25)) is None
    assert unit_slip(Decimal(25), Decimal(25)) is None
    assert unit_slip(Decimal(25), Decimal("22679.6")) == "a unit slip (kilograms and short tons)"


def worth(amount, currency="EUR", **more):
    return line(value={"amount": amount, "currency": currency}, **more)


def mirrored(out, back, **cleared):
    return Story().notice().released(goods=[out]).cleared(goods=[back], **cleared)


def test_less_is_declared_for_import_than_for_export():
    story = mirrored(line(), line("20000"))
    found = only("RF-24", story)
    assert found.summary == (
        "20,000 kg were declared for import where 25,000 kg were declared for export: 5,000 kg "
        "(20.0 %) less, more than the 2 % allowed; a unit slip, gross given for net and rounding "
        "do not explain it."
    )
    assert found.evidence == (story.jti(1), story.jti(2))


def test_another_lot_may_still_be_cleared():
    story = mirrored(line(), line("20000"))
    assert findings("RF-24", story, now=on(50)) == ()
    assert due(dossier(story, now=on(50))) == on(56)
    assert findings("RF-24", story.cleared(at=50, goods=[line("5000")])) == ()
    assert findings("RF-24", story.received(at=45), now=on(50))


def test_more_is_declared_for_import_at_once():
    assert findings("RF-24", mirrored(line(), line("30000")), now=on(42))


def test_declarations_in_other_units_are_a_slip():
    found = only("RF-24", mirrored(line(), line("25000", "TNE")))
    assert found.severity is Severity.LOW


@pytest.mark.parametrize(
    ("back", "count"),
    [
        (worth("20000"), 0),
        (worth("24000"), 0),  # 20 % more: tolerance and freight
        (worth("24300"), 1),
        (worth("17900"), 1),
        (worth("90000", "KES"), 0),  # no common currency
        (line(), 0),  # no value stated
    ],
)
def test_values_may_differ_by_freight_and_insurance(back, count):
    assert len(findings("RF-24", mirrored(worth("20000"), back))) == count


def test_a_value_that_does_not_mirror_reads_as_a_sentence():
    assert only("RF-24", mirrored(worth("20000"), worth("40000"))).summary == (
        "The import was valued at 40,000 EUR and the export at 20,000 EUR, 100.0 % more; freight "
        "and insurance do not explain it."
    )


def test_another_hs_code_is_found_and_one_wrong_digit_is_low():
    other = only("RF-24", mirrored(line(hs="291411"), line(hs="310230")))
    assert other.severity is None
    slip = only("RF-24", mirrored(line(hs="291411"), line(hs="2914.12")))
    assert slip.severity is Severity.LOW
    edition = line(hs="310230", hs_edition="2017")
    assert findings("RF-24", mirrored(line(hs="291411", hs_edition="2022"), edition)) == ()


def test_a_substance_only_the_import_knows_is_found():
    found = findings("RF-24", mirrored(line(), line(substance="toluene")))
    assert [each.key for each in found] == ["substance:toluene"]


def test_another_importer_is_found_and_another_spelling_is_not():
    spelt = {"exporter": EXPORTER, "importer": {**IMPORTER, "name": "RIFT VALLEY PAINTS LIMITED"}}
    assert findings("RF-24", mirrored(line(), line(), parties=spelt)) == ()
    other = {"importer": {"name": "Harbour Metals", "country": "KE"}}
    found = only("RF-24", mirrored(line(), line(), parties=other))
    assert found.summary == (
        "The importer in the import declaration is not the one in the export declaration."
    )


def test_another_number_for_the_same_name_is_low():
    one = {"importer": {**IMPORTER, "scheme": "national", "identifier": "KE-1"}}
    other = {"importer": {**IMPORTER, "scheme": "national", "identifier": "KE-2"}}
    story = Story().released(parties=one | {"declarant": EXPORTER}).cleared(parties=other)
    assert only("RF-24", story).severity is Severity.LOW


def test_a_life_with_measured_arrival_is_silent():
    story = honest(arrived={"goods": [line("24950")], "observed": observed()})
    assert findings("RF-17", story) == ()
