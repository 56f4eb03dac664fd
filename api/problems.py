"""Which code of the table (`api.problem_table`) an error falls under."""

from collections.abc import Mapping

from sqlalchemy.exc import OperationalError
from werkzeug.exceptions import HTTPException

import crypto
import ledger
from api.problem_table import PROBLEMS, Problem

__all__ = ["PROBLEMS", "Problem", "Refused", "code_of"]

_BY_CLASS: Mapping[type[crypto.CryptoError], str] = {
    crypto.Malformed: "malformed",
    crypto.UnknownKey: "unenrolled-key",
    crypto.BadSignature: "bad-signature",
    crypto.Untrusted: "untrusted",
}
_BY_STATUS = {
    404: "not-found",
    405: "method-not-allowed",
    413: "too-large",
    415: "media-type",
}


class Refused(Exception):
    """A request that the edge itself refuses, by a code of the table."""

    def __init__(
        self,
        code: str,
        detail: str,
        *,
        parameter: str | None = None,
        headers: Mapping[str, str] | None = None,
    ) -> None:
        super().__init__(detail)
        self.code = code
        self.parameter = parameter
        self.headers = dict(headers or {})


def code_of(error: BaseException) -> str:
    """The code of the table that an error falls under."""
    if isinstance(error, Refused | ledger.LedgerError):
        return error.code if error.code in PROBLEMS else "internal"
    if isinstance(error, crypto.UnknownKey) and error.revoked:
        return "revoked-key"
    if isinstance(error, crypto.CryptoError):
        return next((code for of, code in _BY_CLASS.items() if isinstance(error, of)), "internal")
    if isinstance(error, HTTPException):
        status = error.code or 500
        return _BY_STATUS.get(status, "bad-request" if 400 <= status < 500 else "internal")
    return "unavailable" if isinstance(error, OperationalError) else "internal"
