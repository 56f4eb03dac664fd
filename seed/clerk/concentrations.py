"""How much of the chemical is in the goods: "15,85 % ; 187 g/l", ">= 10 - < 20", "0.437".

What is wanted is the share by weight. A range stays a range; mass per volume, where it is stated
beside the share or in its place, is kept too, since it turns litres into kilograms.
"""

import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Literal

from seed.clerk.reading import Reading, fold

Basis = Literal["w/w", "w/v", "unstated", "substance"]

PART = re.compile(
    r"(?P<relation>[<>]=?|=[<>])?\s*(?P<figure>\d+(?:[.,]\d+)?)\s*(?P<sign>[%&]*)\s*"
    r"\(?(?P<unit>w\s?/\s?[wv]|p\s?/\s?[pv]|m\s?/\s?[mv]|g\s?/\s?(?:l|kg|100\s?ml)\b)?\)?%?",
    re.IGNORECASE,
)
BETWEEN_PARTS = re.compile(r"[\s;()–-]*(?:\b(?:à|to|bis|hasta)\b\s*)?", re.IGNORECASE)
WEIGHT_PER_VOLUME = {"w/v", "p/v", "m/v"}
WEIGHT_PER_WEIGHT = {"w/w", "p/p", "m/m"}
GRAMS_PER_LITRE = {"g/l": Decimal(1), "g/100ml": Decimal(10)}

PURE = frozenset({"chemical", "substance", "sustancia"})
KEEPS_FRACTIONS = frozenset({"BE"})  # the Belgian list shows 43.7 % as 0.437, throughout


@dataclass(frozen=True, kw_only=True, slots=True)
class Concentration:
    """Per cent from `low` to `high`, by weight unless `basis` says otherwise; None is open."""

    low: Decimal | None
    high: Decimal | None
    basis: Basis
    grams_per_litre: Decimal | None = None

    @property
    def figure(self) -> Decimal | None:
        """One figure for the range: its middle, or the one bound that is stated."""
        if self.low is None or self.high is None:
            return self.high if self.low is None else self.low
        return (self.low + self.high) / 2


@dataclass(frozen=True, slots=True)
class Part:
    """One figure of the field, with the relation and the unit that stand by it."""

    relation: str
    figure: Decimal
    sign: str
    unit: str


def read_concentration(
    raw: str, *, subject_type: str = "", trade_name: str = "", authority: str = ""
) -> Reading[Concentration]:
    text = raw.strip()
    if not text:
        return _not_stated(subject_type, trade_name)
    parts = _parts(text)
    if parts is None:
        return Reading(None, (f"concentration {text!r} cannot be read",))
    if is_fraction(parts, text, trade_name=trade_name, authority=authority):
        whole = (parts[0].figure * 100).normalize()
        remark = f"concentration {text} was read as {whole:f} %: a sheet keeps per cent so"
        return _checked(Concentration(low=whole, high=whole, basis="unstated"), text, (remark,))
    return _checked(*_weigh(parts, text))


def is_fraction(parts: list[Part], text: str, *, trade_name: str, authority: str) -> bool:
    """A bare figure up to 1 that is a share of one: by its list, its precision, or its trade name.

    Nobody states 0.1585 % of an active ingredient; and "MANCOZEB 60 % WDG" is not 0.6 %.
    """
    part = parts[0]
    if len(parts) > 1 or part.sign or part.unit or part.relation or not 0 < part.figure <= 1:
        return False
    decimals = len(re.split(r"[.,]", text)[1]) if re.search(r"[.,]", text) else 0
    hundredfold = re.escape(f"{(part.figure * 100).normalize():f}")
    named = re.search(rf"(?<![\d.,]){hundredfold}\s*%", trade_name)
    return authority in KEEPS_FRACTIONS or decimals >= 3 or bool(named)


def _not_stated(subject_type: str, trade_name: str) -> Reading[Concentration]:
    """The forms ask for a concentration and a trade name of mixtures only."""
    if fold(subject_type) in PURE or not (subject_type.strip() or trade_name.strip()):
        remark = "no concentration is stated: the goods are the substance itself, taken as 100 %"
        pure = Concentration(low=Decimal(100), high=Decimal(100), basis="substance")
        return Reading(pure, (remark,))
    return Reading(None, ("the concentration of a mixture is not stated",))


def _parts(text: str) -> list[Part] | None:
    """Every figure in the field; None where anything is left that is not understood."""
    found: list[Part] = []
    place = 0
    for match in PART.finditer(text):
        if not BETWEEN_PARTS.fullmatch(text, place, match.start()):
            return None
        unit = re.sub(r"\s", "", match["unit"] or "").casefold()
        figure = Decimal(match["figure"].replace(",", "."))
        found.append(Part(match["relation"] or "", figure, match["sign"], unit))
        place = match.end()
    return found if found and BETWEEN_PARTS.fullmatch(text, place) else None


def _weigh(parts: list[Part], text: str) -> tuple[Concentration | None, str, tuple[str, ...]]:
    """Share by weight first; weight per volume only where nothing else is stated."""
    by_volume = [part for part in parts if part.unit in WEIGHT_PER_VOLUME]
    by_weight = [part for part in parts if part.unit in WEIGHT_PER_WEIGHT]
    shares = by_weight or [part for part in parts if not part.unit]
    density = _grams_per_litre(parts)
    if not shares and not by_volume:
        return None, text, ("only mass per volume is stated, without a share",)
    basis: Basis = "w/w" if by_weight else "unstated" if shares else "w/v"
    bounds = _bounds(shares or by_volume)
    if bounds is None:
        return None, text, (f"concentration {text!r} states more than one figure",)
    low, high = bounds
    read = Concentration(low=low, high=high, basis=basis, grams_per_litre=density)
    return read, text, _range_remarks(read, text)


def _grams_per_litre(parts: list[Part]) -> Decimal | None:
    """10 g/l are 1 % w/v; the figure that is stated in grams wins."""
    stated = [p.figure * GRAMS_PER_LITRE[p.unit] for p in parts if p.unit in GRAMS_PER_LITRE]
    derived = [p.figure * 10 for p in parts if p.unit in WEIGHT_PER_VOLUME]
    return next(iter(stated + derived), None)


def _bounds(parts: list[Part]) -> tuple[Decimal | None, Decimal | None] | None:
    if len(parts) == 1:
        figure, relation = parts[0].figure, parts[0].relation
        return (
            None if "<" in relation else figure,
            None if ">" in relation else figure,
        )
    if len(parts) == 2 and parts[0].figure <= parts[1].figure:
        return parts[0].figure, parts[1].figure
    return None


def _range_remarks(read: Concentration, text: str) -> tuple[str, ...]:
    if read.low == read.high:
        return ()
    if read.low is None or read.high is None:
        return (f"concentration {text!r} has one bound only, which stands for the figure",)
    return (f"concentration {text!r} is a range: its middle stands for the figure",)


def _checked(
    read: Concentration | None, text: str, remarks: tuple[str, ...]
) -> Reading[Concentration]:
    if read is not None and max(read.low or 0, read.high or 0) > 100:
        return Reading(None, (f"concentration {text!r} is more than 100 %: not used",))
    return Reading(read, remarks)
