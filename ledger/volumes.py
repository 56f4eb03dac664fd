"""How much of a substance goes to a country in a year: what annual requirements are held against.

A projection that `history` keeps up, one row for each shipment, country, substance and year.
"""

from decimal import Decimal

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from ledger.shipments import Shipment

KG = Decimal(1_000_000)


class ImportRow(SQLModel, table=True):
    """What a shipment counts for in a country's imports of one substance in one year (mg)."""

    __tablename__ = "import_volume"
    country: str = Field(primary_key=True)
    substance: str = Field(primary_key=True)
    year: int = Field(primary_key=True)
    ref: str = Field(primary_key=True)
    milligrams: int = Field(sa_type=BigInteger)


IMPORTS = ImportRow.__table__  # type: ignore[attr-defined]


def imports_of(state: Shipment) -> dict[tuple[str, str, int], int]:
    """What a shipment counts for in its destination's year: notified mass, in milligrams."""
    if state.route is None or state.status == "cancelled" or "withdrawn" in state.flags:
        return {}
    when = state.expected.get("dispatch") or state.times.get("notified")
    notified = state.balance.get("notified")
    if when is None or notified is None:
        return {}
    return {
        (state.route.importing, key.removesuffix("/kg"), when.year): int(amount * KG)
        for key, amount in notified.amounts.items()
        if key.endswith("/kg")
    }
