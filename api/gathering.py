"""The hub's gatherer: publishes checkpoints, and collects what the witnesses say to them.

It works beside the append path and never in it: no transaction is open while a witness is asked,
and witnesses that are away, slow or wrong hold up nobody. What comes back is verified before it is
stored. A witness that says we contradict what it saw is an alarm, not a fault to retry.
"""

import logging
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy.exc import SQLAlchemyError

from api import Unreachable, wire
from api.places import Place, policy_of
from api.services import Services, pledged_quantum_key
from api.wire import Fetch
from crypto import CryptoError
from crypto.mldsa import QuantumKey
from crypto.notes import Cosigner, split
from ledger import (
    Alarm,
    LedgerError,
    Overtaken,
    ReadOnly,
    Silent,
    cosignatures,
    databases,
    merkle,
    publication,
    store,
)
from ledger.checkpoints import decode
from ledger.cosignatures import Published
from ledger.witnessing import Request, encode_request, read_answer

POLL_SECONDS = 0.25
PUBLISH_EVERY = timedelta(seconds=1)
FORGET_EVERY = timedelta(minutes=10)
LONGEST_WAIT = timedelta(minutes=5)
REFRESH_EVERY = timedelta(hours=1)  # a quiet log shows that its witnesses still stand by it
TRIES = 3  # a 409 names the size to go on from; a witness that keeps moving is asked later
TIMEOUT_SECONDS = 5.0

_LOG = logging.getLogger(__name__)
_FETCH: Fetch = partial(wire.fetch, timeout=TIMEOUT_SECONDS)


@dataclass(frozen=True, kw_only=True, slots=True)
class Visit:
    """What became of asking one witness; `problem` is empty when its lines were stored."""

    witness: str
    size: int
    lines: int = 0
    problem: str = ""
    alarm: bool = False


@dataclass(kw_only=True, slots=True)
class _Standing:
    """What this process remembers of a witness."""

    size: int = -1
    at: datetime | None = None
    failures: int = 0
    not_before: datetime | None = None


@dataclass(kw_only=True)
class Gatherer:
    """One process's rounds; two processes that gather do no harm."""

    node: Services
    key: QuantumKey | None  # the log's second one
    fetch: Fetch = _FETCH
    _standings: dict[str, _Standing] = field(default_factory=dict)
    _published_at: datetime | None = None
    _forgot_at: datetime | None = None

    @classmethod
    def of(cls, node: Services) -> "Gatherer":
        """The gatherer of a node, with the log's ML-DSA-44 key."""
        with databases.reading(node.engine) as session:
            roster = node.sequencer.desk.registry.current(session)
        return cls(node=node, key=pledged_quantum_key(node.settings, roster))

    def run(self, stop: threading.Event) -> None:
        """Round after round, until told to stop; a round that fails is tried again."""
        while not stop.wait(POLL_SECONDS):
            try:
                self.round()
            except ReadOnly as refused:
                _LOG.error("nothing is published: %s", refused)
                return
            except (SQLAlchemyError, LedgerError, CryptoError, OSError):
                _LOG.exception("a round of gathering failed")
                stop.wait(10)

    def round(self) -> list[Visit]:
        """Publish what is new, and show it to every witness that has not seen it and is due."""
        self.node.sequencer.desk.guard()
        published = self._publish()
        due = [place for place in self.node.places if self._due(place, published.size)]
        if not due:
            return []
        with ThreadPoolExecutor(len(due)) as pool:
            visits = list(pool.map(partial(self._visit, published=published), due))
        self._forget()
        return visits

    def _publish(self) -> Published:
        """The newest checkpoint with each of our lines, made at most once a second."""
        now = self.node.clock()
        with databases.reading(self.node.engine) as session:
            note = publication.checkpoint(session)
            latest = cosignatures.find_latest(session)
        size = decode(split(note)[0]).size
        recent = self._published_at is not None and now - self._published_at < PUBLISH_EVERY
        if latest is not None and (latest.size == size or recent):
            return latest
        if self.key is not None:
            second = Cosigner(name=self.node.origin, key=self.key, time=int(now.timestamp()))
            note = cosignatures.publishable(note, second)
        with databases.writing(self.node.engine) as session:
            published = cosignatures.publish(session, note, now=now)
        self._published_at = now
        return published

    def _due(self, place: Place, size: int) -> bool:
        standing = self._standings.setdefault(place.name, _Standing())
        now = self.node.clock()
        waited = standing.not_before is None or now >= standing.not_before
        stale = standing.at is None or now - standing.at >= REFRESH_EVERY
        return waited and (standing.size < size or stale)

    def _visit(self, place: Place, *, published: Published) -> Visit:
        standing = self._standings[place.name]
        try:
            lines = self._ask(place, published)
        except (LedgerError, CryptoError, Unreachable) as error:
            return self._failed(place, standing, published.size, error)
        standing.size, standing.at = published.size, self.node.clock()
        standing.failures, standing.not_before = 0, None
        return Visit(witness=place.name, size=published.size, lines=lines)

    def _failed(self, place: Place, standing: _Standing, size: int, error: Exception) -> Visit:
        standing.failures += 1
        alarm = isinstance(error, Alarm)
        wait = LONGEST_WAIT if alarm else timedelta(seconds=2 ** min(standing.failures - 1, 9))
        standing.not_before = self.node.clock() + min(wait, LONGEST_WAIT)
        _LOG.log(
            logging.CRITICAL if alarm else logging.WARNING,
            "no cosignature of %s at size %d: %s",
            place.name,
            size,
            error,
        )
        return Visit(witness=place.name, size=size, problem=str(error), alarm=alarm)

    def _ask(self, place: Place, published: Published) -> int:
        with databases.reading(self.node.engine) as session:
            known = cosignatures.last_cosigned(session, place.name)
            verifiers = place.verifiers(self.node.sequencer.desk.registry.current(session))
        if not verifiers:
            raise Silent("we know no key of this witness")
        old = min(known, published.size)
        for _ in range(TRIES):
            request = self._request(old, published)
            answer = self.fetch("POST", f"{place.url}/add-checkpoint", encode_request(request), {})
            try:
                lines = read_answer(
                    answer.status, answer.body, request=request, verifiers=verifiers
                )
            except Overtaken as told:
                old = self._next(told.size, known, published)
                continue
            with databases.writing(self.node.engine) as session:
                cosignatures.add(session, published.size, lines, now=self.node.clock())
            return len(lines)
        raise Silent("the witness moves faster than we do")

    def _next(self, told: int, known: int, published: Published) -> int:
        """Where a witness says that it is, if we can go on from there."""
        with databases.reading(self.node.engine) as session:
            size = store.head(session).size
        if told > size:
            raise Alarm(f"the witness saw {told} entries and here are {size}: some are missing")
        if told < known:
            raise Alarm(f"the witness cosigned size {known} and is back at {told}: it forgot")
        if told > published.size:
            raise Silent("the witness has seen a newer checkpoint")
        return told

    def _request(self, old: int, published: Published) -> Request:
        proof: tuple[bytes, ...] = ()
        if 0 < old < published.size:
            with databases.reading(self.node.engine) as session:
                read = publication.hashes(session)
                proof = merkle.prove_consistency(old, published.size, read)
        return Request(old=old, proof=proof, note=published.note)

    def _forget(self) -> None:
        now = self.node.clock()
        if self._forgot_at is not None and now - self._forgot_at < FORGET_EVERY:
            return
        self._forgot_at = now
        with databases.writing(self.node.engine) as session:
            roster = self.node.sequencer.desk.registry.current(session)
            cosignatures.forget(session, policy_of(roster, self.node.places), now=now)
