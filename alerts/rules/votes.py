"""Which of two figures the other papers side with: a slip of the pen stands alone.

Every paper of the way out, and every permit, says how much was to be sent. Where one of them does
not agree with a later step, the others vote: each for the figure that it is nearer to.
"""

import math
from collections.abc import Iterator
from decimal import Decimal

from alerts.rules import Dossier, slips
from alerts.rules.columns import OUT, PERMITS, column, goods_of, notified, planned, weighed_of
from alerts.rules.readings import alike
from alerts.rules.slips import packages
from ledger.claims import Line
from ledger.events.movements import Departed, ExportReleased
from ledger.events.notices import NoticeSent
from ledger.events.permits import ExportAuthorised, ImportAuthorised
from ledger.events.receptions import ImportCleared
from ledger.vocabulary import ShipmentEvent

FEW = 2  # votes that are needed, and none against
TOLD = 3  # digits of a number, where two papers have it otherwise
PAPERS: dict[str, tuple[type[ShipmentEvent], ...]] = {
    "export": (ExportAuthorised, ExportReleased, Departed),
    "import": (ImportAuthorised, ImportCleared),
}
UNDECLARED = ("arrived", "delivered", "received")
NEARER = 0.5  # so many times as far from the one as from the other, at most


def outvoted(dossier: Dossier, key: str, paper: str, sent: Decimal, found: Decimal) -> bool:
    """Whether all else that says how much was sent sides with `found`, against the one paper."""
    votes = [_nearer(each, found, sent) for each in _figures(dossier, key, paper)]
    return votes.count(1) >= FEW and -1 not in votes


def is_a_slip(
    dossier: Dossier, key: str, side: str, moved: Decimal, *, gap: Decimal, most: Decimal
) -> bool:
    """Whether other figures tell that so much more than a permit allows is a slip of the pen.

    `gap`: by how much it is exceeded; `most`: what it allows, with what scales explain.
    """
    return (
        permit_mistyped(dossier, key, side, moved)
        or figures_rounded(dossier, key, side, gap)
        or as_many_packages(dossier, key, side)
        or seen_within(dossier, key, side, most)
    )


def permit_mistyped(dossier: Dossier, key: str, side: str, moved: Decimal) -> bool:
    """Whether a permit has one wrong digit, by the notice and the other side's permit.

    Both allow for what moved; a permit for less than was asked, that is no slip, they do not
    outvote.
    """
    mine, theirs = PERMITS if side == "export" else reversed(PERMITS)
    other = [weighed_of(dossier, each.event) for each in dossier.stated(theirs)[-1:]]
    said = [each.amounts.get(key) for each in (notified(dossier), *other) if each is not None]
    if len(said) < FEW or not all(each and (moved < each or alike(each, moved)) for each in said):
        return False
    asked = _lines(dossier, NoticeSent, key)
    return slips.mistyped(_lines(dossier, mine, key), asked, least=TOLD)


def as_many_packages(dossier: Dossier, key: str, side: str) -> bool:
    """Whether as many packages moved as are permitted: a drum holds no more than a drum."""
    permit, *steps = PAPERS[side]
    allowed = packages(_lines(dossier, permit, key)) or packages(_lines(dossier, NoticeSent, key))
    moved = {packages(_lines(dossier, step, key)) for step in steps} - {None}
    return allowed is not None and moved == {allowed}


def seen_within(dossier: Dossier, key: str, side: str, most: Decimal) -> bool:
    """Whether a step of the far end beside the import declaration had no more than the most."""
    steps = (column(dossier, step) for step in UNDECLARED) if side == "import" else ()
    found = (each.masses.amounts.get(key) for each in steps if each is not None)
    return any(amount <= most for amount in found if amount is not None)


def figures_rounded(dossier: Dossier, key: str, side: str, gap: Decimal) -> bool:
    """Whether the last figure of a side's permit, or of what moved there, makes the difference."""
    papers = (_lines(dossier, each, key) for each in PAPERS[side])
    return slips.rounding(gap, *papers) is not None


def _lines(dossier: Dossier, kind: type[ShipmentEvent], key: str) -> tuple[Line, ...]:
    """What the last statement of a kind says of this substance."""
    last = dossier.stated(kind)[-1:]
    lines = (line for each in last for line in goods_of(each.event))
    return tuple(line for line in lines if line.substance == key.rpartition("/")[0])


def _figures(dossier: Dossier, key: str, paper: str) -> Iterator[Decimal]:
    yield from planned(dossier, key)
    for step in OUT:
        other = column(dossier, step) if step != paper else None
        amount = other.masses.amounts.get(key) if other else None
        if amount:
            yield amount


def _nearer(each: Decimal, found: Decimal, sent: Decimal) -> int:
    """1 for what was found, -1 for what the paper says was sent, 0 for neither."""
    if found <= 0 or sent <= 0:
        return 0
    to_found, to_sent = (abs(math.log(each / other)) for other in (found, sent))
    if to_found <= NEARER * to_sent:
        return 1
    return -1 if to_sent <= NEARER * to_found else 0
