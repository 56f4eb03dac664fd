"""Licences and registrations: whether a trader may do what the shipment has it do."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.identities import standing_of
from alerts.rules.parameters import Parameters
from alerts.rules.questions import Elsewhere
from alerts.rules.words import day
from ledger.claims import Party
from ledger.events.movements import Departed, ExportReleased
from ledger.events.notices import NoticeSent
from ledger.events.permits import ExportAuthorised, ImportAuthorised
from ledger.events.receptions import ImportCleared
from ledger.standing import Licence, Version, in_force

# The role, what it does, and the moments at which it must have been licensed to do it.
ROLES = (
    ("exporter", "export", ("notified", "authorised", "released", "departed")),
    ("importer", "import", ("notified", "cleared")),
)
BY_ITS_ISSUER = 8.0  # nats: nobody ends a licence by mistake
USUALLY_WITHOUT = 60  # days until a renewal: so many more make an honest gap e times rarer
SENT = ("departed", "released", "cleared_to_export", "notified")


@dataclass(frozen=True, kw_only=True)
class _Trader:
    """A trader on this shipment, what it does there and when, and all its licences.

    `sent`: when the goods left: what left while a licence stood arrives all the same.
    """

    role: str
    activity: str
    party: Party
    days: tuple[date, ...]
    sent: date
    licences: Mapping[str, tuple[Version, ...]]


@dataclass(frozen=True, kw_only=True)
class _Gap:
    """Why a licence did not cover what was done, and since when; `hard`: its issuer ended it."""

    said: str
    on: date
    hard: bool = False
    since: date | None = None


def lapses(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    """When a licence that ran out has waited long enough for a renewal."""
    for trader in _traders(dossier):
        for substance in dossier.shipment.substances:
            _, gap = _gap_of(dossier, trader, substance)
            if gap is not None and gap.since is not None and not gap.hard:
                until = gap.since + p.days("renewal_days") + timedelta(days=1)
                yield datetime.combine(until, time(), UTC)


@rule(
    "RF-05",
    version=4,
    severity=Severity.HIGH,
    family="licensing",
    name="No valid licence or registration",
    parameters={"exempt_traders": "-", "renewal_days": 60},
    needs=(
        "notice.sent",
        "import.authorised",
        "export.authorised",
        "export.released",
        "shipment.departed",
        "shipment.amended",
        "import.cleared",
        "receipt.confirmed",
        "shipment.cancelled",
        "notice.withdrawn",
        "shipment.closed",
        "party.licensed",
        "trader.merged",
        "trader.separated",
    ),
    due=lapses,
)
def unlicensed(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The exporter or the importer had no licence for this substance and activity on the day.

    What counts is what its register had said of it by that day: a later renewal does not make the
    past look licensed, nor unlicensed, and what was done before a suspension is not blamed on it. A
    licence that stood suspended or revoked when the goods left speaks for itself. So does one that
    had run out when they left, or `renewal_days` before the last step, and that nothing renewed
    within `renewal_days`: renewals are late everywhere, so it weighs by the days without one, and
    not at all where none was told of, since that may be all that is missing. What left before that,
    a gap closed by then, a first licence after the order, a licence for other activities, and no
    record at all (told only where the country reports licences for this) are weak. Licences of
    traders that an agency stated to be the same count. Exempt bodies are listed in
    `exempt_traders`, by key.

    Source: EU 111/2005 Art 6 and 7; EU 2015/1011 Art 3 to 6.
    """
    for trader in _traders(dossier):
        if trader.party.key in p.words("exempt_traders"):
            continue
        for substance in dossier.shipment.substances:
            known, gap = _gap_of(dossier, trader, substance)
            if gap is not None:
                yield _told(dossier, p, known, substance, gap)
            elif not _is_named(known, substance):
                yield from _unrecorded(dossier, known, substance)


def _traders(dossier: Dossier) -> Iterator[_Trader]:
    shipment = dossier.shipment
    for role, activity, moments in ROLES:
        party: Party | None = getattr(shipment.parties, role, None)
        days = [shipment.times[m].date() for m in moments if m in shipment.times]
        sent = [shipment.times[m].date() for m in SENT if m in shipment.times]
        if party is not None and days:
            yield _Trader(
                role=role,
                activity=activity,
                party=party,
                days=tuple(sorted(days)),
                sent=(sent or days)[0],
                licences=standing_of(dossier.elsewhere, party).words,
            )


def licences_of(elsewhere: Elsewhere, party: Party) -> tuple[Licence, ...]:
    """As each was last stated, by whatever key an agency wrote down."""
    return tuple(standing_of(elsewhere, party).licences.values())


def _gap_of(dossier: Dossier, trader: _Trader, substance: str) -> tuple[_Trader, _Gap | None]:
    """The gap, if there is one; licences of who it is said to be are asked for only then."""
    gap = _gap(trader, substance)
    if gap is None and _is_named(trader, substance):
        return trader, None
    others = dossier.elsewhere.same_as(trader.party.key)
    more = [dossier.elsewhere.standing(key).words for key in others]
    words = {k: said for each in (*more, trader.licences) for k, said in each.items()}
    wider = replace(trader, licences=words)
    return wider, _gap(wider, substance)


def _gap(trader: _Trader, substance: str) -> _Gap | None:
    """The gravest gap among the days that count; None where a licence covers each of them."""
    words = [
        said
        for said in trader.licences.values()
        if any(v.licence.names(substance, trader.activity) for v in said)
    ]
    gaps = [
        gap
        for on in trader.days
        if words and (gap := _gap_on(words, substance, trader.activity, on)) is not None
    ]
    return max(gaps, key=lambda gap: (gap.hard, gap.on), default=None)


def _gap_on(
    words: list[tuple[Version, ...]], substance: str, activity: str, on: date
) -> _Gap | None:
    gaps = []
    for said in words:
        held = in_force(said, on)
        if held.covers(substance, activity, on):
            return None
        if held.names(substance, activity):
            gaps.append(_why_not(held, on))
    return max(gaps, key=lambda gap: (gap.hard, gap.since or date.min), default=None)


def _why_not(held: Licence, on: date) -> _Gap:
    if not held.stands(on):
        since = f" since {day(held.ended_on)}" if held.ended_on else ""
        said = f"had a licence for this that stood {held.status}{since}, and acted on {day(on)}"
        return _Gap(said=said, on=on, hard=True, since=held.ended_on)
    if on < held.valid_from:
        said = f"was licensed from {day(held.valid_from)} only, and acted on {day(on)}"
        return _Gap(said=said, on=on)
    said = f"had a licence that expired on {day(held.valid_to or on)}, and acted on {day(on)}"
    return _Gap(said=said, on=on, since=held.valid_to)


def _told(dossier: Dossier, p: Parameters, trader: _Trader, substance: str, gap: _Gap) -> Finding:
    sent_after = gap.since is None or trader.sent >= gap.since
    alone, more = gap.hard and sent_after, ""
    surprise = BY_ITS_ISSUER if alone else None
    if gap.hard and not sent_after:
        more = f"; the goods had left on {day(trader.sent)}"
    elif gap.since is not None and not gap.hard:
        wait = p.days("renewal_days")
        renewed = _renewed(trader, substance, gap.on)
        until = renewed or dossier.now.date()
        alone = until - gap.since > wait and (sent_after or gap.on - gap.since > wait)
        more = f"; it was renewed from {day(renewed)}" if renewed else "; nothing has renewed it"
        surprise = (renewed - gap.since).days / USUALLY_WITHOUT if alone and renewed else None
    return Finding(
        summary=f"The {trader.role} {gap.said}{more}.",
        evidence=_basis(dossier),
        key=f"{trader.role}:{substance}",
        alone=alone,
        surprise=surprise,
    )


def _renewed(trader: _Trader, substance: str, on: date) -> date | None:
    """From when a licence that was stated later covers what this one no longer did."""
    later = [
        v.licence.valid_from
        for said in trader.licences.values()
        for v in said
        if v.licence.status == "active"
        and v.licence.names(substance, trader.activity)
        and (v.on > on or v.licence.valid_from > on)
        and (v.licence.valid_to is None or v.licence.valid_to >= on)
    ]
    return min(later, default=None)


def _is_named(trader: _Trader, substance: str) -> bool:
    words = trader.licences.values()
    return any(v.licence.names(substance, trader.activity) for said in words for v in said)


def _unrecorded(dossier: Dossier, trader: _Trader, substance: str) -> Iterator[Finding]:
    if not dossier.elsewhere.licensed(trader.party.country, substance, trader.activity):
        return
    said = f"is licensed, but not to {trader.activity} this substance"
    if not trader.licences:
        on = day(trader.days[-1])
        said = f"has no licence on record on {on}, and its country reports such licences"
    yield Finding(
        summary=f"The {trader.role} {said}.",
        evidence=_basis(dossier),
        severity=None if trader.licences else Severity.LOW,
        key=f"{trader.role}:{substance}",
        alone=False,
    )


def _basis(dossier: Dossier) -> tuple[str, ...]:
    kinds = (NoticeSent, ExportAuthorised, ImportAuthorised, ExportReleased, Departed)
    return evidence(*(dossier.stated(kind) for kind in (*kinds, ImportCleared)))
