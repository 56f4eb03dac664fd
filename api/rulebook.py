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

A finding is evidence, not a verdict: see [what becomes an alert](#what-becomes-an-alert), at the
end. "In company only" marks rules whose findings are weak signs. What is normal is learnt from
earlier shipments, and every finding says from how many (decisions.md).
"""

LIMITS = """
## What becomes an alert
Each finding weighs so many nats: the logarithm of how much oftener its kind (rule, weak or strong,
how surprising by the rule's own account of honest trade) stood on diverted shipments than on honest
ones, on judged worlds (`alerts/weighing/scale.json` says which; `bench/detection.py --fit` writes
it).
The nats of one shipment add up; a second finding of a family of rules counts 0.4 of its own, the
next 0.16. One logistic curve makes a probability of the sum, fitted so that the family of a case
was never met by what it is judged with.

- From `SHIELD_ALERT_PERCENT` (40) on, where one shipment in `SHIELD_ONE_IN` (20) is involved, the
  heaviest finding raises an alert and speaks for the others; each that would be enough by itself
  raises its own. An alert states its probability, the share it holds for and the rules weighed
  beside it. Where fewer shipments are involved the same evidence makes a smaller probability.
- What stands on many shipments of this ledger, beyond the diversions to be expected, is a habit
  there (an authority that answers nobody, an office whose numbers are all odd): it weighs less, and
  nothing where it is on nearly all. Open findings are weighed anew as that changes. A kind that is
  rarer than where it was learnt weighs no more.
- Critical findings always raise one: what is forbidden needs no company. `info` never does.
- What some reader of an alert may not know has no part in its probability.
- Below the bar, findings are kept: a shipment's risk shows them to the hub, and evidence adds up.
- A probability holds as far as the simulated worlds resemble the real one. Verdicts measure each
  rule's precision (`shield report`); nothing is re-weighed by itself.

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
