"""`shield rules`: what the checker looks for and why, how often it is right, and what would be."""

from collections.abc import Callable
from datetime import datetime
from pathlib import Path
from typing import Any

import click

from alerts.rules import rules as all_rules
from api import figures, rulebook
from api.cli import mirrors, replay, report
from api.cli.asking import Asking
from api.cli.output import answer, reporting, table
from api.cli.replay import History
from ledger import Invalid
from ledger.reads.purposes import CLASSES, Purpose

DAY = click.DateTime(["%Y-%m-%d"])


@click.group()
def rules() -> None:
    """List, explain and try the rules of the checker."""


def _purposed(*, required: bool) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    """The option that commands need only when they read case data."""
    return click.option(
        "--purpose",
        type=click.Choice(CLASSES),
        envvar="SHIELD_PURPOSE",
        required=required,
        help="What alerts are read for; the log of reads keeps it.  [SHIELD_PURPOSE]",
    )


@rules.command("list")
@click.option("--measured", is_flag=True, help="How often each was right in the last year.")
@_purposed(required=False)
@reporting
def list_them(*, measured: bool, purpose: str | None) -> None:
    """List every rule: its severity, and whether it raises an alert by itself."""
    said = replay.measured(_why(purpose)) if measured else {}
    known = {rule: figures.measured(each) for rule, each in said.items()}
    nothing = {"raised": 0, "judged": 0, "right": 0}
    rows = [
        (
            each.id,
            str(each.severity),
            "alone" if each.alone else "in company",
            *(report.measured(known.get(each.id, nothing)) if measured else ()),
            each.name,
        )
        for each in all_rules().values()
    ]
    columns = ("raised", "judged", "right", "precision") if measured else ()
    heading = ("rule", "severity", "raises", *columns, "name")
    entries = [
        {**each, **({"measured": known.get(each["rule"], nothing)} if measured else {})}
        for each in rulebook.entries()
    ]
    answer({"rules": entries}, table([heading, *rows], empty="No rules."))


@rules.command()
@click.argument("rule", metavar="RF-NN", type=click.Choice(sorted(all_rules())))
@reporting
def explain(*, rule: str) -> None:
    """Explain one rule: what it looks for, what explains it, where it comes from."""
    made = all_rules()[rule]
    answer(rulebook.entry(made), rulebook.told(made))


@rules.command()
@click.argument("rule", metavar="[RF-NN]", type=click.Choice(sorted(all_rules())), required=False)
@click.option("--set", "pairs", metavar="NAME=VALUE", multiple=True, help="Another parameter.")
@click.option("--from", "first", type=DAY, help="First day; a year before the last by default.")
@click.option("--to", "last", type=DAY, help="Last day; today by default.")
@_purposed(required=False)
@click.option(
    "--mirror",
    "records",
    type=click.Path(exists=True, path_type=Path),
    help="Reconcile published trade statistics in this file or folder (CSV, plain or gzip).",
)
@reporting
def backtest(
    *,
    rule: str | None,
    pairs: tuple[str, ...],
    first: datetime | None,
    last: datetime | None,
    purpose: str | None,
    records: Path | None,
) -> None:
    """Try a rule with other parameters on the ledger's history, or on trade records of the past.

    Nothing is changed and nobody is told: it says which alerts would come and go.
    """
    if (rule is None) == (records is None):
        raise click.UsageError("name a rule, or records with --mirror")
    if records is not None:
        answer(*mirrors.reconciled(records))
    elif rule is not None:
        made = all_rules()[rule]
        changes = replay.settings_of(made, pairs)
        answer(*replay.backtested(made, changes, _history(purpose, first, last)))


@rules.command()
@click.argument("rule", metavar="RF-NN", type=click.Choice(sorted(all_rules())))
@click.option("--from", "first", type=DAY, help="First day; a year before the last by default.")
@click.option("--to", "last", type=DAY, help="Last day; today by default.")
@_purposed(required=True)
@reporting
def tune(*, rule: str, first: datetime | None, last: datetime | None, purpose: str) -> None:
    """Propose a parameter from verdicts, with what it would have done. Nothing is changed."""
    answer(*replay.tuned(all_rules()[rule], _history(purpose, first, last)))


def _history(purpose: str | None, first: datetime | None, last: datetime | None) -> History:
    return History(
        why=_why(purpose),
        first=None if first is None else first.date(),
        last=None if last is None else last.date(),
    )


def _why(purpose: str | None) -> Asking:
    if purpose is None:
        raise click.UsageError("say what it is read for: --purpose")
    try:
        return Asking(seen_by=None, purpose=Purpose(sort=purpose, case=None))
    except Invalid as error:
        raise click.UsageError(str(error)) from error
