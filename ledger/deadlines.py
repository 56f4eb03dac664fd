"""When an answer to a notice is due under a jurisdiction's policy. Pure: dates in, moments out.

Days run from the day after the notice to the end of the last one (as in Regulation 1182/71 Art 3).
Policies don't state a time zone, so days are those of UTC; whoever sends the notice states the
moment that holds (`reply_due`), and this is what it should not fall short of.
"""

from collections.abc import Collection, Iterator
from datetime import UTC, date, datetime, time, timedelta

from ledger.roster import Policy

_DAY = timedelta(days=1)
_SATURDAY = 5
WORKING_DAYS = "working_days"


def due(policy: Policy, sent_at: datetime) -> datetime:
    """The end of the last day of the period: midnight UTC after it."""
    sent_on = sent_at.astimezone(UTC).date()
    if policy.clock == WORKING_DAYS:
        last = working_day_after(sent_on, policy.days, policy.holidays)
    else:
        last = sent_on + policy.days * _DAY
    return datetime.combine(last + _DAY, time(0), tzinfo=UTC)


def is_working_day(day: date, holidays: Collection[date]) -> bool:
    """Monday to Friday, but for the jurisdiction's holidays."""
    return day.weekday() < _SATURDAY and day not in holidays


def working_day_after(day: date, count: int, holidays: Collection[date]) -> date:
    """The working day that is so many working days after a day, which does not count itself."""
    working = (each for each in _following(day) if is_working_day(each, holidays))
    last = day
    for _ in range(count):
        last = next(working)
    return last


def working_days_between(start: date, end: date, holidays: Collection[date]) -> int:
    """How many working days lie after `start`, up to and including `end`."""
    days = (start + n * _DAY for n in range(1, (end - start).days + 1))
    return sum(1 for each in days if is_working_day(each, holidays))


def _following(day: date) -> Iterator[date]:
    while True:
        day += _DAY
        yield day
