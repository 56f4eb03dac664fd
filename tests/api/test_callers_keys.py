"""Which tokens count: those of a key that is valid now, as they were signed, once."""

import base64
import hashlib
import hmac
import json
from datetime import timedelta

import pytest

from crypto import jws, tokens
from crypto.keys import PrivateKey
from tests import factories
from tests.enrolling import key_claims

PATH = "/v1/alerts"
OLD = factories.key_for("NL-CUSTOMS")
NEXT = factories.key_for("NL-CUSTOMS next")


def added(world):
    claims = key_claims("NL-CUSTOMS", key=NEXT)
    world.post(factories.body("key.added", agency="NL-CUSTOMS", **claims), "NL-ROOT")


def revoked(world, key, reason="superseded"):
    body = factories.body("key.revoked", kid=key.kid, reason=reason)
    body.pop("compromised_since", None)
    world.post(body, "NL-ROOT")


def test_two_keys_count_during_a_rotation_and_each_signs_statements_too(world, agency):
    assert agency("NL-CUSTOMS", NEXT).get(PATH).status_code == 401
    added(world)
    for key in (OLD, NEXT):
        assert agency("NL-CUSTOMS", key).get(PATH).status_code == 200
        world.post(factories.body("shipment.departed"), key=key)
        world.passes(minutes=1)
    revoked(world, OLD)
    assert agency("NL-CUSTOMS", OLD).get(PATH).status_code == 401
    assert agency("NL-CUSTOMS", NEXT).get(PATH).status_code == 200


def test_a_revocation_counts_at_once_even_for_a_token_that_was_signed_before(world, app, agency):
    token = agency("NL-CUSTOMS").token(PATH)
    revoked(world, OLD, "compromised")
    headers = {"Authorization": f"Bearer {token}", "Shield-Purpose": "audit"}
    assert app.test_client().get(PATH, headers=headers).status_code == 401


def test_a_revocation_through_another_worker_counts_here_at_once(world, agency):
    caller = agency("NL-CUSTOMS")
    assert caller.get(PATH).status_code == 200
    revoked(world.restarted(), OLD)
    assert caller.get(PATH).status_code == 401


def b64u(data):
    return base64.urlsafe_b64encode(data).rstrip(b"=").decode()


def parts(token):
    header, payload, signature = (
        base64.urlsafe_b64decode(each + "=" * (-len(each) % 4)) for each in token.split(".")
    )
    return json.loads(header), json.loads(payload), signature


def altered(token, **claims):
    header, _, signature = token.split(".")
    changed = {**parts(token)[1], **claims}
    return f"{header}.{b64u(json.dumps(changed, separators=(',', ':')).encode())}.{signature}"


def reheaded(token, **header):
    rest = token.partition(".")[2]
    changed = {**parts(token)[0], **header}
    return f"{b64u(json.dumps(changed, separators=(',', ':')).encode())}.{rest}"


def unsigned(token, alg="none"):
    head, _, _ = reheaded(token, alg=alg).rpartition(".")
    return f"{head}."


def keyed(secret):
    def forge(token):
        head, _, _ = reheaded(token, alg="HS256").rpartition(".")
        mac = hmac.new(secret, head.encode(), hashlib.sha256).digest()
        return f"{head}.{b64u(mac)}"

    return forge


def resigned(**header):
    """By the right key, under another header."""

    def forge(token):
        payload = json.dumps(parts(token)[1], sort_keys=True, separators=(",", ":")).encode()
        return jws.sign({"kid": OLD.kid, "typ": tokens.TYPE, **header}, payload, OLD)

    return forge


FORGED = {
    "another agency": lambda token: altered(token, iss="NL-POLICE"),
    "another address": lambda token: altered(token, htu="http://ledger.test/v1/shipments"),
    "a longer life": lambda token: altered(token, exp=parts(token)[1]["exp"] + 60),
    "another id": lambda token: altered(token, jti="other"),
    "more scope": lambda token: altered(token, scope="shipments:read"),
    "another purpose": lambda token: altered(token, purpose="audit"),
    "alg none": unsigned,
    "alg None": lambda token: unsigned(token, "None"),
    "alg nOnE": lambda token: unsigned(token, "nOnE"),
    "no signature": lambda token: f"{token.rpartition('.')[0]}.",
    "HS256 with the raw public key": keyed(OLD.public.raw),
    "HS256 with the public JWK": keyed(json.dumps(OLD.public.jwk).encode()),
    "HS256 with the key's id": keyed(OLD.kid.encode()),
    "ES256 over Ed25519": lambda token: reheaded(token, alg="ES256"),
    "RS256": lambda token: reheaded(token, alg="RS256"),
    "a key of its own in the header": resigned(jwk=OLD.public.jwk),
    "an address for the key": resigned(jku="http://evil.test/keys"),
    "a critical extension": resigned(crit=["b64"]),
    "another type": resigned(typ="JWT"),
    "a statement's type": resigned(typ="shield+sd-jwt"),
    "five parts": lambda token: f"{token}.x.y",
    "padding": lambda token: f"{token}=",
    "a space inside": lambda token: f"{token[:20]} {token[20:]}",
    "nothing but dots": lambda _: "..",
}


@pytest.mark.parametrize("name", FORGED)
def test_a_forged_token_is_refused_and_the_honest_one_still_counts(sqlite_app, sqlite_agency, name):
    token = sqlite_agency("NL-CUSTOMS").token(PATH)
    headers = {"Shield-Purpose": 'investigation; case="KE-2026-17"'}
    client = sqlite_app.test_client()

    def asked(sent):
        return client.get(PATH, headers={**headers, "Authorization": f"Bearer {sent}"})

    refused = asked(FORGED[name](token))
    assert (refused.status_code, refused.json["code"]) == (401, "bad-token")
    assert refused.headers["WWW-Authenticate"] == 'Bearer realm="shield", error="invalid_token"'
    assert asked(token).status_code == 200
    assert asked(token).status_code == 401  # replayed


SIGNED_WRONG = {
    "for another log": {"audience": "sandbox.test/shield"},
    "for the address of this log": {"audience": "http://ledger.test"},
    "for another method": {"method": "POST"},
    "for another host": {"url": f"http://evil.test{PATH}"},
    "for another body": {"body": b"{}"},
    "by a key of nobody": {"key": PrivateKey.from_seed(bytes(31) + b"\1")},
    "by another agency": {"issuer": "NL-POLICE"},
    "as a participant's root": {"issuer": "NL-ROOT", "key": factories.key_for("NL-ROOT")},
}


@pytest.mark.parametrize("name", SIGNED_WRONG)
def test_a_token_that_was_signed_for_something_else_is_refused(sqlite_agency, name):
    refused = sqlite_agency("NL-CUSTOMS").get(PATH, **SIGNED_WRONG[name])
    assert (refused.status_code, refused.json["code"]) == (401, "bad-token")


@pytest.mark.parametrize(
    ("seconds", "says"),
    [
        (90, "your clock is 90 s ahead of ours, which says 2026-11-24T12:00:00Z"),
        (-66, "expired 6 s ago: it was kept, or your clock is 66 s behind ours"),
        (-86_400, "your clock is 86400 s behind ours, which says 2026-11-24T12:00:00Z"),
    ],
)
def test_a_clock_that_is_off_hears_by_how_much_and_which_way(
    sqlite_agency, sqlite_world, seconds, says
):
    off = sqlite_world.clock() + timedelta(seconds=seconds)
    refused = sqlite_agency("NL-CUSTOMS").get(PATH, now=off)
    assert (refused.status_code, refused.json["code"]) == (401, "bad-token")
    assert says in refused.json["detail"]
