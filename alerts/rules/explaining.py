"""Why an amount may honestly differ from the papers: every explanation is tried before blame.

A slip of the pen stands alone: the packages are as many as they were, and the other steps of the
far end know nothing of it. Where several steps say as little, or the packages are fewer too, it is
no slip, whatever the numbers look like.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal

from alerts.rules import Dossier, slips
from alerts.rules.columns import OUT, column, planned
from alerts.rules.lots import all_came, all_seen, are_equal_lots, is_some_lots, told_alike
from alerts.rules.readings import IN, Reading, alike, containers_seen, readings
from alerts.rules.settled import settled_by
from alerts.rules.slips import packages
from alerts.rules.votes import outvoted
from ledger.claims import Line

TRIED = (
    "a unit slip, gross given for net, rounding, parts to come and the bias of that scale do not "
    "explain it"
)
_ORDER = (*OUT, *IN)
_PART = 0.85  # containers of one load are not filled alike
_PACKAGES = Decimal("0.1")
MORE = Decimal("1.1")  # times what a step had: nothing comes of itself
COPIED = Decimal("0.0005")  # of the goods: no scale comes as near to a paper by chance
A_LOT, LIKE = 0.95, 0.03  # the share that came, and how near that of the packages is to it
PLAINLY_A_LOT = 0.85  # the share that came, where nobody counts packages


@dataclass(frozen=True, kw_only=True, slots=True)
class Explained:
    """What is said of a difference, whether that lets it be honest, and whether all is there."""

    said: str
    innocent: bool
    whole: bool = False


def explanation(dossier: Dossier, reading: Reading) -> Explained:
    """The first honest explanation that fits, or that none does."""
    others = [
        each for each in readings(dossier) if each.key == reading.key and each.step != reading.step
    ]
    if outvoted(dossier, reading.key, reading.papers.step, reading.sent, reading.found):
        why = "a slip in the export paper, since the notice and the permits say the same"
        return Explained(said=f"it looks like {why}", innocent=True, whole=True)
    before, after = reading.lines
    slip = slips.explanation(reading.found, reading.due, before=before, after=after)
    if slip is not None:
        amiss = contradicted(reading.found, before, after, others)
        if amiss:
            return Explained(said=f"it would look like {slip}, but {amiss}", innocent=False)
        return Explained(said=f"it looks like {slip}", innocent=True)
    for why, whole in _parts(dossier, reading, others):
        return Explained(said=f"it looks like {why}", innocent=True, whole=whole)
    return Explained(said=TRIED, innocent=False)


def contradicted(
    found: Decimal, before: tuple[Line, ...], after: tuple[Line, ...], others: list[Reading]
) -> str | None:
    """What speaks against a slip: another step that has as little, or as few packages."""
    if any(alike(found, each.found) for each in others):
        return "another step says the same"
    packed, unpacked = packages(before), packages(after)
    if packed and unpacked and abs(unpacked / packed - 1) > _PACKAGES:
        return "the packages are not as many either"
    return None


def may_be_a_lot(dossier: Dossier, reading: Reading) -> bool:
    """Whether another lot may be on its way: as many packages are missing as goods.

    Where nobody counted them, whether so much is missing as a lot would have.
    """
    packed, unpacked = (packages(lines) for lines in reading.lines)
    left = column(dossier, "departed")
    if not packed and left is not None and reading.step != "departed":
        packed = packages(left.of(reading.key.rpartition("/")[0]))
    if not packed or unpacked is None:
        return reading.share <= PLAINLY_A_LOT
    return reading.share <= A_LOT and abs(float(unpacked / packed) - reading.share) <= LIKE


def _parts(dossier: Dossier, reading: Reading, others: list[Reading]) -> Iterator[tuple[str, bool]]:
    """Less may be a part: of the containers, or of the lots; or a mistake set right later.

    With each explanation whether by it all of the goods were seen.
    """
    if reading.found >= reading.due:
        return
    later = [each for each in others if _ORDER.index(each.step) > _place(reading)]
    before = [each for each in others if each.step in IN and each not in later]
    whole = [each for each in later if alike(each.found, each.due)]
    if unreported := _unreported(dossier, reading, at_the_end=bool(whole) or not later):
        yield unreported, False
    seen = any(alike(each.found, each.due) for each in (*before, *later))
    if is_some_lots(dossier, reading.key, reading.found) and (
        since := _all_lots(dossier, seen=seen)
    ):
        yield f"a lot that nobody has reported at this step, since {since}", True
    if reading.step in IN and told_alike(dossier, reading.step, reading.key, reading.due):
        yield "two lots told of in the same words", False
    if any(each.found > reading.found * MORE for each in later):
        yield "a part of it, since a later step had more", False
    if any(_weighed(dossier, each, reading) for each in whole):
        yield "a mistake, since a later step had it all", True
    if country := settled_by(dossier):
        yield f"a difference that {country} looked into and settled", False


def _unreported(dossier: Dossier, reading: Reading, *, at_the_end: bool) -> str | None:
    """What a step leaves out so often that it need not be told of elsewhere."""
    if reading.step == "arrived":
        seen = containers_seen(dossier)
        if seen < 1 and reading.share >= seen * _PART:
            return "containers that nobody has reported yet"
    if reading.step == "departed" and are_equal_lots(dossier, reading.key, reading.due):
        return "a lot whose departure nobody has reported"
    if reading.step == "delivered" and at_the_end:
        return "a lot whose delivery nobody has reported"
    return None


def _all_lots(dossier: Dossier, *, seen: bool) -> str | None:
    """Why all of several lots are known to have come."""
    if seen or all_came(dossier):
        return "another had it all"
    return "every lot was seen to come" if all_seen(dossier) else None


def _weighed(dossier: Dossier, later: Reading, reading: Reading) -> bool:
    """Whether a later step put the goods on a scale, and did not copy some paper."""
    near = later.sent * COPIED
    copies = (abs(each - later.found) <= near for each in planned(dossier, reading.key))
    return not later.copied and not any(copies)


def _place(reading: Reading) -> int:
    return _ORDER.index(reading.step) if reading.step in _ORDER else len(_ORDER)
