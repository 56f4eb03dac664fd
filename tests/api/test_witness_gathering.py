"""The hub and its witnesses: published checkpoints, quorums, silence, forks, restored backups."""

import shutil
import threading
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine

from api.gathering import Visit
from api.guarding import guard
from api.services import quantum_key
from api.wire import Answer
from crypto.notes import Cosigner, open_note, signature_line, split
from ledger import NotFound, ReadOnly, Undecided, cosignatures, databases, receipts
from ledger.checkpoints import decode
from ledger.cosignatures import Lag
from ledger.policies import check, check_quorum
from ledger.receipts import Receipt
from ledger.witnessing import decode_request
from tests import factories, vaults
from tests.growing import cosigners
from tests.watched import Watched
from tests.world import World

ALL = ("ke", "nl", "za")


@pytest.fixture
def watched(world: World, tmp_path: Path) -> Watched:
    return on(world, tmp_path)


@pytest.fixture
def sqlite_watched(sqlite_world: World, tmp_path: Path) -> Watched:
    return on(sqlite_world, tmp_path)


def on(world: World, home: Path) -> Watched:
    databases.create_tables(world.engine)
    made = Watched(world=world, home=home / "witnesses")
    made.found(*ALL, quorum=2)
    return made


def post(world: World) -> int:
    """Any statement; answers with its index."""
    world.passes(minutes=1)
    return world.post(factories.body("notice.sent"), "NL-AUTHORITY").receipt.index


def newest(watched: Watched) -> bytes:
    with databases.reading(watched.world.engine) as session:
        return cosignatures.newest(session)


def witnessed(watched: Watched, index: int) -> Receipt:
    with databases.reading(watched.world.engine) as session:
        return cosignatures.witnessed_receipt(session, index, watched.policy)


def lag(watched: Watched) -> Lag:
    with databases.reading(watched.world.engine) as session:
        return cosignatures.lag(session, watched.policy, now=watched.world.clock.now)


def problems(visits: list[Visit]) -> dict[str, str]:
    return {visit.witness: visit.problem for visit in visits if visit.problem}


def test_a_published_checkpoint_bears_both_keys_of_the_log_and_of_each_witness(watched: Watched):
    visits = watched.gatherer().round()
    assert [(visit.problem, visit.lines) for visit in visits] == [("", 2)] * 3
    of_witnesses = [key for each in watched.witnesses.values() for key in each.verifiers]
    note = newest(watched)
    assert len(split(note)[1]) == 8
    assert set(open_note(note, [*watched.log_keys, *of_witnesses]).signed_by) == {
        *watched.log_keys,
        *of_witnesses,
    }
    assert check(watched.policy, note).size == watched.world.size


def test_a_witnessed_receipt_proves_an_entry_against_what_the_quorum_saw(watched: Watched):
    index = post(watched.world)
    with pytest.raises(Undecided) as undecided:
        witnessed(watched, index)
    assert undecided.value.code == "not-witnessed"
    watched.gatherer().round()
    receipt = witnessed(watched, index)
    checkpoint = receipts.check(receipt, watched.log_keys, watched.world.origin)
    assert checkpoint.size == watched.world.size
    assert len(check_quorum(watched.policy, receipt.checkpoint)) == 6
    later = post(watched.world)
    assert witnessed(watched, index) == receipt
    with pytest.raises(Undecided):
        witnessed(watched, later)
    with pytest.raises(NotFound):
        witnessed(watched, later + 1)


def test_witnesses_follow_a_growing_log_and_are_sent_the_logs_own_lines_alone(
    sqlite_watched: Watched,
):
    gatherer = sqlite_watched.gatherer()
    for _ in range(4):
        post(sqlite_watched.world)
        assert problems(gatherer.round()) == {}
    bodies = [body for method, _, body in sqlite_watched.network.asked if body]
    assert len(bodies) == 12
    for body in bodies:
        names = {line.split(" ")[1] for line in split(decode_request(body).note)[1]}
        assert names == {sqlite_watched.world.origin}


def test_nothing_new_asks_nobody_and_writes_nothing(sqlite_watched: Watched):
    gatherer = sqlite_watched.gatherer()
    gatherer.round()
    before = newest(sqlite_watched)
    sqlite_watched.network.asked.clear()
    sqlite_watched.world.passes(minutes=5)
    assert gatherer.round() == []
    assert sqlite_watched.network.asked == []
    assert newest(sqlite_watched) == before


def test_a_quiet_log_is_shown_again_each_hour_so_that_its_witnesses_words_are_fresh(
    watched: Watched,
):
    gatherer = watched.gatherer()
    gatherer.round()
    first = newest(watched)
    watched.world.passes(minutes=59)
    assert gatherer.round() == []
    assert lag(watched) == Lag(0, 0, fresh=59 * 60)
    watched.world.passes(minutes=1)
    assert [(visit.problem, visit.lines) for visit in gatherer.round()] == [("", 2)] * 3
    again = newest(watched)
    assert (again != first, lag(watched)) == (True, Lag(0, 0, fresh=0))
    assert check(watched.policy, again).size == watched.world.size
    assert len(split(again)[1]) == len(split(first)[1])
    # One that is away leaves its older word, and the quorum is as fresh as its second.
    watched.stops("ke", "nl")
    watched.world.passes(hours=1)
    assert set(problems(gatherer.round())) == {"ke.test", "nl.test"}
    assert lag(watched) == Lag(0, 0, fresh=3600)


def test_with_two_of_three_witnesses_gone_posting_goes_on_without_witnessed_receipts(
    sqlite_watched: Watched,
):
    gatherer = sqlite_watched.gatherer()
    first = post(sqlite_watched.world)
    gatherer.round()
    sqlite_watched.stops("nl", "za")
    index = post(sqlite_watched.world)
    assert set(problems(gatherer.round())) == {"nl.test", "za.test"}
    with pytest.raises(Undecided):
        witnessed(sqlite_watched, index)
    assert witnessed(sqlite_watched, first).index == first
    assert lag(sqlite_watched).entries == 1
    assert lag(sqlite_watched).seconds >= 0
    sqlite_watched.starts("za")
    sqlite_watched.world.passes(minutes=6)
    assert lag(sqlite_watched) == Lag(1, 360, fresh=420)
    assert set(problems(gatherer.round())) == {"nl.test"}
    assert witnessed(sqlite_watched, index).index == index
    assert lag(sqlite_watched) == Lag(0, 0, fresh=360)  # the quorum's other word is of before


def test_a_silent_witness_is_asked_less_and_less_often(sqlite_watched: Watched):
    gatherer = sqlite_watched.gatherer()
    sqlite_watched.stops("nl")
    asked = []
    for second in range(64):
        asked += [second for visit in gatherer.round() if visit.witness == "nl.test"]
        sqlite_watched.world.passes(seconds=1)
    assert asked == [0, 1, 3, 7, 15, 31, 63]


def test_a_checkpoint_is_published_at_most_once_a_second(sqlite_watched: Watched):
    world, gatherer = sqlite_watched.world, sqlite_watched.gatherer()
    gatherer.round()
    size = world.size
    world.passes(seconds=2)
    world.admitted([world.statement(factories.body("notice.sent"), "NL-AUTHORITY")])
    assert {visit.size for visit in gatherer.round()} == {size + 1}
    other = world.statement(
        factories.body("notice.sent"), "NL-AUTHORITY", iat=world_time(world) - 1
    )
    world.admitted([other])
    assert gatherer.round() == []
    world.passes(seconds=1)
    assert {visit.size for visit in gatherer.round()} == {size + 2}


def world_time(world: World) -> int:
    return int(world.clock.now.timestamp())


def test_a_process_that_remembers_nothing_goes_on_from_the_size_the_witness_names(
    sqlite_watched: Watched, sqlite_engine: Engine
):
    sqlite_watched.gatherer().round()
    post(sqlite_watched.world)
    with databases.writing(sqlite_engine) as session:
        session.execute(cosignatures.COSIGNATURES.delete())
    assert problems(sqlite_watched.gatherer().round()) == {}
    assert check(sqlite_watched.policy, newest(sqlite_watched)).size == sqlite_watched.world.size


def test_two_processes_that_gather_at_once_do_no_harm(watched: Watched):
    first, second = watched.gatherer(), watched.gatherer()
    first.round()
    post(watched.world)
    threads = [threading.Thread(target=each.round) for each in (first, second)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert check(watched.policy, newest(watched)).size == watched.world.size


def lying(watched: Watched, name: str, status: int, body: bytes) -> None:
    def answer(_: str, __: str, ___: bytes | None) -> Answer:
        return Answer(status=status, body=body, headers={})

    watched.network.hosts[f"{name}.test"] = answer


def line_of(watched: Watched, signer: Cosigner, spoil: str = "") -> bytes:
    text, _ = split(newest(watched))
    return f"{signature_line(text + spoil, signer)}\n".encode()


def test_a_line_that_does_not_hold_is_reported_and_counts_for_nothing(sqlite_watched: Watched):
    ke = sqlite_watched.witnesses["ke"]
    false = line_of(sqlite_watched, Cosigner(name=ke.name, key=ke.keys[0], time=1), "more\n")
    lying(sqlite_watched, "ke", 200, false)
    lying(sqlite_watched, "nl", 200, line_of(sqlite_watched, cosigners("stranger.test")[0]))
    lying(sqlite_watched, "za", 200, b"junk\n")
    visits = sqlite_watched.gatherer().round()
    assert set(problems(visits)) == {"ke.test", "nl.test", "za.test"}
    assert not any(visit.alarm for visit in visits)
    assert len(split(newest(sqlite_watched))[1]) == 2


@pytest.mark.parametrize(
    ("status", "body"), [(409, b""), (409, b"9999\n"), (422, b"inconsistent\n")]
)
def test_a_witness_that_saw_another_history_is_an_alarm(
    sqlite_watched: Watched, status: int, body: bytes
):
    lying(sqlite_watched, "ke", status, body)
    visits = {visit.witness: visit for visit in sqlite_watched.gatherer().round()}
    assert visits["ke.test"].alarm
    assert not visits["nl.test"].alarm
    assert check(sqlite_watched.policy, newest(sqlite_watched)).size == sqlite_watched.world.size


def test_a_witness_that_forgot_what_it_cosigned_is_an_alarm(sqlite_watched: Watched):
    gatherer = sqlite_watched.gatherer()
    gatherer.round()
    post(sqlite_watched.world)
    lying(sqlite_watched, "ke", 409, b"1\n")
    alarmed = [visit for visit in gatherer.round() if visit.alarm]
    assert [visit.witness for visit in alarmed] == ["ke.test"]
    assert "forgot" in alarmed[0].problem


@pytest.mark.parametrize("status", [302, 400, 403, 404, 429, 500, 503])
def test_any_other_refusal_is_no_cosignature_and_no_alarm(sqlite_watched: Watched, status: int):
    lying(sqlite_watched, "ke", status, b"")
    visits = [v for v in sqlite_watched.gatherer().round() if v.witness == "ke.test"]
    assert [(visit.lines, visit.alarm) for visit in visits] == [(0, False)]


def copied(world: World, path: Path) -> Engine:
    """A backup of a SQLite world."""
    source = str(world.engine.url.database)
    with world.engine.connect() as connection:
        connection.exec_driver_sql("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(source, path)
    return vaults.connect(f"sqlite:///{path}")


@pytest.fixture
def restored(sqlite_watched: Watched, tmp_path: Path) -> Iterator[World]:
    """The world as it was before three more entries, which the witnesses have seen."""
    engine = copied(sqlite_watched.world, tmp_path / "backup.sqlite3")
    for _ in range(3):
        post(sqlite_watched.world)
    sqlite_watched.gatherer().round()
    yield sqlite_watched.world.restarted(engine)
    engine.dispose()


def test_a_restored_backup_starts_read_only_and_says_how_much_is_missing(
    sqlite_watched: Watched, restored: World
):
    restored.desk.guard = sqlite_watched.guard(restored)
    size = restored.size
    with pytest.raises(ReadOnly, match="3 entries are missing"):
        post(restored)
    assert restored.size == size


def test_a_log_that_grew_again_from_a_backup_starts_read_only_too(
    sqlite_watched: Watched, restored: World
):
    restored.passes(hours=1)
    for _ in range(5):
        post(restored)
    restored.desk.guard = sqlite_watched.guard(restored)
    with pytest.raises(ReadOnly, match="forked"):
        post(restored)


def test_a_forked_log_gets_no_cosignature_and_leaves_evidence(
    sqlite_watched: Watched, restored: World, tmp_path: Path
):
    restored.passes(hours=1)
    for _ in range(5):
        post(restored)
    forked = Watched(world=restored, home=tmp_path / "forked", network=sqlite_watched.network)
    forked.witnesses = sqlite_watched.witnesses
    assert all(visit.alarm for visit in forked.gatherer().round())
    kept = sqlite_watched.witnesses["ke"].state.evidence(restored.origin)
    assert [decode(split(note)[0]).size for note in kept] == [restored.size]


def test_a_read_only_log_still_answers_what_it_answered_before(
    sqlite_watched: Watched, restored: World
):
    statement = sqlite_watched.world.statement(factories.body("notice.sent"), "NL-AUTHORITY")
    first = restored.admitted([statement])[0]
    restored.desk.guard = sqlite_watched.guard(restored)
    again = restored.admitted([statement])[0]
    assert (again.receipt, again.created) == (first.receipt, False)


def test_a_read_only_log_publishes_nothing(sqlite_watched: Watched, restored: World):
    restored.desk.guard = sqlite_watched.guard(restored)
    forked = Watched(world=restored, home=sqlite_watched.home, network=sqlite_watched.network)
    with pytest.raises(ReadOnly):
        forked.gatherer().round()


def test_an_honest_log_may_start_while_witnesses_are_away_or_babble(sqlite_watched: Watched):
    sqlite_watched.gatherer().round()
    world = sqlite_watched.world.restarted()
    world.desk.guard = sqlite_watched.guard(world)
    post(world)
    sqlite_watched.stops("nl", "za")
    lying(sqlite_watched, "ke", 200, b"anything")
    world.desk.guard = sqlite_watched.guard(world)
    post(world)
    world.desk.guard = guard(world.engine, sqlite_watched.log_keys[0], ())
    post(world)


def test_what_is_old_and_superseded_is_forgotten_but_never_the_newest(sqlite_watched: Watched):
    world, gatherer = sqlite_watched.world, sqlite_watched.gatherer()
    indexes = []
    for _ in range(3):
        indexes.append(post(world))
        gatherer.round()
        world.clock.now += timedelta(hours=2)
    with databases.reading(world.engine) as session:
        kept = session.execute(cosignatures.PUBLISHED.select()).all()
    assert [row.size for row in kept] == [world.size]
    assert witnessed(sqlite_watched, indexes[0]).index == indexes[0]


def test_the_logs_second_key_is_made_once_and_kept(sqlite_watched: Watched, tmp_path: Path):
    settings = sqlite_watched.node.settings
    (tmp_path / "keys").mkdir()
    (tmp_path / "key-password").write_text("a password for tests")
    settings = type(settings)(
        home=tmp_path, database_url="", key_password_file=tmp_path / "key-password"
    )
    assert quantum_key(settings).public == quantum_key(settings).public


def test_stopping_ends_the_rounds(sqlite_watched: Watched):
    stop = threading.Event()
    thread = threading.Thread(target=sqlite_watched.gatherer().run, args=(stop,))
    thread.start()
    stop.set()
    thread.join(timeout=10)
    assert not thread.is_alive()
