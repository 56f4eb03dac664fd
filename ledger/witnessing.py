"""What a log and its witnesses say to each other, and how each judges it (C2SP tlog-witness).

The log sends its newest checkpoint with a proof that it grew from the one the witness last
cosigned. The witness makes its checks in the specification's order; what it refuses tells why by
the error's class. Neither side trusts an answer it has not checked.
"""

import re
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256

from crypto import CryptoError, Malformed, Untrusted
from crypto.encodings import b64_decode, b64_encode
from crypto.notes import Verifier, attach, open_note, split
from ledger import Alarm, NotFound, Overtaken, ReadOnly, Silent, Tampered, merkle
from ledger.checkpoints import MAX_SIZE, Checkpoint, decode

MAX_REQUEST = 16 * 1024
MAX_PROOF = 63
SIZE_TYPE = "text/x.tlog.size"

Trusted = Mapping[str, Sequence[Verifier]]  # the keys of each log that a witness watches, by origin

_OLD = re.compile(r"old (0|[1-9][0-9]{0,18})")
_SIZE = re.compile(r"(0|[1-9][0-9]{0,18})\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """`add-checkpoint`: a checkpoint, and the proof that it continues the tree of size `old`."""

    old: int
    proof: tuple[bytes, ...]
    note: bytes


@dataclass(frozen=True, slots=True)
class Offered:
    """A checkpoint that its log signed, and the note with the log's lines alone."""

    checkpoint: Checkpoint
    note: bytes


def encode_request(request: Request) -> bytes:
    steps = "".join(b64_encode(step) + "\n" for step in request.proof)
    return f"old {request.old}\n{steps}\n".encode() + request.note


def decode_request(body: bytes) -> Request:
    """Read a request's body; nothing in it is checked but its form."""
    if len(body) > MAX_REQUEST:
        raise Malformed(f"a request has at most {MAX_REQUEST} bytes")
    head, blank, note = body.partition(b"\n\n")
    try:
        old, *steps = head.decode("ascii").split("\n")
    except UnicodeDecodeError as error:
        raise Malformed("the head of the request is not ASCII") from error
    found = _OLD.fullmatch(old)
    if not blank or found is None or int(found[1]) > MAX_SIZE:
        raise Malformed("a request begins with `old`, a size, a proof and a blank line")
    proof = tuple(b64_decode(step) for step in steps)
    if len(proof) > MAX_PROOF or any(len(step) != merkle.HASH_SIZE for step in proof):
        raise Malformed(f"a proof has at most {MAX_PROOF} hashes")
    split(note)
    return Request(old=int(found[1]), proof=proof, note=note)


def monitored(origin: str) -> str:
    """Where a witness shows what it last saw of a log, under its monitoring prefix."""
    return f"{sha256(origin.encode()).hexdigest()}/checkpoint"


def judge(request: Request, trusted: Trusted, known: Checkpoint | None) -> Offered:
    """What may be cosigned, in the light of the checkpoint cosigned last.

    Refusals, in the order of the checks: Malformed, NotFound (unknown origin), BadSignature or
    Untrusted (no trusted key signed, or one failed), Malformed (old beyond the new size), Overtaken
    (old is not what we cosigned last), Tampered (it does not continue what we cosigned).
    """
    offered = read(request, trusted)
    new, size = offered.checkpoint, known.size if known else 0
    if request.old > new.size:
        raise Malformed(f"old {request.old} lies beyond size {new.size}")
    if request.old != size:
        raise Overtaken(size)
    _check_continues(request, new, known)
    return offered


def read(request: Request, trusted: Trusted) -> Offered:
    """The checkpoint of a request as its log signed it."""
    text, _ = split(request.note)
    checkpoint = decode(text)
    keys = trusted.get(checkpoint.origin)
    if keys is None:
        raise NotFound("we do not watch this log")
    open_note(request.note, keys)
    return Offered(checkpoint, only(request.note, keys))


def only(note: bytes, verifiers: Iterable[Verifier]) -> bytes:
    """The note with the lines of these keys alone: strangers' lines are dropped."""
    text, _ = split(note)
    kept = "".join(line + "\n" for line in lines_of(note, verifiers).values())
    return f"{text}\n{kept}".encode()


def lines_of(note: bytes, verifiers: Iterable[Verifier]) -> dict[Verifier, str]:
    """The line of each of these keys, the first one it has, verified."""
    text, lines = split(note)
    known = list(verifiers)
    kept: dict[Verifier, str] = {}
    for line in lines:
        for verifier in _signed(text, line, known):
            kept.setdefault(verifier, line)
    return kept


def _signed(text: str, line: str, known: Iterable[Verifier]) -> tuple[Verifier, ...]:
    try:
        return open_note(f"{text}\n{line}\n".encode(), known).signed_by
    except Untrusted:
        return ()


def _check_continues(request: Request, new: Checkpoint, known: Checkpoint | None) -> None:
    if new.size == 0 and new.root != merkle.EMPTY_ROOT:
        raise Tampered("a tree of size 0 has the root of nothing")
    if known is None or known.size == 0:
        if request.proof:
            raise Tampered("nothing is proved from size 0")
        return
    merkle.check_consistency(request.proof, known.size, new.size, known.root, new.root)


def contradicts(new: Checkpoint, known: Checkpoint | None) -> bool:
    """Two trees of one size under one log's signature: a fork, whatever the request says."""
    return known is not None and new.size == known.size and new.root != known.root


def read_answer(
    status: int, body: bytes, *, request: Request, verifiers: Sequence[Verifier]
) -> dict[Verifier, str]:
    """The witness's lines by its keys, each one verified.

    Else Overtaken, Alarm, Silent, or the CryptoError of a line that does not hold. A 409 without a
    size is how an older witness says "another root at this size": an alarm, and so is the very
    size that was sent. Lines of keys we do not know are passed over.
    """
    if status == 200:
        return _lines(body, request, verifiers)
    if status == 409:
        found = _SIZE.fullmatch(body[:32].decode(errors="replace"))
        if found is None or int(found[1]) == request.old:
            raise Alarm(f"a witness holds another tree of size {request.old}")
        raise Overtaken(int(found[1]))
    if status == 422:
        said = body[:200].decode(errors="replace").strip()
        raise Alarm(f"a witness finds that we contradict what it saw: {said}")
    raise Silent(f"a witness answers {status}")


def _lines(body: bytes, request: Request, verifiers: Sequence[Verifier]) -> dict[Verifier, str]:
    text, _ = split(request.note)
    note = f"{text}\n".encode() + body
    opened = open_note(note, verifiers)
    if any(not each.time for each in opened.signatures):
        raise Malformed("a witness must tell when it saw the checkpoint")
    return lines_of(note, verifiers)


def with_lines(note: bytes, lines: Iterable[str], *, most: int) -> bytes:
    """The note with as many of these lines as a note for everybody may have."""
    present = len(split(note)[1])
    added = list(lines)[: most - present]
    return attach(note, added) if added else note


def check_not_behind(
    seen: Iterable[tuple[str, Checkpoint]], size: int, root_at: Callable[[int], bytes]
) -> None:
    """Refuse to let a log grow that its witnesses saw larger, or other: ReadOnly says how.

    `seen` are checkpoints under the log's own signature, by the witness that showed them. A
    restored backup would otherwise sign, at sizes it signed before, other trees.
    """
    for name, checkpoint in seen:
        missing = checkpoint.size - size
        if missing > 0:
            raise ReadOnly(
                f"{missing} entries are missing: {name} saw this log at size {checkpoint.size},"
                f" and here it has {size}"
            )
        if checkpoint.root != root_at(checkpoint.size):
            raise ReadOnly(
                f"the first {checkpoint.size} entries are not those that {name} saw:"
                " this log was forked"
            )


def find_seen(note: bytes, origin: str, keys: Sequence[Verifier]) -> Checkpoint | None:
    """The checkpoint in what a witness shows, when one of the log's own keys signed it."""
    try:
        checkpoint = decode(open_note(note, keys).text)
    except CryptoError:
        return None
    return checkpoint if checkpoint.origin == origin else None
