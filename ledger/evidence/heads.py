"""The checkpoint of a bundle: whether it is the log's own, and enough witnesses have seen it."""

from crypto import BadSignature, CryptoError, Malformed, Untrusted, notes
from crypto.notes import Verifier
from ledger import checkpoints, policies
from ledger.checkpoints import Checkpoint
from ledger.evidence.findings import Notebook
from ledger.evidence.manifest import CHECKPOINT, Manifest
from ledger.evidence.trust import Anchors


def check(note: bytes, manifest: Manifest, anchors: Anchors, book: Notebook) -> Checkpoint | None:
    """The checkpoint that every proof must lead to; None when it can't be read at all."""
    try:
        checkpoint = checkpoints.decode(notes.split(note)[0])
    except Malformed as error:
        book.fault("checkpoint", CHECKPOINT, error)
        return None
    if checkpoint.origin != anchors.origin or manifest.origin != anchors.origin:
        book.fault("origin", CHECKPOINT, f"this is not about the log {anchors.origin}")
    if checkpoint.size != manifest.size:
        book.fault("size", CHECKPOINT, f"{checkpoint.size} is not {manifest.size}")
    if checkpoint.root != manifest.root:
        book.fault("root", CHECKPOINT, "the root is not the manifest's")
    try:
        checkpoints.open_checkpoint(note, anchors.origin, [anchors.log])
    except CryptoError as error:
        book.fault("log signature", CHECKPOINT, error)
    for log in anchors.logs[1:]:
        _signed(note, log, "log signature", book)
    _check_quorum(note, anchors, book)
    return checkpoint


def _check_quorum(note: bytes, anchors: Anchors, book: Notebook) -> None:
    witnesses = anchors.policy.witnesses.values()
    signed = [each for each in witnesses if _signed(note, each, "cosignature", book)]
    book.cosigned_by = sorted({each.name for each in signed})
    if not policies.satisfied(anchors.policy, signed):
        book.doubt("quorum", CHECKPOINT, f"{len(book.cosigned_by)} cosignatures are no quorum")


def _signed(note: bytes, verifier: Verifier, part: str, book: Notebook) -> bool:
    """Whether this key signed; a line of it that does not hold is a fault, whoever else signed."""
    try:
        notes.open_note(note, [verifier])
    except Untrusted:
        return False
    except (BadSignature, Malformed) as error:
        book.fault(part, CHECKPOINT, f"{verifier.name}: {error}")
        return False
    return True
