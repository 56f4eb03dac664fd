"""Who may speak, as a process remembers it: always what the log says, never more."""

import pytest
from sqlalchemy import Engine

from crypto import UnknownKey
from ledger import databases
from ledger.admission import Admission, admit
from ledger.intake import prepare
from ledger.registry import Registry
from ledger.roster import HUB
from tests import factories
from tests.factories import key_for
from tests.world import COUNTRIES, World, abandoned


def revocation(agency: str) -> dict[str, object]:
    return factories.body("key.revoked", kid=key_for(agency).kid)


def test_a_fresh_process_reads_the_roster_from_the_log(world: World):
    roster = world.roster()
    assert set(roster.participants) == set(COUNTRIES)
    assert len(roster.agencies) == 1 + 6 * len(COUNTRIES)
    assert roster.origin == world.origin
    assert roster.agencies["NL-CNA"].roles == {"competent_authority", "licensing_authority"}


def test_what_is_remembered_is_what_a_fresh_process_reads(world: World):
    remembered = [world.roster()]
    for agency in ("NL-CUSTOMS", "KE-LAB", "EG-POLICE"):
        world.post(revocation(agency), f"{agency[:2]}-ROOT")
        world.live(factories.Journey(ref=f"DE-{agency}", exporting="DE"))
        remembered.append(world.roster())
        assert remembered[-1] == world.restarted().roster()
    assert len({len([e for e in r.keyring if e.revoked]) for r in remembered}) == 4


def test_a_roster_is_folded_no_further_than_the_registry_went(world: World):
    before = world.roster()
    world.live()
    assert world.roster() is before


def test_a_revocation_by_another_process_is_heard_of(world: World):
    other = world.restarted()
    other.roster()
    world.post(revocation("NL-CUSTOMS"), "NL-ROOT")
    with pytest.raises(UnknownKey) as refused:
        other.post(factories.body("shipment.departed"), "NL-CUSTOMS")
    assert refused.value.revoked


def test_what_a_transaction_did_that_was_rolled_back_is_forgotten(world: World):
    """A registry that believed it would refuse a key that is valid, or take one that is not."""
    statement = world.statement(revocation("NL-CUSTOMS"), "NL-ROOT")
    prepared = prepare(statement, world.roster(), size=world.size, now=world.clock())

    with abandoned(world.engine) as session:
        outcomes = admit(session, [prepared], world.desk, now=world.clock())
        assert isinstance(outcomes[0], Admission)
        inside = world.desk.registry.current(session)
        assert inside.keyring.held_by("NL-CUSTOMS")[0].revoked == outcomes[0].receipt.index
    assert world.roster().keyring.held_by("NL-CUSTOMS")[0].revoked is None
    assert world.post(factories.body("shipment.departed"), "NL-CUSTOMS").created


def test_another_statement_at_a_rolled_back_index_is_read_anew(world: World):
    """The same index, another registry statement: told apart by the statement's digest."""
    first = world.statement(revocation("NL-CUSTOMS"), "NL-ROOT")
    prepared = prepare(first, world.roster(), size=world.size, now=world.clock())

    with abandoned(world.engine) as session:
        admit(session, [prepared], world.desk, now=world.clock())
        world.desk.registry.current(session)
    index = world.post(revocation("KE-CUSTOMS"), "KE-ROOT").receipt.index
    roster = world.roster()
    assert roster.keyring.held_by("NL-CUSTOMS")[0].revoked is None
    assert roster.keyring.held_by("KE-CUSTOMS")[0].revoked == index


def test_a_memory_of_one_database_is_worth_nothing_in_another(
    sqlite_engine: Engine, postgresql_engine: Engine
):
    one, other = World.on(sqlite_engine), World.on(postgresql_engine)
    one.post(revocation("NL-CUSTOMS"), "NL-ROOT")
    registry = Registry()
    with databases.reading(one.engine) as session:
        registry.current(session)
    with databases.reading(other.engine) as session:
        assert registry.current(session) == other.roster()
    other.post(revocation("KE-CUSTOMS"), "KE-ROOT")
    other.post(factories.body("participant.added"), HUB)
    with databases.reading(other.engine) as session:
        assert registry.current(session) == other.roster()
