"""The ledger: signed statements in order, and what they add up to.

One half is pure (tree, entries, events, shipments, visibility): enough for a stranger to check us.
The other half keeps it in a database (store, registry, history, intake). Nothing here knows HTTP,
alerts or the clock.
"""


class LedgerError(Exception):
    """Anything the ledger refuses.

    `code` is stable and appears in answers; `pointer` is a JSON pointer into the statement's body,
    or empty when the fault is not at one place.
    """

    code = "ledger-error"

    def __init__(self, message: str, *, pointer: str = "", code: str | None = None) -> None:
        super().__init__(message)
        self.pointer = pointer
        if code is not None:
            self.code = code


class Invalid(LedgerError):
    """The statement breaks the vocabulary's rules: the submitter must mend it."""

    code = "invalid"


class NotPermitted(LedgerError):
    """The signer may not state this."""

    code = "not-permitted"


class NotFound(LedgerError):
    """There is no such thing, or none that this viewer may know of."""

    code = "not-found"


class Conflict(LedgerError):
    """The same id was already used for other bytes."""

    code = "conflict"


class Tampered(LedgerError):
    """Stored or shown bytes do not match their hashes or signatures."""

    code = "tampered"


class Undecided(LedgerError):
    """Neither right nor wrong can be told: something needed is missing or too new."""

    code = "undecided"


class ReadOnly(LedgerError):
    """The log refuses to grow, because growing could fork it."""

    code = "read-only"


class Overtaken(Conflict):
    """A witness has cosigned another size than the log supposed; `size` is the one it has."""

    code = "overtaken"

    def __init__(self, size: int) -> None:
        super().__init__(f"the witness is at size {size}")
        self.size = size


class Alarm(Tampered):
    """What a witness answers shows that this log has two histories, or that the witness has."""


class Silent(LedgerError):
    """A witness gives no cosignature this time: it is away, busy, or does not know the log."""

    code = "unavailable"


class Unrecorded(LedgerError):
    """A read could not be written to the log of reads, so it must not happen."""

    code = "reads-unavailable"
