"""`shield rules`: what the checker looks for, and why."""

import click

from alerts.rules import rules as all_rules
from api import rulebook
from api.cli.output import answer, reporting, table


@click.group()
def rules() -> None:
    """List and explain the rules of the checker."""


@rules.command("list")
@reporting
def list_them() -> None:
    """List every rule: its severity, and whether it raises an alert by itself."""
    rows = [
        (each.id, str(each.severity), "alone" if each.alone else "in company", each.name)
        for each in all_rules().values()
    ]
    heading = ("rule", "severity", "raises", "name")
    answer({"rules": rulebook.entries()}, table([heading, *rows], empty="No rules."))


@rules.command()
@click.argument("rule", metavar="RF-NN", type=click.Choice(sorted(all_rules())))
@reporting
def explain(*, rule: str) -> None:
    """Explain one rule: what it looks for, what explains it, where it comes from."""
    made = all_rules()[rule]
    answer(rulebook.entry(made), rulebook.told(made))
