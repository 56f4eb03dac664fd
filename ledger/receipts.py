"""Receipts: that one entry is in the log, provable to whoever knows its key (C2SP tlog-proof)."""

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property

from crypto import CryptoError, Malformed
from crypto.canonical import Json
from crypto.encodings import b64_decode, b64_encode
from crypto.notes import Verifier
from ledger import Tampered, entries, merkle
from ledger.checkpoints import Checkpoint, open_checkpoint

_MAX_STEPS = 63
_HEADER = "c2sp.org/tlog-proof@v1\n"
_PROOF = re.compile(
    r"c2sp\.org/tlog-proof@v1\n(?:extra ([A-Za-z0-9+/=]*)\n)?index (0|[1-9][0-9]{0,18})\n"
    r"((?:[A-Za-z0-9+/]{43}=\n){0,63})\n(.+)",
    re.DOTALL,
)


@dataclass(frozen=True, kw_only=True)
class Receipt:
    """An entry, its place, its inclusion proof, and the checkpoint (a note) that it leads to."""

    index: int
    entry: bytes
    proof: tuple[bytes, ...]
    checkpoint: bytes

    @cached_property
    def hash(self) -> bytes:
        return entries.hash_of(self.entry)


def check(receipt: Receipt, verifiers: Iterable[Verifier], origin: str) -> Checkpoint:
    """The checkpoint that vouches for the entry; Tampered points at the part that does not hold."""
    try:
        checkpoint = open_checkpoint(receipt.checkpoint, origin, verifiers)
    except CryptoError as error:
        raise Tampered(f"the checkpoint: {error}", pointer="/checkpoint") from error
    try:
        entry = entries.decode(receipt.entry)
    except Malformed as error:
        raise Tampered(f"the entry: {error}", pointer="/entry") from error
    if entry.index != receipt.index or not receipt.index < checkpoint.size:
        raise Tampered("the index is not that of the entry", pointer="/index")
    try:
        merkle.check_inclusion(
            receipt.proof, receipt.index, checkpoint.size, receipt.hash, checkpoint.root
        )
    except Tampered as error:
        raise Tampered(f"the proof: {error}", pointer="/inclusion") from error
    return checkpoint


def to_json(receipt: Receipt) -> dict[str, Json]:
    return {
        "index": receipt.index,
        "entry": receipt.entry.decode("ascii"),
        "hash": b64_encode(receipt.hash),
        "inclusion": [b64_encode(step) for step in receipt.proof],
        "checkpoint": receipt.checkpoint.decode(),
    }


def from_json(value: Mapping[str, Json]) -> Receipt:
    """Read the JSON form. Nothing is proved yet, but `hash` must be that of the entry."""
    if set(value) != {"index", "entry", "hash", "inclusion", "checkpoint"}:
        raise Malformed("a receipt has index, entry, hash, inclusion and checkpoint")
    index, steps = value["index"], value["inclusion"]
    if not isinstance(index, int) or isinstance(index, bool):
        raise Malformed("a receipt's index is a number")
    if not isinstance(steps, list) or len(steps) > _MAX_STEPS:
        raise Malformed("a receipt's inclusion is a list of hashes")
    receipt = Receipt(
        index=index,
        entry=_text(value["entry"]).encode(),
        proof=tuple(b64_decode(_text(step)) for step in steps),
        checkpoint=_text(value["checkpoint"]).encode(),
    )
    if b64_decode(_text(value["hash"])) != receipt.hash:
        raise Tampered("the hash is not that of the entry", pointer="/hash")
    return receipt


def encode_tlog_proof(receipt: Receipt) -> bytes:
    """The `.tlog-proof` file that goes with the entry; the entry itself is not in it."""
    steps = "".join(b64_encode(step) + "\n" for step in receipt.proof)
    return f"{_HEADER}index {receipt.index}\n{steps}\n".encode() + receipt.checkpoint


def decode_tlog_proof(data: bytes, entry: bytes) -> Receipt:
    """Read a `.tlog-proof` file for this entry; its unsigned `extra` line is passed by."""
    try:
        found = _PROOF.fullmatch(data.decode())
    except UnicodeDecodeError as error:
        raise Malformed("the proof is not UTF-8") from error
    if found is None:
        raise Malformed("not a tlog-proof")
    extra, index, steps, checkpoint = found.groups()
    b64_decode(extra or "")
    return Receipt(
        index=int(index),
        entry=entry,
        proof=tuple(b64_decode(step) for step in steps.splitlines()),
        checkpoint=checkpoint.encode(),
    )


def _text(value: Json) -> str:
    if not isinstance(value, str):
        raise Malformed("a receipt's parts are text")
    try:
        value.encode()
    except UnicodeEncodeError as error:
        raise Malformed("a receipt's text is not Unicode") from error
    return value
