"""ML-DSA-44 and the lines it signs: against Wycheproof, the worked example, and spoiled parts."""

import gzip
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import BadSignature, CryptoError, Malformed, Untrusted
from crypto.cosigned import text_message, tree_message
from crypto.keys import PrivateKey
from crypto.mldsa import QuantumKey, QuantumPublicKey
from crypto.notes import Cosigner, Scheme, Signer, Verifier, attach, open_note, sign, signature_line

VECTORS = Path(__file__).parent.parent / "vectors"
SMALL = json.loads((VECTORS / "tlog" / "own-small-log.json").read_text())
WYCHEPROOF = json.loads(
    gzip.decompress((VECTORS / "wycheproof" / "mldsa_44_verify_test.json.gz").read_bytes())
)
CASES = [(g["publicKey"], c) for g in WYCHEPROOF["testGroups"] for c in g["tests"]]

TEXT = SMALL["checkpoint_body"]
KEY = QuantumKey.from_seed(bytes.fromhex(SMALL["mldsa44_seed"]))
ED25519 = Signer(name=SMALL["origin"], key=PrivateKey.from_seed(bytes(range(32))))
QUANTUM = Cosigner(name=SMALL["origin"], key=KEY, time=1790000000)
NOTE = sign(TEXT, ED25519, QUANTUM)
BOTH = (ED25519.verifier, QUANTUM.verifier)


@pytest.mark.parametrize(("public", "case"), CASES, ids=[str(c["tcId"]) for _, c in CASES])
def test_wycheproof_signatures_are_judged_as_they_must_be(public: str, case: dict):
    wanted = case["result"] == "valid" and not case.get("ctx")
    try:
        key = QuantumPublicKey(bytes.fromhex(public))
        key.check(bytes.fromhex(case["sig"]), bytes.fromhex(case["msg"]))
        held = True
    except CryptoError:
        held = False
    assert held is wanted


def test_the_worked_key_message_and_signature_come_out():
    assert KEY.public.raw.hex() == SMALL["mldsa44_pub"]
    assert QUANTUM.verifier.vkey == SMALL["mldsa44_vkey"]
    message = tree_message(TEXT, SMALL["origin"], 1790000000)
    assert message.hex() == SMALL["mldsa_cosigned_message_hex"]
    assert text_message(TEXT, 1790000001).decode() == SMALL["cosigned_message"]
    line = SMALL["mldsa_cosignature_line"].removesuffix("\n")
    opened = open_note(attach(sign(TEXT, ED25519), [line]), [QUANTUM.verifier])
    assert [each.time for each in opened.signatures] == [1790000000]


def test_one_name_signs_a_checkpoint_with_both_of_its_keys():
    assert open_note(NOTE, BOTH).signed_by == BOTH
    assert Verifier.parse(QUANTUM.verifier.vkey) == QUANTUM.verifier


def test_signing_twice_gives_two_signatures_that_both_hold():
    first, second = KEY.sign(b"text"), KEY.sign(b"text")
    assert first != second
    KEY.public.check(first, b"text")
    KEY.public.check(second, b"text")


@given(at=st.integers(0, len(NOTE) - 1), bit=st.integers(0, 7))
def test_no_spoiled_bit_of_a_note_with_both_lines_goes_unnoticed(at: int, bit: int):
    spoiled = bytearray(NOTE)
    spoiled[at] ^= 1 << bit
    try:
        opened = open_note(bytes(spoiled), BOTH)
    except CryptoError:
        return
    assert opened.text == TEXT
    assert len(opened.signed_by) == 1


@pytest.mark.parametrize(
    ("text", "name", "time"),
    [
        (TEXT, "other.example", 1790000000),
        (TEXT, SMALL["origin"], 1790000001),
        (TEXT.replace("\n3\n", "\n4\n"), SMALL["origin"], 1790000000),
        (TEXT.replace("ship", "shop"), SMALL["origin"], 1790000000),
    ],
)
def test_a_signature_is_for_one_tree_one_signer_and_one_time(text: str, name: str, time: int):
    signature = KEY.sign(tree_message(TEXT, SMALL["origin"], 1790000000))
    with pytest.raises(BadSignature):
        KEY.public.check(signature, tree_message(text, name, time))


@pytest.mark.parametrize(
    "text",
    ["hello\n", TEXT + "extension\n", TEXT.replace("jhw=", ""), f"o\n{2**63}\n{'A' * 43}=\n"],
)
def test_only_a_plain_checkpoint_is_cosigned_as_a_tree(text: str):
    with pytest.raises(Malformed):
        sign(text, QUANTUM)


@pytest.mark.parametrize("name", ["", "x" * 256])
def test_a_name_that_does_not_fit_its_length_byte_is_refused(name: str):
    with pytest.raises(Malformed):
        tree_message(TEXT, name, 1)


def test_schemes_and_keys_belong_together():
    with pytest.raises(Malformed):
        Verifier(name="log.example", key=KEY.public, scheme=Scheme.COSIGNATURE)
    with pytest.raises(Malformed):
        Verifier(name="log.example", key=ED25519.key.public, scheme=Scheme.TREE_COSIGNATURE)


@pytest.mark.parametrize("raw", [b"", bytes(1311), bytes(1313)])
def test_a_key_of_another_length_is_refused(raw: bytes):
    with pytest.raises(Malformed):
        QuantumPublicKey(raw)
    with pytest.raises(Malformed):
        QuantumKey.from_seed(raw)


def test_a_key_file_is_encrypted_narrow_and_never_overwritten(tmp_path: Path):
    path = tmp_path / "log-quantum.pem"
    KEY.save(path, b"a long password")
    assert path.stat().st_mode & 0o777 == 0o600
    assert b"ENCRYPTED" in path.read_bytes()
    assert QuantumKey.load(path, b"a long password").public == KEY.public
    assert "4f" not in repr(KEY)
    with pytest.raises(FileExistsError):
        KEY.save(path, b"a long password")
    with pytest.raises(Untrusted):
        QuantumKey.load(path, b"another password")
    path.chmod(0o644)
    with pytest.raises(Untrusted):
        QuantumKey.load(path, b"a long password")


def test_a_file_with_a_key_of_another_kind_is_refused(tmp_path: Path):
    path = tmp_path / "log.pem"
    PrivateKey.generate().save(path, b"a long password")
    with pytest.raises(Malformed):
        QuantumKey.load(path, b"a long password")
    quantum = tmp_path / "quantum.pem"
    KEY.save(quantum, b"a long password")
    with pytest.raises(Malformed):
        PrivateKey.load(quantum, b"a long password")


def test_a_line_is_one_line():
    assert signature_line(TEXT, QUANTUM).count("\n") == 0
