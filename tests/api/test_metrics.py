"""The operator's figures: who may read them, that they are true, and that workers add up."""

import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families

from alerts import outbox
from alerts.outbox import Errand
from alerts.recipients import Recipient
from api import Misconfigured
from api.application import create_app
from api.config import Settings
from api.counting import CODES, Counts, Memory
from api.current import NAME
from api.problems import PROBLEMS
from ledger import databases
from tests import factories
from tests.api.conftest import served
from tests.factories import HONEST
from tests.watched import Watched
from tests.world import World

ROOT = Path(__file__).resolve().parents[2]
SECRET = "only-the-monitoring-knows-this-word"
FIGURES = {"Authorization": f"Bearer {SECRET}"}
ROUTE = ("GET", "/v1/kinds")
COUNTING = """
import os, signal, sys
from api.counting import Counts, Memory
memory = Memory(int(sys.argv[1]))
counts = Counts([("GET", "/v1/kinds")], memory)
for _ in range(2000):
    counts.request(("GET", "/v1/kinds"), 200, 0.001)
with memory.alone():
    os.kill(os.getpid(), signal.SIGKILL)
"""


def monitored(services) -> Any:
    """An application whose node has a secret for its monitoring."""
    return create_app(
        replace(services, settings=replace(services.settings, metrics_token=SECRET))
    ).test_client()


@pytest.fixture
def client(world: World):
    return monitored(served(world).extensions[NAME])


def figures(client) -> dict[tuple[str, ...], float]:
    """Every sample by its name and the values of its labels, as a reader of the format has them."""
    answer = client.get("/metrics", headers=FIGURES)
    assert answer.status_code == 200
    return {
        (sample.name, *sample.labels.values()): sample.value
        for family in text_string_to_metric_families(answer.text)
        for sample in family.samples
    }


def test_nobody_sees_figures_of_a_node_that_has_no_secret_for_it(sqlite_app):
    answer = sqlite_app.test_client().get("/metrics", headers={"Authorization": "Bearer "})
    assert (answer.status_code, answer.json["code"]) == (404, "not-found")


def test_figures_are_for_who_knows_the_secret_alone(sqlite_world):
    client = monitored(served(sqlite_world).extensions[NAME])
    assert client.get("/metrics", headers=FIGURES).status_code == 200
    for said, code in (
        ({}, "no-token"),
        ({"Authorization": SECRET}, "bad-token"),
        ({"Authorization": f"Basic {SECRET}"}, "bad-token"),
        ({"Authorization": f"Bearer {SECRET}x"}, "bad-token"),
        ({"Authorization": "Bearer \u00e9"}, "bad-token"),
    ):
        answer = client.get("/metrics", headers=said)
        assert (answer.status_code, answer.json["code"]) == (401, code)
        assert answer.headers["WWW-Authenticate"].startswith("Bearer")
        assert SECRET not in answer.text


def test_figures_tell_of_the_log_the_checker_and_the_outbox(client, world):
    world.live(HONEST)
    to = Recipient(agency="NL-CNA", channel="file", address="duty@nl.test")
    with databases.writing(world.engine) as session:
        errand = Errand(alert="a", occurrence=1, reason="raised")
        outbox.enqueue(session, errand, [to], now=world.clock())
    world.passes(seconds=40)
    told = figures(client)
    assert told["shield_database_up",] == 1
    assert told["shield_log_entries",] == told["shield_checkpoint_size",] == world.size
    assert told["shield_checkpoint_age_seconds",] == 40
    assert told["shield_scan_behind_entries",] == world.size
    assert told["shield_outbox_messages", "created"] == 1
    assert told["shield_outbox_messages", "delivered"] == 0


def test_figures_tell_how_far_each_witness_and_the_quorum_are_behind(sqlite_world, tmp_path):
    databases.create_tables(sqlite_world.engine)
    watched = Watched(world=sqlite_world, home=tmp_path / "witnesses")
    watched.found("ke", "nl", quorum=2)
    never = figures(monitored(watched.node))
    assert never["shield_witness_behind_entries", "ke.test"] == sqlite_world.size
    assert never["shield_quorum_behind_entries",] == sqlite_world.size
    assert ("shield_quorum_age_seconds",) not in never
    watched.gatherer().round()
    watched.network.hosts.pop("nl.test")
    sqlite_world.passes(seconds=30)
    sqlite_world.post(factories.body("notice.sent"), "NL-AUTHORITY")
    watched.gatherer().round()
    sqlite_world.passes(seconds=20)
    told = figures(monitored(watched.node))
    assert told["shield_witness_behind_entries", "ke.test"] == 0
    assert told["shield_witness_age_seconds", "ke.test"] == 20
    for name in (("shield_witness", "nl.test"), ("shield_quorum",)):
        assert told[f"{name[0]}_behind_entries", *name[1:]] == 1
        assert told[f"{name[0]}_behind_seconds", *name[1:]] == 20
        assert told[f"{name[0]}_age_seconds", *name[1:]] == 50


def test_requests_are_counted_by_route_and_status_and_refusals_by_code(client):
    for path in ("/v1/kinds", "/v1/kinds", f"/v1/shipments/{HONEST.ref}", "/nope", "/log/tile/x"):
        client.get(path)
    client.head("/v1/kinds")
    client.post("/v1/statements/batch", data=b"x\ny\n", content_type="application/x-ndjson")
    told = figures(client)
    counted = "shield_request_duration_seconds_count"
    assert told[counted, "GET", "/v1/kinds", "200"] == 2
    assert told[counted, "HEAD", "/v1/kinds", "200"] == 1
    assert told[counted, "GET", "/v1/shipments/<path:ref>", "401"] == 1
    assert told[counted, "-", "-", "404"] == 1
    within = [v for (name, *labels), v in told.items() if labels[:2] == ["GET", "/v1/kinds"]]
    assert 2 in within
    assert told["shield_refusals_total", "no-token"] == 1
    assert told["shield_refusals_total", "not-found"] == 2
    assert told["shield_refusals_total", "malformed"] == 2
    assert {labels[0] for name, *labels in told if name == "shield_refusals_total"} == set(PROBLEMS)


def test_figures_name_no_agency_trader_or_shipment(sqlite_world):
    client = monitored(served(sqlite_world).extensions[NAME])
    sqlite_world.live(HONEST)
    client.get(f"/v1/shipments/{HONEST.ref}?q=secretword")
    client.open("/secretpath", method="SECRET")
    text = client.get("/metrics", headers=FIGURES).text
    words = (HONEST.ref, "secret", "SECRET", "CUSTOMS", "CNA", "Ltd", "@")
    assert [word for word in words if word in text] == []


def test_a_database_that_is_away_leaves_the_counts(sqlite_world):
    client = monitored(served(sqlite_world).extensions[NAME])
    client.get("/v1/kinds")
    Path(str(sqlite_world.engine.url.database)).unlink()
    sqlite_world.engine.dispose()
    told = figures(client)
    assert told["shield_database_up",] == 0
    assert told["shield_request_duration_seconds_count", *ROUTE, "200"] == 1
    assert ("shield_log_entries",) not in told


def test_workers_add_up_and_one_that_is_killed_holds_up_nobody():
    memory = Memory.shared()
    counts = Counts([ROUTE], memory)
    command = [sys.executable, "-c", COUNTING, str(memory.descriptor)]
    inherited = [memory.descriptor]
    workers = [subprocess.Popen(command, cwd=ROOT, pass_fds=inherited) for _ in range(2)]
    for _ in range(2000):
        counts.request(ROUTE, 200, 0.001)
    assert [worker.wait(60) for worker in workers] == [-9, -9]
    counts.refusal(CODES[0])
    (told,) = counts.requests()
    assert (told.route, told.status, sum(told.buckets)) == (ROUTE, "200", 6000)
    assert told.seconds == pytest.approx(6)


def test_a_slow_answer_and_an_odd_status_are_counted_too():
    counts = Counts([ROUTE])
    counts.request(ROUTE, 299, 60)
    counts.request(("BREW", "/pot"), 418, 0.02)
    slow, odd = sorted(counts.requests(), key=lambda each: each.route, reverse=True)[::1]
    assert {slow.route, odd.route} == {ROUTE, ("-", "-")}
    assert {slow.status, odd.status} == {"other"}
    assert max(slow.buckets[-1], odd.buckets[-1]) == 1


@pytest.mark.parametrize("word", ["short", "a" * 20 + " " + "b" * 20, "é" * 40])
def test_a_secret_is_one_long_word(tmp_path, word):
    path = tmp_path / "secret"
    path.touch(0o600)
    path.write_text(word)
    with pytest.raises(Misconfigured, match="SHIELD_METRICS_TOKEN_FILE"):
        Settings.read({"SHIELD_METRICS_TOKEN_FILE": str(path)})


def test_a_secret_that_others_can_read_is_not_used(tmp_path):
    path = tmp_path / "secret"
    path.write_text(f"{SECRET}\n")
    path.chmod(0o640)
    with pytest.raises(Misconfigured, match="others"):
        Settings.read({"SHIELD_METRICS_TOKEN_FILE": str(path)})
    path.chmod(0o600)
    settings = Settings.read({"SHIELD_METRICS_TOKEN_FILE": str(path)})
    assert settings.metrics_token == SECRET
    assert SECRET not in repr(settings)
