"""Databases for tests, opened with a wrapping key that is the same in every process."""

from sqlalchemy import Engine

from crypto.concealing import WrappingKeys
from crypto.encodings import b64u_encode
from ledger import databases

LINE = b64u_encode(bytes(range(32)))


def line() -> str:
    """What a file of wrapping keys would hold; a function that another process can have too."""
    return LINE


WRAPPING = WrappingKeys(source=line)


def connect(url: str) -> Engine:
    return databases.connect(url, wrapping=WRAPPING)
