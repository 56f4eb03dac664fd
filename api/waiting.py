"""Receipts that a quorum of witnesses stands behind, waited for as long as the caller prefers.

Witnesses answer within a second or so of a commit, in another process: who needs their word with
the receipt says `Prefer: wait=2` (RFC 7240). Few may wait at once, so that posting never queues
behind waiting.
"""

import re
import threading
import time
from typing import Final

from api.places import policy_of
from api.services import Services
from ledger import Undecided, cosignatures, databases
from ledger.receipts import Receipt

LONGEST_SECONDS: Final = 10
AT_ONCE: Final = 4  # of the threads that each worker answers with
_POLL_SECONDS: Final = 0.1
_WAIT = re.compile(r'(?:^|[,\s])wait\s*=\s*"?([0-9]{1,6})"?(?:$|[,;\s])', re.IGNORECASE)

_places = threading.BoundedSemaphore(AT_ONCE)


def preferred(header: str | None) -> int:
    """The seconds that a Prefer header asks to wait, as far as we let anybody; 0 without one."""
    found = _WAIT.search(header or "")
    return min(int(found[1]), LONGEST_SECONDS) if found else 0


def witnessed(node: Services, index: int, *, seconds: int) -> Receipt:
    """The witnessed receipt of an entry; Undecided when none comes in that time."""
    if seconds == 0 or not _places.acquire(blocking=False):
        return _witnessed(node, index)
    try:
        return _awaited(node, index, time.monotonic() + seconds)
    finally:
        _places.release()


def _awaited(node: Services, index: int, until: float) -> Receipt:
    while time.monotonic() < until:
        try:
            return _witnessed(node, index)
        except Undecided:
            time.sleep(_POLL_SECONDS)
    return _witnessed(node, index)


def _witnessed(node: Services, index: int) -> Receipt:
    with databases.reading(node.engine) as session:
        roster = node.sequencer.desk.registry.current(session)
        return cosignatures.witnessed_receipt(session, index, policy_of(roster, node.places))
