"""How often one may call: budgets in each worker's memory, those for postings apart from reads.

So whoever reads much never takes what is kept for posting events and alerts. The algorithm is that
of `api.allowances`, without the database: a transaction for each request would cost more than it
saves. Each worker holds its share of every budget, which is exact where callers are spread over
workers and strict where they are not. Header fields are those of
draft-ietf-httpapi-ratelimit-headers-10; `q` is the whole budget, `r` what this worker still gives.
"""

import ipaddress
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from flask import Flask, Response, current_app, g, request

from api.allowances import Allowance, charge
from api.config import Settings
from api.current import moment
from api.problems import Refused
from api.workers import THREADS
from ledger.store import micros

NAME = "shield.limits"
MINUTE = timedelta(minutes=1)
KEPT = 20_000  # buckets in memory, some 4 MB, before those that are full again are dropped
RESERVED = 2  # threads of each worker that only postings and health checks may take
POSTINGS = frozenset(
    {"statements.post_statement", "statements.post_batch", "approvals.post_request"}
)
UNCOUNTED = frozenset({"health", "metrics"})  # who minds the node must always hear how it is


@dataclass(frozen=True)
class Limits:
    """The budgets of this worker, what of them is spent, and how many read at this moment."""

    allowances: Mapping[str, Allowance]
    spent: dict[tuple[str, str], int] = field(default_factory=dict)
    lock: threading.Lock = field(default_factory=threading.Lock)
    readers: threading.BoundedSemaphore = field(
        default_factory=lambda: threading.BoundedSemaphore(THREADS - RESERVED)
    )

    @classmethod
    def of(cls, settings: Settings) -> "Limits":
        quotas = {
            "postings": settings.postings_per_minute,
            "reads": settings.reads_per_minute,
            "key": settings.key_per_minute,
            "open": settings.open_per_minute,
            "log": settings.log_per_minute,
        }
        shares = settings.workers
        return cls(
            {n: Allowance(what=n, quota=q, period=MINUTE, shares=shares) for n, q in quotas.items()}
        )

    def spend(self, what: str, who: str, *, now: datetime) -> dict[str, str]:
        """Take one call from a budget of somebody's; Refused (429) when nothing is left."""
        with self.lock:
            if len(self.spent) >= KEPT:
                self._forget(micros(now))
            allowance, before = self.allowances[what], self.spent.get((what, who), 0)
            # A clock that was set back must not lock anybody out for longer than one period.
            before = self.spent[what, who] = min(before, micros(now + allowance.period))
            self.spent[what, who], told = charge(before, allowance, now=now)
        return told

    def _forget(self, now: int) -> None:
        """Drop who spent nothing lately; where that frees nothing, those who spent least."""
        kept = sorted((until, who) for who, until in self.spent.items() if until > now)
        self.spent.clear()
        self.spent.update({who: until for until, who in kept[-KEPT // 2 :]})


def install(app: Flask, settings: Settings) -> None:
    """Count every request of this application, before it is answered."""
    app.extensions[NAME] = Limits.of(settings)
    app.before_request(_enter)
    app.after_request(_tell)
    app.teardown_request(_leave)


def by_agency(agency: str, key: str) -> None:
    """Count a request whose token was good, for its agency and for the key that signed it."""
    _spend("key", key)
    _spend("reads", agency)


def _enter() -> None:
    if request.blueprint in UNCOUNTED:
        return
    if request.endpoint in POSTINGS:
        _spend("postings", _address())
        return
    _spend("log" if request.blueprint == "log" else "open", _address())
    if _is_open():
        return  # short, and mostly answered by a cache in between
    if not _limits().readers.acquire(blocking=False):
        headers = {"Retry-After": "1"}
        raise Refused("too-many", "too many read at this moment: ask again", headers=headers)
    g.reading = True


def _leave(_: BaseException | None) -> None:
    if g.pop("reading", False):
        _limits().readers.release()


def _is_open() -> bool:
    view = current_app.view_functions.get(request.endpoint or "")
    return getattr(view, "audience", "all") == "all"


def _spend(what: str, who: str) -> None:
    g.budget = _limits().spend(what, who, now=moment())


def _tell(response: Response) -> Response:
    """The budget that counts most for this caller; a view's own, which is narrower, stays."""
    for name, value in g.get("budget", {}).items():
        response.headers.setdefault(name, value)
    return response


def _limits() -> Limits:
    limits: Limits = current_app.extensions[NAME]
    return limits


def _address() -> str:
    """Whom an address stands for: with IPv6 its network, since anybody has a whole one."""
    said = request.remote_addr or ""
    try:
        address = ipaddress.ip_address(said)
    except ValueError:
        return said
    if address.version == 4:
        return said
    return str(ipaddress.ip_network((address, 64), strict=False))
