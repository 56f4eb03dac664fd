"""HS codes that a country declares a substance under, though no list has them: RF-09 and RF-24."""

import pytest
from rule_stories import PARTIES, Story, day, line, on
from rule_world import World, dossier, findings, many, only

from alerts.rules import Severity
from alerts.rules.aggregates import ASKS
from alerts.rules.headings import heading_of, observed_headings

KE = heading_of("KE", "acetone")
OTHER = "382499"
PERMIT = {
    "authorisation": "IA-1",
    "parties": PARTIES,
    "valid_from": day(0),
    "valid_to": day(90),
}


def cleared(code=OTHER, out="291411"):
    return Story().released(goods=[line(hs=out)]).departed().cleared(goods=[line(hs=code)])


def known(*codes, what=KE):
    return World(seen={what: many(*codes)})


def test_a_country_that_reads_the_tariff_its_own_way_is_no_diversion():
    world = known(OTHER, OTHER, "291411")
    code = only("RF-09", cleared(), world=world)
    assert code.summary == (
        "The goods are declared under an HS code that is not listed for their substance, as were "
        "2 of 3 loads that KE declared otherwise before."
    )
    assert (code.severity, code.alone) == (Severity.INFO, False)
    apart = only("RF-24", cleared(), world=world)
    assert apart.summary == (
        "The goods have one HS code for export and another for import: both are listed for them, "
        "or what the country has declared before."
    )
    assert (apart.severity, apart.alone) == (Severity.INFO, False)


@pytest.mark.parametrize(
    "world",
    [
        known(),
        known(OTHER),  # once is no habit
        known(OTHER, OTHER, *["291411"] * 3),  # nor is what most loads are not
        known(OTHER, OTHER, what=heading_of("NL", "acetone")),  # nor another country's
        known("310230", "310230"),
    ],
)
def test_a_code_that_the_country_seldom_declared_before_is_found(world):
    assert only("RF-09", cleared(), world=world).alone is True
    apart = only("RF-24", cleared(), world=world)
    assert apart.summary == "The goods have one HS code for export and another for import."
    assert (apart.severity, apart.alone) == (Severity.INFO, False)  # RF-09 has told of it


def test_the_habit_of_the_one_end_does_not_explain_the_other():
    falsely_exported = cleared(out="310230")
    apart = only("RF-24", falsely_exported, world=known(OTHER, OTHER))
    assert apart.summary == "The goods have one HS code for export and another for import."
    assert len(findings("RF-09", falsely_exported, world=known(OTHER, OTHER))) == 2


def test_a_country_is_remembered_by_its_declarations_and_asked_about_by_any_paper():
    told = {(what, value) for what, _, value in observed_headings(dossier(cleared()))}
    nl = heading_of("NL", "acetone")
    assert told == {(KE, ASKS), (nl, ASKS), (KE, 382499), (nl, 291411)}
    permitted = (
        Story()
        .notice(goods=[line(hs="291411")])
        .says("import.authorised", "KE-AUTHORITY", on(4), **PERMIT | {"goods": [line(hs=OTHER)]})
    )
    asked = [(what, value) for what, _, value in observed_headings(dossier(permitted))]
    assert sorted(asked) == [(KE, ASKS), (nl, ASKS)]


def test_where_all_say_the_same_nothing_is_remembered_and_nothing_excused():
    same = cleared(out=OTHER)
    assert list(observed_headings(dossier(same))) == []
    assert only("RF-09", same, world=known(OTHER, OTHER)).alone is True
