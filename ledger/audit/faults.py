"""What an audit finds: each fault with its place, and a report of them all."""

from collections.abc import Callable
from dataclasses import dataclass, field

from ledger import Tampered

KEPT = 20

Say = Callable[[str, str], None]  # the place, and what is wrong with it


@dataclass(frozen=True, kw_only=True, slots=True)
class Fault:
    """Something that is not as the log says; `place` is like `entry 17` or `tile 0/3`."""

    place: str
    what: str

    def __str__(self) -> str:
        return f"{self.place}: {self.what}"


@dataclass
class Faults:
    """The first faults in the order they were met, and how many there are in all."""

    kept: list[Fault] = field(default_factory=list)
    count: int = 0

    def add(self, place: str, what: str) -> None:
        self.count += 1
        if len(self.kept) < KEPT:
            self.kept.append(Fault(place=place, what=what))

    def within(self, book: str) -> Say:
        """Say it of another book than the ledger's own."""
        return lambda place, what: self.add(f"{book}: {place}", what)


@dataclass(frozen=True, kw_only=True, slots=True)
class Report:
    """What an audit walked over, and what it found wrong; `faults` has the first of them.

    `derived` says whether the projections and tags could be compared: they can't where the log
    itself can't be read.
    """

    size: int
    root: bytes
    checkpoints: int
    derived: bool
    faults: tuple[Fault, ...]
    count: int

    def check(self) -> None:
        """Raise Tampered with the first place, if there is any."""
        if self.faults:
            raise Tampered(f"{self.count} faults, first {self.faults[0]}")
