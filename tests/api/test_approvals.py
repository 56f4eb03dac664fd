"""Requests over HTTP: asked with the statement at hand, read by its authority, carried out."""

from typing import Any

from werkzeug.test import TestResponse

from ledger.roster import HUB, root_of
from tests import factories
from tests.api.conftest import Caller
from tests.api.test_reads import recorded
from tests.deciding import ACCESS, Someone, accessed, answered, asking, enrol, target_of, two
from tests.world import World

SECRET = "canary-of-a-reason"
GRANT = {"grant": "NL-CNA/acetone-17", "to": "ZA", "reason": SECRET}


def grant(**changes: Any) -> dict[str, Any]:
    return factories.body("grant.given", **{**GRANT, **changes})


def ask(
    app: Any, world: World, someone: Someone, body: dict[str, Any], agency: str = "NL-CNA"
) -> tuple[str, TestResponse]:
    statement = world.statement(body, agency)
    request, said = asking(world, someone, statement, target_of(world, body, agency))
    return request, put(app, statement, said)


def put(app: Any, statement: bytes, request: bytes) -> TestResponse:
    body = {"statement": statement.decode(), "request": request.decode()}
    return app.test_client().post("/v1/requests", json=body)


def post(app: Any, statement: bytes) -> TestResponse:
    return app.test_client().post(
        "/v1/statements", data=statement, content_type="application/sd-jwt"
    )


def test_it_is_refused_asked_for_read_approved_and_made(app, agency, world):
    first, second = two(world)
    statement = world.statement(grant(), "NL-CNA")
    refused = post(app, statement)
    assert (refused.status_code, refused.json["code"]) == (403, "needs-approval")
    request, asked = ask(app, world, first, grant())
    assert asked.status_code == 201
    (listed,) = agency("NL-CNA").get("/v1/requests").json["requests"]
    assert (listed["request"], listed["stage"]) == (request, "pending")
    told = agency("NL-CNA").get(f"/v1/requests/{request}").json
    assert told["claims"]["reason"] == SECRET
    assert told["text"] == statement.decode()
    answered(world, second, request)
    after = agency("NL-CNA").get(f"/v1/requests/{request}").json
    assert after["stage"] == "approved"
    assert after["answered_by"] == second.id
    assert after["made"] == world.size - 1
    again = post(app, statement)
    assert (again.status_code, again.json["index"]) == (200, after["made"])


def test_nobody_else_hears_of_it_and_the_log_does_not_say_what_it_is(
    sqlite_app, sqlite_agency, sqlite_world
):
    first, _ = two(sqlite_world)
    request, _ = ask(sqlite_app, sqlite_world, first, grant())
    for stranger in ("KE-CNA", "ZA-CUSTOMS", HUB):
        caller: Caller = sqlite_agency(stranger)
        assert caller.get("/v1/requests").json["requests"] == []
        assert caller.get(f"/v1/requests/{request}").status_code == 404
    entries = sqlite_agency("KE-CNA").get("/v1/entries?from=0&limit=200").get_data(as_text=True)
    assert SECRET not in entries


def test_another_agency_of_the_country_reads_what_the_marking_lets_it(
    sqlite_app, sqlite_agency, sqlite_world
):
    first, _ = two(sqlite_world)
    marked = grant(marking={"tlp": "RED"}, nominal={"text": "the clerk"})
    request, _ = ask(sqlite_app, sqlite_world, first, marked)
    assert "nominal" in sqlite_agency("NL-CNA").get(f"/v1/requests/{request}").json["claims"]
    told = sqlite_agency("NL-POLICE").get(f"/v1/requests/{request}").json
    assert (told["request"], told["claims"]) == (request, {})


def test_a_request_names_the_very_statement_and_is_its_authoritys(sqlite_app, sqlite_world):
    world = sqlite_world
    first, _ = two(world)
    statement = world.statement(grant(), "NL-CNA")
    _, said = asking(world, first, statement, target_of(world, grant(), "NL-CNA"))
    other = put(sqlite_app, world.statement(grant(to="DE"), "NL-CNA"), said)
    assert (other.status_code, other.json["code"]) == (422, "inconsistent")
    foreign = factories.enrolment("KE-NEW", ["customs"])
    _, refused = ask(sqlite_app, world, first, foreign, root_of("KE"))
    assert (refused.status_code, refused.json["pointer"]) == (403, "/statement")
    swapped = put(sqlite_app, said, statement)
    assert (swapped.status_code, swapped.json["code"]) == (422, "wrong-form")
    garbage = sqlite_app.test_client().post("/v1/requests", json={"statement": "a"})
    assert (garbage.status_code, garbage.json["code"]) == (400, "bad-parameter")


def test_self_approval_and_a_late_one_are_typed_problems(sqlite_app, sqlite_world):
    world = sqlite_world
    first, second = two(world)
    request, _ = ask(sqlite_app, world, first, grant())
    for someone, hours, status, code in (
        (first, 0, 403, "self-approval"),
        (second, 73, 409, "request-expired"),
    ):
        world.passes(hours=hours)
        digest = world.roster().requests[request].statement
        proof = someone.proof(world, "approve", request, digest)
        body = factories.body("action.approved", request=request, proof=proof)
        refused = post(sqlite_app, world.statement(body, someone.carrier))
        assert (refused.status_code, refused.json["code"]) == (status, code)


def test_what_could_not_wait_is_listed_until_it_is_confirmed(
    sqlite_app, sqlite_agency, sqlite_world
):
    world = sqlite_world
    first, second = two(world)
    kid = factories.key_for("NL-LAB").kid
    body = factories.body("key.revoked", kid=kid, reason="compromised")
    world.post(body, root_of("NL"))
    (waiting,) = sqlite_agency("NL-CNA").get("/v1/requests").json["unconfirmed"]
    assert (waiting["kind"], waiting["overdue"]) == ("key.revoked", False)
    request, _ = ask(sqlite_app, world, first, body, root_of("NL"))
    world.passes(hours=72)
    answered(world, second, request)
    told = sqlite_agency("NL-CNA").get("/v1/requests").json
    assert told["unconfirmed"] == []
    assert told["requests"][0]["made"] == waiting["index"]


def test_reads_under_an_access_are_marked_and_its_review_is_demanded(sqlite_agency, sqlite_world):
    world = sqlite_world
    world.post(factories.body("notice.sent"), "NL-CNA")
    world.post(factories.body("shipment.departed", marking={"tlp": "RED"}), "NL-CUSTOMS")
    investigator = enrol(world, "KE-CUSTOMS/p-nairobi1", "investigator")
    path = f"/v1/shipments/{factories.HONEST.ref}/events"
    accessed(world, investigator, "access.opened")
    assert len(sqlite_agency("KE-CUSTOMS").get(path).json["events"]) == 2
    assert recorded(world)[-1].asks("access", ACCESS)
    assert len(sqlite_agency("KE-POLICE").get(path).json["events"]) == 1
    assert "access" not in recorded(world)[-1].asked
    (waiting,) = sqlite_agency("KE-CNA").get("/v1/requests").json["unreviewed"]
    assert (waiting["access"], waiting["overdue"]) == (ACCESS, False)
    assert sqlite_agency("NL-CNA").get("/v1/requests").json["unreviewed"] == []
    world.passes(hours=74)
    (late,) = sqlite_agency("KE-CNA").get("/v1/requests").json["unreviewed"]
    assert late["overdue"]
    assert len(sqlite_agency("KE-CUSTOMS").get(path).json["events"]) == 1
