"""Breaking the glass: for an hour, for those concerned, never for what its originator controls."""

from typing import Any

import pytest

from ledger import LedgerError, NotFound, databases, grantbook, search
from ledger.audit import audit
from ledger.visibility import viewer_of
from tests import factories
from tests.alerts.desks import Letterbox, address_of, delivered, desks, scanned
from tests.deciding import ACCESS, Someone, accessed, enrol
from tests.factories import HONEST
from tests.world import World


def code(world: World, someone: Someone, kind: str = "access.opened", **changes: Any) -> str:
    with pytest.raises(LedgerError) as caught:
        accessed(world, someone, kind, **changes)
    return str(caught.value.code)


def seen(world: World, agency: str) -> set[str]:
    """The kinds of which an agency sees something."""
    with databases.reading(world.engine) as session:
        viewer = viewer_of(agency, world.desk.registry.current(session))
        try:
            shown = search.shipment_history(session, HONEST.ref, viewer, now=world.clock.now)
        except NotFound:
            return set()
    assert all("nominal" not in each.claims for each in shown if each.record.by.agency != agency)
    return {each.record.event.kind for each in shown}


@pytest.fixture
def investigator(sqlite_world: World) -> Someone:
    world = sqlite_world
    world.post(factories.body("notice.sent"), "NL-CNA")
    red = {"marking": {"tlp": "RED"}, "nominal": {"text": "the driver"}}
    world.post(factories.body("shipment.departed", **red), "NL-CUSTOMS")
    kept = {"marking": {"tlp": "RED", "originator_controlled": True}}
    world.post(factories.body("export.authorised", **kept), "NL-CNA")
    return enrol(world, "KE-CUSTOMS/p-nairobi1", "investigator")


def test_it_shows_for_its_minutes_what_a_marking_withholds(sqlite_world: World, investigator):
    world = sqlite_world
    assert seen(world, "KE-CUSTOMS") == {"notice.sent"}
    accessed(world, investigator, "access.opened", minutes=30)
    assert seen(world, "KE-CUSTOMS") == {"notice.sent", "shipment.departed"}
    assert seen(world, "KE-POLICE") == {"notice.sent"}
    world.passes(minutes=30)
    assert seen(world, "KE-CUSTOMS") == {"notice.sent"}
    audit(world.engine).check()


@pytest.mark.usefixtures("investigator")
def test_a_country_that_is_not_concerned_opens_nothing(sqlite_world: World):
    stranger = enrol(sqlite_world, "DE-CUSTOMS/p-berlin01", "investigator")
    accessed(sqlite_world, stranger, "access.opened", access="DE-CUSTOMS/glass-abcdefgh")
    assert seen(sqlite_world, "DE-CUSTOMS") == set()


def test_only_an_investigator_of_the_agency_opens_it_with_a_proof(
    sqlite_world: World, investigator
):
    world = sqlite_world
    clerk = enrol(world, "KE-CUSTOMS/p-clerk001", "submitter")
    police = enrol(world, "KE-POLICE/p-police01", "investigator")
    assert code(world, clerk) == "not-approver"
    assert code(world, Someone(id=police.id, carrier="KE-CUSTOMS")) == "person-unproven"
    assert code(world, Someone(id="KE-CUSTOMS/p-nobody01", carrier="KE-CUSTOMS")) == (
        "person-unproven"
    )
    forged = Someone(id=investigator.id, carrier="KE-CUSTOMS", key=factories.key_for("other"))
    assert code(world, forged) == "person-unproven"
    assert code(world, investigator, minutes=61) == "invalid-field"


def test_another_person_reviews_it_and_it_ends_with_that(sqlite_world: World, investigator):
    world = sqlite_world
    other = enrol(world, "KE-CNA/p-nairobi2", "approver")
    assert code(world, other, "access.reviewed") == "unknown-target"
    accessed(world, investigator, "access.opened")
    assert code(world, investigator, "access.reviewed") == "self-approval"
    with databases.reading(world.engine) as session:
        assert [each.id for _, each in grantbook.accesses(session, "KE")] == [ACCESS]
    accessed(world, other, "access.reviewed")
    assert seen(world, "KE-CUSTOMS") == {"notice.sent"}
    with databases.reading(world.engine) as session:
        assert grantbook.accesses(session, "KE") == []
    world.passes(minutes=1)
    assert code(world, other, "access.reviewed") == "exists"
    assert code(world, investigator) == "exists"
    audit(world.engine).check()


def test_no_grant_takes_an_accesss_name(sqlite_world: World, investigator):
    accessed(sqlite_world, investigator, "access.opened")
    for kind in ("grant.given", "grant.withdrawn"):
        body = factories.body(kind, grant=ACCESS)
        with pytest.raises(LedgerError, match="access"):
            sqlite_world.post(body, "KE-CUSTOMS")


def test_the_originators_are_told_at_once_without_the_reason(sqlite_world: World, investigator):
    world = sqlite_world
    desks(world, "NL-CUSTOMS", "KE-CUSTOMS", "DE-CUSTOMS")
    scanned(world)
    delivered(world, Letterbox())
    accessed(world, investigator, "access.opened", reason="canary reason")
    letterbox = Letterbox()
    scanned(world)
    delivered(world, letterbox)
    told = [(to, mail) for to, mail in letterbox.got if "ACCESS" in mail.subject]
    assert [to for to, _ in told] == [address_of("NL-CUSTOMS")]
    assert "KE-CUSTOMS opened" in told[0][1].text
    assert "canary" not in told[0][1].text


def test_an_audit_names_an_access_that_nobody_proved(sqlite_world: World, investigator):
    world = sqlite_world
    thief = Someone(id=investigator.id, carrier="KE-CUSTOMS", key=factories.key_for("thief"))
    blind = world.restarted()
    roster = blind.roster()
    person = roster.people[investigator.id]
    key = type(person.credentials[0])(key=factories.key_for("thief").public)
    changed = type(person)(
        id=person.id, agency=person.agency, roles=person.roles, credentials=(key,)
    )
    blind.desk.registry._roster = roster.but(people={person.id: changed})
    accessed(blind, thief, "access.opened")
    faults = "\n".join(map(str, audit(world.engine).faults))
    assert "is not a credential of this person" in faults
