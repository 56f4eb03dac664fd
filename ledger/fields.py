"""The value types of the wire: what one property of a statement may hold, and nothing else.

Each type is an `Annotated` alias whose metadata is a factory of the marshmallow field that reads
it, so an event's annotations are its schema.
"""

from collections.abc import Callable, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Annotated, Any

import iso3166
from marshmallow import ValidationError, fields

from ledger.quantities import UNITS
from ledger.values import CalendarDay, Choice, Exact, Instant, Pattern, Whole, YesNo

Factory = Callable[..., fields.Field[Any]]

COUNTRIES = frozenset(iso3166.countries_by_alpha2) | {"XK"}
MAX_LIST = 200


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


def whole(low: int, high: int) -> Factory:
    return _field(Whole, low, high)


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
