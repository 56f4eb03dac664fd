"""Small losses that add up: a little of every load of one buyer, or on the way with one carrier.

One load that is a per cent short says nothing; eight in a row do. The latest loads are taken
together, as many as speak loudest (Page's CUSUM as a generalised likelihood ratio, Lorden 1971),
each against the bias of the scale it was weighed on, learnt from the loads of others.
"""

import math
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from alerts.rules import Dossier, Finding, evidence
from alerts.rules.parameters import Parameters
from alerts.rules.readings import IN, Reading
from alerts.rules.weighbridges import Scale, loads_of, scale, surprise, telling, traders_of
from alerts.rules.words import count, percent

MOST = 12  # loads that are looked into
SHORT = -0.002  # what a load must come to, at least, to be looked at with those before it
AT_MOST = 0.015  # of a load that counts: a great loss is a finding of its own, and no habit


@dataclass(frozen=True, kw_only=True, slots=True)
class _Load:
    """One weighed load: how far off it was, and the scale it was weighed on."""

    reading: Reading
    scale: Scale

    @property
    def office(self) -> tuple[str, str]:
        return self.reading.step, self.reading.agency

    @property
    def beyond(self) -> float:
        """How much less it came to than that office usually finds, as far as it is little."""
        return min(AT_MOST, self.scale.centre - self.reading.off)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Drift:
    """Some loads together: what is missing of them on average, and how surprising that is."""

    loads: int
    missing: float
    surprise: float


def losses_add_up(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A trader's loads that are short again and again, each too little to be found alone."""
    mine = weighed_last(dossier)
    if mine is None or mine.off > SHORT:
        return
    for key, role in sorted(traders_of(dossier.shipment).items()):
        since = mine.at - p.days("loads_window_days")
        before = dossier.elsewhere.observed(loads_of(key), mine.at, since=since)[1 - MOST :]
        raw = [math.log(each.value) for each in before] + [mine.off]
        if len(raw) < p.whole("loads_known") or _lowest_mean(raw, p) > SHORT:
            continue
        refs = [each.ref for each in before]
        last = _load(dossier, mine, refs)
        drift = _drift([*_loads(dossier, refs), last], p)
        # An honest load after some that were robbed is no part of what they add up to.
        if drift and min(drift.missing, 2 * last.beyond) >= p.share("loads_percent"):
            yield _told(mine, (role, key), drift, p)


def weighed_last(dossier: Dossier) -> Reading | None:
    """The last step at which somebody weighed the goods on the importing side."""
    known = [each for each in telling(dossier) if each.step in IN]
    return known[-1] if known else None


def _lowest_mean(offs: Sequence[float], p: Parameters) -> float:
    least = p.whole("loads_known")
    return min(sum(offs[-n:]) / n for n in range(least, len(offs) + 1))


def _loads(dossier: Dossier, refs: Sequence[str]) -> Iterator[_Load]:
    states = {each.ref: each for each in dossier.elsewhere.shipments(refs)}
    for ref in refs:
        if ref in states:
            timeline = dossier.elsewhere.events_of(ref)
            other = replace(dossier, shipment=states[ref], timeline=timeline)
            weighed = weighed_last(other)
            if weighed is not None:
                yield _load(dossier, weighed, refs)


def _load(dossier: Dossier, reading: Reading, refs: Sequence[str]) -> _Load:
    return _Load(reading=reading, scale=scale(dossier.elsewhere, reading, but=refs))


def _drift(loads: Sequence[_Load], p: Parameters) -> _Drift | None:
    """The latest loads that say most together; that several were tried is allowed for."""
    spans = range(p.whole("loads_known"), len(loads) + 1)
    tried = [_together(loads[-n:]) for n in spans]
    if not tried:
        return None
    best = max(tried, key=lambda each: each.surprise)
    return replace(best, surprise=max(0.0, best.surprise - math.log(len(tried))))


def _together(loads: Sequence[_Load]) -> _Drift:
    """Their mean, in standard errors: chance shrinks with loads, doubt about an office does not."""
    n = len(loads)
    missing = sum(each.beyond for each in loads) / n
    spread = sum(each.scale.spread for each in loads) / n
    scales = {each.office: each.scale for each in loads}
    doubt = sum(
        (times / n) ** 2 * scales[office].doubt
        for office, times in Counter(each.office for each in loads).items()
    )
    score = missing / (spread * math.sqrt(1 / n + doubt))
    return _Drift(loads=n, missing=missing, surprise=surprise(score))


def _told(mine: Reading, trader: tuple[str, str], drift: _Drift, p: Parameters) -> Finding:
    role, key = trader
    # A buyer that always counts short may have a scale of its own, or a tank: no carrier has one.
    grave = role != "buyer" and drift.missing >= float(p.share("loads_grave_percent"))
    missing = percent(Decimal(str(round(drift.missing, 6))))
    said = "went to one buyer" if role == "buyer" else "one carrier took"
    return Finding(
        summary=f"The last {count(drift.loads, 'load')} that {said} and somebody weighed came to "
        f"{missing} less than the papers on average, beyond the usual bias of those scales: small "
        "losses that add up.",
        evidence=evidence(mine.papers.said, mine.column.said),
        key="loads",
        about=("trader", key),
        alone=grave and drift.surprise >= math.log(p.number("one_in")),
        surprise=drift.surprise if grave else None,
    )
