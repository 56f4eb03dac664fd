"""The rules as people read them: from their declarations and docstrings, so that neither can stray.

One source for the command line, `GET /v1/rules` and `docs/rules.md`.
"""

import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import Decimal
from typing import Annotated, Any

from marshmallow import fields

from alerts.rules import Rule, rules
from alerts.rules.parameters import Value
from api.schemas import Object, Str
from ledger.quantities import show

OPENING = """# The rules

What the checker looks for, made from the rules themselves (`api.rulebook`); a test holds this page
to them. Every number is a parameter with a default. `shield rules explain RF-13` says the same on
the command line, `GET /v1/rules` as JSON.

A finding that is weak is kept and raises no alert by itself: it takes a strong finding on the same
shipment, or a weak one of another rule. What is only information (`info`) never raises one. What is
normal is learnt from earlier shipments, and every finding says from how many (decisions.md).
"""

LIMITS = """
## What the rules miss, and where they cry wolf
Each rule by itself, before anything is weighed, over one judged world that no rule was tuned on
(docs/worlds.md: seed 61, 700 shipments of which 210 are involved in 112 cases of 35 families): 88
cases had a finding of medium or more that explains them, and 189 of the 490 honest shipments had
one as well. The share involved is far above life's, so that every family comes up; read no
precision from it. That is why findings are weighed together and not mailed one by one.

- Hardly found: webs of new firms with one owner, before any of them was refused (RF-28 needs that);
  front companies, where countries tell little of licences (RF-29 needs their first); a theft from
  a warehouse that nobody weighs; a little skimmed from every load; orders split below a threshold.
- Findings on honest trade came most from RF-11 (authorities that answer no notice), RF-35 (permits
  whose report never came), RF-17 (lots of which one was not reported), RF-28 (sisters and shared
  offices), RF-15 (other ships at hubs) and RF-13 (importing countries that take no part). Since
  then RF-11, RF-15 and a permit that nobody reported only add to what else is found, and RF-13 asks
  who takes part.
- Goods that vanish on the way to a country that takes no part: nobody there could say that they
  came, so neither RF-13 nor RF-14 stands alone.
"""


@dataclass(frozen=True, kw_only=True)
class RuleAnswer:
    """A rule of the checker; `alone`: whether it raises an alert without company."""

    rule: Str
    version: Annotated[int, fields.Integer]
    name: Str
    family: Str
    severity: Str
    alone: Annotated[bool, fields.Boolean]
    parameters: Object
    rationale: Str


@dataclass(frozen=True, kw_only=True)
class RulesAnswer:
    """Every rule of the checker."""

    rules: tuple[RuleAnswer, ...]


def entry(rule: Rule) -> dict[str, Any]:
    """One rule as plain JSON values."""
    return {
        "rule": rule.id,
        "version": rule.version,
        "name": rule.name,
        "family": rule.family,
        "severity": str(rule.severity),
        "alone": rule.alone,
        "parameters": {name: _said(value) for name, value in rule.parameters.items()},
        "rationale": rule.rationale,
    }


def entries() -> list[dict[str, Any]]:
    return [entry(each) for each in rules().values()]


def told(rule: Rule) -> str:
    """One rule as text for a terminal."""
    lines = [f"{rule.id}  {rule.name}", "", *facts(rule), "", rule.rationale]
    if rule.parameters:
        lines += ["", "Parameters:", *(f"  {name} = {value}" for name, value in _defaults(rule))]
    return "\n".join(lines)


def facts(rule: Rule) -> Iterator[str]:
    company = "" if rule.alone else ", in company only"
    yield f"version {rule.version}, {rule.family}, {rule.severity}{company}"


def page() -> str:
    """The whole book as Markdown."""
    return OPENING + "".join(map(_section, rules().values())) + LIMITS


def _section(rule: Rule) -> str:
    told_by = "; ".join(f"`{name}` {_short(value)}" for name, value in _defaults(rule))
    defaults = f"\n\nDefaults: {told_by}." if told_by else ""
    said = next(facts(rule))
    return (
        f"\n## {rule.id} {rule.name}\n{said[:1].upper()}{said[1:]}.\n\n{rule.rationale}{defaults}\n"
    )


def _defaults(rule: Rule) -> list[tuple[str, str]]:
    return [(name, _said(value)) for name, value in rule.parameters.items()]


def _said(value: Value) -> str:
    return value if isinstance(value, str) else show(Decimal(value))


def _short(value: str) -> str:
    return textwrap.shorten(value, 80, placeholder=" …") if value else "(empty)"
