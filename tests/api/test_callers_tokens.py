"""Reading needs a token made for this very request by an enrolled agency, once."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from crypto.keys import PrivateKey
from tests import factories
from tests.api.conftest import PURPOSE
from tests.factories import HONEST

PATH = f"/v1/shipments/{HONEST.ref}"


def b64u(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def bare(app, authorization: str | None, path: str = PATH):
    headers = {"Shield-Purpose": PURPOSE}
    headers |= {} if authorization is None else {"Authorization": authorization}
    return app.test_client().get(path, headers=headers)


def check_refused(answer, code: str = "bad-token") -> str:
    assert (answer.status_code, answer.json["code"]) == (401, code)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")
    assert answer.mimetype == "application/problem+json"
    detail: str = answer.json["detail"]
    return detail


@pytest.mark.parametrize(
    "path", ["/v1/shipments", PATH, f"{PATH}/events", "/v1/alerts", "/v1/alerts/" + "0" * 24]
)
def test_case_data_needs_a_token(sqlite_app, path):
    check_refused(bare(sqlite_app, None, path), "no-token")


@pytest.mark.parametrize("said", ["Bearer", "Bearer ", "Basic eDp5", "Bearer x", "Bearer a.b.c"])
def test_what_is_no_token_is_refused(sqlite_app, said):
    assert bare(sqlite_app, said).status_code == 401


def test_a_token_counts_once(app, world, agency):
    world.live(HONEST)
    token = agency("NL-CUSTOMS").token(PATH)
    assert bare(app, f"Bearer {token}").status_code == 200
    assert "used before" in check_refused(bare(app, f"Bearer {token}"))


def test_two_agencies_may_choose_the_same_id(sqlite_agency, sqlite_world):
    sqlite_world.live(HONEST)
    for name in ("NL-CUSTOMS", "KE-CUSTOMS"):
        assert sqlite_agency(name).get(PATH, jti="one").status_code == 200


def test_a_used_token_is_remembered_for_as_long_as_it_would_count(
    sqlite_app, sqlite_world, sqlite_agency
):
    sqlite_world.live(HONEST)
    token = sqlite_agency("NL-CUSTOMS").token(PATH)
    assert bare(sqlite_app, f"Bearer {token}").status_code == 200
    for _ in range(90):
        sqlite_world.passes(seconds=0.8)
        check_refused(bare(sqlite_app, f"Bearer {token}"))
    assert sqlite_agency("NL-CUSTOMS").get(PATH).status_code == 200


SPOILT = {
    "another log": {"audience": "elsewhere"},
    "another method": {"method": "POST"},
    "another path": {"url": f"http://ledger.test{PATH}/events"},
    "another host": {"url": f"http://elsewhere.test{PATH}"},
    "another query": {"url": f"http://ledger.test{PATH}?x=1"},
    "another body": {"body": b"x"},
    "another purpose": {"purpose": "statistics"},
    "no purpose": {"purpose": ""},
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_token_for_another_request_is_refused(sqlite_agency, name):
    assert "another" in check_refused(sqlite_agency("NL-CUSTOMS").get(PATH, **SPOILT[name]))


def test_a_clock_that_is_off_is_told_by_how_much(sqlite_agency, sqlite_world):
    ahead = sqlite_world.clock() + timedelta(seconds=90)
    detail = check_refused(sqlite_agency("NL-CUSTOMS").get(PATH, now=ahead))
    assert "90 s" in detail
    stale = sqlite_world.clock() - timedelta(seconds=150)
    detail = check_refused(sqlite_agency("NL-CUSTOMS").get(PATH, now=stale))
    assert "90 s" in detail


def test_every_way_of_being_nobody_is_answered_alike(sqlite_agency, sqlite_world):
    kid = factories.key_for("NL-LAB").kid
    sqlite_world.post(factories.body("key.revoked", kid=kid), "NL-ROOT")
    answers = [
        sqlite_agency("NL-CUSTOMS", factories.key_for("nobody")).get(PATH),
        sqlite_agency("XX-NOBODY").get(PATH),
        sqlite_agency("NL-CUSTOMS", factories.key_for("KE-CUSTOMS")).get(PATH),
        sqlite_agency("NL-LAB").get(PATH),
        sqlite_agency("NL-ROOT").get(PATH),
    ]
    assert {each.status_code for each in answers} == {401}
    assert len({each.data for each in answers}) == 1


def spoilt_signature(token: str) -> str:
    head, _, signature = token.rpartition(".")
    return f"{head}.{'A' * len(signature)}"


def test_a_signature_that_does_not_fit_is_answered_as_nobody(sqlite_app, sqlite_agency):
    token = spoilt_signature(sqlite_agency("NL-CUSTOMS").token(PATH))
    nobody = sqlite_agency("NL-CUSTOMS", PrivateKey.generate()).get(PATH)
    assert bare(sqlite_app, f"Bearer {token}").data == nobody.data


def test_an_unsigned_token_and_one_signed_with_the_public_key_are_refused(
    sqlite_app, sqlite_agency
):
    key = factories.key_for("NL-CUSTOMS")
    payload = sqlite_agency("NL-CUSTOMS").token(PATH).split(".")[1]

    def header(alg: str) -> str:
        return b64u(json.dumps({"alg": alg, "kid": key.kid, "typ": "shield-call+jwt"}).encode())

    check_refused(bare(sqlite_app, f"Bearer {header('none')}.{payload}."))
    for secret in (key.public.raw, json.dumps(key.public.jwk).encode()):
        signed = f"{header('HS256')}.{payload}"
        mac = hmac.new(secret, signed.encode(), hashlib.sha256).digest()
        check_refused(bare(sqlite_app, f"Bearer {signed}.{b64u(mac)}"))


def test_a_token_is_for_the_query_exactly_as_it_was_asked(sqlite_agency, sqlite_world):
    sqlite_world.live(HONEST)
    for query in ("?q=maasvl", "?q=ma%61svl", "?limit=1&q=a+b", "?q=%C3%A9"):
        assert sqlite_agency("NL-CUSTOMS").get(f"/v1/shipments{query}").status_code == 200


def test_a_token_of_any_length_of_id_is_taken_or_refused_and_never_our_fault(agency, world):
    world.live(HONEST)
    assert agency("NL-CUSTOMS").get(PATH, jti="x" * 5000).status_code == 200
    assert agency("NL-CUSTOMS").get(PATH, jti="x" * 9000).status_code == 401
    assert agency("NL-CUSTOMS").get(PATH, jti="a\x01\n\u2028").status_code == 200
