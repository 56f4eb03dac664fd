"""What the papers say: codes that belong together, identifiers that can be right."""

import functools
from collections.abc import Iterator
from dataclasses import dataclass, fields

from alerts.rules import Dossier, Finding, Said, Severity, evidence, rule
from alerts.rules.columns import lines_stated
from alerts.rules.declared import six_digits
from alerts.rules.headings import listed_for, usual_there
from alerts.rules.names import one_slip
from alerts.rules.parameters import Parameters
from alerts.rules.remembered import of_event, once
from alerts.rules.words import count, sentence
from ledger.claims import Line, Parties, Party
from ledger.identifiers import KINDS, complaint, normal
from ledger.mentions import kinds_of
from ledger.roster import Listing
from ledger.vocabulary import Event, ShipmentEvent

WORDS = {
    "hs": "HS code",
    "cas": "CAS number",
    "un_number": "UN number",
    "container": "container number",
    "imo": "IMO number",
    "locode": "UN/LOCODE",
    "mrn": "MRN",
    "lei": "LEI",
    "eori": "EORI number",
    "ucr": "UCR",
}
# These say which substance it is, and mails carry summaries: they are named without their value.
_A = {"hs": "an HS code", "cas": "a CAS number", "un_number": "a UN number"}


@dataclass(frozen=True, kw_only=True)
class _Odd:
    """A code on a goods line that is not one of those listed for its substance."""

    substance: str
    kind: str
    code: str
    listed: frozenset[str]

    @property
    def slip(self) -> bool:
        return any(one_slip(self.code, each) for each in self.listed)

    @property
    def means_nothing(self) -> bool:
        """Whether no substance can have it, so that nothing can pass under it."""
        return self.kind == "cas" and not _is_valid(self.kind, self.code)


@rule(
    "RF-09",
    version=5,
    severity=Severity.MEDIUM,
    family="documents",
    name="HS, CAS and UN numbers disagree with the substance",
)
def codes_disagree(dossier: Dossier, _: Parameters) -> Iterator[Finding]:
    """A goods line carries a code that is not one of those the programme lists for its substance.

    The first six digits of an HS code are compared, and only with lists of its own edition, or with
    all where it states none: codes move between editions. A code that is one wrong, missing or
    swapped character away from a listed one looks like a typing slip: it is low and only adds to
    what else is found. It is information where its check digit fails too, as a CAS number's does by
    nearly any such slip: nothing passes under a number that no substance has. So is an HS code that
    the other end of the trade has otherwise, and under which that country has declared at least two
    such loads of the substance before, and half of all: its own reading of the tariff. A substance
    on no list, or listed without such codes, is not judged.

    Source: INCB, mislabelling and misdeclaration; FATF, document indicators.
    """
    found: dict[_Odd, list[Said[ShipmentEvent]]] = {}
    for line, each in lines_stated(dossier):
        for odd in _odd_codes(dossier.roster.listed(line.substance), line):
            found.setdefault(odd, []).append(each)
    for odd, stated in found.items():
        usual = usual_there(dossier, odd.substance, odd.code, stated) if odd.kind == "hs" else ""
        harmless = bool(usual) or (odd.slip and odd.means_nothing)
        yield Finding(
            summary=f"The goods are declared under {_A[odd.kind]} that is not listed for their "
            f"substance{f', as were {usual}' if usual else _slipped(odd)}.",
            evidence=evidence(stated),
            severity=Severity.INFO if harmless else Severity.LOW if odd.slip else None,
            alone=not odd.slip and not usual,
            key=f"{odd.substance}:{odd.kind}:{odd.code}",
        )


def _slipped(odd: _Odd) -> str:
    if not odd.slip:
        return "; no typing slip explains it"
    why = ", since no substance has it" if odd.means_nothing else ""
    return f"; it looks like a typing slip{why}"


def _odd_codes(listings: tuple[Listing, ...], line: Line) -> Iterator[_Odd]:
    allowed = {
        "hs": listed_for(listings, line),
        "cas": frozenset(normal("cas", code) for item in listings for code in item.cas),
        "un_number": frozenset(normal("un_number", code) for item in listings for code in item.un),
    }
    for kind, listed in allowed.items():
        stated: str | None = getattr(line, kind)
        if stated and listed and _comparable(kind, stated) not in listed:
            code = _comparable(kind, stated)
            yield _Odd(substance=line.substance, kind=kind, code=code, listed=listed)


def _comparable(kind: str, code: str) -> str:
    return six_digits(code) if kind == "hs" else normal(kind, code)


@rule(
    "RF-27",
    version=2,
    severity=Severity.LOW,
    family="documents",
    name="Invalid identifiers",
    parameters={"medium_from": 2},
)
def invalid_identifiers(dossier: Dossier, p: Parameters) -> Iterator[Finding]:
    """Identifiers on the papers cannot be right: a check digit fails, or no such code can exist.

    Mostly somebody mistyped, and where another statement has a valid one that differs by a slip of
    the pen, somebody did. `medium_from` that no slip explains, on one shipment, look like papers
    made up by somebody who does not know the rules, and stand alone; one only adds to what else is
    found. Of an HS code with national digits the first six are judged. An authority that stands by
    an identifier says so in its verdict.

    Source: ISO 6346, CAS, UN/LOCODE, EORI, ISO 17442 (LEI), MRN and IMO numbering.
    """
    bad, good = _sorted_out(dossier)
    slips = {key for key in bad if any(k == key[0] and one_slip(key[1], v) for k, v in good)}
    firm = [key for key in bad if key not in slips and len(bad[key]) > 1]
    if not bad:
        return
    alone = len(bad.keys() - slips) >= p.whole("medium_from")
    yield Finding(
        summary=_invalid_told(sorted(bad, key=lambda key: (key in slips, key)), slips, firm),
        evidence=evidence(*bad.values()),
        severity=Severity.MEDIUM if alone else None,
        alone=alone,
    )


_Key = tuple[str, str]


@once
def _sorted_out(
    dossier: Dossier,
) -> tuple[dict[_Key, list[Said[ShipmentEvent]]], set[_Key]]:
    """The identifiers that cannot be right, by who stated them, and those that can."""
    bad: dict[_Key, list[Said[ShipmentEvent]]] = {}
    good: set[_Key] = set()
    for each in dossier.stated(ShipmentEvent):
        for key in _judged(each.event):
            if _is_valid(*key):
                good.add(key)
            else:
                bad.setdefault(key, []).append(each)
    return bad, good


@of_event
def _judged(event: Event) -> frozenset[_Key]:
    return frozenset(key for key in _identifiers(event) if key[0] in KINDS)


@functools.lru_cache(maxsize=16_384)
def _is_valid(kind: str, value: str) -> bool:
    return complaint(kind, value) is None


def _invalid_told(bad: list[_Key], slips: set[_Key], firm: list[_Key]) -> str:
    (kind, value), *more = bad
    others = f" and {count(len(more), 'other')}" if more else ""
    verb, why = "are" if more else "is", complaint(kind, value) or ""
    one = _A[kind] if kind in _A else f"{WORDS[kind]} {value}"
    said = f"{sentence(f'{one}{others}')} {verb} not valid: {why[:1].lower()}{why[1:]}"
    if (kind, value) in slips:
        return f"{said} It looks like a typing slip: another statement has one like it."
    if firm:
        said = f"{said} {len(firm)} of {len(bad)} stood alike in several statements."
    return said


def _identifiers(event: Event) -> Iterator[tuple[str, str]]:
    """Those in fields of their own, and those by which traders are registered."""
    for kind, value in kinds_of(event):
        yield kind, _comparable(kind, value) if value.isascii() else value
    parties: Parties | None = getattr(event, "parties", None)
    for party in _named(parties) if parties else ():
        if party.scheme is not None and party.identifier is not None:
            yield party.scheme, normal(party.scheme, party.identifier)


def _named(parties: Parties) -> Iterator[Party]:
    for role in fields(parties):
        value: Party | tuple[Party, ...] | None = getattr(parties, role.name)
        if isinstance(value, Party):
            yield value
    yield from parties.intermediaries
