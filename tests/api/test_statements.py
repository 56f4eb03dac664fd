"""The front door over HTTP: receipts, the same ones again, and every way to be refused."""

import json
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from api.routes.statements import MAX_LINES
from crypto import Malformed, canonical, sdjwt
from crypto.encodings import b64u_encode
from crypto.envelope import TYPE
from crypto.keys import PrivateKey
from crypto.notes import Scheme, Verifier
from ledger import receipts
from tests import factories
from tests.factories import HONEST
from tests.world import World

SD_JWT = "application/sd-jwt"
NDJSON = "application/x-ndjson"


def post(app, statement: bytes, content_type: str = SD_JWT, **headers: str):
    return app.test_client().post(
        "/v1/statements", data=statement, content_type=content_type, headers=headers
    )


def batch(app, body: bytes, content_type: str = NDJSON):
    return app.test_client().post("/v1/statements/batch", data=body, content_type=content_type)


def notice(world: World, **changes: Any) -> bytes:
    return world.statement(factories.body("notice.sent", **changes), "NL-AUTHORITY")


def test_a_statement_gets_a_receipt_that_proves_it_is_in_the_log(app, world):
    answer = post(app, notice(world))
    assert answer.status_code == 201
    told = answer.json
    assert told.pop("warnings") == []
    receipt = receipts.from_json(told)
    verifier = Verifier(
        name=world.origin, key=factories.key_for(world.origin).public, scheme=Scheme.NOTE
    )
    assert receipts.check(receipt, [verifier], world.origin).size == receipt.index + 1
    assert answer.headers["Location"].endswith(f"/v1/statements/{receipt.index}")


def test_the_same_bytes_again_are_the_same_receipt(app, world):
    statement = notice(world)
    first = post(app, statement)
    world.live(HONEST)
    again = post(app, statement)
    assert (first.status_code, again.status_code) == (201, 200)
    assert first.data == again.data
    assert first.headers["Location"] == again.headers["Location"]


def test_a_receipt_can_be_had_again_by_anybody(sqlite_app, sqlite_world):
    first = post(sqlite_app, notice(sqlite_world))
    again = sqlite_app.test_client().get(first.headers["Location"])
    assert again.json == {**first.json, "warnings": []}
    assert "immutable" not in again.headers["Cache-Control"]  # it may have to say: erased
    for index in ("999999", str(2**53 - 1), str(2**53), "-1", "x"):
        gone = sqlite_app.test_client().get(f"/v1/statements/{index}")
        assert (gone.status_code, gone.json["code"]) == (404, "not-found")


def test_the_same_jti_for_other_bytes_is_a_conflict(app, world):
    jti = factories.uuid7(1)
    first = world.statement(factories.body("notice.sent"), "NL-AUTHORITY", jti=jti)
    other = world.statement(factories.body("notice.sent", remarks="other"), "NL-AUTHORITY", jti=jti)
    assert post(app, first).status_code == 201
    refused = post(app, other)
    assert (refused.status_code, refused.json["code"]) == (409, "conflict")
    assert refused.json["pointer"] == "/jti"


def test_a_bad_identifier_is_a_warning_and_no_refusal(sqlite_app, sqlite_world):
    transport = {**HONEST.transport, "equipment": [{"container": "MSKU1234560"}]}
    body = factories.body("shipment.departed", transport=transport)
    answer = post(sqlite_app, sqlite_world.statement(body, "NL-CUSTOMS"))
    assert answer.status_code == 201
    assert [each["pointer"] for each in answer.json["warnings"]] == [
        "/transport/equipment/0/container"
    ]


def _signed_by(world: World, key: PrivateKey) -> bytes:
    return world.statement(factories.body("notice.sent"), "NL-AUTHORITY", key=key)


def _with_claims(world: World, **changes: Any) -> bytes:
    """A well-signed statement whose body need not be valid."""
    public = {
        "iss": "NL-AUTHORITY",
        "aud": changes.pop("aud", world.origin),
        "iat": int(world.clock().timestamp()),
        "jti": factories.uuid7(7),
    }
    body = {**factories.body("notice.sent"), **changes}
    claims = {name: value for name, value in body.items() if value is not None}
    return sdjwt.wrap(claims, public=public, key=factories.key_for("NL-AUTHORITY"))


def _hmac(world: World) -> bytes:
    """A token that names HMAC, keyed with what everybody knows."""
    parts = notice(world).split(b".", 1)
    header = b64u_encode(
        json.dumps(
            {"alg": "HS256", "kid": factories.key_for("NL-AUTHORITY").kid, "typ": TYPE}
        ).encode()
    )
    return header.encode() + b"." + parts[1]


def _spoilt(world: World) -> bytes:
    jwt, rest = notice(world).split(b"~", 1)
    return jwt[:-3] + (b"AAA" if not jwt.endswith(b"AAA") else b"BBB") + b"~" + rest


REFUSED = {
    "nothing": (lambda _: b"", 400, "malformed"),
    "junk": (lambda _: b"\xff\x00", 400, "malformed"),
    "no tilde": (lambda w: notice(w)[:-1], 400, "malformed"),
    "a claim kept back": (lambda w: b"~".join(notice(w).split(b"~")[:-2]) + b"~", 400, "malformed"),
    "hmac": (_hmac, 400, "malformed"),
    "a key of nobody": (
        lambda w: _signed_by(w, factories.key_for("nobody")),
        403,
        "unenrolled-key",
    ),
    "another's key": (
        lambda w: _signed_by(w, factories.key_for("KE-AUTHORITY")),
        403,
        "bad-signature",
    ),
    "another signature": (_spoilt, 403, "bad-signature"),
    "another log": (lambda w: _with_claims(w, aud="elsewhere"), 422, "wrong-log"),
    "an unknown kind": (lambda w: _with_claims(w, kind="notice.sung"), 422, "unknown-kind"),
    "an unknown property": (lambda w: _with_claims(w, colour="red"), 422, "unknown-field"),
    "a missing property": (lambda w: _with_claims(w, pen=None), 422, "invalid-field"),
    "a bad property": (lambda w: _with_claims(w, shipment="x"), 422, "invalid-field"),
    "the future": (
        lambda w: _with_claims(
            w, occurred_at="2026-11-30T00:00:00Z", reply_due="2027-01-01T00:00:00Z"
        ),
        422,
        "bad-date",
    ),
    "a role it has not": (
        lambda w: w.statement(factories.body("notice.sent"), "NL-POLICE"),
        403,
        "kind-not-permitted",
    ),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_is_wrong_has_a_code_and_says_how_to_mend_it(sqlite_app, sqlite_world, name):
    make, status, code = REFUSED[name]
    before = sqlite_world.size
    refused = post(sqlite_app, make(sqlite_world))
    assert (refused.status_code, refused.json["code"]) == (status, code)
    assert refused.mimetype == "application/problem+json"
    assert refused.json["status"] == status
    assert {"type", "title", "detail", "mend"} <= refused.json.keys()
    assert sqlite_world.size == before


def test_a_revoked_key_is_told_from_one_never_enrolled(sqlite_app, sqlite_world):
    kid = factories.key_for("NL-AUTHORITY").kid
    statement = notice(sqlite_world)
    sqlite_world.post(factories.body("key.revoked", kid=kid), "NL-ROOT")
    assert post(sqlite_app, statement).json["code"] == "revoked-key"


def test_a_statement_larger_than_allowed_is_refused_before_it_is_read(sqlite_app):
    refused = post(sqlite_app, b"x" * (sdjwt.MAX_STATEMENT + 1))
    assert (refused.status_code, refused.json["code"]) == (413, "too-large")


@pytest.mark.parametrize("sent", ["application/json", "", "multipart/form-data; boundary=x"])
def test_another_media_type_is_refused_with_those_that_are_taken(sqlite_app, sqlite_world, sent):
    refused = post(sqlite_app, notice(sqlite_world), sent)
    assert (refused.status_code, refused.json["code"]) == (415, "media-type")
    assert SD_JWT in refused.headers["Accept-Post"]


def test_a_compressed_body_is_refused(sqlite_app, sqlite_world):
    refused = post(sqlite_app, notice(sqlite_world), **{"Content-Encoding": "gzip"})
    assert (refused.status_code, refused.json["code"]) == (415, "media-type")


@pytest.mark.parametrize("sent", ["text/plain", "text/plain; charset=utf-8"])
def test_plain_text_will_do(sqlite_app, sqlite_world, sent):
    assert post(sqlite_app, notice(sqlite_world), sent).status_code == 201


def test_a_batch_admits_what_is_good_and_says_of_each_line_what_became_of_it(app, world):
    good = [notice(world, remarks=f"number {n}") for n in range(3)]
    lines = [good[0], b"junk", json.dumps(good[1].decode()).encode(), b"", good[2], good[0]]
    answer = batch(app, b"\n".join(lines) + b"\n")
    assert (answer.status_code, answer.mimetype) == (200, NDJSON)
    told = [json.loads(line) for line in answer.data.splitlines()]
    assert [each["line"] for each in told] == [1, 2, 3, 4, 5, 6]
    assert [each["status"] for each in told] == [201, 400, 201, 400, 201, 201]
    assert told[0]["receipt"] == told[5]["receipt"]
    assert told[1]["problem"]["code"] == "malformed"
    assert post(app, good[1]).json == told[2]["receipt"]


def test_every_line_of_a_batch_is_canonical_and_says_what_looks_odd(sqlite_app, sqlite_world):
    transport = {**HONEST.transport, "equipment": [{"container": "MSKU1234560"}]}
    odd = factories.body("shipment.departed", transport=transport)
    good = [notice(sqlite_world), sqlite_world.statement(odd, "NL-CUSTOMS")]
    lines = batch(sqlite_app, b"\n".join([*good, b"x"])).data.splitlines()
    told = [canonical.decode(line) for line in lines]
    assert len(told[1]["receipt"]["warnings"]) == 1
    assert post(sqlite_app, good[1]).json == told[1]["receipt"]


def test_a_batch_may_end_its_lines_as_windows_does(sqlite_app, sqlite_world):
    answer = batch(sqlite_app, notice(sqlite_world) + b"\r\n")
    assert [json.loads(line)["status"] for line in answer.data.splitlines()] == [201]


def test_a_batch_has_a_line_and_not_too_many(sqlite_app):
    assert batch(sqlite_app, b"").json["code"] == "empty-batch"
    assert batch(sqlite_app, b"\n").json["code"] == "empty-batch"
    assert len(batch(sqlite_app, b"x\n" * MAX_LINES).data.splitlines()) == MAX_LINES
    for body in (b"x\n" * (MAX_LINES + 1), b"x\n" * MAX_LINES + b"x"):
        refused = batch(sqlite_app, body)
        assert (refused.status_code, refused.json["code"]) == (413, "too-large")
    assert batch(sqlite_app, b"x", SD_JWT).json["code"] == "media-type"


def test_a_batch_may_be_larger_than_a_statement(sqlite_app):
    line = b"x" * (sdjwt.MAX_STATEMENT + 1)
    answer = batch(sqlite_app, line)
    assert answer.status_code == 200
    assert json.loads(answer.data)["problem"]["code"] == "malformed"


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    body=st.one_of(
        st.binary(max_size=300),
        st.text(alphabet='abc.~-_{}[]":,0\n', max_size=120).map(str.encode),
        st.recursive(
            st.none() | st.booleans() | st.floats() | st.text(max_size=5),
            lambda inner: (
                st.lists(inner, max_size=3)
                | st.dictionaries(st.text(max_size=5), inner, max_size=3)
            ),
        ).map(lambda value: json.dumps(value).encode()),
    )
)
def test_no_junk_is_ever_our_fault(sqlite_app, body):
    assert 400 <= post(sqlite_app, body).status_code < 500
    told = batch(sqlite_app, body)
    assert told.status_code < 500
    if told.status_code == 200:
        assert all(json.loads(line)["status"] == 400 for line in told.data.splitlines())


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(
    claims=st.dictionaries(
        st.sampled_from(["kind", "shipment", "occurred_at", "goods", "route", "marking", "x"]),
        st.recursive(
            st.none()
            | st.booleans()
            | st.integers(-5, 5)
            | st.text(max_size=8)
            | st.sampled_from(["notice.sent", "NL-2026-1", "2026-01-01T00:00:00Z"]),
            lambda inner: (
                st.lists(inner, max_size=2)
                | st.dictionaries(
                    st.sampled_from(["amount", "exporting", "tlp"]), inner, max_size=2
                )
            ),
            max_leaves=6,
        ),
        min_size=1,
    )
)
def test_no_signed_nonsense_is_ever_our_fault(sqlite_app, sqlite_world, claims):
    public = {
        "iss": "NL-AUTHORITY",
        "aud": sqlite_world.origin,
        "iat": int(sqlite_world.clock().timestamp()),
        "jti": factories.uuid7(9),
    }
    try:
        statement = sdjwt.wrap(claims, public=public, key=factories.key_for("NL-AUTHORITY"))
    except Malformed:
        return  # what can't be printed can't be sent
    refused = post(sqlite_app, statement)
    assert refused.status_code in {400, 422}
    assert refused.json["code"] != "internal"
