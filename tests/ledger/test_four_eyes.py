"""What takes two people: it waits for another of the same authority, and nobody approves alone."""

from dataclasses import replace
from typing import Any

import pytest

from crypto.keys import PrivateKey
from ledger import Conflict, LedgerError, NotPermitted
from ledger.audit import audit
from ledger.roster import HUB, root_of
from tests import factories
from tests.authenticators import Authenticator
from tests.deciding import (
    Someone,
    agreed,
    answered,
    enrol,
    enrolment,
    hash_of,
    passkey_claim,
    requested,
    target_of,
    two,
)
from tests.enrolling import key_claims, key_for, witness
from tests.world import World

FRESH = factories.enrolment("NL-NEW", ["customs"])


def code(world: World, body: dict[str, Any], agency: str) -> str:
    with pytest.raises(LedgerError) as caught:
        world.post(body, agency)
    return str(caught.value.code)


def asked(world: World, someone: Someone, body: dict[str, Any], agency: str) -> str:
    statement = world.statement(body, agency)
    return requested(world, someone, statement, target_of(world, body, agency))


def refusal(world: World, someone: Someone, request: str, word: str = "approve", **how: Any) -> str:
    with pytest.raises(LedgerError) as caught:
        answered(world, someone, request, word, **how)
    return str(caught.value.code)


def sound(world: World) -> None:
    audit(world.engine).check()


def test_before_an_authority_has_two_approvers_one_person_is_enough(sqlite_world: World):
    enrol(sqlite_world, "NL-CNA/p-amsterdam")
    enrol(sqlite_world, "NL-CNA/p-groningen", "investigator")
    assert not sqlite_world.roster().is_bound("NL")
    sqlite_world.post(FRESH, root_of("NL"))
    sound(sqlite_world)


def test_from_the_second_approver_on_it_takes_two_and_other_countries_go_on(world: World):
    people = two(world)
    assert code(world, FRESH, root_of("NL")) == "needs-approval"
    world.post(factories.enrolment("KE-NEW", ["customs"]), root_of("KE"))
    statement = agreed(world, people, FRESH, root_of("NL"))
    (admitted,) = world.admitted([statement])
    assert "NL-NEW" in world.roster().agencies
    (again,) = world.admitted([statement])
    assert (again.receipt.index, again.created) == (admitted.receipt.index, False)
    assert world.restarted().roster() == world.roster()
    sound(world)


def test_a_request_alone_lets_nothing_in_and_a_declined_one_neither(sqlite_world: World):
    first, second = two(sqlite_world)
    request = asked(sqlite_world, first, FRESH, root_of("NL"))
    assert code(sqlite_world, FRESH, root_of("NL")) == "needs-approval"
    answered(sqlite_world, second, request, "decline")
    assert code(sqlite_world, FRESH, root_of("NL")) == "needs-approval"
    assert refusal(sqlite_world, second, request) == "exists"
    sound(sqlite_world)


def test_who_asks_can_take_it_back(sqlite_world: World):
    two(sqlite_world)
    clerk = enrol(sqlite_world, "NL-CUSTOMS/p-clerk001", "submitter")
    request = asked(sqlite_world, clerk, FRESH, root_of("NL"))
    answered(sqlite_world, clerk, request, "decline")
    assert sqlite_world.roster().requests[request].stage(sqlite_world.clock.now) == "declined"


def test_nobody_approves_what_they_asked_for_not_with_another_credential_either(
    sqlite_world: World,
):
    world = sqlite_world
    first, second = two(world)
    passkey = Authenticator()
    body = enrolment(first.id, credentials=[passkey_claim(passkey)])
    world.admitted([agreed(world, (first, second), body, root_of("NL"))])
    request = asked(world, first, FRESH, root_of("NL"))
    assert refusal(world, first, request) == "self-approval"
    assert refusal(world, replace(first, passkey=passkey), request) == "self-approval"
    assert refusal(world, replace(first, carrier=HUB), request) == "self-approval"
    answered(world, second, request)


def test_a_passkey_approves_and_without_its_user_verified_it_does_not(sqlite_world: World):
    world = sqlite_world
    first = enrol(world, "NL-CNA/p-amsterdam")
    passkey = Authenticator(algorithm=-7)
    body = enrolment("NL-CNA/p-rotterdam", credentials=[passkey_claim(passkey)])
    world.post(body, HUB)
    second = Someone(id="NL-CNA/p-rotterdam", carrier=HUB, passkey=passkey)
    request = asked(world, first, FRESH, root_of("NL"))
    passkey.verifies = False
    assert refusal(world, second, request) == "person-unproven"
    passkey.verifies = True
    answered(world, second, request)
    world.post(FRESH, root_of("NL"))
    sound(world)


@pytest.mark.parametrize("person", ["KE-CNA/p-nairobi1", "ZZ-HUB/p-thehub01", "NL-CNA/p-reader01"])
def test_only_an_approver_of_the_same_authority_approves(sqlite_world: World, person: str):
    first, _ = two(sqlite_world)
    role = "investigator" if person.startswith("NL") else "approver"
    other = enrol(sqlite_world, person, role)
    request = asked(sqlite_world, first, FRESH, root_of("NL"))
    assert refusal(sqlite_world, replace(other, carrier=HUB), request) == "not-approver"


def test_who_only_watches_asks_for_nothing(sqlite_world: World):
    two(sqlite_world)
    auditor = enrol(sqlite_world, "NL-CNA/p-auditor1", "auditor")
    with pytest.raises(NotPermitted) as caught:
        asked(sqlite_world, auditor, FRESH, root_of("NL"))
    assert caught.value.code == "not-approver"


def test_a_request_runs_out_72_hours_after_its_entry(sqlite_world: World):
    world = sqlite_world
    first, second = two(world)
    late, in_time = (
        asked(world, first, factories.enrolment(f"NL-{name}", ["customs"]), root_of("NL"))
        for name in ("LATE", "EARLY")
    )
    world.passes(hours=72)
    answered(world, second, in_time)
    world.passes(minutes=1)
    assert refusal(world, second, late) == "request-expired"
    early = factories.enrolment("NL-EARLY", ["customs"])
    assert code(world, early, root_of("NL")) == "needs-approval"  # approved, and made too late
    sound(world)


def test_what_was_approved_is_one_statement_and_no_other(sqlite_world: World):
    people = two(sqlite_world)
    agreed(sqlite_world, people, FRESH, root_of("NL"))
    other = {**FRESH, "roles": ["police"]}
    assert code(sqlite_world, other, root_of("NL")) == "needs-approval"
    sqlite_world.passes(minutes=1)  # the same body, signed at another moment
    assert code(sqlite_world, FRESH, root_of("NL")) == "needs-approval"


def test_two_people_of_one_country_let_no_other_countrys_statement_in(sqlite_world: World):
    two(sqlite_world)
    people = two(sqlite_world, "KE-CNA")
    agreed(sqlite_world, people, FRESH, root_of("NL"))
    assert code(sqlite_world, FRESH, root_of("NL")) == "needs-approval"


def test_who_was_removed_in_between_has_agreed_to_nothing(sqlite_world: World):
    world = sqlite_world
    first, second = two(world)
    third = enrolment("NL-CNA/p-utrecht1")
    world.admitted([agreed(world, (first, second), third, root_of("NL"))])
    agreed(world, (first, second), FRESH, root_of("NL"))
    world.post(factories.body("person.removed", person=second.id), root_of("NL"))
    assert code(world, FRESH, root_of("NL")) == "needs-approval"
    sound(world)


ACTIONS: dict[str, tuple[dict[str, Any], str]] = {
    "key.added": (
        factories.body(
            "key.added", agency="NL-LAB", **key_claims("NL-LAB", key=key_for("another key"))
        ),
        root_of("NL"),
    ),
    "key.revoked": (
        factories.body("key.revoked", kid=key_for("NL-LAB").kid, reason="retired"),
        root_of("NL"),
    ),
    "witness.added": (factories.body("witness.added", vkey=witness("witness.test/new")), HUB),
    "participant's key": (
        factories.body(
            "key.added",
            agency=root_of("KE"),
            **key_claims(root_of("KE"), key=key_for("a new root")),
        ),
        HUB,
    ),
}


@pytest.mark.parametrize("action", ACTIONS)
def test_keys_and_witnesses_take_two(sqlite_world: World, action: str):
    body, poster = ACTIONS[action]
    people = two(sqlite_world, HUB if poster == HUB else "NL-CNA")
    assert code(sqlite_world, body, poster) == "needs-approval"
    sqlite_world.admitted([agreed(sqlite_world, people, body, poster)])
    sound(sqlite_world)


def test_a_compromised_key_ends_at_once_and_waits_to_be_confirmed(sqlite_world: World):
    world = sqlite_world
    people = two(world)
    body = factories.body("key.revoked", kid=key_for("NL-LAB").kid, reason="compromised")
    statement = world.statement(body, root_of("NL"))
    (admitted,) = world.admitted([statement])
    (waiting,) = world.roster().urgent.values()
    assert (waiting.index, waiting.country) == (admitted.receipt.index, "NL")
    agreed(world, people, body, root_of("NL"))
    assert world.roster().urgent == {}
    sound(world)


def test_another_countrys_people_confirm_nothing(sqlite_world: World):
    two(sqlite_world)
    people = two(sqlite_world, "KE-CNA")
    body = factories.body("key.revoked", kid=key_for("NL-LAB").kid, reason="compromised")
    sqlite_world.post(body, root_of("NL"))
    agreed(sqlite_world, people, body, root_of("NL"))
    assert len(sqlite_world.roster().urgent) == 1


def test_four_eyes_end_only_by_four_eyes(sqlite_world: World):
    world = sqlite_world
    first, second = two(world)
    removed = factories.body("person.removed", person=second.id)
    demoted = enrolment(second.id, "investigator")
    stranger = enrolment("NL-CNA/p-stranger", "focal_point")
    for body in (removed, demoted, stranger):
        for poster in (root_of("NL"), HUB):
            assert code(world, body, poster) == "needs-approval"
    world.post(enrolment("NL-CNA/p-reader01", "investigator"), root_of("NL"))
    world.admitted([agreed(world, (first, second), removed, root_of("NL"))])
    assert not world.roster().is_bound("NL")
    world.post(FRESH, root_of("NL"))
    sound(world)


def test_an_extra_credential_for_an_approver_takes_two(sqlite_world: World):
    first, _ = two(sqlite_world)
    body = enrolment(first.id, credentials=[passkey_claim(Authenticator())])
    assert code(sqlite_world, body, root_of("NL")) == "needs-approval"


def test_lost_people_are_replaced_by_their_root_and_two_at_the_hub(sqlite_world: World):
    world = sqlite_world
    two(world)
    people = two(world, HUB)
    body = enrolment("NL-CNA/p-utrecht1")
    assert code(world, body, root_of("NL")) == "needs-approval"
    agreed(world, people, body, HUB)
    assert code(world, body, HUB) == "needs-approval"  # the hub alone puts nobody there
    world.admitted([agreed(world, people, body, root_of("NL"))])
    sound(world)


def test_a_credential_is_one_persons_for_ever(sqlite_world: World):
    world = sqlite_world
    passkey = Authenticator()
    claim = [passkey_claim(passkey)]
    world.post(enrolment("NL-CNA/p-amsterdam", "submitter", credentials=claim), HUB)
    other = enrolment("NL-CNA/p-rotterdam", "submitter", credentials=claim)
    assert code(world, other, HUB) == "key-reused"
    world.post(factories.body("person.removed", person="NL-CNA/p-amsterdam"), HUB)
    assert code(world, other, HUB) == "key-reused"
    world.passes(minutes=1)
    world.post(enrolment("NL-CNA/p-amsterdam", "submitter", credentials=claim), HUB)


def test_an_agencys_key_is_no_persons_and_the_reverse(sqlite_world: World):
    world = sqlite_world
    person = enrol(world, "NL-CNA/p-amsterdam", "submitter")
    key: PrivateKey = key_for(person.id)
    stolen = factories.body("key.added", agency="NL-LAB", **key_claims("NL-LAB", key=key))
    assert code(world, stolen, root_of("NL")) == "key-reused"


@pytest.mark.parametrize(
    ("changes", "refused"),
    [
        ({"agency": "NL-NOBODY", "person": "NL-NOBODY/p-amsterdam"}, "unknown-agency"),
        ({"agency": "NL-LAB"}, "inconsistent"),
        ({"roles": []}, "missing-field"),
        ({"roles": ["operator"]}, "invalid"),
        ({"credentials": []}, "missing-field"),
        ({"credentials": [{"id": "abcd", "type": "passkey"}]}, "bad-key"),
        ({"credentials": [{"id": "abcd", "type": "key"}]}, "bad-key"),
        ({"credentials": [{**passkey_claim(Authenticator()), "public_key": "oA"}]}, "bad-key"),
    ],
    ids=str,
)
def test_a_person_is_of_an_agency_with_roles_and_a_credential(
    sqlite_world: World, changes: dict[str, Any], refused: str
):
    body = {**enrolment("NL-CNA/p-amsterdam"), **changes}
    assert code(sqlite_world, body, root_of("NL")) == refused


@pytest.mark.parametrize("poster", [root_of("KE"), "NL-CNA"])
def test_only_the_hub_or_the_root_says_who_is_a_person(sqlite_world: World, poster: str):
    assert code(sqlite_world, enrolment("NL-CNA/p-amsterdam"), poster) == "kind-not-permitted"


def test_a_lost_credential_is_removed_by_itself_and_the_last_with_its_person(sqlite_world: World):
    world = sqlite_world
    person, passkey = "NL-CNA/p-amsterdam", Authenticator()
    world.post(enrolment(person, "submitter"), HUB)
    world.passes(minutes=1)
    world.post(enrolment(person, "submitter", credentials=[passkey_claim(passkey)]), HUB)
    gone = factories.body("person.removed", person=person, credential=passkey.id)
    world.post(gone, HUB)
    assert [each.id for each in world.roster().people[person].credentials] == [key_for(person).kid]
    last = factories.body("person.removed", person=person, credential=key_for(person).kid)
    assert code(world, last, HUB) == "inconsistent"
    world.passes(minutes=1)
    assert code(world, gone, HUB) == "unknown-person"


def test_a_proof_is_good_for_its_request_statement_word_and_person_alone(sqlite_world: World):
    world = sqlite_world
    first, second = two(world)
    statement = world.statement(FRESH, root_of("NL"))
    request = asked(world, first, FRESH, root_of("NL"))
    said = second.proof(world, "approve", request, hash_of(statement))
    other = second.proof(world, "decline", request, hash_of(statement))
    elsewhere = second.proof(world, "approve", request, "cd" * 32)
    theirs = first.proof(world, "approve", request, hash_of(statement))
    wrong = [
        {"jws": other["jws"]},
        {"jws": elsewhere["jws"]},
        {"jws": theirs["jws"]},
        {"credential": key_for(first.id).kid},
        {"jws": said["jws"][:-4] + "AAAA"},
        {"type": "passkey"},
    ]
    for changes in wrong:
        assert refusal(world, second, request, **changes) == "person-unproven"
    answered(world, second, request)


def test_an_authority_carries_its_own_peoples_word_and_nobody_elses(sqlite_world: World):
    first, second = two(sqlite_world)
    request = asked(sqlite_world, first, FRESH, root_of("NL"))
    stranger = replace(second, carrier="KE-CNA")
    assert refusal(sqlite_world, stranger, request) == "kind-not-permitted"


def test_an_erasure_that_two_people_agreed_to_needs_no_other_agency(sqlite_world: World):
    world = sqlite_world
    people = two(world)
    target = world.post(factories.body("shipment.departed"), "NL-CUSTOMS")
    jti = target_of(world, factories.body("shipment.departed"), "NL-CUSTOMS")
    body = factories.body("erasure.requested", target=jti, scope="body")
    assert code(world, body, "NL-CNA") == "needs-approval"
    statement = agreed(world, people, body, "NL-CNA")
    world.admitted([statement])
    (made,) = world.roster().erasures.values()
    assert made.approved_by is not None
    assert made.approved_by.agency == "NL-CNA"
    with pytest.raises(Conflict):
        world.post(factories.body("erasure.approved", request=made.request), "KE-CNA")
    assert target.created
    sound(world)
