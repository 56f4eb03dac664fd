"""Statements as one viewer may see them: which claims, and what they add up to for this viewer.

Whether a claim may be seen is `visibility`'s to say; here it is applied to records.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from ledger.claims import Marking
from ledger.grants import Grant
from ledger.mentions import warnings_of
from ledger.records import Record
from ledger.visibility import NEVER_DERIVED, Viewer, Why, explained, visible_claims
from ledger.vocabulary import CaseEvent


@dataclass(frozen=True, kw_only=True)
class Seen:
    """One statement, with the names of the claims that the viewer may see.

    At least one, unless the whole body was erased: then those see that it was, who saw it before.
    """

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
    records: Iterable[Record],
    *,
    concerned: frozenset[str],
    viewer: Viewer,
    now: datetime,
    grants: Collection[Grant] = (),
) -> list[Seen]:
    """Those of the records of which the viewer may see something now.

    `grants` are those about the subject of the records.
    """
    shown = []
    for record in records:
        gone = record.erased is not None and record.erased.is_whole
        claims = visible_claims(
            frozenset({"kind"}) if gone else record.parsed.claims,
            marking=marking_of(record),
            by=record.by,
            concerned=concerned,
            viewer=viewer,
            now=now,
            grants=grants,
        )
        if claims:
            shown.append(Seen(record=record, claims=frozenset() if gone else claims))
    return shown


def reasons(
    record: Record,
    *,
    concerned: frozenset[str],
    viewer: Viewer,
    now: datetime,
    grants: Collection[Grant] = (),
) -> dict[str, Why]:
    """For each claim of a record, why the viewer sees it or not."""
    return explained(
        record.parsed.claims,
        marking=marking_of(record),
        by=record.by,
        concerned=concerned,
        viewer=viewer,
        now=now,
        grants=grants,
    )


def marking_of(record: Record) -> Marking:
    """How far a statement may travel; of one whose body was erased, whether that was limited."""
    if record.erased is not None and record.erased.is_whole:
        return Marking(tlp="RED") if record.erased.restricted else Marking()
    return record.event.marking if isinstance(record.event, CaseEvent) else Marking()


def whole(shown: Sequence[Seen]) -> list[Record]:
    """The records that the viewer's state is folded from."""
    return [each.record for each in shown if each.is_whole]
