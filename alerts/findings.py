"""Findings as they stand: what each rule says now about each shipment, and the alert it belongs to.

An alert's id follows from rule, subject and key alone, so whoever finds the same thing, in whatever
order, finds the same alert; findings of several shipments about one subject share it.
"""

import hashlib
from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Index, Text, delete, insert, select, update
from sqlmodel import Field, Session, SQLModel

from alerts.rules import Finding, Rule, Severity
from ledger.cases import SEVERITIES
from ledger.fields import MAX_LIST
from ledger.store import instant, micros

LONGEST = 4_000  # characters of a summary, as a statement allows
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


@dataclass(frozen=True, kw_only=True, slots=True)
class Found:
    """A finding with all that an alert needs to say of it.

    `countries`: who may be told; `restricted`: it rests on a statement whose marking decided that.
    `weak`: it is worth no alert by itself; `quiet`: what keeps it company is not worth one either.
    `surprise`: how rarely honest trade looks as bad (`alerts.rules.Finding`); `probability`: of a
    diversion, in percent if one shipment in `one_in` is part of one, by this and by what the rules
    `beside` it found.
    """

    alert: str
    ref: str
    rule: str
    version: int
    title: str
    about: str
    subject: str
    key: str
    severity: str
    summary: str
    evidence: tuple[str, ...]
    countries: tuple[str, ...]
    restricted: bool = False
    weak: bool = False
    quiet: bool = False
    surprise: float | None = None
    probability: int = 0
    one_in: int = 0
    beside: tuple[str, ...] = ()


def alert_id(rule: str, about: tuple[str, str], key: str) -> str:
    """Neither the rule's version nor any time takes part: the same finding is the same alert."""
    told = "\x00".join((rule, *about, key))
    return hashlib.sha256(told.encode()).hexdigest()[:24]


def found(rule: Rule, finding: Finding, ref: str, countries: Collection[str]) -> Found:
    """A rule's finding about a shipment, made ready to keep; a weak one is low at most."""
    about = finding.about or ("shipment", ref)
    severity = finding.severity or rule.severity
    weak = severity is Severity.INFO or not _alone(rule, finding)
    if weak and rank(severity) > rank(Severity.LOW):
        severity = Severity.LOW
    return Found(
        alert=alert_id(rule.id, about, finding.key),
        ref=ref,
        rule=rule.id,
        version=rule.version,
        title=rule.name,
        about=about[0],
        subject=about[1],
        key=finding.key,
        severity=str(severity),
        summary=finding.summary[:LONGEST].strip(),
        evidence=finding.evidence[-MAX_LIST:],
        countries=tuple(sorted(countries)),
        weak=weak,
        surprise=finding.surprise,
    )


def _alone(rule: Rule, finding: Finding) -> bool:
    return rule.alone if finding.alone is None else finding.alone


def rank(severity: str) -> int:
    return SEVERITIES.index(severity)


def merged(those: Collection[Found]) -> Found:
    """One alert of several findings: the gravest and latest speaks, all evidence counts.

    What nobody may be told is left out, and a country that may not see one of them gets none.
    """
    shown = [each for each in those if each.countries] or list(those)
    ordered = sorted(shown, key=lambda each: (rank(each.severity), each.evidence[-1:], each.ref))
    evidence = dict.fromkeys(jti for each in ordered for jti in each.evidence)
    strict = [frozenset(each.countries) for each in ordered if each.restricted]
    countries = frozenset[str]().union(*(each.countries for each in ordered))
    return replace(
        ordered[-1],
        version=max(each.version for each in ordered),
        evidence=tuple(evidence)[-MAX_LIST:],
        countries=tuple(sorted(countries.intersection(*strict))),
        restricted=bool(strict),
        quiet=all(each.quiet for each in ordered),
        **_likeliest(ordered),
    )


def _likeliest(those: Collection[Found]) -> dict[str, Any]:
    best = max(those, key=lambda each: (each.probability, each.beside))
    return {"probability": best.probability, "one_in": best.one_in, "beside": best.beside}


Judged = Mapping[str, Mapping[str, Found]]  # by shipment, then by alert


def keep(
    session: Session, judged: Judged, failed: Mapping[str, frozenset[str]], *, now: datetime
) -> set[str]:
    """Make the table say what was found; the alerts of which something changed.

    `failed` names the rules that broke down on a shipment: what they said before still stands.
    """
    stored: dict[tuple[str, str], tuple[Found, int, bool]] = {
        (row.ref, row.alert): (_read(row), row.since, bool(row.active))
        for row in session.execute(select(*FINDINGS.c).where(FINDINGS.c.ref.in_(sorted(judged))))
    }
    wanted = {(ref, a): each for ref, mine in judged.items() for a, each in mine.items()}
    rows = []
    for key, each in wanted.items():
        before, since, active = stored.get(key, (None, micros(now), False))
        if before != each or not active:
            rows.append(_row(each, since if active else micros(now), active=True))
    for key, (before, since, active) in stored.items():
        if active and key not in wanted and before.rule not in failed.get(key[0], ()):
            rows.append(_row(before, since, active=False))
    for row in rows:
        session.execute(
            delete(FINDINGS).where(FINDINGS.c.ref == row["ref"], FINDINGS.c.alert == row["alert"])
        )
    if rows:
        session.execute(insert(FINDINGS), rows)
    return {str(row["alert"]) for row in rows}


def unsay(session: Session, refs: Collection[str]) -> None:
    """Drop what was worded about shipments of which something was erased; rules word it anew."""
    here = FINDINGS.c.ref.in_(sorted(refs))
    session.execute(update(FINDINGS).where(here).values(summary=""))


def standing(session: Session, alerts: Collection[str]) -> dict[str, Found]:
    """What each of these alerts would say now; one that nothing supports any more is left out."""
    rows = session.execute(
        select(*FINDINGS.c).where(FINDINGS.c.alert.in_(sorted(alerts)), FINDINGS.c.active.is_(True))
    )
    groups: dict[str, list[Found]] = {}
    for row in rows:
        groups.setdefault(row.alert, []).append(_read(row))
    return {alert: merged(those) for alert, those in groups.items()}


def on(session: Session, refs: Collection[str]) -> list[Found]:
    """The findings that stand about these shipments."""
    here = (FINDINGS.c.ref.in_(sorted(refs)), FINDINGS.c.active.is_(True))
    return [_read(row) for row in session.execute(select(*FINDINGS.c).where(*here))]


def about(session: Session, ref: str) -> list[tuple[Found, datetime]]:
    """The findings that stand about a shipment, with since when; the gravest first."""
    rows = session.execute(
        select(*FINDINGS.c).where(FINDINGS.c.ref == ref, FINDINGS.c.active.is_(True))
    )
    pairs = [(_read(row), instant(row.since)) for row in rows]
    return sorted(pairs, key=lambda pair: (-rank(pair[0].severity), pair[0].rule, pair[0].key))


def _row(each: Found, since: int, *, active: bool) -> dict[str, object]:
    fields = {name: getattr(each, name) for name in Found.__slots__}
    joined = {name: " ".join(getattr(each, name)) for name in LISTS}
    return {**fields, **joined, "since": since, "active": active}


def _read(row: object) -> Found:
    fields = {name: getattr(row, name) for name in Found.__slots__}
    fields |= {name: tuple(fields[name].split()) for name in LISTS}
    fields |= {name: bool(fields[name]) for name in ("restricted", "weak", "quiet")}
    return Found(**fields)
