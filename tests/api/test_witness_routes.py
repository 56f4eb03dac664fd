"""Witnessed receipts over HTTP: asked for, waited for, and never in the way of posting."""

import threading
import time
from pathlib import Path

import pytest
from flask import Flask
from flask.testing import FlaskClient

from api import schema
from api.application import create_app
from api.waiting import AT_ONCE, preferred
from crypto.notes import split
from ledger import databases, receipts
from ledger.checkpoints import open_checkpoint
from ledger.policies import check
from tests import factories, vaults
from tests.watched import Watched
from tests.world import World, founded


@pytest.fixture
def watched(sqlite_world: World, tmp_path: Path) -> Watched:
    databases.create_tables(sqlite_world.engine)
    made = Watched(world=sqlite_world, home=tmp_path / "witnesses")
    made.found("ke", "nl", quorum=2)
    return made


@pytest.fixture
def app(watched: Watched) -> Flask:
    return create_app(watched.node)


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def statement(watched: Watched) -> bytes:
    watched.world.passes(minutes=1)
    return watched.world.statement(factories.body("notice.sent"), "NL-AUTHORITY")


def post(client: FlaskClient, body: bytes, query: str = "", **headers: str):
    return client.post(
        f"/v1/statements{query}", data=body, content_type="application/sd-jwt", headers=headers
    )


def test_the_newest_checkpoint_is_served_with_every_line_it_has(
    watched: Watched, client: FlaskClient
):
    plain = client.get("/log/checkpoint").data
    assert len(split(plain)[1]) == 1
    watched.gatherer().round()
    note = client.get("/log/checkpoint").data
    assert len(split(note)[1]) == 6
    assert check(watched.policy, note).size == watched.world.size
    post(client, statement(watched))
    newer = client.get("/log/checkpoint").data
    key = watched.log_keys[0]
    assert open_checkpoint(newer, watched.world.origin, [key]).size == watched.world.size


def test_a_witnessed_receipt_is_asked_for_by_name(watched: Watched, client: FlaskClient):
    index = post(client, statement(watched)).get_json()["index"]
    early = client.get(f"/v1/statements/{index}?witnessed=true")
    assert early.status_code == 503
    assert early.get_json()["code"] == "not-witnessed"
    assert "Retry-After" in early.headers
    watched.gatherer().round()
    found = client.get(f"/v1/statements/{index}?witnessed=true")
    receipt = receipts.from_json({k: v for k, v in found.get_json().items() if k != "warnings"})
    receipts.check(receipt, watched.log_keys, watched.world.origin)
    assert check(watched.policy, receipt.checkpoint).size == watched.world.size
    plain = client.get(f"/v1/statements/{index}").get_json()
    assert plain["entry"] == found.get_json()["entry"]
    assert plain["checkpoint"] != found.get_json()["checkpoint"]
    assert client.get("/v1/statements/999999?witnessed=true").status_code == 404
    assert client.get("/v1/statements/0?witnessed=maybe").status_code == 400


def test_a_poster_may_wait_for_the_witnesses(watched: Watched, client: FlaskClient):
    stop = threading.Event()
    gathering = threading.Thread(target=watched.gatherer().run, args=(stop,))
    gathering.start()
    said = post(client, statement(watched), "?witnessed=true", Prefer="wait=10")
    stop.set()
    gathering.join()
    assert said.status_code == 201
    assert check(watched.policy, said.get_json()["checkpoint"].encode()).size > 0


def test_a_poster_who_waits_in_vain_still_gets_a_receipt(watched: Watched, client: FlaskClient):
    body = statement(watched)
    began = time.monotonic()
    said = post(client, body, "?witnessed=true", Prefer="respond-async, wait=1")
    assert 1 <= time.monotonic() - began < 5
    assert said.status_code == 201
    again = post(client, body, "?witnessed=true")
    assert (again.status_code, again.get_json()["hash"]) == (200, said.get_json()["hash"])


def test_only_a_few_wait_at_once_and_the_others_are_answered_now(watched: Watched, app: Flask):
    index = post(app.test_client(), statement(watched)).get_json()["index"]
    took = []

    def ask() -> None:
        began = time.monotonic()
        path = f"/v1/statements/{index}?witnessed=true"
        assert app.test_client().get(path, headers={"Prefer": "wait=2"}).status_code == 503
        took.append(time.monotonic() - began)

    threads = [threading.Thread(target=ask) for _ in range(AT_ONCE + 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sum(each >= 2 for each in took) == AT_ONCE


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        (None, 0),
        ("", 0),
        ("wait=2", 2),
        ("respond-async, wait=5", 5),
        ('Wait="3"', 3),
        ("wait=9999", 10),
        ("wait=", 0),
        ("wait=-1", 0),
        ("await=5", 0),
        ("wait=99999999999", 0),
    ],
)
def test_a_preference_is_read_and_bounded(header: str | None, seconds: int):
    assert preferred(header) == seconds


def test_readiness_tells_how_far_the_witnesses_are_behind(tmp_path: Path):
    engine = vaults.connect(f"sqlite:///{tmp_path / 'migrated.sqlite3'}")
    schema.upgrade(engine)
    founded(engine)
    world = World.on(engine)
    unwatched = create_app(Watched(world=world, home=tmp_path).node).test_client()
    assert "witnesses" not in unwatched.get("/readyz").get_json()
    watched = Watched(world=world, home=tmp_path / "witnesses")
    watched.found("ke", quorum=1)
    client = create_app(watched.node).test_client()
    before = client.get("/readyz").get_json()
    assert before["witnesses"]["entries_behind"] == world.size
    world.passes(minutes=2)
    watched.gatherer().round()
    post(client, statement(watched))
    world.passes(seconds=90)
    after = client.get("/readyz").get_json()
    assert after["witnesses"] == {
        "entries_behind": 1,
        "seconds_behind": 90,
        "witnessed_seconds_ago": 150,
    }
    assert after["status"] == "ok"
    engine.dispose()
