"""The value types of the wire: what one property of a statement may hold, and nothing else.

Each type is an `Annotated` alias whose metadata is a factory of the marshmallow field that reads
it, so an event's annotations are its schema. Readers are exact: marshmallow's own Integer takes
"5", its Boolean takes "yes", and its Regexp with `$` takes a trailing newline; ours do not.
"""

import re
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Annotated, Any, TypeVar

import iso3166
from marshmallow import ValidationError, fields

from ledger.quantities import UNITS, parse_amount

T_ = TypeVar("T_")
Factory = Callable[..., fields.Field[Any]]

COUNTRIES = frozenset(iso3166.countries_by_alpha2) | {"XK"}
MAX_LIST = 200


class Value(fields.Field[T_]):
    """A value by itself: `take` reads it, or raises ValidationError."""

    take: Callable[[Any], T_]

    def _deserialize(self, value: Any, *_: Any, **__: Any) -> T_:
        return self.take(value)


class Pattern(Value[str]):
    """A string that matches a portable pattern as a whole."""

    def __init__(self, pattern: str, say: str, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.pattern = pattern
        self.say = say
        self._match = re.compile(pattern, re.DOTALL).fullmatch

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


class Several(fields.Field[Sequence[Any]]):
    """A bounded list, kept as a tuple."""

    def __init__(self, inner: fields.Field[Any], **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.inner = inner

    def _deserialize(self, value: Any, attr: Any, data: Any, **_: Any) -> tuple[Any, ...]:
        if not isinstance(value, list):
            raise ValidationError("use a list")
        if len(value) > MAX_LIST:
            raise ValidationError(f"at most {MAX_LIST} items")
        errors: dict[int, Any] = {}
        items: list[Any] = []
        for position, item in enumerate(value):
            try:
                items.append(self.inner.deserialize(item, attr, data))
            except ValidationError as error:
                errors[position] = error.messages
        if errors:
            raise ValidationError(errors)
        return tuple(items)


def _field(kind: Callable[..., fields.Field[Any]], *args: Any) -> Factory:
    return lambda **kwargs: kind(*args, **kwargs)


def text(longest: int) -> Factory:
    """Printable text without control characters, so that it can be mailed, logged and shown."""
    say = f"use 1 to {longest} printable characters, with no blank at either end"
    printable = r"[^\s\x00-\x1f\x7f-\x9f]"
    inner = r"[^\x00-\x1f\x7f-\x9f\u2028\u2029]"
    return _field(Pattern, f"{printable}(?:{inner}{{0,{longest - 2}}}{printable})?", say)


def choice(*words: str) -> Factory:
    return _field(Choice, *words)


def identifier(kind: str) -> Factory:
    """A text that `ledger.identifiers` can judge: a bad one is a warning, never a refusal."""
    say = "use 1 to 60 printable characters without blanks at either end"
    pattern = r"[!-~](?:[ -~]{0,58}[!-~])?"
    return lambda **kwargs: Pattern(pattern, say, metadata={"identifier": kind}, **kwargs)


Text = Annotated[str, text(300)]
LongText = Annotated[str, text(4000)]
Code = Annotated[str, _field(Pattern, r"[a-z0-9_.-]{1,60}", "use a code in lower case")]
Number = Annotated[str, _field(Pattern, r"[!-~](?:[ -~]{0,68}[!-~])?", "use a document number")]
Jurisdiction = Annotated[
    str, _field(Pattern, r"\*|[A-Z][A-Z0-9_-]{0,19}", "use `*`, a country's code or one like EU")
]
Country = Annotated[str, choice(*sorted(COUNTRIES))]
Currency = Annotated[str, _field(Pattern, r"[A-Z]{3}", "use an ISO 4217 code")]
Unit = Annotated[str, choice(*UNITS)]
Amount = Annotated[Decimal, _field(Exact)]
Percent = Annotated[Decimal, _field(Exact, Decimal(100))]
Moment = Annotated[datetime, _field(Instant)]
Day = Annotated[date, _field(CalendarDay)]
Flag = Annotated[bool, _field(YesNo)]
Count = Annotated[int, _field(Whole, 0, 10**9)]
Score = Annotated[int, _field(Whole, 0, 100)]
Year = Annotated[int, _field(Whole, 1990, 2100)]
Sha256 = Annotated[str, _field(Pattern, r"[0-9a-f]{64}", "use 64 hexadecimal digits")]
Uuid = Annotated[
    str,
    _field(
        Pattern,
        r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}",
        "use the UUIDv7 of a statement, in lower case",
    ),
]
ShipmentRef = Annotated[
    str,
    _field(
        Pattern,
        r"[A-Z]{2}-[A-Z0-9](?:[A-Z0-9./-]{0,29}[A-Z0-9])",
        "use the opening country's code, a hyphen and 2 to 31 of A-Z 0-9 . / -",
    ),
]
AgencyId = Annotated[
    str, _field(Pattern, r"[A-Z]{2}-[A-Z0-9-]{2,30}", "use an agency id like NL-CUSTOMS")
]
Recipient = Annotated[
    str, _field(Pattern, r"[A-Z]{2}(?:-[A-Z0-9-]{2,30})?", "use a country or an agency id")
]
PackageType = Annotated[
    str, _field(Pattern, r"[A-Z0-9]{2}", "use a package code of UNECE Recommendation 21, like DR")
]
Degrees = Annotated[
    str,
    _field(Pattern, r"-?(?:0|[1-9][0-9]{0,2})(?:\.[0-9]{1,6})?", "use degrees like -4.043477"),
]
UtcOffset = Annotated[
    str, _field(Pattern, r"[+-][01][0-9]:[0-5][0-9]", "use an offset like +03:00")
]
_TAG = r"[a-z]{2,3}(?:-[A-Za-z0-9]{2,8}){0,3}"
Language = Annotated[str, _field(Pattern, _TAG, "use a BCP 47 tag like en")]
AlertId = Annotated[str, _field(Pattern, r"[0-9a-f]{24}", "use the 24 digits of an alert id")]

Container = Annotated[str, identifier("container")]
Cas = Annotated[str, identifier("cas")]
Imo = Annotated[str, identifier("imo")]
Locode = Annotated[str, identifier("locode")]
HsCode = Annotated[str, identifier("hs")]
UnNumber = Annotated[str, identifier("un_number")]
Mrn = Annotated[str, identifier("mrn")]
Seal = Annotated[str, identifier("seal")]
