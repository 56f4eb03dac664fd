"""A mirror: copies what is proved, goes on where it was, catches each lie, serves read-only."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, select
from sqlalchemy.exc import DatabaseError

from api import Misconfigured, schema
from api.client import Caller, Client
from api.config import Settings
from api.continuity import BadProof, Forked, RolledBack, WrongKey
from api.following import START, Log, over_http
from api.mirror import disclosures
from api.mirror.application import create_mirror
from api.mirror.copying import Mirror
from api.pins import LastSeen
from api.services import Copy
from crypto import sdjwt
from ledger import Conflict, NotFound, databases, entries, publication, receipts, store, tilebook
from ledger.concealment import vault_of
from ledger.reads.purposes import Purpose
from ledger.records import DISCLOSURES
from ledger.tiles import WIDTH, bundle_path, tile_path, tiles_of
from tests import factories, vaults
from tests.factories import HONEST, Journey
from tests.growing import served
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


def mirror_of(stage: Stage, engine: Engine, home: Path, log: Log | None = None) -> Mirror:
    schema.upgrade(engine)
    seen = LastSeen(path=home / "mirror-seen.json")
    made = Mirror(engine=engine, log=log or stage.log, seen=seen)
    made.begin()
    return made


@pytest.fixture
def mirror(stage: Stage, blank_engine: Engine, tmp_path: Path) -> Mirror:
    """A mirror on each database in turn, which has copied nothing yet."""
    return mirror_of(stage, blank_engine, tmp_path)


@pytest.fixture
def sqlite_mirror(stage: Stage, tmp_path: Path) -> Iterator[Mirror]:
    """A mirror that has the first entries."""
    engine = vaults.connect(f"sqlite:///{tmp_path / 'mirror.sqlite3'}")
    made = mirror_of(stage, engine, tmp_path)
    catch_up(made)
    yield made
    engine.dispose()


def catch_up(mirror: Mirror) -> int:
    """How many entries a round added."""
    caught = mirror.catch_up(mirror.newest())
    return caught.size - caught.before


def everything(engine: Engine) -> tuple[Any, ...]:
    """All that a log consists of."""
    with databases.reading(engine) as session:
        head = store.head(session)
        rows = [
            session.execute(select(*table.c).order_by(*table.primary_key)).all()
            for table in (store.ENTRIES, tilebook.TILES)
        ]
        return head, rows, publication.checkpoint(session)


def test_a_copy_is_the_log_to_the_last_byte(stage, mirror):
    stage.grows(WIDTH + 10)
    assert catch_up(mirror) == stage.world.size
    assert everything(mirror.engine) == everything(stage.world.engine)
    assert catch_up(mirror) == 0
    stage.grows(3)
    assert catch_up(mirror) == 3
    assert everything(mirror.engine) == everything(stage.world.engine)


def test_a_copy_that_was_cut_off_goes_on_where_it_was(stage, tmp_path):
    stage.grows(2 * WIDTH)
    honest = over_http(stage.url)

    def failing(path: str) -> bytes:
        if path.startswith("tile/entries/001"):
            raise ConnectionError("the line is cut")
        return honest(path)

    engine = vaults.connect(f"sqlite:///{tmp_path / 'cut.sqlite3'}")
    cut = mirror_of(stage, engine, tmp_path, Log(pin=stage.pin, get=failing, bundles=1))
    with pytest.raises(ConnectionError):
        catch_up(cut)
    kept = cut.position().size
    assert 0 < kept < stage.world.size
    with databases.reading(engine) as session, pytest.raises(NotFound):
        publication.checkpoint(session)  # nothing is shown before it is whole

    assert catch_up(mirror_of(stage, engine, tmp_path)) == stage.world.size - kept
    assert everything(engine) == everything(stage.world.engine)
    engine.dispose()


def test_what_was_promised_before_a_crash_must_be_kept_after_it(stage, other_world, sqlite_mirror):
    """The newest checkpoint is remembered before its first entry is copied."""
    stage.grows(2)
    sqlite_mirror.newest()
    grow(other_world, 3, "OTHER")
    stage.forks_to(other_world)
    with pytest.raises(Forked):
        catch_up(sqlite_mirror)


def test_progress_tells_of_every_entry(stage, mirror):
    told: list[int] = []
    mirror.catch_up(mirror.newest(), told.append)
    assert sum(told) == stage.world.size


# --- each lie ---


def rollback(stage: Stage, _: World, mirror: Mirror) -> None:
    old = stage.note
    stage.grows(1)
    catch_up(mirror)
    stage.liar.lie = rolling_back_to(old)


def another_key(stage: Stage, _: World, __: Mirror) -> None:
    stage.grows(1)
    stage.liar.lie = signing_with(factories.key_for("stranger"), stage.world.origin)


def wrong_hash(stage: Stage, _: World, __: Mirror) -> None:
    stage.grows(1)
    stage.liar.lie = spoiling_hash(16)


def wrong_new_hash(stage: Stage, _: World, mirror: Mirror) -> None:
    """One that no proof needs: a stranger would stumble over it some day."""
    at = mirror.position().size + 3
    stage.grows(9)
    stage.liar.lie = spoiling_hash(at)


def wrong_entry(stage: Stage, _: World, __: Mirror) -> None:
    stage.grows(1)
    stage.liar.lie = spoiling_entry


def fork(stage: Stage, other: World, mirror: Mirror) -> None:
    stage.grows(2)
    catch_up(mirror)
    grow(other, 2, "OTHER")
    stage.forks_to(other)


def longer_fork(stage: Stage, other: World, mirror: Mirror) -> None:
    fork(stage, other, mirror)
    grow(other, 2, "LONGER")


LIES: dict[Callable[..., None], type[Exception]] = {
    rollback: RolledBack,
    another_key: WrongKey,
    wrong_hash: BadProof,
    wrong_new_hash: BadProof,
    wrong_entry: BadProof,
    fork: Forked,
    longer_fork: Forked,
}


@pytest.mark.parametrize("lie", LIES, ids=lambda lie: lie.__name__)
def test_a_lie_is_caught_under_its_code_and_nothing_of_it_is_stored(
    stage, other_world, sqlite_mirror, lie
):
    lie(stage, other_world, sqlite_mirror)
    before = everything(sqlite_mirror.engine)
    with pytest.raises(LIES[lie]) as caught:
        catch_up(sqlite_mirror)
    assert type(caught.value) is LIES[lie]
    assert everything(sqlite_mirror.engine) == before


def test_a_lost_file_does_not_let_a_fork_in(stage, other_world, sqlite_mirror):
    """The copy itself remembers."""
    fork(stage, other_world, sqlite_mirror)
    sqlite_mirror.seen.path.unlink()
    with pytest.raises(Forked):
        catch_up(sqlite_mirror)


def test_a_database_keeps_one_log(stage, sqlite_mirror, tmp_path):
    stranger = Stage(
        world=World.on(stage.world.engine, origin="other.test/x"), url=stage.url, liar=stage.liar
    )
    pin = stranger.pin
    log = Log(pin=pin, get=stage.log.get)
    with pytest.raises(Misconfigured):
        Mirror(engine=sqlite_mirror.engine, log=log, seen=LastSeen(path=tmp_path / "x")).begin()


def test_of_two_that_copy_at_once_the_second_learns_of_it(stage, sqlite_mirror):
    stage.grows(2)
    newest = sqlite_mirror.newest()
    rival = Mirror(engine=sqlite_mirror.engine, log=stage.log, seen=sqlite_mirror.seen)

    def overtaken(path: str) -> bytes:
        if path.startswith("tile/entries"):
            rival.catch_up(newest)
        return stage.log.get(path)

    slow = Log(pin=stage.pin, get=overtaken)
    with pytest.raises(Conflict):
        Mirror(engine=sqlite_mirror.engine, log=slow, seen=sqlite_mirror.seen).catch_up(newest)
    assert everything(sqlite_mirror.engine) == everything(stage.world.engine)


def test_the_copy_cannot_be_changed(sqlite_mirror):
    for verb in ("UPDATE entry SET data = ''", "DELETE FROM entry", "DELETE FROM tile"):
        with pytest.raises(DatabaseError), sqlite_mirror.engine.begin() as connection:
            connection.exec_driver_sql(verb)


# --- disclosures ---


def reader(stage: Stage, agency: str) -> Client:
    purpose = Purpose(sort="audit")
    caller = Caller(agency=agency, key=factories.key_for(agency), purpose=purpose)
    return Client(pin=stage.pin, clock=stage.world.clock, caller=caller)


def disclosed(engine: Engine) -> dict[int, str]:
    """The disclosures that are kept for each entry, as they came."""
    with databases.reading(engine) as session:
        vault, rows = vault_of(session), session.execute(select(*DISCLOSURES.c)).all()
        return {index: vault.reveal(session, index, bytes(data)) for index, data in rows}


def test_a_mirror_holds_the_disclosures_its_country_may_see_and_no_others(stage, mirror):
    world = stage.world
    start = world.size
    world.live(HONEST)
    catch_up(mirror)
    assert disclosures.pull(mirror.engine, reader(stage, "KE-CUSTOMS")) == world.size
    held = disclosed(mirror.engine)
    assert held.keys() == set(range(world.size))
    whole = disclosed(world.engine)
    assert any(held[index] for index in range(start, world.size))
    assert all(set(held[n].split("~")) <= set(whole[n].split("~")) for n in held)
    for index, text in held.items():
        jwt = entries.decode(_entry(mirror.engine, index)).jwt
        claims = sdjwt.split(f"{jwt}~{text}".encode(), complete=False).claims
        assert "nominal" not in claims
    assert disclosures.pull(mirror.engine, reader(stage, "KE-CUSTOMS")) == 0


def _entry(engine: Engine, index: int) -> bytes:
    with databases.reading(engine) as session:
        return store.entry(session, index)


def test_a_stranger_to_the_route_gets_the_signed_parts_alone(stage, sqlite_mirror):
    stage.world.live(HONEST)
    catch_up(sqlite_mirror)
    disclosures.pull(sqlite_mirror.engine, reader(stage, "CN-CUSTOMS"))
    assert set(disclosed(sqlite_mirror.engine).values()) == {""}


def test_what_became_visible_comes_when_all_is_asked_again(stage, sqlite_mirror):
    world = stage.world
    journey = Journey(ref="NL-LATE-1")
    at = world.size
    later = world.clock.now.replace(year=world.clock.now.year + 1).strftime("%Y-%m-%dT%H:%M:%SZ")
    marking = {"tlp": "AMBER", "visible_after": later}
    world.post(factories.body("notice.sent", journey, marking=marking), "NL-AUTHORITY")
    catch_up(sqlite_mirror)
    asking = reader(stage, "KE-CUSTOMS")
    disclosures.pull(sqlite_mirror.engine, asking)
    assert disclosed(sqlite_mirror.engine)[at] == ""
    world.passes(days=400)
    assert disclosures.pull(sqlite_mirror.engine, asking) == 0
    assert disclosures.pull(sqlite_mirror.engine, asking, again=True) == world.size
    assert disclosed(sqlite_mirror.engine)[at] != ""


@pytest.mark.parametrize("lie", ["another statement", "another's disclosure"])
def test_disclosures_that_nobody_committed_to_are_not_stored(stage, sqlite_mirror, lie):
    first = stage.world.size
    stage.grows(2)
    catch_up(sqlite_mirror)
    texts = [disclosed(stage.world.engine)[first + n] for n in (0, 1)]

    def lying(path: str, body: bytes) -> bytes:
        if path != "/v1/entries":
            return body
        if lie == "another statement":
            jwt = entries.decode(_entry(stage.world.engine, first)).jwt.encode()
            other = entries.decode(_entry(stage.world.engine, first + 1)).jwt.encode()
            return body.replace(jwt, other)
        return body.replace(texts[0].encode(), texts[1].encode())

    stage.liar.lie = lying
    with pytest.raises(BadProof):
        disclosures.pull(sqlite_mirror.engine, reader(stage, "NL-CUSTOMS"))
    assert disclosed(sqlite_mirror.engine) == {}


# --- serving ---


@pytest.fixture
def shown(stage: Stage, sqlite_mirror: Mirror) -> Any:
    """The copy's application."""
    stage.grows(3)
    catch_up(sqlite_mirror)
    settings = Settings(home=Path("unused"), database_url="unused")
    copy = Copy(
        settings=settings,
        engine=sqlite_mirror.engine,
        origin=stage.world.origin,
        clock=stage.world.clock,
    )
    return create_mirror(copy)


def test_a_mirror_shows_the_same_bytes_as_the_log(stage, shown):
    size = stage.world.size
    paths = [tile_path(*each) for each in tiles_of(size)]
    paths += [bundle_path(index, width) for level, index, width in tiles_of(size) if level == 0]
    for path in ["checkpoint", *paths]:
        there = shown.test_client().get(f"/log/{path}")
        assert (there.status_code, there.data) == (200, stage.log.get(path))


def test_a_mirror_can_be_mirrored_and_gives_receipts(stage, shown):
    with served(shown) as url:
        client = Client(pin=stage.pin.at(url), clock=stage.world.clock)
        newest = client.log.newest().checkpoint
        assert newest.size == stage.world.size
        (stretch,) = client.log.read_on(START, newest)
        assert len(stretch.entries) == newest.size
        answer = shown.test_client().get("/v1/statements/7").json
        del answer["warnings"]
        receipt = receipts.from_json(answer)
        assert receipts.check(receipt, [stage.pin.verifier], stage.pin.origin)


def test_a_mirror_takes_nothing_and_shows_no_case_data(shown):
    client = shown.test_client()
    assert client.get("/healthz").json["status"] == "ok"
    for path in ("/v1/shipments", "/v1/entries", "/v1/alerts", "/"):
        assert client.get(path).status_code == 404
    for answer in (client.post("/v1/statements", data=b"x"), client.post("/log/checkpoint")):
        assert answer.status_code in {404, 405}
    assert client.get("/v1/statements/999999").status_code == 404
    assert client.get("/log/tile/0/999").status_code == 404
