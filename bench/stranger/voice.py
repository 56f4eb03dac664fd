"""How an office puts a step into a statement: late, or not at all, rounded, with slips, corrected.

One voice speaks for all offices about one subject. Its dice follow from the world's seed and the
subject alone, and it knows facts and habits only, never why something happened.
"""

import random
from collections.abc import Callable
from datetime import datetime, timedelta

from crypto.uuid7 import uuid7
from ledger.states import moment
from seed.journeys import SIMULATED, Step
from seed.world import Body
from stranger.facts import Box, Haul
from stranger.firms import Firm
from stranger.lands import Habit
from stranger.trade import START, Trade

PER_UNIT = {"KGM": 1.0, "TNE": 1000.0, "LBR": 0.45359237, "DTN": 100.0}
SELDOM = {  # kinds that offices report less often than they should: a factor of completeness
    "notice.acknowledged": 0.35,
    "import.authorised": 0.8,
    "transit.entered": 0.93,
    "transit.exited": 0.88,
    "shipment.transhipped": 0.8,
    "shipment.delivered": 0.85,
    "receipt.confirmed": 0.85,
    "use.reported": 0.85,
    "shipment.closed": 0.4,
}


class Voice:
    """Speaks about one shipment, or about one firm or country."""

    def __init__(
        self, made: Trade, seed: int, subject: str, notes: list[str], day: datetime = START
    ) -> None:
        self.made = made
        self.rng = random.Random(f"{seed}/{subject}/told")
        self.subject = subject
        self.notes = notes
        self.day = day
        self.steps: list[Step] = []
        self.slipped: list[str] = []

    def habit(self, agency: str) -> Habit:
        return self.made.habits[agency]

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def says(
        self,
        agency: str,
        kind: str,
        at: datetime,
        claims: Callable[[], Body],
        *,
        about: str | None = None,
        sure: bool = False,
    ) -> Step | None:
        """State a step, unless the office takes no part, or lets it fall under the table."""
        habit = self.habit(agency)
        if not self.made.takes_part(agency[:2]):
            return None
        complete = habit.complete * SELDOM.get(kind, 1.0)
        if not sure and not self.chance(complete):
            self.notes.append(f"{agency} never told {kind}")
            return None
        told = self._told(agency, at)
        if told is None:
            self.notes.append(f"{agency} was silent: {kind} lost")
            return None
        self.slipped = []
        stated = self._dated(at)
        step = self._step(agency, kind, stated, told=told, claims=claims(), about=about)
        wrong = self.slipped + ([f"dated {stated:%F}"] if stated != at else [])
        if wrong:
            self.notes.append(f"{agency} {kind}: {'; '.join(wrong)}")
            if about and self.chance(habit.mends):
                self._mend(step, at, claims, about)
        elif about and self.chance(0.004):
            self._twice(step, at, about)
        return step

    def _told(self, agency: str, at: datetime) -> datetime | None:
        habit = self.habit(agency)
        told = at + timedelta(hours=habit.hours * self.rng.lognormvariate(0, 0.8) + 0.4)
        if habit.pile:
            day = (told - datetime(2024, 1, 1, tzinfo=told.tzinfo)) / timedelta(days=1)
            told += timedelta(days=habit.pile - day % habit.pile, minutes=self.rng.randint(0, 300))
        if habit.silent and habit.silent[0] <= told < habit.silent[1]:
            if not self.chance(habit.recovers):
                return None
            told = habit.silent[1] + timedelta(hours=self.rng.uniform(1, 90))
        return told

    def _dated(self, at: datetime) -> datetime:
        """Now and then day and month are swapped, or a day is off."""
        if self.chance(0.002) and at.day <= 12 and at.day < at.month:
            return at.replace(month=at.day, day=at.month)
        return at - timedelta(days=1) if self.chance(0.006) else at

    def _step(
        self,
        agency: str,
        kind: str,
        at: datetime,
        *,
        told: datetime,
        claims: Body,
        about: str | None,
    ) -> Step:
        shipment = {"shipment": about} if about else {}
        body = {
            "kind": kind,
            "occurred_at": moment(at),
            **shipment,
            **claims,
            "simulated": SIMULATED,
        }
        step = Step(body=body, agency=agency, told=told, jti=uuid7(told, self.rng.randbytes))
        self.steps.append(step)
        return step

    def _mend(self, wrong: Step, at: datetime, claims: Callable[[], Body], about: str) -> None:
        """The office notices, states it anew and takes the first back."""
        later = wrong.told + timedelta(days=self.rng.expovariate(1 / 9), hours=2)
        self.slipped = []
        office, kind = wrong.agency, wrong.kind
        right = self._step(office, kind, at, told=later, claims=claims(), about=about)
        taken = {"corrects": wrong.jti, "reason": "incorrect_data", "replacement": right.jti}
        told = later + timedelta(minutes=1)
        self._step(office, "event.corrected", later, told=told, claims=taken, about=about)
        self.notes.append(f"{office} corrected {kind}")

    def _twice(self, step: Step, at: datetime, about: str) -> None:
        """A clerk sends the same paper again, and mostly takes it back."""
        later = step.told + timedelta(days=self.rng.uniform(0.1, 6))
        frame = {"kind", "occurred_at", "shipment", "simulated"}
        claims = {name: value for name, value in step.body.items() if name not in frame}
        office = step.agency
        again = self._step(office, step.kind, at, told=later, claims=claims, about=about)
        self.notes.append(f"{office} told {step.kind} twice")
        if self.chance(0.7):
            taken = {"corrects": again.jti, "reason": "did_not_occur"}
            told = later + timedelta(days=2)
            self._step(office, "event.corrected", later, told=told, claims=taken, about=about)

    def amount(self, agency: str, kg: float, *, weighed: bool = False) -> Body:
        """Kilograms as an office writes them: by its scale, rounded, in its unit, with slips."""
        habit, unit = self.habit(agency), self.habit(agency).unit
        if weighed:
            kg *= habit.bias * (1 + self.rng.gauss(0, 0.0008))
            kg = round(kg / habit.grain) * habit.grain if kg > 50 * habit.grain else kg
        number = kg / PER_UNIT[unit]
        if self.chance(habit.slips):
            number, unit = self._slip(number, unit)
        return {"amount": plain(number), "unit": unit}

    def _slip(self, number: float, unit: str) -> tuple[float, str]:
        draw, was = self.rng.random(), f"{number:.6g} {unit}"
        if draw < 0.3:
            other = "TNE" if unit != "TNE" else "KGM"
            self.slipped.append(f"{was} written as {other}")
            return number, other
        if draw < 0.45:
            number *= self.rng.choice((10, 0.1))
        elif draw < 0.7:
            number *= self.rng.uniform(1.04, 1.11)  # gross for net
        elif draw < 0.8:
            number *= 2.2046
        else:
            digits = list(f"{number:.3f}")
            places = [n for n, d in enumerate(digits[:-4]) if d != digits[n + 1] and n > 0]
            if places:
                n = self.rng.choice(places)
                digits[n], digits[n + 1] = digits[n + 1], digits[n]
                number = float("".join(digits)) if "." not in digits[n : n + 2] else number
        self.slipped.append(f"{was} written as {number:.6g}")
        return number, unit

    def boxes(self, agency: str, boxes: tuple[Box, ...]) -> list[Body]:
        """Containers with seals as an officer wrote them down, if he did."""
        habit, made = self.habit(agency), []
        sealed = self.chance(habit.seals)
        for box in boxes:
            number, seal = box.number, box.seal
            if self.chance(habit.slips / 2):
                number = f"{number[:-3]}{number[-2]}{number[-3]}{number[-1]}"
                self.slipped.append(f"container {box.number} as {number}")
            if self.chance(habit.slips):
                seal = seal.lstrip("HLMCNEU-") or seal
                seal = seal if self.chance(0.5) else f"{seal[:-2]}{self.rng.randrange(100):02d}"
                self.slipped.append(f"seal {box.seal} as {seal}")
            made.append({"container": number, **({"seals": [seal]} if sealed else {})})
        return made

    def party(self, agency: str, firm: Firm) -> Body:
        """A trader as an office writes it down."""
        habit = self.habit(agency)
        stale = timedelta(days=self.rng.choice((0, 0, 60, 240)))  # an office's file on a firm
        claims = firm.claims(self.day - stale)
        if self.chance(habit.slips * 1.5):
            name = claims["name"]
            n = self.rng.randrange(1, len(name) - 2)
            claims["name"] = (name[:n] + name[n + 1 :]).replace("  ", " ")
            self.notes.append(f"{agency} misspelt {name}")
        if habit.loud:
            claims["name"] = claims["name"].upper()
        if not self.chance(habit.knows):
            claims.pop("scheme", None)
            claims.pop("identifier", None)
        for detail, share in (("phone", 0.7), ("email", 0.6), ("address", 0.95)):
            if not self.chance(share):
                claims.pop(detail, None)
        return claims


def plain(number: float) -> str:
    """An amount as the wire spells it."""
    text = f"{number:.3f}".rstrip("0").rstrip(".")
    return text or "0"


def day(at: datetime) -> str:
    return f"{at:%Y-%m-%d}"


def speaks(made: Trade, seed: int, haul: Haul) -> Voice:
    return Voice(made, seed, haul.ref, haul.notes, haul.at["notified"])
