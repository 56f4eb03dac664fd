"""What went wrong, as an exit code and a sentence, or a problem document with --json."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from sqlalchemy.exc import OperationalError

from alerts import AlertError
from api import Declined, Misconfigured, Unreachable, problems
from api.cli.output import printed, wants_json
from api.problems import PROBLEMS, code_of
from crypto import CryptoError, Untrusted
from ledger import LedgerError, NotFound, Tampered, Undecided

UNEXPECTED, USAGE, TAMPERED, REFUSED, NOT_FOUND = 1, 2, 3, 4, 5
MISCONFIGURED, UNREACHABLE, UNDECIDED = 6, 7, 10

_EXITS: tuple[tuple[type[Exception], int], ...] = (
    (Tampered, TAMPERED),
    (Undecided, UNDECIDED),
    (NotFound, NOT_FOUND),
    (LedgerError, REFUSED),
    (Untrusted, MISCONFIGURED),  # a wrong password, or a key file that others can read
    (CryptoError, REFUSED),
    (Misconfigured, MISCONFIGURED),
    (Unreachable, UNREACHABLE),
    (problems.Refused, USAGE),  # a filter that the API would refuse as well
    (AlertError, MISCONFIGURED),  # a channel or a recipient that can't work
    (OperationalError, UNREACHABLE),
    (OSError, MISCONFIGURED),
)


@dataclass(frozen=True, kw_only=True)
class Failure:
    """An expected failure: told in a sentence on stderr, without a traceback."""

    problem: Mapping[str, Any]
    exit_code: int

    @property
    def text(self) -> str:
        if wants_json():
            return printed(self.problem)
        said = self.problem.get("detail") or self.problem.get("title") or "no reason was given"
        pointer, mend = self.problem.get("pointer"), self.problem.get("mend")
        where = f" at {pointer}" if pointer and pointer not in said else ""
        code = self.problem.get("code", self.exit_code)
        return f"Error: {said}{where} [{code}]" + (f"\nTo mend it: {mend}" if mend else "")


def failure_of(error: Exception) -> Failure | None:
    """The failure an expected error comes to; None for one that nobody foresaw."""
    if isinstance(error, Declined):
        exit_code = NOT_FOUND if error.status == 404 else REFUSED
        return Failure(problem=problem_of(error), exit_code=exit_code)
    found = next((exit_code for of, exit_code in _EXITS if isinstance(error, of)), None)
    if found is None:
        return None
    return Failure(problem=problem_of(error), exit_code=found)


def problem_of(error: Exception) -> dict[str, Any]:
    """The members of a problem document, as the API would answer it."""
    if isinstance(error, OperationalError):
        detail = f"the database can't be reached: {str(error.orig).splitlines()[0]}"
        return {"code": "unavailable", "detail": detail}
    if isinstance(error, Declined):
        return {"code": "refused", "detail": str(error), **error.problem}
    if not isinstance(error, LedgerError | CryptoError | problems.Refused):
        return {"code": type(error).__name__.lower(), "detail": str(error)}
    code = code_of(error)
    problem = PROBLEMS[code]
    told = {"code": code, "title": problem.title, "detail": str(error), "mend": problem.mend}
    pointer = getattr(error, "pointer", "")
    return {**told, "pointer": pointer} if pointer else told
