"""From the real notifications to notices: one for each consignment, with every substance in it.

The rows of one mixture repeat its amount, so they make one notice with a line for each chemical:
nothing is added up and nothing divided. What the ledger's form needs and the release does not say
is stated as an assumption, in the remarks of the notice.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from decimal import Decimal

from ledger.quantities import show
from ledger.states import moment
from seed import reference
from seed.clerk.concentrations import Concentration
from seed.clerk.rows import Notification
from seed.world import UNDISCLOSED, Body, Json, World, exporter_of

# Regulation (EU) 649/2012 Art 8: the exporter notifies at least 35 days before the first export,
# and an importing country has 30 days to acknowledge.
AHEAD = timedelta(days=40)
REPLY = timedelta(days=30)
LONGEST_REMARKS = 4000
LONGEST_TEXT = 300

IMPORTER_MADE_UP = "parties.importer only: the release names no importer"
ASSUMED = (
    "The moment of the notice is not in the release: 40 days before the first export is assumed.",
    "The quantity is the most that may be exported in the year.",
)
AS_WEIGHT = "the basis of the concentration is not stated: taken as by weight"
AS_VOLUME = "the grams per litre stated give the concentration, so that litres have a mass"
MIXTURE = (
    "These rows are one mixture: each line has the amount of the whole mixture and the "
    "concentration of one substance."
)


@dataclass(frozen=True, kw_only=True)
class Notice:
    """What one authority will state of one consignment, and the rows it comes from."""

    rows: tuple[Notification, ...]
    body: Body

    @property
    def head(self) -> Notification:
        return self.rows[0]

    @property
    def ref(self) -> str:
        return str(self.body["shipment"])

    @property
    def agency(self) -> str:
        return f"{self.head.exporting_country}-CNA"

    @property
    def sent_at(self) -> datetime:
        return datetime.fromisoformat(self.body["occurred_at"])

    @property
    def dispatch(self) -> datetime:
        return datetime.fromisoformat(self.body["dispatch_expected"])


def notices(read: Iterable[Notification], world: World) -> Iterator[Notice]:
    """Every notification in one notice, in the order of the release; companions go together."""
    rows = {each.notification_id: each for each in read}
    done: set[str] = set()
    for each in rows.values():
        if each.notification_id not in done:
            group = (each, *(rows[other] for other in each.companions if other in rows))
            done |= {row.notification_id for row in group}
            yield Notice(rows=group, body=body_of(group, world))


def pic_programme(now: datetime) -> Iterator[Body]:
    """The chemicals of the release as a programme list of their own."""
    for listing in reference.pic_substances():
        yield {
            "kind": "substance.listed",
            "occurred_at": moment(now),
            "list": listing.list,
            "substance": listing.substance,
            "name": listing.name,
            "valid_from": listing.valid_from,
            "cas": list(listing.cas),
            "jurisdiction": listing.jurisdiction,
        }


def body_of(rows: Sequence[Notification], world: World) -> Body:
    """The body of `notice.sent` for the rows of one consignment."""
    head = rows[0]
    number = f"PIC-{head.notification_id}"
    dispatch = datetime.combine(head.first_export, time(8), tzinfo=UTC)
    goods = [line_of(row) for row in rows]
    optional = {"end_use_text": head.use} if head.use else {}
    return {
        "kind": "notice.sent",
        "occurred_at": moment(dispatch - AHEAD),
        "shipment": f"{head.exporting_country}-{number}",
        "pen": number,
        "goods": goods,
        "covers": goods,
        "covers_until": date(head.first_export.year, 12, 31).isoformat(),
        "parties": _parties(head, world),
        "route": {"exporting": head.exporting_country, "importing": head.importing_country},
        "dispatch_expected": moment(dispatch),
        "reply_due": moment(dispatch - AHEAD + REPLY),
        "legal_list": reference.PIC_LIST,
        "documents": [_document(row) for row in rows],
        "source": "Export notifications for 2024 under Regulation (EU) 649/2012, as released",
        "simulated": IMPORTER_MADE_UP,
        "remarks": " ".join(remarks_of(rows))[:LONGEST_REMARKS].strip(),
        "remarks_language": "en",
        **optional,
    }


def line_of(row: Notification) -> Body:
    """One substance of the goods: the amount as shipped and how much of it is the substance."""
    optional: dict[str, Json] = {
        "trade_name": row.trade_name[:LONGEST_TEXT].strip(),
        "cas": row.chemical.cas[0] if row.chemical.cas else "",
        "concentration": _concentration(row),
    }
    return {
        "substance": row.chemical.substance,
        "declared_name": row.chemical.name,
        "quantity": {"amount": show(row.amount.value), "unit": row.amount.unit},
        **{name: value for name, value in optional.items() if value},
    }


def remarks_of(rows: Sequence[Notification]) -> Iterator[str]:
    """Everything that was assumed on the way from the release to the notice, as sentences."""
    yield from ASSUMED
    if len(rows) > 1:
        yield MIXTURE
    for row in rows:
        said = [*row.remarks, *_forms(row)]
        if said:
            yield f"{row.notification_id}: {'; '.join(said)}."


def _forms(row: Notification) -> Iterator[str]:
    if len(row.chemical.cas) > 1:
        yield f"more CAS numbers are stated: {', '.join(row.chemical.cas[1:])}"
    stated = row.concentration
    if _by_volume(row):
        yield AS_VOLUME
    elif stated is not None and stated.basis == "unstated":
        yield AS_WEIGHT


def _by_volume(row: Notification) -> bool:
    """Litres of known grams per litre have a mass, which litres of known per cent have not."""
    stated = row.concentration
    grams = stated.grams_per_litre if stated else None
    return row.amount.unit == "LTR" and grams is not None and grams <= 1000


def _concentration(row: Notification) -> Body | None:
    """Both bounds, an open one at its end of the scale, on one of the bases the form knows."""
    stated: Concentration | None = row.concentration
    if stated is None:
        return None
    if _by_volume(row) and stated.grams_per_litre is not None:
        percent = show(stated.grams_per_litre / 10)
        return {"low": percent, "high": percent, "basis": "w/v"}
    return {
        "low": show(stated.low if stated.low is not None else Decimal(0)),
        "high": show(stated.high if stated.high is not None else Decimal(100)),
        "basis": "w/v" if stated.basis == "w/v" else "w/w",
    }


def _document(row: Notification) -> Body:
    kind = {"type": "pen", "country": row.exporting_country}
    return {**kind, "number": f"PIC-{row.notification_id}"}


def _parties(head: Notification, world: World) -> Body:
    exporter: Body = {"name": UNDISCLOSED, "country": head.exporting_country}
    if head.exporter is not None:
        named = {"name": head.exporter.name, "country": head.exporter.country}
        address = head.exporter.address[:LONGEST_TEXT].strip()
        exporter = named | ({"address": address} if address else {})
    importer = world.importer(head.importing_country, exporter_of(head))
    return {"exporter": exporter, "importer": importer, "consignee": importer}
