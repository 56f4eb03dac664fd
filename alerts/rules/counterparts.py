"""Who trades with whom, by either end: the parties of the export and of the import declaration."""

from collections.abc import Iterable, Iterator

from alerts.rules import Dossier
from alerts.rules.names import same_trader
from ledger.claims import Party
from ledger.events.amendments import Amended
from ledger.events.movements import ExportReleased
from ledger.events.notices import NoticeSent
from ledger.events.permits import ExportAuthorised
from ledger.events.receptions import ImportCleared
from ledger.vocabulary import ShipmentEvent

_OUT = (NoticeSent, ExportAuthorised, ExportReleased, Amended)
_IN = (ImportCleared,)


def other_parties(dossier: Dossier) -> Iterator[tuple[str, bool]]:
    """The roles in which the two ends name different traders; whether only the number differs.

    Each end may write a trader in several ways: one that fits one of the other's is enough.
    """
    for role in ("exporter", "importer"):
        out, back = _named(dossier, _OUT, role), _named(dossier, _IN, role)
        declared = _named(dossier, (ExportReleased,), role)
        if not declared or not back or _any_alike(out, back, alike=0.88):
            continue
        yield role, _any_alike(map(_unnumbered, out), tuple(map(_unnumbered, back)), alike=0.95)


def _any_alike(out: Iterable[Party], back: tuple[Party, ...], *, alike: float) -> bool:
    return any(same_trader(one, other, alike=alike) for one in out for other in back)


def _named(
    dossier: Dossier, kinds: tuple[type[ShipmentEvent], ...], role: str
) -> tuple[Party, ...]:
    stated = (getattr(each.event, "parties", None) for each in dossier.stated(*kinds))
    return tuple({p: None for s in stated if (p := getattr(s, role, None)) is not None})


def _unnumbered(party: Party) -> Party:
    return Party(name=party.name, country=party.country)
