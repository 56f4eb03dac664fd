"""The parameters that rules run with: their defaults, what the hub set in the log, and this node's.

What the log sets is honoured from its entry on: a change has every open shipment looked at again.
What it sets of a rule or parameter that this version does not have is passed over, and said.
"""

import logging
from collections.abc import Mapping

from alerts.rules import Rule, rules
from alerts.rules.parameters import Parameters, Value
from ledger.quantities import parse_amount
from ledger.roster import Roster

_LOG = logging.getLogger(__name__)

Overrides = Mapping[str, Mapping[str, Value]]


def in_force(roster: Roster, beside: Overrides) -> dict[str, Mapping[str, Value]]:
    """What rules run with instead of their defaults: the log's word, and beside it the node's."""
    made = {rule: dict(values) for rule, values in beside.items()}
    for rule, values in roster.parameters.items():
        known = rules().get(rule)
        for name, text in values.items():
            try:
                value = value_of(known, name, text)
            except ValueError as error:
                _LOG.warning("a parameter that the log sets of %s is passed over: %s", rule, error)
                continue
            made.setdefault(rule, {})[name] = value
    return dict(made)


def value_of(rule: Rule | None, name: str, text: str) -> Value:
    """A parameter's value as somebody wrote it; ValueError where the rule does not take it."""
    if rule is None:
        raise ValueError("there is no such rule")
    default = rule.parameters.get(name)
    if default is None:
        raise ValueError(f"{rule.id} has no parameter {name}")
    return text if isinstance(default, str) else parse_amount(text)


def spelled(roster: Roster) -> str:
    """What the log sets, in one spelling: when it changes, rules are run again."""
    return " ".join(
        f"{rule}:{name}={value!r}"
        for rule, values in sorted(roster.parameters.items())
        for name, value in sorted(values.items())
    )


def current(rule: Rule, roster: Roster, beside: Overrides) -> Parameters:
    """The parameters that a rule runs with now."""
    return rule.parameters.but(in_force(roster, beside).get(rule.id, {}))
