"""A caller's ticket fits one request, for a minute."""

from datetime import UTC, datetime, timedelta

import pytest

from crypto import (
    BadSignature,
    CryptoError,
    Malformed,
    UnknownKey,
    Untrusted,
    canonical,
    jws,
    tokens,
)
from crypto.keys import PrivateKey

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
KEY = PrivateKey.from_seed(bytes(32))
REQUEST = {
    "audience": "ledger.example/live",
    "method": "POST",
    "url": "https://ledger.example/events",
    "body": b"statement",
}
JTI = "018f3c6e-7b1a-7cde-8f00-0123456789ab"


def _find(kid):
    if kid != KEY.kid:
        raise UnknownKey("no such key")
    return KEY.public


def _issue(key=KEY, now=NOON, **changed):
    return tokens.issue(issuer="NL-CUSTOMS", key=key, now=now, jti=JTI, **{**REQUEST, **changed})


def _open(token, now=NOON, **changed):
    return tokens.open_token(token, _find, now=now, **{**REQUEST, **changed})


def _forge(header=(), **claims):
    """Sign a token that `issue` would not make."""
    good = canonical.decode(jws.split(_issue(), max_bytes=9999).payload)
    made = {name: value for name, value in {**good, **claims}.items() if value is not ...}
    return jws.sign(
        {"kid": KEY.kid, "typ": tokens.TYPE, **dict(header)}, canonical.encode(made), KEY
    )


def test_a_ticket_opens_for_its_own_request():
    call = _open(_issue(), now=NOON + timedelta(seconds=30))
    assert (call.issuer, call.jti, call.kid) == ("NL-CUSTOMS", JTI, KEY.kid)
    # Until then it would be accepted, so until then its jti must be remembered.
    assert call.expires == NOON + timedelta(seconds=tokens.LIFETIME + tokens.SKEW)


@pytest.mark.parametrize(
    ("changed", "what"),
    [
        ({"audience": "ledger.example/sandbox"}, "audience"),
        ({"method": "GET"}, "method"),
        ({"method": "post"}, "method"),
        ({"url": "https://ledger.example/events/"}, "address"),
        ({"url": "https://ledger.example/événements"}, "address"),
        ({"body": b"statement."}, "body"),
        ({"body": b""}, "body"),
    ],
)
def test_a_ticket_does_not_open_for_another_request(changed, what):
    with pytest.raises(Untrusted, match=what):
        _open(_issue(), **changed)


@pytest.mark.parametrize("seconds", [-5, 0, 60, 65])
def test_five_seconds_between_two_clocks_are_forgiven(seconds):
    _open(_issue(), now=NOON + timedelta(seconds=seconds))


@pytest.mark.parametrize(
    ("seconds", "words"),
    [(-6, "clock is 6 s ahead of ours"), (-90, "90 s ahead"), (66, "6 s ago"), (150, "90 s ago")],
)
def test_a_ticket_out_of_its_time_says_by_how_much(seconds, words):
    with pytest.raises(Untrusted, match=words):
        _open(_issue(), now=NOON + timedelta(seconds=seconds))


def test_a_ticket_of_an_unknown_key_is_refused():
    with pytest.raises(UnknownKey):
        _open(_issue(key=PrivateKey.generate()))


def test_a_finder_that_answers_with_another_key_is_not_believed():
    other = PrivateKey.generate()
    with pytest.raises(UnknownKey):
        tokens.open_token(_issue(), lambda _: other.public, now=NOON, **REQUEST)


def test_every_spoiled_character_is_noticed():
    token = _issue()
    for place, old in enumerate(token):
        for other in {"A", "B", "."} - {old}:
            with pytest.raises(CryptoError):
                _open(token[:place] + other + token[place + 1 :])


def test_a_ticket_signed_by_another_key_under_our_name_is_refused():
    other = PrivateKey.generate()
    payload = jws.split(_issue(), max_bytes=9999).payload
    forged = jws.sign({"kid": KEY.kid, "typ": tokens.TYPE}, payload, other)
    with pytest.raises(BadSignature):
        _open(forged)


@pytest.mark.parametrize(
    "claims",
    [{name: ...} for name in ("iss", "aud", "iat", "exp", "jti", "htm", "htu", "body")]
    + [{name: 5} for name in ("iss", "aud", "jti", "htm", "htu", "body")]
    + [{name: ""} for name in ("iss", "jti")]
    + [{name: str(int(NOON.timestamp()))} for name in ("iat", "exp")]
    + [
        {"iat": True},
        {"nbf": 1},
        {"exp": int(NOON.timestamp()) + 61},
        {"exp": int(NOON.timestamp())},
    ],
    ids=str,
)
def test_a_ticket_has_its_eight_claims_of_their_types_and_lives_a_minute_at_most(claims):
    with pytest.raises(Malformed):
        _open(_forge(**claims))


@pytest.mark.parametrize(
    "header", [{"typ": "JWT"}, {"typ": "shield+sd-jwt"}, {"cty": "x"}, {"kid": 5}], ids=str
)
def test_no_other_signed_thing_passes_for_a_ticket(header):
    with pytest.raises(Malformed):
        _open(_forge(header))


def test_a_ticket_whose_payload_is_no_object_is_malformed():
    with pytest.raises(Malformed):
        _open(jws.sign({"kid": KEY.kid, "typ": tokens.TYPE}, b"[]", KEY))


def test_a_purpose_is_as_signed_as_the_rest():
    said = 'risk; case="KE-1"'
    _open(_issue(purpose=said), purpose=said)
    for made, asked in ((said, "risk"), (said, ""), ("", said)):
        with pytest.raises(Untrusted, match="purpose"):
            _open(_issue(purpose=made), purpose=asked)
    with pytest.raises(Malformed):
        _open(_forge(purpose=1))
    with pytest.raises(Malformed):
        _open(_forge(purpose=""))
