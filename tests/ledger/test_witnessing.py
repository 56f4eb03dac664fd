"""add-checkpoint, both sides: the forms, the witness's checks in their order, the log's reading."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import BadSignature, CryptoError, Malformed, Untrusted
from crypto.encodings import b64_encode
from crypto.keys import PrivateKey
from crypto.notes import Signer, Verifier, attach, open_note, signature_line, split
from ledger import Alarm, LedgerError, NotFound, Overtaken, ReadOnly, Silent, Tampered
from ledger.checkpoints import Checkpoint, decode, encode, sign
from ledger.merkle import EMPTY_ROOT
from ledger.witnessing import (
    MAX_REQUEST,
    Request,
    check_not_behind,
    contradicts,
    decode_request,
    encode_request,
    find_seen,
    judge,
    monitored,
    only,
    read_answer,
    with_lines,
)
from tests.growing import ORIGIN, Growing, cosigned, cosigners, verifiers

SMALL = json.loads(
    (Path(__file__).parent.parent / "vectors" / "tlog" / "own-small-log.json").read_text()
)
LOG = Growing()
KEYS = [LOG.signer.verifier]
TRUSTED = {ORIGIN: KEYS}
FORK = Growing(forked_at=3, branch="other ")
STRANGER = Signer(name=ORIGIN, key=PrivateKey.from_seed(bytes([7] * 32)))
NAME = "witness.test/one"
ED25519, QUANTUM = cosigners(NAME)


def spoiled(request: Request, **changes) -> Request:
    return Request(**({"old": request.old, "proof": request.proof, "note": request.note} | changes))


def test_the_worked_request_comes_out_byte_for_byte():
    note = (SMALL["checkpoint_body"] + "\n" + SMALL["log_signature_line"]).encode()
    proof = (bytes.fromhex(SMALL["leaf_hashes"][2]),)
    request = Request(old=2, proof=proof, note=note)
    step = "+TGWLwkXw0bURyk8B7aHrhYJ9wA/ikSganXEFFseGSk="
    assert encode_request(request) == f"old 2\n{step}\n\n".encode() + note
    assert decode_request(encode_request(request)) == request
    trusted = {SMALL["origin"]: [Verifier.parse(SMALL["log_vkey"])]}
    leaves = [bytes.fromhex(each) for each in SMALL["leaf_hashes"]]
    old_root = bytes.fromhex("fb33dff7b9f27b94d57431d3c72e3268e5dda9c4de3d2b0d34ab34146d6e6806")
    known = Checkpoint(origin=SMALL["origin"], size=len(leaves) - 1, root=old_root)
    assert judge(request, trusted, known).checkpoint == decode(SMALL["checkpoint_body"])


def test_a_log_is_monitored_where_the_specification_says():
    place = "f453269bbfac711d08add7832d567c9cbe4299761da805c70c6cb050ec3bb5d0/checkpoint"
    assert monitored("ledger.example/ship") == place


@given(st.integers(0, 40), st.integers(0, 40))
def test_every_honest_step_is_cosigned(old: int, more: int):
    known = LOG.checkpoint(old) if old else None
    request = decode_request(LOG.body(old, old + more))
    assert judge(request, TRUSTED, known).checkpoint == LOG.checkpoint(old + more)


NOTE = LOG.note(3)
WRONG_EMPTY = sign(Checkpoint(origin=ORIGIN, size=0, root=bytes(32)), LOG.signer)
FALSE_LINE = signature_line("false\n", LOG.signer)


@pytest.mark.parametrize(
    ("request_", "known", "refusal"),
    [
        (spoiled(LOG.request(0, 3), note=sign(LOG.checkpoint(3), STRANGER)), 0, Untrusted),
        (spoiled(LOG.request(0, 3), note=attach(NOTE, [FALSE_LINE])), 0, BadSignature),
        (spoiled(LOG.request(0, 3), old=4), 4, Malformed),
        (LOG.request(2, 5), 3, Overtaken),
        (LOG.request(0, 5), 3, Overtaken),
        (LOG.request(3, 5), 0, Overtaken),
        (Request(old=0, proof=(), note=WRONG_EMPTY), 0, Tampered),
        (spoiled(LOG.request(0, 3), proof=(bytes(32),)), 0, Tampered),
        (spoiled(LOG.request(3, 5), proof=(bytes(32),)), 3, Tampered),
        (spoiled(LOG.request(3, 5), proof=()), 3, Tampered),
        (spoiled(LOG.request(5, 5), proof=(bytes(32),)), 5, Tampered),
        (FORK.request(3, 5), 4, Overtaken),
        (FORK.request(4, 5), 4, Tampered),
        (FORK.request(5, 5), 5, Tampered),
    ],
)
def test_each_refusal_says_why_by_its_class(request_: Request, known: int, refusal: type):
    with pytest.raises(refusal) as refused:
        judge(request_, TRUSTED, LOG.checkpoint(known) if known else None)
    assert type(refused.value) is refusal
    if isinstance(refused.value, Overtaken):
        assert refused.value.size == known


def test_an_unknown_origin_is_told_before_a_missing_signature():
    note = sign(LOG.checkpoint(3), STRANGER)
    with pytest.raises(NotFound):
        judge(Request(old=9, proof=(), note=note), {}, None)


def test_a_signature_is_asked_for_before_the_size():
    with pytest.raises(Untrusted):
        judge(Request(old=9, proof=(), note=sign(LOG.checkpoint(3), STRANGER)), TRUSTED, None)


def test_only_trusted_lines_go_into_what_is_kept():
    note = attach(NOTE, ["— somebody.test " + b64_encode(bytes(80)), split(NOTE)[1][0]])
    offered = judge(Request(old=0, proof=(), note=note), TRUSTED, None)
    assert offered.note == NOTE
    assert only(note, KEYS) == NOTE


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"old 0\n" + NOTE,
        b"old\n\n" + NOTE,
        b"old 00\n\n" + NOTE,
        b"old -1\n\n" + NOTE,
        b"old 0 \n\n" + NOTE,
        b"OLD 0\n\n" + NOTE,
        b"old 0\r\n\n" + NOTE,
        f"old {2**63}\n\n".encode() + NOTE,
        "old ٣\n\n".encode() + NOTE,
        b"old 0\nAAAA\n\n" + NOTE,
        b"old 0\n" + b"A" * 43 + b"\n\n" + NOTE,
        b"old 0\n" + (b64_encode(bytes(32)).encode() + b"\n") * 64 + b"\n" + NOTE,
        b"old 0\n\n" + NOTE[:-1],
        b"old 0\n\nno note",
        b"old 0\n\n" + NOTE + b"x" * MAX_REQUEST,
    ],
)
def test_what_is_no_request_is_malformed(body: bytes):
    with pytest.raises(Malformed):
        decode_request(body)


@given(at=st.integers(0, len(LOG.body(3, 7)) - 1), bit=st.integers(0, 7))
def test_no_spoiled_bit_of_a_request_is_cosigned(at: int, bit: int):
    body = bytearray(LOG.body(3, 7))
    body[at] ^= 1 << bit
    with pytest.raises((CryptoError, LedgerError)):
        judge(decode_request(bytes(body)), TRUSTED, LOG.checkpoint(3))


def test_two_roots_of_one_size_contradict_each_other():
    assert contradicts(FORK.checkpoint(5), LOG.checkpoint(5))
    assert not contradicts(FORK.checkpoint(6), LOG.checkpoint(5))
    assert not contradicts(LOG.checkpoint(5), LOG.checkpoint(5))
    assert not contradicts(LOG.checkpoint(5), None)


REQUEST = LOG.request(3, 5)
LINES = [signature_line(encode(LOG.checkpoint(5)), each) for each in (ED25519, QUANTUM)]
BODY = "".join(line + "\n" for line in LINES).encode()


def answer(status: int, body: bytes) -> tuple[str, ...]:
    lines = read_answer(status, body, request=REQUEST, verifiers=verifiers(NAME))
    return tuple(lines.values())


def test_verified_lines_come_out_and_strangers_lines_do_not():
    stranger = signature_line(encode(LOG.checkpoint(5)), cosigners("stranger.test")[0])
    assert answer(200, BODY) == tuple(LINES)
    assert answer(200, f"{stranger}\n".encode() + BODY) == tuple(LINES)
    assert answer(200, f"{LINES[0]}\n".encode()) == (LINES[0],)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"ok\n",
        BODY[:-1],
        BODY + b"junk\n",
        NOTE,
        f"{signature_line(encode(LOG.checkpoint(4)), ED25519)}\n".encode(),
        f"{signature_line(encode(LOG.checkpoint(5)), cosigners(NAME, time=0)[0])}\n".encode(),
        f"{signature_line(encode(LOG.checkpoint(5)), cosigners('stranger.test')[0])}\n".encode(),
    ],
)
def test_a_line_that_does_not_hold_is_no_cosignature(body: bytes):
    with pytest.raises(CryptoError):
        answer(200, body)


@given(at=st.integers(0, len(BODY) - 1), bit=st.integers(0, 7))
def test_no_spoiled_bit_of_an_answer_counts(at: int, bit: int):
    body = bytearray(BODY)
    body[at] ^= 1 << bit
    try:
        lines = answer(200, bytes(body))
    except CryptoError:
        return
    assert set(lines) < set(LINES)


def test_a_conflict_with_a_size_says_where_to_go_on():
    with pytest.raises(Overtaken) as told:
        answer(409, b"4\n")
    assert told.value.size == 4


@pytest.mark.parametrize(
    ("status", "body"),
    [(409, b""), (409, b"no size\n"), (409, b"3\n"), (409, b"\xff"), (409, b"9" * 40), (422, b"x")],
)
def test_a_conflict_without_another_size_is_an_alarm(status: int, body: bytes):
    with pytest.raises(Alarm):
        answer(status, body)


@pytest.mark.parametrize("status", [201, 302, 400, 403, 404, 413, 429, 500, 502, 503])
def test_every_other_answer_is_silence(status: int):
    with pytest.raises(Silent):
        answer(status, BODY)


def test_a_note_gets_no_more_lines_than_everybody_reads():
    names = [f"witness.test/{n}" for n in range(20)]
    text = encode(LOG.checkpoint(5))
    lines = [signature_line(text, cosigners(name)[0]) for name in names]
    full = with_lines(LOG.note(5), lines, most=16)
    assert len(split(full)[1]) == 16
    assert with_lines(LOG.note(5), [], most=16) == LOG.note(5)
    assert len(open_note(full, [verifiers(name)[0] for name in names]).signed_by) == 15


def root_at(size: int) -> bytes:
    return LOG.checkpoint(size).root


def test_a_log_that_holds_what_its_witnesses_saw_may_grow():
    seen = [("a", LOG.checkpoint(5)), ("b", LOG.checkpoint(3))]
    check_not_behind(seen, 5, root_at)
    check_not_behind([], 0, root_at)


def test_a_log_smaller_than_a_witness_saw_may_not_and_hears_how_much_is_missing():
    seen = [("a", LOG.checkpoint(3)), ("b", LOG.checkpoint(12))]
    with pytest.raises(ReadOnly, match="7 entries are missing: b saw"):
        check_not_behind(seen, 5, root_at)


def test_a_log_that_grew_again_from_a_backup_may_not_either():
    with pytest.raises(ReadOnly, match="forked"):
        check_not_behind([("a", FORK.checkpoint(4))], 9, root_at)


def test_only_the_logs_own_signature_makes_a_sighting():
    note = cosigned(LOG.note(5), LOG.checkpoint(5), ED25519, QUANTUM)
    assert find_seen(note, ORIGIN, KEYS) == LOG.checkpoint(5)
    other = Growing(signer=Signer(name="other.test", key=LOG.signer.key))
    for shown in (b"", b"junk", sign(LOG.checkpoint(9), STRANGER), other.note(9)):
        assert find_seen(shown, ORIGIN, [*KEYS, other.signer.verifier]) is None


def test_the_empty_tree_is_the_only_one_of_size_nothing():
    assert judge(LOG.request(0, 0), TRUSTED, None).checkpoint.root == EMPTY_ROOT
