"""The door: whatever is wrong with a statement has a name, and a refusal leaves no trace."""

import dataclasses

import pytest
from sqlalchemy import Engine

from crypto import CryptoError, UnknownKey
from crypto.keys import PrivateKey
from ledger import (
    Invalid,
    LedgerError,
    NotPermitted,
    databases,
    intake,
    records,
    store,
    timeline,
)
from ledger.audit import audit
from ledger.registry import Registry
from ledger.roster import HUB
from tests import factories
from tests.enrolling import key_claims
from tests.factories import key_for
from tests.misstating import AGENCY, departed, goods, spoiled
from tests.refused import EVERYTHING, Bad
from tests.world import World


@pytest.mark.parametrize("bad", EVERYTHING, ids=lambda bad: bad.why)
def test_a_bad_statement_is_refused_by_name_and_leaves_no_trace(sqlite_world: World, bad: Bad):
    size = sqlite_world.size
    (outcome,) = sqlite_world.submit([bad.make(sqlite_world)])
    assert isinstance(outcome, LedgerError | CryptoError), outcome
    assert type(outcome) is bad.error, repr(outcome)
    if bad.code:
        assert getattr(outcome, "code", "") == bad.code, repr(outcome)
    if bad.pointer:
        assert getattr(outcome, "pointer", "") == bad.pointer, repr(outcome)
    assert sqlite_world.size == size


def test_after_all_refusals_together_the_ledger_is_as_it_was(world: World):
    size = world.size
    outcomes = world.submit([bad.make(world) for bad in EVERYTHING])
    assert all(isinstance(outcome, LedgerError | CryptoError) for outcome in outcomes)
    assert world.size == size
    assert audit(world.engine).faults == ()


def test_statements_judged_step_by_step_together_are_judged_as_each_by_itself(sqlite_world: World):
    """Good and bad ones in turn: what one is refused for touches none beside it."""
    good = [sqlite_world.statement(departed(remarks=f"the {n}th")) for n in range(4)]
    mixed = [each for bad in EVERYTHING for each in (bad.make(sqlite_world), good[0])] + good
    with databases.reading(sqlite_world.engine) as session:
        roster, size = Registry().current(session), store.head(session).size
    now = sqlite_world.clock()
    together = intake.prepare_each(mixed, roster, size=size, now=now)
    assert len(together) == len(mixed)
    for statement, found in zip(mixed, together, strict=True):
        alone: object
        try:
            alone = intake.prepare(statement, roster, size=size, now=now)
        except (CryptoError, LedgerError) as error:
            alone = (type(error), str(error))
        if not isinstance(found, intake.Prepared):
            found = (type(found), str(found))  # noqa: PLW2901 - by what it says
        assert found == alone


def test_what_the_door_notes_of_a_statement_is_what_is_read_of_it_later(sqlite_world: World):
    statement = sqlite_world.statement(departed(remarks="noted"))
    with databases.reading(sqlite_world.engine) as session:
        roster, size = Registry().current(session), store.head(session).size
    found = intake.prepare(statement, roster, size=size, now=sqlite_world.clock())
    plain = dataclasses.replace(found.record)  # made anew, so it finds out for itself
    assert (found.record.by, found.digest) == (plain.by, plain.digest)
    assert found.disclosed == records.text_of(found.verified.disclosures)
    assert timeline.row_of(found.record, 3) == timeline.row_of(plain, 3)
    (admitted,) = sqlite_world.admitted([statement])
    assert admitted.receipt.hash == dataclasses.replace(admitted.receipt).hash


def test_no_single_spoiled_character_comes_through(sqlite_world: World):
    statement = sqlite_world.statement(departed())
    step = max(1, len(statement) // 150)
    outcomes = sqlite_world.submit(
        [spoiled(statement, at) for at in range(0, len(statement), step)]
    )
    assert all(isinstance(outcome, CryptoError) for outcome in outcomes)
    assert sqlite_world.post(departed()).created


def test_a_revoked_key_signs_no_more_and_its_successor_does(world: World):
    second = PrivateKey.generate("ES256")
    added = factories.body("key.added", agency=AGENCY, **key_claims(AGENCY, key=second))
    world.post(departed(), AGENCY)
    world.post(added, "NL-ROOT")
    world.post(departed(remarks="under both keys"), AGENCY)
    world.post(factories.body("key.revoked", kid=key_for(AGENCY).kid), "NL-ROOT")
    with pytest.raises(UnknownKey) as refused:
        world.post(departed(remarks="too late"), AGENCY)
    assert refused.value.revoked
    assert world.post(departed(remarks="with the next key"), AGENCY, key=second).created
    assert audit(world.engine).faults == ()


def test_one_country_on_the_route_posts_nothing_in_the_place_of_another(world: World):
    world.live()
    size = world.size
    for agency in ("KE-CUSTOMS", "EG-CUSTOMS"):
        with pytest.raises(NotPermitted) as refused:
            world.post(factories.body("shipment.departed", remarks="mine"), agency)
        assert refused.value.code == "kind-not-permitted"
    assert world.size == size


def test_a_stranger_hears_the_same_of_a_shipment_that_exists_and_of_one_that_does_not(world: World):
    world.live()
    for ref in (factories.HONEST.ref, "NL-NO-SUCH"):
        posted = factories.body("shipment.departed", remarks="mine", shipment=ref)
        assert world.post(posted, "DE-CUSTOMS").created


def test_a_step_may_come_before_all_others(world: World):
    """A missing predecessor never blocks a posting (DESIGN §5, rule 2)."""
    assert world.post(factories.body("shipment.seized"), "KE-CUSTOMS").created
    assert world.post(factories.body("shipment.departed"), AGENCY).created


def test_only_who_stated_an_event_corrects_it(world: World):
    jti = factories.uuid7(int(world.clock.now.timestamp() * 1000), 1)
    world.post(factories.body("notice.sent"), "NL-CNA")
    world.post(departed(), AGENCY, jti=jti)
    correction = factories.body("event.corrected", corrects=jti)
    for stranger in ("KE-CUSTOMS", "NL-CNA", "DE-CUSTOMS"):
        with pytest.raises(NotPermitted, match="its own agency") as refused:
            world.post(correction, stranger)
        assert refused.value.pointer == "/corrects"
    assert world.post(correction, AGENCY).created


def test_a_correction_within_the_batch_of_what_it_corrects_is_held_to_the_same(world: World):
    jti = factories.uuid7(int(world.clock.now.timestamp() * 1000), 1)
    correction = factories.body("event.corrected", corrects=jti)
    outcomes = world.submit(
        [
            world.statement(departed(), AGENCY, jti=jti),
            world.statement(correction, "KE-CUSTOMS"),
            world.statement(correction, AGENCY),
        ]
    )
    assert [isinstance(outcome, NotPermitted) for outcome in outcomes] == [False, True, False]


def test_a_bad_identifier_is_a_warning_and_not_a_refusal(world: World):
    """Evidence with a misread container number is evidence (DESIGN §5, rule 6)."""
    transport = factories.HONEST.transport | {
        "imo": "9074720",
        "equipment": [{"container": "MSKU1234560", "seals": ["X"]}],
    }
    said = world.post(departed(transport=transport, goods=goods(cas="67-64-2")))
    assert said.created
    assert {pointer for pointer, _ in said.warnings} == {
        "/transport/imo",
        "/transport/equipment/0/container",
        "/goods/0/cas",
    }
    assert all(sentence for _, sentence in said.warnings)
    assert world.post(departed()).warnings == ()


def test_before_genesis_nobody_else_comes_in(blank_engine: Engine):
    databases.create_tables(blank_engine)
    world = World.on(blank_engine)
    with databases.writing(blank_engine) as session:
        store.begin(session, world.origin)
    with pytest.raises((UnknownKey, NotPermitted)):
        world.post(departed())
    with pytest.raises(Invalid) as refused:
        world.post(factories.genesis(origin="another.test/log"), HUB)
    assert refused.value.code in {"wrong-log", "bad-key", "no-possession"}
    with pytest.raises(UnknownKey):
        world.post(factories.genesis(), HUB, key=key_for("NL-ROOT"))
    assert world.size == 0
    assert world.post(factories.genesis(), HUB).created
