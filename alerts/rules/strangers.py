"""Buyers that nobody knows: the first order of a firm, and one of few that it ever places."""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.identities import (
    COME_AGAIN,
    FORGOTTEN,
    SELDOM,
    known_as,
    others_by,
    usually_new,
)
from alerts.rules.orders import ORDERED, ordered_at
from alerts.rules.parameters import Parameters
from alerts.rules.words import count, percent
from ledger.events.notices import NoticeSent

# Of honest orders in simulated trade: so few others by their buyers are known, or fewer.
HARDLY = (0.011, 0.032, 0.063)


@dataclass(frozen=True, kw_only=True, slots=True)
class _Stranger:
    """An order by who had hardly ordered; `usual`: the share of orders that are first ones."""

    at: datetime
    before: frozenset[str]
    usual: float


def _stranger(dossier: Dossier, p: Parameters) -> _Stranger | None:
    at = ordered_at(dossier)
    shipment, parties = dossier.shipment, dossier.shipment.parties
    if at is None or parties is None or parties.importer is None:
        return None
    before = others_by(dossier.elsewhere, shipment, at, at)
    usual = usually_new(dossier, at) if len(before) <= SELDOM else None
    if usual is None or usual > p.share("usual_percent"):
        return None
    if any(_trusted(dossier, key, at) for key in known_as(shipment)):
        return None
    return _Stranger(at=at, before=before, usual=usual)


def _comes_again(dossier: Dossier, p: Parameters) -> Iterator[datetime]:
    who = _stranger(dossier, p)
    if who is not None:
        yield who.at + COME_AGAIN


@rule(
    "RF-01",
    version=3,
    severity=Severity.INFO,
    family="party",
    name="First-seen importer or consignee",
    parameters={"usual_percent": 50},
    needs=ORDERED,
    due=_comes_again,
    alone=False,
)
def first_seen(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """No order of any substance by this importer, nor by its consignee, for a long time.

    They are looked up by number and by name in the two years before. Where the ledger cannot know
    (it, or one of the two countries, has only begun), most orders are first ones: where more than
    `usual_percent` are, nobody is strange. A validated trusted trader is not, either. Every honest
    firm has a first order, so this is information. Who has hardly ordered before, and four months
    later has still not ordered again but once or twice, is a low sign: honest firms that begin go
    on, and fronts are used and dropped. It all only adds to what else is found.

    Source: INCB, verify the bona fides of all new companies.
    """
    who = _stranger(dossier, p)
    if who is None:
        return
    if not who.before:
        yield Finding(
            summary=f"Nobody has notified an order by this importer or its consignee in the "
            f"{count(FORGOTTEN.days, 'day')} before; so it is with "
            f"{percent(Decimal(str(who.usual)))} of such orders.",
            evidence=evidence(dossier.stated(NoticeSent)),
            surprise=-math.log(who.usual),
        )
    end = who.at + COME_AGAIN
    others = len(others_by(dossier.elsewhere, dossier.shipment, who.at, end))
    if dossier.now >= end and others <= SELDOM:
        yield Finding(
            summary=f"In the {count(FORGOTTEN.days, 'day')} before this order and the "
            f"{count(COME_AGAIN.days, 'day')} after it, the ledger knows of "
            f"{count(others, 'other order')} by its buyers.",
            evidence=evidence(dossier.stated(NoticeSent)),
            key="seldom",
            severity=Severity.LOW,
            surprise=-math.log(HARDLY[others]),
        )


def _trusted(dossier: Dossier, key: str, at: datetime) -> bool:
    trusts = dossier.elsewhere.standing(key).trusts.values()
    return any(
        each.status == "validated"
        and each.valid_from <= at.date()
        and (each.valid_to is None or at.date() <= each.valid_to)
        for each in trusts
    )
