"""One honest journey: who ships what from where to where, and when. Bodies are made from it.

Every identifier is well-formed (check digits fit), so that a test which wants a bad one says so.
"""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

Json = Any
NOON = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)


def written(moment: datetime) -> str:
    """An instant as statements write it."""
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


@dataclass(frozen=True, kw_only=True)
class Journey:
    """What the bodies of one shipment have in common; another value makes another shipment."""

    ref: str = "NL-2026-000017"
    pen: str = "PEN-NL-2026-000017"
    exporting: str = "NL"
    importing: str = "KE"
    transit: str = "EG"
    exit_point: str = "NLRTM"
    transit_place: str = "EGPSD"
    entry_point: str = "KEMBA"
    substance: str = "acetone"
    declared_name: str = "Acetone"
    cas: str = "67-64-1"
    hs: str = "291411"
    un_number: str = "1090"
    amount: str = "16000"
    unit: str = "KGM"
    percent: str = "99.5"
    container: str = "MSKU1234565"
    seal: str = "ML-NL0012345"
    vessel: str = "MV Amstel"
    imo: str = "9074729"
    voyage: str = "614S"
    started: datetime = field(default=NOON)
    key: str = "00" * 12  # the id of an alert about it

    def at(self, days: float) -> str:
        """So many days after the notice."""
        return written(self.moment(days))

    def moment(self, days: float) -> datetime:
        return self.started + timedelta(days=days)

    def day(self, days: float) -> str:
        return self.moment(days).date().isoformat()

    def line(self, amount: str | None = None, **changes: Json) -> dict[str, Json]:
        """A line of its goods; another amount for a part of them."""
        drums = {"package_type": "DR", "package_count": 80}
        return {
            "substance": self.substance,
            "declared_name": self.declared_name,
            "cas": self.cas,
            "hs": self.hs,
            "hs_edition": "2022",
            "un_number": self.un_number,
            "packing_group": "II",
            "form": "liquid",
            "quantity": {"amount": amount or self.amount, "unit": self.unit},
            "concentration": {"low": self.percent, "high": self.percent, "basis": "w/w"},
            **drums,
            **changes,
        }

    @property
    def goods(self) -> list[Json]:
        return [self.line()]

    @property
    def exporter(self) -> dict[str, Json]:
        return {
            "name": "Maasvlakte Solvents B.V.",
            "country": self.exporting,
            "address": "Europaweg 12, Rotterdam",
            "phone": "+31 10 555 0100",
            "email": "export@maasvlakte.example",
            "scheme": "eori",
            "identifier": f"{self.exporting}001234567",
        }

    @property
    def importer(self) -> dict[str, Json]:
        return {
            "name": "Tsavo Coatings Ltd",
            "country": self.importing,
            "address": "Mombasa Road 7, Nairobi",
            "phone": "+254 20 555 0100",
            "email": "purchasing@tsavo.example",
            "scheme": "national",
            "identifier": "P051234567X",
        }

    @property
    def parties(self) -> dict[str, Json]:
        return {
            "exporter": self.exporter,
            "importer": self.importer,
            "consignee": self.importer,
            "receiver": self.importer,
            "end_user": self.importer,
            "declarant": self.exporter,
        }

    @property
    def route(self) -> dict[str, Json]:
        return {
            "exporting": self.exporting,
            "importing": self.importing,
            "transit": [self.transit],
            "exit_point": self.exit_point,
            "entry_point": self.entry_point,
        }

    @property
    def equipment(self) -> list[Json]:
        return [{"container": self.container, "seals": [self.seal], "size_type": "22G1"}]

    @property
    def transport(self) -> dict[str, Json]:
        return {
            "mode": "sea",
            "means": self.vessel,
            "imo": self.imo,
            "voyage": self.voyage,
            "equipment": self.equipment,
        }

    def observed(self, place: str) -> dict[str, Json]:
        return {
            "place": place,
            "office": f"Customs {place}",
            "equipment": self.equipment,
            "seals_intact": True,
            "means": self.vessel,
        }
