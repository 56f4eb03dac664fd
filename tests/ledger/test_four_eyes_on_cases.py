"""Two people for what widens who sees a case, and for closing what is RED or critical."""

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import select

from ledger import LedgerError, databases, pending
from ledger.audit import audit
from ledger.grants import Grant
from ledger.pending import PENDING
from ledger.records import read
from ledger.roster import HUB
from tests import factories
from tests.deciding import Someone, agreed, answered, requested, target_of, two
from tests.world import World

GIVER = "NL-CNA"
GRANT = {"grant": f"{GIVER}/acetone-17", "to": "ZA"}


def code(world: World, body: dict[str, Any], agency: str = GIVER) -> str:
    with pytest.raises(LedgerError) as caught:
        world.post(body, agency)
    return str(caught.value.code)


def given(**changes: Any) -> dict[str, Any]:
    return factories.body("grant.given", **{**GRANT, **changes})


def grant(world: World, people: tuple[Someone, Someone], **changes: Any) -> None:
    world.passes(minutes=1)
    world.admitted([agreed(world, people, given(**changes), GIVER)])


def sound(world: World) -> None:
    audit(world.engine).check()


def test_a_new_or_wider_grant_takes_two_and_a_narrower_one_does_not(sqlite_world: World):
    world = sqlite_world
    people = two(world)
    assert code(world, given(claims=["goods"])) == "needs-approval"
    grant(world, people, claims=["goods", "route"])
    world.passes(minutes=1)
    world.post(given(claims=["goods"]), GIVER)
    world.passes(minutes=1)
    assert code(world, given(claims=["goods", "route"])) == "needs-approval"
    world.post(factories.body("grant.withdrawn", grant=GRANT["grant"]), GIVER)
    world.passes(minutes=1)
    assert code(world, given(claims=["goods"])) == "needs-approval"
    sound(world)


MANY = Grant(id="NL-CNA/a", to="ZA", shipment="NL-1-1", readers=frozenset({"ZA"}))
NAMED = Grant(
    id="NL-CNA/a",
    to="ZA",
    shipment="NL-1-1",
    readers=frozenset({"ZA"}),
    statements=frozenset({"a", "b"}),
    claims=frozenset({"goods"}),
)


WIDER: list[tuple[Grant, dict[str, Any]]] = [
    (MANY, {"claims": frozenset({"goods"})}),  # what is named lifts a marking
    (MANY, {"whole": True}),
    (MANY, {"shipment": "NL-1-2"}),
    (MANY, {"readers": frozenset({"ZA", "DE"})}),
    (NAMED, {"statements": frozenset({"a", "c"})}),
    (NAMED, {"statements": frozenset[str]()}),
    (NAMED, {"claims": frozenset[str]()}),
    (NAMED, {"claims": frozenset({"nominal"})}),
]


def test_a_grant_is_within_another_where_nobody_sees_more():
    for old, changes in WIDER:
        assert not replace(old, **changes).within(old), changes
    for old in (MANY, NAMED):
        assert old.within(old)
        assert replace(old, readers=frozenset[str]()).within(old)
    assert replace(NAMED, statements=frozenset({"a"})).within(NAMED)


def test_a_grant_that_ends_later_is_wider(sqlite_world: World):
    world = sqlite_world
    people = two(world)
    grant(world, people, until="2027-01-01T00:00:00Z")
    world.passes(minutes=1)
    assert code(world, given(until="2027-02-01T00:00:00Z")) == "needs-approval"
    assert code(world, given()) == "needs-approval"
    world.post(given(until="2026-12-31T00:00:00Z"), GIVER)


def test_who_joins_a_group_takes_two_and_who_leaves_does_not(sqlite_world: World):
    world = sqlite_world
    people = two(world)

    def group(*members: str) -> dict[str, Any]:
        return factories.body("group.declared", group=f"{GIVER}/solvents", members=list(members))

    assert code(world, group("ZA")) == "needs-approval"
    world.admitted([agreed(world, people, group("ZA", "DE"), GIVER)])
    world.passes(minutes=1)
    world.post(group("ZA"), GIVER)
    assert code(world, group("ZA", "DE")) == "needs-approval"
    regranted = given(to=f"{GIVER}/solvents")
    world.admitted([agreed(world, people, regranted, GIVER)])
    world.passes(minutes=1)
    world.post(regranted, GIVER)  # the same for the same: nobody sees more
    sound(world)


@pytest.mark.parametrize(
    ("raised", "verdict"),
    [
        ({"severity": "critical"}, "explained"),
        ({"severity": "critical"}, "true_diversion"),
        ({"severity": "low", "marking": {"tlp": "RED"}}, "documentation_error"),
    ],
    ids=["critical", "a hit", "RED"],
)
def test_closing_what_is_red_or_critical_takes_two(
    sqlite_world: World, raised: dict[str, Any], verdict: str
):
    world = sqlite_world
    people = two(world)
    world.post(factories.body("alert.raised", countries=["NL", "KE"], **raised), HUB)
    body = factories.body("alert.judged", verdict=verdict)
    world.post(body, "KE-POLICE")  # Kenya is not under four eyes
    world.post(factories.body("alert.judged", verdict="inconclusive"), "NL-POLICE")
    assert code(world, body, "NL-POLICE") == "needs-approval"
    world.admitted([agreed(world, people, body, "NL-POLICE")])


def test_closing_any_other_alert_takes_one(sqlite_world: World):
    two(sqlite_world)
    raised = factories.body("alert.raised", countries=["NL"], severity="high")
    sqlite_world.post(raised, HUB)
    sqlite_world.post(factories.body("alert.judged", verdict="explained"), "NL-POLICE")


def test_an_alert_raised_in_the_same_batch_counts(sqlite_world: World):
    world = sqlite_world
    two(world)
    raised = factories.body("alert.raised", countries=["NL", "KE"], severity="critical")
    judged = factories.body("alert.judged", verdict="explained")
    admitted, refused = world.submit(
        [world.statement(raised, HUB), world.statement(judged, "NL-POLICE")]
    )
    assert not isinstance(admitted, Exception)
    assert isinstance(refused, LedgerError)
    assert refused.code == "needs-approval"


def waiting(world: World, someone: Someone, body: dict[str, Any], agency: str) -> str:
    """Ask for a statement and leave it with the hub for the approver, as the API does."""
    statement = world.statement(body, agency)
    target = target_of(world, body, agency)
    request = requested(world, someone, statement, target)
    index = world.roster().requests[request].index
    with databases.writing(world.engine) as session:
        (record,) = read(session, [index])
        pending.keep(session, record, statement, target)
    return request


def rows(world: World) -> int:
    with databases.reading(world.engine) as session:
        return len(session.execute(select(PENDING.c.request)).all())


def test_what_waits_gets_its_place_right_behind_its_approval(world: World):
    first, second = two(world)
    request = waiting(world, first, given(), GIVER)
    assert rows(world) == 1
    with databases.reading(world.engine) as session:
        (stored,) = session.execute(select(PENDING.c.data)).scalars()
    assert b"eyJ" not in bytes(stored)
    size = world.size
    answered(world, second, request)
    assert world.size == size + 2
    assert rows(world) == 0
    world.post(given(), GIVER)  # the same bytes: the receipt they have
    assert world.size == size + 2
    sound(world)


def test_what_was_declined_or_ran_out_waits_no_longer(sqlite_world: World):
    world = sqlite_world
    first, second = two(world)
    request = waiting(world, first, given(), GIVER)
    answered(world, second, request, "decline")
    assert rows(world) == 0
    waiting(world, first, given(to="DE"), GIVER)
    world.passes(hours=80)
    waiting(world, first, given(to="CN"), GIVER)
    assert rows(world) == 1


def test_what_can_no_longer_be_made_leaves_its_approval_alone(sqlite_world: World):
    world = sqlite_world
    first, second = two(world)
    body = factories.body("key.revoked", kid=factories.key_for("NL-LAB").kid, reason="retired")
    requests = []
    for minute in (1, 2):
        world.passes(minutes=minute)
        requests.append(waiting(world, first, body, "NL-ROOT"))
    size = world.size
    for request in requests:
        answered(world, second, request)
    assert world.size == size + 3  # the key ended once
    sound(world)


def test_an_audit_names_a_widening_that_nobody_approved(sqlite_world: World):
    """A hub that lets something in behind its own door is found by whoever checks the ledger."""
    world = sqlite_world
    two(world)
    blind = world.restarted()
    blind.desk.registry._roster = blind.roster().but(people={})
    blind.admitted([world.statement(given(), GIVER)])
    faults = "\n".join(map(str, audit(world.engine).faults))
    assert "grant.given takes two people of NL" in faults
