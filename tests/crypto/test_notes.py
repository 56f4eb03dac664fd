"""Signed notes: against the specification's example, real witnesses, and every spoiled bit."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import BadSignature, CryptoError, Malformed, Untrusted
from crypto.encodings import b64_encode
from crypto.keys import PrivateKey
from crypto.notes import (
    Cosigner,
    Scheme,
    Signer,
    Verifier,
    attach,
    open_note,
    sign,
    signature_line,
    split,
)

VECTORS = Path(__file__).parent.parent / "vectors" / "tlog"
SMALL = json.loads((VECTORS / "own-small-log.json").read_text())
TEXT = SMALL["checkpoint_body"]

LOG = Signer(name=SMALL["origin"], key=PrivateKey.from_seed(bytes(range(32))))
WITNESS = Cosigner(
    name=SMALL["witness"]["name"],
    key=PrivateKey.from_seed(bytes.fromhex(SMALL["witness"]["seed"])),
    time=1790000001,
)
NOTE = sign(TEXT, LOG, WITNESS)
BOTH = (LOG.verifier, WITNESS.verifier)

SPEC_VKEY = "example.com/foo+530d903a+AekyeRrm56hApGFkyQR4ZCbV54Id2LKaANYcrnKv3U2k"


def test_the_worked_example_comes_out_byte_for_byte():
    lines = SMALL["log_signature_line"] + SMALL["cosignature_line"]
    assert NOTE.decode() == f"{TEXT}\n{lines}"


def test_vkeys_are_printed_and_read_as_in_the_worked_example():
    assert LOG.verifier.vkey == SMALL["log_vkey"]
    assert WITNESS.verifier.vkey == SMALL["witness"]["vkey"]
    for verifier in BOTH:
        assert Verifier.parse(verifier.vkey) == verifier
    assert Verifier.parse(SPEC_VKEY).vkey == SPEC_VKEY


def test_an_opened_note_tells_its_text_and_its_signers():
    opened = open_note(NOTE, BOTH)
    assert opened.text == TEXT
    assert opened.signed_by == BOTH
    assert [each.time for each in opened.signatures] == [None, 1790000001]


def test_a_key_we_do_not_know_is_passed_over():
    assert open_note(NOTE, [LOG.verifier]).signed_by == (LOG.verifier,)


def test_a_scheme_we_do_not_know_is_passed_over():
    note = attach(NOTE, [f"— {LOG.name} {b64_encode(bytes([255] * 80))}"])
    assert open_note(note, BOTH).signed_by == BOTH
    with pytest.raises(Malformed):
        Verifier.parse("name+00000000+" + b64_encode(b"\x05" + bytes(32)))


def test_a_note_that_no_known_key_signed_is_not_trusted():
    stranger = Signer(name="elsewhere.example", key=LOG.key)
    with pytest.raises(Untrusted):
        open_note(NOTE, [stranger.verifier])
    with pytest.raises(Untrusted):
        open_note(NOTE, [])


def test_one_failing_line_of_a_known_key_refuses_the_whole_note():
    false_line = signature_line(TEXT + "more\n", WITNESS)
    note = attach(sign(TEXT, LOG), [false_line])
    with pytest.raises(BadSignature):
        open_note(note, BOTH)
    assert open_note(note, [LOG.verifier]).text == TEXT


def test_a_second_line_of_a_key_is_verified_too_but_the_key_counts_once():
    again = Cosigner(name=WITNESS.name, key=WITNESS.key, time=1790000099)
    assert open_note(attach(NOTE, [signature_line(TEXT, again)]), BOTH).signed_by == BOTH
    with pytest.raises(BadSignature):
        open_note(attach(NOTE, [signature_line("other\n", again)]), BOTH)


def test_a_cosignature_key_cannot_pass_for_a_note_key():
    as_note = Verifier(name=WITNESS.name, key=WITNESS.key.public, scheme=Scheme.NOTE)
    with pytest.raises(Untrusted):
        open_note(NOTE, [as_note])


@pytest.mark.parametrize("name", ["witness", "mirror"])
def test_cosignatures_of_another_implementation_open(name: str):
    vkeys = json.loads((VECTORS / f"sunlight/{name}.json").read_text())["verifier_keys"]
    verifiers = [Verifier.parse(vkey) for vkey in vkeys]
    note = (VECTORS / f"sunlight/checkpoint.{name}").read_bytes()
    opened = open_note(note, verifiers)
    assert list(opened.signed_by) == verifiers
    assert opened.text.startswith("rome2026h1.example.org\n300\n")


@given(at=st.integers(0, len(NOTE) - 1), bit=st.integers(0, 7))
def test_no_spoiled_bit_of_a_note_goes_unnoticed(at: int, bit: int):
    spoiled = bytearray(NOTE)
    spoiled[at] ^= 1 << bit
    try:
        opened = open_note(bytes(spoiled), BOTH)
    except CryptoError:
        return
    # A line may stop being one of a key we know: then that key is silent, and the text is signed.
    assert opened.text == TEXT
    assert len(opened.signed_by) == 1


LINE = SMALL["log_signature_line"].encode()


@pytest.mark.parametrize(
    "note",
    [
        b"",
        b"\n",
        b"text\n",
        b"text\n\n",
        b"\n\n" + LINE,
        b"text\n\n" + LINE[:-1],
        b"text\n\n" + LINE + b"\n",
        b"te\x01xt\n\n" + LINE,
        b"te\rxt\n\n" + LINE,
        b"te\xffxt\n\n" + LINE,
        b"text\n\n- name AAAAAAAA\n",
        "text\n\n— name\n".encode(),
        "text\n\n—  AAAAAAAA\n".encode(),
        "text\n\n— name AAAA\n".encode(),
        "text\n\n— name AAAAAAB=\n".encode(),
        b"text\n\n" + LINE * 101,
        b"text" * 300_000 + b"\n\n" + LINE,
    ],
)
def test_what_is_not_a_note_is_malformed(note: bytes):
    with pytest.raises(Malformed):
        split(note)


def test_a_text_may_hold_blank_lines():
    note = sign("one\n\nthree\n", LOG)
    assert open_note(note, BOTH).text == "one\n\nthree\n"


def test_as_many_lines_are_read_as_others_read_but_fewer_are_made():
    assert len(split(TEXT.encode() + b"\n" + LINE * 100)[1]) == 100
    assert len(split(sign(TEXT, *[LOG] * 16))[1]) == 16
    with pytest.raises(Malformed):
        sign(TEXT, *[LOG] * 17)
    with pytest.raises(Malformed):
        sign(TEXT)
    with pytest.raises(Malformed):
        attach(sign(TEXT, *[LOG] * 16), [LINE.decode().strip()])


@pytest.mark.parametrize("text", ["", "\n", "no newline", "tab\there\n"])
def test_only_whole_plain_lines_are_signed(text: str):
    with pytest.raises(Malformed):
        sign(text, LOG)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\x01b"])
def test_a_name_that_could_be_misread_is_refused(name: str):
    with pytest.raises(Malformed):
        Verifier(name=name, key=LOG.key.public)


def test_only_ed25519_keys_sign_notes():
    with pytest.raises(Malformed):
        Verifier(name="log.example", key=PrivateKey.generate("ES256").public)


@pytest.mark.parametrize(
    "vkey",
    [
        "",
        "name",
        "name+00000000",
        SPEC_VKEY.replace("530d903a", "530d903b"),
        SPEC_VKEY.replace("530d903a", "530D903A"),
        SPEC_VKEY.replace("/foo", "/fop"),
        SPEC_VKEY[:-1],
        SPEC_VKEY + "=",
        "name+00000000+" + b64_encode(b"\x01" + bytes(31)),
    ],
)
def test_a_vkey_that_does_not_fit_itself_is_malformed(vkey: str):
    with pytest.raises(Malformed):
        Verifier.parse(vkey)


@pytest.mark.parametrize("payload", [b"", bytes(8), b"\xff" * 8 + bytes(64), bytes(71)])
def test_a_cosignature_without_a_possible_time_or_signature_is_bad(payload: bytes):
    line = f"— {WITNESS.name} {b64_encode(WITNESS.verifier.id + payload)}"
    with pytest.raises(CryptoError):
        open_note(attach(sign(TEXT, LOG), [line]), BOTH)


def test_a_note_too_big_to_be_read_is_not_made():
    with pytest.raises(Malformed):
        sign("x" * 1_000_000 + "\n", LOG)


@pytest.mark.parametrize("time", [-1, 2**63])
def test_a_time_out_of_range_is_not_cosigned(time: int):
    with pytest.raises(Malformed):
        sign(TEXT, Cosigner(name=WITNESS.name, key=WITNESS.key, time=time))
