"""What the ledger says of each trader and each country: a projection of the reference events."""

from collections.abc import Sequence

from sqlalchemy import LargeBinary, delete, insert
from sqlmodel import Field, Session, SQLModel, select

from ledger import folding, states, timeline
from ledger.records import Record
from ledger.standing import Standing
from ledger.vocabulary import StandingEvent


class StandingRow(SQLModel, table=True):
    """The standing of one subject (`trader` or `country`)."""

    __tablename__ = "standing"
    about: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    name: str | None
    state: bytes = Field(sa_type=LargeBinary)


class LicensedRow(SQLModel, table=True):
    """That a country has stated some licence for a substance: it reports licences at all."""

    __tablename__ = "licensed"
    country: str = Field(primary_key=True)
    substance: str = Field(primary_key=True)
    licence: str = Field(primary_key=True)


STANDINGS = StandingRow.__table__  # type: ignore[attr-defined]
LICENSED = LicensedRow.__table__  # type: ignore[attr-defined]


def project(session: Session, records: Sequence[Record]) -> None:
    """Fold anew the subjects of these records: they have few events each."""
    subjects = sorted(
        {record.event.subject for record in records if isinstance(record.event, StandingEvent)}
    )
    for about, subject in subjects:
        history = timeline.history(session, about, subject)
        state = folding.standing(subject, (record.stated for record in history))
        session.execute(
            delete(STANDINGS).where(STANDINGS.c.about == about, STANDINGS.c.subject == subject)
        )
        row = {
            "about": about,
            "subject": subject,
            "name": state.name,
            "state": states.encode(state),
        }
        session.execute(insert(STANDINGS), [row])
        _count_licences(session, state)


def again(session: Session, about: str, subject: str) -> None:
    """Make a standing anew, of what is left after an erasure; of nothing there is none."""
    for licence in standing(session, about, subject).licences.values():
        session.execute(
            delete(LICENSED).where(
                LICENSED.c.country == licence.country, LICENSED.c.licence == licence.number
            )
        )
    session.execute(
        delete(STANDINGS).where(STANDINGS.c.about == about, STANDINGS.c.subject == subject)
    )
    project(session, timeline.history(session, about, subject))


def _count_licences(session: Session, state: Standing) -> None:
    for licence in state.licences.values():
        session.execute(
            delete(LICENSED).where(
                LICENSED.c.country == licence.country, LICENSED.c.licence == licence.number
            )
        )
        rows = [
            {"country": licence.country, "substance": each, "licence": licence.number}
            for each in sorted(set(licence.substances))
        ]
        if rows:
            session.execute(insert(LICENSED), rows)


def standing(session: Session, about: str, subject: str) -> Standing:
    """The standing of a trader (by key) or a country; empty when nothing was stated."""
    data = session.execute(
        select(STANDINGS.c.state).where(STANDINGS.c.about == about, STANDINGS.c.subject == subject)
    ).scalar_one_or_none()
    if data is None:
        return Standing(subject=subject)
    found: Standing = states.decode(Standing, bytes(data))
    return found


def licensed(session: Session, country: str, substance: str) -> bool:
    """Whether a country has stated any licence for a substance."""
    found = session.execute(
        select(LICENSED.c.licence)
        .where(LICENSED.c.country == country, LICENSED.c.substance == substance)
        .limit(1)
    )
    return found.first() is not None
