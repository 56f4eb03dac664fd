"""A request that is signed itself (RFC 9421), as `api.auth` reads it."""

from flask import request

from api.current import moment, node
from crypto.httpsig import Fields, Request, open_request
from crypto.tokens import Call
from ledger.roster import Roster

FIELD = "Signature-Input"


def is_signed() -> bool:
    """Whether this request brings a signature and no token."""
    return FIELD in request.headers and "Authorization" not in request.headers


def opened(roster: Roster, size: int, *, url: str) -> Call:
    """Who signed this request; raises the errors that a token's opening raises."""
    return open_request(
        Request(
            method=request.method,
            url=url,
            headers=Fields(list(request.headers.items())),
            body=request.get_data(),
        ),
        lambda kid: roster.keyring.find(kid, size).key,
        holder=lambda kid: roster.keyring.find(kid, size).holder,
        origin=node().origin,
        now=moment(),
    )
