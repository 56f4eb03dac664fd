"""Truth against alerts: which staged diversions were found, and which alerts are false.

The one place where labels and alerts meet, and it is after the last scan.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlmodel import Session

from alerts.findings import FINDINGS
from seed.scenarios import Label, Subject


@dataclass(frozen=True, kw_only=True)
class Raised:
    """One finding that stands: its alert, its rule, and the subjects it touches."""

    alert: str
    rule: str
    severity: str
    touches: frozenset[Subject]


@dataclass(frozen=True, kw_only=True)
class Detected:
    """One staged diversion, and the rules that spoke of it."""

    label: Label
    expected: tuple[str, ...]
    others: tuple[str, ...]

    @property
    def found(self) -> bool:
        return bool(self.expected)


def raised(session: Session) -> list[Raised]:
    """Every finding that stands and is worth an alert, by alert."""
    columns = (
        FINDINGS.c[name] for name in ("alert", "rule", "severity", "about", "subject", "ref")
    )
    rows = session.execute(
        select(*columns).where(FINDINGS.c.active.is_(True), FINDINGS.c.quiet.is_(False))
    )
    return [
        Raised(
            alert=row.alert,
            rule=row.rule,
            severity=row.severity,
            touches=frozenset({(row.about, row.subject), ("shipment", row.ref)}),
        )
        for row in rows
    ]


def detected(labels: Sequence[Label], findings: Sequence[Raised]) -> list[Detected]:
    """For each label, the rules that should have spoken and did, and the others that did."""
    return [_detected(label, findings) for label in labels]


def false_alerts(labels: Sequence[Label], findings: Sequence[Raised]) -> Counter[tuple[str, str]]:
    """Alerts that touch no staged diversion, by rule and severity."""
    staged = {subject for label in labels for subject in label.about}
    true = {each.alert for each in findings if each.touches & staged}
    false = {each.alert: each for each in findings if each.alert not in true}
    return Counter((each.rule, each.severity) for each in false.values())


def _detected(label: Label, findings: Sequence[Raised]) -> Detected:
    spoke = {each.rule for each in findings if each.touches & set(label.about)}
    expected = tuple(rule for rule in label.rules if rule in spoke)
    others = tuple(sorted(spoke.difference(label.rules)))
    return Detected(label=label, expected=expected, others=others)
