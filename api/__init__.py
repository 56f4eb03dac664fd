"""The edges: HTTP, the command line, and the one place that wires everything together.

`api.application.create_app` makes the Flask application; `api.cli` is the command `shield`;
`api.client` is what an agency's back office links against. This page imports nothing.
"""

from collections.abc import Mapping
from typing import Any


class Misconfigured(Exception):
    """A setting is missing or wrong; the message names the variable."""


class Unreachable(Exception):
    """Nobody answered, or what answered cannot answer now: the same request may be sent again."""


class Declined(Exception):
    """The server's problem document (RFC 9457), for a request that it will not fulfil."""

    def __init__(self, problem: Mapping[str, Any]) -> None:
        super().__init__(str(problem.get("detail") or problem.get("title") or "refused"))
        self.problem = problem

    @property
    def status(self) -> int:
        status = self.problem.get("status")
        return status if isinstance(status, int) else 0
