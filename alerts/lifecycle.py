"""What the hub says about an alert when findings change: raised, repeated, lapsed, or nothing.

People move an alert on (acknowledged, judged); the checker only adds what it found. A judged alert
is not opened again by the same finding: new evidence adds an occurrence to it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from alerts.found import Found, rank
from alerts.hub import Saying, jti_of
from ledger.cases import Case
from ledger.roster import HUB
from ledger.states import moment

LAPSED = "What this alert rested on no longer holds: later statements explain it."


@dataclass(frozen=True, kw_only=True)
class Move:
    """A statement about an alert, and who should get mail because of it.

    `everyone`: all countries told; else only those that were not told before.
    """

    saying: Saying
    reason: str
    everyone: bool


def move(
    alert: str, case: Case | None, now_found: Found | None, *, at: datetime, place: int
) -> Move | None:
    """The statement that makes the case say what the findings say; None when it does already.

    `place` is how many statements the case has: it keeps those of one moment in order.
    """
    if now_found is None or now_found.quiet:
        return _lapse(alert, case, at, place)
    if not now_found.countries:
        return None  # nobody may be told yet
    if case is None or case.raised_by != HUB:
        return Move(saying=_raised(now_found, at, place), reason="raised", everyone=True)
    returned = case.status == "lapsed"
    graver = rank(now_found.severity) > rank(case.severity)
    new = set(now_found.countries) - set(case.countries)
    if now_found.restricted and not set(case.countries) <= set(now_found.countries):
        return None  # somebody who knows the alert may not see what is new about it
    same = (case.severity, case.evidence) == (now_found.severity, now_found.evidence)
    if same and not new and not returned:
        return None
    saying = _repeated(now_found, at, place)
    return Move(saying=saying, reason="repeated", everyone=returned or graver)


def _lapse(alert: str, case: Case | None, at: datetime, place: int) -> Move | None:
    if case is None or case.raised_by != HUB or not case.untouched:
        return None
    body = {"kind": "alert.lapsed", "alert": alert, "reason": LAPSED}
    return Move(saying=_said(body, at, place), reason="lapsed", everyone=False)


def _raised(found: Found, at: datetime, place: int) -> Saying:
    body = {
        "kind": "alert.raised",
        "alert": found.alert,
        "rule": found.rule,
        "version": found.version,
        "title": found.title,
        "severity": found.severity,
        "about": found.about,
        "about_id": found.subject,
        "countries": list(found.countries),
        "summary": found.summary,
        "evidence": list(found.evidence),
        "probability": _probability(found),
    }
    return _said(body, at, place)


def _repeated(found: Found, at: datetime, place: int) -> Saying:
    body = {
        "kind": "alert.repeated",
        "alert": found.alert,
        "severity": found.severity,
        "summary": found.summary,
        "evidence": list(found.evidence),
        "countries": list(found.countries),
        "probability": _probability(found),
    }
    return _said(body, at, place)


def _probability(found: Found) -> dict[str, Any]:
    stated: dict[str, Any] = {"percent": found.probability, "one_in": found.one_in}
    return stated | ({"beside": list(found.beside)} if found.beside else {})


def _said(body: Mapping[str, Any], at: datetime, place: int) -> Saying:
    """In whole seconds, as people write: who answers within the second is not before us.

    What was said in one second is ordered by the statements' ids, which have the milliseconds.
    """
    jti = jti_of(at, place, body["kind"], body["alert"])
    return Saying(jti=jti, body={**body, "occurred_at": moment(at.replace(microsecond=0))})
