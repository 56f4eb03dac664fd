"""Grants and groups from the door to the reader: given, limited, withdrawn, and never widened."""

from datetime import timedelta

import pytest

from ledger import (
    Invalid,
    NotFound,
    NotPermitted,
    databases,
    grantbook,
    projections,
    search,
    states,
)
from ledger.filters import Filters
from ledger.visibility import Viewer
from tests import factories
from tests.factories import HONEST

GRANT = "NL-AUTHORITY/to-za"
REF = HONEST.ref


def giving(grant=GRANT, to="ZA", **changes):
    return factories.body("grant.given", grant=grant, to=to, **changes)


def give(world, grant=GRANT, to="ZA", **changes):
    world.passes(minutes=1)
    return world.post(giving(grant, to, **changes), grant.partition("/")[0])


def withdraw(world, grant=GRANT):
    world.passes(minutes=1)
    world.post(factories.body("grant.withdrawn", grant=grant), grant.partition("/")[0])


def group(world, *members, name="NL-AUTHORITY/solvents"):
    world.passes(minutes=1)
    body = factories.body("group.declared", group=name, members=list(members))
    world.post(body, name.partition("/")[0])


def reader(agency):
    return Viewer(agency=agency, country=agency[:2])


def seen(world, agency="ZA-CUSTOMS", ref=REF):
    """Kind to claims of all that an agency sees of a shipment; of the newest of each kind."""
    with databases.reading(world.engine) as session:
        try:
            history = search.shipment_history(session, ref, reader(agency), now=world.clock())
        except NotFound:
            return {}
    return {each.record.event.kind: each.claims for each in history}


def found(world, agency="ZA-CUSTOMS", **filters):
    with databases.reading(world.engine) as session:
        page = search.page(session, Filters(**filters), reader(agency), now=world.clock(), limit=10)
    return [view.state.ref for view in page.views]


def test_an_authority_of_the_opener_shares_the_whole_and_takes_it_back(world):
    world.live(HONEST)
    assert seen(world) == {}
    give(world, whole=True)
    assert seen(world).keys() == seen(world, "KE-CUSTOMS").keys() != set()
    assert found(world) == found(world, substance="acetone", exporting="NL") == [REF]
    withdraw(world)
    assert seen(world) == {}
    assert found(world) == []


def test_an_originator_shares_its_own_statements_alone(sqlite_world):
    sqlite_world.live(HONEST)
    give(sqlite_world)
    with databases.reading(sqlite_world.engine) as session:
        history = search.shipment_history(
            session, REF, reader("ZA-CUSTOMS"), now=sqlite_world.clock()
        )
    assert {each.record.by.agency for each in history} == {"NL-AUTHORITY"}


def test_a_grant_of_some_claims_shows_them_and_what_they_need_to_be_understood(sqlite_world):
    sqlite_world.live(HONEST)
    give(sqlite_world, claims=["goods"])
    assert seen(sqlite_world)["notice.sent"] == {"goods", "kind", "shipment", "occurred_at"}


def test_a_grant_of_some_statements_shows_no_other(sqlite_world):
    first, *_ = sqlite_world.live(HONEST)
    with databases.reading(sqlite_world.engine) as session:
        history = search.shipment_history(
            session, REF, reader("NL-AUTHORITY"), now=sqlite_world.clock()
        )
    jti = next(e.record.parsed.jti for e in history if e.record.index == first.receipt.index)
    give(sqlite_world, whole=True, statements=[jti])
    assert seen(sqlite_world).keys() == {"notice.sent"}


def test_a_grant_to_an_agency_is_for_no_other_of_its_country(sqlite_world):
    sqlite_world.live(HONEST)
    give(sqlite_world, to="ZA-POLICE")
    assert seen(sqlite_world, "ZA-CUSTOMS") == {}
    assert "notice.sent" in seen(sqlite_world, "ZA-POLICE")


def test_a_grant_ends_when_it_said_it_would(sqlite_world):
    sqlite_world.live(HONEST)
    until = sqlite_world.clock() + timedelta(days=1)
    give(sqlite_world, until=until.strftime("%Y-%m-%dT%H:%M:%SZ"))
    assert seen(sqlite_world) != {}
    sqlite_world.passes(days=1)
    assert seen(sqlite_world) == {}


def red(world, agency="KE-CUSTOMS", **marking):
    body = factories.body(
        "discrepancy.recorded", marking={"tlp": "RED", **marking}, nominal={"text": "a person"}
    )
    return world.statement(body, agency), body


def test_a_grant_of_the_whole_leaves_a_red_statement_where_it_is(sqlite_world):
    sqlite_world.live(HONEST)
    statement, _ = red(sqlite_world)
    sqlite_world.admitted([statement])
    give(sqlite_world, whole=True)
    give(sqlite_world, "KE-CUSTOMS/to-za")
    assert "discrepancy.recorded" not in seen(sqlite_world)


def test_its_originator_lifts_red_where_it_names_the_claims_and_nobody_else_does(sqlite_world):
    sqlite_world.live(HONEST)
    statement, _ = red(sqlite_world, releasable_to=["NL"])
    sqlite_world.admitted([statement])
    give(sqlite_world, whole=True, claims=["about", "found"])
    assert "discrepancy.recorded" not in seen(sqlite_world)
    give(sqlite_world, "KE-CUSTOMS/to-za", claims=["about", "found"])
    assert seen(sqlite_world)["discrepancy.recorded"] >= {"about", "found", "marking"}
    assert "declared" not in seen(sqlite_world)["discrepancy.recorded"]


@pytest.mark.parametrize(
    "marking",
    [
        {"originator_controlled": True, "releasable_to": ["NL"]},
        {"handling": ["H2"]},
        {"handling": ["H3"], "releasable_to": ["NL"]},
        {"tlp": "AMBER+STRICT"},
    ],
    ids=str,
)
def test_what_its_originator_keeps_back_no_other_passes_on(sqlite_world, marking):
    sqlite_world.live(HONEST)
    body = factories.body("discrepancy.recorded", marking=marking)
    sqlite_world.post(body, "KE-CUSTOMS")
    assert "discrepancy.recorded" in seen(sqlite_world, "NL-AUTHORITY")
    give(sqlite_world, whole=True)
    assert "notice.sent" in seen(sqlite_world)
    assert "discrepancy.recorded" not in seen(sqlite_world)


def test_nobody_passes_on_what_it_may_not_see_itself(sqlite_world):
    sqlite_world.live(HONEST)
    statement, _ = red(sqlite_world, releasable_to=["ZA"])
    sqlite_world.admitted([statement])
    assert "discrepancy.recorded" not in seen(sqlite_world, "NL-AUTHORITY")
    give(sqlite_world, whole=True)
    assert "discrepancy.recorded" not in seen(sqlite_world)


def test_personal_data_goes_to_the_agency_that_its_originator_names(sqlite_world):
    sqlite_world.live(HONEST)
    statement, _ = red(sqlite_world)
    sqlite_world.admitted([statement])
    give(sqlite_world, "KE-CUSTOMS/to-za", "ZA-POLICE", claims=["nominal", "about"])
    assert "nominal" in seen(sqlite_world, "ZA-POLICE")["discrepancy.recorded"]
    assert seen(sqlite_world, "ZA-CUSTOMS") == {}


@pytest.mark.parametrize(
    ("to", "changes"),
    [
        ("ZA", {}),
        ("NL-AUTHORITY/solvents", {}),
        ("ZA-POLICE", {"whole": True}),
    ],
)
def test_personal_data_for_a_country_a_group_or_in_bulk_is_refused(sqlite_world, to, changes):
    with pytest.raises(Invalid) as caught:
        give(sqlite_world, to=to, claims=["nominal"], **changes)
    assert caught.value.pointer == "/claims"


@pytest.mark.parametrize("agency", ["KE-AUTHORITY", "NL-CUSTOMS"])
def test_only_an_authority_of_the_opener_shares_the_whole(sqlite_world, agency):
    with pytest.raises(NotPermitted) as caught:
        give(sqlite_world, f"{agency}/to-za", whole=True)
    assert caught.value.pointer == "/whole"


@pytest.mark.parametrize("kind", ["grant.given", "grant.withdrawn", "group.declared"])
def test_nobody_speaks_for_anothers_grant_or_group(sqlite_world, kind):
    with pytest.raises(NotPermitted):
        sqlite_world.post(factories.body(kind), "NL-AUTHORITY")


def test_a_group_lets_its_members_see_and_who_leaves_loses_at_once(world):
    world.live(HONEST)
    group(world, "ZA", "DE-POLICE")
    give(world, to="NL-AUTHORITY/solvents")
    assert seen(world, "ZA-CUSTOMS") == seen(world, "DE-POLICE") != {}
    assert seen(world, "DE-CUSTOMS") == {}
    group(world, "DE-POLICE")
    assert seen(world, "ZA-CUSTOMS") == {}
    assert seen(world, "DE-POLICE") != {}


def test_who_joins_a_group_later_gains_nothing_that_was_granted_before(sqlite_world):
    sqlite_world.live(HONEST)
    group(sqlite_world, "ZA", name="KE-POLICE/mine")
    give(sqlite_world, to="KE-POLICE/mine")
    group(sqlite_world, "ZA", "CN", name="KE-POLICE/mine")
    assert seen(sqlite_world, "CN-CUSTOMS") == {}
    group(sqlite_world, "CN", name="KE-POLICE/mine")
    group(sqlite_world, "CN", "ZA", name="KE-POLICE/mine")
    assert seen(sqlite_world, "ZA-CUSTOMS") == {}  # who left and came back gains nothing either
    give(sqlite_world, to="KE-POLICE/mine")
    assert seen(sqlite_world, "CN-CUSTOMS") == seen(sqlite_world, "ZA-CUSTOMS") != {}


def test_no_date_puts_a_grant_behind_its_withdrawal(sqlite_world):
    sqlite_world.live(HONEST)
    give(sqlite_world, occurred_at=HONEST.at(70))
    sqlite_world.passes(minutes=1)
    early = factories.body("grant.withdrawn", grant=GRANT, occurred_at=HONEST.at(1))
    sqlite_world.post(early, "NL-AUTHORITY")
    assert seen(sqlite_world) == {}


def test_a_second_grant_of_a_name_takes_the_place_of_the_first(sqlite_world):
    sqlite_world.live(HONEST)
    give(sqlite_world)
    give(sqlite_world, to="CN")
    assert seen(sqlite_world, "ZA-CUSTOMS") == {}
    assert seen(sqlite_world, "CN-CUSTOMS") != {}
    with databases.reading(sqlite_world.engine) as session:
        (only,) = grantbook.grants(session, "NL-AUTHORITY", frozenset())
    assert only[1].to == "CN"


def test_a_rebuild_makes_the_same_of_grants_and_groups(world):
    world.live(HONEST)
    group(world, "ZA", "DE-POLICE")
    give(world, to="NL-AUTHORITY/solvents", whole=True)
    give(world, "NL-CUSTOMS/gone")
    group(world, "DE-POLICE")
    withdraw(world, "NL-CUSTOMS/gone")
    before = stored(world)
    projections.rebuild_in_place(world.engine)
    assert stored(world) == before
    assert [len(rows) for rows in before] == [1, 1, 1]


def stored(world):
    tables = (grantbook.GRANTS, grantbook.READERS, grantbook.GROUPS)
    with databases.reading(world.engine) as session:
        return [sorted(map(tuple, session.execute(table.select()))) for table in tables]


def test_a_state_as_stored_reads_back(sqlite_world):
    sqlite_world.live(HONEST)
    give(sqlite_world, whole=True, claims=["goods"], until="2027-01-01T00:00:00Z")
    with databases.reading(sqlite_world.engine) as session:
        grant = grantbook.find(session, GRANT)
    assert states.decode(type(grant), states.encode(grant)) == grant
    assert grant.readers == {"ZA"}
