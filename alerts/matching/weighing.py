"""What the agreement of two halves weighs: bits for "one shipment" against "strangers", in words.

The sum is the binary logarithm of the odds: where it begins is how many departures there are to
choose from, and each thing compared adds log2(m / u).
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from math import log2

from alerts.matching.chances import CHANCES, COUNTED, STRANGERS
from alerts.matching.comparing import common_documents, compared
from alerts.matching.halves import Half
from alerts.rules.words import count

AGREEING = frozenset({"same", "alike"})
Number = tuple[str, str]  # container, seal or document, and its number


@dataclass(frozen=True, kw_only=True, slots=True)
class Weight:
    """One thing that speaks for or against a pair."""

    about: str
    bits: float
    words: str


@dataclass(frozen=True, kw_only=True)
class Around:
    """What an arrival is judged among.

    `departures`: those it could belong to; `others`: all of its trade in those months, whole ones
    too; `seen`: how many shipments carry a number.
    """

    departures: Sequence[Half] = ()
    others: Sequence[Half] = ()
    seen: Mapping[Number, int] = field(default_factory=dict)


def weights(left: Half, came: Half, around: Around) -> tuple[Weight, ...]:
    """Everything that speaks for or against these two being one, the start first."""
    found = [_start(around)]
    strangers = [compared(each, came) for each in around.others if each.ref != left.ref]
    for about, outcome in compared(left, came).items():
        if outcome in CHANCES[about]:
            said = [each[about] for each in strangers if about in each]
            carried = _carried(left, came, around, about) if outcome == "same" else 0
            found.append(_weight((about, outcome), said, carried))
    return tuple(found)


def bits(found: Iterable[Weight]) -> float:
    return round(sum(each.bits for each in found), 3)


def _start(around: Around) -> Weight:
    many = max(1, len(around.departures))
    said = f"one of {many} departures that it could be" if many > 1 else "the only one it could be"
    return Weight(about="start", bits=round(0 - log2(many), 3), words=said)


def _weight(how: tuple[str, str], strangers: Sequence[str], carried: int) -> Weight:
    """One agreement: `carried` by so many shipments where it is of a number."""
    about, outcome = how
    m, beforehand = CHANCES[about][outcome]
    like = strangers.count(outcome)
    if carried:
        # A number says less the more shipments carry it, wherever they go.
        by_chance = (max(carried - 2, 0) + 0.5) / STRANGERS
        u = max(by_chance, like / (len(strangers) + 1))
        words = f"{WORDS[how]}, seen on {count(carried, 'shipment')}"
    else:
        u = (like + COUNTED * beforehand) / (len(strangers) + COUNTED)
        words = WORDS[how] + _usual(like, len(strangers))
    found = round(log2(m / u), 3)
    # Where all of a trade agree so, agreement says nothing; it never speaks against.
    return Weight(about=about, bits=max(0.0, found) if outcome in AGREEING else found, words=words)


def _usual(like: int, of: int) -> str:
    return f", as with {like} of {of} others" if of else ""


def _carried(left: Half, came: Half, around: Around, about: str) -> int:
    """On how many shipments the rarest number is that they have in common; 0 for no number."""
    common: Mapping[str, frozenset[str]] = {
        "container": frozenset(left.containers).intersection(came.containers),
        "seal": frozenset(left.seals).intersection(came.seals),
        "document": common_documents(left, came),
    }
    numbers = common.get(about, ())
    return min((around.seen.get((about, each), 2) for each in numbers), default=0)


WORDS: Mapping[tuple[str, str], str] = {
    ("container", "same"): "same container",
    ("container", "slip"): "container numbers one slip apart",
    ("container", "other"): "other containers",
    ("seal", "same"): "same seal",
    ("seal", "slip"): "seal numbers one slip apart",
    ("seal", "other"): "other seals",
    ("document", "same"): "same document number",
    ("document", "slip"): "document numbers one slip apart",
    ("document", "other"): "other document numbers",
    ("substance", "other"): "another substance",
    ("country", "other"): "another importing country than it was sent to",
    ("origin", "other"): "another exporting country",
    ("mass", "close"): "masses within 1 %",
    ("mass", "near"): "masses within 4 %",
    ("mass", "slip"): "masses that differ by a slip (unit, gross for net, rounding)",
    ("mass", "part"): "less came than left",
    ("mass", "other"): "masses that do not fit",
    ("dates", "near"): "came about when it was to",
    ("dates", "later"): "came some days from when it was to",
    ("dates", "late"): "came weeks from when it was to",
    ("dates", "far"): "came at a time that does not fit",
    ("buyer", "same"): "same buyer",
    ("buyer", "alike"): "buyers of like name",
    ("buyer", "other"): "another buyer",
    ("seller", "same"): "same seller",
    ("seller", "alike"): "sellers of like name",
    ("seller", "other"): "another seller",
    ("place", "same"): "same place of entry",
    ("place", "other"): "another place of entry",
    ("means", "same"): "same means of transport",
    ("means", "other"): "another means of transport",
}
