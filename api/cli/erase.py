"""`shield erase`: what is asked to be erased, and carrying out what other eyes have approved.

A request, its approval and a legal hold are statements like all others: `shield event`.
"""

import click

from alerts.elsewhere.observations import OBSERVATIONS
from alerts.findings import FINDINGS
from alerts.likeness import LIKENESS
from alerts.schedule import carry_out_erasures
from api.cli import node
from api.cli.output import answer, reporting, table
from api.config import clock
from ledger import databases, erasure
from ledger.erased import Erasing
from ledger.erasure import Case
from ledger.states import moment

TABLES = (*erasure.TABLES, FINDINGS, LIKENESS, OBSERVATIONS)


@click.group()
def erase() -> None:
    """List erasures, and carry out those that are approved and not held."""


@erase.command(name="list")
@reporting
def list_() -> None:
    """Show every erasure that was requested, and how far it has come."""
    opened = node.services()
    with databases.reading(opened.engine) as session:
        roster = opened.sequencer.desk.registry.current(session)
        cases = erasure.cases(session, roster)
    rows: list[tuple[str, ...]] = [
        ("STAGE", "ENTRY", "SCOPE", "REASON", "ASKED BY", "APPROVED BY", "ON", "REQUEST"),
        *map(_row, cases),
    ]
    answer({"erasures": [_document(case) for case in cases]}, table(rows, empty="Nobody asked."))


@erase.command()
@click.option("--no-scrub", is_flag=True, help="Leave old bytes in the files; run again later.")
@reporting
def run(*, no_scrub: bool) -> None:
    """Erase what is approved and not held, and take the old bytes out of the database's files.

    Taking them out rewrites tables: PostgreSQL locks each meanwhile, SQLite needs as much room
    again. It is done even when there is nothing new, for what an earlier run left.
    """
    opened = node.services()
    done = carry_out_erasures(opened.engine, opened.sequencer.desk, now=clock())
    if not no_scrub:
        databases.scrub(opened.engine, [each.name for each in TABLES])
    told = [f"entry {each.index}: {each.scope}, asked for by {each.agency}" for each in done]
    scrubbed = "" if no_scrub else " Nothing of it is left in the database's files."
    answer(
        {"erased": [_done(each) for each in done], "scrubbed": not no_scrub},
        "\n".join([*told, f"{len(done)} erased.{scrubbed}"]),
    )


def _row(case: Case) -> tuple[str, ...]:
    asked, done = case.asked, case.done
    return (
        case.stage,
        "" if case.index is None else str(case.index),
        asked.scope,
        asked.reason,
        asked.by.agency,
        asked.approved_by.agency if asked.approved_by else "",
        moment(done.time) if done else "",
        asked.request,
    )


def _document(case: Case) -> dict[str, object]:
    asked, done = case.asked, case.done
    return {
        "stage": str(case.stage),
        "index": case.index,
        "target": asked.target,
        "request": asked.request,
        "scope": asked.scope,
        "reason": asked.reason,
        "basis": asked.basis,
        "asked_by": asked.by.agency,
        "approved_by": asked.approved_by.agency if asked.approved_by else None,
        "erased_at": moment(done.time) if done else None,
    }


def _done(done: Erasing) -> dict[str, object]:
    return {
        "index": done.index,
        "scope": done.scope,
        "request": done.request,
        "erased_at": moment(done.time),
    }
