"""How often an agency may ask: a leaky bucket in one number, shared by all workers.

The number is the moment until which everything asked so far is spent, a question costing its share
of the period (the generic cell rate algorithm). Answers tell it in the header fields of
draft-ietf-httpapi-ratelimit-headers-10. `api.limits` counts so too, in memory.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import BigInteger, delete, select, update
from sqlmodel import Field, Session, SQLModel

from api.problems import Refused
from ledger.bulk import insert_new
from ledger.store import MICROSECOND, micros


class AllowanceRow(SQLModel, table=True):
    """Until when an agency's questions of one sort are spent."""

    __tablename__ = "allowance"
    agency: str = Field(primary_key=True)
    what: str = Field(primary_key=True)
    spent_until: int = Field(sa_type=BigInteger)


ALLOWANCES = AllowanceRow.__table__  # type: ignore[attr-defined]


@dataclass(frozen=True, kw_only=True, slots=True)
class Allowance:
    """So many questions in a period; all at once, or spread. Of `shares`, each counts by itself."""

    what: str
    quota: int
    period: timedelta
    shares: int = 1

    @property
    def share(self) -> int:
        """Microseconds that one question costs, and never more than there are."""
        period = self.period // MICROSECOND
        return min(period, period * self.shares // self.quota)


def forget(session: Session, allowance: Allowance, *, now: datetime) -> None:
    """Drop who has everything again, where the names are not to be kept longer than they count."""
    idle = (ALLOWANCES.c.what == allowance.what) & (ALLOWANCES.c.spent_until < micros(now))
    session.execute(delete(ALLOWANCES).where(idle))


def spend(
    session: Session, allowance: Allowance, agency: str, *, now: datetime
) -> Mapping[str, str]:
    """Take one question from what an agency may ask; header fields that tell what is left.

    Refused (429) with Retry-After when nothing is left; then nothing is taken.
    """
    mine = (ALLOWANCES.c.agency == agency) & (ALLOWANCES.c.what == allowance.what)
    row = {"agency": agency, "what": allowance.what, "spent_until": 0}
    insert_new(session, ALLOWANCES, [row])
    query = select(ALLOWANCES.c.spent_until).where(mine).with_for_update()
    spent, told = charge(session.execute(query).scalar_one(), allowance, now=now)
    session.execute(update(ALLOWANCES).where(mine).values(spent_until=spent))
    return told


def charge(before: int, allowance: Allowance, *, now: datetime) -> tuple[int, dict[str, str]]:
    """Until when all is spent with one more question, and what is left; Refused when nothing is."""
    spent = max(before, micros(now)) + allowance.share
    over = spent - micros(now) - allowance.period // MICROSECOND
    if over > 0:
        wait = -(-over // 1_000_000)
        headers = {**_told(allowance, left=0, wait=wait), "Retry-After": str(wait)}
        said = f"ask again in {wait} s: {allowance.quota} in {allowance.period.seconds} s at most"
        raise Refused("too-many", said, headers=headers)
    wait = -(-allowance.share // 1_000_000)
    return spent, _told(allowance, left=-over // allowance.share, wait=wait)


def _told(allowance: Allowance, *, left: int, wait: int) -> dict[str, str]:
    """What is left, and in how many seconds there is one more."""
    window = allowance.period // timedelta(seconds=1)
    return {
        "RateLimit-Policy": f'"{allowance.what}";q={allowance.quota};w={window}',
        "RateLimit": f'"{allowance.what}";r={left};t={wait}',
    }
