"""What the demonstration leaves to be read: a line for every row and for every diversion."""

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any

from api.demo.findings import detected, false_alerts
from api.demo.posting import Posted
from api.demo.running import Result
from ledger.admission import Admission
from seed.clerk.rows import Refused
from seed.pic import remarks_of

ROW_COLUMNS = ("row", "what was done", "shipment", "entry", "remarks or reasons")
DIVERSION_COLUMNS = ("scenario", "what happened", "subject", "expected", "raised", "also raised")


def rows(result: Result) -> Iterator[tuple[str, ...]]:
    """Every row of the release, in its order: posted as which entry, or why it was not."""
    by_row = {
        row.notification_id: each
        for each in result.posted
        if each.notice is not None
        for row in each.notice.rows
    }
    for row in result.staged.rows:
        if isinstance(row, Refused):
            yield row.notification_id, "not posted", "", "", "; ".join(row.reasons)
        else:
            yield _row(row.notification_id, by_row[row.notification_id])


def diversions(result: Result) -> Iterator[tuple[str, ...]]:
    """Every staged diversion: what truly happened, and what the checker said of it."""
    for each in detected(result.staged.labels, result.findings):
        yield (
            each.label.scenario,
            each.label.story,
            ", ".join(subject for _, subject in each.label.about),
            " ".join(each.label.rules),
            " ".join(each.expected),
            " ".join(each.others),
        )


def summary(result: Result) -> dict[str, Any]:
    """The figures, as printed and as kept in a file."""
    refused = [row for row in result.staged.rows if isinstance(row, Refused)]
    admitted = [each for each in result.posted if each.index is not None]
    notices = [each for each in admitted if each.notice is not None]
    found = detected(result.staged.labels, result.findings)
    false = false_alerts(result.staged.labels, result.findings)
    alerts = {each.alert: each for each in result.findings}
    return {
        "rows": len(result.staged.rows),
        "rows_posted": sum(len(each.notice.rows) for each in notices if each.notice),
        "rows_not_posted": len(refused),
        "notices": len(notices),
        "simulated_journeys": result.staged.journeys,
        "simulated_statements": len(admitted) - len(notices),
        "statements_refused": len(result.posted) - len(admitted),
        "entries": result.entries,
        "findings": len(result.findings),
        "alerts": len(alerts),
        "alerts_by_severity": dict(Counter(each.severity for each in alerts.values())),
        "diversions_staged": len(found),
        "diversions_found": sum(each.found for each in found),
        "false_alerts": sum(false.values()),
        "false_alerts_by_rule": {
            f"{rule} {severity}": count for (rule, severity), count in sorted(false.items())
        },
        "mails": {str(state): count for state, count in sorted(result.messages.items())},
    }


def write(path: Path, columns: Sequence[str], lines: Iterable[Sequence[str]]) -> None:
    """One table as tab-separated values, for a spreadsheet or `cut`."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file, dialect="excel-tab", lineterminator="\n")
        writer.writerow(columns)
        writer.writerows(lines)


def _row(name: str, each: Posted) -> tuple[str, ...]:
    notice = each.notice
    if notice is None or not isinstance(each.outcome, Admission):
        return name, "refused by the ledger", each.step.body["shipment"], "", str(each.outcome)
    others = [row.notification_id for row in notice.rows if row.notification_id != name]
    done = f"posted in one notice with {', '.join(others)}" if others else "posted"
    entry = str(each.outcome.receipt.index)
    return name, done, notice.ref, entry, " ".join(remarks_of(notice.rows))
