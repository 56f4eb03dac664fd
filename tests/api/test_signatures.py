"""A request may be signed itself (RFC 9421): as good as a token, and refused for as much."""

from dataclasses import dataclass, replace
from datetime import timedelta
from itertools import count

import pytest
from http_message_signatures import HTTPMessageSigner, HTTPMessageVerifier
from http_message_signatures.algorithms import ECDSA_P256_SHA256, ED25519

from crypto import httpsig
from crypto.encodings import b64u_decode
from crypto.keys import PrivateKey, PublicKey
from tests import factories
from tests.api.conftest import BASE, PURPOSE
from tests.enrolling import key_claims

PATH = "/v1/alerts"
NONCES = count()
NL = factories.key_for("NL-CUSTOMS")


@dataclass
class Message:
    """A request as the library's own signer takes it: the stranger's half of these tests."""

    method: str
    url: str
    headers: dict[str, str]


class Keys:
    def __init__(self, key: PrivateKey) -> None:
        self._key = key

    def resolve_private_key(self, _: str):
        return self._key._key


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Signs as an agency's back office would, with the library and nothing of ours."""

    app: object
    world: object
    key: PrivateKey = NL
    components: tuple[str, ...] = ("@method", "@target-uri", "shield-purpose")
    nonce: str | None = "next"
    tag: str | None = None
    lifetime: int = 60
    skew: int = 0
    key_id: str | None = None

    def headers(self, path=PATH, method="GET", body=None):
        message = Message(method, BASE + path, {"Shield-Purpose": PURPOSE})
        algorithm = ED25519 if self.key.alg == "Ed25519" else ECDSA_P256_SHA256
        created = self.world.clock() + timedelta(seconds=self.skew)
        HTTPMessageSigner(signature_algorithm=algorithm, key_resolver=Keys(self.key)).sign(
            message,
            key_id=self.key_id or self.key.kid,
            created=created,
            expires=created + timedelta(seconds=self.lifetime) if self.lifetime else None,
            nonce=f"n-{next(NONCES)}" if self.nonce == "next" else self.nonce,
            tag=self.tag or self.world.origin,
            covered_component_ids=self.components,
            body=body,
        )
        return message.headers

    def send(self, headers, path=PATH, method="GET", body=None):
        kind = "application/json" if body is not None else None
        client = self.app.test_client()
        return client.open(path, method=method, headers=headers, data=body, content_type=kind)

    def ask(self, path=PATH, method="GET", body=None):
        return self.send(self.headers(path, method, body), path, method, body)

    def but(self, **changes):
        return replace(self, **changes)


@pytest.fixture
def sender(sqlite_app, sqlite_world):
    return Sender(app=sqlite_app, world=sqlite_world)


def refused(answer):
    assert (answer.status_code, answer.json["code"]) == (401, "bad-token")
    return answer.json["detail"]


def test_a_signed_request_is_answered_as_one_with_a_token(sender, sqlite_agency):
    answer = sender.ask()
    assert answer.status_code == 200
    assert answer.data == sqlite_agency("NL-CUSTOMS").get(PATH).data


def test_a_p256_key_signs_as_well(sender, sqlite_world):
    key = PrivateKey.generate("ES256")
    claims = key_claims("NL-CUSTOMS", key=key)
    sqlite_world.post(factories.body("key.added", agency="NL-CUSTOMS", **claims), "NL-ROOT")
    assert sender.but(key=key).ask().status_code == 200


def test_a_signed_body_is_the_one_that_came(sender):
    body, path = b'{"kind":"container","value":"MSKU 123456-5"}', "/v1/hits"
    assert sender.ask(path, "POST", body).status_code == 200
    headers = sender.headers(path, "POST", body)
    assert "digest" in refused(sender.send(headers, path, "POST", body.replace(b"5", b"6"))).lower()
    unsigned = sender.headers(path, "POST")  # no digest at all
    assert "Content-Digest" in refused(sender.send(unsigned, path, "POST", body))


def test_a_signature_counts_once_and_is_no_tokens_twin(sender):
    headers = sender.headers()
    assert sender.send(headers).status_code == 200
    assert "used before" in refused(sender.send(headers))


WRONG = {
    "no nonce": {"nonce": None},
    "an empty nonce": {"nonce": ""},
    "no end": {"lifetime": 0},
    "a long life": {"lifetime": 61},
    "another log": {"tag": "sandbox.test/shield"},
    "no address": {"components": ("@method", "shield-purpose")},
    "no method": {"components": ("@target-uri", "shield-purpose")},
    "no purpose": {"components": ("@method", "@target-uri")},
    "a part of the address": {"components": ("@method", "@path", "@query", "shield-purpose")},
}


@pytest.mark.parametrize("name", WRONG)
def test_a_signature_that_says_too_little_is_refused(sender, name):
    refused(sender.but(**WRONG[name]).ask())
    assert sender.ask().status_code == 200


def test_a_signature_is_for_its_own_request(sender):
    headers = sender.headers()
    for path in ("/v1/shipments", f"{PATH}?limit=1"):
        refused(sender.send(headers, path))
    refused(sender.send({**headers, "Shield-Purpose": "audit"}))
    assert sender.send(headers).status_code == 200


def test_a_clock_that_is_off_hears_by_how_much(sender):
    assert "your clock is 90 s ahead of ours" in refused(sender.but(skew=90).ask())
    detail = refused(sender.but(skew=-150).ask())
    assert "the signature expired 90 s ago" in detail
    assert "150 s behind" in detail


def test_every_way_of_being_nobody_is_answered_alike(sender, sqlite_world, sqlite_agency):
    kid = factories.key_for("NL-LAB").kid
    sqlite_world.post(factories.body("key.revoked", kid=kid, reason="superseded"), "NL-ROOT")
    answers = [
        sender.but(key=factories.key_for("nobody")).ask(),
        sender.but(key=factories.key_for("NL-LAB")).ask(),
        sender.but(key=factories.key_for("NL-ROOT")).ask(),
        sender.but(key=factories.key_for("nobody"), key_id=NL.kid).ask(),
        sender.but(key=PrivateKey.generate("ES256"), key_id=NL.kid).ask(),
        sqlite_agency("NL-CUSTOMS", factories.key_for("nobody")).get(PATH),
    ]
    assert {each.status_code for each in answers} == {401}
    details = [each.json["detail"] for each in answers]
    assert len(set(details)) <= 2  # another algorithm is a matter of form
    assert details.count(details[-1]) >= 5


SPOILT = {
    "no signature": lambda headers: headers.pop("Signature"),
    "another label": lambda headers: headers.update(
        Signature=headers["Signature"].replace("pyhms", "other")
    ),
    "nonsense": lambda headers: headers.update({"Signature-Input": "((("}),
    "text for bytes": lambda headers: headers.update(Signature='pyhms="text"'),
    "none": lambda headers: headers.update(
        {"Signature-Input": headers["Signature-Input"].replace('"ed25519"', '"none"')}
    ),
    "HMAC": lambda headers: headers.update(
        {"Signature-Input": headers["Signature-Input"].replace('"ed25519"', '"hmac-sha256"')}
    ),
    "one more parameter": lambda headers: headers.update(
        {"Signature-Input": headers["Signature-Input"] + ";extra=1"}
    ),
    "too long": lambda headers: headers.update(
        {"Signature-Input": headers["Signature-Input"] + ", " + "x" * 9_000}
    ),
    "spoilt": lambda headers: headers.update(Signature=f"pyhms=:{'A' * 86}==:"),
}


@pytest.mark.parametrize("name", SPOILT)
def test_a_spoilt_signature_is_refused_and_never_our_fault(sender, name):
    headers = sender.headers()
    SPOILT[name](headers)
    refused(sender.send(headers))


def test_a_token_comes_first_and_one_of_both_must_count(sender, sqlite_agency):
    headers = sender.headers()
    refused(sender.send({**headers, "Authorization": "Bearer a.b.c"}))
    token = sqlite_agency("NL-CUSTOMS").token(PATH)
    assert sender.send({**headers, "Authorization": f"Bearer {token}"}).status_code == 200


def test_a_key_limited_to_scopes_is_so_for_signatures_too(sender, sqlite_world):
    key = factories.key_for("NL-CUSTOMS limited")
    claims = key_claims("NL-CUSTOMS", key=key)
    body = factories.body("key.added", agency="NL-CUSTOMS", scopes=["events:write"], **claims)
    sqlite_world.post(body, "NL-ROOT")
    answer = sender.but(key=key).ask()
    assert (answer.status_code, answer.json["code"]) == (403, "scope-missing")


def test_the_standards_own_example_verifies_under_our_key_and_not_when_altered():
    """RFC 9421 appendix B.2.6, with the key of B.1.4."""
    x = b64u_decode("JrQLj5P_89iXES9-vFgrIy29clF9CC_oPPsw3c5D0bs")
    keys = httpsig._Keys({"test-key-ed25519": PublicKey("Ed25519", x)}.__getitem__)
    signature = (
        "wqcAqbmYJ2ji2glfAMaRy4gruYYnx2nEFN2HN6jrnDnQCK1u02Gb04v9EDgwUPiu4A0w6vuQv5lIp5WPpBKRCw=="
    )
    covered = '("date" "@method" "@path" "@authority" "content-type" "content-length")'
    fields = [
        ("Host", "example.com"),
        ("Date", "Tue, 20 Apr 2021 02:07:55 GMT"),
        ("Content-Type", "application/json"),
        ("Content-Length", "18"),
        ("Signature-Input", f'sig-b26={covered};created=1618884473;keyid="test-key-ed25519"'),
        ("Signature", f"sig-b26=:{signature}:"),
    ]

    def verified(lines):
        request = httpsig.Request(
            method="POST",
            url="https://example.com/foo?param=Value&Pet=dog",
            headers=httpsig.Fields(lines),
            body=b'{"hello": "world"}',
        )
        verifier = HTTPMessageVerifier(signature_algorithm=httpsig._Ed25519, key_resolver=keys)
        return verifier.verify(request, max_age=None)

    (result,) = verified(fields)
    assert result.parameters["keyid"] == "test-key-ed25519"
    with pytest.raises(Exception, match="does not fit"):
        verified(
            [
                ("Date", "Tue, 20 Apr 2021 02:07:56 GMT") if n == "Date" else (n, v)
                for n, v in fields
            ]
        )
