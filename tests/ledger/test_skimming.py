"""Skimming is reading with less work: it takes nothing that reading refuses, and tells alike."""

import json
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import BadSignature, CryptoError, Malformed, jws, sdjwt
from crypto.keys import PrivateKey
from ledger import entries
from ledger.audit.skimming import Reader, Skimmed, Speaker
from ledger.entries import Entry
from tests import factories

KEY = PrivateKey.from_seed(bytes(range(32)))
PREV = bytes(range(32))
TEXTS = st.text("abcXYZ019-_", min_size=1, max_size=20)
PUBLIC = {
    "iss": "NL-CUSTOMS",
    "aud": "ledger.test/shield",
    "iat": 1_790_000_000,
    "jti": "019b0000-0000-7000-8000-000000000001",
}
CLAIMS = {"kind": "shipment.departed", "remarks": "twelve drums", "documents": []}


def entry(**changes: object) -> Entry:
    made = {"index": 7, "jwt": "a.b.c", "prev": PREV, "tag": bytes(16)}
    return Entry(**{"time": datetime(2026, 11, 24, tzinfo=UTC), **made, **changes})  # type: ignore[arg-type]


def statement(key: PrivateKey = KEY, claims: dict[str, object] | None = None) -> bytes:
    salted = {} if claims is None else {"salt": lambda place: bytes([place]) * 16}
    return sdjwt.wrap(CLAIMS if claims is None else claims, public=PUBLIC, key=key, **salted)


def parted(statement: bytes) -> tuple[bytes, bytes]:
    jwt, _, disclosures = statement.partition(b"~")
    return jwt, disclosures


def taught() -> Reader:
    """A reader that has met this key's header, so that it need not read in full."""
    reader = Reader()
    reader.read(*parted(statement()))
    return reader


@given(
    index=st.integers(0, entries.MAX_INDEX),
    parts=st.tuples(TEXTS, TEXTS, TEXTS),
    tag=st.none() | st.binary(min_size=16, max_size=16),
    time=st.datetimes(timezones=st.just(UTC)),
)
def test_an_entry_in_its_place_is_skimmed_as_it_is_read(
    index: int, parts: tuple[str, ...], tag: bytes | None, time: datetime
):
    made = entry(index=index, jwt=".".join(parts), tag=tag, time=time)
    skimmed = entries.skim(entries.encode(made), index, PREV)
    assert skimmed is not None
    jwt, written = skimmed
    assert (jwt.decode(), entries.moment(written.decode())) == (made.jwt, made.time)


def test_an_entry_of_another_place_or_behind_another_is_not_skimmed():
    data = entries.encode(entry())
    assert entries.skim(data, 7, PREV)
    assert entries.skim(data, 6, PREV) is None
    assert entries.skim(data, 7, bytes(32)) is None


@given(at=st.integers(0, 10_000), byte=st.integers(0, 255), tagged=st.booleans())
def test_whatever_reading_refuses_skimming_does_not_take(at: int, byte: int, tagged: bool):  # noqa: FBT001
    data = entries.encode(entry(jwt="abc.def.ghi", tag=bytes(16) if tagged else None))
    at %= len(data)
    spoiled = data[:at] + bytes([byte]) + data[at + 1 :]
    skimmed = entries.skim(spoiled, 7, PREV)
    try:
        read = entries.decode(spoiled)
    except Malformed:
        read = None
    if skimmed is None:
        assert read is None or read.index != 7 or read.prev != PREV
    elif read is None:  # the form of a moment, and none: whoever skims has to look
        with pytest.raises(Malformed):
            entries.moment(skimmed[1].decode())
    else:
        assert (read.index, read.prev, read.jwt.encode()) == (7, PREV, skimmed[0])


@given(names=st.sets(st.sampled_from(["kind", "goods", "route", "remarks", "nominal"]), min_size=1))
def test_a_statement_is_skimmed_as_it_is_read(names: set[str]):
    made = statement(claims=dict.fromkeys(sorted(names), "said"))
    read = sdjwt.split(made)
    skimmed = taught().read(*parted(made))
    assert skimmed == Skimmed(
        speaker=Speaker(read.kid, read.alg, read.issuer, read.audience),
        signed=read.signed.signing_input,
        signature=read.signed.signature,
    )
    KEY.public.check(skimmed.signature, skimmed.signed)


def passes(jwt: bytes, disclosures: bytes) -> None:
    """Raise CryptoError unless this is skimmed and signed with our key."""
    skimmed = taught().read(jwt, disclosures)
    if skimmed is None or skimmed.speaker.kid != KEY.kid:
        raise BadSignature("another's, or a public one")
    KEY.public.check(skimmed.signature, skimmed.signed)


@given(at=st.integers(0, 10_000), byte=st.sampled_from(b"AQgwBz019-_"))
def test_no_spoiled_jwt_is_taken_for_the_one_that_was_signed(at: int, byte: int):
    jwt, disclosures = parted(statement())
    at %= len(jwt)
    spoiled = jwt[:at] + bytes([byte]) + jwt[at + 1 :]
    passes(jwt, disclosures)
    if spoiled != jwt and spoiled.count(b".") == 2:
        with pytest.raises(CryptoError):
            passes(spoiled, disclosures)


@given(at=st.integers(0, 10_000), byte=st.integers(0, 255))
def test_no_spoiled_disclosure_is_taken_for_one_that_was_signed_for(at: int, byte: int):
    jwt, disclosures = parted(statement())
    at %= len(disclosures)
    spoiled = disclosures[:at] + bytes([byte]) + disclosures[at + 1 :]
    if spoiled != disclosures:
        with pytest.raises(CryptoError):
            passes(jwt, spoiled)


def test_what_is_not_disclosed_or_disclosed_twice_or_out_of_nowhere_is_refused():
    jwt, disclosures = parted(statement())
    first, rest = disclosures.split(b"~", 1)
    stranger = parted(statement(claims={"kind": "seal.broken"}))[1]
    for spoiled in (rest, first + b"~" + disclosures, disclosures + stranger, disclosures[:-1]):
        with pytest.raises(CryptoError):
            taught().read(jwt, spoiled)


def test_a_statement_in_another_spelling_is_read_in_full_and_told_alike():
    claim = parted(statement(claims={"kind": "seal.broken"}))[1]
    digest = sdjwt.digest(claim[:-1].decode())
    spaced = json.dumps({**PUBLIC, "_sd_alg": "sha-256", "_sd": [digest]}, indent=1)
    jwt = jws.sign({"typ": "shield+sd-jwt", "kid": KEY.kid}, spaced.encode(), KEY).encode()
    skimmed = taught().read(jwt, claim)
    assert skimmed is not None
    assert (skimmed.speaker.issuer, skimmed.speaker.audience) == (PUBLIC["iss"], PUBLIC["aud"])
    KEY.public.check(skimmed.signature, skimmed.signed)


def test_a_key_on_the_other_curve_is_skimmed_as_well():
    key = PrivateKey.generate("ES256")
    reader = Reader()
    for _ in range(2):
        skimmed = reader.read(*parted(statement(key)))
        assert skimmed is not None
        assert (skimmed.speaker.kid, skimmed.speaker.alg) == (key.kid, "ES256")
        key.public.check(skimmed.signature, skimmed.signed)


def test_a_public_statement_has_nothing_to_skim():
    made = factories.statement(factories.genesis(("NL",)), agency="ZZ-HUB")
    assert Reader().read(*parted(made)) is None
