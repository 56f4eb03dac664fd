"""The figures of a period, as one viewer may see them: read, counted, and made ready to print."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alerts.feedback import precision
from alerts.feedback.precision import Measured
from alerts.results import hauls, leads
from alerts.results.hauls import Haul
from alerts.results.leads import Lead
from ledger import casesearch, search, statistics
from ledger.cases import Case
from ledger.results import Fact
from ledger.shipments import Shipment
from ledger.statistics import Period, Trade
from ledger.visibility import Viewer


@dataclass(frozen=True, kw_only=True)
class Read:
    """All that a period's figures are counted from, for one viewer."""

    period: Period
    country: str | None  # whose seizures and arrests count; None where everybody's do
    activity: dict[str, int]
    trade: Trade
    facts: Sequence[Fact]
    raised: Sequence[Case]
    resulted: Sequence[Case]
    shipments: dict[str, Shipment]


@dataclass(frozen=True, kw_only=True)
class Figures:
    """The figures of a period."""

    period: Period
    activity: dict[str, int]
    trade: Trade
    seizures: list[Haul]
    arrests: list[Haul]
    outcomes: Counter[str]
    alerts: Measured
    by_status: Counter[str]
    by_verdict: Counter[str]
    by_rule: dict[str, Measured]
    by_participant: dict[str, Measured]
    before_arrival: Lead
    before_outcome: Lead

    @property
    def active(self) -> tuple[str, ...]:
        """The countries of the agencies that stated something; the hub is none."""
        return tuple(sorted({agency[:2] for agency in self.activity} - {"ZZ"}))

    @property
    def statements(self) -> int:
        return sum(self.activity.values())


def read(session: Session, period: Period, viewer: Viewer, *, now: datetime) -> Read:
    """Gather what the viewer may see of a period."""
    moments = {"start": period.start, "end": period.end, "now": now}
    raised = casesearch.raised(session, viewer, **moments)
    about = {case.about[1] for case in raised if case.about[0] == "shipment"}
    return Read(
        period=period,
        country=None if viewer.is_hub else viewer.country,
        activity=statistics.activity(session, period),
        trade=statistics.trade(session, period, viewer, now),
        facts=statistics.facts(session, period, viewer, now),
        raised=[case for case in raised if case.raised_at and case.raised_at in period],
        resulted=casesearch.resulted(session, viewer, **moments),
        shipments=_shipments(session, sorted(about), viewer, now),
    )


def _shipments(
    session: Session, refs: Sequence[str], viewer: Viewer, now: datetime
) -> dict[str, Shipment]:
    found: dict[str, Shipment] = {}
    for start in range(0, len(refs), 500):
        chunk = refs[start : start + 500]
        views = search.viewed(session, chunk, viewer, now=now)
        found |= {ref: view.state for ref, view in views.items()}
    return found


def counted(known: Read) -> Figures:
    """The figures that this adds up to."""
    cases = known.raised
    outcomes = Counter[str]()
    for fact in known.facts:
        if fact.measure != "seized":
            name = fact.item if fact.measure == "outcome" else f"{fact.measure}/{fact.item}"
            outcomes[name] += fact.amount
    return Figures(
        period=known.period,
        activity=known.activity,
        trade=known.trade,
        seizures=_of(known, hauls.seizures(known.facts, known.resulted, known.period)),
        arrests=_of(known, hauls.arrests(known.facts, known.resulted, known.period)),
        outcomes=outcomes,
        alerts=precision.measured(cases, precision.prior_of(cases)),
        by_status=Counter(case.status for case in cases),
        by_verdict=Counter(case.verdict for case in cases if case.verdict),
        by_rule=dict(precision.by_rule(cases)),
        by_participant=dict(precision.by_participant(cases)),
        before_arrival=leads.before_arrival(cases, known.shipments),
        before_outcome=leads.before_outcome(cases, known.shipments),
    )


def _of(known: Read, those: list[Haul]) -> list[Haul]:
    return [each for each in those if known.country in {None, each.country}]
