"""Whether a log goes on from where it was: proved from its hashes, and four ways to fail.

Pure, over anyone who can read node hashes. Client, mirror, watch and `shield verify` all judge by
it. Each alarm has a code of its own, because each is answered differently (docs/mirror.md).
"""

from collections.abc import Callable
from typing import TypeAlias

from ledger import Tampered, merkle
from ledger.checkpoints import Checkpoint
from ledger.merkle import ReadHashes

Hashes: TypeAlias = Callable[[int], ReadHashes]  # how to read nodes of the tree of this size


class WrongKey(Tampered):
    """What is shown as the log's checkpoint is not signed by the pinned key."""

    code = "wrong-key"


class RolledBack(Tampered):
    """The log signed a smaller tree than it had shown before."""

    code = "rolled-back"


class Forked(Tampered):
    """The log signed two trees of which neither is a beginning of the other."""

    code = "forked"


class BadProof(Tampered):
    """Hashes or entries are shown that do not lead to the root that the log signed."""

    code = "bad-proof"


def check_not_behind(old: Checkpoint, new: Checkpoint) -> None:
    """RolledBack when what is said to be newer is smaller."""
    if new.size < old.size:
        raise RolledBack(
            f"the log shows {new.size} entries where it had {old.size}", pointer="/checkpoint"
        )


def check_continues(old: Checkpoint, new: Checkpoint, hashes: Hashes) -> None:
    """Check that the old tree is a beginning of the new one (RFC 9162 section 2.1.4).

    Forked is proved, and the two signed checkpoints are the evidence: either they differ at one
    size, or the hashes lead to the new root and to another old one. Where the hashes do not even
    lead to the new root, nothing is proved: BadProof.
    """
    check_not_behind(old, new)
    if old.size == new.size:
        if old.root != new.root:
            raise _forked(old.size)
        return
    if old.size == 0:
        return  # nothing is a beginning of everything
    read = hashes(new.size)
    try:
        proof = merkle.prove_consistency(old.size, new.size, read)
        shown = merkle.root(old.size, read)
        merkle.check_consistency(proof, old.size, new.size, shown, new.root)
    except Tampered as error:
        raise BadProof(f"the log's hashes do not lead to the root it signed: {error}") from error
    if shown != old.root:
        raise _forked(old.size)


def _forked(size: int) -> Forked:
    return Forked(
        f"the log shows another history of its first {size} entries than before: it was forked",
        pointer="/checkpoint",
    )
