"""The life of an alert, as statements in the same log as what it is about (DESIGN §7)."""

from collections.abc import Sequence
from typing import Annotated

from ledger.cases import SEVERITIES, VERDICTS, Acknowledgement, Case, Judgement, Probability, Result
from ledger.claims import Line
from ledger.fields import Code, Count, Country, Flag, LongText, Moment, Number, Text, Uuid, choice
from ledger.masses import weigh
from ledger.roster import HUB, Role
from ledger.shipments import Origin
from ledger.vocabulary import ENFORCERS, AlertEvent, Event, event

Severity = Annotated[str, choice(*SEVERITIES)]
SubjectKind = Annotated[str, choice("shipment", "trader", "country")]


def is_red(said: Event) -> bool:
    """Whether a statement makes its alert one that nobody closes alone.

    Once is enough: a lower severity later does not take it back.
    """
    marked = isinstance(said, AlertEvent) and said.marking.tlp == "RED"
    return marked or getattr(said, "severity", None) == SEVERITIES[-1]


@event("alert.raised", by=(Role.HUB, Role.AUTHORITY, Role.CUSTOMS), needs=("countries",))
class AlertRaised(AlertEvent):
    """The checker, or an authority, tells the countries concerned what does not add up."""

    rule: Number
    version: Count
    title: Text
    severity: Severity
    about: SubjectKind
    about_id: Text
    countries: tuple[Country, ...]
    summary: LongText
    evidence: tuple[Uuid, ...]
    action: LongText | None = None
    due: Moment | None = None
    suppress_parties_notification: Flag = False
    probability: Probability | None = None

    def apply(self, case: Case, by: Origin) -> Case:
        if case.raised_by not in {"", by.agency} and by.agency != HUB:
            return case  # an alert is its raiser's; the hub's word on its own findings goes first
        told = () if case.raised_by not in {"", by.agency} else case.countries
        return case.but(
            rule=self.rule,
            version=self.version,
            title=self.title,
            severity=self.severity,
            about=(self.about, self.about_id),
            countries=tuple(sorted({*told, *self.countries})),
            summary=self.summary,
            evidence=self.evidence,
            probability=self.probability,
            raised_at=by.occurred_at,
            raised_by=by.agency,
            status="open" if case.status == "announced" else case.status,
            occurrences=case.occurrences + 1,
        )


@event("alert.repeated", by=(Role.HUB,))
class AlertRepeated(AlertEvent):
    """The same finding again, with other numbers or more evidence: an occurrence, not an alert."""

    severity: Severity
    summary: LongText
    evidence: tuple[Uuid, ...]
    countries: tuple[Country, ...] = ()
    probability: Probability | None = None

    def apply(self, case: Case, by: Origin) -> Case:
        del by
        reopened = "open" if case.status == "lapsed" else case.status
        return case.but(
            severity=self.severity,
            summary=self.summary,
            evidence=self.evidence,
            probability=self.probability,
            countries=tuple(sorted({*case.countries, *self.countries})),
            status=reopened,
            lapsed_because=None,
            occurrences=case.occurrences + 1,
        )


@event("alert.shared", by=(Role.HUB, Role.AUTHORITY, Role.CUSTOMS))
class AlertShared(AlertEvent):
    """More countries are told."""

    countries: tuple[Country, ...]
    reason: LongText

    def apply(self, case: Case, by: Origin) -> Case:
        if not case.within(by.agency):
            return case
        return case.but(countries=tuple(sorted({*case.countries, *self.countries})))


@event("alert.acknowledged", by=ENFORCERS)
class AlertAcknowledged(AlertEvent):
    """An agency has taken the alert up."""

    assigned_to: Text | None = None

    def apply(self, case: Case, by: Origin) -> Case:
        if not case.within(by.agency):
            return case
        taken = Acknowledgement(agency=by.agency, at=by.occurred_at)
        moved = case.status in {"open", "lapsed", "announced"}
        return case.but(
            status="acknowledged" if moved else case.status,
            acknowledgements=(*case.acknowledgements, taken),
        )


@event("alert.judged", by=ENFORCERS)
class AlertJudged(AlertEvent):
    """An agency says what the alert turned out to be."""

    verdict: Annotated[str, choice(*VERDICTS)]
    reason: Code
    explanation: LongText | None = None
    linked: tuple[Uuid, ...] = ()
    tuning_note: LongText | None = None

    def needs_four_eyes(self, before: Sequence[Event]) -> bool:
        """Closing it, whatever the verdict, where it was ever RED or critical."""
        return self.verdict != "inconclusive" and any(map(is_red, before))

    def apply(self, case: Case, by: Origin) -> Case:
        if not case.within(by.agency):
            return case
        said = Judgement(
            agency=by.agency, verdict=self.verdict, reason=self.reason, at=by.occurred_at
        )
        status = "in_review" if self.verdict == "inconclusive" else "closed"
        return case.but(status=status, verdict=self.verdict, judgements=(*case.judgements, said))


@event("alert.lapsed", by=(Role.HUB,))
class AlertLapsed(AlertEvent):
    """Nobody had taken it up, and what it said no longer holds: late paperwork came in."""

    reason: LongText

    def apply(self, case: Case, by: Origin) -> Case:
        del by
        return case.but(status="lapsed", lapsed_because=self.reason) if case.untouched else case


@event("alert.resulted", by=ENFORCERS)
class AlertResulted(AlertEvent):
    """What the alert led to: goods seized, people arrested."""

    seized: tuple[Line, ...] = ()
    arrests: Count = 0

    def apply(self, case: Case, by: Origin) -> Case:
        if not case.within(by.agency):
            return case
        masses = weigh(self.seized, {}).amounts
        result = Result(
            agency=by.agency,
            seized=tuple(sorted(masses.items())),
            arrests=self.arrests,
            at=by.occurred_at,
        )
        return case.but(results=(*case.results, result))
