"""Canaries in one country's records, looked for in every byte that others can get."""

import dataclasses
import itertools
import json
import logging
import statistics
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from api.evidence.bundles import bundle
from ledger import databases, vocabulary
from ledger.mentions import trader_id
from ledger.policies import Policy
from ledger.roster import HUB, root_of
from ledger.store import ENTRIES
from ledger.visibility import viewer_of
from tests import canaries, deciding, factories
from tests.alerts.desks import Letterbox, delivered, desks, scanned
from tests.api.conftest import PURPOSE, Caller, callers, served
from tests.canaries import CLOSED, OPEN, Nose
from tests.factories import HONEST
from tests.world import World

REQUEST = factories.uuid7(1_800_000_000_000)
SECRET = replace(HONEST, ref="NL-KANARIENVOGEL-1", pen="PEN-KANARIENVOGEL", key="ab" * 12)
HIDDEN = replace(HONEST, ref="NL-ZITRONENZEISIG-1", pen="PEN-2", key="cd" * 12)
UNKNOWN = replace(HONEST, ref="NL-2026-999999", key="ef" * 12)
LATER = "2099-01-01T00:00:00Z"
CLOSINGS: tuple[dict[str, Any], ...] = (
    {"tlp": "RED"},
    {"tlp": "AMBER+STRICT", "releasable_to": ["BE"]},
    {"visible_after": LATER},
    {"originator_controlled": True},
    {"handling": ["H3"]},
)
TRIALS = 200
CLOSE = 0.005


@dataclass(frozen=True, kw_only=True)
class Place:
    """A ledger full of canaries, its application, and what was logged and mailed."""

    world: World
    app: Flask
    letterbox: Letterbox
    caller: Callable[..., Caller]


def post(world: World, kind: str, journey, word: str, marking=None) -> None:
    """Post a body of a kind; each at a moment of its own, so that no two are one statement."""
    made = canaries.step(kind, journey, word, marking)
    world.passes(minutes=1)
    (outcome,) = world.submit([world.statement(made.body, made.agency)])
    assert not isinstance(outcome, Exception), (kind, outcome)


def planted(world: World) -> None:
    for country, name in (("KE", "KE-AUDIT"), ("DE", "DE-AUDIT")):
        body = factories.enrolment(name, ["auditor"], origin=world.origin)
        world.post(body, root_of(country))
    post(world, "notice.sent", HIDDEN, CLOSED, {"tlp": "RED"})
    post(world, "notice.sent", SECRET, OPEN)
    markings = itertools.cycle(CLOSINGS)
    for kind in canaries.kinds():
        about_shipment = issubclass(canaries.event_of(kind), vocabulary.ShipmentEvent)
        if about_shipment and kind != "notice.sent":
            post(world, kind, SECRET, OPEN)
        if kind != "alert.raised":
            post(world, kind, SECRET, CLOSED, next(markings))
    raised = canaries.planted(
        factories.body("alert.raised", HIDDEN, countries=["NL", "KE"]), CLOSED
    )
    world.post({**raised, "countries": ["NL", "KE"]}, HUB)
    for body in sharing():
        world.passes(minutes=1)
        world.post(body, "NL-AUTHORITY")


def sharing() -> Iterator[dict[str, Any]]:
    """Grants to South Africa alone, with canaries in their reasons and names."""
    common = {"grant": f"NL-AUTHORITY/{CLOSED}", "shipment": SECRET.ref, "whole": True}
    yield factories.body("grant.given", to="ZA", reason=CLOSED, **common)
    yield factories.body("group.declared", group=f"NL-AUTHORITY/{CLOSED}", purpose=CLOSED)


def waiting(world: World, app: Flask) -> None:
    """A widening full of canaries that waits for a second person of the Netherlands."""
    someone = deciding.enrol(world, "NL-AUTHORITY/p-amsterdam")
    wider = {"grant": f"NL-AUTHORITY/{CLOSED}-2", "to": "ZA", "reason": CLOSED}
    body = factories.body("grant.given", HIDDEN, shipment=HIDDEN.ref, **wider)
    target = deciding.target_of(world, body, "NL-AUTHORITY")
    statement = world.statement(body, "NL-AUTHORITY")
    _, request = deciding.asking(world, someone, statement, target, REQUEST)
    said = {"statement": statement.decode(), "request": request.decode()}
    assert app.test_client().post("/v1/requests", json=said).status_code == 201


@pytest.fixture
def place(sqlite_world) -> Place:
    letterbox = Letterbox()
    desks(sqlite_world, "DE-CUSTOMS", "DE-AUDIT", "KE-AUDIT", "EG-POLICE")
    planted(sqlite_world)
    scanned(sqlite_world)
    delivered(sqlite_world, letterbox)
    app = served(sqlite_world)
    waiting(sqlite_world, app)
    return Place(
        world=sqlite_world, app=app, letterbox=letterbox, caller=callers(app, sqlite_world)
    )


# --- what is asked ---

ARGUMENTS = {
    "ref": [SECRET.ref, HIDDEN.ref, UNKNOWN.ref, "x"],
    "alert": [SECRET.key, HIDDEN.key, UNKNOWN.key, "x"],
    "request_id": [REQUEST, "x"],
    "trader": [trader_id("national:P051234567X"), "eori:NL001234567", "x"],
    "handle": ["x"],
    "word": ["approve", "x"],
    "index": ["0", "70", "150", "99999"],
    "path": ["0/000", "0/000.p/200", "entries/000", "entries/000.p/64", "x"],
}
VALUES: dict[str, list[str]] = {
    "q": ["NL-", "MSKU1234565", "Tsavo"],
    "trader": ["eori:NL001234567"],
    "container": ["MSKU1234565"],
    "exporting": ["NL"],
    "importing": ["KE"],
    "substance": ["acetone"],
    "status": ["seized", "open"],
    "country": ["KE"],
    "about": [SECRET.ref],
    "shipment": [SECRET.ref, HIDDEN.ref],
    "viewer": ["NL-CUSTOMS", "KE"],
    "from": ["0", "100", "200", "2020-01-01T00:00:00Z", "2026-02-01"],
    "limit": ["200", "0"],
}
BODIES: dict[str, list[dict[str, Any]]] = {
    "sharing.post_preview": [{"viewer": "NL-CUSTOMS"}, {"viewer": "KE", "grant": {}}],
    "hits.post_hit": [{"kind": "container", "value": "MSKU1234565"}],
    "refused.post_check": [{"party": {"name": "Tsavo Coatings Ltd", "country": "KE"}}],
}


def requests_of(app: Flask) -> Iterator[tuple[str, str, bytes]]:
    """Method, path and body of every question there is to ask, on every route."""
    for rule in app.url_map.iter_rules():
        names = sorted(rule.arguments)
        for chosen in itertools.product(*(ARGUMENTS[name] for name in names)):
            path = _path(rule.rule, dict(zip(names, chosen, strict=True)))
            for method in sorted((rule.methods or set()) - {"OPTIONS"}):
                if method == "POST":
                    bodies = BODIES.get(rule.endpoint, [{}])
                    yield from (("POST", path, json.dumps(body).encode()) for body in bodies)
                else:
                    yield method, path, b""
                    for query in _queries(app.view_functions[rule.endpoint]):
                        yield method, f"{path}?{query}", b""


def _path(rule: str, arguments: dict[str, str]) -> str:
    for part in rule.split("<")[1:]:
        inside = part.partition(">")[0]
        name = inside.rpartition(":")[2]
        rule = rule.replace(f"<{inside}>", arguments[name])
    return rule


def _queries(view: Any) -> Iterator[str]:
    asked: Any = view.operation.query
    for item in dataclasses.fields(asked):
        name = {"occurred_from": "from", "occurred_to": "to", "start": "from"}.get(
            item.name, item.name
        )
        for value in [*VALUES.get(name, []), "%00"]:
            yield f"{name}={value}"


def everything(response: Any) -> bytes:
    """An answer, down to its last header."""
    head = "\n".join(f"{name}: {value}" for name, value in response.headers.items())
    return f"{response.status}\n{head}\n\n".encode() + response.get_data()


def asked(caller: Caller | None, app: Flask, method: str, path: str, body: bytes) -> bytes:
    headers = {"Shield-Purpose": PURPOSE}
    if caller is not None:
        token = caller.token(path, method=method, body=body)
        headers["Authorization"] = f"Bearer {token}"
    kind = "application/json" if method == "POST" else None
    client = app.test_client()
    answered = client.open(path, method=method, data=body, headers=headers, content_type=kind)
    return _without(everything(answered), path)


def _without(data: bytes, path: str) -> bytes:
    """The caller's own words may come back to it, in a link for instance."""
    return data.replace(path.encode(), b"")


VIEWERS = {
    "DE-CUSTOMS": (OPEN, CLOSED),
    "DE-AUDIT": (OPEN, CLOSED),
    "KE-AUDIT": (OPEN, CLOSED),
    None: (OPEN, CLOSED),
    "EG-POLICE": (CLOSED,),
}


@pytest.mark.parametrize("agency", VIEWERS, ids=str)
def test_no_byte_of_any_answer_smells_of_what_its_caller_may_not_see(place, agency, caplog):
    nose = Nose(VIEWERS[agency])
    caller = place.caller(agency) if agency else None
    count = 0
    with caplog.at_level(logging.DEBUG):
        for method, path, body in requests_of(place.app):
            answer = asked(caller, place.app, method, path, body)
            assert nose.smells(answer) == set(), (agency, method, path, answer[:400])
            assert b"HTTP/1.1 500" not in answer
            assert not answer.startswith(b"500"), (method, path, answer[:400])
            count += 1
    assert count > 100
    assert Nose((OPEN, CLOSED)).smells(caplog.text.encode()) == set()


def test_the_nose_smells_what_the_originator_gets(place):
    """The same search finds every canary where it may be: or it would prove nothing."""
    nose = Nose((OPEN, CLOSED))
    seen = {
        agency: asked(
            place.caller(agency), place.app, "GET", f"/v1/shipments/{SECRET.ref}/events", b""
        )
        for agency in ("NL-CUSTOMS", "EG-POLICE")
    }
    assert nose.smells(seen["NL-CUSTOMS"]) == {OPEN, CLOSED}
    assert nose.smells(seen["EG-POLICE"]) == {OPEN}
    hub = place.caller(HUB)
    entries = asked(hub, place.app, "GET", "/v1/entries?from=150&limit=200", b"")
    assert nose.smells(entries) == {OPEN, CLOSED}


def test_no_evidence_smells_of_what_its_reader_may_not_see(place):
    with databases.reading(place.world.engine) as session:
        roster = place.world.desk.registry.current(session)
        data = bundle(
            session,
            SECRET.ref,
            viewer_of("EG-POLICE", roster),
            roster=roster,
            policy=Policy(),
            hub_key=place.world.hub_key,
            now=place.world.clock(),
        )
    assert Nose((OPEN, CLOSED)).smells(data) == {OPEN}


def test_no_mail_and_nothing_queued_for_it_smells_of_what_its_reader_may_not_see(place):
    for address, mail in place.letterbox.got:
        words = (CLOSED,) if "eg-" in address else (OPEN, CLOSED)
        text = f"{mail.subject}\n{mail.text}"
        assert Nose(words).smells(text.encode()) == set(), (address, text)
        assert address == "duty@eg-police.example"


def test_a_search_for_a_hidden_word_and_for_an_unknown_one_are_one_answer(place):
    for agency, path in itertools.product(
        ("DE-CUSTOMS", "KE-AUDIT", "EG-POLICE"),
        (
            "/v1/shipments?q=",
            "/v1/shipments?trader=",
            "/v1/shipments?document=",
            "/v1/alerts?about=",
        ),
    ):
        caller = place.caller(agency)
        hidden, unknown = (caller.get(path + word) for word in (CLOSED, "nosuchbirdthere"))
        assert (hidden.status_code, hidden.data) == (unknown.status_code, unknown.data), path
        assert hidden.headers["ETag"] == unknown.headers["ETag"]


HIDING = [
    ("DE-CUSTOMS", "/v1/shipments/{}", SECRET.ref, UNKNOWN.ref),
    ("DE-CUSTOMS", "/v1/shipments/{}/events", SECRET.ref, UNKNOWN.ref),
    ("EG-POLICE", "/v1/shipments/{}/events", HIDDEN.ref, UNKNOWN.ref),
    ("KE-AUDIT", "/v1/shipments/{}/evidence", SECRET.ref, UNKNOWN.ref),
    ("DE-CUSTOMS", "/v1/shipments/{}/explain?viewer=NL", SECRET.ref, UNKNOWN.ref),
    ("DE-CUSTOMS", "/v1/reads?shipment={}", SECRET.ref, UNKNOWN.ref),
    ("DE-CUSTOMS", "/v1/alerts/{}", HIDDEN.key, UNKNOWN.key),
]


@pytest.mark.parametrize(("agency", "path", "hidden", "unknown"), HIDING)
def test_hidden_and_unknown_are_one_answer(place, agency, path, hidden, unknown):
    caller = place.caller(agency)
    one, other = caller.get(path.format(hidden)), caller.get(path.format(unknown))
    assert one.status_code == other.status_code == 404
    assert one.data == other.data
    uncounted = [{**each.headers, "RateLimit": "one less each time"} for each in (one, other)]
    assert uncounted[0] == uncounted[1]


def difference(first: Callable[[], Any], second: Callable[[], Any], trials: int = TRIALS) -> float:
    """How far the medians of both are apart, in seconds; taken in turn, so that noise is shared."""
    taken: tuple[list[float], list[float]] = ([], [])
    for _ in range(trials):
        for times, ask in zip(taken, (first, second), strict=True):
            began = time.perf_counter()
            ask()
            times.append(time.perf_counter() - began)
    return abs(statistics.median(taken[0]) - statistics.median(taken[1]))


@pytest.mark.parametrize(("agency", "path", "hidden", "unknown"), HIDING[1:3])
def test_hidden_and_unknown_take_the_same_time(place, agency, path, hidden, unknown):
    caller = place.caller(agency)

    def once() -> float:
        return difference(
            lambda: caller.get(path.format(hidden)), lambda: caller.get(path.format(unknown))
        )

    assert any(once() < CLOSE for _ in range(3))  # a loaded machine may need more than one try


def test_the_stopwatch_tells_apart_what_differs():
    assert difference(lambda: time.sleep(0.008), lambda: None, trials=5) > CLOSE


def test_no_word_of_case_data_is_in_the_log_itself(place):
    """The entries are public: tiles, bundles of entries and checkpoints smell of nothing."""
    with databases.reading(place.world.engine) as session:
        data = session.execute(select(ENTRIES.c.data)).scalars()
        nose = Nose((OPEN, CLOSED))
        assert all(nose.smells(bytes(each)) == set() for each in data)
