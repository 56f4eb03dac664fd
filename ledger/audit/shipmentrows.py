"""What shipments' records add up to, in memory: the rows that each projection must hold of them.

The same functions that projections are written with, on whole histories at once: nothing is stored,
and nothing read back.
"""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Table

from ledger import history, refusalbook, tallies
from ledger.history import AUDIENCE, MENTIONS, SHIPMENTS
from ledger.records import Record
from ledger.refusalbook import REFUSALS
from ledger.results import facts, may_tell
from ledger.shipments import Shipment
from ledger.tallies import JOURNEYS, TALLIES
from ledger.volumes import DAY, IMPORTS, imports_of

Plain = tuple[Any, ...]
TABLES = (SHIPMENTS, AUDIENCE, MENTIONS, IMPORTS, TALLIES, JOURNEYS, REFUSALS)

_COLUMNS = {table: tuple(table.columns.keys()) for table in TABLES}


@dataclass(kw_only=True)
class Sums:
    """What adds up over all shares of a ledger: entries, rows, and tables that are sums anyway."""

    entries: int = 0
    rows: Counter[str] = field(default_factory=Counter)  # by table
    activity: Counter[tuple[int, str, str]] = field(default_factory=Counter)
    imported: Counter[Plain] = field(default_factory=Counter)  # milligrams by day
    importing: Counter[Plain] = field(default_factory=Counter)  # shipments by day
    exporters: set[Plain] = field(default_factory=set)

    def add(self, other: "Sums") -> None:
        self.entries += other.entries
        self.rows += other.rows
        self.activity += other.activity
        self.imported.update(other.imported)
        self.importing.update(other.importing)
        self.exporters |= other.exporters


@dataclass
class Rows:
    """The rows of some shipments by table, and what they add to the sums."""

    made: dict[Table, list[Plain]] = field(default_factory=lambda: {each: [] for each in TABLES})
    sums: Sums = field(default_factory=Sums)

    def take(self, ref: str, records: Sequence[Record]) -> None:
        """All that was stated about one shipment, in order of the log."""
        held = history.whole(ref, records)
        row: Any = held.row
        self._add(SHIPMENTS, row)
        self.made[AUDIENCE] += [(viewer, ref) for viewer in held.audience]
        self.made[MENTIONS] += [(kind, value, ref) for kind, value in held.mentions]
        began = row["first_occurred"]
        self.made[JOURNEYS].append((ref, *tallies.journey_of(held.state, began)))
        if may_tell(Shipment(ref=ref), held.state, (record.event for record in records)):
            for fact in facts(held.state, (record.stated for record in records)):
                self._add(TALLIES, tallies.row_of(fact))
        self._count_imports(ref, held.state, began)
        for record in records:
            for refused in refusalbook.refusals_of(record):
                self._add(REFUSALS, refused)
            self.sums.exporters.update(refusalbook.exports_of(record))
        self.sums.entries += len(records)
        self.sums.activity += tallies.counted(records)

    def _add(self, table: Table, row: Any) -> None:
        self.made[table].append(tuple([row[name] for name in _COLUMNS[table]]))

    def _count_imports(self, ref: str, state: Shipment, began: int) -> None:
        for group, amount in imports_of(state).items():
            self.made[IMPORTS].append((*group, ref, amount, began))
            self.sums.imported[*group, began // DAY] += amount
            self.sums.importing[*group, began // DAY] += 1
