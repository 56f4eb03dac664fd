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
ones when they spoke loudest, on judged worlds (`alerts/weighing/scale.json` says which;
`bench/detection.py --fit` writes it). The nats of one shipment add up; of findings that rest on the
same, the second counts 0.4 of its own and the next 0.16: those of one family, but for RF-17 and
RF-24, which both rest on how much came. One logistic curve makes a probability of the sum, fitted
so that the family of a case was never met by what it is judged with.

- From `SHIELD_ALERT_PERCENT` (30) on, where one shipment in `SHIELD_ONE_IN` (20) is involved, the
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
Each rule by itself, before anything is weighed, over worlds of three simulators on seeds that
nothing was tuned or learnt on, one shipment in twenty involved (docs/worlds.md). A case counts when
a finding of medium or more explains it.

- The first world (seeds 997 to 999, 1,821 shipments): 34 of 48 cases; 38 of 1,730 honest shipments
  have such a finding as well, most from RF-25 and RF-02.
- The second (seeds 50997 to 50999, 1,824 shipments): 30 of 50 cases; 127 of 1,734 honest shipments,
  most from RF-03, RF-05, RF-29, RF-02 and RF-16.
- The third (seeds 60997 to 60999, 1,805 shipments): 22 of 37 cases; 128 of 1,712 honest shipments,
  most from RF-16. Expect a real trade to lie nearer to the second and the third.
- Out of reach, or nearly: what lies within honest scales and habits (a per cent skimmed, one
  receipt that does not come, one permit nobody reported); delivery to another address, which
  honest buyers use as well; buyers without a past whose order is like others'; firms of one owner
  that buy what is dangerous together (RF-08 needs a country's own list), before any was refused;
  names borrowed from a good firm; a permit used twice where permits for several loads do not say
  so, unless another paper is as well.
- Goods that vanish on the way to a country that takes no part: nobody there could say that they
  came, so neither RF-13 nor RF-14 stands alone.
- Lots as large as each other of which one is never told of are taken for a loss; a loss that
  leaves fewer packages is waited for like a lot; and what leaks without a word looks like theft.
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
