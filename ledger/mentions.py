"""What an event mentions: identifiers that can be judged, and words a search should find it by.

Derived from annotations, so that an event type never has to say it twice.
"""

import functools
import hashlib
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from marshmallow import fields

from ledger import spellings
from ledger.claims import Child, Document, Line, Party, folded
from ledger.fields import Several
from ledger.identifiers import complaint, normal
from ledger.schemas import schema_of
from ledger.vocabulary import Event

Mention = tuple[str, str]
UNJUDGED = frozenset({"seal"})
SAYING = frozenset({Line, Party, Child, Document})  # the claims that are mentions themselves


@dataclass(slots=True)
class _Survey:
    """One walk through an event: its identifiers, and the claims in it at any depth."""

    identifiers: list[tuple[str, str]] = field(default_factory=list)
    claims: list[Any] = field(default_factory=list)


def _survey(event: Event) -> _Survey:
    """Remembered on the event itself, as a cached property is: door and projections both ask."""
    known: _Survey | None = event.__dict__.get("_survey")
    if known is None:
        known = event.__dict__["_survey"] = _Survey()
        _gather(event, known)
    return known


def identifiers_of(event: Event) -> list[tuple[str, str, str]]:
    """Every identifier in the event as (JSON pointer, kind, value as written)."""
    return list(_placed(event, ""))


def kinds_of(event: Event) -> list[tuple[str, str]]:
    """The same without where each of them stands, which is most of the work."""
    found = _Survey()
    _gather(event, found)
    return found.identifiers


def warnings_of(event: Event) -> tuple[tuple[str, str], ...]:
    """What is wrong with its identifiers, as (JSON pointer, sentence); never a refusal."""
    for kind, value in _survey(event).identifiers:
        if kind not in UNJUDGED and complaint(kind, value) is not None:
            break
    else:
        return ()  # as nearly always, and then nobody asks where each of them stands
    return tuple(
        (pointer, said)
        for pointer, kind, value in identifiers_of(event)
        if kind not in UNJUDGED and (said := complaint(kind, value)) is not None
    )


def mentions_of(event: Event) -> frozenset[Mention]:
    """The (kind, normal value) pairs that a search finds this event by. Nominal data never."""
    known: frozenset[Mention] | None = event.__dict__.get("_mentions")
    if known is None:
        known = event.__dict__["_mentions"] = frozenset(_mentions(event))
    return known


def _mentions(event: Event) -> set[Mention]:
    found: set[Mention] = set()
    survey = _survey(event)
    for kind, value in survey.identifiers:
        if kind in {"container", "seal"}:
            found.add((kind, normal(kind, value)))
        elif kind == "mrn":
            found.add(("document", normal_number(value)))
    for claim in survey.claims:
        found.update(_said_by(claim))
    for name in ("pen", "authorisation", "licence", "seizure"):
        number = getattr(event, name, None)
        if isinstance(number, str):
            found.add(("document", normal_number(number)))
    return found


def normal_number(number: str) -> str:
    """A document number as a search compares it: upper case, single blanks."""
    return " ".join(number.upper().split())


def trader_id(key: str) -> str:
    """What a trader is called where its key must not stand: it may hold a name.

    SHA-256 of the key, 32 hexadecimal digits. It hides a key from who reads an address or a log,
    not from who guesses it.
    """
    return hashlib.sha256(key.encode()).hexdigest()[:32]


def _said_by(value: Any) -> Iterable[Mention]:
    if isinstance(value, Line):
        return (("substance", value.substance),)
    if isinstance(value, Party):
        return _said_of(value)
    if isinstance(value, Child):
        return (("part", value.shipment),)
    if isinstance(value, Document):
        number = normal_number(value.number)
        return ("document", number), (f"document:{value.type}", number)
    return ()


@functools.lru_cache(maxsize=16_384)
def _said_of(party: Party) -> tuple[Mention, ...]:
    """What a trader is found by; the same party is in most statements about a shipment."""
    ways = ((kind, getattr(party, kind)) for kind in ("phone", "email", "address"))
    return (
        ("trader", party.key),
        ("trader-id", trader_id(party.key)),
        ("name", folded(party.name)),
        *(("sound", f"{party.country} {sound}") for sound in sorted(spellings.sounds(party.name))),
        *((kind, folded(said)) for kind, said in ways if said),
    )


@functools.cache
def _plan(kind: Any) -> tuple[tuple[tuple[str, str], ...], tuple[str, ...]]:
    """Of one class: its judged properties with their kinds, and those that hold other claims.

    Claims that neither are a mention nor hold anything that counts are not walked into.
    """
    judged: list[tuple[str, str]] = []
    nested: list[str] = []
    for name, each in schema_of(kind).fields.items():
        plain = each.inner if isinstance(each, Several) else each
        if isinstance(plain, fields.Nested):
            made_by: Any = plain.schema
            if name != "nominal" and (made_by.makes in SAYING or any(_plan(made_by.makes))):
                nested.append(name)
        elif "identifier" in plain.metadata:
            judged.append((name, plain.metadata["identifier"]))
    return tuple(judged), tuple(nested)


def _gather(value: Any, into: _Survey) -> None:
    of: Any = type(value)
    judged, nested = _plan(of)
    for name, kind in judged:
        said = getattr(value, name)
        if type(said) is str:
            into.identifiers.append((kind, said))
        elif said:
            into.identifiers.extend([(kind, item) for item in said])
    for name in nested:
        inner = getattr(value, name)
        if type(inner) is tuple:
            into.claims.extend(inner)
            for item in inner:
                _gather(item, into)
        elif inner is not None:
            into.claims.append(inner)
            _gather(inner, into)


def _placed(value: Any, pointer: str) -> Iterator[tuple[str, str, str]]:
    """As `_gather` finds them, each identifier with where it stands."""
    of: Any = type(value)
    judged, nested = _plan(of)
    for name, kind in judged:
        said = getattr(value, name)
        if type(said) is str:
            yield f"{pointer}/{name}", kind, said
        else:
            for place, item in enumerate(said or ()):
                yield f"{pointer}/{name}/{place}", kind, item
    for name in nested:
        inner = getattr(value, name)
        if type(inner) is tuple:
            for place, item in enumerate(inner):
                yield from _placed(item, f"{pointer}/{name}/{place}")
        elif inner is not None:
            yield from _placed(inner, f"{pointer}/{name}")
