"""Reading trade statistics as countries publish them, one flow a row.

The headings of UN Comtrade's own files are read, and the plain ones of extracts: year, flow,
reporter, partner, chapter, value in USD. A row that can't be read is an error with its line: a
reconciliation that skips what it does not understand finds silence where there is none.
"""

import csv
import gzip
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path

from alerts import Unreadable

WORLD = "W00"
DIRECTIONS = {
    "export": "export",
    "x": "export",
    "import": "import",
    "m": "import",
    "re-export": "re-export",
    "rx": "re-export",
    "re-import": "re-import",
    "rm": "re-import",
}
# Ours, then those of Comtrade's files since 2022 and before.
_HEADINGS = {
    "year": ("year", "refYear", "Year"),
    "flow": ("flow", "flowCode", "flowDesc", "Trade Flow"),
    "reporter": ("reporter_iso3", "reporterISO", "Reporter ISO"),
    "partner": ("partner_iso3", "partnerISO", "Partner ISO"),
    "chapter": ("hs2", "cmdCode", "Commodity Code"),
    "usd": ("value_usd", "primaryValue", "Trade Value (US$)"),
}
_NAMES = {
    "reporter": ("reporter", "reporterDesc", "Reporter"),
    "partner": ("partner", "partnerDesc", "Partner"),
}
_LARGEST = 64 * 1024 * 1024  # bytes of one file, unpacked


@dataclass(frozen=True, kw_only=True, slots=True)
class Flow:
    """What one country reports of a year's trade with another in a chapter."""

    year: int
    direction: str
    reporter: str
    partner: str
    chapter: str
    usd: int


@dataclass(frozen=True, kw_only=True)
class Records:
    """Every flow that was read, and how countries are called there."""

    flows: tuple[Flow, ...]
    names: Mapping[str, str]
    files: tuple[str, ...]


def read(path: Path) -> Records:
    """The flows in one file, or in all files of a folder that hold flows."""
    files = sorted(path.glob("*.csv*")) if path.is_dir() else [path]
    flows: list[Flow] = []
    names: dict[str, str] = {}
    used = []
    for file in files:
        reader = csv.DictReader(_lines(file))
        columns = _columns(reader.fieldnames or ())
        if columns is None:
            continue
        used.append(file.name)
        for row in reader:
            flows.append(_flow(row, columns, f"{file.name} line {reader.line_num}"))
            names.update(_names(row, columns))
    if not flows:
        wanted = ", ".join(headings[0] for headings in _HEADINGS.values())
        raise Unreadable(f"no trade flows in {path.name}: a CSV file needs the columns {wanted}")
    return Records(flows=tuple(flows), names=names, files=tuple(used))


def _lines(file: Path) -> Iterator[str]:
    try:
        with file.open("rb") as packed:
            is_packed = packed.read(2) == b"\x1f\x8b"
        opened = gzip.open if is_packed else open
        with opened(file, "rb") as plain:
            data = plain.read(_LARGEST + 1)
        if len(data) > _LARGEST:
            raise Unreadable(f"{file.name} holds more than {_LARGEST >> 20} MiB")
        yield from io.StringIO(data.decode("utf-8-sig"), newline="")
    except (EOFError, UnicodeDecodeError, gzip.BadGzipFile) as error:
        raise Unreadable(f"{file.name} is not UTF-8 text, plain or gzip") from error


def _columns(found: Sequence[str]) -> dict[str, str] | None:
    """Where each thing is; None for a file of something else."""
    columns = {}
    for wanted, headings in _HEADINGS.items():
        present = [heading for heading in headings if heading in found]
        if not present:
            return None
        columns[wanted] = present[0]
    for wanted, headings in _NAMES.items():
        present = [heading for heading in headings if heading in found]
        if present:
            columns[f"{wanted} name"] = present[0]
    return columns


def _flow(row: Mapping[str, str], columns: Mapping[str, str], where: str) -> Flow:
    direction = DIRECTIONS.get((row[columns["flow"]] or "").strip().lower())
    if direction is None:
        raise Unreadable(f"{where}: a flow is an export, an import, a re-export or a re-import")
    try:
        return Flow(
            year=int(row[columns["year"]]),
            direction=direction,
            reporter=row[columns["reporter"]].strip(),
            partner=row[columns["partner"]].strip(),
            chapter=row[columns["chapter"]].strip(),
            usd=int(Decimal(row[columns["usd"]])),
        )
    except (ValueError, InvalidOperation, AttributeError, TypeError, OverflowError) as error:
        raise Unreadable(f"{where}: a year or a value is no number") from error


def _names(row: Mapping[str, str], columns: Mapping[str, str]) -> Iterator[tuple[str, str]]:
    for side in ("reporter", "partner"):
        if f"{side} name" in columns:
            yield row[columns[side]].strip(), row[columns[f"{side} name"]].strip()
