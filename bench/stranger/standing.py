"""Telling of firms and countries: licences and their renewal, visits, suspicions, requirements."""

import random
from datetime import UTC, datetime, timedelta

from seed.world import Body
from stranger.firms import Firm
from stranger.trade import START, Trade
from stranger.voice import Voice, day, plain

YEARS = (2024, 2025)


def registers(made: Trade, seed: int) -> list[Voice]:
    """What countries state of their traders and of their needs."""
    voices = [_of_firm(made, seed, n, firm) for n, firm in enumerate(made.firms())]
    return [*voices, *_needs(made, seed)]


def _of_firm(made: Trade, seed: int, number: int, firm: Firm) -> Voice:
    voice = Voice(made, seed, f"firm/{number}", [])
    desk = f"{firm.country}-CNA"
    known = firm.claims(START)
    if firm.licence and firm.substances:
        _licensed(voice, desk, firm, known)
    if firm.visited:
        at, result = firm.visited
        visit = {
            "trader": known,
            "site": firm.address,
            "evaluation": "initial" if firm.founded > START else "re_validation",
            "evaluated_on": day(at),
            "result": result,
        }
        voice.says(desk, "party.evaluated", at, lambda: visit)
    if firm.suspected and firm.substances:
        substance = min(firm.substances)
        ware = next(w for w in made.wares if w.substance == substance)
        order = plain(ware.lot / 4)
        body = {
            "customer": known,
            "goods": [
                {
                    "substance": substance,
                    "declared_name": ware.name,
                    "quantity": {"amount": order, "unit": "KGM"},
                }
            ],
            "reasons": ["unclear_use"],
            "transaction": "refused",
        }
        voice.says(desk, "transaction.suspected", firm.suspected, lambda: body)
    return voice


def _licensed(voice: Voice, desk: str, firm: Firm, known: Body) -> None:
    held = firm.licence
    if held is None:
        return
    premises = [str(known["address"])]
    if firm.depot and firm.depot_on_licence:
        premises.append(firm.depot)
    base = {
        "trader": known,
        "licence": held.number,
        "type": "licence",
        "substances": sorted(firm.substances),
        "activities": ["export"] if firm.sells else ["import", "use"],
        "premises": premises,
    }

    def state(at: datetime, ends: datetime, status: str = "active") -> None:
        body = {**base, "status": status, "valid_from": day(at), "valid_to": day(ends)}
        if status == "revoked":
            body["grounds"] = "Records of use could not be produced."
        voice.says(desk, "party.licensed", at, lambda: body, sure=True)

    state(held.granted, held.ends)
    if firm.moved and voice.chance(0.6) and firm.moved < held.ends:
        base |= {"trader": firm.claims(), "premises": [firm.address, *premises[1:]]}
        state(max(firm.moved, held.granted), held.ends)
    if held.renewed and held.renewed < START + timedelta(days=620):
        state(held.renewed, held.ends + timedelta(days=730))
    if held.revoked:
        state(held.revoked, max(held.ends, held.revoked), "revoked")


def _needs(made: Trade, seed: int) -> list[Voice]:
    """Annual requirements: above what is bought as a rule, some too low and raised in summer."""
    bought: dict[tuple[str, str, int], float] = {}
    for haul in made.hauls:
        if haul.case is None:
            key = (haul.importing, haul.ware.substance, haul.at["notified"].year)
            bought[key] = bought.get(key, 0.0) + haul.kg["said"]
    voices = []
    for (country, substance, year), kg in sorted(bought.items()):
        voice = Voice(made, seed, f"need/{country}/{substance}/{year}", [])
        voices.append(voice)
        rng = random.Random(f"{seed}/need/{country}/{substance}/{year}")
        slack = rng.uniform(1.1, 2.6) if rng.random() < 0.9 else rng.uniform(0.7, 1.0)
        first = datetime(year, 1, 15, tzinfo=UTC)
        at = max(START - timedelta(days=rng.uniform(1, 20)), first)
        _need(voice, country, substance, year, kg=kg * slack, at=at)
        if slack < 1.1 and rng.random() < 0.7:
            later = datetime(year, rng.randint(6, 10), 3, tzinfo=UTC)
            _need(voice, country, substance, year, kg=kg * 1.3, at=later)
    return voices


def _need(
    voice: Voice, country: str, substance: str, year: int, *, kg: float, at: datetime
) -> None:
    ware = next(w for w in voice.made.wares if w.substance == substance)
    amount = plain(float(f"{kg:.2g}"))
    body = {
        "country": country,
        "substance": substance,
        "year": year,
        "goods": {
            "substance": substance,
            "declared_name": ware.name,
            "quantity": {"amount": amount, "unit": "KGM"},
        },
    }
    voice.says(f"{country}-CNA", "requirement.declared", at, lambda: body)
