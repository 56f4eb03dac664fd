"""Changes of plan that come when nobody has time to look at them."""

import math
from collections.abc import Iterator
from datetime import datetime

from alerts.rules import Dossier, Finding, Said, Severity, evidence, rule
from alerts.rules.aggregates import buyers
from alerts.rules.identities import are_stated_one, keys_of, orders_by, usually_new
from alerts.rules.names import written_anew
from alerts.rules.parameters import Parameters
from alerts.rules.sightings import begun
from alerts.rules.words import count, day, percent, sentence, series
from ledger.claims import Parties, Party, Route
from ledger.events.amendments import Amended
from ledger.events.movements import Departed
from ledger.events.notices import NoticeNoObjection
from ledger.masses import Weighed
from ledger.shipments import Shipment

ROLES = {
    "importer": "importer",
    "consignee": "consignee",
    "end_user": "end user",
    "receiver": "receiver",
}


@rule(
    "RF-34",
    version=4,
    severity=Severity.HIGH,
    family="process",
    name="Last-minute change of consignee, destination or quantity",
    parameters={"before_dispatch_days": 5, "increase_percent": 10},
)
def last_minute_change(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A material change just before dispatch, or after the importing country had agreed.

    Just before is `before_dispatch_days` of the departure, or of the expected dispatch while
    nothing has left. A change is material when its author says so, and also when it brings in
    another importer, consignee, end user, receiver or destination, or `increase_percent` more
    goods; a name or number that is only spelled otherwise is no other. Where the importing country
    agreed anew before departure it is low. Plans change every day: it stands alone only where the
    goods get another taker or destination as they leave or later, when no authority can look at
    them any more, or a taker for whom nobody had ordered before and who is none of the buyers so
    far, and otherwise adds to what else is found. Such a taker weighs by how seldom orders of these
    countries are their buyer's first.

    Source: 21 USC 971(d)(1)(C); FATF, changes to contracts.
    """
    entitled = {each.by.jti: each for each in dossier.stated(Amended)}
    for state, each in dossier.steps:
        amended = entitled.get(each.by.jti)
        if amended is None:
            continue
        what = list(_changed(state, amended.event, p))
        when = _untimely(dossier, state, amended, p)
        if when and (what or amended.event.material):
            yield _told(dossier, amended, what, when, _unknown(dossier, state, amended.event))


def _unknown(dossier: Dossier, state: Shipment, change: Amended) -> float | None:
    """How surprising it is that nobody had ordered for a new taker; None where somebody had."""
    at = begun(dossier.shipment)
    if change.parties is None or state.parties is None or at is None:
        return None
    before = tuple(buyers(state).values())
    takers = (
        taker
        for _, taker in _other_parties(state.parties, change.parties)
        if not any(_may_be(dossier, taker, each) for each in before)
    )
    ordered = (orders_by(dossier.elsewhere, taker, at) for taker in takers)
    if all(any(each.ref != dossier.shipment.ref for each in orders) for orders in ordered):
        return None
    usual = usually_new(dossier, at)
    return None if usual is None else -math.log(max(usual, 1e-9))


def _may_be(dossier: Dossier, one: Party, other: Party) -> bool:
    """Whether a taker may be who was to have the goods before: as written, or as stated."""
    named = not set(keys_of(one)).isdisjoint(keys_of(other))
    return named or written_anew(one, other) or are_stated_one(dossier.elsewhere, one, other)


def _told(
    dossier: Dossier, amended: Said[Amended], what: list[str], when: str, unknown: float | None
) -> Finding:
    agreed = _agreed_anew(dossier, amended)
    said = sentence(series(what or ["the plan"]))
    were = "were" if len(what) > 1 else "was"
    words = "; nobody had ordered for such a taker before" if unknown is not None else ""
    words += "; the importing country has agreed anew" if agreed else ""
    return Finding(
        summary=f"{said} {were} changed on {day(amended.by.occurred_at)}, {when}{words}.",
        evidence=evidence((amended,), dossier.stated(NoticeNoObjection), dossier.stated(Departed)),
        severity=Severity.LOW if agreed else None,
        alone=not agreed and (unknown is not None or _sold_on(dossier, amended, what)),
        surprise=unknown,
        key=amended.by.jti,
    )


def _changed(state: Shipment, change: Amended, p: Parameters) -> Iterator[str]:
    if change.parties is not None and state.parties is not None:
        yield from (f"the {role}" for role, _ in _other_parties(state.parties, change.parties))
    old_route, new_route = state.route, change.route
    if old_route and new_route and _destination(old_route) != _destination(new_route):
        yield "the destination"
    old, new = state.balance.get("notified", Weighed()), state.weighed(change.goods)
    for key in sorted(new.amounts.keys() & old.amounts.keys()):
        before, after = old.amounts[key], new.amounts[key]
        if before > 0 and after >= before * (1 + p.share("increase_percent")):
            yield f"the quantity (+{percent(after / before - 1)})"


def _other_parties(old: Parties, new: Parties) -> Iterator[tuple[str, Party]]:
    """(role in words, who has it now) of each that became somebody else."""
    for role, name in ROLES.items():
        was, becomes = getattr(old, role), getattr(new, role)
        if becomes is not None and was is not None and not written_anew(was, becomes):
            yield name, becomes


def _destination(route: Route) -> tuple[str, str]:
    return (route.importing, route.end_use or route.importing)


def _untimely(
    dossier: Dossier, state: Shipment, amended: Said[Amended], p: Parameters
) -> str | None:
    shipment, at = dossier.shipment, amended.by.occurred_at
    left = shipment.times.get("departed")
    dispatch = left or shipment.expected.get("dispatch")
    if dispatch is not None and at >= dispatch - p.days("before_dispatch_days"):
        return _distance(at, dispatch, "departure" if left else "expected dispatch")
    if state.reply is not None and state.reply.state == "no_objection":
        return "after the importing country had agreed to the shipment"
    return None


def _sold_on(dossier: Dossier, amended: Said[Amended], what: list[str]) -> bool:
    left = dossier.shipment.times.get("departed")
    taker = any(not each.startswith("the quantity") for each in what)
    return taker and left is not None and amended.by.occurred_at.date() >= left.date()


def _distance(at: datetime, dispatch: datetime, word: str) -> str:
    days = (dispatch.date() - at.date()).days
    if days == 0:
        return f"on the day of the {word}"
    if days < 0:
        return f"after the {word} on {day(dispatch)}"
    return f"{count(days, 'day')} before the {word} on {day(dispatch)}"


def _agreed_anew(dossier: Dossier, amended: Said[Amended]) -> bool:
    left = dossier.shipment.times.get("departed")
    return any(
        amended.by.order < reply.by.order and (left is None or reply.by.occurred_at <= left)
        for reply in dossier.stated(NoticeNoObjection)
    )
