"""What fingers do to a form: swapped digits, a lost point, another unit, a box ticked wrongly."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from ledger.states import moment
from visitor.facts import Body
from visitor.firms import respelled

_UNITS = {"KGM": ("TNE", "LBR"), "TNE": ("KGM",), "LBR": ("KGM",), "DTN": ("KGM",), "LTR": ("KGM",)}


def slip(rng: random.Random, body: Body) -> str | None:
    """One slip in a statement, of those that its form allows; what it was, for the notes."""
    ways = list(_WAYS)
    rng.shuffle(ways)
    for way in ways:
        said = way(rng, body)
        if said:
            return said
    return None


def _first(body: Body) -> Body | None:
    goods = body.get("goods") or body.get("used")
    return goods[0] if isinstance(goods, list) and goods else None


def _swapped(rng: random.Random, text: str) -> str:
    places = [
        n for n in range(len(text) - 1) if text[n : n + 2].isdigit() and text[n] != text[n + 1]
    ]
    if not places:
        return text
    place = rng.choice(places)
    return text[:place] + text[place + 1] + text[place] + text[place + 2 :]


def _amount(rng: random.Random, body: Body) -> str | None:
    line = _first(body)
    if line is None:
        return None
    amount = line["quantity"]["amount"]
    how = rng.random()
    if how < 0.5:
        wrong = _swapped(rng, amount)
    elif how < 0.75 and "." in amount:
        wrong = amount.replace(".", "")
    else:
        wrong = f"{amount}0" if "." not in amount else amount.split(".")[0]
    wrong = wrong.lstrip("0") or "0"
    if wrong.startswith(".") or wrong == amount or len(wrong.split(".")[0]) > 12:
        return None
    line["quantity"] = {**line["quantity"], "amount": wrong}
    return "amount mistyped"


def _unit(rng: random.Random, body: Body) -> str | None:
    line = _first(body)
    if line is None or rng.random() < 0.5:
        return None
    unit = line["quantity"]["unit"]
    line["quantity"] = {**line["quantity"], "unit": rng.choice(_UNITS[unit])}
    return "wrong unit"


def _container(rng: random.Random, body: Body) -> str | None:
    for holder in (body.get("transport"), body.get("observed")):
        if holder and holder.get("equipment"):
            box = holder["equipment"][0]
            box["container"] = _swapped(rng, box["container"])
            return "container number mistyped"
    return None


def _seal(rng: random.Random, body: Body) -> str | None:
    held = (body.get("observed") or {}).get("equipment")
    if not held or not held[0].get("seals"):
        return None
    held[0]["seals"] = [_swapped(rng, held[0]["seals"][0])]
    return "seal number mistyped"


def _paper(rng: random.Random, body: Body) -> str | None:
    for key in ("authorisation", "mrn"):
        if key in body and rng.random() < 0.5:
            body[key] = _swapped(rng, body[key])
            return f"{key} mistyped"
    return None


def _name(rng: random.Random, body: Body) -> str | None:
    said = body.get("parties")
    if not said:
        return None
    party = said[rng.choice(sorted(said))]
    if isinstance(party, list):
        return None
    party["name"] = respelled(rng, party["name"])
    return "name mistyped"


def _hs(rng: random.Random, body: Body) -> str | None:
    line = _first(body)
    if line is None or "hs" not in line:
        return None
    line["hs"] = f"{line['hs'][:4]}{rng.choice(('90', '10', '99', '19'))}"
    return "heading next to the right one"


def _day(rng: random.Random, body: Body) -> str | None:
    at = datetime.fromisoformat(body["occurred_at"])
    if body["kind"] == "notice.sent" or rng.random() < 0.4:
        return None
    body["occurred_at"] = moment(at - timedelta(days=rng.choice((1, 1, 7, 10, 30))))
    return "date mistyped"


def _strength(rng: random.Random, body: Body) -> str | None:
    line = _first(body)
    if line is None or "concentration" not in line:
        return None
    held = line["concentration"]["low"]
    line["concentration"] = {"low": rng.choice(("0", held)), "high": "100"}
    return "strength left as a range"


_WAYS: tuple[Callable[[random.Random, Any], str | None], ...] = (
    _amount, _amount, _unit, _container, _seal, _paper, _name, _name, _hs, _day, _strength,
)  # fmt: skip
