"""The clerk: turns facts into an office's statements, late, rounded, twice, wrong, or never."""

import copy
import random
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from simulated import figure

from crypto.uuid7 import uuid7
from ledger.states import moment
from outsider import slips
from outsider.boxes import Box, Means
from outsider.chems import DENSITY
from outsider.facts import START, Body, Cargo
from outsider.firms import Firm, slipped
from outsider.nations import RATES, Nation, Office
from seed.journeys import SIMULATED, Step

PER_UNIT = {"KGM": 1.0, "TNE": 1000.0, "LBR": 0.45359237, "DTN": 100.0}
_SELDOM = {  # told less reliably than the rest, everywhere
    "notice.acknowledged": 0.4,
    "transit.entered": 0.9,
    "transit.exited": 0.85,
    "shipment.transhipped": 0.8,
    "shipment.delivered": 0.8,
    "receipt.confirmed": 0.9,
    "use.reported": 0.8,
    "shipment.closed": 0.4,
    "seal.changed": 0.85,
}
_SHORT = (("Private Limited", "Pvt Ltd"), ("Limited", "Ltd"), ("Co., Ltd.", "Co Ltd"),
          ("S.A. de C.V.", "SA CV"), ("Chemicals", "Chem."), ("Trading", "Trdg"))  # fmt: skip


class Clerk:
    """Speaks for every office about one subject; knows facts and habits, never why."""

    def __init__(self, seed: int, subject: str, nations: dict[str, Nation]) -> None:
        self.rng = random.Random(f"outsider/{seed}/{subject}")
        self.subject = subject
        self.nations = nations
        self.steps: list[Step] = []
        self.log: list[str] = []

    def office(self, agency: str) -> Office:
        return self.nations[agency[:2]].office(agency[3:])

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def says(
        self,
        agency: str,
        kind: str,
        at: datetime,
        claims: Callable[[Office], Body],
        *,
        about: str | None = None,
        sure: bool = False,
        subject: bool = True,
        not_before: datetime | None = None,
    ) -> Step | None:
        """One report, if the office makes it."""
        nation = self.nations.get(agency[:2])
        if nation is None or not nation.member:
            return None
        office = nation.office(agency[3:])
        if kind in office.silent or not (sure or self.chance(office.tells * _SELDOM.get(kind, 1))):
            self.log.append(f"{agency} never told {kind}")
            return None
        at = at.replace(microsecond=0)
        told = self._told(office, at, sure=sure)
        if told is None:
            self.log.append(f"{agency} was on strike: {kind}")
            return None
        told = max(told, not_before or told)
        body = {"kind": kind, "occurred_at": moment(at), **claims(office), "simulated": SIMULATED}
        if subject:
            body["shipment"] = about or self.subject
        if self.chance(0.3):
            body["local_offset"] = nation.offset
        return self._filed(agency, office, body, told)

    def _filed(self, agency: str, office: Office, body: Body, told: datetime) -> Step:
        """The statement, with its slip and the correction of it, and perhaps a second copy."""
        wrong = copy.deepcopy(body)
        slip = slips.slip(self.rng, wrong) if self.chance(office.slips) else None
        step = self._step(agency, wrong, told)
        if self.chance(office.twice):
            self.log.append(f"{agency} sent {body['kind']} twice")
            self._step(agency, wrong, told + timedelta(hours=self.rng.uniform(0.1, 60)))
        if slip and "shipment" in body:
            self.log.append(f"{agency} {body['kind']}: {slip}")
            if self.chance(office.repairs):
                self._repaired(agency, step, body)
        return step

    def _repaired(self, agency: str, step: Step, body: Body) -> None:
        self.restates(agency, step, body, 0.1 + self.rng.expovariate(1 / 9))

    def restates(self, agency: str, step: Step, claims: Body, after: float) -> None:
        """The office corrects itself so many days later."""
        later = step.told + timedelta(days=after)
        again = self._step(agency, {**step.body, **claims}, later)
        self._step(
            agency,
            {
                "kind": "event.corrected",
                "occurred_at": moment(later.replace(microsecond=0)),
                "shipment": step.body["shipment"],
                "corrects": step.jti,
                "simulated": SIMULATED,
                "reason": "incorrect_data",
                "replacement": again.jti,
            },
            later + timedelta(seconds=30),
        )

    def _step(self, agency: str, body: Body, told: datetime) -> Step:
        happened = datetime.fromisoformat(body["occurred_at"])
        told = max(told, happened + timedelta(minutes=1)).replace(microsecond=0)
        made = Step(body=body, agency=agency, told=told, jti=uuid7(told, self.rng.randbytes))
        self.steps.append(made)
        return made

    def _told(self, office: Office, at: datetime, *, sure: bool) -> datetime | None:
        late = self.rng.lognormvariate(0, 0.9) * office.delay
        if self.chance(0.02):
            late += self.rng.uniform(10, 60)  # it lay in a tray
        told = at + timedelta(days=late, minutes=5)
        if office.batch == 7:
            told += timedelta(days=(4 - told.weekday()) % 7)
        elif office.batch == 30:
            month = (told.replace(day=1) + timedelta(days=32)).replace(day=1)
            told = month + timedelta(days=self.rng.randint(1, 5), hours=self.rng.randint(0, 9))
        elif told.weekday() >= 5 and self.chance(0.8):
            told += timedelta(days=7 - told.weekday())
        if (told.month, told.day) > (12, 22) and self.chance(0.7):
            told += timedelta(days=36 - told.day)  # the holidays
        day, (first, last) = (told - START).days, office.strike
        if first <= day < last:
            if self.chance(0.25) and not sure:
                return None
            told = START + timedelta(days=last + self.rng.uniform(0, 9))
        return told

    # what an office writes

    def weighed(self, office: Office, true_kg: float, paper_kg: float) -> float:
        """What stands in the report: its own scale's word, or the figure of the papers."""
        if self.rng.random() > office.weighs:
            return paper_kg
        seen = true_kg * (1 + office.scale + self.rng.gauss(0, 0.0012))
        return round(seen / office.step_kg) * office.step_kg if office.step_kg else seen

    def amount(self, office: Office, kg: float) -> Body:
        return {"amount": figure(kg / PER_UNIT[office.unit]), "unit": office.unit}

    def quantity(self, office: Office, cargo: Cargo, kg: float) -> Body:
        density = DENSITY.get(cargo.chem.code)
        if office.litres and density:
            return {"amount": figure(round(kg / density, 1)), "unit": "LTR"}
        return self.amount(office, kg)

    def money(self, office: Office, cargo: Cargo, dollars: float) -> Body:
        """In dollars, as most invoices are, or in the money of the office's country."""
        nation = next((n for n in (cargo.source, cargo.target) if office is n.customs), None)
        money = nation.currency if nation and office.local else "USD"
        rate = RATES.get(money)
        worth = max(0.01, dollars * (rate or 1.0))
        return {"amount": f"{worth:.2f}", "currency": money if rate else "USD"}

    def line(self, office: Office, cargo: Cargo, kg: float, **more: Any) -> Body:
        """One line of goods as this office writes it."""
        strength = more.pop("strength", cargo.strength)
        price = more.pop("price", None)
        packages = more.pop("packages", None)
        chem = cargo.chem
        line: Body = {
            "substance": chem.code,
            "declared_name": cargo.name.upper() if office.capitals else cargo.name,
            "quantity": self.quantity(office, cargo, kg),
            "cas": chem.cas,
            "hs": cargo.hs,
            "hs_edition": "2022",
            "form": chem.form,
        }
        if office.strength:
            line["concentration"] = {"low": figure(strength), "high": figure(strength)}
        if price is not None:
            line["value"] = self.money(office, cargo, kg * price)
        if packages is not None:
            line["package_type"] = chem.package
            line["package_count"] = packages
        if chem.un and self.chance(0.5):
            line["un_number"] = chem.un
        return line | more

    def party(self, office: Office, firm: Firm) -> Body:
        """A firm as this office spells it."""
        name = firm.name
        if office.short:
            for long, brief in _SHORT:
                name = name.replace(long, brief)
        if self.chance(office.slips):
            name = slipped(self.rng, name)
        name = name.upper() if office.capitals else name
        said: Body = {"name": name, "country": firm.country}
        if self.chance(0.85):
            said["address"] = firm.address
        if self.chance(0.5):
            said["phone"] = firm.phone
        if self.chance(0.5):
            said["email"] = firm.email
        if office.numbers and firm.number:
            said |= {"scheme": "national", "identifier": firm.number}
        return said

    def equipment(self, held: list[Box]) -> list[Body]:
        return [{"container": box.number, "seals": [box.seal]} for box in held]

    def transport(self, mode: str, ship: Means, held: list[Box]) -> Body:
        said: Body = {"mode": mode, "means": ship.name, "equipment": self.equipment(held)}
        if ship.imo:
            said["imo"] = ship.imo
        if ship.voyage:
            said["voyage"] = ship.voyage
        return said

    def papers(self, cargo: Cargo, *kinds: str) -> Body:
        """The numbers of papers, those that the office keyed in."""
        types = {"bill": "air_waybill" if cargo.mode == "air" else "bill_of_lading",
                 "invoice": "invoice", "ucr": "ucr", "pen": "pen",
                 "export": "export_authorisation", "import": "import_authorisation"}  # fmt: skip
        if cargo.mode == "road":
            types["bill"] = "consignment_note"
        told: list[Body] = []
        for kind in kinds:
            if self.chance(0.75):
                told.append({"type": types[kind], "number": cargo.numbers[kind]})
                if kind == "export" and cargo.framework:
                    told[-1]["reusable"] = True
        return {"documents": told} if told else {}
