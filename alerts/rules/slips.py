"""Honest explanations of two amounts that do not agree: tried before anybody is accused.

A slip of the unit, gross mass given for net, or round figures written for what the scales said.
What looks like one is still a finding, a low one: a thief can call a theft a slip.
"""

from collections.abc import Iterable, Iterator
from decimal import Decimal

from alerts.rules.columns import net_of
from alerts.rules.names import one_slip
from alerts.rules.parameters import Parameters
from ledger.claims import Line
from ledger.masses import ZERO
from ledger.quantities import Quantity, in_base_unit

TRIED = "a unit slip, gross given for net and rounding do not explain it"

# Pairs of units that people take for one another. Short tons for tonnes (1.1023) is left out: a
# tenth too much or too little is what a diversion looks like.
SLIPS = (
    (Decimal(1000), "kilograms and tonnes"),
    (Decimal("2.20462262"), "kilograms and pounds"),
    (Decimal("907.18474"), "kilograms and short tons"),
    (Decimal(10), "a decimal place"),
    (Decimal(100), "two decimal places"),
)
_MUCH = Decimal(10)  # times: what is so far off is a slip though the rest is a little off as well
_LITTLE = Decimal("0.03")
_NEAR = Decimal("0.005")
DIGITS = 4  # that tell: shorter numbers are alike by chance
_LIQUID, _SOLID = frozenset({"liquid"}), frozenset({"solid", "powder", "granules"})


def tolerance(lines: Iterable[Line], p: Parameters) -> Decimal:
    """The share that scales, spillage and temperature explain, by the form of the goods."""
    forms = {line.form for line in lines}
    if forms & _LIQUID:
        return p.share("liquid_tolerance_percent")
    if forms and forms <= _SOLID:
        return p.share("solid_tolerance_percent")
    return p.share("bulk_tolerance_percent")


def unit_slip(
    found: Decimal, declared: Decimal, *, near: Decimal = _NEAR, margin: Decimal = ZERO
) -> str | None:
    """`a unit slip (kilograms and tonnes)` when one amount is the other in another unit.

    They may be apart by a share `near` beside, and what was declared may be larger by `margin`.
    """
    low, high = sorted((found, declared))
    if low <= 0:
        return None
    for factor, units in SLIPS:
        ratio = high / low / factor
        apart = max(near, _LITTLE) if factor >= _MUCH else near
        least = 1 - max(apart, margin) if high == found else 1 - apart
        if least <= ratio <= 1 + apart:
            return f"a unit slip ({units})"
    return None


def explanation(
    found: Decimal, declared: Decimal, *, before: tuple[Line, ...], after: tuple[Line, ...]
) -> str | None:
    """The first honest explanation that fits, as a noun: `it looks like …`."""
    slip = unit_slip(found, declared)
    if slip is not None:
        return slip
    if found > 0 and declared > 0 and _gross_for_net(found / declared, before, after):
        return "gross mass given for net"
    if mistyped(before, after):
        return "a typing slip of one digit"
    return rounding(abs(found - declared), before, after)


def rounding(gap: Decimal, *papers: tuple[Line, ...]) -> str | None:
    """`rounding to 1 decimal of TNE` when the last figure of one side leaves such a gap.

    Tonnes with one decimal are right to 50 kg, whole ones to half a tonne. Noughts before the point
    are taken for figures, since nobody can tell that they are not.
    """
    wrote = [lines for lines in papers if lines and gap <= _within(lines)]
    return f"rounding {_to_the_last(wrote[0])}" if wrote else None


def mistyped(before: tuple[Line, ...], after: tuple[Line, ...], *, least: int = DIGITS) -> bool:
    """Whether two long numbers differ by one digit that is wrong or two that changed places."""
    if len(before) != 1 or len(after) != 1 or before[0].quantity.unit != after[0].quantity.unit:
        return False
    one, other = (f"{line.quantity.amount:f}".rstrip("0.") for line in (before[0], after[0]))
    return len(one) == len(other) >= least and one_slip(one, other)


def packages(lines: tuple[Line, ...]) -> Decimal | None:
    """How many packages these lines state; None where one states none, or they are of two kinds."""
    counts = [line.package_count for line in lines]
    known = [count for count in counts if count is not None]
    kinds = {line.package_type for line in lines}
    return Decimal(sum(known)) if len(known) == len(counts) and len(kinds) == 1 else None


def _gross_for_net(ratio: Decimal, before: tuple[Line, ...], after: tuple[Line, ...]) -> bool:
    up = [r for r in _gross_ratios(before) if abs(ratio / r - 1) <= _NEAR / 2]
    down = [r for r in _gross_ratios(after) if abs(ratio * r - 1) <= _NEAR / 2]
    return bool(up or down)


def _gross_ratios(lines: tuple[Line, ...]) -> Iterator[Decimal]:
    gross = net = ZERO
    for line in lines:
        if line.gross_mass is None:
            return
        size = in_base_unit(Quantity(line.gross_mass.amount, line.gross_mass.unit))
        unit, amount = net_of(line)
        if size is None or unit != "kg":
            return
        gross, net = gross + size, net + amount
    if net > 0 and gross / net > 1 + _NEAR:
        yield gross / net


def _within(lines: Iterable[Line]) -> Decimal:
    """How far the last figure of each amount may be from the truth, together, in base units."""
    halves = [
        in_base_unit(Quantity(Decimal(5).scaleb(-_decimals(line) - 1), line.quantity.unit))
        for line in lines
    ]
    return sum((each for each in halves if each), ZERO)


def _to_the_last(lines: tuple[Line, ...]) -> str:
    decimals, unit = _decimals(lines[0]), lines[0].quantity.unit
    if decimals == 0:
        return "to whole tonnes" if unit == "TNE" else f"to whole {unit}"
    return f"to {decimals} decimal{'s' if decimals > 1 else ''} of {unit}"


def _decimals(line: Line) -> int:
    return max(0, -int(line.quantity.amount.normalize().as_tuple().exponent))
