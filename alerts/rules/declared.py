"""Values and HS codes of one trade as two declarations have them."""

import math
from collections.abc import Sequence
from decimal import Decimal

from alerts.rules.names import one_slip
from alerts.rules.words import percent
from ledger.claims import Line
from ledger.identifiers import normal
from ledger.masses import ZERO
from ledger.quantities import show


def values_apart(
    released: Sequence[Line], cleared: Sequence[Line], tolerance: Decimal, freight: Decimal
) -> tuple[str, float] | None:
    """What is said of two values that freight and insurance do not explain.

    With the logarithm of how far the import is beyond what they do. Values compare where every
    line has one and all are in one currency.
    """
    out, back = _value(released), _value(cleared)
    if out is None or back is None or out[0] != back[0] or out[1] <= 0:
        return None
    low, high = out[1] * (1 - tolerance), out[1] * (1 + tolerance) * (1 + freight)
    if low <= back[1] <= high:
        return None
    more = back[1] > high
    beyond = math.log(back[1] / high if more else low / max(back[1], low / 1000))
    word = "less" if back[1] < out[1] else "more"
    said = (
        f"The import was valued at {_money(back)} and the export at {_money(out)}, "
        f"{percent(abs(back[1] / out[1] - 1))} {word}; freight and insurance do not explain it."
    )
    return said, beyond


def codes_apart(released: Sequence[Line], cleared: Sequence[Line]) -> bool:
    """Whether two declarations have no HS code in common, one mistyped digit allowed.

    Codes move between editions of the Harmonized System: other editions do not compare.
    """
    if len({line.hs_edition for line in (*released, *cleared) if line.hs_edition}) > 1:
        return False
    one, other = _codes(released), _codes(cleared)
    return bool(one and other) and not any(a == b or one_slip(a, b) for a in one for b in other)


def _value(lines: Sequence[Line]) -> tuple[str, Decimal] | None:
    values = [line.value for line in lines if line.value is not None]
    currencies = {value.currency for value in values}
    if len(values) != len(lines) or len(currencies) != 1:
        return None
    return currencies.pop(), sum((value.amount for value in values), ZERO)


def _money(value: tuple[str, Decimal]) -> str:
    whole, point, rest = show(value[1]).partition(".")
    return f"{int(whole):,}{point}{rest} {value[0]}"


def six_digits(code: str) -> str:
    """What is the same in all countries of an HS code; the rest is national."""
    return normal("hs", code)[:6]


def _codes(lines: Sequence[Line]) -> set[str]:
    return {six_digits(line.hs) for line in lines if line.hs}
