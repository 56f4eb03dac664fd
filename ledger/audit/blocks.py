"""A run of entries that was found in order by itself, to be joined to the walk over the log."""

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """Entries from `start` on that follow each other, well signed: what the log makes of them.

    `prev` is what the first of them follows; `times` has the time of the first, and each later one
    with the index where it begins.
    """

    start: int
    prev: bytes
    hashes: tuple[bytes, ...]
    times: tuple[tuple[int, datetime], ...]

    @property
    def end(self) -> int:
        return self.start + len(self.hashes)
