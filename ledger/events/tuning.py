"""What the hub sets of the checker's rules: in the log, so that all know what is looked for."""

from dataclasses import dataclass
from typing import Annotated

from ledger import Invalid
from ledger.fields import LongText, Number, text
from ledger.persons import always
from ledger.roster import Role, Roster, Signer, by_hub
from ledger.vocabulary import RegistryEvent, event


@dataclass(frozen=True, kw_only=True)
class Parameter:
    """One parameter of a rule, and its value as text: a plain decimal, or words."""

    name: Annotated[str, text(80)]
    value: Annotated[str, text(2000)]


@event("rule.parameters_set", by=(Role.HUB,))
class ParametersSet(RegistryEvent):
    """From this entry on the checker runs a rule with these parameters; others keep their default.

    With none, all are at their defaults again.
    """

    rule: Number
    parameters: tuple[Parameter, ...] = ()
    reason: LongText

    needs_four_eyes = always  # a parameter decides whose shipments are looked at

    def apply(self, roster: Roster, by: Signer) -> Roster:
        by_hub(by)
        values = {each.name: each.value for each in self.parameters}
        if len(values) != len(self.parameters):
            raise Invalid(
                "/parameters: a name is given twice", pointer="/parameters", code="invalid-field"
            )
        return roster.but(parameters={**roster.parameters, self.rule: values})
