"""What is erased is gone, from the files too; every proof holds, and says that it was erased."""

import json
import random
import threading

import pytest
from sqlalchemy import Engine, create_engine, select, text
from sqlalchemy.pool import NullPool

from crypto import sdjwt
from crypto.encodings import b64u_decode
from ledger import Undecided, databases, entries, records, search, store
from ledger.admission import Admission, Prover
from ledger.audit import audit
from ledger.filters import Filters
from ledger.records import DISCLOSURES
from ledger.visibility import Viewer
from tests import factories
from tests.erasing import approved, carried_out, raw, requested, scrubbed
from tests.erasing import erased as erase
from tests.factories import HONEST, Journey
from tests.postgres import Server
from tests.world import World

NAME = "Wilhelmina van Kanarie"
SEAL = "KANARIE77"
NOMINAL = {"persons": [{"name": NAME, "role": "driver"}]}
KENYA = Viewer(agency="KE-CUSTOMS", country="KE")
NETHERLANDS = Viewer(agency="NL-CUSTOMS", country="NL")


def departure(world: World) -> Admission:
    """A journey up to a departure that names a driver, and a seal that nothing else mentions."""
    steps = factories.journey_bodies()[:6]
    world.live(steps=steps)
    world.passes(days=30)
    body = factories.body("shipment.departed", nominal=NOMINAL, remarks=f"seal {SEAL}")
    body["transport"]["equipment"][0]["seals"] = [SEAL]
    return world.post(body, "NL-CUSTOMS")


def history(world: World, viewer: Viewer = KENYA) -> dict[int, search.Seen]:
    with databases.reading(world.engine) as session:
        seen = search.shipment_history(session, HONEST.ref, viewer, now=world.clock.now)
    return {each.record.index: each for each in seen}


def stored(world: World, index: int) -> bytes:
    query = select(DISCLOSURES.c.data).where(DISCLOSURES.c.index == index)
    with databases.reading(world.engine) as session:
        return bytes(session.execute(query).scalar_one())


def found(world: World, q: str) -> int:
    with databases.reading(world.engine) as session:
        page = search.page(session, Filters(q=q), KENYA, now=world.clock.now, limit=10)
    return len(page.views)


def secrets_of(world: World, admission: Admission) -> list[bytes]:
    """What must not be found any more: names, salts, disclosures and what they are stored as."""
    index = admission.receipt.index
    with databases.reading(world.engine) as session:
        (record,) = records.read(session, [index])
    salts = [json.loads(b64u_decode(each))[0] for each in record.parsed.disclosures]
    plain = [NAME.encode(), SEAL.encode(), NAME.casefold().encode(), *map(str.encode, salts)]
    return [*plain, *map(str.encode, record.parsed.disclosures), stored(world, index)]


def test_a_disclosure_lies_in_no_database_in_clear(world: World):
    admission = departure(world)
    everything = raw(world.engine)
    *hidden, concealed = secrets_of(world, admission)
    assert concealed in everything
    assert SEAL.encode() in everything  # projections are in clear: docs/privacy.md says which
    assert [each for each in hidden if each in everything and each != SEAL.encode()] == []


def test_personal_data_goes_and_all_else_stays(world: World):
    admission = departure(world)
    before = secrets_of(world, admission)
    index = admission.receipt.index
    state = history(world)[index].record.event
    (done,) = erase(world, admission, "nominal")
    assert (done.index, done.scope, done.agency, done.approver) == (
        index,
        "nominal",
        "NL-CNA",
        "KE-CNA",
    )
    seen = history(world, NETHERLANDS)[index]
    assert "nominal" not in seen.claims
    assert seen.record.erased == done
    assert history(world)[index].record.event == state.__class__(**{**vars(state), "nominal": None})
    assert before[-1] not in raw(world.engine)
    audit(world.engine).check()


def test_a_whole_body_goes_with_its_salts_and_all_that_mentioned_it(world: World):
    admission = departure(world)
    before = secrets_of(world, admission)
    assert found(world, SEAL) == 1
    (done,) = erase(world, admission)
    everything = raw(world.engine)
    assert [each for each in before if each in everything] == []
    assert found(world, SEAL) == 0
    seen = history(world)[admission.receipt.index]
    assert (seen.claims, seen.record.event.kind) == (frozenset(), "statement.erased")
    assert seen.record.erased == done
    audit(world.engine).check()


def test_a_reader_of_an_older_moment_is_said_to_hold_the_old_bytes(postgresql_engine: Engine):
    world = World.on(postgresql_engine)
    admission = departure(world)
    concealed = secrets_of(world, admission)[-1]
    approved(world, requested(world, admission))
    with databases.reading(world.engine) as session:
        store.head(session)  # it looks at no table that is written anew, and so blocks nothing
        with pytest.raises(Undecided, match="others were at work"):
            carried_out(world)
        assert concealed in raw(world.engine)
    scrubbed(world)
    assert concealed not in raw(world.engine)


def test_who_writes_in_another_database_of_the_server_is_waited_for(
    postgresql: Server, postgresql_engine: Engine
):
    world = World.on(postgresql_engine)
    admission = departure(world)
    concealed = secrets_of(world, admission)[-1]
    approved(world, requested(world, admission))
    elsewhere = create_engine(postgresql.url, poolclass=NullPool)
    with elsewhere.connect() as writer:
        writer.execute(text("SELECT pg_current_xact_id()"))
        with pytest.raises(Undecided, match="others were at work"):
            carried_out(world, patience=0)
        assert concealed in raw(world.engine)
        ending = threading.Timer(0.3, writer.rollback)
        ending.start()
        scrubbed(world)
        ending.join()
    assert concealed not in raw(world.engine)


def test_receipts_stay_as_they_were_and_the_same_bytes_find_theirs(world: World):
    body = factories.body("shipment.departed", nominal=NOMINAL)
    statement = world.statement(body, "NL-CUSTOMS")
    (first,) = world.admitted([statement])
    erase(world, first)
    with databases.reading(world.engine) as session:
        assert Prover(session).receipt(first.receipt.index) == first.receipt
    (again,) = world.admitted([statement])
    assert not again.created
    assert again.receipt == first.receipt
    assert stored(world, first.receipt.index) == b""


@pytest.mark.parametrize("seed", range(3))
def test_whatever_is_erased_a_rebuild_ends_in_the_same(sqlite_world: World, seed: int):
    world, dice = sqlite_world, random.Random(seed)
    admissions = world.live()
    licence = world.post(factories.body("party.licensed"), "KE-LICENSING")
    for admission in dice.sample(admissions, 5):
        by = f"{issuer_of(admission)[:2]}-CNA"
        approved(world, requested(world, admission, by=by), "DE-CNA")
    approved(world, requested(world, licence, by="KE-CNA"), "KE-AUTHORITY")
    assert len(carried_out(world)) == 6
    audit(world.engine).check()
    world.post(factories.body("shipment.departed", remarks="late"), "NL-CUSTOMS")
    world.restarted().post(factories.body("shipment.departed", remarks="later"), "NL-CUSTOMS")
    audit(world.engine).check()


def issuer_of(admission: Admission) -> str:
    jwt = entries.decode(admission.receipt.entry).jwt
    return sdjwt.split(f"{jwt}~".encode(), complete=False).issuer


def test_of_a_shipment_that_is_erased_as_a_whole_only_its_places_in_the_log_are_left(
    sqlite_world: World,
):
    world = sqlite_world
    other = Journey(ref="NL-2026-000018")
    world.live(other, factories.journey_bodies(other)[:2])
    admissions = world.live()
    for admission in admissions:
        by = f"{issuer_of(admission)[:2]}-CNA"
        approved(world, requested(world, admission, by=by), "DE-CNA")
    assert len(carried_out(world)) == len(admissions)
    assert {each.record.event.kind for each in history(world, NETHERLANDS).values()} == {
        "statement.erased"
    }
    assert found(world, "Tsavo Coatings Ltd") == 1  # the other one's
    audit(world.engine).check()
