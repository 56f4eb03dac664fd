"""Canaries: words planted wherever a statement may say something, and a nose for them in bytes."""

import base64
import io
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from ledger import Invalid, vocabulary
from ledger.vocabulary import AlertEvent, Event, ShipmentEvent, StandingEvent
from tests import factories
from tests.factories import Journey, Step
from tests.places import changed, places

OPEN, CLOSED = "kanarienvogel", "zitronenzeisig"  # for the route; for nobody but its originator
KEPT = {"kind", "shipment", "occurred_at", "marking", "alert", "about", "about_id", "trader"}
EXTRA = ("remarks", "source", "officer", "operation", "simulated")
FAMILIES = (ShipmentEvent, StandingEvent, AlertEvent)


def kinds() -> list[str]:
    """Every kind with case data about shipments, traders, countries or alerts."""
    return [
        k for k, declared in sorted(vocabulary.kinds().items()) if issubclass(declared, FAMILIES)
    ]


def planted(body: dict[str, Any], word: str, *, person: str = CLOSED) -> dict[str, Any]:
    """The body with the word in each string that takes it; people have a word of their own."""
    made = body
    for name in EXTRA:
        made = _taken(changed(made, (name,), word), made)
    for path, value in list(places(made)):
        if isinstance(value, str) and path[0] not in KEPT:
            made = _taken(changed(made, path, word), made)
    persons = [{"name": person, "role": person, "document": person}]
    return _taken({**made, "nominal": {"persons": persons, "text": person}}, made)


def _taken(wanted: dict[str, Any], otherwise: dict[str, Any]) -> dict[str, Any]:
    try:
        vocabulary.parse(wanted)
    except Invalid:
        return otherwise
    return wanted


def step(kind: str, journey: Journey, word: str, marking: dict[str, Any] | None = None) -> Step:
    """One body of a kind full of canaries, and who states it."""
    plain = factories.step(kind, journey)
    body = planted(plain.body, word)
    if marking is not None:
        body["marking"] = marking
    return Step(body=body, agency=plain.agency, country=plain.country, role=plain.role)


def event_of(kind: str) -> type[Event]:
    return vocabulary.kinds()[kind]


@dataclass(frozen=True)
class Nose:
    """Smells some words in bytes: as they are, in any case, in base64, and inside archives."""

    words: tuple[str, ...]

    def smells(self, data: bytes) -> set[str]:
        found = set()
        for part in _parts(data):
            folded = part.lower()
            for word in self.words:
                if word.encode() in folded or any(each in part for each in _encoded(word)):
                    found.add(word)
        return found


def _parts(data: bytes) -> Iterator[bytes]:
    yield data
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            for name in archive.namelist():
                yield name.encode() + b"\n" + archive.read(name)


def _encoded(word: str) -> Iterator[bytes]:
    """How base64 spells the word, wherever in a group of three bytes it begins."""
    for spelt in (word, word.upper()):
        for before in range(3):
            whole = base64.urlsafe_b64encode(b"\x00" * before + spelt.encode())
            yield whole.rstrip(b"=")[(before * 8 + 5) // 6 : -1]
