"""Findings as they stand: what each rule says now about each shipment, and whose alert it is."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    Index,
    Row,
    Select,
    Text,
    bindparam,
    delete,
    insert,
    select,
    update,
)
from sqlmodel import Field, Session, SQLModel

from alerts.found import Found, kind, merged, rank
from ledger.store import instant, micros

LISTS = ("evidence", "countries", "beside")  # kept as words with blanks between them


class FindingRow(SQLModel, table=True):
    """What one rule says about one subject because of one shipment; inactive when it ceased."""

    __tablename__ = "finding"
    __table_args__ = (Index("finding_ref", "ref"), Index("finding_rule", "rule", "active"))
    alert: str = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    rule: str
    version: int
    title: str
    about: str
    subject: str
    key: str
    severity: str
    summary: str = Field(sa_type=Text)
    evidence: str = Field(sa_type=Text)
    countries: str = Field(sa_type=Text)
    restricted: bool
    weak: bool
    quiet: bool
    surprise: float | None
    probability: int
    one_in: int
    beside: str
    since: int = Field(sa_type=BigInteger)
    active: bool


FINDINGS = FindingRow.__table__  # type: ignore[attr-defined]
# A row begins with what is read of it, in its order.
_COLUMNS = [FINDINGS.c[name] for name in (*Found.__slots__, "since", "active")]
_OF = select(*_COLUMNS).where(FINDINGS.c.ref.in_(bindparam("refs", expanding=True)))
_ON = _OF.where(FINDINGS.c.active.is_(True))
_STANDING = select(*_COLUMNS).where(
    FINDINGS.c.alert.in_(bindparam("alerts", expanding=True)), FINDINGS.c.active.is_(True)
)
_GONE = delete(FINDINGS).where(
    FINDINGS.c.ref == bindparam("its"), FINDINGS.c.alert == bindparam("of")
)
_MADE = insert(FINDINGS)


@dataclass(frozen=True, kw_only=True)
class Kept:
    """What changed: alerts, and on how many more shipments, or fewer, each kind stands."""

    alerts: frozenset[str]
    kinds: Mapping[str, int]


Judged = Mapping[str, Mapping[str, Found]]  # by shipment, then by alert


def keep(
    session: Session, judged: Judged, failed: Mapping[str, frozenset[str]], *, now: datetime
) -> Kept:
    """Make the table say what was found.

    `failed` names the rules that broke down on a shipment: what they said before still stands.
    """
    if not judged:
        return Kept(alerts=frozenset(), kinds={})
    stored: dict[tuple[str, str], tuple[Found, int, bool]] = {
        (row.ref, row.alert): (_read(row), row.since, bool(row.active))
        for row in session.connection().execute(_OF, {"refs": sorted(judged)})
    }
    wanted = {(ref, a): each for ref, mine in judged.items() for a, each in mine.items()}
    rows = []
    kinds: Counter[str] = Counter()
    gone = {
        key
        for key, (before, _, active) in stored.items()
        if active and key not in wanted and before.rule not in failed.get(key[0], ())
    }
    was = {key: before for key, (before, _, active) in stored.items() if active}
    kinds.update(_kinds({**was, **wanted}.items(), but=gone))
    kinds.subtract(_kinds(was.items()))
    for key, each in wanted.items():
        before, since, active = stored.get(key, (None, micros(now), False))
        if before != each or not active:
            rows.append(_row(each, since if active else micros(now), active=True))
    rows += [_row(stored[key][0], stored[key][1], active=False) for key in sorted(gone)]
    stale = [{"its": row["ref"], "of": row["alert"]} for row in rows if _key(row) in stored]
    if stale:
        session.connection().execute(_GONE, stale)
    if rows:
        session.connection().execute(_MADE, rows)
    return Kept(
        alerts=frozenset(str(row["alert"]) for row in rows),
        kinds={name: more for name, more in kinds.items() if more},
    )


def _key(row: Mapping[str, object]) -> tuple[str, str]:
    return str(row["ref"]), str(row["alert"])


def _kinds(
    those: Iterable[tuple[tuple[str, str], Found]], but: Collection[tuple[str, str]] = ()
) -> Iterator[str]:
    """The kinds that stand on each shipment, each once."""
    yield from (name for _, name in {(key[0], kind(each)) for key, each in those if key not in but})


def with_rules(rules: Collection[str]) -> Select[tuple[str]]:
    """The shipments on which a finding of one of these rules stands."""
    return select(FINDINGS.c.ref).where(
        FINDINGS.c.rule.in_(sorted(rules)), FINDINGS.c.active.is_(True)
    )


def unsay(session: Session, refs: Collection[str]) -> None:
    """Drop what was worded about shipments of which something was erased; rules word it anew."""
    here = FINDINGS.c.ref.in_(sorted(refs))
    session.execute(update(FINDINGS).where(here).values(summary=""))


def standing(session: Session, alerts: Collection[str]) -> dict[str, Found]:
    """What each of these alerts would say now; one that nothing supports any more is left out."""
    if not alerts:
        return {}
    rows = session.connection().execute(_STANDING, {"alerts": sorted(alerts)})
    groups: dict[str, list[Found]] = {}
    for row in rows:
        groups.setdefault(row.alert, []).append(_read(row))
    return {alert: merged(those) for alert, those in groups.items()}


def on(session: Session, refs: Collection[str]) -> list[Found]:
    """The findings that stand about these shipments."""
    rows = session.connection().execute(_ON, {"refs": sorted(refs)})
    return [_read(row) for row in rows]


def about(session: Session, ref: str) -> list[tuple[Found, datetime]]:
    """The findings that stand about a shipment, with since when; the gravest first."""
    rows = session.execute(
        select(*_COLUMNS).where(FINDINGS.c.ref == ref, FINDINGS.c.active.is_(True))
    )
    pairs = [(_read(row), instant(row.since)) for row in rows]
    return sorted(pairs, key=lambda pair: (-rank(pair[0].severity), pair[0].rule, pair[0].key))


def _row(each: Found, since: int, *, active: bool) -> dict[str, object]:
    fields = {name: getattr(each, name) for name in Found.__slots__}
    joined = {name: " ".join(getattr(each, name)) for name in LISTS}
    return {**fields, **joined, "since": since, "active": active}


def _read(row: Row[Any]) -> Found:
    fields: dict[str, Any] = dict(zip(Found.__slots__, row, strict=False))
    fields |= {name: tuple(fields[name].split()) for name in LISTS}
    fields |= {name: bool(fields[name]) for name in ("restricted", "weak", "quiet")}
    return Found(**fields)
