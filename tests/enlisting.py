"""Applying registry statements one after another, and being refused."""

from typing import Any

import pytest

from ledger import LedgerError, vocabulary
from ledger.roster import HUB, Roster, Signer
from ledger.vocabulary import RegistryEvent
from tests.factories import enrolment, genesis, key_for


def apply(roster: Roster, made: dict[str, Any], agency: str, index: int) -> Roster:
    event = vocabulary.parse(made)
    assert isinstance(event, RegistryEvent)
    return event.apply(roster, Signer(agency=agency, kid=key_for(agency).kid, index=index))


def founded(**changes: Any) -> Roster:
    return apply(Roster(), genesis(**changes), HUB, 0)


def staffed() -> Roster:
    return apply(founded(), enrolment("NL-CUSTOMS"), "NL-ROOT", 1)


def refusal(roster: Roster, made: dict[str, Any], agency: str, index: int = 2) -> LedgerError:
    with pytest.raises(LedgerError) as caught:
        apply(roster, made, agency, index)
    return caught.value
