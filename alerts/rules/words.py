"""How summaries say numbers, so that every rule says them alike."""

from collections.abc import Iterable
from datetime import date, datetime
from decimal import ROUND_HALF_EVEN, Context, Decimal

from ledger.quantities import show

UNITS = {"kg": "kg", "l": "litres", "pcs": "pieces"}
_WIDE = Context(prec=60, rounding=ROUND_HALF_EVEN)


def amount(value: Decimal, unit: str) -> str:
    """An amount with its unit, to the gram: `12,500 kg`."""
    plain = show(value.quantize(Decimal("0.001"), context=_WIDE))
    whole, point, rest = plain.partition(".")
    return f"{int(whole):,}{point}{rest} {UNITS.get(unit, unit)}"


def percent(share: Decimal) -> str:
    """A share of one as a percentage with one digit: `4.0 %`."""
    return f"{(share * 100).quantize(Decimal('0.1'), context=_WIDE)} %"


def percent_of(share: float) -> str:
    """A learnt share, to whole per cents: `4 %`; never none, since nothing is certain."""
    return f"{max(1, round(100 * share))} %"


def exact_percent(share: Decimal) -> str:
    """A limit as it was set: `0.75 %`."""
    return f"{show(share * 100)} %"


def day(moment: datetime | date) -> str:
    return (moment.date() if isinstance(moment, datetime) else moment).isoformat()


def count(number: int | Decimal, noun: str) -> str:
    """`1 day`, `7 days`."""
    said = show(Decimal(number))
    return f"{said} {noun}" if said == "1" else f"{said} {noun}s"


def series(items: Iterable[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    *most, last = items
    return f"{', '.join(most)} and {last}" if most else last


def sentence(text: str) -> str:
    return text[:1].upper() + text[1:]
