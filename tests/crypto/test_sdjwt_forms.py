"""What is no statement is refused, however well it is signed."""

import json
from collections.abc import Callable

import pytest
from forgery import CLAIMS, HEADER, KEY, PUBLIC, SALT, disclosure_of, find, forge
from hypothesis import given
from hypothesis import strategies as st

from crypto import Malformed, canonical, envelope, sdjwt
from crypto.encodings import b64u_decode, b64u_encode

STATEMENT = sdjwt.wrap(CLAIMS, public=PUBLIC, key=KEY)


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
        sdjwt.split(forge(header))


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
        sdjwt.split(forge(**public))


def test_a_payload_is_an_object():
    for payload in (b"[]", b'"x"', b"", b"{", b'{"iss":"a","iss":"b"}'):
        with pytest.raises(Malformed):
            sdjwt.split(forge(payload=payload))


@pytest.mark.parametrize(
    "disclosure",
    [
        disclosure_of(SALT, "goods"),
        disclosure_of(SALT, "goods", 1, 2),
        disclosure_of(5, "goods", 1),
        disclosure_of(SALT, 5, 1),
        disclosure_of("short salt", "goods", 1),
        *(disclosure_of(SALT, name, 1) for name in ("_sd", "...", "_sd_alg", *PUBLIC)),
        disclosure_of(SALT, "already", 1),
        disclosure_of(SALT, "goods", 1.5),
        disclosure_of(SALT, "goods", {"_sd": ["A" * 43]}),
        disclosure_of(SALT, "goods", [1, {"...": "A" * 43}]),
        disclosure_of(SALT, "goods", {"deep": [{"_sd_alg": "sha-256"}]}),
        disclosure_of(SALT, "goods", [[[[[[[[]]]]]]]]),
        b64u_encode(b'["%s","goods",{"\\u005fsd":["x"]}]' % SALT.encode()),
        b64u_encode(b'["%s","goods",{"a":1,"a":2}]' % SALT.encode()),
        b64u_encode(b'{"salt":"x"}'),
        b64u_encode(b"not json"),
        disclosure_of(SALT, "goods", 1) + "=",
        "",
        "a.b.c",
    ],
)
def test_a_disclosure_of_other_form_is_malformed_though_it_is_committed_to(disclosure):
    for complete in (True, False):
        with pytest.raises(Malformed):
            sdjwt.split(forge(disclosures=[disclosure], already=True), complete=complete)


def test_words_that_only_look_special_are_allowed():
    claims = {"remarks": ["_sd", "..."], "observed": {"note": '"_sd"', "_sds": "\\u005f"}}
    statement = sdjwt.wrap(claims, public=PUBLIC, key=KEY)
    assert sdjwt.unwrap(statement, find).claims == claims


def test_two_disclosures_of_one_claim_are_malformed():
    pair = [disclosure_of(SALT, "goods", 1), disclosure_of(SALT, "goods", 2)]
    with pytest.raises(Malformed, match="twice"):
        sdjwt.split(forge(disclosures=pair))


def test_a_disclosure_shown_twice_is_malformed():
    jwt, first, *rest = STATEMENT.split(b"~")
    for complete in (True, False):
        with pytest.raises(Malformed):
            sdjwt.split(b"~".join([jwt, first, first, *rest]), complete=complete)


def test_a_digest_committed_to_twice_is_malformed():
    disclosure = disclosure_of(SALT, "goods", 1)
    statement = forge(_sd=[sdjwt.digest(disclosure)] * 2, disclosures=[disclosure])
    for complete in (True, False):
        with pytest.raises(Malformed, match="same digest twice"):
            sdjwt.split(statement, complete=complete)


def test_a_decoy_digest_makes_a_statement_incomplete():
    disclosure = disclosure_of(SALT, "goods", 1)
    statement = forge(_sd=["A" * 43, sdjwt.digest(disclosure)], disclosures=[disclosure])
    with pytest.raises(Malformed, match="not disclosed"):
        sdjwt.split(statement)
    assert sdjwt.split(statement, complete=False).claims == {"goods": 1}


def test_a_disclosure_that_nobody_signed_is_malformed():
    statement = forge() + disclosure_of(SALT, "goods", 1).encode() + b"~"
    for complete in (True, False):
        with pytest.raises(Malformed, match="not committed"):
            sdjwt.split(statement, complete=complete)


def test_a_key_binding_jwt_is_malformed():
    with pytest.raises(Malformed, match="key binding"):
        sdjwt.split(STATEMENT + STATEMENT.split(b"~")[0])


def test_a_statement_is_ascii_with_a_signed_part():
    for wrong in (b"", b"~", b"~~", "é~".encode(), b"a.b~", b"\xff~"):
        with pytest.raises(Malformed):
            sdjwt.split(wrong)


def test_sixty_four_claims_are_the_limit():
    claims = {f"claim{number}": number for number in range(65)}
    with pytest.raises(Malformed, match="64"):
        sdjwt.wrap(claims, public=PUBLIC, key=KEY)
    del claims["claim64"]
    assert len(sdjwt.unwrap(sdjwt.wrap(claims, public=PUBLIC, key=KEY), find).claims) == 64


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


NAMES = (
    st.sampled_from(["kind", "goods", "iss", "agency", "_sd", "...", "\\u005fsd", "ü"]) | st.none()
)
VALUES = st.sampled_from([1, "a~b", {"_sd": []}, [{"...": 1}], {"a": ['"..."']}, "_sd", '"_sd"'])
PARTS = st.tuples(st.sampled_from([SALT, SALT[1:], 5]), NAMES, VALUES) | st.just((SALT, "kind"))


@given(parts=st.lists(PARTS, max_size=4), committed=st.integers(0, 4), escaped=st.booleans())
def test_claims_judged_together_are_those_judged_one_by_one(
    parts: list[tuple[object, ...]],
    committed: int,
    escaped: bool,  # noqa: FBT001
):
    said = [
        disclosure_of(*each) if escaped else b64u_encode(canonical.encode(each)) for each in parts
    ]
    payload = {"agency": "x", "_sd": [sdjwt.digest(each) for each in said[:committed]]}
    written = [b64u_decode(each) for each in said]
    read = [canonical.read(each, max_bytes=1000) for each in written]

    digests = [sdjwt.digest(each) for each in said]
    plainly = _outcome(lambda: sdjwt._one_by_one(payload, written, read, digests))
    assert _outcome(lambda: sdjwt.reveal(payload, said)) == plainly


def _outcome(reading: Callable[[], object]) -> object:
    try:
        return reading()
    except Malformed as refused:
        return str(refused), refused.pointer


DIGESTS = st.lists(st.sampled_from(["a" * 43, "b" * 43, "-_" * 21 + "Q", "c" * 42, "é" * 43]))
GOOD = {"_sd": ["a" * 43], "_sd_alg": "sha-256", **PUBLIC}
OTHERS = st.fixed_dictionaries(
    {},
    optional={
        "_sd": DIGESTS,
        "_sd_alg": st.sampled_from(["sha-512", 5]),
        "aud": st.sampled_from(["log.example/a", "", "a b", 'a"b', "é", 7, None]),
        "iat": st.sampled_from([0, -1, 10**11, 253_402_300_799, 253_402_300_800, True, "1"]),
        "iss": st.sampled_from(["", "a\\b", ["NL"]]),
        "jti": st.just("019B0000-0000-7000-8000-000000000001"),
        "zz": st.just({"...": 1}),
    },
)


@given(OTHERS, st.sampled_from([(",", ":"), (", ", ":")]), st.data())
def test_the_usual_payload_is_read_as_any_other(others, separators, data):
    """Whatever the quick reader takes, the plain one reads the same, and finds good."""
    said = {**GOOD, **others}
    written = json.dumps(said, sort_keys=True, separators=separators).encode()
    if data.draw(st.booleans()):  # with one byte changed
        at = data.draw(st.integers(0, len(written) - 1))
        written = written[:at] + data.draw(st.binary(min_size=1, max_size=2)) + written[at + 1 :]
    quickly = envelope.read_usual(written)
    if quickly is not None:
        plainly = canonical.read(written, max_bytes=len(written))
        envelope.check_payload(plainly)
        assert list(quickly.items()) == list(plainly.items())


def test_what_we_make_ourselves_is_read_the_quick_way():
    payload = sdjwt.split(sdjwt.wrap({"kind": "x"}, public=PUBLIC, key=KEY)).signed.payload
    assert envelope.read_usual(payload) == canonical.read(payload, max_bytes=len(payload))
