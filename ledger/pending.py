"""Statements that wait for a second person: kept concealed until they count, or never will.

A request names a statement by its hash alone, since the log is public. What the approver reads is
kept here, and gets its place right behind the approval, in the same transaction.
"""

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import BigInteger, LargeBinary, delete, insert
from sqlmodel import Field, Session, SQLModel, select

from crypto import CryptoError
from ledger import LedgerError, store
from ledger.concealment import vault_of
from ledger.events.approvals import ActionApproved, ActionDeclined
from ledger.foureyes import is_watched
from ledger.intake import Prepared, opened
from ledger.persons import WINDOW
from ledger.records import Record
from ledger.registry import Registry
from ledger.store import micros


class PendingRow(SQLModel, table=True):
    """One statement that somebody asked to make; concealed as its request's index."""

    __tablename__ = "pending_statement"
    request: str = Field(primary_key=True)
    jti: str = Field(index=True)
    index: int = Field(sa_type=BigInteger)
    asked: int = Field(sa_type=BigInteger)
    data: bytes = Field(sa_type=LargeBinary)


PENDING = PendingRow.__table__  # type: ignore[attr-defined]


def keep(session: Session, request: Record, statement: bytes, jti: str) -> None:
    """Keep a statement for those who are to approve it; what nobody can approve any more goes."""
    session.execute(delete(PENDING).where(PENDING.c.asked < micros(request.time - WINDOW)))
    session.execute(delete(PENDING).where(PENDING.c.request == request.parsed.jti))
    (data,) = vault_of(session).conceal(session, [(request.index, statement.decode("ascii"))])
    row = {
        "request": request.parsed.jti,
        "jti": jti,
        "index": request.index,
        "asked": micros(request.time),
        "data": data,
    }
    session.execute(insert(PENDING), [row])


def find(session: Session, requests: Iterable[str]) -> dict[str, bytes]:
    """The statements that wait, by the request for them."""
    wanted = PENDING.c.request.in_(sorted(requests))
    rows = session.execute(select(PENDING.c.request, PENDING.c.index, PENDING.c.data).where(wanted))
    vault = vault_of(session)
    return {
        request: vault.reveal(session, index, bytes(data)).encode("ascii")
        for request, index, data in rows
    }


def behind(
    session: Session, prepared: Sequence[Prepared], registry: Registry, *, now: datetime
) -> dict[str, Prepared]:
    """The statements that these approvals let in, by the approval's jti.

    One that can't be read any more, because its key was revoked, is left out: the approval stands.
    """
    approvals = {
        each.verified.jti: each.record.event.request
        for each in prepared
        if isinstance(each.record.event, ActionApproved)
    }
    if not approvals:
        return {}
    held = find(session, approvals.values())
    roster, size = registry.current(session), store.head(session).size
    read: dict[str, Prepared] = {}
    for jti, request in approvals.items():
        if request not in held:
            continue
        try:
            read[jti] = opened(held[request], roster, size=size, now=now)
        except (CryptoError, LedgerError):
            continue
    return read


def settle(session: Session, admitted: Iterable[Record]) -> None:
    """Forget what need not wait any longer: it is in the log now, or was declined."""
    jtis: list[str] = []
    declined: list[str] = []
    for record in admitted:
        if is_watched(record.event):
            jtis.append(record.parsed.jti)
        if isinstance(record.event, ActionDeclined):
            declined.append(record.event.request)
    if declined:
        session.execute(delete(PENDING).where(PENDING.c.request.in_(declined)))
    if jtis:
        session.execute(delete(PENDING).where(PENDING.c.jti.in_(jtis)))
