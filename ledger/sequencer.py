"""Group commit: many callers, one transaction at a time, everybody's receipt after it is durable.

Whoever gets the pen first takes along all who wait (DESIGN §8). Preparing happens before, in the
callers' own threads.
"""

import contextlib
import threading
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sqlalchemy import Engine

from crypto import CryptoError
from ledger import LedgerError, databases, store, timeline
from ledger.admission import Desk, Outcome, Refusal, admit
from ledger.intake import Prepared, opened, prepare_each
from ledger.roster import Roster


@dataclass
class _Ticket:
    """One caller's statements, and what became of them."""

    prepared: Sequence[Prepared]
    outcomes: list[Outcome] | None = None
    failed: BaseException | None = None


@dataclass
class Sequencer:
    """The way in for statements: prepares in parallel, admits alone."""

    engine: Engine
    desk: Desk
    clock: Callable[[], datetime]
    _waiting: list[_Ticket] = field(default_factory=list)
    _queue: threading.Lock = field(default_factory=threading.Lock)
    _lead: threading.Lock = field(default_factory=threading.Lock)

    def submit(self, statements: Sequence[bytes]) -> list[Outcome]:
        """Each statement's outcome, in order; acknowledged means durable."""
        checked = self._again(statements, self._prepared(statements, self.clock()))
        outcomes = iter(self._admitted([c for c in checked if isinstance(c, Prepared)]))
        return [next(outcomes) if isinstance(c, Prepared) else c for c in checked]

    def _prepared(self, statements: Sequence[bytes], now: datetime) -> list[Prepared | Refusal]:
        """What passes the door by the roster that this process remembers, read anew for a refusal.

        An old roster lets nobody in: admission asks the current one again, under the pen.
        """
        remembered = self.desk.registry.remembered()
        roster, size = remembered or self._current()
        checked = prepare_each(statements, roster, size=size, now=now)
        if not remembered or all(isinstance(each, Prepared) for each in checked):
            return checked
        current, size = self._current()
        if current is roster:
            return checked
        refused = [n for n, each in enumerate(checked) if not isinstance(each, Prepared)]
        anew = prepare_each([statements[n] for n in refused], current, size=size, now=now)
        again = dict(zip(refused, anew, strict=True))
        return [again.get(n, each) for n, each in enumerate(checked)]

    def _again(
        self, statements: Sequence[bytes], checked: list[Prepared | Refusal]
    ) -> list[Prepared | Refusal]:
        """Refused registry statements, let on to their receipts where they are in the log already.

        What one changed stands in the way of its being stated anew. One moment serves for all.
        """
        refused = [n for n, each in enumerate(checked) if isinstance(each, LedgerError)]
        if not refused:
            return checked
        read: dict[int, Prepared] = {}
        with databases.reading(self.engine) as session:
            roster, size = self.desk.registry.current(session), store.head(session).size
            for n in refused:
                with contextlib.suppress(LedgerError, CryptoError):
                    read[n] = opened(statements[n], roster, size=size, now=self.clock())
            known = timeline.known(session, {each.verified.jti for each in read.values()})
        made = {n: p for n, p in read.items() if known.get(p.verified.jti, (0, b""))[1] == p.digest}
        return [made.get(n, each) for n, each in enumerate(checked)]

    def _current(self) -> tuple[Roster, int]:
        with databases.reading(self.engine) as session:
            return self.desk.registry.current(session), store.head(session).size

    def _admitted(self, prepared: Sequence[Prepared]) -> list[Outcome]:
        if not prepared:
            return []
        ticket = _Ticket(prepared)
        with self._queue:
            self._waiting.append(ticket)
        with self._lead:
            if ticket.outcomes is None and ticket.failed is None:
                self._commit()
        if ticket.failed is not None:
            raise ticket.failed
        return ticket.outcomes or []

    def _commit(self) -> None:
        """One transaction for all who wait by the time the pen is ours, other processes' done."""
        tickets: list[_Ticket] = []
        try:
            with databases.writing(self.engine) as session:
                tickets = self._drawn()
                everything = [each for ticket in tickets for each in ticket.prepared]
                outcomes = admit(session, everything, self.desk, now=self.clock())
        except BaseException as error:  # noqa: BLE001 - every waiter must hear of it
            for ticket in tickets or self._drawn():
                ticket.failed = error
            return
        for ticket in tickets:
            ticket.outcomes, outcomes = (
                outcomes[: len(ticket.prepared)],
                outcomes[len(ticket.prepared) :],
            )

    def _drawn(self) -> list[_Ticket]:
        """The tickets of this commit: ours is among them, since nobody else can have drawn it."""
        with self._queue:
            drawn, self._waiting = self._waiting, []
        return drawn
