"""Statements: wrapped, unwrapped, shown in part; refused in any other form, even if well signed."""

import itertools
import json

import pytest
from forgery import CLAIMS, ES256, HEADER, KEY, PUBLIC, SALT, find, forge
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from crypto import BadSignature, CryptoError, Malformed, UnknownKey, canonical, sdjwt
from crypto.encodings import b64u_encode
from crypto.keys import PrivateKey


@pytest.fixture(params=[KEY, ES256], ids=["Ed25519", "ES256"])
def statement(request):
    return sdjwt.wrap(CLAIMS, public=PUBLIC, key=request.param)


def test_what_was_wrapped_is_unwrapped(statement):
    verified = sdjwt.unwrap(statement, find)
    assert verified.claims == CLAIMS
    assert verified.issuer == "NL-CUSTOMS"
    assert verified.audience == "ledger.example/live"
    assert verified.issued_at == 1_772_366_400
    assert verified.jti == PUBLIC["jti"]
    assert find(verified.kid).alg == verified.alg
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
    verified = sdjwt.unwrap(statement, find)
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
    assert sdjwt.unwrap(shown, find, complete=False).claims == {
        name: CLAIMS[name] for name in CLAIMS if name in names
    }
    for name in CLAIMS.keys() - names:
        hidden = sdjwt.split(statement).disclosures[list(CLAIMS).index(name)]
        assert hidden.encode() not in shown
    if names == set(CLAIMS):
        assert shown == statement
    else:
        with pytest.raises(Malformed, match="not disclosed"):
            sdjwt.unwrap(shown, find)


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
    verified = sdjwt.unwrap(turned, find)
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
            sdjwt.unwrap(spoiled, find, complete=complete)


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_a_statement_cut_or_stretched_anywhere_does_not_unwrap(statement, data):
    place = data.draw(st.integers(0, len(statement) - 1))
    extra = data.draw(st.sampled_from([b"~", b"A", b".", b"\n", b"~~"]))
    for spoiled in (statement[:place], statement[:place] + extra + statement[place:]):
        with pytest.raises(CryptoError):
            sdjwt.unwrap(spoiled, find)


def test_a_statement_signed_by_another_key_is_refused():
    other = PrivateKey.generate()
    parsed = sdjwt.split(sdjwt.wrap(CLAIMS, public=PUBLIC, key=other))
    with pytest.raises(UnknownKey):
        find(parsed.kid)
    with pytest.raises(UnknownKey):
        sdjwt.check(parsed, KEY.public)
    forged = sdjwt.split(forge({**HEADER, "kid": other.kid}))
    with pytest.raises(BadSignature):
        sdjwt.check(forged, other.public)


def test_the_old_name_of_ed25519_is_read_as_ed25519():
    assert sdjwt.unwrap(forge({**HEADER, "alg": "EdDSA"}), find).alg == "Ed25519"


def test_any_json_spelling_of_header_payload_and_disclosures_is_kept_as_it_came():
    disclosure = b64u_encode(b'[ "%s" ,\n "goods", {"b":1, "a":"\\u00fc"} ]' % SALT.encode())
    payload = {**PUBLIC, "_sd_alg": "sha-256", "_sd": [sdjwt.digest(disclosure)]}
    statement = forge(
        header=json.dumps(HEADER, indent=2).encode(),
        payload=json.dumps(payload, indent=2).encode(),
        disclosures=[disclosure],
    )
    verified = sdjwt.unwrap(statement, find)
    assert verified.claims == {"goods": {"b": 1, "a": "ü"}}
    assert verified.disclosures == (disclosure,)


def test_a_digest_is_that_of_rfc_9901():
    # RFC 9901 §4.2.3: the disclosure of ["_26bc4LT-ac6q2KI6cBW5es", "family_name", "Möbius"].
    disclosure = "WyJfMjZiYzRMVC1hYzZxMktJNmNCVzVlcyIsICJmYW1pbHlfbmFtZSIsICJNw7ZiaXVzIl0"
    assert sdjwt.digest(disclosure) == "X9yH0Ajrdm1Oij4tWso9UzzKJvPoDxwmuEcO3XAdRC0"
    payload = {"_sd": [sdjwt.digest(disclosure)]}
    assert sdjwt.reveal(payload, [disclosure]) == {"family_name": "Möbius"}


def test_the_signed_payload_is_canonical_when_we_make_it(statement):
    assert canonical.decode(sdjwt.split(statement).signed.payload)
