"""What the ledger says of each alert: a projection of the alert statements."""

from collections.abc import Iterator, Sequence

from sqlalchemy import BigInteger, Index, LargeBinary, delete
from sqlmodel import Field, Session, SQLModel, select

from ledger import bulk, folding, states, timeline
from ledger.cases import Case
from ledger.claims import Marking
from ledger.records import Record
from ledger.store import micros
from ledger.vocabulary import AlertEvent


class CaseRow(SQLModel, table=True):
    """One alert, and what lists are filtered by; `restricted` where a marking may hide a part."""

    __tablename__ = "case"
    __table_args__ = (
        Index("case_about", "about", "subject"),
        Index("case_status", "status"),
        Index("case_first", "first_index"),
        Index("case_raised", "raised"),
        Index("case_resulted", "resulted"),
    )
    alert: str = Field(primary_key=True)
    state: bytes = Field(sa_type=LargeBinary)
    rule: str
    severity: str
    status: str
    verdict: str | None
    about: str
    subject: str
    raised: int = Field(sa_type=BigInteger)
    resulted: int | None = Field(sa_type=BigInteger)  # when its latest result was
    raised_by: str
    first_index: int = Field(sa_type=BigInteger)
    restricted: bool


class CaseCountryRow(SQLModel, table=True):
    """A country that an alert was shared with."""

    __tablename__ = "case_country"
    country: str = Field(primary_key=True)
    alert: str = Field(primary_key=True)


class SuppressionRow(SQLModel, table=True):
    """That a rule keeps quiet about a subject towards a country, or towards all (`ZZ`, the hub's).

    What has run out or was ended keeps its row: what it held back is looked at once more.
    """

    __tablename__ = "suppression"
    __table_args__ = (Index("suppression_alert", "alert"), Index("suppression_rule", "rule"))
    jti: str = Field(primary_key=True)
    alert: str
    rule: str
    about: str
    subject: str
    country: str
    until: int = Field(sa_type=BigInteger)


CASES = CaseRow.__table__  # type: ignore[attr-defined]
CASE_COUNTRIES = CaseCountryRow.__table__  # type: ignore[attr-defined]
SUPPRESSIONS = SuppressionRow.__table__  # type: ignore[attr-defined]


def project(session: Session, records: Sequence[Record]) -> None:
    """Fold anew the alerts that these records are about: they have few statements each."""
    alerts = sorted(
        {record.event.alert for record in records if isinstance(record.event, AlertEvent)}
    )
    if not alerts:
        return
    told = timeline.histories(session, "alert", alerts)
    cases = [_folded(alert, told[alert]) for alert in alerts]
    _drop(session, alerts)
    bulk.add(session, CASES, [_row(state, history) for state, history in cases])
    shared = [(country, state.alert) for state, _ in cases for country in state.countries]
    bulk.add(session, CASE_COUNTRIES, shared)
    held_back = [row for state, _ in cases for row in _suppressions(state)]
    bulk.add(session, SUPPRESSIONS, held_back)


def _folded(alert: str, told: Sequence[Record]) -> tuple[Case, list[Record]]:
    history = [record for record in told if isinstance(record.event, AlertEvent)]
    return folding.case(alert, (record.stated for record in history)), history


def _drop(session: Session, alerts: Sequence[str]) -> None:
    for table in (CASES, CASE_COUNTRIES, SUPPRESSIONS):
        session.execute(delete(table).where(table.c.alert.in_(alerts)))


def _suppressions(state: Case) -> Iterator[dict[str, object]]:
    for each in state.suppressions:
        about, subject = each.about
        row = {"jti": each.jti, "alert": state.alert, "rule": state.rule, "about": about}
        yield {**row, "subject": subject, "country": each.by[:2], "until": micros(each.until)}


def again(session: Session, alert: str) -> None:
    """Make an alert's case anew, of what is left after an erasure; of nothing there is no case."""
    _drop(session, [alert])
    project(session, timeline.history(session, "alert", alert))


def _row(state: Case, history: Sequence[Record]) -> dict[str, object]:
    raised = state.raised_at or history[0].event.occurred_at
    return {
        "alert": state.alert,
        "state": states.encode(state),
        "rule": state.rule,
        "severity": state.severity,
        "status": state.status,
        "verdict": state.verdict,
        "about": state.about[0],
        "subject": state.about[1],
        "raised": micros(raised),
        "resulted": max((micros(result.at) for result in state.results), default=None),
        "raised_by": state.raised_by,
        "first_index": history[0].index,
        "restricted": any(_marking(record) != Marking() for record in history),
    }


def _marking(record: Record) -> Marking:
    assert isinstance(record.event, AlertEvent)  # noqa: S101 - narrows the type
    return record.event.marking


def find(session: Session, alert: str) -> Case | None:
    """The alert of this id, or None."""
    data = session.execute(select(CASES.c.state).where(CASES.c.alert == alert)).scalar_one_or_none()
    if data is None:
        return None
    found: Case = states.decode(Case, bytes(data))
    return found
