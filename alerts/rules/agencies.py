"""The agencies themselves: silence that repeats, clocks that are wrong, keys that leaked."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import reply_of, silence_of
from alerts.rules.normal import Sample
from alerts.rules.parameters import Parameters
from alerts.rules.words import count, day
from ledger.events.notices import NoticeExpired
from ledger.folding import Stated
from ledger.roster import HUB


@rule(
    "RF-39",
    version=1,
    severity=Severity.INFO,
    family="process",
    name="Agency silence or non-cooperation",
    parameters={"overdue": 3, "window_days": 30, "alert_patience_days": 7},
    needs=("notice.expired",),
)
def agency_silence(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A country answers neither notices nor alerts.

    At least `overdue` of its notices ran out, or alerts were taken up by nobody for
    `alert_patience_days`, within `window_days`. It is kept for the programme's own desk and told to
    no country: capacity differs between agencies by an order of magnitude, and the answer is help,
    not blame.

    Source: INCB and WCO RILO, concerns about performance.
    """
    route = dossier.shipment.route
    for expired in dossier.stated(NoticeExpired)[-1:] if route else ():
        at, country = expired.by.occurred_at, route.importing if route else ""
        since = at - p.days("window_days")
        silent = 1 + len(dossier.elsewhere.observed(silence_of(country), at, since=since))
        patience = p.days("alert_patience_days")
        pending = dossier.elsewhere.pending(country, since - patience, at - patience)
        if silent + pending >= p.whole("overdue"):
            usual = Sample.of(dossier.elsewhere.observed(reply_of(country), at))
            known = (
                f" It usually answers in {usual.median:.0f} days ({usual.n} answers)."
                if usual.n
                else ""
            )
            yield Finding(
                summary=f"{country} let {count(silent, 'notice')} run out and left "
                f"{count(pending, 'alert')} with nobody in {count(p.number('window_days'), 'day')}."
                f"{known}",
                evidence=evidence([expired]),
                about=("country", country),
                key="silence",
                countries=frozenset(),
            )


@rule(
    "RF-40",
    version=1,
    severity=Severity.CRITICAL,
    family="system",
    name="Signature, sequence or clock anomaly",
    parameters={"late_days": 30, "future_minutes": 60},
)
def clock_or_key(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A statement cannot have been signed as it says, or its key may have been in other hands.

    It was signed more than `future_minutes` before what it says had happened, or with a key that
    was reported compromised since an earlier moment. A statement signed more than `late_days` after
    the event is only noted: paperwork is late everywhere. The hub's own statements are late by
    nature. Bad signatures and broken chains never get in; audits and witnesses watch for them.

    Source: integrity of the ledger (its own design).
    """
    late: list[Stated] = []
    future, patience = timedelta(minutes=p.whole("future_minutes")), p.days("late_days")
    for each in dossier.timeline:
        signed = datetime.fromtimestamp(each.by.issued_at, UTC)
        if each.by.occurred_at - signed > future:
            yield Finding(
                summary=f"A statement of {each.by.country} signed on {day(signed)} tells of "
                f"{day(each.by.occurred_at)}, which was still to come.",
                evidence=evidence([each]),
                key=f"future/{each.by.jti}",
            )
        since = _compromised(dossier, each)
        if since is not None and signed >= since:
            yield Finding(
                summary=f"A statement of {each.by.country} was signed on {day(signed)} with a key "
                f"that was in doubt since {day(since)}.",
                evidence=evidence([each]),
                key=f"key/{each.by.jti}",
            )
        if signed - each.by.occurred_at > patience and each.by.agency != HUB:
            late.append(each)
    if late:
        yield Finding(
            summary=f"{count(len(late), 'statement')} of the shipment came more than "
            f"{count(p.number('late_days'), 'day')} after what they tell of.",
            evidence=evidence(late),
            severity=Severity.INFO,
            key="late",
        )


def _compromised(dossier: Dossier, each: Stated) -> datetime | None:
    """Since when the key that signed this is in doubt."""
    kid = dossier.signed_with.get(each.by.jti)
    held = dossier.roster.keyring.held_by(each.by.agency) if kid else ()
    return next((e.compromised_since for e in held if e.key.kid == kid), None)
