"""What the ledger hears of traders and countries: licences, needs, trust, visits, suspicions."""

import random
from collections import defaultdict
from datetime import datetime, timedelta
from functools import partial

from simulated import figure

from outsider.chems import Chem
from outsider.clerk import Clerk
from outsider.facts import START, Body, Cargo, Trade
from outsider.firms import Firm
from outsider.nations import Office

BEFORE = START - timedelta(days=25)


def registers(made: Trade, seed: int) -> list[Clerk]:
    """One clerk a firm and one a country."""
    dealings: dict[str, list[Cargo]] = defaultdict(list)
    firms: dict[str, Firm] = {}
    for cargo in made.cargoes:
        for firm in (cargo.seller, cargo.buyer):
            firms.setdefault(firm.number, firm)
            dealings[firm.number].append(cargo)
    keeps = random.Random(f"outsider/{seed}/registers")
    recorded = {code for code in made.nations if keeps.random() < 0.7}
    struck = {firm.number for firm, _, _, _ in made.revoked}
    clerks = []
    for number in sorted(firms):
        clerk = Clerk(seed, f"firm/{number}", made.nations)
        if firms[number].country in recorded or number in struck:
            _licence(clerk, made, firms[number], dealings[number])
        _standing(clerk, firms[number])
        clerks.append(clerk)
    for code in sorted(made.nations):
        clerk = Clerk(seed, f"country/{code}", made.nations)
        _needs(clerk, made, code)
        clerks.append(clerk)
    clerks.append(_suspicions(made, seed))
    return clerks


def _licence(clerk: Clerk, made: Trade, firm: Firm, cargoes: list[Cargo]) -> None:
    """Most firms are in the register before they trade; some come late, a few never."""
    if not firm.licensed or clerk.chance(0.02):
        return
    first = min(c.at["notified"] for c in cargoes)
    late = made.registered.get(firm.number)
    at = late or (BEFORE + timedelta(days=clerk.rng.uniform(0, 20)))
    if firm.since and not late:
        at = max(at, firm.since + timedelta(days=5))
    if clerk.chance(0.04):
        at = max(at, first + timedelta(days=clerk.rng.uniform(-5, 30)))
    codes = sorted({c.chem.code for c in cargoes})
    activities = sorted({"export" if c.seller.number == firm.number else "import" for c in cargoes})
    number = f"LIC-{firm.number[-6:]}"
    valid = at - timedelta(days=clerk.rng.uniform(5, 400) if not firm.since else 2)

    def claims(status: str, on: datetime) -> Body:
        return {
            "licence": number, "type": "licence", "status": status, "substances": codes,
            "activities": activities, "valid_from": f"{on:%F}", "premises": [firm.address],
        }  # fmt: skip

    agency = f"{firm.country}-CNA"
    active = partial(_with, clerk, firm, claims("active", valid))
    clerk.says(agency, "party.licensed", at, active, sure=True, subject=False)
    for revoked, kind, when, why in made.revoked:
        if revoked.number == firm.number:
            clerk.says(agency, "party.licensed", when,
                       partial(_with, clerk, firm, claims(kind, when) | {"grounds": why}),
                       sure=True, subject=False)  # fmt: skip


def _with(clerk: Clerk, firm: Firm, claims: Body, office: Office) -> Body:
    return {"trader": clerk.party(office, firm), **claims}


def _standing(clerk: Clerk, firm: Firm) -> None:
    """Trusted traders, and visits to sites."""
    at = BEFORE + timedelta(days=clerk.rng.uniform(0, 20))
    if firm.since is None and clerk.chance(0.12):
        clerk.says(f"{firm.country}-CUSTOMS", "party.trusted", at, lambda o: {
            "trader": clerk.party(o, firm), "programme": "aeo-s",
            "certificate": f"AEO{firm.number[-7:]}", "status": "certified",
            "valid_from": f"{at - timedelta(days=300):%F}",
        }, subject=False)  # fmt: skip
    if clerk.chance(0.1):
        seen = START + timedelta(days=clerk.rng.uniform(0, 300))
        result = clerk.rng.choices(("pass", "pass_with_actions", "fail"), (80, 17, 3))[0]
        clerk.says(f"{firm.country}-CNA", "party.evaluated", seen, lambda o: {
            "trader": clerk.party(o, firm), "site": firm.address, "evaluation": "re_validation",
            "evaluated_on": f"{seen:%F}", "result": result,
        }, subject=False)  # fmt: skip


def _needs(clerk: Clerk, made: Trade, code: str) -> None:
    """What a country declares that it needs in a year: a guess, with room, revised at times."""
    want: dict[tuple[str, int], float] = defaultdict(float)
    for cargo in made.cargoes:
        if cargo.target.code == code and cargo.case is None:
            want[cargo.chem.code, cargo.at["dispatch"].year] += cargo.kg * cargo.strength / 100
    for (substance, year), kg in sorted(want.items()):
        if not clerk.chance(0.5):
            continue
        guess = kg * clerk.rng.uniform(0.9, 2.2)
        at = BEFORE + timedelta(days=clerk.rng.uniform(0, 20))
        clerk.says(f"{code}-CNA", "requirement.declared", at,
                   partial(_need, code, substance, year, guess),
                   subject=False)  # fmt: skip
        if guess < kg * 1.1 or clerk.chance(0.05):
            again = START + timedelta(days=clerk.rng.uniform(120, 240))
            clerk.says(f"{code}-CNA", "requirement.declared", again,
                       partial(_need, code, substance, year, kg * 1.3),
                       subject=False)  # fmt: skip


def _need(code: str, substance: str, year: int, kg: float, office: Office) -> Body:
    quantity = {"amount": figure(round(kg)), "unit": "KGM"}
    goods = {"substance": substance, "declared_name": substance, "quantity": quantity}
    return {"country": code, "substance": substance, "year": year, "goods": goods,
            "source_note": "survey" if office.weighs > 0.5 else "estimate"}  # fmt: skip


def _suspicions(made: Trade, seed: int) -> Clerk:
    """Orders that a supplier refused; honest newcomers are refused too."""
    clerk = Clerk(seed, "suspicions", made.nations)
    for buyer, chem, country, at, how in made.refused:
        if how == "no" and clerk.chance(0.9):
            continue  # the refusal stands in the notice, not here
        kg = chem.lot * clerk.rng.lognormvariate(0, 0.4)
        reasons = clerk.rng.choice((["end_use_unclear"], ["cash_offered"], ["no_website"]))
        clerk.says(f"{country}-CNA", "transaction.suspected", at,
                   partial(_refused, clerk, buyer, chem, (kg, reasons)),
                   sure=True, subject=False)  # fmt: skip
    return clerk


def _refused(
    clerk: Clerk, buyer: Firm, chem: Chem, order: tuple[float, list[str]], office: Office
) -> Body:
    kg, reasons = order
    line = {"substance": chem.code, "declared_name": chem.name}
    said = {
        "customer": clerk.party(office, buyer),
        "goods": [line | {"quantity": clerk.amount(office, kg)}],
        "reasons": reasons,
        "transaction": "refused",
    }
    return said | ({"payment": "cash"} if reasons == ["cash_offered"] else {})
