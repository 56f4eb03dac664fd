"""How agencies report: what they leave out, how late their papers are; learnt from the ledger.

Silence means something only beside the habit of whoever should have spoken. A country that leaves
out one step in three says little by leaving out another; one that never did says much. Each habit
is one aggregate a country, read as a Beta that began at a cautious guess, so a few observations
move it little. What is observed is dated when it was settled, so reports in their usual order have
nothing judged anew.
"""

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from alerts.rules import Dossier, Sourced
from alerts.rules.aggregates import ASKS, WIDE, buyers, mark_of
from alerts.rules.normal import Sample, share_of
from ledger.events.movements import Departed, ExportReleased, TransitEntered
from ledger.events.notices import NoticeNoObjection
from ledger.events.permits import ExportAuthorised, ImportAuthorised
from ledger.events.receptions import Arrived, Delivered, ImportCleared, ReceiptConfirmed
from ledger.roster import Role
from ledger.shipments import Shipment

HABIT = "habit/"  # of what happened earlier and is heard of late, only those who ask look again
PRIOR_WEIGHT = 20.0  # cases that the first guess counts for
ENOUGH = 20  # delays from which a bound is taken
INSTANT = timedelta(microseconds=1)
SETTLED = timedelta(days=30)  # after which what did not come is counted as left out
FAR_END = (Arrived, ImportCleared, Delivered, ReceiptConfirmed)

Value = tuple[str, datetime, Decimal]


@dataclass(frozen=True, kw_only=True)
class Habit:
    """How often somebody leaves something out, and from how many cases that is known."""

    share: float
    known: int

    @property
    def surprise(self) -> float:
        """How rarely honest trade looks like this: minus the logarithm of the share."""
        return -math.log(min(1.0, max(self.share, 1e-6)))


def left_out(dossier: Dossier, what: str, before: datetime, *, usual: float) -> Habit:
    """The habit of an aggregate of ones (left out) and noughts, from what all others do.

    Where little is known of those either, from a first guess.
    """
    everywhere, _ = _ones(dossier, anywhere(what), before, usual)
    share, known = _ones(dossier, what, before, everywhere)
    return Habit(share=share, known=known)


def _ones(dossier: Dossier, what: str, before: datetime, prior: float) -> tuple[float, int]:
    seen = dossier.elsewhere.observed(what, before)
    gone = len(seen) - [each.number for each in seen].count(0)
    return share_of(gone, len(seen), prior=prior, weight=PRIOR_WEIGHT), len(seen)


def anywhere(what: str) -> str:
    """The same habit of everybody together. Reopens nothing."""
    return f"{WIDE}{what.split('/')[1]}"


def papers_take(
    dossier: Dossier, what: str, before: datetime, *, least: timedelta, most: timedelta
) -> timedelta:
    """By when all but one in fifty of an office's papers have come, within two limits."""
    delays = Sample.of(dossier.elsewhere.observed(what, before))
    bound = delays.upper(0.02) if delays.n >= ENOUGH else None
    if bound is None:
        bound = max(delays.values, default=0.0)
    return min(max(timedelta(days=bound), least), most)


def takes_part(dossier: Dossier, country: str, role: Role = Role.CUSTOMS) -> bool:
    """Whether anybody there could report: a country outside the programme is silent for good."""
    roster = dossier.roster
    if country not in roster.participants:
        return False
    offices = [each for each in roster.agencies.values() if each.country == country]
    return not offices or any(role in each.roles for each in offices)


def ends_of(country: str) -> str:
    """Of goods sent there: 1 where the far end told nothing of them, else 0."""
    return f"{HABIT}ends/{country}"


def clearings_of(country: str) -> str:
    """Of goods that came in: 1 where no clearance was reported, else 0."""
    return f"{HABIT}clearings/{country}"


def receipts_of(country: str) -> str:
    """Of goods cleared: 1 where no receipt was confirmed, else 0."""
    return f"{HABIT}receipts/{country}"


def unconfirmed_of(trader: str) -> str:
    """Of goods cleared for a buyer: 1 where no receipt was confirmed, else 0."""
    return f"{HABIT}unconfirmed/{mark_of(trader)}"


def silences_of(country: str) -> str:
    """Of goods cleared: 1 where nobody told of delivery or receipt, else 0."""
    return f"{HABIT}silences/{country}"


def permits_of(country: str) -> str:
    """Of departures: 1 where no export authorisation was reported, else 0."""
    return f"{HABIT}permits/{country}"


def releases_of(country: str) -> str:
    """Of departures: 1 where no release for export was reported, else 0."""
    return f"{HABIT}releases/{country}"


def import_permits_of(country: str) -> str:
    """Of goods that came in: 1 where no import authorisation was reported, else 0."""
    return f"{HABIT}imports/{country}"


def exits_of(country: str) -> str:
    """Of transits of goods that came through: 1 where no exit was reported, else 0."""
    return f"{HABIT}exits/{country}"


def lateness_of(where: str) -> str:
    """Days from the arrival that was expected to the first report of the far end."""
    return f"{WIDE}late/{where}"


def wait_of(step: str, country: str) -> str:
    """Days from a step to its signature: of permits, departures, answers."""
    return f"{WIDE}wait/{step}/{country}"


def observed_habits(dossier: Dossier) -> Iterator[Value]:
    """What this shipment adds to what is known of how its agencies report."""
    if dossier.shipment.route is None:
        return
    yield from _far_end(dossier, dossier.shipment.route.importing)
    yield from _out(dossier, dossier.shipment.route.exporting)
    yield from _exits(dossier)
    answers = dossier.stated(NoticeNoObjection)
    yield from _waits("reply", dossier.shipment.route.importing, answers)


def _far_end(dossier: Dossier, country: str) -> Iterator[Value]:
    shipment = dossier.shipment
    told = dossier.stated(*FAR_END)
    left, expected = shipment.times.get("departed"), shipment.expected.get("arrival")
    if left is not None:
        first = told[0].by.occurred_at if told else None
        yield from _settled(dossier, ends_of(country), first, ends_settled(shipment) - SETTLED)
    if expected is not None and left is not None and told:
        signed = min(each.by.issued_at for each in told)
        late = Decimal(signed - int(expected.timestamp())) / 86_400
        for where in (country, shipment.mode or ""):
            yield lateness_of(where), told[0].by.occurred_at, max(late, Decimal(0))
    arrived, cleared = shipment.times.get("arrived"), shipment.times.get("cleared")
    if arrived is not None:
        yield from _settled(dossier, clearings_of(country), cleared, arrived)
    if told:
        permitted = bool(dossier.stated(ImportAuthorised))
        yield import_permits_of(country), told[0].by.occurred_at, Decimal(0 if permitted else 1)
    if cleared is not None:
        received = shipment.times.get("received")
        heard = [at for at in (shipment.times.get("delivered"), received) if at is not None]
        yield from _settled(dossier, silences_of(country), min(heard, default=None), cleared)
        for what in (receipts_of(country), *map(unconfirmed_of, buyers(shipment))):
            yield from _settled(dossier, what, received, cleared)


def _settled(
    dossier: Dossier, what: str, came: datetime | None, since: datetime
) -> Iterator[Value]:
    """Nought when it came; one when it should have long ago; nothing before that."""
    if came is not None:
        yield what, came, Decimal(0)
    elif dossier.now >= since + SETTLED:
        yield from missed(what, since + SETTLED)


def missed(what: str, at: datetime) -> Iterator[Value]:
    """Something was left out, and so how often that happens is asked."""
    yield what, at, Decimal(1)
    yield what, at + INSTANT, ASKS


def _out(dossier: Dossier, country: str) -> Iterator[Value]:
    permits = dossier.stated(ExportAuthorised)
    left = dossier.stated(Departed)
    yield from _waits("permit", country, permits)
    yield from _waits("departed", country, left)
    papers = {permits_of(country): permits, releases_of(country): dossier.stated(ExportReleased)}
    for each in left[:1]:
        for what, said in papers.items():
            if said:
                yield what, each.by.occurred_at, Decimal(0)
            else:
                yield from missed(what, each.by.occurred_at)


def _waits(step: str, country: str, said: Sequence[Sourced]) -> Iterator[Value]:
    for each in said[:1]:
        at = each.by.occurred_at
        days = Decimal(max(0, each.by.issued_at - int(at.timestamp()))) / 86_400
        yield wait_of(step, country), at, days


def _exits(dossier: Dossier) -> Iterator[Value]:
    """Only of goods that came through; those that did not ask how often exits go unreported."""
    told = bool(dossier.stated(*FAR_END))
    entered = {(s.event.country, s.by.occurred_at) for s in dossier.stated(TransitEntered)}
    for stay in dossier.shipment.transits:
        if (stay.country, stay.entered_at) not in entered:
            continue
        what, seen = exits_of(stay.country), stay.left_at is not None
        if told or seen:
            yield what, stay.entered_at, Decimal(0 if seen else 1)
        else:
            yield what, stay.entered_at, ASKS


def ends_settled(shipment: Shipment) -> datetime:
    """When the far end should long have told of goods that left."""
    left = shipment.times["departed"]
    return max(shipment.expected.get("arrival", left), left) + SETTLED
