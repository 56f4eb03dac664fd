"""How well the clerk reads: its values beside the twins that the release's publishers made.

Usage: python bench/normalise.py FILE [EXAMPLES], FILE being the publishers' CSV (plain or .gz)
with the `_clean` columns. The clerk sees the raw columns only; the twins are opened here, after.

Two conventions of the twins are not the clerk's. A yearly amount is divided equally among the
listed chemicals of a mixture: the clerk keeps the mixture's amount and says which rows share it, so
it is divided here by the rows the clerk found to share it. A blank concentration is always 100: the
clerk says so only where the form shows that the goods are the substance itself. Otherwise nothing
is bent to the twins; where they disagree with the raw field, it is listed and counted against us.

How far to trust the shares: the clerk never reads a twin, but who wrote its rules and its tables of
spellings and firms had both columns of this one release in view, and there is no second release to
try them on. So they measure fit, not what to expect of next year's list. Agreement on the blank
concentrations proves nothing (the twin is 100 there by convention); hence the share without them.
"""

import csv
import gzip
import io
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from decimal import Decimal, InvalidOperation
from pathlib import Path

from seed.clerk.amounts import read_amount
from seed.clerk.chemicals import read_chemical
from seed.clerk.companions import find_companions
from seed.clerk.concentrations import read_concentration
from seed.clerk.countries import read_country
from seed.clerk.exporters import read_firm
from seed.clerk.reading import fold
from seed.clerk.rows import Refused, read_row

Row = Mapping[str, str]
TARGET = 0.97
ROUNDING = Decimal("1e-9")

# Why the rows below cannot agree, for the reader of the list; no row is excused by it.
KNOWN = (
    "'Chlorpyrifos-methyl' is not chlorpyrifos (CAS 5598-13-0 and 2921-88-2): kept apart",
    "'18.6' is in the raw field and in the trade name; the twin says 18.8",
    "'21,5%' became 0.215 in the twin, divided by 100 once too often",
    "'<15' became 14; the raw field shows only the bound, 15",
    "'2367' is over 100 %; the lost comma (2,367) is a guess the raw field does not show",
    "a redacted amount became 0; the clerk refuses the row",
    "'Repso-YPF Group' is the twin's own spelling of Repsol-YPF",
)


def main(path: Path, examples: int) -> int:
    rows = read_rows(path)
    raw = [{k: v for k, v in row.items() if not k.endswith("_clean")} for row in rows]
    report_rows(raw)
    companions = find_companions(raw)
    worst = min(compare(name, rows, test, examples) for name, test in fields(companions).items())
    stated = [row for row in rows if row["concentration_raw"].strip()]
    compare("concentration, where one is stated", stated, concentration, 0)
    print("\nKnown differences:", *KNOWN, sep="\n  - ")
    return 0 if worst >= TARGET else 1


def read_rows(path: Path) -> list[dict[str, str]]:
    data = path.read_bytes()
    text = (gzip.decompress(data) if path.suffix == ".gz" else data).decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text, newline="")))


def report_rows(raw: list[dict[str, str]]) -> None:
    read = [read_row(row, release_year=2024) for row in raw]
    reasons = Counter(r for row in read if isinstance(row, Refused) for r in row.reasons)
    refused = sum(isinstance(row, Refused) for row in read)
    print(f"{len(read)} rows: {len(read) - refused} notifications, {refused} refused")
    for reason, count in reasons.most_common():
        print(f"  {count:5}  {reason}")


def compare(
    name: str, rows: list[dict[str, str]], test: Callable[[Row], tuple[str, str, bool]], most: int
) -> float:
    """Print the share of rows that agree, and the rest grouped by what was read and expected."""
    apart: dict[tuple[str, str], list[str]] = defaultdict(list)
    for row in rows:
        ours, theirs, agrees = test(row)
        if not agrees:
            apart[ours, theirs].append(row["notification_id"])
    agreeing = len(rows) - sum(map(len, apart.values()))
    print(f"\n{name}: {agreeing} of {len(rows)} agree, {agreeing / len(rows):.4f}")
    for (ours, theirs), ids in sorted(apart.items(), key=lambda item: -len(item[1]))[:most]:
        print(f"  {len(ids):5}  clerk {ours}, twin {theirs!r}: {', '.join(ids[:4])}")
    return agreeing / len(rows)


def fields(
    companions: Mapping[str, tuple[str, ...]],
) -> dict[str, Callable[[Row], tuple[str, str, bool]]]:
    def amount(row: Row) -> tuple[str, str, bool]:
        read = read_amount(row["yearly_amount_raw"]).value
        shared = 1 + len(companions.get(row["notification_id"], ()))
        ours = read.value / shared if read else None
        return show(row["yearly_amount_raw"], ours), *twin(row["yearly_amount_clean"], ours)

    return {
        "importing country": country,
        "chemical": chemical,
        "concentration": concentration,
        "yearly amount": amount,
        "exporter": exporter,
    }


def country(row: Row) -> tuple[str, str, bool]:
    """The twin is an English name, so it is given its code by the same table of names."""
    ours, theirs = row["importing_party_raw"], row["importing_country_clean"]
    code = read_country(ours).value
    return show(ours, code), theirs, code is not None and code == read_country(theirs).value


def chemical(row: Row) -> tuple[str, str, bool]:
    read = read_chemical(row["chemical_raw"], row["cas"]).value
    name, theirs = read.name if read else None, row["chemical_clean"]
    return show(row["chemical_raw"], name), theirs, name is not None and fold(name) == fold(theirs)


def concentration(row: Row) -> tuple[str, str, bool]:
    read = read_concentration(
        row["concentration_raw"],
        subject_type=row["subject_type"],
        trade_name=row["trade_name"],
        authority=read_country(row["exporter_country"]).value or "",
    ).value
    figure = read.figure if read else None
    return show(row["concentration_raw"], figure), *twin(row["concentration_clean"], figure)


def exporter(row: Row) -> tuple[str, str, bool]:
    raw, theirs = row["exporter_raw"], row["exporter_clean"]
    firm = read_firm(raw).value if raw.strip() else "Not disclosed"
    return show(raw, firm), theirs, firm is not None and fold(firm) == fold(theirs)


def twin(text: str, ours: Decimal | None) -> tuple[str, bool]:
    """The twins were computed in floating point, hence the tolerance."""
    try:
        theirs = Decimal(text)
    except InvalidOperation:
        return text, False
    return text, ours is not None and abs(ours - theirs) <= ROUNDING


def show(raw: str, read: object) -> str:
    return f"{raw!r} -> {read}"


if __name__ == "__main__":
    if len(sys.argv) not in {2, 3}:
        sys.exit(__doc__)
    sys.exit(main(Path(sys.argv[1]), int(sys.argv[2]) if len(sys.argv) == 3 else 20))
