"""What event types share: the kind's name, its fields, who may post it, and how it is read.

`@event(kind, ...)` declares a type; its annotations are its schema, its docstring is what an
investigator reads, its `apply` is what it does to the derived state. Nothing else needs to know.
"""

import dataclasses
import functools
import importlib
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, TypeVar

from ledger import Invalid, NotPermitted
from ledger.cases import Case
from ledger.claims import Document, Marking
from ledger.fields import (
    AlertId,
    Code,
    Language,
    LongText,
    Moment,
    Number,
    ShipmentRef,
    Text,
    UtcOffset,
)
from ledger.nominal import Nominal
from ledger.roster import Role, Roster, Signer
from ledger.schemas import load
from ledger.shipments import Origin, Shipment
from ledger.standing import Standing

OFFICES = (Role.AUTHORITY, Role.CUSTOMS)
ENFORCERS = (Role.AUTHORITY, Role.CUSTOMS, Role.POLICE)
ROUTE = ("exporting", "importing", "transit")


@dataclass(frozen=True, kw_only=True)
class Event:
    """What a statement says. Subclasses add claims; every one is separately disclosable."""

    kind: ClassVar[str]
    by: ClassVar[tuple[Role, ...]]
    of: ClassVar[tuple[str, ...]]
    needs: ClassVar[tuple[str, ...]]
    public: ClassVar[bool] = False

    occurred_at: Moment

    @property
    def subject(self) -> tuple[str, str]:
        """What the event is about: (`shipment` | `trader` | `country` | `alert` | …, its id)."""
        raise NotImplementedError

    def check_signer(self, country: str) -> None:
        """Refuse what this country may not state, as far as the event itself can tell."""

    def check_poster(self, agency: str, roles: frozenset[str]) -> None:
        """Refuse what this agency may not state in these roles, as far as the event can tell."""

    @property
    def rests_on(self) -> tuple[tuple[str, str], ...]:
        """The subjects whose earlier statements tell whether this one takes two people."""
        return (self.subject,)

    def needs_four_eyes(self, before: Any) -> bool:
        """Whether this takes two people, where its authority is under four eyes.

        `before` is the roster for a registry statement; for any other the events about what it
        `rests_on`, in order of the log. A kind that may need them says so here and nowhere else.
        """
        del before
        return False


@dataclass(frozen=True, kw_only=True)
class CaseEvent(Event):
    """An event with case data: marked, documented, and perhaps with a nominal claim."""

    marking: Marking = dataclasses.field(default_factory=Marking)
    documents: tuple[Document, ...] = ()
    remarks: LongText | None = None
    remarks_language: Language | None = None
    local_offset: UtcOffset | None = None
    officer: Number | None = None
    nominal: Nominal | None = None
    operation: Code | None = None
    source: Text | None = None
    simulated: Text | None = None


@dataclass(frozen=True, kw_only=True)
class ShipmentEvent(CaseEvent):
    """An event about one shipment: a step of its life."""

    shipment: ShipmentRef

    @property
    def subject(self) -> tuple[str, str]:
        return ("shipment", self.shipment)

    def apply(self, shipment: Shipment, by: Origin) -> Shipment:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class StandingEvent(CaseEvent):
    """A fact about a trader or a country that shipments are judged against."""

    def apply(self, standing: Standing, by: Origin) -> Standing:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class AlertEvent(CaseEvent):
    """A step in the life of one alert."""

    alert: AlertId

    @property
    def subject(self) -> tuple[str, str]:
        return ("alert", self.alert)

    def apply(self, case: Case, by: Origin) -> Case:
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class RegistryEvent(Event):
    """A public statement about who may speak, and about the programme's lists."""

    public = True

    @property
    def subject(self) -> tuple[str, str]:
        return ("registry", self.kind)

    def authorities(self, by: Signer) -> tuple[str, ...]:
        """Whose two people it takes, if it takes two: the first's, or another's in its place."""
        return (by.country,)

    def apply(self, roster: Roster, by: Signer) -> Roster:
        """The roster after this statement; `NotPermitted` where the signer may not make it."""
        raise NotImplementedError


@dataclass(frozen=True, kw_only=True)
class Erased(Event):
    """What is left of a statement whose body was erased: somebody stated something about this.

    Nobody posts it, so it is no declared kind. It changes no state, and it happened, as far as
    anybody can still tell, when it was signed.
    """

    kind = "statement.erased"
    by = ()
    of = ()
    needs = ()

    about: Text
    about_id: Text

    @property
    def subject(self) -> tuple[str, str]:
        return (self.about, self.about_id)


E_ = TypeVar("E_", bound=Event)
KINDS: dict[str, type[Event]] = {}


def event(
    kind: str, *, by: tuple[Role, ...], of: tuple[str, ...] = (), needs: tuple[str, ...] = ()
) -> Callable[[type[E_]], type[E_]]:
    """Declare an event type.

    `by`: the roles that may post it. `of`: the places on the route (`exporting`, `importing`,
    `transit`) its country must hold; empty means any country. `needs`: nested properties that
    this kind requires although the shared claim leaves them open, as dotted paths.
    """

    def declare(cls: type[E_]) -> type[E_]:
        if not cls.__dict__.get("__doc__"):
            raise TypeError(f"{kind} has no docstring for the investigator")
        if kind in KINDS:
            raise TypeError(f"{kind} is declared twice")
        cls.kind, cls.by, cls.of, cls.needs = kind, by, of, needs
        made = dataclass(frozen=True, kw_only=True)(cls)
        KINDS[kind] = made
        return made

    return declare


@functools.cache
def kinds() -> Mapping[str, type[Event]]:
    """Every declared kind; the first call imports each family in `ledger.events`.

    By name, since the families import this module: the arrow points one way.
    """
    families = importlib.import_module("ledger.events")
    for module in pkgutil.iter_modules(families.__path__):
        importlib.import_module(f"ledger.events.{module.name}")
    return KINDS


def parse(body: Mapping[str, Any]) -> Event:
    """The event that a statement's body states; `Invalid` with a pointer where it states none."""
    kind = body.get("kind")
    declared = kinds().get(kind) if isinstance(kind, str) else None
    if declared is None:
        raise Invalid("no such kind of event", pointer="/kind", code="unknown-kind")
    said = dict(body)
    del said["kind"]
    made: Event = load(declared, said)
    check_needs(made)
    return made


def check_needs(made: Event) -> None:
    for path in made.needs:
        value: Any = made
        for step in path.split("."):
            value = getattr(value, step, None)
        if value is None or value == ():
            pointer = "/" + path.replace(".", "/")
            raise Invalid(
                f"{pointer}: a {made.kind} must say this", pointer=pointer, code="missing-field"
            )


def check_signer(made: Event, roles: frozenset[str], country: str) -> None:
    """Whether an agency with these roles, of this country, may state this event at all."""
    if not roles.intersection(made.by):
        wanted = " or ".join(made.by)
        raise NotPermitted(f"only a {wanted} may post {made.kind}", code="kind-not-permitted")
    made.check_signer(country)


def families() -> Iterator[tuple[str, list[type[Event]]]]:
    """The kinds grouped by the first word of their name, for documents and help texts."""
    grouped: dict[str, list[type[Event]]] = {}
    for kind, cls in sorted(kinds().items()):
        grouped.setdefault(kind.partition(".")[0], []).append(cls)
    yield from grouped.items()
