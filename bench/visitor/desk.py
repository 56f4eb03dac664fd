"""The desk: puts facts on an office's form. It knows the facts and the habits, never why."""

import copy
import random
from collections.abc import Callable, Mapping
from datetime import datetime, timedelta
from typing import Any

from simulated import figure

from crypto.uuid7 import uuid7
from ledger.states import moment
from seed.journeys import SIMULATED, Step
from visitor import slips
from visitor.facts import START, Body, Box, Cargo, Means
from visitor.firms import Firm, shortened
from visitor.offices import Office
from visitor.wares import DULL, TARE

_PER = {"KGM": 1.0, "TNE": 1000.0, "LBR": 0.45359237, "DTN": 100.0}
_MISFILED = {"shipment.arrived", "import.cleared", "receipt.confirmed"}
Claims = Callable[["Desk", Office], Body]


class Desk:
    """Speaks for all offices about one subject."""

    def __init__(self, seed: int, subject: str, houses: Mapping[str, Office],
                 peers: Mapping[str, list[str]] | None = None) -> None:  # fmt: skip
        self.rng = random.Random(f"visitor/{seed}/desk/{subject}")
        self.subject = subject
        self.houses = houses
        self.peers = peers or {}
        self.aliases: dict[str, str] = {}  # agency: its own reference
        self.steps: list[Step] = []
        self.log: list[str] = []

    def chance(self, share: float) -> bool:
        return self.rng.random() < share

    def files(self, agency: str, kind: str, at: datetime, claims: Claims, *,
              sure: bool = False, about: bool = True) -> Step | None:  # fmt: skip
        """One report, where the office takes part and makes it."""
        office = self.houses.get(agency)
        if office is None:
            return None
        share = office.tells.get(kind, 0.97)
        if not sure and not self.chance(share):
            if share > 0.8:
                self.log.append("report never made")
            return None
        at = at.replace(microsecond=0)
        body = {"kind": kind, "occurred_at": moment(at), **claims(self, office)}
        body["simulated"] = SIMULATED
        if about:
            body["shipment"] = self.aliases.get(agency, self.subject)
            self._misfile(office, body)
        if office.full and self.chance(0.4):
            body["local_offset"] = office.land.offset
        told = office.told_at(self.rng, at, START)
        if told - at > timedelta(days=14):
            self.log.append("told more than a fortnight late")
        return self._sent(office, body, told)

    def _misfile(self, office: Office, body: Body) -> None:
        others = self.peers.get(office.land.code, [])
        if body["kind"] in _MISFILED and len(others) > 1 and self.chance(office.misfiles):
            body["shipment"] = self.rng.choice(others)
            self.log.append("filed under another shipment")

    def _sent(self, office: Office, body: Body, told: datetime) -> Step:
        wrong = copy.deepcopy(body)
        slipped = slips.slip(self.rng, wrong) if self.chance(office.slips) else None
        if slipped:
            self.log.append(slipped)
        step = self._step(office.agency, wrong, told)
        if self.chance(office.twice):
            self.log.append("sent twice")
            self._step(office.agency, wrong, told + timedelta(hours=self.rng.uniform(0.02, 70)))
        if slipped and "shipment" in body and self.chance(office.mends):
            self.corrects(office.agency, step, body, self.rng.expovariate(1 / office.mend_lag))
        return step

    def corrects(self, agency: str, step: Step, body: Body, after: float) -> Step:
        """The office takes a statement back and makes another in its place."""
        later = step.told + timedelta(days=0.05 + after)
        again = self._step(agency, body, later)
        said = {
            "kind": "event.corrected", "occurred_at": moment(later.replace(microsecond=0)),
            "shipment": step.body["shipment"], "corrects": step.jti, "reason": "incorrect_data",
            "replacement": again.jti, "simulated": SIMULATED,
        }  # fmt: skip
        self._step(agency, said, later + timedelta(minutes=1))
        self.log.append("corrected")
        return again

    def retracts(self, agency: str, step: Step, after: float) -> None:
        """What was stated did not happen."""
        later = (step.told + timedelta(days=after)).replace(microsecond=0)
        said = {
            "kind": "event.corrected", "occurred_at": moment(later),
            "shipment": step.body["shipment"], "corrects": step.jti, "reason": "did_not_occur",
            "simulated": SIMULATED,
        }  # fmt: skip
        self._step(agency, said, later + timedelta(minutes=1))

    def _step(self, agency: str, body: Body, told: datetime) -> Step:
        least = datetime.fromisoformat(body["occurred_at"]) + timedelta(minutes=1)
        told = max(told, least).replace(microsecond=0)
        made = Step(body=body, agency=agency, told=told, jti=uuid7(told, self.rng.randbytes))
        self.steps.append(made)
        return made

    # forms

    def scale(self, office: Office, true_kg: float, paper_kg: float) -> float:
        """The figure in a report of a sighting: the office's own scale's, or that of the papers."""
        if not self.chance(office.weighs):
            return paper_kg
        seen = true_kg * (1 + office.scale + self.rng.gauss(0, office.jitter))
        step = office.step if true_kg > 150 * office.step else 1
        return round(seen / step) * step

    def quantity(self, office: Office, cargo: Cargo, kg: float) -> Body:
        density = cargo.ware.density
        if office.litres and density:
            return {"amount": figure(round(kg / density, 1)), "unit": "LTR"}
        if self.chance(office.gross):
            self.log.append("gross written for net")
            kg *= 1 + (TARE[cargo.pack[0]] or 0.15)
        amount = figure(round(kg / _PER[office.unit], 3))
        return {"amount": amount, "unit": office.unit}

    def line(self, office: Office, cargo: Cargo, stage: str, kg: float, *,
             worth: float | None = None, strength: float | None = None) -> Body:  # fmt: skip
        """One line of goods as this office's form has it."""
        ware, label = cargo.ware, cargo.called(stage)
        name = label.name
        if label.name == ware.name and self.chance(office.vague):
            name = self.rng.choice((*DULL, ware.trade or ware.name))
            self.log.append("vague or trade name")
        line: Body = {
            "substance": ware.code,
            "declared_name": name.upper() if office.capitals else name,
            "quantity": self.quantity(office, cargo, kg),
            "hs": label.hs,
            "hs_edition": "2022",
        }
        if office.full or self.chance(0.5):
            line |= {"cas": ware.cas, "form": ware.form}
        if label.un and self.chance(0.6):
            line["un_number"] = label.un
        if self.chance(office.strength):
            held = figure(cargo.strength["paper"] if strength is None else strength)
            line["concentration"] = {"low": held, "high": held}
        if self.chance(office.counts):
            line["package_type"] = cargo.pack[0]
            line["package_count"] = max(1, round(kg / cargo.pack[1]))
        if worth is not None and office.money != "none":
            line["value"] = self.money(office, worth * kg)
        return line

    def money(self, office: Office, dollars: float) -> Body:
        if office.money == "usd":
            return {"amount": f"{dollars:.2f}", "currency": "USD"}
        rate = office.land.rate * self.rng.uniform(0.985, 1.015)
        return {"amount": f"{dollars * rate:.2f}", "currency": office.land.money}

    def party(self, office: Office, firm: Firm) -> Body:
        """A firm as this office keys it in."""
        name = shortened(firm.name, office.short)
        said: Body = {"name": name.upper() if office.capitals else name, "country": firm.land}
        if self.chance(0.85):
            said["address"] = firm.address
        if self.chance(0.45):
            said["phone"] = firm.phone
        if self.chance(0.45):
            said["email"] = firm.email
        if office.numbers and firm.number and self.chance(0.96):
            said |= {"scheme": "national", "identifier": firm.number}
        return said

    def parties(self, office: Office, cargo: Cargo, stage: str, *roles: str) -> Body:
        held = cargo.parties(stage)
        said: Body = {role: self.party(office, held[role]) for role in roles if role in held}
        if cargo.broker and stage == "notice" and self.chance(0.7):
            said["intermediaries"] = [self.party(office, cargo.broker)]
        return said

    def equipment(self, office: Office, boxes: list[Box], point: str) -> list[Body]:
        """Containers and the seals on them as seen at a point of the way."""
        said = []
        for box in boxes:
            each: Body = {"container": box.number}
            if self.chance(office.seals):
                each["seals"] = [box.seen.get(point, box.seal)]
            said.append(each)
        return said

    def observed(self, office: Office, boxes: list[Box], point: str, place: str,
                 ship: Means) -> Body:  # fmt: skip
        return {
            "place": place,
            "equipment": self.equipment(office, boxes, point),
            "seals_intact": not any(point in box.broken for box in boxes),
            "means": ship.name,
        }

    def transport(self, office: Office, cargo: Cargo, point: str = "dep") -> Body:
        said: Body = {"mode": cargo.mode, "means": cargo.means.name}
        if cargo.boxes:
            said["equipment"] = self.equipment(office, cargo.boxes, point)
        if cargo.means.imo and self.chance(0.85):
            said["imo"] = cargo.means.imo
        if cargo.means.voyage and self.chance(0.5):
            said["voyage"] = cargo.means.voyage
        return said

    def papers(self, office: Office, cargo: Cargo, *kinds: str) -> dict[str, Any]:
        """Those numbers of papers that the office keyed in."""
        bill = {"air": "air_waybill", "road": "consignment_note", "rail": "consignment_note"}
        types = {
            "bill": bill.get(cargo.mode, "bill_of_lading"), "invoice": "invoice", "ucr": "ucr",
            "export": "export_authorisation", "import": "import_authorisation", "pen": "pen",
        }  # fmt: skip
        told: list[Body] = []
        for kind in kinds:
            if kind in cargo.number and self.chance(office.papers):
                told.append({"type": types[kind], "number": cargo.number[kind]})
                if kind == "export" and cargo.framework:
                    told[-1]["reusable"] = True
        return {"documents": told} if told else {}
