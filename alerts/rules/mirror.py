"""The two ends of one trade: what was declared for export, and what was declared for import."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, declared, evidence, rule, slips
from alerts.rules.columns import Column
from alerts.rules.counterparts import of_another, other_parties
from alerts.rules.explaining import may_be_a_lot
from alerts.rules.headings import at_home
from alerts.rules.lots import is_some_lots, reported_otherwise
from alerts.rules.otherhalf import accounted_for, column, told
from alerts.rules.parameters import Parameters
from alerts.rules.readings import Reading
from alerts.rules.votes import outvoted
from alerts.rules.weighbridges import MOST, scale, surprise
from alerts.rules.words import amount, exact_percent, percent

USUALLY_LESS = 0.02  # of a mass: declarations hold tare and round figures that no scale shows
USUALLY_BEYOND = 0.05  # of a value: so much more makes an honest difference e times rarer
SETTLED = frozenset({"received", "in_use", "consumed", "closed"})
RECEIVED = frozenset({"received"})  # which one lot of several may be


@dataclass(frozen=True, kw_only=True)
class _Ends:
    """Both declarations of one shipment."""

    released: Column
    cleared: Column
    dossier: Dossier

    def finding(
        self, summary: str, key: str, *, low: Severity | None = None, surprise: float | None = None
    ) -> Finding:
        return Finding(
            summary=summary,
            evidence=evidence(self.released.said, self.cleared.said),
            severity=low,
            alone=low is None,
            surprise=surprise,
            key=key,
            countries=told(self.dossier),
        )


def _ends(dossier: Dossier) -> _Ends | None:
    released, cleared = column(dossier, "released"), column(dossier, "cleared")
    if released is None or cleared is None:
        return None
    return _Ends(released=released, cleared=cleared, dossier=dossier)


def _lots_settle(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    """Less than was released may mean that another lot is still to be cleared."""
    ends = _ends(dossier)
    short = [(key, due) for key, due, found in _gaps(ends, p) if found < due] if ends else []
    if ends is None or not short:
        return
    heard = max(dossier.heard_at(each.by) for each in ends.cleared.said)
    lots = any(_may_be_a_lot(ends, key, due) for key, due in short)
    if dossier.shipment.status not in (SETTLED - RECEIVED if lots else SETTLED):
        yield heard + p.days("lots_wait_days" if lots else "parts_wait_days")


def _may_be_a_lot(ends: _Ends, key: str, due: Decimal) -> bool:
    reading = _reading(ends, key, due)
    return is_some_lots(ends.dossier, key, reading.found) or may_be_a_lot(ends.dossier, reading)


@rule(
    "RF-24",
    version=8,
    severity=Severity.HIGH,
    family="trade value",
    name="Export and import declarations do not mirror each other",
    parameters={
        "mass_tolerance_percent": 2,
        "floor_kg": 5,
        "value_tolerance_percent": 10,
        "freight_percent": 10,
        "parts_wait_days": 14,
        "lots_wait_days": 45,
        "one_in": 50,
    },
    due=_lots_settle,
    rests_on="how much came",
)
def mirror_mismatch(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """What was declared for export and for import differs in quantity, value, HS code or parties.

    Masses may differ by `mass_tolerance_percent`, and by `floor_kg` at least, values in one
    currency by `value_tolerance_percent`, and an import value may hold `freight_percent` more,
    since imports are valued with freight and insurance (CIF) and exports without (FOB). Values are
    compared where masses agree. Less than was released is believed `parts_wait_days` after the last
    lot was told of, or once receipt is confirmed; or `lots_wait_days` after, even if one receipt is
    confirmed, where it may be a lot: by the other steps, by the packages, or since a seventh is
    missing and nobody counts packages. A difference weighs by how seldom the clearing office's
    scale is off so far (a value by how far it is outside what freight explains); up to once in
    `one_in` it is low. Tried first are a unit slip, gross given for net and rounding, a declaration
    that all other papers contradict, one that the arrival or the receipt contradicts, and a
    difference that an authority recorded with a reason and settled; another number for a trader of
    the same name is low as well. What is low only adds to what else is found, and where nothing is
    missing by it (more came in, or the export declaration is contradicted by all) it is
    information. So are goods and parties of which other steps of the far end know nothing: a
    declaration may be filed under the wrong reference. So are two HS codes: each is listed for the
    substance, or its country has declared it so before, or that it is not is for RF-09 to tell,
    and only where no list has codes for the substance they are low.
    Where the two were likely told of as two shipments, they are held together; who may hear of both
    is told.

    Source: FATF, phantom shipping and documents that do not match.
    """
    ends = _ends(dossier)
    if ends is None:
        return
    yield from _masses(ends, p)
    whole = ends.released.masses.amounts.keys() == ends.cleared.masses.amounts.keys()
    if whole and not any(_gaps(ends, p)):
        yield from _values(ends, p)
    yield from _substances_told(ends)
    yield from _hs_codes(ends)
    yield from _parties_told(ends)


def _masses(ends: _Ends, p: Parameters) -> Iterator[Finding]:
    waiting = any(ends.dossier.now < moment for moment in _lots_settle(ends.dossier, p))
    for key, due, found in _gaps(ends, p):
        if found > due or not waiting:
            yield _mass_told(ends, key, due, p)


def _substances_told(ends: _Ends) -> Iterator[Finding]:
    stray = of_another(ends.dossier)
    for substance in sorted(_substances(ends.cleared) - _substances(ends.released)):
        said = "; it looks like the declaration of another shipment" if stray else ""
        yield ends.finding(
            f"A substance was declared for import that was not declared for export{said}.",
            f"substance:{substance}",
            low=_less(stray=stray),
        )


def _less(*, stray: bool, renumbered: bool = False) -> Severity | None:
    """A declaration that is another shipment's says nothing of this one."""
    if stray:
        return Severity.INFO
    return Severity.LOW if renumbered else None


def _parties_told(ends: _Ends) -> Iterator[Finding]:
    for role, renumbered in other_parties(ends.dossier):
        but = "; the name is the same, the registered number is not" if renumbered else ""
        yield ends.finding(
            f"The {role} in the import declaration is not the one in the export declaration{but}.",
            role,
            low=_less(stray=of_another(ends.dossier), renumbered=renumbered),
        )


def _gaps(ends: _Ends, p: Parameters) -> Iterator[tuple[str, Decimal, Decimal]]:
    """The masses that differ by more than is allowed: key, what was to come, what came."""
    out, back = ends.released.masses.amounts, ends.cleared.masses.amounts
    for key in sorted(out.keys() & back.keys()):
        gone = accounted_for(ends.dossier, key, ends.released.first_at)
        due = max(out[key] - gone, back[key]) if back[key] < out[key] else out[key]
        allowed = max(out[key] * p.share("mass_tolerance_percent"), p.number("floor_kg"))
        if abs(due - back[key]) > allowed:
            yield key, due, back[key]


def _substances(declared: Column) -> set[str]:
    return {line.substance for line in declared.lines}


def _mass_told(ends: _Ends, key: str, due: Decimal, p: Parameters) -> Finding:
    substance, _, unit = key.rpartition("/")
    found = ends.cleared.masses.amounts[key]
    slip = slips.explanation(
        found, due, before=ends.released.of(substance), after=ends.cleared.of(substance)
    )
    sent = ends.released.masses.amounts[key]
    why = slip or reported_otherwise(ends.dossier, key, sent, due, found)
    said = f"it looks like {why}" if why else slips.TRIED
    share = f" ({percent(abs(due - found) / due)})" if due > 0 else ""
    word = "less" if found < due else "more"
    allowed = exact_percent(p.share("mass_tolerance_percent"))
    rare = _surprise(ends, key, due)
    harmless = found > due or outvoted(ends.dossier, key, "released", sent, found)
    usual = why is not None or rare < math.log(p.number("one_in"))
    return ends.finding(
        f"{amount(found, unit)} were declared for import where {amount(due, unit)} were declared "
        f"for export: {amount(abs(due - found), unit)}{share} {word}, more than the {allowed} "
        f"allowed; {said}.",
        f"mass:{key}",
        low=(Severity.INFO if harmless else Severity.LOW) if usual else None,
        surprise=None if why else rare,
    )


def _reading(ends: _Ends, key: str, due: Decimal) -> Reading:
    return Reading(
        papers=ends.released,
        column=ends.cleared,
        key=key,
        sent=ends.released.masses.amounts[key],
        due=due,
        found=ends.cleared.masses.amounts[key],
    )


def _surprise(ends: _Ends, key: str, due: Decimal) -> float:
    """How seldom honest loads that this office clears are off so far."""
    reading = _reading(ends, key, due)
    if due <= 0:
        return MOST
    score = scale(ends.dossier.elsewhere, reading).score(reading.off)
    return min(MOST, surprise(abs(score)), float(reading.gap / reading.due) / USUALLY_LESS)


def _values(ends: _Ends, p: Parameters) -> Iterator[Finding]:
    tolerance, freight = p.share("value_tolerance_percent"), p.share("freight_percent")
    told = declared.values_apart(ends.released.lines, ends.cleared.lines, tolerance, freight)
    if told is not None:
        said, beyond = told
        yield ends.finding(said, "value", surprise=min(MOST, beyond / USUALLY_BEYOND))


def _is_judged(ends: _Ends, substance: str) -> bool:
    """Whether RF-09 tells of codes that are not listed for it: some are."""
    return any(each.hs for each in ends.dossier.roster.listed(substance))


def _hs_codes(ends: _Ends) -> Iterator[Finding]:
    for substance in sorted(_substances(ends.released) & _substances(ends.cleared)):
        if declared.codes_apart(ends.released.of(substance), ends.cleared.of(substance)):
            usual = all(
                at_home(ends.dossier, each, substance) for each in (ends.released, ends.cleared)
            )
            both = ": both are listed for them, or what the country has declared before"
            but = both if usual else ""
            yield ends.finding(
                f"The goods have one HS code for export and another for import{but}.",
                f"hs:{substance}",
                low=Severity.INFO if usual or _is_judged(ends, substance) else Severity.LOW,
            )
