"""How an agency writes goods and traders: its unit, its scale, its codes, its spelling."""

import random
from decimal import Decimal

from ledger.quantities import UNITS, show
from seed.world import Body
from seed.worlds import firms
from seed.worlds.habits import Habits
from seed.worlds.voyages import Voyage

SCALE_NOISE = 0.0006
_DECIMALS = {"KGM": 3, "TNE": 3, "LBR": 1, "GRM": 0, "STN": 3}


def mass(true: float, habits: Habits, rng: random.Random) -> float:
    """What a weighbridge shows: its own bias, a little chance, and its graduation."""
    shown = true * (1 + habits.bias + rng.gauss(0, SCALE_NOISE))
    step = habits.graduation if true > 150 * habits.graduation else 1
    return max(0.5, round(shown / step) * step)


def written(kg: float) -> float:
    """A mass as papers have it: whole kilograms, unless it is a parcel."""
    return float(round(kg)) if kg > 20 else round(kg, 1)


def quantity(kg: float, unit: str) -> Body:
    """A mass in a unit (UNECE Recommendation 20), with the digits that people write."""
    amount = Decimal(str(round(kg, 3))) / UNITS[unit].factor
    return {"amount": show(round(amount, _DECIMALS[unit])), "unit": unit}


def line(voyage: Voyage, kg: float, habits: Habits, *, far: bool) -> Body:
    """One line of goods as this office declares it."""
    declared = voyage.line_in if far else voyage.line
    ware = voyage.order.deal.ware
    gross = {"gross_mass": quantity(kg * ware.tare, habits.unit)} if habits.gross else {}
    codes = {"cas": declared["cas"]} if not far or habits.un else {}
    if habits.hs_digits:
        codes["hs"] = declared["hs"] + "00900000"[: habits.hs_digits - 6]
    if habits.un and declared["un"]:
        codes["un_number"] = declared["un"]
    strength = {} if far and not habits.address else {"concentration": declared["concentration"]}
    return {
        "substance": declared["substance"],
        "declared_name": declared["declared_name"],
        "quantity": quantity(kg, habits.unit),
        "form": declared["form"],
        "package_type": ware.package,
        "package_count": max(1, round(kg / ware.package_kg)),
        **codes,
        **gross,
        **strength,
    }


def party(known: Body, habits: Habits, rng: random.Random, *, own: bool) -> Body:
    """A trader as this office writes it: its own country's by the register, others' by ear."""
    if own:
        return dict(known) if habits.address else _brief(known)
    said = known["name"]
    if habits.transliterates:
        said = firms.transliterated(random.Random(said), said)  # noqa: S311 - the same every time
    if rng.random() < habits.misspells:
        said = firms.misspelt(rng, said)
    written = {**known, "name": said} if habits.address else {**_brief(known), "name": said}
    if rng.random() > habits.identifier:
        written = {k: v for k, v in written.items() if k not in {"scheme", "identifier"}}
    return written


def _brief(known: Body) -> Body:
    return {k: v for k, v in known.items() if k in {"name", "country", "scheme", "identifier"}}
