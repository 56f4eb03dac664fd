"""What is handed to a client at enrolment: the log's pin, as this node's own registry makes it.

It goes from operator to operator and never through the server that it is to check (DESIGN §4).
"""

from dataclasses import replace

from sqlalchemy import Engine

from api.config import Settings
from api.pins import Pin
from api.places import read_places
from api.services import pledged_quantum_key, quantum_verifier
from ledger import databases, demands, policies
from ledger.demands import Demand
from ledger.policies import Policy
from ledger.registry import Registry
from ledger.roster import Roster


def pin(held: Pin, settings: Settings, engine: Engine, demand: Demand) -> Pin:
    """The pin that this node holds, with the witness policy of today."""
    return replace(held, policy=policies.serialize(policy(settings, engine, demand)))


def policy(settings: Settings, engine: Engine, demand: Demand) -> Policy:
    """Both keys of the log, and how many of its witnesses must have seen a checkpoint."""
    with databases.reading(engine) as session:
        roster = _with_quantum(Registry().current(session), settings)
    also = [key for place in read_places(settings.witnesses) for key in place.also]
    return demands.of_roster(roster, also, demand)


def _with_quantum(roster: Roster, settings: Settings) -> Roster:
    """A ledger whose genesis names no second key may have made one since: its operator vouches."""
    key = pledged_quantum_key(settings, roster)
    if key is None or roster.quantum_key:
        return roster
    return roster.but(quantum_key=quantum_verifier(roster.origin, key).vkey)
