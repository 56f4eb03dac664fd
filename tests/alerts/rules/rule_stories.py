"""Small stories for the rules: one shipment told day by day, and the rest of the world as dicts."""

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from ledger import folding
from ledger.folding import Stated
from ledger.shipments import Origin
from ledger.vocabulary import parse

START = datetime(2026, 3, 1, 12, tzinfo=UTC)

EXPORTER = {"name": "Noordzee Solvents BV", "country": "NL"}
IMPORTER = {"name": "Rift Valley Paints Ltd", "country": "KE", "phone": "+254 20 555 0100"}
PARTIES = {"exporter": EXPORTER, "importer": IMPORTER, "declarant": EXPORTER}
ROUTE = {"exporting": "NL", "importing": "KE", "transit": ["EG"]}
CONTAINER = "MSKU9070323"
SEALED = [{"container": CONTAINER, "seals": ["NL445566"]}]
MRN = "26NL12345678901234"


STEPS = (
    "notice",
    "agreed",
    "authorised",
    "released",
    "departed",
    "entered",
    "exited",
    "arrived",
    "cleared",
    "delivered",
    "received",
)


def on(days, hours=0):
    """A moment so many days after the start of every story."""
    return START + timedelta(days=days, hours=hours)


def text(moment):
    return moment.strftime("%Y-%m-%dT%H:%M:%SZ")


def day(days):
    return on(days).date().isoformat()


def line(amount="25000", unit="KGM", **more):
    quantity = {"amount": amount, "unit": unit}
    return {"substance": "acetone", "declared_name": "Acetone", "quantity": quantity, **more}


def observed(**more):
    return {"place": "KEMBA", "means": "MV Example", "seals_intact": True, **more}


@dataclass(frozen=True)
class Story:
    """A shipment as its statements come, each step on a day of its own unless told otherwise."""

    ref: str = "NL-01"
    stated: tuple = ()

    def says(self, kind, agency, at, **claims):
        """One more statement; a claim of None is left out."""
        body = {"kind": kind, "shipment": self.ref, "occurred_at": text(at)}
        body |= {name: value for name, value in claims.items() if value is not None}
        number = len(self.stated)
        by = Origin(
            agency=agency,
            country=agency[:2],
            jti=jti(self.ref, number),
            issued_at=int(at.timestamp()),
            occurred_at=at,
        )
        return replace(self, stated=(*self.stated, Stated(event=parse(body), by=by)))

    def notice(self, at=0, **more):
        claims = {
            "pen": f"PEN-{self.ref}",
            "goods": [line()],
            "parties": PARTIES,
            "route": ROUTE,
            "dispatch_expected": text(on(at + 20)),
            "reply_due": text(on(at + 15)),
            "legal_list": "un-1988-table-2",
            "arrival_expected": text(on(at + 40)),
        }
        return self.says("notice.sent", "NL-AUTHORITY", on(at), **claims | more)

    def agreed(self, at=5, **more):
        claims = {"pen": f"PEN-{self.ref}", "decided_on": day(at)}
        return self.says("notice.no_objection", "KE-AUTHORITY", on(at), **claims | more)

    def objected(self, at=5, **more):
        claims = {"pen": f"PEN-{self.ref}", "reason": "company_unknown", "decided_on": day(at)}
        return self.says("notice.objected", "KE-AUTHORITY", on(at), **claims | more)

    def authorised(self, at=7, until=180, **more):
        claims = {
            "authorisation": f"EA-{self.ref}",
            "goods": [line()],
            "parties": PARTIES,
            "valid_from": day(at),
            "valid_to": day(until),
            "office_of_export": "NL000510",
        }
        return self.says("export.authorised", "NL-AUTHORITY", on(at), **claims | more)

    def released(self, at=18, **more):
        claims = {
            "mrn": MRN if self.ref == "NL-01" else f"26NL{self.ref[3:]:0>13}4",
            "authorisation": f"EA-{self.ref}",
            "declared_on": day(at),
            "procedure": "1000",
            "goods": [line()],
            "parties": PARTIES,
            "office_of_export": "NL000510",
        }
        return self.says("export.released", "NL-CUSTOMS", on(at), **claims | more)

    def departed(self, at=20, equipment=SEALED, mode="sea", **more):
        claims = {
            "goods": [line()],
            "transport": {"mode": mode, "means": "MV Example", "equipment": equipment},
            "office_of_exit": "NL000396",
        }
        return self.says("shipment.departed", "NL-CUSTOMS", on(at), **claims | more)

    def entered(self, at=28, **more):
        claims = {
            "country": "EG",
            "observed": observed(place="EGPSD"),
            "transit_document": "T1-778",
            "exit_expected": text(on(at + 4)),
        }
        return self.says("transit.entered", "EG-CUSTOMS", on(at), **claims | more)

    def exited(self, at=31, **more):
        claims = {"country": "EG", "observed": observed(place="EGPSD")}
        return self.says("transit.exited", "EG-CUSTOMS", on(at), **claims | more)

    def arrived(self, at=40, **more):
        return self.says(
            "shipment.arrived", "KE-CUSTOMS", on(at), **{"observed": observed()} | more
        )

    def cleared(self, at=42, **more):
        claims = {
            "mrn": "26KE12345678901234",
            "cleared_on": day(at),
            "procedure": "4000",
            "goods": [line()],
            "parties": PARTIES,
        }
        return self.says("import.cleared", "KE-CUSTOMS", on(at), **claims | more)

    def delivered(self, at=44, **more):
        claims = {"delivery_address": "Industrial Road 5", "goods": [line()]}
        return self.says("shipment.delivered", "KE-CUSTOMS", on(at), **claims | more)

    def received(self, at=46, **more):
        claims = {"goods": [line()], "method": "declaration"}
        return self.says("receipt.confirmed", "KE-AUTHORITY", on(at), **claims | more)

    def inspected(self, at=30, agency="EG-CUSTOMS", **more):
        claims = {"inspection": "physical", "result": "conform", "observed": observed()}
        return self.says("shipment.inspected", agency, on(at), **claims | more)

    def jti(self, place):
        return self.stated[place].by.jti

    @property
    def shipment(self):
        return folding.shipment(self.ref, self.stated)

    @property
    def timeline(self):
        gone = folding.annulled(self.stated)
        return tuple(s for s in folding.in_order(self.stated) if s.by.jti not in gone)


def jti(ref, number):
    mark = sum(ref.encode()) % 4096
    return f"01900000-0000-7{mark:03x}-8000-{number:012x}"


def honest(ref="NL-01", **steps):
    """A life without fault, from notice to receipt."""
    story = Story(ref)
    for step in STEPS:
        story = getattr(story, step)(**steps.get(step, {}))
    return story


def under_way(ref="NL-01"):
    return Story(ref).notice().agreed().authorised().released().departed()
