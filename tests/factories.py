"""Bodies and statements for tests: realistic, consistent within a journey, the same on every run.

`body(kind)` makes one; `journey_bodies` makes an honest life; `stated` gives what a fold takes and
`statement` what the door takes.
"""

import hashlib
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from crypto import sdjwt
from crypto.keys import PrivateKey
from ledger import vocabulary
from ledger.folding import Stated
from ledger.roster import HUB, Role, root_of
from ledger.shipments import Origin
from tests import (
    bodies_controls,
    bodies_movements,
    bodies_notices,
    bodies_people,
    bodies_registry,
    bodies_sharing,
)
from tests import bodies_standing as standing
from tests.enrolling import ORIGIN, enrolment, genesis, key_for
from tests.journeys import NOON, Journey
from tests.making import AGENCY_NAMES, HONEST, Body

__all__ = [
    "HONEST",
    "NOON",
    "ORIGIN",
    "Journey",
    "Step",
    "body",
    "enrolment",
    "factory_of",
    "genesis",
    "journey_bodies",
    "key_for",
    "origin_of",
    "poster",
    "stated",
    "statement",
    "uuid7",
]

FAMILIES = (
    *(bodies_notices, bodies_movements, bodies_controls),
    *(bodies_registry, bodies_people, bodies_sharing, standing),
)

LIFE = (
    "notice.sent",
    "notice.acknowledged",
    "notice.no_objection",
    "import.authorised",
    "export.authorised",
    "export.released",
    "shipment.departed",
    "transit.entered",
    "transit.exited",
    "shipment.arrived",
    "import.cleared",
    "shipment.delivered",
    "receipt.confirmed",
    "use.reported",
    "shipment.closed",
)

# Where a kind does not say which side of the route posts it, the side that mostly does.
SIDES = {
    "transit.entered": "transit",
    "transit.exited": "transit",
    "shipment.transhipped": "transit",
    "seal.changed": "transit",
    "party.trusted": "exporting",
    "shipment.merged": "exporting",
    "suspension.lifted": "exporting",
    "event.corrected": "exporting",
    "risk.assessed": "importing",
    "hold.placed": "importing",
    "shipment.closed": "importing",
    "shipment.split": "importing",
    "shipment.returned": "importing",
    "shipment.destroyed": "importing",
}


@dataclass(frozen=True, kw_only=True)
class Step:
    """One body and who states it."""

    body: dict[str, Any]
    agency: str
    country: str
    role: str


def _declared() -> Iterator[tuple[str, type[Body]]]:
    for family in FAMILIES:
        for made in vars(family).values():
            if isinstance(made, type) and issubclass(made, Body) and hasattr(made, "kind"):
                yield made.kind, made


def factory_of(kind: str) -> type[Body]:
    """The factory that makes bodies of a kind."""
    return next(made for name, made in _declared() if name == kind)


def body(kind: str, journey: Journey = HONEST, **overrides: Any) -> dict[str, Any]:
    """A valid body of any declared kind, with some properties of one's own."""
    made: Any = factory_of(kind)
    said: dict[str, Any] = made(journey=journey, **overrides)
    return said


def poster(kind: str, journey: Journey = HONEST) -> tuple[str, str, str]:
    """The (agency, country, role) that states a kind in this journey."""
    declared = vocabulary.kinds()[kind]
    side = SIDES.get(kind) or (declared.of[0] if declared.of else "importing")
    country: str = getattr(journey, side)
    if not declared.by:
        return root_of(journey.exporting), journey.exporting, "root"
    role = next((each for each in declared.by if each != Role.HUB), Role.HUB)
    if Role.HUB in declared.by and kind.startswith("alert."):
        role = Role.HUB
    if role == Role.HUB:
        return HUB, HUB[:2], role
    return f"{country}-{AGENCY_NAMES[role]}", country, role


def step(kind: str, journey: Journey = HONEST, **overrides: Any) -> Step:
    agency, country, role = poster(kind, journey)
    return Step(body=body(kind, journey, **overrides), agency=agency, country=country, role=role)


def journey_bodies(journey: Journey = HONEST) -> list[Step]:
    """An honest life, from the notice to the closing of the books."""
    return [step(kind, journey) for kind in LIFE]


def uuid7(ms: int, n: int = 0) -> str:
    """The UUIDv7 (RFC 9562 §5.7) of a millisecond and a number where others have randomness."""
    digits = (
        f"{ms & (2**48 - 1):012x}7{n >> 60 & 0xFFF:03x}{0x8000000000000000 | n & (2**60 - 1):016x}"
    )
    return "-".join((digits[:8], digits[8:12], digits[12:16], digits[16:20], digits[20:]))


def origin_of(
    agency: str, occurred_at: datetime, *, n: int = 0, jti: str | None = None, delay: int = 3600
) -> Origin:
    """Who stated an event, `delay` seconds after it happened; `n` tells equal moments apart."""
    issued = int(occurred_at.timestamp()) + delay
    return Origin(
        agency=agency,
        country=agency[:2],
        jti=jti or uuid7(issued * 1000, n),
        issued_at=issued,
        occurred_at=occurred_at,
    )


def stated(
    made: dict[str, Any] | Step, agency: str = "", *, n: int = 0, jti: str | None = None
) -> Stated:
    """A body, or a step, as a fold takes it: parsed, with its origin."""
    said, by = (made.body, made.agency) if isinstance(made, Step) else (made, "")
    event = vocabulary.parse(said)
    by = agency or by or poster(event.kind)[0]
    # The kind takes part, so that two kinds of one moment are two statements.
    number = n + (sum(map(ord, event.kind)) << 20)
    return Stated(event=event, by=origin_of(by, event.occurred_at, n=number, jti=jti))


def salts(jti: str) -> Callable[[int], bytes]:
    """Salts that follow from the statement's id, so that a statement has the same bytes again."""
    numbers = itertools.count()
    return lambda size: hashlib.sha256(f"{jti}/{next(numbers)}".encode()).digest()[:size]


def statement(
    made: dict[str, Any],
    *,
    agency: str,
    origin: str = ORIGIN,
    jti: str | None = None,
    iat: int | None = None,
    key: PrivateKey | None = None,
) -> bytes:
    """A signed statement: registry kinds in public, any other with each property a claim."""
    event = vocabulary.parse(made)
    issued = int(event.occurred_at.timestamp()) + 3600 if iat is None else iat
    number = int.from_bytes(hashlib.sha256(repr(sorted(made.items())).encode()).digest()[:7], "big")
    name = jti or uuid7(issued * 1000, number)
    public = {"iss": agency, "aud": origin, "iat": issued, "jti": name}
    claims = {} if event.public else made
    public = public | made if event.public else public
    return sdjwt.wrap(claims, public=public, key=key or key_for(agency), salt=salts(name))
