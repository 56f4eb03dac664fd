"""Who was given what: a projection of grants and sharing groups, for lookup by reader.

A grant that was withdrawn has no row, from the very transaction on that holds the withdrawal.
"""

from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import BigInteger, ColumnElement, Index, LargeBinary, delete, insert
from sqlmodel import Field, Session, SQLModel, select
from sqlmodel.sql.expression import SelectOfScalar

from ledger import records as statements
from ledger import states
from ledger.events.sharing import GrantGiven, GroupDeclared, SharingEvent
from ledger.grants import GLASS, Grant, Group, Sharing, is_group
from ledger.records import Record
from ledger.timeline import TIMELINE

ABOUT = ("grant", "group")


class GrantRow(SQLModel, table=True):
    """A grant that was not withdrawn; it may have run out. `index` is the entry that gave it."""

    __tablename__ = "grant_given"
    __table_args__ = (Index("grant_given_ref", "ref"), Index("grant_given_to", "to"))
    grant: str = Field(primary_key=True)
    to: str
    ref: str
    index: int = Field(sa_type=BigInteger)
    state: bytes = Field(sa_type=LargeBinary)


class ReaderRow(SQLModel, table=True):
    """A country or agency that a grant about a shipment is for."""

    __tablename__ = "grant_reader"
    __table_args__ = (Index("grant_reader_grant", "grant"),)
    reader: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    grant: str = Field(primary_key=True)


class GroupRow(SQLModel, table=True):
    """A sharing group in its newest version."""

    __tablename__ = "sharing_group"
    group: str = Field(primary_key=True)
    state: bytes = Field(sa_type=LargeBinary)


GRANTS = GrantRow.__table__  # type: ignore[attr-defined]
READERS = ReaderRow.__table__  # type: ignore[attr-defined]
GROUPS = GroupRow.__table__  # type: ignore[attr-defined]


def project(session: Session, records: Sequence[Record]) -> None:
    """Take decisions about sharing into account, one by one in order of the log: they are few."""
    for record in records:
        if isinstance(record.event, SharingEvent):
            before = _touched(session, record.event)
            _store(session, before, record.event.apply(before), record.index)


def again(session: Session) -> None:
    """Make it anew from all decisions about sharing: after one of them was erased."""
    for table in (GRANTS, READERS, GROUPS):
        session.execute(delete(table))
    indexes = session.execute(select(TIMELINE.c.index).where(TIMELINE.c.about.in_(ABOUT)))
    project(session, statements.read(session, indexes.scalars()))


def _touched(session: Session, event: SharingEvent) -> Sharing:
    """The grants and groups that this statement may change or needs to know."""
    if isinstance(event, GroupDeclared):
        names, which = {event.group}, GRANTS.c.to == event.group
    else:
        names, which = set(), GRANTS.c.grant == event.name
        if isinstance(event, GrantGiven) and is_group(event.to):
            names = {event.to}
    grants = {each.id: each for each in _read(session, which)}
    return Sharing(grants=grants, groups=groups(session, names))


def _store(session: Session, before: Sharing, after: Sharing, index: int) -> None:
    for name in sorted(before.grants.keys() | after.grants.keys()):
        old, new = before.grants.get(name), after.grants.get(name)
        if old != new:
            _replace(session, name, new, index)
    for name, group in after.groups.items():
        if group != before.groups.get(name):
            session.execute(delete(GROUPS).where(GROUPS.c.group == name))
            session.execute(insert(GROUPS), [{"group": name, "state": states.encode(group)}])


def _replace(session: Session, name: str, grant: Grant | None, index: int) -> None:
    session.execute(delete(READERS).where(READERS.c.grant == name))
    session.execute(delete(GRANTS).where(GRANTS.c.grant == name))
    if grant is None:
        return
    state = states.encode(grant)
    row = {"grant": name, "to": grant.to, "ref": grant.shipment, "index": index, "state": state}
    session.execute(insert(GRANTS), [row])
    readers = [{"reader": r, "ref": grant.shipment, "grant": name} for r in sorted(grant.readers)]
    if readers:
        session.execute(insert(READERS), readers)


def groups(session: Session, names: Collection[str]) -> dict[str, Group]:
    """These sharing groups in their newest version, as far as there are any."""
    rows = session.execute(
        select(GROUPS.c.group, GROUPS.c.state).where(GROUPS.c.group.in_(sorted(names)))
    )
    return {name: states.decode(Group, bytes(state)) for name, state in rows}


def by_shipment(
    session: Session, refs: Iterable[str], names: frozenset[str]
) -> dict[str, list[Grant]]:
    """The grants about these shipments that are for one of these names, by shipment."""
    granted = select(READERS.c.grant).where(
        READERS.c.reader.in_(sorted(names)), READERS.c.ref.in_(sorted(refs))
    )
    found: dict[str, list[Grant]] = {}
    for grant in _read(session, GRANTS.c.grant.in_(granted)):
        found.setdefault(grant.shipment, []).append(grant)
    return found


def refs_shared_with(names: frozenset[str]) -> SelectOfScalar[str]:
    """The shipments that a grant for one of these names is about, as a subquery."""
    refs: SelectOfScalar[str] = select(READERS.c.ref).where(READERS.c.reader.in_(sorted(names)))
    return refs


def grants(session: Session, agency: str, names: frozenset[str]) -> list[tuple[int, Grant]]:
    """The grants that an agency gave, and those for one of these names: entry and grant."""
    own = GRANTS.c.grant.startswith(f"{agency}/", autoescape=True)
    shared = select(READERS.c.grant).where(READERS.c.reader.in_(sorted(names)))
    query = select(GRANTS.c.index, GRANTS.c.state).where(own | GRANTS.c.grant.in_(shared))
    rows = session.execute(query.order_by(GRANTS.c.index, GRANTS.c.grant))
    return [(index, states.decode(Grant, bytes(state))) for index, state in rows]


def accesses(session: Session, prefix: str) -> list[tuple[int, Grant]]:
    """The accesses opened by a country or agency that nobody reviewed yet: entry and access."""
    low, high = f"{prefix}-", f"{prefix}."  # the character behind the hyphen
    named = (GRANTS.c.grant >= low) & (GRANTS.c.grant < high) & GRANTS.c.grant.contains(GLASS)
    rows = session.execute(select(GRANTS.c.index, GRANTS.c.state).where(named))
    found = [(index, states.decode(Grant, bytes(state))) for index, state in rows]
    return sorted((each for each in found if each[1].opened), key=lambda each: each[0])


def find(session: Session, grant: str) -> Grant | None:
    """The grant of this name, unless it was withdrawn."""
    return next(iter(_read(session, GRANTS.c.grant == grant)), None)


def readers(session: Session, grant: str) -> frozenset[str]:
    """Whom a grant is for; nobody once it was withdrawn."""
    found = find(session, grant)
    return found.readers if found else frozenset()


def _read(session: Session, which: ColumnElement[bool]) -> list[Grant]:
    rows = session.execute(select(GRANTS.c.state).where(which).order_by(GRANTS.c.grant))
    return [states.decode(Grant, bytes(state)) for state in rows.scalars()]
