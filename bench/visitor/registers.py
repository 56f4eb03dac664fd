"""What offices tell of firms and countries: licences, needs, visits, trust, names, odd orders."""

import random
from collections.abc import Mapping
from datetime import UTC, date, datetime, timedelta

from simulated import figure

from visitor.desk import Desk
from visitor.facts import START, Body
from visitor.firms import Firm
from visitor.offices import Office
from visitor.scene import Licence, Scene
from visitor.wares import WARES

_PROGRAMMES = {"EU": "aeo-s", "NA": "ctpat", "EA": "aeo", "LA": "oea", "SA": "aeo-t2"}


def registers(scene: Scene, seed: int, houses: Mapping[str, Office]) -> list[Desk]:
    """One desk for each subject of the registers."""
    desks = []

    def desk(subject: str) -> Desk:
        made = Desk(seed, subject, houses)
        desks.append(made)
        return made

    for name, licence in sorted(scene.licences.items()):
        _licensed(desk(f"licence/{name}"), licence)
    for (code, ware), kg in sorted(scene.needs.items()):
        if WARES[ware].strict:
            _needed(desk(f"need/{code}/{ware}"), code, ware, kg)
    for firm in [*scene.market.sellers, *scene.market.buyers, *scene.market.carriers]:
        _visited(desk(f"firm/{firm.name}"), firm, scene)
    for old, new, when in scene.renamed:
        _renamed(desk(f"renamed/{old.name}"), old, new, when)
    for number, odd in enumerate(scene.suspicions):
        _suspected(desk(f"odd/{number}"), scene, number, odd.at)
    _recognised(desk("recognised"), scene)
    return desks


def _midnight(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, 8, tzinfo=UTC)


def _licensed(desk: Desk, held: Licence) -> None:
    agency = f"{held.firm.land}-CNA"

    def claims(status: str, since: date, until: date) -> Body:
        office = desk.houses.get(agency)
        if office is None:
            return {}
        said: Body = {
            "trader": desk.party(office, held.firm),
            "licence": held.number,
            "type": "licence",
            "status": status,
            "substances": sorted(held.wares) or ["acetone"],
            "activities": held.activities,
            "valid_from": since.isoformat(),
            "valid_to": until.isoformat(),
        }
        if desk.chance(0.5):
            said["premises"] = [held.firm.address]
        if status == "revoked":
            said["grounds"] = "Obligations of the licence were not met."
        return said

    def tell(at: datetime, status: str, since: date, until: date) -> None:
        desk.files(agency, "party.licensed", at, lambda _d, _o: claims(status, since, until),
                   about=False)  # fmt: skip

    if agency not in desk.houses:
        return
    first = max(_midnight(held.since), START - timedelta(days=desk.rng.uniform(2, 9)))
    tell(first, "active", held.since, held.until)
    end = _midnight(held.until)
    if held.revoked is not None:
        tell(held.revoked, "revoked", held.since, held.until)
    elif held.renewed_late is not None and end < START + timedelta(days=350):
        again = held.until + timedelta(days=1095)
        tell(max(first, end + timedelta(days=held.renewed_late)), "active", held.until, again)


def _needed(desk: Desk, code: str, ware: str, kg: float) -> None:
    """How much of a substance the country says it needs; some think again at midsummer."""

    def claims(year: int, share: float) -> Body:
        goods = {
            "substance": ware,
            "declared_name": WARES[ware].name,
            "quantity": {"amount": figure(round(kg * share, -1)), "unit": "KGM"},
        }
        return {"country": code, "substance": ware, "year": year, "goods": goods}

    def tell(at: datetime, year: int, share: float) -> None:
        desk.files(f"{code}-CNA", "requirement.declared", at, lambda _d, _o: claims(year, share),
                   about=False)  # fmt: skip

    tell(START - timedelta(days=desk.rng.uniform(1, 9)), 2025, 1.0)
    if desk.chance(0.08):
        tell(START + timedelta(days=desk.rng.uniform(120, 200)), 2025, desk.rng.uniform(1.1, 1.5))
    tell(START + timedelta(days=desk.rng.uniform(315, 350)), 2026, desk.rng.uniform(0.95, 1.2))


def _visited(desk: Desk, firm: Firm, scene: Scene) -> None:
    """Visits to the site, and a customs programme's certificate."""
    land = scene.market.known[firm.land]
    when = scene.moment(desk.rng, -8, 330)

    def visit(desk: Desk, office: Office) -> Body:
        kinds = ("initial", "re_validation", "end_use_check")
        result = desk.rng.choices(("pass", "pass_with_actions", "fail"), (85, 13, 2))[0]
        said: Body = {
            "trader": desk.party(office, firm),
            "site": firm.address,
            "evaluation": desk.rng.choice(kinds),
            "evaluated_on": when.date().isoformat(),
            "result": result,
        }
        if result != "pass":
            said["actions"] = ["Keep the stock book by the day."]
        return said

    def trust(desk: Desk, office: Office) -> Body:
        since = START.date() - timedelta(days=desk.rng.randint(0, 900))
        return {
            "trader": desk.party(office, firm),
            "programme": _PROGRAMMES.get(land.region, "aeo"),
            "certificate": f"{firm.land}T{firm.number[-5:]}",
            "status": desk.rng.choice(("certified", "validated", "validated")),
            "valid_from": since.isoformat(),
        }

    if desk.chance(0.22):
        desk.files(f"{firm.land}-CNA", "party.evaluated", when, visit, about=False)
    likely = {"producer": 0.6, "carrier": 0.35, "stockist": 0.3}.get(firm.role, 0.15)
    if desk.chance(likely * land.skill / 9):
        at = START - timedelta(days=desk.rng.uniform(0.5, 9))
        desk.files(f"{firm.land}-CUSTOMS", "party.trusted", at, trust, about=False)


def _renamed(desk: Desk, old: Firm, new: Firm, when: datetime) -> None:
    """Most authorities say that two names are one firm, some weeks late."""

    def claims(_desk: Desk, _office: Office) -> Body:
        return {
            "trader": {"name": new.name, "country": new.land},
            "other": {"name": old.name, "country": old.land},
            "reason": "Change of name in the commercial register.",
        }

    if desk.chance(0.6):
        at = when + timedelta(days=desk.rng.uniform(1, 40))
        desk.files(f"{old.land}-CNA", "trader.merged", at, claims, about=False)


def _suspected(desk: Desk, scene: Scene, number: int, at: datetime) -> None:
    odd = scene.suspicions[number]

    def claims(desk: Desk, office: Office) -> Body:
        goods = {
            "substance": odd.ware,
            "declared_name": WARES[odd.ware].name,
            "quantity": {"amount": figure(round(odd.kg)), "unit": "KGM"},
        }
        said: Body = {
            "customer": desk.party(office, odd.firm),
            "goods": [goods],
            "reasons": [odd.reason],
            "transaction": odd.done,
        }
        return said | ({"payment": odd.payment} if odd.payment else {})

    desk.files(f"{odd.teller}-CNA", "transaction.suspected", at, claims, about=False)


def _recognised(desk: Desk, scene: Scene) -> None:
    codes = sorted(code for code, land in scene.market.known.items() if land.member)
    rng: random.Random = desk.rng
    for _ in range(8):
        here, there = rng.sample(codes, 2)
        at = START - timedelta(days=rng.uniform(0.5, 8))

        def claims(_d: Desk, _o: Office, here: str = here, there: str = there) -> Body:
            programme = _PROGRAMMES.get(scene.market.known[there].region, "aeo")
            return {
                "recognising": here, "recognised": there, "programme": programme,
                "status": "active", "effective_on": "2024-07-01",
            }  # fmt: skip

        desk.files(f"{here}-CUSTOMS", "programme.recognised", at, claims, about=False)
