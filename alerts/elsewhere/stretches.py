"""What windows are filled from: stored observations, a stretch of one aggregate or all of some."""

from collections.abc import Sequence

from sqlalchemy import bindparam, select
from sqlmodel import Session

from alerts.elsewhere.observations import OBSERVATIONS
from alerts.elsewhere.window import Rows
from alerts.elsewhere.windows import Read, ReadAll

_held = OBSERVATIONS.c
_ROWS = select(_held.at, _held.ref, _held.value)
_BETWEEN = (
    _held.what == bindparam("its"),
    _held.at >= bindparam("since"),
    _held.at < bindparam("before"),
)
_LATEST = (
    _ROWS.where(*_BETWEEN, _held.value >= 0)
    .order_by(_held.at.desc(), _held.ref.desc())
    .limit(bindparam("most"))
)

_ALL = (
    select(_held.what, _held.at, _held.ref, _held.value)
    .where(_held.what.in_(bindparam("those", expanding=True)), _held.value >= 0)
    .limit(bindparam("most"))
)


def reader(session: Session) -> Read:
    """Stored rows of an aggregate, the latest first."""
    connection = session.connection()

    def read(what: str, since: int, before: int, most: int) -> Rows:
        asked = {"its": what, "since": since, "before": before, "most": most}
        return [(at, ref, value) for at, ref, value in connection.execute(_LATEST, asked).all()]

    return read


def whole_reader(session: Session) -> ReadAll:
    """All stored rows of some aggregates, if they are not more than so many."""
    connection = session.connection()

    def read(those: Sequence[str], most: int) -> list[tuple[str, int, str, int]]:
        rows = connection.execute(_ALL, {"those": those, "most": most}).all()
        return [(what, at, ref, value) for what, at, ref, value in rows]

    return read
