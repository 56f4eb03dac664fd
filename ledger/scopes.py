"""What a key may be used for: `shipments:read`, `events:write`, and so on; one list for all.

A token may carry fewer than its key has, as RFC 6749 section 3.3 and RFC 8693 section 4.2 write
scopes; a key may be limited where it is enrolled (`key.added`). Who names none has all that the
agency has. A scope takes away and never gives: what an agency may do, its roles say.
"""

from collections.abc import Iterable
from typing import Final

from ledger import NotPermitted

READS: Final = (
    "shipments:read",
    "alerts:read",
    "evidence:read",
    "entries:read",
    "refusals:read",
    "hits:read",
    "reads:read",
    "requests:read",
    "statistics:read",
)
WRITES: Final = ("events:write", "alerts:write", "registry:write")
SCOPES: Final = (*READS, *WRITES)

ALL: Final = frozenset(SCOPES)


def scope_to_state(kind: str, *, registry: bool) -> str:
    """What a key needs to sign a statement of a kind."""
    if registry:
        return "registry:write"
    return "alerts:write" if kind.startswith("alert.") else "events:write"


def check_scope(needed: str, *held: Iterable[str]) -> None:
    """Raise NotPermitted unless each of those who limit it (key, token) lets this be done."""
    for each in held:
        if needed not in each:
            raise NotPermitted(f"this takes the scope {needed}", code="scope-missing")
