"""RF-12: buyers that were refused once and try another way; and how alike two names are."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rule_stories import EXPORTER, IMPORTER, ROUTE, Story, line, on
from rule_world import World, findings, only

from alerts.rules import Severity
from alerts.rules.aggregates import contact_of, firm_of, trade_of
from alerts.rules.names import jaro_winkler, located, one_slip, same_trader, similarity
from alerts.rules.questions import Observation
from ledger.claims import Party
from ledger.standing import Standing

BROKER = {"name": "Baltic Bulk Handling", "country": "NL"}


def refused(**importer):
    """An order by way of another exporter, objected to sixty days before ours."""
    parties = {"exporter": BROKER, "importer": {**IMPORTER, **importer}}
    return Story("NL-00").notice(at=-70, parties=parties).objected(at=-60)


def shopping(other, story=None):
    return findings("RF-12", story or Story().notice(), world=World(others=(other,)))


def test_a_refused_buyer_that_comes_back_through_another_exporter_is_found():
    other, story = refused(), Story().notice()
    found = only("RF-12", story, world=World(others=(other,)))
    assert found.summary == (
        "The importer matches one of an order objected to on 2025-12-31, 60 days before this "
        "notice, by its phone number; this order goes through another exporter."
    )
    assert found.severity is None
    assert found.evidence == (other.jti(1), story.jti(0))
    assert found.key == "NL-00"


@pytest.mark.parametrize(
    ("importer", "mine", "what"),
    [
        ({"phone": None, "name": "RIFT VALEY PAINTS LIMITED"}, {}, "name"),
        (
            {"name": "Q", "phone": None, "email": "buy@rift.example"},
            {"email": "BUY@rift.example"},
            "e-mail address",
        ),
        ({"name": "Q", "phone": "00254-20-5550100"}, {}, "phone number"),
        (
            {"name": "Q", "phone": None, "scheme": "national", "identifier": "K1"},
            {"scheme": "national", "identifier": "k1"},
            "identifier",
        ),
    ],
)
def test_a_match_is_by_identifier_phone_mail_or_name(importer, mine, what):
    other = refused(**{k: v for k, v in importer.items() if v is not None})
    if "phone" in importer and importer["phone"] is None:
        other = without_phone(importer)
    story = Story().notice(parties={"exporter": EXPORTER, "importer": {**IMPORTER, **mine}})
    (found,) = shopping(other, story)
    assert f"by its {what};" in found.summary
    assert found.severity is None


def without_phone(importer):
    named = {"country": "KE", "name": IMPORTER["name"]}
    named |= {k: v for k, v in importer.items() if v is not None}
    parties = {"exporter": BROKER, "importer": named}
    return Story("NL-00").notice(at=-70, parties=parties).objected(at=-60)


def test_an_address_alone_is_weak_since_honest_firms_share_buildings():
    other = without_phone({"name": "Q", "address": "Industrial Road 5, Nairobi"})
    mine = {**IMPORTER, "address": "Industrial road 5 - Nairobi"}
    story = Story().notice(parties={"exporter": EXPORTER, "importer": mine})
    (found,) = shopping(other, story)
    assert found.alone is False
    crowd = [Party(name=f"Firm {n}", country="KE") for n in range(8)]
    housed = contact_of("address", located(mine["address"]))
    seen = {
        housed: tuple(Observation(ref="X", at=on(-9), value=firm_of(each.key)) for each in crowd)
    }
    assert findings("RF-12", story, world=World(others=(other,), seen=seen)) == ()


def test_a_refused_firm_that_comes_back_under_another_name_is_found_at_the_same_seller():
    parties = {"exporter": EXPORTER, "importer": {**IMPORTER, "name": "Mara Coatings Ltd"}}
    other = Story("NL-00").notice(at=-70, parties=parties).objected(at=-60)
    (found,) = shopping(other)
    assert found.summary.endswith("by its phone number; this order goes through another name.")
    assert found.alone is True


@pytest.mark.parametrize(
    ("one", "other"),
    [("KE:rift valley paints ltd", "national:K1"), ("national:K1", "KE:rift valley paints ltd")],
)
def test_a_refused_buyer_that_an_agency_states_to_be_the_same_is_found(one, other):
    gone = {"name": "Mara Coatings Ltd", "country": "KE", "scheme": "national", "identifier": "K1"}
    before = Story("NL-00").notice(at=-70, parties={"exporter": BROKER, "importer": gone})
    said = Standing(subject=one, identities={f"KE/{other}": ("one",)})
    world = World(others=(before.objected(at=-60),), standings={one: said})
    found = only("RF-12", Story().notice(), world=world)
    assert "by its identity, as an agency stated it; this order goes through" in found.summary
    denied = {**said.identities, f"UG/{other}": ("apart",)}
    apart = World(others=world.others, standings={one: said.but(identities=denied)})
    assert findings("RF-12", Story().notice(), world=apart) == ()


def test_a_buyer_in_another_script_is_known_again():
    other = without_phone({"name": "ООО Рифт Валли Пейнтс"})
    (found,) = shopping(other)
    assert "by its name;" in found.summary


def test_a_seller_that_the_buyer_had_before_the_refusal_makes_it_weak():
    before = Story("NL-77").notice(at=-200)
    trade = trade_of("KE:rift valley paints ltd", "acetone")
    seen = {trade: (Observation(ref="NL-77", at=on(-200), value=Decimal(1)),)}
    world = World(others=(refused(), before), seen=seen)
    found = only("RF-12", Story().notice(), world=world)
    assert found.summary.endswith("exporter; it had ordered from this exporter before.")
    assert (found.severity, found.alone) == (Severity.INFO, False)


@pytest.mark.parametrize(("at", "alone"), [(-60, True), (-179, True), (-181, False)])
def test_a_refusal_that_is_long_past_only_adds_to_what_else_is_found(at, alone):
    parties = {"exporter": BROKER, "importer": IMPORTER}
    (found,) = shopping(Story("NL-00").notice(at=at - 10, parties=parties).objected(at=at))
    assert f", {-at} days before this notice, by its" in found.summary
    assert found.alone is alone


def test_an_end_user_that_was_an_importer_is_found_in_another_country():
    parties = {"exporter": BROKER, "importer": {"name": "X", "country": "TZ"}, "end_user": IMPORTER}
    route = {**ROUTE, "exporting": "EG"}
    story = Story("EG-01").says(
        "notice.sent",
        "EG-AUTHORITY",
        on(0),
        pen="P",
        goods=[line()],
        parties=parties,
        route=route,
        dispatch_expected="2026-04-01T00:00:00Z",
        reply_due="2026-03-20T00:00:00Z",
        legal_list="x",
    )
    (found,) = shopping(refused(), story)
    assert found.summary.startswith("The end user matches")
    assert found.summary.endswith("through another exporting country.")


@pytest.mark.parametrize(
    "other",
    [
        Story("NL-00").notice(at=-70).objected(at=-60),  # same exporter: not another way
        refused().agreed(at=-50),  # the objection was cured
        Story("NL-00")
        .notice(at=-500, parties={"exporter": BROKER, "importer": IMPORTER})
        .objected(at=-490),  # too long ago
        Story("NL-00").notice(at=-70, parties={"exporter": BROKER, "importer": IMPORTER}),
        Story("NL-00")
        .notice(at=-70, parties={"exporter": BROKER, "importer": IMPORTER})
        .objected(at=3),  # refused after ours was sent
        Story("NL-00")
        .notice(
            at=-70,
            goods=[line(substance="toluene")],
            parties={"exporter": BROKER, "importer": IMPORTER},
        )
        .objected(at=-60),
        without_phone({"name": "Harbour Metals"}),
        Story("NL-00").objected(at=-60),  # nobody said who it was for
    ],
)
def test_other_orders_are_not_company_shopping(other):
    assert shopping(other) == ()


def test_a_stopped_order_whose_buyer_nobody_named_matches_nobody():
    moved = Story("EG-00").says(
        "shipment.departed",
        "EG-CUSTOMS",
        on(-70),
        goods=[line()],
        route={**ROUTE, "exporting": "EG", "transit": []},
        transport={"mode": "sea", "means": "MV Example"},
        office_of_exit="EG01",
    )
    stopped = {"reason": "doubt", "evidence_level": "suspicion"}
    assert shopping(moved.says("shipment.stopped", "KE-POLICE", on(-60), **stopped)) == ()


def test_a_stopped_order_is_a_refusal_too_and_a_withdrawn_one_may_be_a_change_of_plan():
    before = Story("NL-00").notice(at=-70, parties={"exporter": BROKER, "importer": IMPORTER})
    withdrawn = before.says(
        "notice.withdrawn", "NL-AUTHORITY", on(-60), pen="PEN-NL-00", reason="doubt"
    )
    stopped = before.says(
        "shipment.stopped", "KE-POLICE", on(-60), reason="doubt", evidence_level="suspicion"
    )
    (off,), (against,) = shopping(withdrawn), shopping(stopped)
    assert ("an order withdrawn on" in off.summary, off.severity) == (True, Severity.INFO)
    assert ("an order stopped on" in against.summary, against.alone) == (True, True)


def test_an_objection_that_is_not_to_be_shared_stays_where_both_shipments_are_known():
    parties = {"exporter": BROKER, "importer": IMPORTER}
    before = Story("NL-00").notice(at=-70, parties=parties, route={**ROUTE, "transit": ["TZ"]})
    (found,) = shopping(before.objected(at=-60, share_with_suppliers=False))
    assert found.countries == {"NL", "KE"}
    (found,) = shopping(before.objected(at=-60))
    assert found.countries is None


def test_jaro_winkler_gives_the_published_values():
    """Winkler 1990, table of examples."""
    assert round(jaro_winkler("martha", "marhta"), 3) == 0.961
    assert round(jaro_winkler("dwayne", "duane"), 3) == 0.84
    assert round(jaro_winkler("dixon", "dicksonx"), 3) == 0.813
    assert jaro_winkler("", "x") == 0


@given(st.text("abcde", max_size=12), st.text("abcde", max_size=12))
def test_likeness_is_symmetric_and_between_zero_and_one(one: str, other: str):
    assert jaro_winkler(one, other) == jaro_winkler(other, one)
    assert 0 <= jaro_winkler(one, other) <= 1
    assert one_slip(one, other) == one_slip(other, one)


def test_legal_forms_and_common_words_do_not_make_strangers_alike():
    assert similarity("Rift Trading Company Ltd", "Harbour Trading Company Ltd") < 0.88
    assert similarity("Rift Paints GmbH", "RIFT PAINTS") == 1
    assert similarity("Chemicals Ltd", "Chemicals Ltd") == 1


@pytest.mark.parametrize("other", ["abdc", "abc", "abxd", "abccd"])
def test_one_slip_is_one_character(other):
    assert one_slip("abcd", other)


@pytest.mark.parametrize("other", ["abcd", "badc", "ab", "wxyz", "abcdef"])
def test_two_slips_or_none_are_not(other):
    assert not one_slip("abcd", other)


def test_different_numbers_in_one_scheme_are_different_traders():
    one = Party(name="A", country="NL", scheme="national", identifier="1")
    assert not same_trader(
        one, Party(name="A", country="NL", scheme="national", identifier="2"), alike=0.9
    )
    assert same_trader(one, Party(name="A", country="NL"), alike=0.9)
    assert not same_trader(one, Party(name="A", country="BE"), alike=0.9)
