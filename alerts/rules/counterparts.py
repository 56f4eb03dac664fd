"""Who trades with whom, by either end: the parties of the export and of the import declaration."""

from collections.abc import Iterable, Iterator

from alerts.rules import Dossier
from alerts.rules.columns import column, goods_of
from alerts.rules.names import same_trader
from ledger.claims import Party
from ledger.events.amendments import Amended
from ledger.events.movements import ExportReleased
from ledger.events.notices import NoticeSent
from ledger.events.permits import ExportAuthorised
from ledger.events.receptions import Arrived, Delivered, ImportCleared, ReceiptConfirmed
from ledger.vocabulary import ShipmentEvent

ENDS = ("exporter", "importer")
_OUT = (NoticeSent, ExportAuthorised, ExportReleased, Amended)
_IN = (ImportCleared,)
_THERE = (Arrived, ImportCleared, Delivered, ReceiptConfirmed)


def other_parties(dossier: Dossier) -> Iterator[tuple[str, bool]]:
    """The roles in which the two ends name different traders; whether only the number differs.

    Each end may write a trader in several ways: one that fits one of the other's is enough.
    """
    for role in ENDS:
        out, back = _named(dossier, _OUT, role), _named(dossier, _IN, role)
        declared = _named(dossier, (ExportReleased,), role)
        if not declared or not back or _any_alike(out, back, alike=0.88):
            continue
        yield role, _any_alike(map(_unnumbered, out), tuple(map(_unnumbered, back)), alike=0.95)


def of_another(dossier: Dossier) -> bool:
    """Whether an import declaration looks like that of another shipment.

    It is of goods that nobody released, while another statement of the far end has the goods that
    were, or while its traders are strangers too.
    """
    released = column(dossier, "released")
    sent = {line.substance for line in released.lines} if released else set()
    there = [goods_of(each.event) for each in dossier.stated(*_THERE)]
    declared = [goods_of(each.event) for each in dossier.stated(ImportCleared)]
    strange = any(sent.isdisjoint(each.substance for each in goods) for goods in declared if goods)
    came = any(each.substance in sent for goods in there for each in goods)
    strangers = [role for role, renumbered in other_parties(dossier) if not renumbered]
    return strange and (came or len(strangers) == len(ENDS))


def _any_alike(out: Iterable[Party], back: tuple[Party, ...], *, alike: float) -> bool:
    return any(same_trader(one, other, alike=alike) for one in out for other in back)


def _named(
    dossier: Dossier, kinds: tuple[type[ShipmentEvent], ...], role: str
) -> tuple[Party, ...]:
    stated = (getattr(each.event, "parties", None) for each in dossier.stated(*kinds))
    return tuple({p: None for s in stated if (p := getattr(s, role, None)) is not None})


def _unnumbered(party: Party) -> Party:
    return Party(name=party.name, country=party.country)
