"""When answers are due: working days, calendar days, holidays."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from ledger import deadlines
from ledger.roster import Policy

FRIDAY = datetime(2026, 12, 18, 15, 30, tzinfo=UTC)
CHRISTMAS = (date(2026, 12, 25), date(2026, 12, 26))
DAYS = st.dates(min_value=date(2020, 1, 1), max_value=date(2040, 1, 1))


def policy(clock: str, days: int, holidays: tuple[date, ...] = ()) -> Policy:
    return Policy(jurisdiction="EU", clock=clock, days=days, silence="none", holidays=holidays)


def test_working_days_skip_the_weekend_and_end_with_the_day() -> None:
    assert deadlines.due(policy("working_days", 1), FRIDAY) == datetime(2026, 12, 22, tzinfo=UTC)


def test_working_days_skip_holidays() -> None:
    due = deadlines.due(policy("working_days", 5, CHRISTMAS), FRIDAY)
    assert due == datetime(2026, 12, 29, tzinfo=UTC)


def test_calendar_days_skip_nothing() -> None:
    due = deadlines.due(policy("calendar_days", 15, CHRISTMAS), FRIDAY)
    assert due == datetime(2027, 1, 3, tzinfo=UTC)


@given(DAYS, st.integers(1, 60), st.frozensets(DAYS, max_size=5))
def test_so_many_working_days_lie_between(day: date, count: int, holidays: frozenset[date]) -> None:
    last = deadlines.working_day_after(day, count, holidays)
    assert deadlines.is_working_day(last, holidays)
    assert deadlines.working_days_between(day, last, holidays) == count
    before = last - timedelta(days=1)
    assert deadlines.working_days_between(day, before, holidays) == count - 1


@given(DAYS, st.integers(1, 60))
def test_working_days_take_no_less_time_than_calendar_days(day: date, count: int) -> None:
    sent = datetime.combine(day, datetime.min.time(), tzinfo=UTC)
    working = deadlines.due(policy("working_days", count), sent)
    assert working >= deadlines.due(policy("calendar_days", count), sent)
