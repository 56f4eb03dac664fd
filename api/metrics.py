"""What a node tells of itself to Prometheus: its log, witnesses, checker, outbox and requests.

Counts of requests are added up over the node's workers (`api.counting`). All else is read from the
database in one moment, so every worker of every node says the same. Labels are names of routes,
states, codes and registered witnesses: never of an agency, a trader or a shipment.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import accumulate

from prometheus_client import CollectorRegistry
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily
from prometheus_client.exposition import generate_latest
from prometheus_client.metrics_core import Metric
from prometheus_client.registry import Collector
from sqlalchemy import func
from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session, select

from alerts.cursor import cursor
from alerts.outbox import MESSAGES, State
from api.counting import BOUNDS, Counts
from api.places import policy_of
from api.services import Services
from ledger import LedgerError, cosignatures, databases, store
from ledger.cosignatures import Lag
from ledger.policies import QUORUM, Policy
from ledger.store import BOOK, CHECKPOINTS

_LABELS = ("method", "route", "status")
_LES = (*map(str, BOUNDS), "+Inf")
_MESSAGES = select(MESSAGES.c.state, func.count()).group_by(MESSAGES.c.state)
_SIGNED = select(func.max(CHECKPOINTS.c.size)).where(CHECKPOINTS.c.book == BOOK)


def text(node: Services, counts: Counts) -> bytes:
    """All of it in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    registry.register(_Told([*_of_requests(counts), *_of_database(node)]))
    return generate_latest(registry)


class _Told(Collector):
    """Metrics that were made already."""

    def __init__(self, families: Iterable[Metric]) -> None:
        self._families = families

    def collect(self) -> Iterable[Metric]:
        return self._families


def _of_requests(counts: Counts) -> Iterator[Metric]:
    took = HistogramMetricFamily(
        "shield_request_duration_seconds", "How long answers took, by route.", labels=_LABELS
    )
    for told in counts.requests():
        upto = zip(_LES, accumulate(told.buckets), strict=True)
        took.add_metric([*told.route, told.status], list(upto), told.seconds)
    yield took
    refused = CounterMetricFamily(
        "shield_refusals", "Requests and lines of batches refused, by code.", labels=("code",)
    )
    for code, count in counts.refusals():
        refused.add_metric([code], count)
    yield refused


def _of_database(node: Services) -> list[Metric]:
    """What is stored; a database that can't be asked says that, and no figure that may be old."""
    now = node.clock()
    try:
        with databases.reading(node.engine) as session:
            policy = policy_of(node.sequencer.desk.registry.current(session), node.places)
            told = [
                *_of_log(session, now),
                *_of_witnesses(session, policy, now),
                *_of_outbox(session),
            ]
    except (SQLAlchemyError, LedgerError):
        return [_database(up=False)]
    return [_database(up=True), *told]


def _database(*, up: bool) -> Metric:
    return _gauge("shield_database_up", "Whether the database could be read.", int(up))


def _of_log(session: Session, now: datetime) -> Iterator[Metric]:
    head = store.head(session)
    yield _gauge("shield_log_entries", "Entries in the log.", head.size)
    signed = session.execute(_SIGNED).scalar_one() or 0
    yield _gauge("shield_checkpoint_size", "Entries under the newest checkpoint.", signed)
    age = (now - head.time).total_seconds()  # each append signs one, at the head's time
    yield _gauge("shield_checkpoint_age_seconds", "Since the newest checkpoint was signed.", age)
    behind = head.size - cursor(session).watermark
    yield _gauge("shield_scan_behind_entries", "Entries the checker has not looked at.", behind)


def _of_witnesses(session: Session, policy: Policy, now: datetime) -> Iterator[Metric]:
    """Each witness by itself, and the quorum."""
    names = [name for name in policy.groups if name != QUORUM]
    alone = {name: replace(policy, quorum=name) for name in sorted(names)}
    each = {
        name.removesuffix("+any"): cosignatures.lag(session, asked, now=now)
        for name, asked in alone.items()
    }
    yield from _lags("witness", {(name,): lag for name, lag in each.items()}, ("witness",))
    if policy.asks_for_witnesses:
        yield from _lags("quorum", {(): cosignatures.lag(session, policy, now=now)}, ())


def _lags(
    whose: str, lags: Mapping[tuple[str, ...], Lag], labels: tuple[str, ...]
) -> Iterator[Metric]:
    entries = GaugeMetricFamily(
        f"shield_{whose}_behind_entries", "Entries not cosigned yet.", labels=labels
    )
    seconds = GaugeMetricFamily(
        f"shield_{whose}_behind_seconds", "For how long the first of them waits.", labels=labels
    )
    age = GaugeMetricFamily(
        f"shield_{whose}_age_seconds", "Since the newest cosigned checkpoint.", labels=labels
    )
    for names, lag in lags.items():
        entries.add_metric(names, lag.entries)
        seconds.add_metric(names, lag.seconds)
        if lag.fresh is not None:  # without a word there is no age: `behind` tells
            age.add_metric(names, lag.fresh)
    yield from (entries, seconds, age)


def _of_outbox(session: Session) -> Iterator[Metric]:
    told = GaugeMetricFamily("shield_outbox_messages", "Messages by state.", labels=("state",))
    found: dict[str, int] = dict(tuple(row) for row in session.execute(_MESSAGES))
    for state in State:
        told.add_metric([state.value], found.get(state.value, 0))
    yield told


def _gauge(name: str, what: str, value: float) -> Metric:
    return GaugeMetricFamily(name, what, value=value)
