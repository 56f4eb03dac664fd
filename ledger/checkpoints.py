"""Checkpoints: the log's size and root as text that it and its witnesses sign (tlog-checkpoint)."""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from crypto import Malformed, Untrusted
from crypto.encodings import b64_decode, b64_encode
from crypto.notes import Signer, Verifier, open_note
from crypto.notes import sign as sign_note
from ledger.merkle import HASH_SIZE

MAX_SIZE = 2**63 - 1

# Extension lines are not recommended and we neither make nor know any, so a fourth line is refused.
_TEXT = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]+)\n")


@dataclass(frozen=True, slots=True, kw_only=True)
class Checkpoint:
    """`size` entries of the log named `origin` have the tree hash `root`."""

    origin: str
    size: int
    root: bytes

    def __post_init__(self) -> None:
        if not self.origin or any(c < " " for c in self.origin):
            raise Malformed("a checkpoint's origin is one line of text")
        if not 0 <= self.size <= MAX_SIZE:
            raise Malformed(f"no tree has the size {self.size}")
        if len(self.root) != HASH_SIZE:
            raise Malformed("a checkpoint's root is not a hash")


def encode(checkpoint: Checkpoint) -> str:
    """The text that is signed."""
    return f"{checkpoint.origin}\n{checkpoint.size}\n{b64_encode(checkpoint.root)}\n"


def decode(text: str) -> Checkpoint:
    found = _TEXT.fullmatch(text)
    if found is None:
        raise Malformed("not a checkpoint")
    origin, size, root = found.groups()
    return Checkpoint(origin=origin, size=int(size), root=b64_decode(root))


def sign(checkpoint: Checkpoint, signer: Signer) -> bytes:
    """The note to publish. Keep these bytes and serve them: a log signs each checkpoint once."""
    return sign_note(encode(checkpoint), signer)


def open_checkpoint(note: bytes, origin: str, verifiers: Iterable[Verifier]) -> Checkpoint:
    """The checkpoint in this note, signed by the log itself: a key whose name is the origin."""
    opened = open_note(note, verifiers)
    checkpoint = decode(opened.text)
    if checkpoint.origin != origin:
        raise Untrusted(f"this is a checkpoint of {checkpoint.origin}, not of {origin}")
    if origin not in {verifier.name for verifier in opened.signed_by}:
        raise Untrusted(f"{origin} itself did not sign its checkpoint")
    return checkpoint
