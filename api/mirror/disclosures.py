"""The disclosures that a mirror's country may see: pulled with its agency's key, kept beside.

They are not in the log, so the log's proofs say nothing of them; each must be one that the
statement's signed part commits to. What may be seen changes: `again` asks for all of them and
replaces what is held, so that what was withdrawn or erased goes here too.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import Engine, func
from sqlmodel import Session, select

from api.client import Client
from api.continuity import BadProof
from api.mirror.copying import nothing
from crypto import Malformed, sdjwt
from ledger import databases, entries, records, store
from ledger.records import DISCLOSURES

PAGE = 200


@dataclass(frozen=True, kw_only=True)
class Disclosed:
    """What one statement shows of itself."""

    index: int
    text: str


def pull(
    engine: Engine,
    client: Client,
    *,
    again: bool = False,
    progress: Callable[[int], None] = nothing,
) -> int:
    """Ask for the disclosures of every entry that the copy holds; gives how many were asked for."""
    with databases.reading(engine) as session:
        start, end = 0 if again else _next(session), store.head(session).size
    for at in range(start, end, PAGE):
        limit = min(PAGE, end - at)
        page: Any = client.get("/v1/entries", **{"from": str(at), "limit": str(limit)})
        with databases.writing(engine) as session:
            _replace(session, _checked(session, page, at, limit))
        progress(limit)
    return end - start


def _next(session: Session) -> int:
    last = session.execute(select(func.max(DISCLOSURES.c.index))).scalar_one()
    return 0 if last is None else last + 1


def _checked(session: Session, page: Any, start: int, limit: int) -> list[Disclosed]:
    """The disclosures of a page, each one committed to by the statement that our copy holds."""
    found = page.get("entries") if isinstance(page, dict) else None
    if not isinstance(found, list) or len(found) != limit:
        raise Malformed(f"the answer has no {limit} entries")
    held = store.entries(session, start, start + limit)
    return [
        _disclosed(data, index, shown) for (index, data), shown in zip(held, found, strict=True)
    ]


def _disclosed(data: bytes, index: int, shown: Any) -> Disclosed:
    statement = shown.get("statement") if isinstance(shown, dict) else None
    if not isinstance(statement, str):
        raise Malformed(f"entry {index} is shown without its statement")
    jwt, _, text = statement.partition("~")
    if jwt != entries.decode(data).jwt:
        raise BadProof(f"entry {index} is shown with another statement than the log has")
    try:
        sdjwt.split(statement.encode(), complete=False)
    except Malformed as error:
        raise BadProof(f"entry {index} is shown with claims it does not commit to") from error
    return Disclosed(index=index, text=text)


def _replace(session: Session, disclosed: list[Disclosed]) -> None:
    records.replace(session, [(each.index, each.text) for each in disclosed])
