"""Reconciling published trade statistics: what `shield rules backtest --mirror` answers."""

import random
from pathlib import Path
from typing import Any

from alerts.mirrors import book, flows, planting, ranking, report

_SEED = 20_101_101  # the trades that are hidden on trial are the same each time


def reconciled(path: Path) -> tuple[dict[str, Any], str]:
    """The report on the trade records in a file or folder: as a document, and as text."""
    records = flows.read(path)
    found = ranking.reconcile(book.book(records.flows))
    planted = planting.plant(found, rng=random.Random(_SEED))  # noqa: S311 - a sample, no secret
    return report.document(found, records, planted), report.text(found, records, planted)
