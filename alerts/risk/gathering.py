"""What a score is made from, as one viewer knows it.

The hub's is made from what rules found. Anybody else's from the alerts it was told of and from what
it may see of the traders: so a score tells nobody of a finding that was not shared with it. What
the hub or a route country *stated* of the risk is an event like any other, and shown to all who may
see the shipment.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from alerts import findings
from alerts.feedback.precision import WRONG
from alerts.risk.scoring import (
    POINTS,
    TRUST,
    Assessment,
    Fired,
    Known,
    Trusted,
    Visit,
    assess,
    for_container,
)
from alerts.rules import rules
from ledger import casesearch, folding, search, timeline, views
from ledger.cases import Case
from ledger.events.controls import RiskAssessed
from ledger.folding import Stated
from ledger.mentions import mentions_of
from ledger.shipments import Shipment
from ledger.standing import Standing
from ledger.visibility import Viewer

ROLES = ("exporter", "importer", "consignee", "end_user", "carrier")
DISMISSED = WRONG | {"duplicate"}
# What ends each point: it is past once that has happened.
ENDS = {"pre_loading": "released", "pre_departure": "departed", "pre_arrival": "arrived"}


@dataclass(frozen=True, kw_only=True)
class Said:
    """A risk assessment that somebody stated."""

    agency: str
    at: datetime
    event: RiskAssessed


@dataclass(frozen=True, kw_only=True)
class Risk:
    """The risk of a shipment as one viewer knows it; `current` is the point it is at.

    `points` are scored by what was known at each, `now` and `containers` by all that is known now.
    """

    ref: str
    current: str | None
    points: tuple[Assessment, ...]
    now: Assessment
    containers: tuple[tuple[str, Assessment], ...]
    stated: tuple[Said, ...]


def risk(session: Session, ref: str, viewer: Viewer, *, now: datetime) -> Risk:
    """The risk of a shipment; NotFound where the viewer may not see it."""
    told = views.whole(search.shipment_history(session, ref, viewer, now=now))
    stated = folding.in_order(record.stated for record in told)
    state = folding.shipment(ref, stated)
    known = Known(
        fired=_fired(session, ref, viewer, now),
        trusted=_trusted(session, state, viewer, now),
        visits=_visits(session, state, viewer, now),
    )
    current = next((point for point in POINTS if ENDS[point] not in state.times), None)
    containers = sorted(
        {name for each in stated for kind, name in mentions_of(each.event) if kind == "container"}
    )
    at = current or POINTS[-1]
    return Risk(
        ref=ref,
        current=current,
        points=tuple(assess(known, point, moment_of(state, point, now)) for point in POINTS),
        now=assess(known, at, now),
        containers=tuple(
            (name, assess(for_container(known, name, containers), at, now)) for name in containers
        ),
        stated=tuple(_stated(state, stated)),
    )


def moment_of(state: Shipment, point: str, now: datetime) -> datetime:
    """Up to when something must have been known to count at a point.

    Where nobody stated the end of one, the end of a later one bounds it.
    """
    names = (ENDS[each] for each in POINTS[POINTS.index(point) :])
    return min([now, *(state.times[name] for name in names if name in state.times)])


def _stated(state: Shipment, stated: Sequence[Stated]) -> Iterator[Said]:
    for each in stated:
        event, by = each.event, each.by
        if not isinstance(event, RiskAssessed) or by.jti in state.annulled:
            continue
        if not folding.by_stranger(state, event, by):
            yield Said(agency=by.agency, at=by.occurred_at, event=event)


def _fired(session: Session, ref: str, viewer: Viewer, now: datetime) -> list[Fired]:
    """The rules that fired, but for what people found to be nothing."""
    cases = casesearch.about(session, ("shipment", ref), viewer, now)
    if not viewer.is_hub:
        return [_of_case(case) for case in cases if _counts(case)]
    dismissed = {case.alert for case in cases if case.verdict in DISMISSED}
    return [
        Fired(
            rule=found.rule,
            name=found.title,
            severity=found.severity,
            family=_family(found.rule),
            since=since,
            about=f"{found.key} {found.summary}",
        )
        for found, since in findings.about(session, ref)
        if found.alert not in dismissed
    ]


def _counts(case: Case) -> bool:
    return case.status != "lapsed" and case.verdict not in DISMISSED and bool(case.raised_at)


def _of_case(case: Case) -> Fired:
    assert case.raised_at is not None  # noqa: S101 - narrows the type: `_counts` asked
    return Fired(
        rule=case.rule,
        name=case.title,
        severity=case.severity,
        family=_family(case.rule),
        since=case.raised_at,
        about=case.summary,
    )


def _family(rule: str) -> str:
    known = rules().get(rule)
    return known.family if known else ""


# --- traders ---


def _traders(state: Shipment) -> Iterator[tuple[str, str]]:
    """The shipment's traders by role, each key once."""
    seen: set[str] = set()
    for role in ROLES:
        party = getattr(state.parties, role, None)
        if party is not None and party.key not in seen:
            seen.add(party.key)
            yield role.replace("_", " "), party.key


def _standing(
    session: Session, subject: tuple[str, str], viewer: Viewer, now: datetime
) -> Standing:
    """What is known of a trader or country from what the viewer may see of it."""
    told = timeline.history(session, *subject)
    shown = views.seen(told, concerned=frozenset(), viewer=viewer, now=now)
    return folding.standing(subject[1], (record.stated for record in views.whole(shown)))


def _trusted(session: Session, state: Shipment, viewer: Viewer, now: datetime) -> list[Trusted]:
    """Certificates that hold today, and whether the importing country recognises them."""
    importing = state.route.importing if state.route else None
    found = []
    recognised = _recognised(session, importing, viewer, now)
    for role, trader in _traders(state):
        for trust in _standing(session, ("trader", trader), viewer, now).trusts.values():
            ended = trust.valid_to is not None and trust.valid_to < now.date()
            if trust.status in TRUST and trust.valid_from <= now.date() and not ended:
                found.append(
                    Trusted(
                        role=role,
                        programme=trust.programme,
                        country=trust.country,
                        status=trust.status,
                        recognised=trust.country == importing
                        or f"{trust.country}/{trust.programme}" in recognised,
                    )
                )
    return found


def _recognised(
    session: Session, country: str | None, viewer: Viewer, now: datetime
) -> frozenset[str]:
    if country is None:
        return frozenset()
    known = _standing(session, ("country", country), viewer, now).recognitions
    return frozenset(
        key for key, each in known.items() if each.status == "active" and each.since <= now.date()
    )


def _visits(session: Session, state: Shipment, viewer: Viewer, now: datetime) -> list[Visit]:
    return [
        Visit(role=role, evaluation=each)
        for role, trader in _traders(state)
        for each in _standing(session, ("trader", trader), viewer, now).evaluations
    ]
