"""What a cosigner signs: a checkpoint's text, or the tree it tells of, at a time (C2SP).

The bytes are those of tlog-cosignature: `cosignature/v1` for Ed25519, the TLS structure of
`subtree/v1` for ML-DSA-44. A time is POSIX seconds; 0 stands for "no time was told".
"""

import re
from typing import Final

from crypto import Malformed
from crypto.encodings import b64_decode

MAX_TIME: Final = 2**63 - 1

_LABEL: Final = b"subtree/v1\n\x00"
_HASH_SIZE: Final = 32
# An extension line would go unsigned: a checkpoint that has one is not signed in this form.
_TREE: Final = re.compile(r"([^\n]+)\n(0|[1-9][0-9]{0,18})\n([A-Za-z0-9+/=]+)\n")


def text_message(text: str, time: int) -> bytes:
    """What the Ed25519 cosignature signs: all of the note's text, at that time."""
    _check_time(time)
    return f"cosignature/v1\ntime {time}\n{text}".encode()


def tree_message(text: str, cosigner: str, time: int) -> bytes:
    """What the ML-DSA-44 cosignature signs: the whole tree (from 0 to its size) and who signs."""
    _check_time(time)
    found = _TREE.fullmatch(text)
    if found is None:
        raise Malformed("only a plain checkpoint is cosigned as a tree")
    origin, size, root = found[1], int(found[2]), b64_decode(found[3])
    if size > MAX_TIME or len(root) != _HASH_SIZE:
        raise Malformed("only a plain checkpoint is cosigned as a tree")
    who = _counted(cosigner) + time.to_bytes(8) + _counted(origin)
    return _LABEL + who + (0).to_bytes(8) + size.to_bytes(8) + root


def _counted(name: str) -> bytes:
    data = name.encode()
    if not 0 < len(data) < 256:
        raise Malformed("a name in a tree's cosignature has 1 to 255 bytes")
    return bytes([len(data)]) + data


def _check_time(time: int) -> None:
    if not 0 <= time <= MAX_TIME:
        raise Malformed(f"{time} is no time for a cosignature")
