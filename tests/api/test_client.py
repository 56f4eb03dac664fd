"""The client against a live server: what it sends is admitted, what it is told is proved."""

import dataclasses
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from werkzeug.serving import make_server

from api import Declined, Misconfigured, Unreachable, wire
from api.application import create_app
from api.client import MAX_BATCH_LINES, Caller, Client, Posted, sign
from api.config import Settings
from api.continuity import Forked, RolledBack, WrongKey
from api.pins import LastSeen, Pin
from api.services import Services
from api.wire import Answer
from crypto import Malformed, canonical
from crypto.notes import Scheme
from ledger import Invalid, Tampered, databases
from ledger.reads.purposes import Purpose
from tests import factories
from tests.enrolling import vkey_for
from tests.growing import Growing
from tests.world import World

AGENCY = "NL-CUSTOMS"
SD_JWT = {"Content-Type": "application/sd-jwt"}


def at_port(app: Callable[..., object], port: int = 0) -> Iterator[str]:
    server = make_server("127.0.0.1", port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield f"http://127.0.0.1:{server.port}"
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture
def url(sqlite_world: World) -> Iterator[str]:
    """A server on the world's ledger, on a free port, which it also knows as its address."""
    yield from _served(sqlite_world)


def _served(world: World) -> Iterator[str]:
    databases.create_tables(world.engine)
    serving: list[Flask] = []

    def app(environ: dict[str, object], start: Any) -> Any:
        return serving[0](environ, start)

    for url in at_port(app):
        settings = Settings(home=Path("unused"), database_url="unused", public_url=url)
        services = Services(
            settings=settings,
            engine=world.engine,
            origin=world.origin,
            hub_key=world.hub_key,
            sequencer=world.sequencer,
            clock=world.clock,
        )
        serving.append(create_app(services))
        yield url


@pytest.fixture
def client(url: str, sqlite_world: World, tmp_path: Path) -> Client:
    vkey = vkey_for(sqlite_world.origin, Scheme.NOTE)
    return Client(
        pin=Pin(origin=sqlite_world.origin, vkey=vkey, url=url),
        clock=sqlite_world.clock,
        caller=Caller(
            agency=AGENCY, key=factories.key_for(AGENCY), purpose=Purpose(sort="investigation")
        ),
        last_seen=tmp_path / "last-seen.json",
    )


def signed(client: Client, kind: str = "shipment.departed", **changes: object) -> bytes:
    return sign(
        factories.body(kind, **changes),
        agency=AGENCY,
        origin=client.pin.origin,
        key=factories.key_for(AGENCY),
        now=client.clock(),
    )


def answering(client: Client, change: Callable[[Answer], Answer]) -> Client:
    """The same client, with somebody on the line who changes every answer."""
    return dataclasses.replace(
        client,
        fetch=lambda *request: change(wire.fetch(*request)),
    )


def test_a_statement_is_posted_proved_and_posted_again_to_the_same_receipt(client):
    statement = signed(client)
    first, again = client.post(statement), client.post(statement)
    assert (first.created, again.created) == (True, False)
    assert first.receipt == again.receipt


def test_many_go_in_batches_and_each_has_its_own_receipt_or_problem(client):
    bodies = [
        factories.body("shipment.departed", factories.Journey(ref=f"NL-MANY-{n}"))
        for n in range(MAX_BATCH_LINES + 2)
    ]
    key = factories.key_for(AGENCY)
    statements = [
        sign(body, agency=AGENCY, origin=client.pin.origin, key=key, now=client.clock())
        for body in bodies
    ]
    statements[1] = statements[1][:-2] + b"x~"
    results = list(client.post_many(statements))
    assert len(results) == len(statements)
    refused = results.pop(1)
    assert isinstance(refused, Declined)
    assert refused.problem["code"] == "malformed"
    assert all(isinstance(each, Posted) and each.created for each in results)


def test_a_warning_about_an_odd_identifier_comes_with_the_receipt(client):
    posted = client.post(signed(client, journey=factories.Journey(container="MSKU1234560")))
    assert posted.created
    assert any("container" in warning["pointer"] for warning in posted.warnings)


def test_a_refusal_carries_the_servers_problem(client):
    with pytest.raises(Declined) as refused:
        client.post(b"not a statement")
    assert refused.value.status == 400
    assert refused.value.problem["code"] == "malformed"


def test_what_breaks_the_vocabulary_is_not_even_signed(client):
    with pytest.raises(Invalid) as refused:
        signed(client, "shipment.departed", goods=[])
    assert refused.value.pointer == "/goods"


def test_case_data_is_read_with_a_token_for_each_request(client):
    client.post(signed(client))
    listed = client.get("/v1/shipments", substance="acetone", limit="10")
    assert [each["ref"] for each in listed["shipments"]] == [factories.HONEST.ref]
    shown = client.get(f"/v1/shipments/{factories.HONEST.ref}/events")
    assert shown["events"][0]["agency"] == AGENCY
    with pytest.raises(Declined) as refused:
        client.get("/v1/shipments/NL-NOBODY-1")
    assert refused.value.status == 404


def test_reading_without_a_key_is_refused_before_anything_is_sent(client):
    with pytest.raises(Invalid):
        dataclasses.replace(client, caller=None).get("/v1/shipments")


PARTS = ("index", "entry", "hash", "checkpoint", "inclusion")


@pytest.mark.parametrize("part", PARTS)
def test_a_receipt_spoiled_in_any_part_is_not_believed(client, part):
    def spoil(answer: Answer) -> Answer:
        receipt = canonical.decode(answer.body)
        value = receipt[part]
        if isinstance(value, list):
            receipt[part] = value[1:]
        else:
            receipt[part] = value + 1 if isinstance(value, int) else value[:-3] + value[-2:]
        return dataclasses.replace(answer, body=canonical.encode(receipt))

    with pytest.raises((Tampered, Malformed)):
        answering(client, spoil).post(signed(client))


def test_a_true_receipt_for_another_statement_is_not_believed(client):
    other = client.fetch("POST", f"{client.pin.url}/v1/statements", signed(client), SD_JWT)
    with pytest.raises(Tampered, match="another statement"):
        answering(client, lambda _: other).post(signed(client))


def test_a_log_with_another_key_than_the_pinned_one_is_not_believed(client):
    stranger = Pin(
        origin="other.test/log",
        vkey=vkey_for("other.test/log", Scheme.NOTE),
        url=client.pin.url,
    )
    with pytest.raises(WrongKey):
        dataclasses.replace(client, pin=stranger).checkpoint()


def test_the_newest_checkpoint_may_not_lie_behind_the_last_one_seen(client):
    old = client.fetch("GET", f"{client.pin.url}/log/checkpoint", None, {})
    client.post(signed(client))
    assert client.checkpoint().size == LastSeen(path=client.last_seen).find().size
    with pytest.raises(RolledBack, match="where it had"):
        answering(client, lambda _: old).checkpoint()


def test_an_old_receipt_is_no_news_and_must_lie_on_the_way_to_the_last_one_seen(tmp_path):
    log = Growing(size=9)
    seen = LastSeen(path=tmp_path / "seen.json")
    for size in (3, 3, 9, 5):
        seen.meet(log.checkpoint(size), lambda _: log.read)
    assert seen.find() == log.checkpoint(9)
    for size in (5, 9):
        other = dataclasses.replace(log.checkpoint(size), root=b"\x03" * 32)
        with pytest.raises(Forked):
            seen.meet(other, lambda _: log.read)
    assert seen.find() == log.checkpoint(9)


def test_nobody_at_the_address_is_unreachable_and_so_is_a_server_in_trouble(client):
    nowhere = dataclasses.replace(client, pin=client.pin.at("http://127.0.0.1:9"))
    with pytest.raises(Unreachable):
        nowhere.post(signed(client))
    trouble = answering(client, lambda answer: dataclasses.replace(answer, status=503))
    with pytest.raises(Unreachable):
        trouble.checkpoint()


def test_a_redirect_is_an_answer_and_not_followed():
    def redirecting(_: object, start: Callable[..., object]) -> list[bytes]:
        start("302 Found", [("Location", "http://127.0.0.1:9/"), ("Content-Length", "0")])
        return [b""]

    for address in at_port(redirecting):
        assert wire.fetch("GET", address, None, {}).status == 302


def test_an_answer_that_was_cut_short_is_no_answer():
    def dying(_: object, start: Callable[..., object]) -> list[bytes]:
        start("200 OK", [("Content-Length", "100"), ("Connection", "close")])
        return [b"half of it"]

    for address in at_port(dying):
        with pytest.raises(Unreachable, match="cut short"):
            wire.fetch("GET", address, None, {})


def test_a_pin_is_kept_whole_or_refused(tmp_path):
    pin = Pin(origin="a.test/x", vkey=vkey_for("a.test/x", Scheme.NOTE), url="http://a.test")
    path = tmp_path / "pin.json"
    pin.write(path)
    assert Pin.read(path) == pin
    assert path.stat().st_mode & 0o777 == 0o600
    for spoiled in (b"{}", b"[]", b"no", path.read_bytes().replace(b"a.test/x+", b"b.test/x+")):
        path.write_bytes(spoiled)
        with pytest.raises(Misconfigured):
            Pin.read(path)


def test_a_back_office_needs_neither_a_database_nor_a_web_framework():
    said = "import sys, api.client; print(*sys.modules)"
    loaded = subprocess.run(
        [sys.executable, "-c", said], capture_output=True, text=True, check=True
    ).stdout.split()
    assert not {"flask", "werkzeug", "sqlalchemy", "sqlmodel", "apscheduler"} & set(loaded)
