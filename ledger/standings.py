"""What the ledger says of each trader and each country: a projection of the reference events.

What is said of two traders, that they are one or not, is found from either: under the one it was
stated of with everything else, and under the other by itself (`SAME`).
"""

from collections.abc import Callable, Sequence

from sqlalchemy import LargeBinary, delete, insert
from sqlmodel import Field, Session, SQLModel, select

from ledger import folding, states, timeline
from ledger.events.traders import ONE
from ledger.records import Record
from ledger.standing import Standing
from ledger.vocabulary import StandingEvent

SAME = "same"


class StandingRow(SQLModel, table=True):
    """The standing of one subject (`trader`, `country` or `same`)."""

    __tablename__ = "standing"
    about: str = Field(primary_key=True)
    subject: str = Field(primary_key=True)
    name: str | None
    state: bytes = Field(sa_type=LargeBinary)


class LicensedRow(SQLModel, table=True):
    """That a country has stated some licence: it reports such licences at all.

    `substance` holds what the licence is for: `import acetone`.
    """

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
        _tell_others(session, standing(session, about, subject), state)
        _store(session, about, state)
        _count_licences(session, state)


def _store(session: Session, about: str, state: Standing) -> None:
    _drop(session, about, state.subject)
    row = {
        "about": about,
        "subject": state.subject,
        "name": state.name,
        "state": states.encode(state),
    }
    session.execute(insert(STANDINGS), [row])


def _tell_others(session: Session, before: Standing, now: Standing) -> None:
    """Keep under each other trader what is said here of the two."""
    for other in sorted(before.others | now.others):
        held = standing(session, SAME, other)
        kept = {k: said for k, said in held.identities.items() if k[3:] != now.subject}
        mine = {f"{k[:2]}/{now.subject}": s for k, s in now.identities.items() if k[3:] == other}
        if kept or mine:
            _store(session, SAME, held.but(identities={**kept, **mine}))
        else:  # as if nothing had ever been said: a rebuild ends in the same rows
            _drop(session, SAME, other)


def _drop(session: Session, about: str, subject: str) -> None:
    held = STANDINGS.c
    session.execute(delete(STANDINGS).where(held.about == about, held.subject == subject))


def again(session: Session, about: str, subject: str) -> None:
    """Make a standing anew, of what is left after an erasure; of nothing there is none."""
    before = standing(session, about, subject)
    _tell_others(session, before, Standing(subject=subject))
    for licence in before.licences.values():
        session.execute(
            delete(LICENSED).where(
                LICENSED.c.country == licence.country, LICENSED.c.licence == licence.number
            )
        )
    _drop(session, about, subject)
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
            for each in sorted({f"{a} {s}" for a in licence.activities for s in licence.substances})
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


def same_as(standing: Callable[[str, str], Standing], trader: str) -> tuple[str, ...]:
    """The traders that some country's last word says are this one, and no country's denies."""
    said: dict[str, set[str]] = {}
    for about in ("trader", SAME):
        for key, words in standing(about, trader).identities.items():
            said.setdefault(key[3:], set()).add(words[-1])
    return tuple(sorted(key for key, words in said.items() if words == {ONE}))


def licensed(session: Session, country: str, substance: str, activity: str) -> bool:
    """Whether a country has stated any licence for this activity with a substance."""
    held = LICENSED.c
    found = session.execute(
        select(held.licence)
        .where(held.country == country, held.substance == f"{activity} {substance}")
        .limit(1)
    )
    return found.first() is not None
