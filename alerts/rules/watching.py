"""What a participant watches for itself, with its own lists: told to that participant alone."""

from collections.abc import Iterator
from decimal import Decimal

from alerts.rules import Dossier, Finding, Severity, evidence, rule
from alerts.rules.aggregates import buyers, is_off, seen_at, trade_of
from alerts.rules.names import similarity
from alerts.rules.parameters import Parameters
from alerts.rules.places import Place, km_between
from alerts.rules.private import Own, Watched, Zone
from alerts.rules.words import count
from ledger.claims import PARTY_ROLES, Party
from ledger.events.notices import NoticeSent
from ledger.vocabulary import ShipmentEvent


def _own(dossier: Dossier) -> Iterator[tuple[str, Own]]:
    """The configurations of the countries that may know of this shipment."""
    for country, own in sorted(dossier.private.by_country.items()):
        if country in dossier.shipment.concerned:
            yield country, own


def _first(dossier: Dossier) -> tuple[str, ...]:
    return evidence(dossier.stated(NoticeSent)) or tuple(s.by.jti for s in dossier.timeline[:1])


@rule(
    "RF-08",
    version=1,
    severity=Severity.HIGH,
    family="goods",
    name="Uncommon combination of substances",
    parameters={"window_days": 90},
    needs=("notice.sent", "shipment.amended", "shipment.cancelled", "party.licensed"),
)
def combination(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """One buyer ordered all of a combination of substances that a country watches.

    The combinations are that country's own configuration and are named nowhere else. All parts of
    one were notified to the same buyer within `window_days`, this order being the last. A buyer
    with a licence that covers all of them for use is a manufacturer, and explained.

    Source: Regulation (EU) 2019/1148 Art 9(1)(c), combinations.
    """
    at = dossier.shipment.times.get("notified")
    if at is None or is_off(dossier.shipment):
        return
    since, mine = at - p.days("window_days"), set(dossier.shipment.substances)
    for country, own in _own(dossier):
        for number, parts in enumerate(own.combinations):
            for key in sorted(buyers(dossier.shipment)) if mine & parts else ():
                missing = [
                    part
                    for part in parts - mine
                    if not dossier.elsewhere.observed(trade_of(key, part), at, since=since)
                ]
                licences = dossier.elsewhere.standing(key).licences.values()
                allowed = any(all(x.covers(s, "use", at.date()) for s in parts) for x in licences)
                if not missing and not allowed:
                    yield Finding(
                        summary="One buyer ordered every part of a combination of goods that "
                        f"{country} watches, within {count(p.number('window_days'), 'day')}.",
                        evidence=_first(dossier),
                        key=f"{country}/{number}",
                        countries=frozenset({country}),
                    )
                    break


@rule(
    "RF-31",
    version=1,
    severity=Severity.HIGH,
    family="party",
    name="Party on watch or sanctions list",
    parameters={"name_similarity": Decimal("0.92")},
)
def watched_party(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """A party of the shipment is, or is named like one, on a country's own list.

    The list is that country's own configuration. A match is the same identifier, or a name of at
    least `name_similarity` (Jaro-Winkler, legal forms left out) in the country that the list gives,
    where it gives one. Names are alike by chance: an analyst looks before anything is shared.

    Source: national practice.
    """
    parties = dossier.shipment.parties
    named = [(role, getattr(parties, role)) for role in PARTY_ROLES] if parties else []
    alike = float(p.number("name_similarity"))
    for country, own in _own(dossier):
        roles = sorted(
            role
            for role, party in named
            if isinstance(party, Party) and any(_is_on(party, each, alike) for each in own.watched)
        )
        if roles:
            said = ", ".join(role.replace("_", " ") for role in roles)
            yield Finding(
                summary=f"A party of the shipment may be on a list that {country} keeps ({said}).",
                evidence=_first(dossier),
                key=country,
                countries=frozenset({country}),
            )


def _is_on(party: Party, watched: Watched, alike: float) -> bool:
    if watched.key is not None and watched.key == party.key:
        return True
    if watched.country is not None and watched.country != party.country:
        return False
    return similarity(party.name, watched.name) >= alike


@rule(
    "RF-32",
    version=1,
    severity=Severity.MEDIUM,
    family="movement",
    name="Sensitive destination corridor",
    parameters={"humanitarian": "humanitarian relief agricultural_programme"},
)
def sensitive_corridor(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """The route, or a sighting on the way, touches a zone that a country looks at.

    Zones are that country's own configuration: countries, places, or circles on the map. An
    operation of one of the `humanitarian` kinds that the notice names explains it.

    Source: WCO, seizures in or near conflict zones.
    """
    route = dossier.shipment.route
    tags = {sent.event.operation for sent in dossier.stated(NoticeSent)}
    if route is None or tags & p.words("humanitarian"):
        return
    points = {route.exit_point, route.entry_point, *route.itinerary}
    points |= {seen_at(each.event) for each in dossier.stated(ShipmentEvent)}
    codes = sorted(code for code in points if code)
    destination = {route.importing, *filter(None, [route.end_use])}
    for country, own in _own(dossier):
        if any(
            zone.countries & destination or any(_lies_in(dossier, c, zone) for c in codes)
            for zone in own.zones
        ):
            yield Finding(
                summary=f"The shipment goes to or through an area that {country} looks at.",
                evidence=_first(dossier),
                key=country,
                countries=frozenset({country}),
            )


def _lies_in(dossier: Dossier, code: str, zone: Zone) -> bool:
    if code in zone.places:
        return True
    place = dossier.elsewhere.place(code) if zone.lat is not None else None
    if place is None or zone.lat is None or zone.lon is None:
        return False
    centre = Place(lat=zone.lat, lon=zone.lon, country="")
    return km_between(place, centre) <= zone.km
