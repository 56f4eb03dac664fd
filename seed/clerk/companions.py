"""Which rows are one notification of a mixture with several listed chemicals.

The raw columns show it so: the rows follow each other in number (D2, D3, or BEL81, BEL81A), agree
in everything about the consignment, and differ in the chemical. The amount on each of them is then
the amount of the one mixture and must not be added up.
"""

import re
from collections.abc import Iterator, Mapping, Sequence

Row = Mapping[str, str]

SAME = (
    "importing_party_raw",
    "exporter_raw",
    "exporter_country",
    "first_export_date_raw",
    "yearly_amount_raw",
    "trade_name",
    "subject_type",
    "category",
    "use",
)
NUMBER = re.compile(r"(?P<list>[A-Z]+)(?P<number>\d+)(?P<part>[A-Z]?)")


def find_companions(rows: Sequence[Row]) -> dict[str, tuple[str, ...]]:
    """For each row that has any: the ids of the other rows of its mixture."""
    found: dict[str, tuple[str, ...]] = {}
    for group in _mixtures(rows):
        ids = [row["notification_id"] for row in group]
        found |= {own: tuple(other for other in ids if other != own) for own in ids}
    return found


def _mixtures(rows: Sequence[Row]) -> Iterator[list[Row]]:
    numbered = sorted((row for row in rows if NUMBER.fullmatch(row["notification_id"])), key=_order)
    group: list[Row] = []
    for row in numbered:
        if group and not _belongs(row, group):
            if len(group) > 1:
                yield group
            group = []
        group.append(row)
    if len(group) > 1:
        yield group


def _belongs(row: Row, group: Sequence[Row]) -> bool:
    own_list, own_number, _ = _order(row)
    last_list, last_number, _ = _order(group[-1])
    return (
        own_list == last_list
        and own_number - last_number <= 1
        and all(row[column] == group[-1][column] for column in SAME)
        and _substance(row) not in {_substance(other) for other in group}
    )


def _substance(row: Row) -> tuple[str, str]:
    """Esters of one group share its name and differ in their CAS number."""
    return row["chemical_raw"], row["ec_number"] or row["cas"]


def _order(row: Row) -> tuple[str, int, str]:
    match = NUMBER.fullmatch(row["notification_id"])
    if match is None:
        raise ValueError(row["notification_id"])
    return match["list"], int(match["number"]), match["part"]
