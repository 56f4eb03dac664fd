"""ID tokens: whatever a provider or a stranger sends is taken whole, or refused by an error."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jwcrypto import jwk, jwt

from crypto import BadSignature, CryptoError, idtokens
from crypto.idtokens import Demands

NOW = datetime(2026, 11, 24, 12, tzinfo=UTC)
KEY = jwk.JWK.generate(kty="EC", crv="P-256", kid="one")
KEYS = {"keys": [KEY.export_public(as_dict=True)]}
DEMANDS = Demands(issuer="https://id.example", client="us", nonce="n", acr=frozenset({"high"}))
GOOD = {
    "iss": "https://id.example",
    "aud": "us",
    "sub": "somebody",
    "nonce": "n",
    "acr": "high",
    "iat": int(NOW.timestamp()),
    "exp": int(NOW.timestamp()) + 60,
}


def signed(claims):
    made = jwt.JWT(header={"alg": "ES256", "kid": "one"}, claims=claims)
    made.make_signed_token(KEY)
    return made.serialize()


def test_a_token_made_for_this_sign_in_says_whose_account_it_is():
    assert idtokens.subject(signed(GOOD), KEYS, DEMANDS, now=NOW) == "somebody"


@pytest.mark.parametrize("keys", [{}, {"keys": []}, {"keys": [{}]}, {"keys": "x"}, [], None])
def test_without_the_issuers_keys_nothing_counts(keys):
    with pytest.raises(BadSignature):
        idtokens.subject(signed(GOOD), keys, DEMANDS, now=NOW)


VALUES = st.none() | st.booleans() | st.integers() | st.text(max_size=5) | st.lists(st.text())


@given(st.sampled_from(sorted(GOOD)), VALUES)
def test_any_other_value_of_any_claim_is_refused_by_an_error_of_ours(name, value):
    spoiled = json.loads(json.dumps({**GOOD, name: value}))
    fine = name == "sub" and isinstance(value, str) and value != ""
    fine = fine or (name in {"iat", "exp"} and isinstance(value, int) and abs(value) > 2**30)
    if spoiled == GOOD or fine:
        return
    with pytest.raises(CryptoError):
        idtokens.subject(signed(spoiled), KEYS, DEMANDS, now=NOW)


@given(st.text(max_size=60))
def test_noise_is_no_token(noise):
    with pytest.raises(CryptoError):
        idtokens.subject(noise, KEYS, DEMANDS, now=NOW)
