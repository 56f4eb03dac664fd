"""Budgets: each caller has its own, and what is kept for postings nobody reads away."""

import threading
from dataclasses import replace
from datetime import timedelta

import pytest

from api.application import create_app
from api.current import NAME
from api.limits import KEPT, Limits
from api.problems import Refused
from tests import factories
from tests.api.conftest import callers, served
from tests.enrolling import key_claims
from tests.world import NOON

FEW = {
    "workers": 1,
    "postings_per_minute": 4,
    "reads_per_minute": 3,
    "key_per_minute": 2,
    "open_per_minute": 50,
    "log_per_minute": 5,
}


@pytest.fixture
def app(sqlite_world):
    return limited(sqlite_world)


def limited(world, **changes):
    services = served(world).extensions[NAME]
    settings = replace(services.settings, **{**FEW, **changes})
    return create_app(replace(services, settings=settings))


def test_a_budget_that_is_spent_is_refused_and_comes_back_bit_by_bit(app, sqlite_world):
    client = app.test_client()
    answers = [client.get("/log/checkpoint") for _ in range(6)]
    assert [each.status_code for each in answers] == [200] * 5 + [429]
    assert answers[0].headers["RateLimit-Policy"] == '"log";q=5;w=60'
    assert [each.headers["RateLimit"] for each in answers] == [
        *(f'"log";r={left};t=12' for left in (4, 3, 2, 1, 0)),
        '"log";r=0;t=12',
    ]
    assert (answers[5].json["code"], answers[5].headers["Retry-After"]) == ("too-many", "12")
    sqlite_world.passes(seconds=12)
    assert client.get("/log/checkpoint").status_code == 200
    assert client.get("/log/checkpoint").status_code == 429


def test_each_address_has_a_budget_of_its_own_and_with_ipv6_each_network(app):
    client = app.test_client()

    def spent(address):
        told = client.get("/log/checkpoint", environ_base={"REMOTE_ADDR": address})
        return told.headers["RateLimit"].split(";")[1]

    assert [spent("192.0.2.7"), spent("192.0.2.7"), spent("192.0.2.8")] == ["r=4", "r=3", "r=4"]
    assert [spent("2001:db8::1"), spent("2001:db8::2:1"), spent("2001:db8:0:1::1")] == [
        *("r=4", "r=3", "r=4")
    ]


def test_an_address_that_the_caller_claims_is_believed_of_our_own_proxies_only(sqlite_world):
    for proxies, left in ((0, "r=3"), (1, "r=4")):
        client = limited(sqlite_world, proxies=proxies).test_client()
        for claimed in ("203.0.113.1", "203.0.113.2"):
            told = client.get("/log/checkpoint", headers={"X-Forwarded-For": claimed})
        assert told.headers["RateLimit"].split(";")[1] == left


def test_a_key_and_its_agency_have_budgets(app, sqlite_world):
    old, new = factories.key_for("NL-CUSTOMS"), factories.key_for("NL-CUSTOMS next")
    claims = key_claims("NL-CUSTOMS", key=new)
    sqlite_world.post(factories.body("key.added", agency="NL-CUSTOMS", **claims), "NL-ROOT")
    agency = callers(app, sqlite_world)

    def asked(key, name="NL-CUSTOMS"):
        return agency(name, key).get("/v1/alerts")

    answers = [asked(old), asked(old), asked(old), asked(new), asked(new)]
    assert [each.status_code for each in answers] == [200, 200, 429, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"reads";q=3;w=60'
    assert answers[2].headers["RateLimit"].startswith('"key";r=0')
    assert answers[4].headers["RateLimit"].startswith('"reads";r=0')
    assert asked(factories.key_for("NL-POLICE"), "NL-POLICE").status_code == 200


def test_who_has_read_all_it_may_still_posts_and_the_other_way_round(app, sqlite_world):
    agency = callers(app, sqlite_world)("NL-CUSTOMS")
    assert [agency.get("/v1/alerts").status_code for _ in range(3)] == [200, 200, 429]
    client = app.test_client()
    statement = sqlite_world.statement(factories.body("notice.sent"), "NL-CNA")

    def post():
        return client.post("/v1/statements", data=statement, content_type="application/sd-jwt")

    answers = [post() for _ in range(5)]
    assert [each.status_code for each in answers] == [201, 200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"postings";q=4;w=60'
    assert client.get("/log/checkpoint").status_code == 200
    for _ in range(60):
        health = client.get("/healthz")
    assert health.status_code == 200
    assert "RateLimit" not in health.headers


def test_however_many_read_at_once_some_threads_are_left_for_postings(app, sqlite_world):
    limits = app.extensions["shield.limits"]
    while limits.readers.acquire(blocking=False):
        pass
    agency = callers(app, sqlite_world)("NL-CUSTOMS")
    refused = agency.get("/v1/alerts")
    assert (refused.status_code, refused.headers["Retry-After"]) == (429, "1")
    statement = sqlite_world.statement(factories.body("notice.sent"), "NL-CNA")
    client = app.test_client()
    posted = client.post("/v1/statements", data=statement, content_type="application/sd-jwt")
    assert posted.status_code == 201
    limits.readers.release()
    assert [agency.get("/v1/alerts").status_code for _ in range(2)] == [200, 200]


def test_a_worker_gives_its_share_and_tells_the_whole(sqlite_world):
    client = limited(sqlite_world, workers=2, log_per_minute=6).test_client()
    answers = [client.get("/log/checkpoint") for _ in range(4)]
    assert [each.status_code for each in answers] == [200, 200, 200, 429]
    assert answers[0].headers["RateLimit-Policy"] == '"log";q=6;w=60'


def test_a_clock_that_was_set_back_locks_nobody_out_for_longer_than_a_period(sqlite_world):
    limits: Limits = limited(sqlite_world).extensions["shield.limits"]
    limits.spend("log", "x", now=NOON + timedelta(days=1))
    with pytest.raises(Refused):
        limits.spend("log", "x", now=NOON)
    limits.spend("log", "x", now=NOON + timedelta(seconds=72))


def test_buckets_do_not_grow_without_end_and_who_is_over_stays_over(sqlite_world):
    limits: Limits = limited(sqlite_world).extensions["shield.limits"]
    for _ in range(5):
        limits.spend("log", "greedy", now=NOON)
    for number in range(KEPT + 10):
        limits.spend("log", str(number), now=NOON)
    assert len(limits.spent) <= KEPT
    with pytest.raises(Refused):
        limits.spend("log", "greedy", now=NOON)


def test_threads_together_spend_no_more_than_there_is(sqlite_world):
    limits: Limits = limited(sqlite_world, log_per_minute=400).extensions["shield.limits"]
    refused = []

    def calls():
        for _ in range(100):
            try:
                limits.spend("log", "x", now=NOON)
            except Refused:
                refused.append(1)

    threads = [threading.Thread(target=calls) for _ in range(5)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert len(refused) == 100
