"""Alerts: what does not add up, told to exactly those whom it concerns.

Rules look at shipments and find things; a scan compares what they find with what was told before
and states the difference in the ledger, signed by the hub; an outbox carries it to the countries.
Nothing here knows HTTP. Only `schedule` knows when things run.
"""


class AlertError(Exception):
    """Anything that alerts refuse or fail at; `code` is stable and holds no secret."""

    code = "alert-error"


class Undeliverable(AlertError):
    """A message did not get out: for good, or for now.

    `technical` means that the fault is on our side (no such channel, no connection), not the
    recipient's.
    """

    def __init__(self, code: str, *, for_good: bool, technical: bool = False) -> None:
        super().__init__(code)
        self.code = code
        self.for_good = for_good
        self.technical = technical


class Misconfigured(AlertError):
    """A channel, a recipient or a job is set up in a way that cannot work."""

    code = "misconfigured"


class Unreadable(AlertError):
    """Records that were handed in can't be read; says where."""

    code = "unreadable"
