"""Buyers that nobody knows: the first order of a firm, and one of few that it ever places."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import trade_of
from alerts.rules.identities import COME_AGAIN, FORGOTTEN, few_others, known_as, usually_new
from alerts.rules.orders import ORDERED, ordered_at
from alerts.rules.parameters import Parameters
from alerts.rules.remembered import while_judged
from alerts.rules.words import count, percent
from ledger.events.notices import NoticeSent

# Of honest orders in simulated trade: so few others by their buyers are known, or fewer.
HARDLY = (0.011, 0.032, 0.063)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stranger:
    """An order by who had not ordered, or hardly; `usual`: the share of orders that are first."""

    at: datetime
    is_new: bool
    is_rare: bool
    usual: float


@while_judged
def _stranger(dossier: Dossier, p: Parameters) -> _Stranger | None:
    at = ordered_at(dossier)
    shipment, parties = dossier.shipment, dossier.shipment.parties
    if at is None or parties is None or parties.importer is None:
        return None
    keys, since = sorted(known_as(shipment)), at - p.days("window_days")
    is_new = not any(dossier.elsewhere.observed(trade_of(key), at, since=since) for key in keys)
    is_rare = few_others(dossier.elsewhere, shipment, at, at) is not None
    usual = usually_new(dossier, at) if is_new or is_rare else None
    if usual is None or usual > p.share("usual_percent"):
        return None
    if any(_trusted(dossier, key, at) for key in keys):
        return None
    return _Stranger(at=at, is_new=is_new, is_rare=is_rare, usual=usual)


def _comes_again(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    who = _stranger(dossier, p)
    if who is not None and who.is_rare:
        yield who.at + COME_AGAIN


@rule(
    "RF-01",
    version=3,
    severity=Severity.INFO,
    family="party",
    name="First-seen importer or consignee",
    parameters={"window_days": 730, "usual_percent": 50},
    needs=ORDERED,
    due=_comes_again,
    alone=False,
)
def first_seen(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """No order of any substance by this importer, nor by its consignee, for a long time.

    They are looked up by number and by name in the last `window_days`. Where the ledger cannot know
    (it, or one of the two countries, has only begun), most orders are first ones: where more than
    `usual_percent` are, nobody is strange. A validated trusted trader is not, either. Every honest
    firm has a first order, so this is information. Who placed two other orders at most, in the two
    years before and the four months after it, is a low sign: honest firms that begin go on, and
    fronts are used and dropped. It all only adds to what else is found.

    Source: INCB, verify the bona fides of all new companies.
    """
    who = _stranger(dossier, p)
    if who is None:
        return
    if who.is_new:
        yield Finding(
            summary=f"Nobody has notified an order by this importer or its consignee in the "
            f"{count(p.number('window_days'), 'day')} before; so it is with "
            f"{percent(Decimal(str(who.usual)))} of such orders.",
            evidence=evidence(dossier.stated(NoticeSent)),
            surprise=-math.log(who.usual),
        )
    end = who.at + COME_AGAIN
    if not who.is_rare or dossier.now < end:
        return
    others = few_others(dossier.elsewhere, dossier.shipment, who.at, end)
    if others is not None:
        yield Finding(
            summary=f"In the {count(FORGOTTEN.days, 'day')} before this order and the "
            f"{count(COME_AGAIN.days, 'day')} after it, the ledger knows of "
            f"{count(len(others), 'other order')} by its buyers.",
            evidence=evidence(dossier.stated(NoticeSent)),
            key="seldom",
            severity=Severity.LOW,
            surprise=-math.log(HARDLY[len(others)]),
        )


def _trusted(dossier: Dossier, key: str, at: datetime) -> bool:
    trusts = dossier.elsewhere.standing(key).trusts.values()
    return any(
        each.status == "validated"
        and each.valid_from <= at.date()
        and (each.valid_to is None or at.date() <= each.valid_to)
        for each in trusts
    )
