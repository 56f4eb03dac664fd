"""How often somebody may try to come in: by link, by passkey and by network address.

Guessing 256 bits is hopeless anyway. What is limited is the work that a stranger can cause.
"""

from datetime import timedelta

from flask import request

from api import allowances
from api.allowances import Allowance
from api.current import moment, node
from api.people import tokens
from ledger import databases

BOOK = "people"  # no book of the log's: on PostgreSQL nothing here waits for the log's pen
FROM_ONE_ADDRESS = Allowance(what="entrance", quota=600, period=timedelta(minutes=10))
WITH_ONE_KEY = Allowance(what="passkey", quota=60, period=timedelta(minutes=10))


def from_here() -> None:
    """Count an attempt from this network address; Refused (429) when there were too many."""
    _spend(FROM_ONE_ADDRESS, request.remote_addr or "")


def by(what: str) -> None:
    """Count an attempt with this credential or link."""
    _spend(WITH_ONE_KEY, what)


def _spend(allowance: Allowance, what: str) -> None:
    # A hash of an address can be undone by trying all: it stays no longer than it counts.
    with databases.writing(node().engine, BOOK) as session:
        allowances.forget(session, allowance, now=moment())
        allowances.spend(session, allowance, tokens.digest(what)[:24], now=moment())
