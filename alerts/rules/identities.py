"""One trader under several keys: as agencies wrote it down, and as they said it is the same.

An agency that leaves out a trader's number knows it by country and name, so both are looked up.
"""

import functools
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from decimal import Decimal
from itertools import chain

from alerts.rules import Dossier
from alerts.rules.aggregates import ASKS, buyers, firsts_of, is_off, trade_of
from alerts.rules.normal import share_of
from alerts.rules.questions import Elsewhere, Observation
from ledger.claims import Party, folded
from ledger.shipments import Shipment
from ledger.standing import Standing

YOUNG = timedelta(days=180)
FORGOTTEN = timedelta(days=730)
USUALLY_NEW, ITS_WEIGHT = 0.2, 10  # of orders, where few are known
ENOUGH = 20  # orders of everybody, from which on that is known
COME_AGAIN = timedelta(days=120)  # within which whoever goes on ordering has mostly ordered again
SELDOM = 2  # other orders of a buyer that hardly orders


@functools.lru_cache(maxsize=8_192)
def keys_of(party: Party) -> tuple[str, ...]:
    """The keys that a trader may be written down under: its own and its name's."""
    return tuple(dict.fromkeys((party.key, f"{party.country}:{folded(party.name)}")))


def known_as(shipment: Shipment) -> frozenset[str]:
    """The keys under which a shipment's buyers may be known."""
    return frozenset(key for party in buyers(shipment).values() for key in keys_of(party))


def few_others(
    elsewhere: Elsewhere, shipment: Shipment, at: datetime, until: datetime
) -> frozenset[str] | None:
    """The other orders by a shipment's buyers, under whichever key, from two years before on.

    None where they are more than `SELDOM`: of most buyers there are hundreds.
    """
    found: set[str] = set()
    for key in sorted(known_as(shipment)):
        seen = elsewhere.observed(trade_of(key), until, since=at - FORGOTTEN)
        found.update(each.ref for each in seen[-SELDOM - 1 :])
        if len(found) > SELDOM:
            return None
    return frozenset(found)


def first_order(elsewhere: Elsewhere, party: Party, at: datetime) -> datetime | None:
    """When a trader's first order of the last years was notified; None where none is known."""
    orders = orders_by(elsewhere, party, at)
    return orders[0].at if orders else None


def observed_firsts(dossier: Dossier) -> Iterator[tuple[str, datetime, Decimal]]:
    """Whether it is its buyer's first order; and who hardly ordered before asks what follows."""
    shipment, at = dossier.shipment, dossier.shipment.times.get("notified")
    if at is None or shipment.route is None or is_off(shipment):
        return
    buyer = next(iter(buyers(shipment).values()), None)
    if buyer is None:
        return
    first = Decimal(first_order(dossier.elsewhere, buyer, at) is None)
    route = shipment.route
    for what in (firsts_of(), firsts_of(to=route.importing), firsts_of(out_of=route.exporting)):
        yield what, at, first
    if few_others(dossier.elsewhere, shipment, at, at) is not None:
        for key in known_as(shipment):
            yield trade_of(key), at + COME_AGAIN, ASKS


def orders_by(elsewhere: Elsewhere, party: Party, at: datetime) -> Sequence[Observation]:
    """A trader's orders of the last years, under whichever key, in order."""
    since = at - FORGOTTEN
    found = [elsewhere.observed(trade_of(key), at, since=since) for key in keys_of(party)]
    told = [each for each in found if each]
    if len(told) < 2:  # an answer is in order
        return told[0] if told else ()
    return sorted(chain.from_iterable(told), key=lambda each: (each.at, each.ref))


def usually_new(dossier: Dossier, at: datetime) -> float | None:
    """How often an order like this one is its buyer's first; None where nobody can know.

    Of the orders of the half year before: all of them, then those to the importing and those out
    of the exporting country, drawn to all where they are few; the greater counts, since a country
    that has just joined brings buyers whom others have long known.
    """
    route = dossier.shipment.route

    def share(what: str, prior: float) -> tuple[float, int]:
        seen = dossier.elsewhere.observed(what, at, since=at - YOUNG)
        new = sum([each.number > 0 for each in seen])
        return share_of(new, len(seen), prior=prior, weight=ITS_WEIGHT), len(seen)

    usual, known = share(firsts_of(), USUALLY_NEW)
    if known < ENOUGH or route is None:
        return None
    ends = (firsts_of(to=route.importing), firsts_of(out_of=route.exporting))
    return max(usual, *(share(what, usual)[0] for what in ends))


def standing_of(elsewhere: Elsewhere, party: Party) -> Standing:
    """What is known of a trader: the name stands in where its number has no licence."""
    own = elsewhere.standing(party.key)
    if own.licences:
        return own
    named = elsewhere.standing(keys_of(party)[-1])
    return named if named.licences else own


def ended_licences(elsewhere: Elsewhere, party: Party) -> Iterator[date]:
    """Since when each licence of a trader that is suspended or revoked is so."""
    for said in standing_of(elsewhere, party).words.values():
        since: date | None = None
        for each in said:
            # A revocation that follows a suspension does not make the time in between honest.
            since = each.licence.ended_on and (since or each.licence.ended_on)
        if since is not None:
            yield since


def are_stated_one(elsewhere: Elsewhere, one: Party, other: Party) -> bool:
    """Whether agencies stated two parties to be the same trader."""
    theirs = keys_of(other)
    return any(key in theirs for mine in keys_of(one) for key in elsewhere.same_as(mine))
