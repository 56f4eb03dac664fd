"""The custody report as plain rows: what its HTML and its PDF both show, and no more.

Who stated what and when, the balance, the seals, and the alerts that the reader may see; for each
line the entry and its hash, by which the proofs are found.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crypto.encodings import b64_encode
from ledger.bundling import Gathered, Told
from ledger.quantities import show
from ledger.views import Seen

MEASURES = (
    *("notified", "authorised", "released", "departed", "arrived", "cleared", "delivered"),
    *("received", "used"),
)
PLACES = ("place", "delivery_place", "storage_place")


@dataclass(frozen=True, kw_only=True)
class Table:
    """A heading, columns with their widths in percent, and rows of text."""

    title: str
    columns: tuple[tuple[str, int], ...]
    rows: tuple[tuple[str, ...], ...]
    empty: str


@dataclass(frozen=True, kw_only=True)
class Report:
    """Everything that is shown, in order."""

    title: str
    facts: tuple[tuple[str, str], ...]
    tables: tuple[Table, ...]
    notes: tuple[str, ...]
    issued_at: datetime


def report(gathered: Gathered, *, now: datetime) -> Report:
    """The report for the viewer that the evidence was gathered for."""
    return Report(
        title=f"Custody report: {gathered.state.ref}",
        facts=tuple(_facts(gathered)),
        tables=(_history(gathered), _balance(gathered), _seals(gathered), _alerts(gathered)),
        notes=tuple(_notes(gathered)),
        issued_at=now,
    )


def _facts(gathered: Gathered) -> Iterator[tuple[str, str]]:
    state, table = gathered.state, gathered.manifest
    yield "Shipment", state.ref
    yield "Status", state.status
    if state.flags:
        yield "Flags", ", ".join(sorted(state.flags))
    if state.route:
        through = "".join(f" > {country}" for country in state.route.transit)
        yield "Route", f"{state.route.exporting}{through} > {state.route.importing}"
    yield "Substances", ", ".join(state.substances) or "not stated"
    for role in ("exporter", "importer"):
        party = getattr(state.parties, role, None)
        if party is not None:
            yield role.capitalize(), f"{party.name}, {party.country}"
    yield "Issued", f"to {table.issued_to} at {_minute(table.issued_at)}"
    yield "Log", f"{table.origin}, {table.size} entries"
    yield "Root", b64_encode(table.root)


def _history(gathered: Gathered) -> Table:
    return Table(
        title="What was stated, in the order it happened",
        columns=(
            *(("Happened (UTC)", 11), ("Recorded (UTC)", 11), ("Agency", 10)),
            *(("Statement", 26), ("Place", 7), ("Entry", 5), ("Its hash", 30)),
        ),
        rows=tuple(
            (
                _minute(seen.record.event.occurred_at.isoformat()),
                _minute(seen.record.time.isoformat()),
                seen.record.parsed.issuer,
                _said(seen),
                _place(_shown(seen)),
                str(seen.record.index),
                b64_encode(gathered.receipts[seen.record.index].hash),
            )
            for seen in _in_order(gathered.history)
        ),
        empty="Nothing that this reader may see.",
    )


def _balance(gathered: Gathered) -> Table:
    """Amounts as they add up; in canonical mass where the concentration is known."""
    return Table(
        title="Balance",
        columns=(("Measure", 30), ("Substance", 40), ("Amount", 30)),
        rows=tuple(
            (measure, name.rpartition("/")[0], f"{show(amount)} {name.rpartition('/')[2]}")
            for measure, weighed in sorted(gathered.state.balance.items(), key=_rank)
            for name, amount in sorted(weighed.amounts.items())
        ),
        empty="No amounts were stated.",
    )


def _rank(measured: tuple[str, object]) -> tuple[int, str]:
    """Measures in the order of a shipment's life, and any other behind them."""
    name = measured[0]
    return (MEASURES.index(name) if name in MEASURES else len(MEASURES), name)


def _seals(gathered: Gathered) -> Table:
    return Table(
        title="Seals",
        columns=(
            *(("Seen (UTC)", 16), ("Agency", 16), ("Container", 18)),
            *(("Seals", 26), ("Intact", 10), ("Entry", 14)),
        ),
        rows=tuple(row for seen in _in_order(gathered.history) for row in _sealed(seen)),
        empty="No seals were stated.",
    )


def _sealed(seen: Seen) -> Iterator[tuple[str, ...]]:
    claims = _shown(seen)
    for name in ("transport", "observed"):
        held: dict[str, Any] = claims.get(name) or {}
        intact = {True: "yes", False: "NO"}.get(held.get("seals_intact", ""), "")
        for equipment in held.get("equipment", ()):
            yield (
                _minute(seen.record.event.occurred_at.isoformat()),
                seen.record.parsed.issuer,
                equipment.get("container", ""),
                ", ".join(equipment.get("seals", ())) or "none stated",
                intact,
                str(seen.record.index),
            )


def _alerts(gathered: Gathered) -> Table:
    return Table(
        title="Alerts about it",
        columns=(
            *(("Raised (UTC)", 14), ("Alert", 20), ("Severity", 9)),
            *(("Status", 12), ("In words", 33), ("Entries", 12)),
        ),
        rows=tuple(_alert(told) for told in gathered.alerts),
        empty="None that this reader may see.",
    )


def _alert(told: Told) -> tuple[str, ...]:
    case = told.case
    verdict = f", {case.verdict}" if case.verdict else ""
    return (
        _minute(case.raised_at.isoformat()) if case.raised_at else "",
        f"{case.rule} {case.title}",
        case.severity,
        f"{case.status}{verdict}",
        case.summary,
        ", ".join(str(each.record.index) for each in told.seen),
    )


def _notes(gathered: Gathered) -> Iterator[str]:
    yield (
        "This report is a reading aid. What proves anything are the signed statements, entries and "
        "inclusion proofs in this bundle; README.txt says how to check them."
    )
    yield (
        "The order is that of what happened, as the agencies stated it; an entry's number is the "
        "order in which it was recorded."
    )
    if gathered.manifest.history_key:
        yield (
            "The history is numbered without a gap from its first entry, which the tags of the "
            "entries prove."
        )
    else:
        yield "That the history is complete is not claimed to this reader."
    if gathered.state.irregular:
        odd = ", ".join(f"{each.kind} while {each.met}" for each in gathered.state.irregular)
        yield f"Steps that did not follow from the state they met: {odd}."


def _in_order(seen: tuple[Seen, ...]) -> list[Seen]:
    return sorted(seen, key=lambda each: each.record.by.order)


def _said(seen: Seen) -> str:
    """The kind, and the sentence by which the vocabulary explains it."""
    sentence = " ".join((type(seen.record.event).__doc__ or "").split()).partition(". ")[0]
    return f"{seen.record.event.kind}: {sentence.rstrip('.')}."


def _shown(seen: Seen) -> dict[str, Any]:
    return {name: value for name, value in seen.record.parsed.claims.items() if name in seen.claims}


def _place(claims: dict[str, Any]) -> str:
    observed = claims.get("observed") or {}
    places = [observed.get("place"), *(claims.get(name) for name in PLACES)]
    return next((str(place) for place in places if place), "")


def _minute(text: str) -> str:
    """A moment as people read it; the seconds are in the statements."""
    return text[:16].replace("T", " ")
