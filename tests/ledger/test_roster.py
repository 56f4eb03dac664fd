"""Who may speak: genesis, enrolment, rotation, revocation, witnesses, lists and policies."""

import pytest

from crypto import UnknownKey
from crypto.notes import Scheme, Verifier
from ledger import Conflict, Invalid, NotPermitted, policies, vocabulary
from ledger.roster import HUB, Role, Roster
from tests.enlisting import apply, founded, refusal, staffed
from tests.enrolling import quantum_vkey, root, vkey_for, witness
from tests.factories import ORIGIN, body, enrolment, genesis, key_for, uuid7

ONE, TWO = witness("witness.test/one"), witness("witness.test/two")


# --- genesis ---


def test_genesis_names_the_log_the_hub_the_participants_and_the_witnesses():
    roster = founded(witnesses=[ONE, TWO], quorum=2)
    assert (roster.origin, roster.quorum) == (ORIGIN, 2)
    assert set(roster.participants) == {"NL", "KE", "EG"}
    assert set(roster.witnesses) == {"witness.test/one", "witness.test/two"}
    assert roster.agencies[HUB].roles == {Role.HUB}
    assert roster.keyring.find(key_for(HUB).kid, 0).holder == HUB
    assert roster.keyring.find(key_for("NL-ROOT").kid, 1).holder == "NL-ROOT"


@pytest.mark.parametrize(("agency", "index"), [(HUB, 1), ("NL-ROOT", 0)])
def test_a_log_is_created_once_and_by_the_hub(agency, index):
    assert isinstance(refusal(Roster(), genesis(), agency, index), NotPermitted)


def test_the_hub_signs_its_own_key_in():
    stranger = {**genesis(), "key": key_for("stranger").public.jwk}
    assert refusal(Roster(), stranger, HUB, 0).pointer == "/key"


SPOILED_GENESIS = [
    ({"quorum": 1}, "/quorum", "inconsistent"),
    ({"witnesses": [ONE], "quorum": 2}, "/quorum", "inconsistent"),
    ({"witnesses": [ONE, ONE]}, "", "exists"),
    ({"witnesses": [ONE, "nonsense"]}, "/witnesses/1", "bad-key"),
    ({"witnesses": [vkey_for("witness.test/one", Scheme.NOTE)]}, "/witnesses/0", "bad-key"),
    ({"checkpoint_key": "nonsense"}, "/checkpoint_key", "bad-key"),
    ({"checkpoint_key": vkey_for("other.test", Scheme.NOTE)}, "/checkpoint_key", "bad-key"),
    ({"checkpoint_key": vkey_for(ORIGIN, Scheme.COSIGNATURE)}, "/checkpoint_key", "bad-key"),
    ({"quantum_checkpoint_key": "nonsense"}, "/quantum_checkpoint_key", "bad-key"),
    ({"quantum_checkpoint_key": quantum_vkey("other")}, "/quantum_checkpoint_key", "bad-key"),
    (
        {"quantum_checkpoint_key": vkey_for(ORIGIN, Scheme.NOTE)},
        "/quantum_checkpoint_key",
        "bad-key",
    ),
    ({"participants": [root("NL"), root("NL")]}, "", "exists"),
]


@pytest.mark.parametrize(("spoiled", "where", "code"), SPOILED_GENESIS)
def test_a_genesis_that_cannot_be_lived_by_is_refused(spoiled, where, code):
    error = refusal(Roster(), genesis() | spoiled, HUB, 0)
    assert (error.pointer, error.code) == (where, code)


def test_a_log_may_name_the_second_key_that_its_checkpoints_are_signed_with():
    named = apply(Roster(), genesis() | {"quantum_checkpoint_key": quantum_vkey()}, HUB, 0)
    assert policies.of_roster(named).logs == (
        Verifier.parse(vkey_for(ORIGIN, Scheme.NOTE)),
        Verifier.parse(quantum_vkey()),
    )
    assert apply(Roster(), genesis(), HUB, 0).quantum_key == ""


def test_a_root_that_does_not_hold_its_key_is_named_by_its_place():
    bad = root("KE", possession=root("NL")["possession"])
    error = refusal(Roster(), genesis() | {"participants": [root("NL"), bad]}, HUB, 0)
    assert (error.pointer, error.code) == ("/participants/1/possession", "no-possession")


# --- participants and agencies ---


def test_the_hub_admits_a_country_once():
    roster = apply(founded(), body("participant.added"), HUB, 1)
    assert roster.participants["UG"].since == 1
    with pytest.raises(UnknownKey):
        roster.keyring.find(key_for("UG-ROOT").kid, 1)
    assert roster.keyring.find(key_for("UG-ROOT").kid, 2).holder == "UG-ROOT"
    assert isinstance(refusal(roster, body("participant.added"), HUB), Conflict)


@pytest.mark.parametrize(
    "kind",
    [
        "participant.added",
        "witness.added",
        "witness.removed",
        "substance.listed",
        "policy.declared",
    ],
)
@pytest.mark.parametrize("agency", ["NL-ROOT", "NL-CUSTOMS", "ZZ-ROOT"])
def test_what_is_the_hubs_to_state_nobody_else_states(kind, agency):
    error = refusal(staffed(), body(kind), agency)
    assert (type(error), error.code) == (NotPermitted, "kind-not-permitted")


def test_a_root_enrols_agencies_of_its_own_country():
    agency = staffed().agencies["NL-CUSTOMS"]
    assert (agency.country, agency.roles, agency.since) == ("NL", {"customs"}, 1)


@pytest.mark.parametrize("agency", ["KE-ROOT", "NL-CUSTOMS", HUB])
def test_nobody_else_enrols_an_agency(agency):
    for made in (enrolment("NL-POLICE"), body("key.added")):
        assert isinstance(refusal(staffed(), made, agency), NotPermitted)


def test_an_agency_is_enrolled_once_and_a_root_is_no_agency():
    assert isinstance(refusal(staffed(), enrolment("NL-CUSTOMS"), "NL-ROOT"), Conflict)
    assert isinstance(refusal(staffed(), enrolment("NL-ROOT", ["customs"]), "NL-ROOT"), Conflict)


def test_an_agency_has_a_role_and_never_the_hubs():
    error = refusal(founded(), enrolment("NL-CUSTOMS") | {"roles": []}, "NL-ROOT")
    assert (error.pointer, error.code) == ("/roles", "missing-field")
    with pytest.raises(Invalid):
        vocabulary.parse(enrolment("NL-CUSTOMS", ["hub"]))


# --- witnesses ---


def test_witnesses_come_and_go_with_a_quorum_they_can_reach():
    roster = apply(founded(), body("witness.added", vkey=ONE, quorum=1), HUB, 1)
    roster = apply(roster, body("witness.added", vkey=TWO), HUB, 2)
    assert (len(roster.witnesses), roster.quorum) == (2, 1)
    left = apply(roster, body("witness.removed", quorum=1), HUB, 3)
    assert (set(left.witnesses), left.quorum) == ({"witness.test/two"}, 1)


def test_a_quorum_of_more_than_there_are_is_refused():
    made = body("witness.added", vkey=ONE, quorum=2)
    assert refusal(founded(), made, HUB, 1).pointer == "/quorum"
    roster = founded(witnesses=[ONE], quorum=1)
    gone = {k: v for k, v in body("witness.removed").items() if k != "quorum"}
    assert refusal(roster, gone, HUB, 1).pointer == "/quorum"


def test_a_witness_is_added_once_and_must_be_there_to_go():
    roster = founded(witnesses=[ONE])
    assert isinstance(refusal(roster, body("witness.added", vkey=ONE), HUB), Conflict)
    assert refusal(founded(), body("witness.removed"), HUB).code == "unknown-witness"


# --- lists and policies ---


def test_a_listing_is_stated_anew_and_found_by_its_substance():
    roster = apply(founded(), body("substance.listed"), HUB, 1)
    roster = apply(roster, body("substance.listed", name="Propanone"), HUB, 2)
    eu = body("substance.listed", list="eu_category_3")
    roster = apply(roster, eu, HUB, 3)
    assert [item.list for item in roster.listed("acetone")] == ["eu_category_3", "un_table_ii"]
    assert roster.listings["un_table_ii", "acetone"].name == "Propanone"
    assert roster.listed("toluene") == ()


def test_a_country_follows_its_own_policy_else_its_jurisdictions_else_the_general_one():
    countries = [root("NL", jurisdictions=["EU"]), root("KE")]
    roster = apply(Roster(), genesis() | {"participants": countries}, HUB, 0)
    assert roster.policy_for("NL") is None
    for index, (jurisdiction, days) in enumerate([("*", 30), ("EU", 15), ("KE", 7)], start=1):
        made = body("policy.declared", jurisdiction=jurisdiction, days=days)
        roster = apply(roster, made, HUB, index)
    found = {c: roster.policy_for(c) for c in ("NL", "KE", "UG")}
    assert {c: p.days for c, p in found.items() if p} == {"NL": 15, "KE": 7, "UG": 30}


@pytest.mark.parametrize("days", [0, 367])
def test_a_policy_waits_between_a_day_and_a_year(days):
    assert refusal(founded(), body("policy.declared", days=days), HUB).pointer == "/days"


def test_ids_made_for_tests_are_uuids_of_version_seven():
    assert uuid7(0) == "00000000-0000-7000-8000-000000000000"
    assert len({uuid7(5, n) for n in range(100)}) == 100
