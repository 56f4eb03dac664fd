"""A watch: tells of all that is said in an agency's name, once, and catches each lie."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from api import Misconfigured
from api.continuity import BadProof, Forked, RolledBack, WrongKey
from api.pins import LastSeen
from api.watch import Watch
from tests import factories
from tests.liars import (
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


def watch_of(stage: Stage, home: Path, agency: str = "NL-CUSTOMS") -> Watch:
    return Watch(
        log=stage.log,
        seen=LastSeen(path=home / f"{agency}-seen.json"),
        memory=home / f"{agency}.json",
        agency=agency,
    )


@pytest.fixture
def watch(stage: Stage, tmp_path: Path) -> Watch:
    """A watch that has read the log so far."""
    made = watch_of(stage, tmp_path)
    list(made.look())
    return made


def test_each_statement_in_the_agencys_name_is_told_once(stage, watch):
    index = stage.world.size
    posted = stage.world.post(factories.body("shipment.departed"), "NL-CUSTOMS")
    stage.world.post(factories.body("notice.sent"), "NL-AUTHORITY")
    (told,) = watch.look()
    assert (told.index, told.issuer) == (index, "NL-CUSTOMS")
    assert told.index == posted.receipt.index
    assert told.kid == factories.key_for("NL-CUSTOMS").kid
    assert told.issued_at == int(stage.world.clock.now.timestamp())
    assert (told.recorded_at, told.kind) == (stage.world.clock.now, None)
    assert list(watch.look()) == []


def test_a_key_that_somebody_adds_for_the_agency_is_told_too(stage, tmp_path):
    (enrolled,) = watch_of(stage, tmp_path).look()
    assert (enrolled.kind, enrolled.issuer) == ("agency.enrolled", "NL-ROOT")
    assert list(watch_of(stage, tmp_path, "NL-NOBODY").look()) == []


def test_what_was_told_when_it_died_is_told_again(stage, watch, tmp_path):
    stage.grows(2)
    next(watch.look())
    assert len(list(watch_of(stage, tmp_path).look())) == 2
    assert list(watch_of(stage, tmp_path).look()) == []


def test_a_spoiled_memory_is_no_beginning(watch):
    watch.memory.write_text('{"frontier": "AAAA"}')
    with pytest.raises(Misconfigured):
        list(watch.look())


# --- each lie ---


def rollback(stage: Stage, _: World, watch: Watch) -> None:
    old = stage.note
    stage.grows(1)
    list(watch.look())
    stage.liar.lie = rolling_back_to(old)


def another_key(stage: Stage, _: World, __: Watch) -> None:
    stage.liar.lie = signing_with(factories.key_for("stranger"), stage.world.origin)


def wrong_hash(stage: Stage, _: World, __: Watch) -> None:
    stage.grows(1)
    stage.liar.lie = spoiling_hash(16)


def wrong_entry(stage: Stage, _: World, __: Watch) -> None:
    stage.grows(1)
    stage.liar.lie = spoiling_entry


def fork(stage: Stage, other: World, watch: Watch) -> None:
    stage.grows(2)
    list(watch.look())
    grow(other, 2, "OTHER")
    stage.forks_to(other)


LIES = {
    rollback: RolledBack,
    another_key: WrongKey,
    wrong_hash: BadProof,
    wrong_entry: BadProof,
    fork: Forked,
}


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_lie_is_caught_under_its_code_and_the_watch_stays_where_it_was(
    stage, other_world, watch, lie
):
    lie(stage, other_world, watch)
    before = watch.position()
    with pytest.raises(LIES[lie]) as caught:
        list(watch.look())
    assert type(caught.value) is LIES[lie]
    assert watch.position() == before
