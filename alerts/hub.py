"""The hub's own voice: statements about alerts and expired notices, through the same door as all.

The hub has no way around the ledger's rules: what it states is prepared, authorised and admitted
like anybody's, inside the transaction of whoever needs it.
"""

import hashlib
import logging
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from crypto import sdjwt
from crypto.keys import PrivateKey
from crypto.uuid7 import uuid7
from ledger import Conflict, Invalid, store
from ledger.admission import Admission, Desk, admit
from ledger.intake import Prepared, prepare
from ledger.roster import HUB

_LOG = logging.getLogger(__name__)


@dataclass(frozen=True, kw_only=True)
class Saying:
    """A body that the hub is about to state, with the statement's id."""

    jti: str
    body: Mapping[str, Any]


def jti_of(moment: datetime, place: int, *about: str) -> str:
    """A UUIDv7 that follows from what is said, so that saying it twice is noticed.

    `place` fills the twelve bits after the version (RFC 9562 §6.2): a case's statements of one
    millisecond sort in the order in which they were made, and folds follow that order.
    """
    digest = hashlib.sha256("\x00".join((str(place), *about)).encode()).digest()
    drawn = (place & 0xFFF) << 62 | int.from_bytes(digest[:8]) >> 2
    return uuid7(moment, drawn.to_bytes)


def say(
    session: Session, sayings: Sequence[Saying], *, key: PrivateKey, desk: Desk, now: datetime
) -> dict[str, Admission]:
    """Sign and admit; what was admitted, by jti. The caller holds the pen.

    What breaks the vocabulary is logged and left out, so that one odd finding can't hold up all
    that come after it. Any other refusal is raised: nothing of the batch happens, and it is tried
    again once the hub's key or the log is in order.
    """
    if not sayings:
        return {}
    head = store.head(session)
    roster = desk.registry.current(session)
    prepared: list[Prepared] = []
    for each in sayings:
        public = {
            "iss": HUB,
            "aud": head.origin,
            "iat": int(now.timestamp()),
            "jti": each.jti,
        }
        statement = sdjwt.wrap(each.body, public=public, key=key, salt=desk.random)
        try:
            prepared.append(prepare(statement, roster, size=head.size, now=now))
        except Invalid as error:
            _LOG.error("a %s of the hub's is invalid: %s", each.body["kind"], error)
    said: dict[str, Admission] = {}
    for each_prepared, outcome in zip(
        prepared, admit(session, prepared, desk, now=now) if prepared else [], strict=True
    ):
        if isinstance(outcome, Admission):
            said[each_prepared.verified.jti] = outcome
        elif not isinstance(outcome, Conflict):  # a conflict: it was said before
            raise outcome
    return said
