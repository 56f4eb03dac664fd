"""Personal data, in a claim apart: it is never projected, logged, mailed or exported in clear."""

from dataclasses import dataclass

from ledger.fields import Country, Day, LongText, Number, Text


@dataclass(frozen=True, kw_only=True)
class Person:
    """A natural person: only ever inside the `nominal` claim (DESIGN §5, rule 7)."""

    name: Text
    role: Text | None = None
    born: Day | None = None
    nationality: Country | None = None
    document: Number | None = None


@dataclass(frozen=True, kw_only=True)
class Nominal:
    """Personal data, apart from everything else so that it can be withheld and erased."""

    persons: tuple[Person, ...] = ()
    text: LongText | None = None
