"""One row of the release to a typed notification, or to a refusal that says why.

Refused is what the ledger's notice cannot say truthfully: an unknown country or chemical, a
quantity that is not stated with its unit, or no time at all. All else is posted with remarks: an
unknown concentration stays unknown, an exporter who was not disclosed stays undisclosed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from seed.clerk.amounts import Amount, read_amount
from seed.clerk.chemicals import Chemical, read_chemical
from seed.clerk.concentrations import PURE, Concentration, read_concentration
from seed.clerk.countries import read_country
from seed.clerk.dates import read_date
from seed.clerk.exporters import Exporter, read_exporter
from seed.clerk.reading import Reading, fold, tidy
from seed.clerk.uses import read_category, read_purposes


@dataclass(frozen=True, kw_only=True, slots=True)
class Notification:
    """A pre-export notice as an authority received it, in the ledger's terms.

    `amount` is that of the goods as shipped in a year; for a mixture, of the mixture. `companions`
    are the rows that name the other chemicals of the same mixture, with the same amount again.
    """

    notification_id: str
    exporting_country: str
    importing_country: str
    chemical: Chemical
    trade_name: str
    mixture: bool
    concentration: Concentration | None
    first_export: date
    amount: Amount
    category: str
    use: str
    purposes: tuple[str, ...]
    exporter: Exporter | None
    remarks: tuple[str, ...]
    companions: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True, slots=True)
class Refused:
    """A row that cannot be posted, with every reason."""

    notification_id: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, kw_only=True, slots=True)
class Readings:
    """What each reader made of one row."""

    authority: Reading[str]
    importer: Reading[str]
    chemical: Reading[Chemical]
    concentration: Reading[Concentration]
    first_export: Reading[date]
    amount: Reading[Amount]
    exporter: Reading[Exporter]

    @property
    def remarks(self) -> tuple[str, ...]:
        readings = (
            self.importer,
            self.chemical,
            self.concentration,
            self.first_export,
            self.amount,
            self.exporter,
        )
        return tuple(remark for reading in readings for remark in reading.remarks)


def read_row(row: Mapping[str, str], *, release_year: int | None = None) -> Notification | Refused:
    """`release_year` is the year the whole release is for, used where a row states none."""
    read = _read_fields(row, release_year)
    amount, chemical = read.amount.value, read.chemical.value
    authority, importer = read.authority.value, read.importer.value
    first_export = read.first_export.value
    if (
        amount is None
        or amount.unit is None
        or chemical is None
        or authority is None
        or importer is None
        or first_export is None
    ):
        return Refused(notification_id=row["notification_id"], reasons=_reasons(read))
    return Notification(
        notification_id=row["notification_id"],
        exporting_country=authority,
        importing_country=importer,
        chemical=chemical,
        trade_name=tidy(row["trade_name"]),
        mixture=_is_mixture(row),
        concentration=read.concentration.value,
        first_export=first_export,
        amount=amount,
        category=read_category(row["category"]),
        use=tidy(row["use"]),
        purposes=read_purposes(row["use"]),
        exporter=read.exporter.value,
        remarks=read.remarks,
    )


def _read_fields(row: Mapping[str, str], release_year: int | None) -> Readings:
    authority = read_country(row["exporter_country"])
    code = authority.value or ""
    return Readings(
        authority=authority,
        importer=read_country(row["importing_party_raw"]),
        chemical=read_chemical(row["chemical_raw"], row["cas"]),
        concentration=read_concentration(
            row["concentration_raw"],
            subject_type=row["subject_type"],
            trade_name=row["trade_name"],
            authority=code,
        ),
        first_export=read_date(
            row["first_export_date_raw"],
            export_year=row["export_year"],
            release_year=release_year,
        ),
        amount=read_amount(row["yearly_amount_raw"]),
        exporter=read_exporter(row["exporter_raw"], row["exporter_address"], code),
    )


def _reasons(read: Readings) -> tuple[str, ...]:
    """The remarks of the readers that could not answer, or a word for what is blank."""
    needed: tuple[tuple[str, Reading[object]], ...] = (
        ("authority", read.authority),
        ("importing country", read.importer),
        ("chemical", read.chemical),
        ("first export", read.first_export),
        ("amount", read.amount),
    )
    reasons: list[str] = []
    for name, reading in needed:
        unit_missing = isinstance(reading.value, Amount) and reading.value.unit is None
        if reading.value is None or unit_missing:
            reasons.extend(reading.remarks or (f"{name} is not stated",))
    return tuple(reasons)


def _is_mixture(row: Mapping[str, str]) -> bool:
    """By the stated type; the lists without types give mixtures a trade name or a strength."""
    if row["subject_type"].strip():
        return fold(row["subject_type"]) not in PURE
    return bool(row["trade_name"].strip() or row["concentration_raw"].strip())
