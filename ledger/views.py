"""Statements as one viewer may see them: which claims, and what they add up to for this viewer.

Whether a claim may be seen is `visibility`'s to say; here it is applied to records.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.mentions import warnings_of
from ledger.records import Record
from ledger.visibility import NEVER_DERIVED, Viewer, visible_claims
from ledger.vocabulary import CaseEvent


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One statement, with the names of the claims that the viewer may see: at least one."""

    record: Record
    claims: frozenset[str]

    @property
    def is_whole(self) -> bool:
        """Whether everything that counts for a state is seen."""
        return self.record.parsed.claims.keys() - NEVER_DERIVED <= self.claims

    @property
    def warnings(self) -> tuple[tuple[str, str], ...]:
        """What is odd about the identifiers in these claims, as (JSON pointer, sentence)."""
        return tuple(
            (pointer, said)
            for pointer, said in warnings_of(self.record.event)
            if pointer.split("/")[1] in self.claims
        )


def seen(
    records: Iterable[Record], *, concerned: frozenset[str], viewer: Viewer, now: datetime
) -> list[Seen]:
    """Those of the records of which the viewer may see something now."""
    shown = []
    for record in records:
        assert isinstance(record.event, CaseEvent)  # noqa: S101 - narrows the type
        claims = visible_claims(
            record.parsed.claims,
            marking=record.event.marking,
            by=record.by,
            concerned=concerned,
            viewer=viewer,
            now=now,
        )
        if claims:
            shown.append(Seen(record=record, claims=claims))
    return shown


def whole(shown: Sequence[Seen]) -> list[Record]:
    """The records that the viewer's state is folded from."""
    return [each.record for each in shown if each.is_whole]
