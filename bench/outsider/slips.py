"""Slips of the pen: what a tired clerk does to a statement."""

import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from ledger.states import moment

Body = dict[str, Any]
Slip = Callable[[random.Random, Body], bool]


def slip(rng: random.Random, body: Body) -> str | None:
    """Make one slip, if the statement has room for one; its name."""
    names = list(_SLIPS)
    rng.shuffle(names)
    return next((name for name in names if _SLIPS[name](rng, body)), None)


def _lines(body: Body) -> list[Body]:
    goods = body.get("goods")
    return goods if isinstance(goods, list) else []


def _figure(rng: random.Random, body: Body, change: Callable[[float], float]) -> bool:
    lines = _lines(body)
    if not lines:
        return False
    quantity = rng.choice(lines)["quantity"]
    quantity["amount"] = f"{change(float(quantity['amount'])):.3f}".rstrip("0").rstrip(".")
    return True


def _unit(rng: random.Random, body: Body) -> bool:
    """Kilograms for tonnes, pounds for kilograms."""
    lines = _lines(body)
    if not lines:
        return False
    quantity = lines[0]["quantity"]
    swap = {
        "KGM": ("TNE", "LBR"),
        "TNE": ("KGM",),
        "LBR": ("KGM",),
        "DTN": ("KGM",),
        "LTR": ("KGM",),
    }
    quantity["unit"] = rng.choice(swap[quantity["unit"]])
    return True


def _digits(rng: random.Random, body: Body) -> bool:
    """Two digits of a quantity change places."""
    lines = _lines(body)
    if not lines:
        return False
    text = lines[0]["quantity"]["amount"]
    places = [
        n for n in range(len(text) - 1)
        if text[n] != text[n + 1] and (text[n] + text[n + 1]).isdigit()
        and (n > 0 or text[1] != "0")
    ]  # fmt: skip
    if not places:
        return False
    n = rng.choice(places)
    lines[0]["quantity"]["amount"] = text[:n] + text[n + 1] + text[n] + text[n + 2 :]
    return True


def _ten(rng: random.Random, body: Body) -> bool:
    factor = rng.choice((0.1, 10.0))
    return _figure(rng, body, lambda value: value * factor)


def _gross(rng: random.Random, body: Body) -> bool:
    factor = 1 + rng.uniform(0.02, 0.12)
    return _figure(rng, body, lambda value: value * factor)


def _swapped(rng: random.Random, text: str) -> str:
    digits = [n for n, c in enumerate(text) if c.isdigit()]
    if not digits:
        return text
    n = rng.choice(digits)
    return text[:n] + str((int(text[n]) + rng.randint(1, 9)) % 10) + text[n + 1 :]


def _box(rng: random.Random, body: Body) -> bool:
    """A digit of a container or of a seal is wrong."""
    where = body.get("transport") or body.get("observed") or {}
    held = where.get("equipment")
    if not held:
        return False
    item = rng.choice(held)
    if item["seals"] and rng.random() < 0.5:
        item["seals"][0] = _swapped(rng, item["seals"][0])
    else:
        item["container"] = _swapped(rng, item["container"])
    return True


def _code(rng: random.Random, body: Body) -> bool:
    lines = _lines(body)
    if not lines or "cas" not in lines[0]:
        return False
    key = rng.choice(("cas", "hs"))
    lines[0][key] = _swapped(rng, lines[0][key])
    return True


def _day(rng: random.Random, body: Body) -> bool:
    """It is dated a day or a week too early."""
    at = datetime.fromisoformat(body["occurred_at"]) - timedelta(days=rng.choice((1, 1, 2, 7)))
    if body["kind"] in {"notice.sent", "event.corrected"}:
        return False
    body["occurred_at"] = moment(at)
    return True


def _paper(rng: random.Random, body: Body) -> bool:
    for key in ("pen", "authorisation", "mrn"):
        if key in body:
            body[key] = _swapped(rng, body[key])
            return True
    return False


_SLIPS: dict[str, Slip] = {
    "unit": _unit,
    "digits": _digits,
    "decimal point": _ten,
    "gross for net": _gross,
    "gross for net, again": _gross,
    "container or seal": _box,
    "code": _code,
    "date": _day,
    "number of a paper": _paper,
}
