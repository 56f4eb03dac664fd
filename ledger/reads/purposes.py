"""Why somebody reads: a class that owners may know of, and the reader's own case.

One spelling, an item of RFC 9651 with at most one parameter: `investigation; case="KE-2026-17"`.
"""

import re
from dataclasses import dataclass
from typing import Final, Self

from ledger import Invalid

CLASSES: Final = ("investigation", "clearance", "risk", "statistics", "audit", "duty")

_SPELLING = re.compile(r'([a-z]+)(?:; *case="([ !#-\[\]-~]{1,80})")?')
_CASE = re.compile(r"[ !#-\[\]-~]{1,80}")

# What `parse` takes, as documents say it.
PATTERN: Final = rf'^(?:{"|".join(CLASSES)})(?:; *case="{_CASE.pattern}")?$'


@dataclass(frozen=True, kw_only=True, slots=True)
class Purpose:
    """What the data is for. `case` is the reader's own reference, and never shown to owners."""

    sort: str
    case: str | None = None

    def __post_init__(self) -> None:
        if self.sort not in CLASSES:
            raise Invalid(f"the purpose is one of {', '.join(CLASSES)}", code="purpose-missing")
        if self.case is not None and not _CASE.fullmatch(self.case):
            what = "a case is 1 to 80 printable ASCII characters without quotes and backslashes"
            raise Invalid(what, code="purpose-missing")

    @classmethod
    def parse(cls, said: str) -> Self:
        """Read a purpose; Invalid says what is wrong with it."""
        found = _SPELLING.fullmatch(said.strip())
        if found is None:
            what = 'say the purpose like this: investigation; case="KE-2026-17"'
            raise Invalid(what, code="purpose-missing")
        return cls(sort=found[1], case=found[2])

    def __str__(self) -> str:
        return self.sort if self.case is None else f'{self.sort}; case="{self.case}"'
