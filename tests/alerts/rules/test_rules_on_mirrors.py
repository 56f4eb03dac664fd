"""RF-24: the two declarations of one trade."""

import pytest
from rule_stories import (
    EXPORTER,
    IMPORTER,
    Story,
    line,
    on,
)
from rule_world import ROSTER, dossier, findings, only

from alerts.rules import Severity, due


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
    assert findings("RF-24", story.cleared(at=50, goods=[line("5000")])) == ()
    received = story.received(at=45)  # one lot, perhaps
    assert findings("RF-24", received, now=on(86)) == ()
    assert due(dossier(received, now=on(50))) == on(87)
    assert findings("RF-24", received, now=on(87))


def test_what_was_cleared_before_anything_left_is_another_shipments():
    early = Story().notice().released(at=18).cleared(at=10, goods=[line("9000")])
    assert findings("RF-24", early, now=on(90)) == ()
    late = Story().notice().released(at=18).cleared(at=17.5, goods=[line("9000")])
    assert findings("RF-24", late, now=on(90)) != ()


def test_what_is_too_much_for_a_lot_is_believed_sooner():
    story = mirrored(line(), line("23000"))
    assert findings("RF-24", story, now=on(55)) == ()
    assert findings("RF-24", story, now=on(56))
    assert findings("RF-24", story.received(at=45), now=on(50))


def test_more_is_declared_for_import_at_once():
    assert findings("RF-24", mirrored(line(), line("30000")), now=on(42))


def test_declarations_in_other_units_are_a_slip():
    found = only("RF-24", mirrored(line(), line("25000", "TNE")))
    assert (found.severity, found.alone) == (Severity.INFO, False)
    assert only("RF-24", mirrored(line(), line("25"))).severity is Severity.LOW


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


def test_another_hs_code_is_found_and_one_wrong_digit_is_left_to_another_rule():
    story = mirrored(line(hs="291411"), line(hs="310230"))
    for roster, severity in (
        (ROSTER, Severity.INFO),  # RF-09 tells of the one that is not listed
        (ROSTER.but(listings={}), Severity.LOW),  # and here of neither
    ):
        other = only("RF-24", story, roster=roster)
        assert (other.severity, other.alone) == (severity, False)
    assert findings("RF-24", mirrored(line(hs="291411"), line(hs="2914.12"))) == ()
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


def test_a_clearance_of_less_is_low_where_arrival_or_receipt_had_it_all():
    lot = mirrored(line(), line("20000"))
    for story in (lot.arrived(goods=[line()]), lot.received(goods=[line("24900")])):
        found = only("RF-24", story)
        assert found.summary.endswith(
            "it looks like a lot whose clearance nobody has reported, or a slip, since other steps "
            "had it all."
        )
        assert (found.severity, found.alone, found.surprise) == (Severity.LOW, False, None)
    both = lot.arrived(goods=[line()]).received(goods=[line("20000")])
    assert only("RF-24", both).alone is True


def test_an_export_declaration_that_notice_and_permit_contradict_is_the_slip():
    declared = {"goods": [line("30000")]}
    story = Story().notice().authorised().released(**declared).cleared()
    found = only("RF-24", story)
    assert found.summary.endswith(
        "(16.7 %) less, more than the 2 % allowed; it looks like a slip in the export declaration, "
        "since the notice and the permits say the same."
    )
    assert found.severity is Severity.INFO
    permitted = Story().notice().authorised(**declared).released(**declared).cleared()
    assert only("RF-24", permitted).severity is None
    left = Story().notice().authorised().released(**declared).departed(**declared).cleared()
    assert only("RF-24", left).severity is None


def test_small_differences_are_low_and_great_ones_stand_alone():
    small = only("RF-24", mirrored(line(), line("24000")))
    assert (small.severity, small.alone) == (Severity.LOW, False)
    great = only("RF-24", mirrored(line(), line("20000")))
    assert (great.severity, great.alone) == (None, True)
    assert small.surprise * 4 < great.surprise


def test_a_value_surprises_by_how_far_it_is_outside_what_freight_explains():
    near, far = (only("RF-24", mirrored(worth("20000"), worth(v))) for v in ("24800", "40000"))
    assert near.surprise * 10 < far.surprise
    less = only("RF-24", mirrored(worth("20000"), worth("9000")))
    assert "55.0 % less" in less.summary
    assert near.surprise < less.surprise
    assert findings("RF-24", mirrored(worth("20000"), worth("21000"))) == ()


def buying(name, **more):
    return {"exporter": EXPORTER, "importer": {"country": "KE", "name": name, **more}}


def test_a_trader_that_one_end_writes_in_several_ways_is_the_same_trader():
    declarant = {"declarant": EXPORTER}
    story = (
        Story()
        .notice(parties=buying("Rift Valley Paints Ltd") | declarant)
        .released(parties=buying("RVP Coatings") | declarant)
    )
    assert findings("RF-24", story.cleared(parties=buying("Rift Valley Paints Ltd"))) == ()
    assert findings("RF-24", story.cleared(parties=buying("RVP Coatings"))) == ()
    found = only("RF-24", story.cleared(parties=buying("Harbour Metals")))
    assert found.key == "importer"
    assert (found.severity, found.alone) == (None, True)


def test_another_number_for_the_same_name_is_low():
    one = {"importer": {**IMPORTER, "scheme": "national", "identifier": "KE-1"}}
    other = {"importer": {**IMPORTER, "scheme": "national", "identifier": "KE-2"}}
    story = Story().released(parties=one | {"declarant": EXPORTER}).cleared(parties=other)
    found = only("RF-24", story)
    assert found.severity is Severity.LOW
    assert found.summary == (
        "The importer in the import declaration is not the one in the export declaration; the name "
        "is the same, the registered number is not."
    )


def test_a_few_kilograms_of_a_small_lot_are_no_difference():
    assert findings("RF-24", mirrored(line("3"), line("2.5"))) == ()
    assert findings("RF-24", mirrored(line("300"), line("250")))
