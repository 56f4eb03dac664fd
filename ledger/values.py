"""Values by themselves: how each is read from JSON, exactly, and refused in any other spelling.

Readers are exact: marshmallow's own Integer takes "5", its Boolean takes "yes", and its Regexp
with `$` takes a trailing newline; ours do not.
"""

import re
from collections.abc import Callable
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, TypeVar

from marshmallow import ValidationError, fields

from ledger.quantities import parse_amount

T_ = TypeVar("T_")


class Value(fields.Field[T_]):
    """A value by itself: `take` reads it, or raises ValidationError."""

    take: Callable[[Any], T_]

    def quick(self) -> Callable[[Any], T_]:
        """Reads what `take` reads, perhaps sooner; KeyError and TypeError are refusals, too."""
        return self.take

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> T_:
        return self.take(value)


class Pattern(Value[str]):
    """A string that matches a portable pattern as a whole."""

    def __init__(self, pattern: str, say: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern = pattern
        self.say = say
        self._match = re.compile(pattern, re.DOTALL).fullmatch

    def quick(self) -> Callable[[Any], str]:
        match = self._match

        def matched(value: Any) -> str:
            if match(value):  # of nothing else than text
                return value  # type: ignore[no-any-return]
            raise ValidationError(self.say)

        return matched

    def take(self, value: Any) -> str:
        if not isinstance(value, str) or not self._match(value):
            raise ValidationError(self.say)
        return value


class Choice(Value[str]):
    """One of a closed set of words."""

    def __init__(self, *words: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.words = words
        self._known = frozenset(words)

    def quick(self) -> Callable[[Any], str]:
        return {word: word for word in self.words}.__getitem__

    def take(self, value: Any) -> str:
        if not isinstance(value, str) or value not in self._known:
            raise ValidationError(f"use one of: {', '.join(self.words[:40])}")
        return value


class Whole(Value[int]):
    """An integer within bounds; a boolean is not one."""

    def __init__(self, low: int, high: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.low, self.high = low, high

    def take(self, value: Any) -> int:
        if type(value) is not int or not self.low <= value <= self.high:
            raise ValidationError(f"use a whole number from {self.low} to {self.high}")
        return value


class YesNo(Value[bool]):
    """True or false, spelled as JSON spells them."""

    def take(self, value: Any) -> bool:
        if type(value) is not bool:
            raise ValidationError("use true or false")
        return value


class Exact(Value[Decimal]):
    """A decimal written as a string, exactly; never a JSON number (DESIGN §3)."""

    def __init__(self, high: Decimal | None = None, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.high = high

    def take(self, value: Any) -> Decimal:
        if not isinstance(value, str):
            raise ValidationError('write the number as a string, like "12.5"')
        try:
            amount = parse_amount(value)
        except ValueError as error:
            raise ValidationError(str(error)) from error
        if self.high is not None and amount > self.high:
            raise ValidationError(f"must not exceed {self.high}")
        return amount


# Hours end at 23: newer Pythons would take 24:00:00 for the next day, a second spelling of it.
_MOMENT = re.compile(r"\d{4}-\d\d-\d\dT([01]\d|2[0-3]):\d\d:\d\d(\.\d{1,6})?Z", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_EARLIEST, _LATEST = datetime(1990, 1, 1, tzinfo=UTC), datetime(2100, 1, 1, tzinfo=UTC)


class Instant(Value[datetime]):
    """RFC 3339 in UTC with a `Z`, to the microsecond at most, between 1990 and 2100."""

    def take(self, value: Any) -> datetime:
        if not isinstance(value, str) or not _MOMENT.fullmatch(value):
            raise ValidationError("use RFC 3339 in UTC, like 2026-03-01T09:30:00Z")
        try:
            moment = datetime.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(f"no such moment: {error}") from error
        if not _EARLIEST <= moment < _LATEST:
            raise ValidationError("the date must lie between 1990 and 2100")
        return moment


class CalendarDay(Value[date]):
    """A day, `YYYY-MM-DD`, between 1900 and 2100."""

    def take(self, value: Any) -> date:
        if not isinstance(value, str) or not _DAY.fullmatch(value):
            raise ValidationError("use a date like 2026-03-01")
        try:
            day = date.fromisoformat(value)
        except ValueError as error:
            raise ValidationError(f"no such day: {error}") from error
        if not 1900 <= day.year < 2100:
            raise ValidationError("the year must lie between 1900 and 2100")
        return day
