"""A log followed by its pin: what is honest passes, and each lie is caught under its own code."""

import dataclasses
import random
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api import Unreachable
from api.client import Client
from api.continuity import BadProof, Forked, RolledBack, WrongKey, check_continues
from api.following import START, Log, Position, over_http
from api.pins import LastSeen, Pin
from crypto.mldsa import QuantumKey
from crypto.notes import Cosigner, attach, split
from crypto.notes import signature_line as line_of
from ledger import NotFound, Undecided, databases, store
from ledger.tiles import WIDTH
from tests import factories
from tests.enrolling import witness
from tests.growing import Growing
from tests.liars import (
    CHECKPOINT,
    Stage,
    grow,
    rolling_back_to,
    signing_with,
    spoiling_entry,
    spoiling_hash,
    staged,
)
from tests.world import World


@pytest.fixture
def stage(sqlite_world: World) -> Iterator[Stage]:
    with staged(sqlite_world) as made:
        yield made


@pytest.fixture
def client(stage: Stage, tmp_path: Path) -> Client:
    """A client that has seen the log once."""
    made = Client(pin=stage.pin, clock=stage.world.clock, last_seen=tmp_path / "seen.json")
    made.checkpoint()
    return made


def read_all(log: Log, position: Position = START) -> list[bytes]:
    newest = log.newest().checkpoint
    return [entry for stretch in log.read_on(position, newest) for entry in stretch.entries]


# --- the core ---


@given(sizes=st.lists(st.integers(1, 700), min_size=2, max_size=2).map(sorted))
def test_any_log_continues_each_of_its_beginnings(sizes):
    log = Growing(size=700)
    old, new = map(log.checkpoint, sizes)
    check_continues(old, new, lambda _: log.read)


@given(
    sizes=st.lists(st.integers(1, 700), min_size=2, max_size=2).map(sorted),
    at=st.integers(0, 699),
)
@settings(max_examples=50)
def test_a_log_that_forked_is_told_from_one_that_shows_wrong_hashes(sizes, at):
    old_size, new_size = sizes
    honest = Growing()
    forked = Growing(forked_at=min(at, old_size - 1), branch="other")
    old = honest.checkpoint(old_size)
    with pytest.raises(Forked):
        check_continues(old, forked.checkpoint(new_size), lambda _: forked.read)
    if old_size < new_size:
        with pytest.raises(BadProof):
            check_continues(old, honest.checkpoint(new_size), lambda _: forked.read)


def test_a_smaller_tree_is_rolled_back_whatever_it_holds():
    log = Growing()
    with pytest.raises(RolledBack):
        check_continues(log.checkpoint(5), log.checkpoint(4), lambda _: log.read)


# --- reading ---


def test_all_entries_come_in_order_from_anywhere(stage):
    stage.grows(WIDTH)
    entries = read_all(stage.log)
    with databases.reading(stage.world.engine) as session:
        assert entries == [data for _, data in store.entries(session, 0, stage.world.size)]
    newest = stage.log.newest().checkpoint
    (first, *_) = stage.log.read_on(START, newest)
    assert first.after.checkpoint(newest.origin) == newest
    stage.grows(3)
    assert len(read_all(stage.log, first.after)) == 3
    assert read_all(stage.log) == entries + read_all(stage.log, first.after)


def test_where_a_partial_tile_is_gone_the_full_one_is_read(stage):
    newest = stage.log.newest().checkpoint
    stage.grows(WIDTH)
    honest = over_http(stage.url)

    def pruned(path: str) -> bytes:
        if ".p/" in path:
            raise NotFound(path)
        return honest(path)

    log = Log(pin=stage.pin, get=pruned)
    (stretch,) = log.read_on(START, newest)
    assert stretch.after.size == newest.size < WIDTH


@pytest.mark.parametrize("kind", ["tile/0", "tile/entries"])
def test_a_tile_that_is_not_shown_proves_nothing_and_may_come_later(stage, kind):
    honest = over_http(stage.url)

    def without(path: str) -> bytes:
        if path.startswith(kind):
            raise NotFound(path)
        return honest(path)

    with pytest.raises(Unreachable):
        read_all(Log(pin=stage.pin, get=without))


@pytest.mark.parametrize("kind", ["tile/0", "tile/entries"])
def test_a_tile_cut_short_is_a_bad_proof(stage, kind):
    honest = over_http(stage.url)

    def cut(path: str) -> bytes:
        return honest(path)[: -3 if path.startswith(kind) else None]

    with pytest.raises(BadProof):
        read_all(Log(pin=stage.pin, get=cut))


@given(at=st.integers(min_value=0), bit=st.integers(0, 7))
@settings(
    max_examples=60, suppress_health_check=[HealthCheck.function_scoped_fixture], deadline=None
)
def test_no_bit_of_anything_can_be_changed_on_the_way(stage, at, bit):
    honest = over_http(stage.url)
    paths: list[str] = []

    def noting(path: str) -> bytes:
        paths.append(path)
        return honest(path)

    read_all(Log(pin=stage.pin, get=noting))
    target = random.Random(at).choice(sorted(set(paths)))

    def changing(path: str) -> bytes:
        data = bytearray(honest(path))
        if path == target:
            data[at % len(data)] ^= 1 << bit
        return bytes(data)

    with pytest.raises((BadProof, WrongKey)):
        read_all(Log(pin=stage.pin, get=changing))


# --- the client, and each lie ---


def test_an_honest_log_grows_under_the_clients_eyes(stage, client):
    for _ in range(3):
        stage.grows(2)
        assert client.checkpoint().size == stage.world.size
    assert LastSeen(path=client.last_seen).find().size == stage.world.size


def test_the_client_catches_a_rollback(stage, client):
    old = stage.note
    stage.grows(1)
    client.checkpoint()
    stage.liar.lie = rolling_back_to(old)
    with pytest.raises(RolledBack) as caught:
        client.checkpoint()
    assert caught.value.code == "rolled-back"


def test_the_client_catches_another_key(stage, client):
    stage.liar.lie = signing_with(factories.key_for("stranger"), stage.world.origin)
    with pytest.raises(WrongKey) as caught:
        client.checkpoint()
    assert caught.value.code == "wrong-key"


@pytest.mark.parametrize("at", [0, 16, 41])
def test_the_client_catches_a_proof_with_a_wrong_middle_hash(stage, client, at):
    stage.grows(1)
    stage.liar.lie = spoiling_hash(at)
    with pytest.raises(BadProof) as caught:
        client.checkpoint()
    assert caught.value.code == "bad-proof"


@pytest.mark.parametrize("further", [0, 1, 2])
def test_the_client_catches_a_fork_at_the_same_size_and_at_a_larger(
    stage, client, other_world, further
):
    stage.grows(2)
    client.checkpoint()
    grow(other_world, 2 + further, "OTHER")
    stage.forks_to(other_world)
    with pytest.raises(Forked) as caught:
        client.checkpoint()
    assert caught.value.code == "forked"


def test_a_receipt_of_a_forked_log_is_caught_as_it_comes(stage, client, other_world):
    stage.grows(2)
    client.checkpoint()
    stage.forks_to(other_world)
    statement = stage.world.statement(factories.body("shipment.departed"), "NL-CUSTOMS")
    with pytest.raises(Forked):
        client.post(statement)
    restarted = dataclasses.replace(client)  # it has the file, and no tiles of the honest log
    with pytest.raises(RolledBack):
        restarted.post(statement)
    grow(other_world, 3, "OTHER")
    with pytest.raises(Forked):
        restarted.post(statement)


def test_after_a_lie_the_client_still_knows_the_honest_log(stage, client):
    stage.liar.lie = signing_with(factories.key_for("stranger"), stage.world.origin)
    with pytest.raises(WrongKey):
        client.checkpoint()
    stage.liar.lie = lambda _, body: body
    stage.grows(1)
    assert client.checkpoint().size == stage.world.size


def test_entries_that_were_changed_are_caught_before_they_are_given_out(stage):
    stage.liar.lie = spoiling_entry
    with pytest.raises(BadProof):
        next(stage.log.read_on(START, stage.log.newest().checkpoint))


def test_what_others_saw_while_the_log_was_asked_is_no_rollback(stage, client):
    """Another process moves the file between our question and its answer."""
    seen = LastSeen(path=client.last_seen)
    since, shown = seen.find(), stage.log.newest()
    stage.grows(1)
    client.checkpoint()
    seen.follow(shown.checkpoint, stage.log.hashes, since=since)
    assert seen.find().size == stage.world.size


# --- the pin ---


def test_a_pinned_policy_wants_its_witnesses_and_is_kept_with_the_pin(stage, tmp_path):
    policy = f"witness one {witness()}\nquorum one\n"
    pin = dataclasses.replace(stage.pin, policy=policy)
    pin.write(tmp_path / "pin.json")
    assert Pin.read(tmp_path / "pin.json") == pin
    with pytest.raises(Undecided):
        Log(pin=pin, get=over_http(stage.url)).newest()
    assert stage.log.newest().checkpoint.size == stage.world.size


def test_a_line_of_the_logs_other_pinned_key_that_does_not_hold_is_another_logs(stage):
    quantum = QuantumKey.from_seed(bytes(32))
    other = Cosigner(name=stage.world.origin, key=quantum, time=1)
    policy = f"log {stage.pin.vkey}\nlog {other.verifier.vkey}\nquorum none\n"
    log = Log(pin=dataclasses.replace(stage.pin, policy=policy), get=over_http(stage.url))
    text = split(stage.note)[0]
    false = [line_of(text.replace("\n", "\n1", 1), other)]
    stage.liar.lie = lambda path, body: attach(body, false) if path == CHECKPOINT else body
    with pytest.raises(WrongKey):
        log.newest()
    stage.liar.lie = lambda path, body: (
        attach(body, [line_of(text, other)]) if path == CHECKPOINT else body
    )
    assert log.newest().checkpoint.size == stage.world.size
