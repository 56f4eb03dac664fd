"""What a rule found about a subject, with all that an alert needs to say of it. Pure.

An alert's id follows from rule, subject and key alone, so whoever finds the same thing, in whatever
order, finds the same alert; findings of several shipments about one subject share it.
"""

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Any

from alerts.rules import Finding, Rule, Severity
from alerts.weighing.scale import kind_of
from ledger.cases import SEVERITIES
from ledger.fields import MAX_LIST

LONGEST = 4_000  # characters of a summary, as a statement allows


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


def kind(found: Found) -> str:
    """What a finding counts as when it is weighed."""
    return _kind(found.rule, found.severity, found.weak, found.surprise)


@lru_cache(maxsize=4_096)
def _kind(rule: str, severity: str, weak: bool, surprise: float | None) -> str:  # noqa: FBT001
    if severity == Severity.INFO:
        return kind_of(rule, "info", surprise)
    # What its rule itself calls low has an honest explanation that fits: it is no strong sign.
    low = weak or severity == Severity.LOW
    return kind_of(rule, "weak" if low else "strong", surprise)


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
