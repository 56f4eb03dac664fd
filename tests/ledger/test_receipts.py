"""Receipts: they check with public keys alone, and name the part that is spoiled."""

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import CryptoError, Malformed
from crypto.keys import PrivateKey
from crypto.notes import Signer
from ledger import LedgerError, Tampered
from ledger.checkpoints import Checkpoint, sign
from ledger.entries import Entry, encode
from ledger.merkle import Frontier, leaf_hash, prove_inclusion
from ledger.receipts import (
    Receipt,
    check,
    decode_tlog_proof,
    encode_tlog_proof,
    from_json,
    to_json,
)
from ledger.tiles import read_through

SMALL = json.loads(
    (Path(__file__).parent.parent / "vectors" / "tlog" / "own-small-log.json").read_text()
)
ORIGIN = "ledger.example/ship"
LOG = Signer(name=ORIGIN, key=PrivateKey.from_seed(bytes(range(32))))
KEYS = [LOG.verifier]
NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)

ENTRIES = [
    encode(Entry(index=index, jwt="a.b.c", prev=bytes(32), tag=None, time=NOON))
    for index in range(11)
]
FRONTIER, COMPLETED = Frontier.empty().extend(leaf_hash(entry) for entry in ENTRIES)
TILE = b"".join(digest for _, _, digest in COMPLETED)
CHECKPOINT = Checkpoint(origin=ORIGIN, size=11, root=FRONTIER.root())
NOTE = sign(CHECKPOINT, LOG)


def receipt(index: int) -> Receipt:
    proof = prove_inclusion(index, 11, read_through(lambda _: {(0, 0): TILE}))
    return Receipt(index=index, entry=ENTRIES[index], proof=proof, checkpoint=NOTE)


GOOD = receipt(6)


@pytest.mark.parametrize("index", range(11))
def test_every_entry_has_a_receipt_that_checks(index: int):
    assert check(receipt(index), KEYS, ORIGIN) == CHECKPOINT


@pytest.mark.parametrize(
    ("part", "bad"),
    [
        ("/entry", replace(GOOD, entry=b"{}")),
        ("/index", replace(GOOD, index=5)),
        ("/index", replace(GOOD, entry=ENTRIES[5])),
        ("/index", replace(GOOD, index=12, entry=ENTRIES[6].replace(b":6,", b":12,"))),
        ("/inclusion", replace(GOOD, entry=ENTRIES[6].replace(b"a.b", b"a.x"))),
        ("/inclusion", replace(GOOD, proof=GOOD.proof[:-1])),
        ("/inclusion", replace(GOOD, proof=(*GOOD.proof[1:], GOOD.proof[0]))),
        ("/inclusion", replace(GOOD, proof=(*GOOD.proof[:-1], bytes(32)))),
        ("/inclusion", replace(GOOD, proof=())),
        ("/checkpoint", replace(GOOD, checkpoint=b"")),
        ("/checkpoint", replace(GOOD, checkpoint=NOTE.replace(b"\n11\n", b"\n12\n"))),
    ],
)
def test_a_spoiled_receipt_names_the_part(part: str, bad: Receipt):
    with pytest.raises(Tampered) as refusal:
        check(bad, KEYS, ORIGIN)
    assert refusal.value.pointer == part


def test_a_receipt_of_another_log_or_key_does_not_check():
    stranger = Signer(name=ORIGIN, key=PrivateKey.from_seed(bytes(32)))
    for keys, origin in [(KEYS, "elsewhere.example"), ([stranger.verifier], ORIGIN), ([], ORIGIN)]:
        with pytest.raises(Tampered) as refusal:
            check(GOOD, keys, origin)
        assert refusal.value.pointer == "/checkpoint"


PROOF = encode_tlog_proof(GOOD)


@given(at=st.integers(0, len(PROOF) - 1), bit=st.integers(0, 7))
def test_no_spoiled_bit_of_a_proof_file_checks(at: int, bit: int):
    spoiled = bytearray(PROOF)
    spoiled[at] ^= 1 << bit
    with pytest.raises((CryptoError, LedgerError)):
        check(decode_tlog_proof(bytes(spoiled), GOOD.entry), KEYS, ORIGIN)


@given(at=st.integers(0, len(GOOD.entry) - 1), bit=st.integers(0, 7))
def test_no_spoiled_bit_of_an_entry_checks(at: int, bit: int):
    spoiled = bytearray(GOOD.entry)
    spoiled[at] ^= 1 << bit
    with pytest.raises(Tampered):
        check(replace(GOOD, entry=bytes(spoiled)), KEYS, ORIGIN)


def test_both_forms_give_the_receipt_back():
    assert from_json(json.loads(json.dumps(to_json(GOOD)))) == GOOD
    assert decode_tlog_proof(PROOF, GOOD.entry) == GOOD


def test_the_worked_example_has_the_proof_file_it_prints():
    made = Receipt(
        index=2,
        entry=b"charlie",
        proof=tuple(bytes.fromhex(step) for step in SMALL["inclusion_2_of_3"]),
        checkpoint=SMALL["tlog_proof"].partition("\n\n")[2].encode(),
    )
    assert encode_tlog_proof(made).decode() == SMALL["tlog_proof"]
    assert decode_tlog_proof(SMALL["tlog_proof"].encode(), b"charlie") == made


def test_the_extra_line_is_passed_by():
    extra = PROOF.replace(b"index", b"extra aGVsbG8=\nindex")
    assert decode_tlog_proof(extra, GOOD.entry) == GOOD


@pytest.mark.parametrize(
    "data",
    [
        b"",
        PROOF[1:],
        PROOF.replace(b"@v1", b"@v2"),
        PROOF.replace(b"index 6", b"index 06"),
        PROOF.replace(b"index 6", b"index -6"),
        PROOF.replace(b"index 6\n", b""),
        PROOF.replace(b"=\n\n", b"=\n"),
        PROOF.replace(b"index", b"extra !\nindex"),
        PROOF.replace(b"index", b"extra aGVsbG9=\nindex"),
        PROOF.replace(b"index 6\n", b"index 6\n" + b"A" * 43 + b"=\n" * 64),
        PROOF.replace(b"c2sp", b"c\xffsp"),
    ],
)
def test_what_is_not_a_proof_file_is_malformed(data: bytes):
    with pytest.raises(Malformed):
        decode_tlog_proof(data, GOOD.entry)


@pytest.mark.parametrize(
    "part",
    [
        {"index": "6"},
        {"index": True},
        {"index": None},
        {"entry": 1},
        {"entry": "\ud800"},
        {"inclusion": "AAAA"},
        {"inclusion": [1]},
        {"inclusion": ["AAB="]},
        {"inclusion": ["AAAA"] * 64},
        {"checkpoint": None},
        {"hash": "?"},
        {"more": 1},
    ],
)
def test_what_is_not_the_json_form_is_malformed(part: dict):
    with pytest.raises(Malformed):
        from_json(to_json(GOOD) | part)


def test_a_hash_that_is_not_the_entrys_is_noticed():
    with pytest.raises(Tampered) as refusal:
        from_json(to_json(GOOD) | {"hash": to_json(receipt(5))["hash"]})
    assert refusal.value.pointer == "/hash"
