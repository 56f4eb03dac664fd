"""Statements: wrapped, unwrapped, shown in part; refused in any other form, even if well signed."""

import itertools
import json

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto import BadSignature, CryptoError, Malformed, UnknownKey, canonical, envelope, sdjwt
from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey

KEY = PrivateKey.from_seed(bytes(32))
ES256 = PrivateKey.generate("ES256")
PUBLIC = {
    "iss": "NL-CUSTOMS",
    "aud": "ledger.example/live",
    "iat": 1_772_366_400,
    "jti": "018f3c6e-7b1a-7cde-8f00-0123456789ab",
}
CLAIMS = {
    "kind": "shipment.departed",
    "goods": [{"substance": "acetic_anhydride", "amount": "1200.5", "unit": "KGM"}],
    "remarks": 'Ünïcode and "quotes"',
    "observed": {"seal": {"intact": True, "count": 2}},
    "nominal": None,
}
SALT = b64u_encode(bytes(16))
HEADER = {"alg": "Ed25519", "kid": KEY.kid, "typ": envelope.TYPE}


def _find(kid):
    for key in (KEY, ES256):
        if key.kid == kid:
            return key.public
    raise UnknownKey("no such key")


def _disclosure(*parts):
    return b64u_encode(json.dumps(parts).encode())


def _forge(header=HEADER, payload=None, disclosures=(), **public):
    """Sign whatever is asked, with the digests of these disclosures."""
    if payload is None:
        payload = {**PUBLIC, **public}
        if disclosures:
            payload = {
                "_sd": sorted(map(sdjwt.digest, disclosures)),
                "_sd_alg": "sha-256",
                **payload,
            }
        payload = {name: value for name, value in payload.items() if value is not ...}
    parts = [
        value if isinstance(value, bytes) else json.dumps(value).encode()
        for value in (header, payload)
    ]
    signing_input = ".".join(map(b64u_encode, parts))
    jwt = f"{signing_input}.{b64u_encode(KEY.sign(signing_input.encode()))}"
    return "~".join([jwt, *disclosures, ""]).encode()


@pytest.fixture(params=[KEY, ES256], ids=["Ed25519", "ES256"])
def statement(request):
    return sdjwt.wrap(CLAIMS, public=PUBLIC, key=request.param)


def test_what_was_wrapped_is_unwrapped(statement):
    verified = sdjwt.unwrap(statement, _find)
    assert verified.claims == CLAIMS
    assert verified.issuer == "NL-CUSTOMS"
    assert verified.audience == "ledger.example/live"
    assert verified.issued_at == 1_772_366_400
    assert verified.jti == PUBLIC["jti"]
    assert _find(verified.kid).alg == verified.alg
    assert verified.header == {"alg": verified.alg, "kid": verified.kid, "typ": "shield+sd-jwt"}
    assert "~".join([verified.jwt, *verified.disclosures, ""]).encode() == statement


def test_the_signed_part_shows_nothing_of_the_claims(statement):
    payload = sdjwt.split(statement).payload
    assert {name: payload[name] for name in PUBLIC} == PUBLIC
    assert payload.keys() - PUBLIC.keys() == {"_sd", "_sd_alg"}
    assert payload["_sd"] == sorted(payload["_sd"])


def test_equal_claims_have_unequal_digests(statement):
    again = sdjwt.wrap(CLAIMS, public=PUBLIC, key=KEY)
    assert set(sdjwt.split(statement).payload["_sd"]).isdisjoint(sdjwt.split(again).payload["_sd"])


def test_with_given_salts_a_statement_is_always_the_same():
    def make():
        salts = itertools.count()
        return sdjwt.wrap(
            CLAIMS, public=PUBLIC, key=KEY, salt=lambda size: next(salts).to_bytes(size, "big")
        )

    assert make() == make()


def test_a_statement_without_claims_is_all_public():
    statement = sdjwt.wrap({}, public={**PUBLIC, "agency": {"id": "NL-CUSTOMS"}}, key=KEY)
    verified = sdjwt.unwrap(statement, _find)
    assert verified.claims == {}
    assert verified.disclosures == ()
    assert verified.payload == {**PUBLIC, "agency": {"id": "NL-CUSTOMS"}}
    assert statement.count(b"~") == 1


@pytest.mark.parametrize(
    "names",
    [set(subset) for size in range(6) for subset in itertools.combinations(CLAIMS, size)],
    ids=lambda names: "+".join(sorted(names)) or "none",
)
def test_any_part_can_be_shown_and_is_still_signed(names):
    statement = sdjwt.wrap(CLAIMS, public=PUBLIC, key=KEY)
    shown = sdjwt.disclose(statement, names)
    assert sdjwt.unwrap(shown, _find, complete=False).claims == {
        name: CLAIMS[name] for name in CLAIMS if name in names
    }
    for name in CLAIMS.keys() - names:
        hidden = sdjwt.split(statement).disclosures[list(CLAIMS).index(name)]
        assert hidden.encode() not in shown
    if names == set(CLAIMS):
        assert shown == statement
    else:
        with pytest.raises(Malformed, match="not disclosed"):
            sdjwt.unwrap(shown, _find)


def test_a_part_can_be_narrowed_and_never_widened():
    statement = sdjwt.wrap(CLAIMS, public=PUBLIC, key=KEY)
    part = sdjwt.disclose(statement, {"kind", "goods"})
    assert sdjwt.disclose(part, {"goods", "nominal"}) == sdjwt.disclose(statement, {"goods"})


def test_disclosures_kept_beside_a_payload_reveal_their_claims():
    parsed = sdjwt.split(sdjwt.wrap(CLAIMS, public=PUBLIC, key=KEY))
    assert sdjwt.reveal(parsed.payload, parsed.disclosures[1:3]) == {
        name: CLAIMS[name] for name in ("goods", "remarks")
    }
    other = sdjwt.split(sdjwt.wrap(CLAIMS, public=PUBLIC, key=KEY))
    with pytest.raises(Malformed, match="not committed"):
        sdjwt.reveal(parsed.payload, other.disclosures[:1])


def test_the_order_of_the_disclosures_is_the_submitters():
    jwt, *disclosures, _ = sdjwt.wrap(CLAIMS, public=PUBLIC, key=KEY).split(b"~")
    turned = b"~".join([jwt, *reversed(disclosures), b""])
    verified = sdjwt.unwrap(turned, _find)
    assert verified.claims == CLAIMS
    assert list(verified.claims) == list(reversed(CLAIMS))
    assert sdjwt.disclose(turned, CLAIMS.keys()) == turned


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_no_statement_with_one_other_byte_unwraps(statement, data):
    place = data.draw(st.integers(0, len(statement) - 1))
    byte = data.draw(st.integers(0, 255).filter(lambda byte: byte != statement[place]))
    spoiled = statement[:place] + bytes([byte]) + statement[place + 1 :]
    for complete in (True, False):
        with pytest.raises(CryptoError):
            sdjwt.unwrap(spoiled, _find, complete=complete)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_statement_cut_or_stretched_anywhere_does_not_unwrap(statement, data):
    place = data.draw(st.integers(0, len(statement) - 1))
    extra = data.draw(st.sampled_from([b"~", b"A", b".", b"\n", b"~~"]))
    for spoiled in (statement[:place], statement[:place] + extra + statement[place:]):
        with pytest.raises(CryptoError):
            sdjwt.unwrap(spoiled, _find)


def test_a_statement_signed_by_another_key_is_refused():
    other = PrivateKey.generate()
    parsed = sdjwt.split(sdjwt.wrap(CLAIMS, public=PUBLIC, key=other))
    with pytest.raises(UnknownKey):
        _find(parsed.kid)
    with pytest.raises(UnknownKey):
        sdjwt.check(parsed, KEY.public)
    forged = sdjwt.split(_forge({**HEADER, "kid": other.kid}))
    with pytest.raises(BadSignature):
        sdjwt.check(forged, other.public)


def test_the_old_name_of_ed25519_is_read_as_ed25519():
    assert sdjwt.unwrap(_forge({**HEADER, "alg": "EdDSA"}), _find).alg == "Ed25519"


def test_any_json_spelling_of_header_payload_and_disclosures_is_kept_as_it_came():
    disclosure = b64u_encode(b'[ "%s" ,\n "goods", {"b":1, "a":"\\u00fc"} ]' % SALT.encode())
    payload = {**PUBLIC, "_sd_alg": "sha-256", "_sd": [sdjwt.digest(disclosure)]}
    statement = _forge(
        header=json.dumps(HEADER, indent=2).encode(),
        payload=json.dumps(payload, indent=2).encode(),
        disclosures=[disclosure],
    )
    verified = sdjwt.unwrap(statement, _find)
    assert verified.claims == {"goods": {"b": 1, "a": "ü"}}
    assert verified.disclosures == (disclosure,)


@pytest.mark.parametrize(
    "header",
    [
        {**HEADER, "typ": "JWT"},
        {**HEADER, "typ": "SHIELD+SD-JWT"},
        {**HEADER, "typ": "shield-call+jwt"},
        {**HEADER, "alg": "none"},
        {**HEADER, "alg": "HS256"},
        {**HEADER, "cty": "json"},
        {**HEADER, "jwk": KEY.public.jwk},
        {**HEADER, "crit": ["x"], "x": 1},
        {**HEADER, "kid": "NL-CUSTOMS"},
        {**HEADER, "kid": KEY.kid + "\n"},
        {**HEADER, "kid": 5},
        {"alg": "Ed25519", "typ": envelope.TYPE},
        {"alg": "Ed25519", "kid": KEY.kid},
        b'{"alg":"Ed25519","kid":"%s","typ":"shield+sd-jwt","typ":"shield+sd-jwt"}'
        % KEY.kid.encode(),
    ],
    ids=str,
)
def test_a_header_with_anything_else_is_malformed(header):
    with pytest.raises(Malformed):
        sdjwt.split(_forge(header))


@pytest.mark.parametrize(
    "public",
    [{name: wrong} for name in PUBLIC for wrong in (..., None, [], {}, True)]
    + [{name: 5} for name in ("iss", "aud", "jti")]
    + [{name: ""} for name in ("iss", "aud", "jti")]
    + [{"iat": wrong} for wrong in (-1, 1.5, "1", 253_402_300_800)]
    + [
        {"jti": wrong}
        for wrong in (
            PUBLIC["jti"].upper(),
            PUBLIC["jti"].replace("-", ""),
            PUBLIC["jti"] + "\n",
            "{" + PUBLIC["jti"] + "}",
            "018f3c6e-7b1a-4cde-8f00-0123456789ab",
            "018f3c6e-7b1a-7cde-cf00-0123456789ab",
        )
    ]
    + [
        {"_sd_alg": "sha-512"},
        {"_sd_alg": None},
        {"_sd": []},
        {"_sd": "", "_sd_alg": "sha-256"},
        {"_sd": [5], "_sd_alg": "sha-256"},
        {"_sd": ["short"], "_sd_alg": "sha-256"},
        {"_sd": ["A" * 43, "A" * 43], "_sd_alg": "sha-256"},
        {"...": "A" * 43},
        {"agency": {"_sd": ["A" * 43]}},
        {"agency": [{"...": "A" * 43}]},
        {"agency": {"id": "x", "_sd_alg": "sha-256"}},
        {"agency": 1.5},
        {"agency": [[[[[[[[]]]]]]]]},
    ],
    ids=str,
)
def test_a_payload_of_other_form_is_malformed(public):
    with pytest.raises(Malformed):
        sdjwt.split(_forge(**public))


def test_a_payload_is_an_object():
    for payload in (b"[]", b'"x"', b"", b"{", b'{"iss":"a","iss":"b"}'):
        with pytest.raises(Malformed):
            sdjwt.split(_forge(payload=payload))


@pytest.mark.parametrize(
    "disclosure",
    [
        _disclosure(SALT, "goods"),
        _disclosure(SALT, "goods", 1, 2),
        _disclosure(5, "goods", 1),
        _disclosure(SALT, 5, 1),
        _disclosure("short salt", "goods", 1),
        *(_disclosure(SALT, name, 1) for name in ("_sd", "...", "_sd_alg", *PUBLIC)),
        _disclosure(SALT, "already", 1),
        _disclosure(SALT, "goods", 1.5),
        _disclosure(SALT, "goods", {"_sd": ["A" * 43]}),
        _disclosure(SALT, "goods", [1, {"...": "A" * 43}]),
        _disclosure(SALT, "goods", {"deep": [{"_sd_alg": "sha-256"}]}),
        _disclosure(SALT, "goods", [[[[[[[[]]]]]]]]),
        b64u_encode(b'["%s","goods",{"\\u005fsd":["x"]}]' % SALT.encode()),
        b64u_encode(b'["%s","goods",{"a":1,"a":2}]' % SALT.encode()),
        b64u_encode(b'{"salt":"x"}'),
        b64u_encode(b"not json"),
        _disclosure(SALT, "goods", 1) + "=",
        "",
        "a.b.c",
    ],
)
def test_a_disclosure_of_other_form_is_malformed_though_it_is_committed_to(disclosure):
    for complete in (True, False):
        with pytest.raises(Malformed):
            sdjwt.split(_forge(disclosures=[disclosure], already=True), complete=complete)


def test_words_that_only_look_special_are_allowed():
    claims = {"remarks": ["_sd", "..."], "observed": {"note": '"_sd"', "_sds": "\\u005f"}}
    statement = sdjwt.wrap(claims, public=PUBLIC, key=KEY)
    assert sdjwt.unwrap(statement, _find).claims == claims


def test_two_disclosures_of_one_claim_are_malformed():
    pair = [_disclosure(SALT, "goods", 1), _disclosure(SALT, "goods", 2)]
    with pytest.raises(Malformed, match="twice"):
        sdjwt.split(_forge(disclosures=pair))


def test_a_disclosure_shown_twice_is_malformed(statement):
    jwt, first, *rest = statement.split(b"~")
    for complete in (True, False):
        with pytest.raises(Malformed):
            sdjwt.split(b"~".join([jwt, first, first, *rest]), complete=complete)


def test_a_decoy_digest_makes_a_statement_incomplete():
    disclosure = _disclosure(SALT, "goods", 1)
    statement = _forge(_sd=["A" * 43, sdjwt.digest(disclosure)], disclosures=[disclosure])
    with pytest.raises(Malformed, match="not disclosed"):
        sdjwt.split(statement)
    assert sdjwt.split(statement, complete=False).claims == {"goods": 1}


def test_a_disclosure_that_nobody_signed_is_malformed():
    statement = _forge() + _disclosure(SALT, "goods", 1).encode() + b"~"
    for complete in (True, False):
        with pytest.raises(Malformed, match="not committed"):
            sdjwt.split(statement, complete=complete)


def test_a_key_binding_jwt_is_malformed(statement):
    with pytest.raises(Malformed, match="key binding"):
        sdjwt.split(statement + statement.split(b"~")[0])


def test_a_statement_is_ascii_with_a_signed_part():
    for wrong in (b"", b"~", b"~~", "é~".encode(), b"a.b~", b"\xff~"):
        with pytest.raises(Malformed):
            sdjwt.split(wrong)


def test_sixty_four_claims_are_the_limit():
    claims = {f"claim{number}": number for number in range(65)}
    with pytest.raises(Malformed, match="64"):
        sdjwt.wrap(claims, public=PUBLIC, key=KEY)
    del claims["claim64"]
    assert len(sdjwt.unwrap(sdjwt.wrap(claims, public=PUBLIC, key=KEY), _find).claims) == 64


def test_the_sizes_of_statement_and_signed_part_are_limited():
    with pytest.raises(Malformed, match=str(sdjwt.MAX_STATEMENT)):
        sdjwt.wrap({"remarks": "x" * 200_000}, public=PUBLIC, key=KEY)
    with pytest.raises(Malformed, match=str(sdjwt.MAX_JWT)):
        sdjwt.wrap({}, public={**PUBLIC, "list": "x" * 13_000}, key=KEY)
    assert sdjwt.wrap({"remarks": "x" * 190_000}, public=PUBLIC, key=KEY)


@pytest.mark.parametrize(
    ("claims", "public"),
    [
        ({"iss": "x"}, {}),
        ({"_sd": []}, {}),
        ({"kind": 1}, {"kind": 1}),
        ({"kind": 1.5}, {}),
        ({"kind": {"_sd": []}}, {}),
        ({"kind": 1}, {"jti": "x"}),
        ({"kind": [[[[[[[[]]]]]]]]}, {}),
    ],
)
def test_what_would_be_refused_is_not_wrapped(claims, public):
    with pytest.raises(Malformed):
        sdjwt.wrap(claims, public={**PUBLIC, **public}, key=KEY)


def test_a_short_salt_is_not_accepted_from_anybody():
    with pytest.raises(Malformed, match="salt"):
        sdjwt.wrap(CLAIMS, public=PUBLIC, key=KEY, salt=lambda _: b"weak")


def test_a_digest_is_that_of_rfc_9901():
    # RFC 9901 §4.2.3: the disclosure of ["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"].
    disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert sdjwt.digest(disclosure) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    payload = {"_sd": [sdjwt.digest(disclosure)]}
    assert sdjwt.reveal(payload, [disclosure]) == {"family_name": "Möbius"}


def test_the_signed_payload_is_canonical_when_we_make_it(statement):
    assert canonical.decode(sdjwt.split(statement).signed.payload)
