"""Before the log grows: it must be at least what its witnesses saw of it.

A database that was restored from a backup would sign other trees at sizes it signed before. So at
the start we read back our own checkpoint from the witnesses' monitoring addresses, believing only
our own signature on it. Where one is ahead of us, or other, nothing is appended.
"""

import logging
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from functools import partial

from sqlalchemy import Engine

from api import Unreachable, wire
from api.places import Place
from api.wire import Fetch
from crypto.notes import Verifier
from ledger import ReadOnly, databases, merkle, publication, store
from ledger.admission import unguarded
from ledger.checkpoints import Checkpoint
from ledger.witnessing import check_not_behind, find_seen, monitored

TIMEOUT_SECONDS = 3.0

_LOG = logging.getLogger(__name__)
_FETCH: Fetch = partial(wire.fetch, timeout=TIMEOUT_SECONDS)


def guard(
    engine: Engine, log: Verifier, places: Sequence[Place], fetch: Fetch = _FETCH
) -> Callable[[], None]:
    """What admission asks before it appends: passes, or raises ReadOnly with the reason.

    The network is asked here and now, not each time. Witnesses that do not answer are passed over:
    that none can be reached must not stop the posts of those who can.
    """
    if not places:
        return unguarded
    with ThreadPoolExecutor(len(places)) as pool:
        found = list(pool.map(partial(_seen, log=log, fetch=fetch), places))
    seen = [
        (place.name, each) for place, each in zip(places, found, strict=True) if each is not None
    ]
    try:
        _check(engine, seen)
    except ReadOnly as error:
        _LOG.critical("the log is read-only: %s", error)
        return partial(_refuse, str(error))
    return unguarded


def _refuse(reason: str) -> None:
    raise ReadOnly(reason)


def _seen(place: Place, *, log: Verifier, fetch: Fetch) -> Checkpoint | None:
    """What this witness saw last of us; None when it shows nothing that we signed."""
    try:
        answer = fetch("GET", f"{place.url}/{monitored(log.name)}", None, {})
    except Unreachable as error:
        _LOG.warning("what %s saw of this log is not known: %s", place.name, error)
        return None
    seen = find_seen(answer.body, log.name, [log]) if answer.status == 200 else None
    if seen is None and answer.status != 404:
        _LOG.warning("%s shows nothing that we signed (%d)", place.name, answer.status)
    return seen


def _check(engine: Engine, seen: Sequence[tuple[str, Checkpoint]]) -> None:
    with databases.reading(engine) as session:
        read = publication.hashes(session)
        size = store.head(session).size
        check_not_behind(seen, size, lambda at: merkle.root(at, read))
