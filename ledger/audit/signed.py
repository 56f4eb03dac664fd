"""The stored checkpoints against the log's key and the roots made anew from the entries."""

import math
from collections.abc import Callable

from sqlmodel import Session

from crypto import CryptoError
from crypto.notes import Verifier
from ledger import LedgerError
from ledger.audit.cells import BYTES, NUMBER, Cell, rows, show
from ledger.audit.faults import Say
from ledger.checkpoints import Checkpoint, open_checkpoint
from ledger.store import CHECKPOINTS

FAR = 1 << 63
Root = Callable[[], bytes]


class CheckpointCheck:
    """Reads the checkpoints beside the walk over the entries, in order of their size."""

    def __init__(self, session: Session, book: str, say: Say) -> None:
        self.verifier: Verifier | None = None
        self.count = 0
        self.newest = 0
        self.opened: dict[bytes, Checkpoint] = {}  # by workers, ahead of the walk
        self._say = say
        self._agreed = True
        columns = [CHECKPOINTS.c.size, CHECKPOINTS.c.note]
        self._stored = rows(session, columns, CHECKPOINTS.c.book == book)
        self._next = next(self._stored, None)

    @property
    def following(self) -> int:
        """The size at which the walk must look for the next stored checkpoint."""
        if self._next is None or self._next[0][0] > NUMBER:
            return FAR
        return math.ceil(self._next[0][1] or 0)

    def reach(self, size: int, root: Root | None) -> None:
        """The walk has come to this size; `root` makes the tree's hash, None where it can't."""
        while self._next is not None and self._next[0] <= (NUMBER, size):
            (_, said), note = self._next
            self._next = next(self._stored, None)
            place = f"checkpoint {said}"
            opened = self._opened(place, note)
            if opened is not None and (opened.size != said or said < 1):
                self._say(place, f"is one of size {opened.size}")
            elif opened is not None and root is not None and said == size:
                self._compare(place, opened.root, root())
            self.newest = size

    def finish(self, size: int) -> None:
        while self._next is not None:
            self._say(f"checkpoint {show(self._next[0])}", f"the log ends with entry {size - 1}")
            self._next = next(self._stored, None)
        if size and self.newest != size:
            self._say(f"checkpoint {size}", "is missing: the newest size is not signed")

    def _opened(self, place: str, note: Cell) -> Checkpoint | None:
        self.count += 1
        if note[0] != BYTES:
            self._say(place, "is not stored as bytes")
            return None
        if self.verifier is None:
            self._say(place, "can't be opened, since entry 0 names no key")
            return None
        if note[1] in self.opened:
            return self.opened.pop(note[1])
        try:
            return open_checkpoint(note[1], self.verifier.name, [self.verifier])
        except (CryptoError, LedgerError) as error:
            self._say(place, str(error))
            return None

    def _compare(self, place: str, signed: bytes, made: bytes) -> None:
        """One changed entry spoils every later root: the first is told, until they agree again."""
        if signed != made and self._agreed:
            self._say(place, "its root is not that of the entries")
        self._agreed = signed == made
