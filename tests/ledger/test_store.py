"""The store: appending is all or nothing, and what lies there does not change."""

from dataclasses import replace
from datetime import timedelta

import pytest
from sqlalchemy import Engine, insert, text
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from crypto.notes import Signer
from ledger import Conflict, NotFound, databases, entries, merkle, publication, store, tilebook
from ledger.checkpoints import open_checkpoint
from ledger.store import Draft, Head, Placed
from tests import vaults
from tests.factories import key_for
from tests.world import NOON, abandoned

BOOK = "notes"
ORIGIN = "ledger.test/notes"
SIGNER = Signer(name=ORIGIN, key=key_for(ORIGIN))


@pytest.fixture
def book(engine: Engine) -> Engine:
    """An engine with a second, empty book beside the ledger's own."""
    with databases.writing(engine, BOOK) as session:
        store.begin(session, ORIGIN, BOOK)
    return engine


def drafts(count: int, start: int = 0) -> list[Draft]:
    return [Draft(jwt=f"a.{n}.c", tag=None) for n in range(start, start + count)]


def append(
    session: Session, made: list[Draft], *, before: Head | None = None, now=NOON
) -> list[Placed]:
    held = before or store.head(session, BOOK)
    return store.append(session, made, before=held, signer=SIGNER, now=now, book=BOOK).placed


def grow(engine: Engine, count: int, now=NOON) -> list[Placed]:
    with databases.writing(engine, BOOK) as session:
        start = store.head(session, BOOK).size
        return append(session, drafts(count, start), now=now)


@pytest.mark.parametrize("sizes", [(1,), (1, 1, 1), (255, 1, 1), (3, 300, 260)])
def test_however_entries_come_the_tree_is_that_of_all_of_them(book: Engine, sizes):
    placed = [each for size in sizes for each in grow(book, size)]
    expected = merkle.Frontier.empty().extend(each.hash for each in placed)[0]
    with databases.reading(book) as session:
        head = store.head(session, BOOK)
        read = publication.hashes(session, BOOK)
        note = publication.checkpoint(session, BOOK)
        assert (head.size, head.frontier, head.last) == (sum(sizes), expected, placed[-1].hash)
        assert merkle.root(head.size, read) == expected.root()
        for index in {0, head.size // 2, head.size - 1}:
            proof = merkle.prove_inclusion(index, head.size, read)
            leaf = merkle.leaf_hash(store.entry(session, index, BOOK))
            merkle.check_inclusion(proof, index, head.size, leaf, expected.root())
        stored = store.entries(session, 0, head.size, BOOK)
    signed = open_checkpoint(note, ORIGIN, [SIGNER.verifier])
    assert (signed.size, signed.root) == (head.size, expected.root())
    entries.check_links(0, entries.GENESIS_PREV, [data for _, data in stored])
    assert [data for _, data in stored] == [each.data for each in placed]


def test_tiles_that_the_database_does_not_give_are_told_as_the_database_says_it(book: Engine):
    grow(book, 3)
    with databases.reading(book) as session:
        assert set(tilebook.read_tiles(session, [(0, 0), (0, 1), (1, 0)], BOOK)) == {(0, 0)}
        assert tilebook.read_tiles(session, [], BOOK) == {}
    with databases.writing(book, BOOK) as session:
        session.connection().exec_driver_sql("DROP TABLE tile")
        with pytest.raises(DBAPIError):
            tilebook.read_tiles(session, [(0, 0)], BOOK)
        session.rollback()


def test_every_append_leaves_the_checkpoint_that_covers_it(book: Engine):
    for size in (2, 3, 1):
        grow(book, size)
    with databases.reading(book) as session:
        covers = [publication.covering(session, index, BOOK)[1] for index in range(6)]
        assert covers == [2, 2, 5, 5, 5, 6]
        with pytest.raises(NotFound):
            publication.covering(session, 6, BOOK)
        with pytest.raises(NotFound):
            store.entry(session, 6, BOOK)


def test_a_book_is_opened_once_and_an_unopened_one_is_not_found(book: Engine):
    with databases.writing(book, BOOK) as session, pytest.raises(Conflict):
        store.begin(session, ORIGIN, BOOK)
    with databases.reading(book) as session:
        with pytest.raises(NotFound, match="shield init"):
            store.head(session, "nothing")
        with pytest.raises(NotFound):
            publication.checkpoint(session, BOOK)


def test_times_never_run_back_whatever_the_clock_does(book: Engine):
    times = [
        grow(book, 1, now=NOON + timedelta(seconds=seconds))[0].time for seconds in (0, -90, 5, 4)
    ]
    assert times == [NOON, NOON, NOON + timedelta(seconds=5), NOON + timedelta(seconds=5)]
    with databases.reading(book) as session:
        assert store.head(session, BOOK).time == times[-1]


def test_who_builds_on_an_old_head_is_refused_and_leaves_nothing(book: Engine):
    with databases.reading(book) as session:
        old = store.head(session, BOOK)
    grow(book, 2)
    with pytest.raises((Conflict, DBAPIError)), databases.writing(book, BOOK) as session:
        append(session, drafts(3, 100), before=old)
    with databases.reading(book) as session:
        assert store.head(session, BOOK).size == 2
        assert len(store.entries(session, 0, 10, BOOK)) == 2


def test_two_heads_of_one_size_are_told_apart_by_their_last_hash(book: Engine):
    grow(book, 1)
    with databases.reading(book) as session:
        held = store.head(session, BOOK)
    other = replace(held, last=bytes(32))
    with pytest.raises(Conflict, match="moved the head"), databases.writing(book, BOOK) as session:
        append(session, drafts(1, 1), before=other)


def test_an_append_that_fails_half_way_leaves_no_trace(book: Engine):
    grow(book, 3)
    with abandoned(book, BOOK) as session:
        append(session, drafts(5, 3))
    assert [each.index for each in grow(book, 1)] == [3]


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE entry SET data = data",
        "DELETE FROM entry",
        "UPDATE checkpoint SET note = note",
        "DELETE FROM checkpoint",
        "DELETE FROM tile",
        "UPDATE tile SET data = substr(data, 1, length(data) - 32)",
        "UPDATE tile SET data = substr(data, 33)",
    ],
)
def test_the_database_itself_refuses_to_change_the_log(book: Engine, statement: str):
    grow(book, 3)
    with (
        pytest.raises(DBAPIError, match="append-only"),
        databases.writing(book, BOOK) as session,
    ):
        session.execute(text(statement))
    assert grow(book, 1)[0].index == 3


def test_a_tile_may_grow(book: Engine):
    grow(book, 1)
    sqlite = book.dialect.name == "sqlite"
    longer = "CAST(data || x'00' AS BLOB)" if sqlite else r"data || '\x00'"
    with databases.writing(book, BOOK) as session:
        session.execute(text(f"UPDATE tile SET data = {longer} WHERE book = 'notes'"))  # noqa: S608
    with pytest.raises(Conflict, match="not as wide"), databases.writing(book, BOOK) as session:
        append(session, drafts(1, 1))


def test_an_index_is_given_once(book: Engine):
    grow(book, 1)
    row = {"book": BOOK, "index": 0, "data": b"another"}
    with pytest.raises(DBAPIError), databases.writing(book, BOOK) as session:
        session.execute(insert(store.ENTRIES), [row])


def test_a_reader_sees_one_moment_however_the_log_grows(book: Engine):
    grow(book, 1)
    with databases.reading(book) as session:
        before = store.head(session, BOOK)
        grow(book, 4)
        assert store.head(session, BOOK) == before
        assert len(store.entries(session, 0, 9, BOOK)) == 1
    with databases.reading(book) as session:
        assert store.head(session, BOOK).size == 5


def test_instants_are_stored_exactly():
    for moment in (NOON, NOON + timedelta(microseconds=1), store.EPOCH):
        assert store.instant(store.micros(moment)) == moment


def test_a_ledger_in_memory_is_refused():
    engine = vaults.connect("sqlite://")
    with pytest.raises(ValueError, match="needs a file"), databases.writing(engine):
        pass
    engine.dispose()


def test_a_new_file_has_pages_that_five_statements_fill(tmp_path):
    engine = databases.connect(f"sqlite:///{tmp_path}/new.sqlite3")
    databases.create_tables(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("PRAGMA page_size").scalar_one() == 8_192
        assert connection.exec_driver_sql("PRAGMA journal_mode").scalar_one() == "wal"
    engine.dispose()
