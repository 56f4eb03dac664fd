"""What two halves have in common, thing by thing: how each agrees, in one word.

A thing that one of them says nothing of is not compared. Nothing is weighed here.
"""

from collections.abc import Callable, Mapping
from datetime import timedelta
from decimal import Decimal
from functools import lru_cache
from types import MappingProxyType

from alerts.matching.goods import Mass
from alerts.matching.halves import Half
from alerts.rules.names import ALIKE, closeness, one_slip
from alerts.rules.slips import unit_slip
from ledger.claims import Party

DAY = timedelta(days=1)
# Papers that are one shipment's on both sides: another number of the same sort is another paper.
_ONE_EACH = frozenset(
    {
        "import_authorisation",
        "export_authorisation",
        "bill_of_lading",
        "air_waybill",
        "consignment_note",
        "invoice",
        "pen",
        "ucr",
    }
)
_SCALES, _HANDLING = Decimal("0.01"), Decimal("0.04")
_RATIO = Decimal("0.0025")
_HALF_A_TONNE = Decimal(500)
_LEAST_PART = Decimal("0.2")

Compare = Callable[[Half, Half], str | None]


def container(left: Half, came: Half) -> str | None:
    return _numbers(left.containers, came.containers)


def seal(left: Half, came: Half) -> str | None:
    return _numbers(left.seals, came.seals)


def _numbers(mine: tuple[str, ...], theirs: tuple[str, ...]) -> str | None:
    if not mine or not theirs:
        return None
    if not set(mine).isdisjoint(theirs):
        return "same"
    return "slip" if any(one_slip(a, b) for a in mine for b in theirs) else "other"


def document(left: Half, came: Half) -> str | None:
    if common_documents(left, came):
        return "same"
    both = [
        (mine, theirs)
        for kind, mine in left.documents
        for other, theirs in came.documents
        if kind == other and kind in _ONE_EACH
    ]
    if any(one_slip(mine, theirs) for mine, theirs in both):
        return "slip"
    return "other" if both else None


def common_documents(left: Half, came: Half) -> frozenset[str]:
    """The numbers that both halves have, whatever each calls the paper."""
    return frozenset(n for _, n in left.documents) & frozenset(n for _, n in came.documents)


def substance(left: Half, came: Half) -> str | None:
    if not left.masses or not came.masses:
        return None
    return "same" if left.substances & came.substances else "other"


def mass(left: Half, came: Half) -> str | None:
    """By the substance that agrees least: `close`, `near`, `slip`, `part`, `other`."""
    order = ("close", "near", "slip", "part", "other")
    sent = {each.substance: each for each in left.masses}
    found = [_mass(sent[m.substance], m) for m in came.masses if m.substance in sent]
    return max(found, key=order.index, default=None)


def _mass(sent: Mass, came: Mass) -> str:
    if sent.kg <= 0 or came.kg <= 0:
        return "other"
    ratio = came.kg / sent.kg
    if abs(ratio - 1) <= _SCALES:
        return "close"
    if _is_slip(sent, came, ratio):
        return "slip"
    if abs(ratio - 1) <= _HANDLING:
        return "near"
    return "part" if _LEAST_PART <= ratio < 1 else "other"


def _is_slip(sent: Mass, came: Mass, ratio: Decimal) -> bool:
    """Another unit, gross mass for net, or whole tonnes for what the scales said."""
    if unit_slip(came.kg, sent.kg) is not None:
        return True
    if sent.gross is not None and abs(ratio / sent.gross - 1) <= _RATIO:
        return True
    if came.gross is not None and abs(ratio * came.gross - 1) <= _RATIO:
        return True
    return (sent.rounded or came.rounded) and abs(came.kg - sent.kg) <= _HALF_A_TONNE


def dates(left: Half, came: Half) -> str | None:
    """Against the arrival that was announced, else against what the mode takes."""
    if left.expected is not None:
        return _band(abs((came.at - left.expected) / DAY), (5, 15, 40))
    least, usual, most = _TRAVEL.get(left.mode or "", (1, 20, 60))
    days = (came.at - left.at) / DAY
    if days < least / 2:
        return "far"
    return _band(days, (usual, most, most + 40))


# Days under way by mode: at least, mostly, hardly more (docs/reconciliation.md).
_TRAVEL: Mapping[str, tuple[float, float, float]] = MappingProxyType(
    {"sea": (4, 35, 60), "air": (0.3, 3, 8), "road": (0.5, 10, 25), "rail": (1, 20, 40)}
)


def _band(days: float, limits: tuple[float, float, float]) -> str:
    words = ("near", "later", "late")
    fitting = (word for word, limit in zip(words, limits, strict=True) if days <= limit)
    return next(fitting, "far")


def buyer(left: Half, came: Half) -> str | None:
    return _traders(left.buyers, came.buyers)


def seller(left: Half, came: Half) -> str | None:
    return _traders(left.sellers, came.sellers)


def _traders(mine: tuple[Party, ...], theirs: tuple[Party, ...]) -> str | None:
    if not mine or not theirs:
        return None
    if not {p.key for p in mine}.isdisjoint(p.key for p in theirs):
        return "same"
    return "alike" if any(_alike(a, b) for a in mine for b in theirs) else "other"


@lru_cache(maxsize=65_536)
def _alike(one: Party, other: Party) -> bool:
    return one.country == other.country and closeness(one.name, other.name) >= ALIKE


def place(left: Half, came: Half) -> str | None:
    if left.place is None or came.place is None:
        return None
    return "same" if left.place == came.place else "other"


def means(left: Half, came: Half) -> str | None:
    if not left.means or not came.means:
        return None
    return "other" if set(left.means).isdisjoint(came.means) else "same"


def country(left: Half, came: Half) -> str | None:
    """Whether they came into the country that they were sent to."""
    if left.importing is None or came.importing is None:
        return None
    return "same" if left.importing == came.importing else "other"


def origin(left: Half, came: Half) -> str | None:
    if left.exporting is None or came.exporting is None:
        return None
    return "same" if left.exporting == came.exporting else "other"


COMPARISONS: Mapping[str, Compare] = MappingProxyType(
    {
        "container": container,
        "seal": seal,
        "document": document,
        "substance": substance,
        "country": country,
        "origin": origin,
        "mass": mass,
        "dates": dates,
        "buyer": buyer,
        "seller": seller,
        "place": place,
        "means": means,
    }
)


def compared(left: Half, came: Half) -> dict[str, str]:
    """How each thing agrees that both say something of."""
    said = {name: compare(left, came) for name, compare in COMPARISONS.items()}
    return {name: outcome for name, outcome in said.items() if outcome is not None}
