"""Whether the node lives and whether it can serve: for what restarts it or sends it callers."""

from typing import Any

from flask import Blueprint, Response
from sqlalchemy import Engine
from sqlalchemy.exc import SQLAlchemyError

from api import schema
from api.answers import answer
from api.approvals import authorities
from api.auth import open_to_all
from api.current import node
from api.operations import operation
from api.places import policy_of
from api.schemas import HealthAnswer
from api.services import Services
from ledger import LedgerError, cosignatures, databases, store

blueprint = Blueprint("health", __name__)


@blueprint.get("/healthz")
@open_to_all
@operation(answers={200: HealthAnswer})
def get_health() -> Response:
    """Tell that the process answers; it asks nothing of the database."""
    return answer({"status": "ok", "checks": {}}, cache="no-store")


@blueprint.get("/readyz")
@open_to_all
@operation(answers={200: HealthAnswer, 503: HealthAnswer})
def get_readiness() -> Response:
    """Tell whether the database is reachable, of the right form, and has a readable head."""
    checks = {"database": _database(node().engine), "head": _head(node().engine)}
    ok = all(said == "ok" for said in checks.values())
    told: dict[str, Any] = {"status": "ok" if ok else "failing", "checks": checks}
    if ok:
        told |= _witnesses(node()) | _four_eyes(node())
    return answer(told, status=200 if ok else 503, cache="no-store")


def _database(engine: Engine) -> str:
    """Whether the database is reachable, and at the revision that this software wants."""
    try:
        there = schema.revision(engine)
    except SQLAlchemyError:
        return "unreachable"
    return "ok" if there == schema.newest() else "not at the newest revision: migrate"


def _head(engine: Engine) -> str:
    try:
        with databases.reading(engine) as session:
            store.head(session)
    except (SQLAlchemyError, LedgerError):
        return "unreadable"
    return "ok"


def _witnesses(at: Services) -> dict[str, Any]:
    """How far witnesses are behind: something to watch, and no reason to send callers away."""
    with databases.reading(at.engine) as session:
        policy = policy_of(at.sequencer.desk.registry.current(session), at.places)
        if not policy.asks_for_witnesses:
            return {}
        lag = cosignatures.lag(session, policy, now=at.clock())
    told = {"entries_behind": lag.entries, "seconds_behind": lag.seconds}
    return {
        "witnesses": told if lag.fresh is None else {**told, "witnessed_seconds_ago": lag.fresh}
    }


def _four_eyes(at: Services) -> dict[str, Any]:
    """Which authorities have not yet two people who may approve: something to see to, too."""
    with databases.reading(at.engine) as session:
        found = authorities(at.sequencer.desk.registry.current(session))
    return {"not_under_four_eyes": [each["authority"] for each in found if not each["four_eyes"]]}
