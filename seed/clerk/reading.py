"""What a reader hands back: a value and the assumptions it took to get there."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Generic, TypeVar

Value_co = TypeVar("Value_co", covariant=True)


@dataclass(frozen=True, slots=True)
class Reading(Generic[Value_co]):
    """`value` is None where the field does not say; `remarks` are in words, for an investigator."""

    value: Value_co | None
    remarks: tuple[str, ...] = ()


def fold(text: str) -> str:
    """The same for every spelling: no accents, no case, no points, single spaces."""
    bare = "".join(c for c in unicodedata.normalize("NFKD", text) if not unicodedata.combining(c))
    return re.sub(r"[^\w]+", " ", bare.casefold().replace(".", "")).strip()


def tidy(text: str) -> str:
    """One line without a spreadsheet's leftovers; `_x000D_` is how it writes a carriage return."""
    return re.sub(r"\s+", " ", text.replace("_x000D_", " ")).strip(" ;")
