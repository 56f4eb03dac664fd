"""Checkpoints: the one spelling, who must have signed, and how many must have seen."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import BadSignature, CryptoError, Malformed, Untrusted
from crypto.keys import PrivateKey
from crypto.notes import Cosigner, Signer, Verifier, attach, signature_line
from crypto.notes import sign as sign_note
from ledger.checkpoints import Checkpoint, decode, encode, open_checkpoint, sign

VECTORS = Path(__file__).parent.parent / "vectors" / "tlog"
SMALL = json.loads((VECTORS / "own-small-log.json").read_text())
ORIGIN = SMALL["origin"]
THREE = Checkpoint(origin=ORIGIN, size=3, root=bytes.fromhex(SMALL["root"]))
LOG = Signer(name=ORIGIN, key=PrivateKey.from_seed(bytes(range(32))))
WITNESSES = [
    Cosigner(name=f"witness.example/{n}", key=PrivateKey.from_seed(bytes([n] * 32)), time=n)
    for n in range(1, 5)
]
TRUSTED = [witness.verifier for witness in WITNESSES]
NOTE = sign(THREE, LOG)
TESSERA_VKEY = "example.com/log/testdata+33d7b496+AeHTu4Q3hEIMHNqc6fASMsq3rKNx280NI+oO5xCFkkSx"


def cosigned(*witnesses: Cosigner) -> bytes:
    return attach(NOTE, [signature_line(encode(THREE), witness) for witness in witnesses])


def test_the_worked_example_comes_out_byte_for_byte():
    assert encode(THREE) == SMALL["checkpoint_body"]
    assert decode(SMALL["checkpoint_body"]) == THREE
    assert NOTE.decode() == SMALL["checkpoint_body"] + "\n" + SMALL["log_signature_line"]


@given(
    st.text(st.characters(min_codepoint=32, codec="utf-8"), min_size=1),
    st.integers(0, 2**63 - 1),
    st.binary(min_size=32, max_size=32),
)
def test_every_checkpoint_is_read_back(origin: str, size: int, root: bytes):
    checkpoint = Checkpoint(origin=origin, size=size, root=root)
    assert decode(encode(checkpoint)) == checkpoint


BODY = SMALL["checkpoint_body"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        BODY[:-1],
        BODY + "extension\n",
        BODY + "\n",
        BODY.replace("\n3\n", "\n03\n"),
        BODY.replace("\n3\n", "\n+3\n"),
        BODY.replace("\n3\n", "\n3 \n"),
        BODY.replace("\n3\n", "\n-3\n"),
        BODY.replace("\n3\n", "\n٣\n"),
        BODY.replace("\n3\n", f"\n{2**63}\n"),
        BODY.replace("\n3\n", "\n\n"),
        BODY.replace(ORIGIN, ""),
        BODY.replace("\n", "\r\n"),
        BODY.replace("jhw=", "jhx="),
        BODY.replace("jhw=", "jhw"),
        BODY.replace("jhw=", ""),
    ],
)
def test_any_other_spelling_is_refused(text: str):
    with pytest.raises(Malformed):
        decode(text)


def test_a_checkpoint_opens_with_the_logs_key():
    assert open_checkpoint(NOTE, ORIGIN, [LOG.verifier]) == THREE
    assert open_checkpoint(cosigned(*WITNESSES), ORIGIN, [LOG.verifier, *TRUSTED]) == THREE


@pytest.mark.parametrize("size", range(16))
def test_checkpoints_of_another_implementation_open(size: int):
    note = (VECTORS / f"tessera/checkpoint.{size}").read_bytes()
    key = Verifier.parse(TESSERA_VKEY)
    assert open_checkpoint(note, "example.com/log/testdata", [key]).size == size


def test_a_checkpoint_of_another_log_is_not_ours():
    with pytest.raises(Untrusted, match="a checkpoint of ledger"):
        open_checkpoint(NOTE, "elsewhere.example", [LOG.verifier])


def test_witnesses_alone_do_not_make_a_checkpoint():
    note = sign_note(encode(THREE), WITNESSES[0])
    with pytest.raises(Untrusted, match="itself did not sign"):
        open_checkpoint(note, ORIGIN, [LOG.verifier, *TRUSTED])


def test_a_witness_that_contradicts_spoils_the_checkpoint():
    note = attach(NOTE, [signature_line(encode(THREE).replace("3", "4"), WITNESSES[0])])
    with pytest.raises(BadSignature):
        open_checkpoint(note, ORIGIN, [LOG.verifier, *TRUSTED])


def test_a_signed_text_that_is_no_checkpoint_is_malformed():
    with pytest.raises(Malformed):
        open_checkpoint(sign_note("hello\n", LOG), ORIGIN, [LOG.verifier])


@given(at=st.integers(0, len(NOTE) - 1), bit=st.integers(0, 7))
def test_no_spoiled_bit_opens(at: int, bit: int):
    spoiled = bytearray(NOTE)
    spoiled[at] ^= 1 << bit
    with pytest.raises(CryptoError):
        open_checkpoint(bytes(spoiled), ORIGIN, [LOG.verifier])


@pytest.mark.parametrize("part", [{"origin": ""}, {"origin": "a\nb"}, {"size": -1}, {"root": b""}])
def test_a_checkpoint_with_a_part_out_of_form_cannot_be_made(part: dict):
    with pytest.raises(Malformed):
        Checkpoint(**({"origin": "o", "size": 1, "root": bytes(32)} | part))
