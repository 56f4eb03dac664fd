"""What is worked out once and asked for by many rules.

Only what follows from a shipment's own statements, or from one event, may be remembered for good:
what the clock, the registry or other shipments have a part in changes while the history does not.
"""

import functools
from collections.abc import Callable
from typing import Any, TypeVar

from alerts.rules import Dossier
from alerts.rules.parameters import Parameters
from ledger.identifiers import normal
from ledger.mentions import Mention, kinds_of
from ledger.vocabulary import Event

T = TypeVar("T")
THINGS = frozenset({"container", "seal"})


def once(pure: Callable[[Dossier], T]) -> Callable[[Dossier], T]:
    """Remember what follows from a shipment's state and timeline alone, beside its history."""
    ONCE.append(pure)

    @functools.wraps(pure)
    def known(dossier: Dossier) -> T:
        kept = dossier.own
        if pure not in kept:
            kept[pure] = pure(dossier)
        found: T = kept[pure]
        return found

    return known


def for_now(pure: Callable[[Dossier], T]) -> Callable[[Dossier], T]:
    """Remember what the clock has a part in too, for as long as it is asked at the same moment.

    All steps of a scan have one: whoever is far behind learns and judges at the same moment.
    """

    @functools.wraps(pure)
    def known(dossier: Dossier) -> T:
        return _as_of(dossier.now, dossier.own, pure, dossier)

    return known


def while_judged(
    pure: Callable[[Dossier, Parameters], T],
) -> Callable[[Dossier, Parameters], T]:
    """Remember what rests on answers from elsewhere for as long as a shipment is judged.

    Of what it is learnt from nothing may be remembered so: that changes what is answered.
    """

    @functools.wraps(pure)
    def known(dossier: Dossier, p: Parameters) -> T:
        return _as_of(p, dossier.judged, pure, dossier, p)

    return known


def _as_of(basis: object, kept: dict[Any, Any], pure: Callable[..., T], *args: object) -> T:
    """What was found on this basis; found anew, and kept in its stead, on another."""
    of, found = kept.get(pure, (None, None))
    if of is None or (of is not basis and of != basis):
        found = pure(*args)
        kept[pure] = basis, found
    told: T = found
    return told


def of_event(pure: Callable[[Event], T]) -> Callable[[Event], T]:
    """Remember what follows from an event alone on the event itself, as a cached property is."""
    name = f"_{pure.__module__}.{pure.__qualname__}"

    @functools.wraps(pure)
    def known(event: Event) -> T:
        kept = event.__dict__
        if name not in kept:
            kept[name] = pure(event)
        found: T = kept[name]
        return found

    return known


@of_event
def things_of(event: Event) -> frozenset[Mention]:
    """The containers and seals that an event mentions, as `ledger.mentions` has them.

    All it mentions is a dozen times as much work, most of it for names nobody asks of here.
    """
    return frozenset(
        (kind, normal(kind, value)) for kind, value in kinds_of(event) if kind in THINGS
    )


ONCE: list[Callable[[Dossier], object]] = []  # all that is remembered so, for the test that tries
