"""When a statement is signed, and what goes wrong at the desk: lateness, gaps, slips, corrections.

All of it is honest. It befalls statements about diverted goods as often as any others.
"""

import random
from collections.abc import Iterator
from datetime import datetime, timedelta
from decimal import Decimal

from crypto.uuid7 import uuid7
from ledger.quantities import show
from seed.journeys import Step
from seed.world import Body
from seed.worlds import draws
from seed.worlds.habits import Habits
from seed.worlds.telling import HabitsOf, Said, framed

# Steps that offices leave out when they are busy; the others are missing far less often.
COURTESIES = frozenset(
    {
        "notice.acknowledged",
        "import.authorised",
        "transit.entered",
        "transit.exited",
        "shipment.delivered",
        "shipment.closed",
    }
)
NEVER_MISSED = frozenset({"notice.objected", "party.licensed", "requirement.declared"})
# A unit written for another: what is stated is the same digits in the wrong unit.
WRONG = {"KGM": ("GRM", "TNE", "LBR", "LBR"), "TNE": ("KGM", "STN"), "LBR": ("KGM", "KGM")}


def reported(said: Said, habits: HabitsOf, rng: random.Random) -> Iterator[Step]:
    """The statement as its agency makes it: perhaps never, perhaps wrongly and then corrected."""
    own = habits(said.agency)
    gap = own.courtesy if said.kind in COURTESIES else own.missing
    if said.kind not in NEVER_MISSED and rng.random() < gap:
        return
    at = signed_at(said.at, own, rng)
    wrong = _slipped(said.body, own, rng)
    if wrong is None:
        yield from _once_or_twice(said, at, own, rng)
        return
    slip = _step(wrong, said.agency, at, rng)
    yield slip
    if rng.random() < own.corrects:
        yield from _corrected(said, slip, own, rng)


def _once_or_twice(said: Said, at: datetime, own: Habits, rng: random.Random) -> Iterator[Step]:
    """The statement; now and then somebody sends it a second time, and may take that back."""
    yield _step(said.body, said.agency, at, rng)
    if "shipment" not in said.body or rng.random() >= own.duplicates:
        return
    again = _step(said.body, said.agency, signed_at(at, own, rng), rng)
    yield again
    if rng.random() < own.corrects:
        claims = {"corrects": again.jti, "reason": "did_not_occur"}
        later = signed_at(again.told + draws.days(rng, 0.3, 12), own, rng)
        note = framed("event.corrected", later, str(said.body["shipment"]), claims)
        yield _step(note, said.agency, later, rng)


def signed_at(at: datetime, habits: Habits, rng: random.Random) -> datetime:
    """A delay of this agency's, until an hour at which its office works."""
    hours = draws.spread(rng, habits.delay_hours, habits.delay_sigma)
    signed = at + timedelta(minutes=round(hours * 60) + 2)
    if habits.batch_day is not None:
        signed += timedelta(days=(habits.batch_day - signed.weekday()) % 7)
    if habits.outage is not None and habits.outage[0] < signed < habits.outage[1]:
        signed = habits.outage[1] + timedelta(minutes=rng.randint(0, 4000))
    return _in_office(signed, habits.offset, rng)


def _in_office(at: datetime, offset: int, rng: random.Random) -> datetime:
    """Not before, and at an hour between seven and nineteen on a working day of that longitude."""
    local = at + timedelta(hours=offset)
    if local.hour >= 19:
        local = local.replace(hour=7) + timedelta(days=1, minutes=rng.randint(0, 240))
    elif local.hour < 7:
        local = local.replace(hour=7) + timedelta(minutes=rng.randint(0, 240))
    if local.weekday() >= 5:
        local += timedelta(days=7 - local.weekday())
    return local - timedelta(hours=offset)


def _step(body: Body, agency: str, at: datetime, rng: random.Random) -> Step:
    told = at.replace(second=rng.randrange(60), microsecond=0)
    return Step(body=body, agency=agency, told=told, jti=uuid7(told, rng.randbytes))


def retold(step: Step, at: datetime, rng: random.Random) -> Step:
    """The same statement, signed at another moment."""
    return _step(step.body, step.agency, at, rng)


def _corrected(said: Said, slip: Step, habits: Habits, rng: random.Random) -> Iterator[Step]:
    """The right statement some days later, and a note of which it replaces."""
    at = signed_at(slip.told + draws.days(rng, 0.3, 12), habits, rng)
    right = _step(said.body, said.agency, at, rng)
    yield right
    claims = {"corrects": slip.jti, "reason": "incorrect_data", "replacement": right.jti}
    note = framed("event.corrected", at, str(said.body.get("shipment")), claims)
    late = at + timedelta(minutes=rng.randint(1, 30))
    yield _step(note, said.agency, late, rng)


def _slipped(body: Body, habits: Habits, rng: random.Random) -> Body | None:
    """The body with a slip of the pen, or None when it is right."""
    if "shipment" not in body:
        return None
    if "goods" in body and rng.random() < habits.slips:
        return {**body, "goods": [_in_wrong_unit(each, rng) for each in body["goods"]]}
    if "goods" in body and rng.random() < habits.gross_for_net:
        return {**body, "goods": [_gross(each) for each in body["goods"]]}
    if "transport" in body and rng.random() < habits.mistypes:
        return _mistyped(body, rng)
    return None


def _in_wrong_unit(line: Body, rng: random.Random) -> Body:
    unit = rng.choice(WRONG[line["quantity"]["unit"]])
    return {**line, "quantity": {**line["quantity"], "unit": unit}}


def _gross(line: Body) -> Body:
    """Gross for net, by the packages: some three per cent where no gross mass is stated."""
    if "gross_mass" in line:
        return {**line, "quantity": line["gross_mass"]}
    amount = show(round(Decimal(line["quantity"]["amount"]) * Decimal("1.03"), 3))
    return {**line, "quantity": {**line["quantity"], "amount": amount}}


def _mistyped(body: Body, rng: random.Random) -> Body:
    """One digit of a container's number is wrong."""
    boxes = body["transport"].get("equipment")
    if not boxes:
        return body
    number = boxes[0]["container"]
    place = rng.randrange(4, len(number) - 1)
    digit = str((int(number[place]) + rng.randint(1, 9)) % 10)
    typed = number[:place] + digit + number[place + 1 :]
    first = {**boxes[0], "container": typed}
    return {**body, "transport": {**body["transport"], "equipment": [first, *boxes[1:]]}}
