"""Data keys in the database: made once, remembered when durable, wrapped anew while all goes on."""

import pytest
from sqlalchemy import Engine, select, update
from sqlmodel import Session

from crypto.concealing import WrappingKeys
from crypto.encodings import b64u_encode
from ledger import Tampered, Undecided, databases, records
from ledger.audit import audit
from ledger.concealment import DATA_KEYS, PER_KEY, Vault, vault_of
from ledger.records import DISCLOSURES
from tests import factories, vaults
from tests.world import World, abandoned

OTHER = b64u_encode(bytes([9] * 32))


def numbers(engine: Engine) -> list[int]:
    with databases.reading(engine) as session:
        return list(
            session.execute(select(DATA_KEYS.c.number).order_by(DATA_KEYS.c.number)).scalars()
        )


def revealed(session: Session, index: int) -> str:
    query = select(DISCLOSURES.c.data).where(DISCLOSURES.c.index == index)
    stored = bytes(session.execute(query).scalar_one())
    return vault_of(session).reveal(session, index, stored)


def put(engine: Engine, *indexes: int) -> None:
    with databases.writing(engine) as session:
        records.replace(session, [(index, f"disclosed{index}~") for index in indexes])


def test_each_ten_thousand_entries_have_a_data_key_of_their_own(engine: Engine):
    put(engine, PER_KEY - 1, PER_KEY, 2 * PER_KEY - 1, 5 * PER_KEY)
    assert numbers(engine) == [0, 1, 5]
    with databases.reading(engine) as session:
        assert revealed(session, PER_KEY) == f"disclosed{PER_KEY}~"


def test_registry_statements_need_no_key(engine: Engine):
    assert numbers(engine) == []


def test_a_data_key_that_was_never_committed_is_not_remembered(engine: Engine):
    with abandoned(engine) as session:
        records.replace(session, [(1_000_000, "lost~")])
        records.replace(session, [(1_000_001, "lost~")])
    put(engine, 1_000_000)
    again = vaults.connect(engine.url.render_as_string(hide_password=False))
    with databases.reading(again) as session:
        assert revealed(session, 1_000_000) == "disclosed1000000~"
    again.dispose()


def test_what_lies_in_anothers_place_does_not_open(engine: Engine):
    put(engine, 700, 701)
    with databases.writing(engine) as session:
        query = select(DISCLOSURES.c.data).where(DISCLOSURES.c.index == 700)
        moved = bytes(session.execute(query).scalar_one())
        session.execute(update(DISCLOSURES).where(DISCLOSURES.c.index == 701).values(data=moved))
    with databases.reading(engine) as session, pytest.raises(Tampered, match="disclosure 701"):
        revealed(session, 701)


def test_without_its_wrapping_key_nothing_is_told(engine: Engine):
    put(engine, 700)
    url = engine.url.render_as_string(hide_password=False)
    for wrapping in (None, WrappingKeys(source=lambda: OTHER)):
        other = databases.connect(url, wrapping=wrapping)
        with databases.reading(other) as session, pytest.raises(Undecided):
            revealed(session, 700)
        other.dispose()


def test_a_newer_way_of_concealing_is_not_guessed_at(engine: Engine):
    with databases.reading(engine) as session, pytest.raises(Undecided, match="newer"):
        vault_of(session).reveal(session, 1, b"\x02" + bytes(60))
    with databases.reading(engine) as session, pytest.raises(Tampered, match="no data key"):
        vault_of(session).reveal(session, 1, b"\x01" + bytes(60))


def test_the_wrapping_key_is_changed_while_others_read_and_post(world: World):
    world.post(factories.body("notice.sent"), "NL-CNA")
    lines = [vaults.LINE]
    url = world.engine.url.render_as_string(hide_password=False)
    engine = databases.connect(url, wrapping=WrappingKeys(source=lambda: "\n".join(lines)))
    running = world.restarted(engine)
    running.post(factories.body("notice.acknowledged"), "KE-CNA")
    lines.insert(0, OTHER)
    operator = Vault(wrapping=WrappingKeys(source=lambda: "\n".join(lines)), random=bytes)
    with databases.writing(engine) as session:
        assert operator.rewrap(session) == 1
    with databases.writing(engine) as session:
        assert operator.rewrap(session) == 0
    del lines[1]
    running.post(factories.body("shipment.departed"), "NL-CUSTOMS")
    audit(engine).check()
    fresh = world.restarted(databases.connect(url, wrapping=WrappingKeys(source=lambda: OTHER)))
    assert fresh.live()[-1].created
    audit(fresh.engine).check()
    for each in (engine, fresh.engine):
        each.dispose()


def test_an_audit_names_what_no_longer_opens(sqlite_world: World):
    index = sqlite_world.post(factories.body("notice.sent"), "NL-CNA").receipt.index
    with databases.writing(sqlite_world.engine) as session:
        wrapped = bytes(session.execute(select(DATA_KEYS.c.wrapped)).scalar_one())
        spoiled = wrapped[:-1] + bytes([wrapped[-1] ^ 1])
        session.execute(update(DATA_KEYS).values(wrapped=spoiled))
    (fault, *_) = audit(sqlite_world.engine).faults
    assert fault.place == f"disclosure {index}"
    assert "data key 0" in fault.what
