"""The surface itself: problems, headers, documents, public pages, health and the request log."""

import ast
import logging
from pathlib import Path

import pytest
from flask import Flask

from api import schema
from api.auth import check_audiences
from api.problems import PROBLEMS
from api.schemas import KindsAnswer, ProblemAnswer
from crypto.notes import Scheme, Verifier
from ledger import databases, vocabulary
from ledger.checkpoints import open_checkpoint
from ledger.schemas import schema_of
from tests import factories
from tests.api.conftest import served
from tests.factories import HONEST
from tests.world import World, founded

ROOT = Path(__file__).resolve().parents[2]
ABOUT = ("/", "/errors", "/v1/kinds", "/v1/rules", "/v1/openapi.json")
PUBLIC = (*ABOUT, "/log/checkpoint", "/healthz")


def codes_of(module: Path) -> set[str]:
    """Every code that a module gives an error: by keyword, class attribute or variable."""
    given = [
        node.value
        for node in ast.walk(ast.parse(module.read_text(encoding="utf-8")))
        if (isinstance(node, ast.keyword) and node.arg == "code")
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "code")
    ]
    inside = [each for value in given for each in _results(value)]
    return {each.value for each in inside if isinstance(each, ast.Constant) and each.value}


def _results(value):
    return [value.body, value.orelse] if isinstance(value, ast.IfExp) else [value]


def test_every_code_of_an_error_is_a_problem():
    modules = [*(ROOT / "ledger").rglob("*.py"), *(ROOT / "crypto").rglob("*.py")]
    found = set().union(*map(codes_of, modules))
    assert found - PROBLEMS.keys() == set()
    assert {"conflict", "bad-date", "unknown-field"} <= found


def test_every_problem_is_explained_in_the_documents():
    told = (ROOT / "docs" / "errors.md").read_text(encoding="utf-8")
    for code, problem in PROBLEMS.items():
        assert f"| `{code}` | {problem.status} | {problem.title} | {problem.mend} |" in told


def test_whatever_is_refused_is_a_problem_document(sqlite_app):
    client = sqlite_app.test_client()
    for answer, status, code in (
        (client.get("/nope"), 404, "not-found"),
        (client.get("/v1//shipments"), 404, "not-found"),
        (client.delete("/v1/statements"), 405, "method-not-allowed"),
        (client.post("/v1/statements", data=b"x"), 415, "media-type"),
        (client.get("/v1/shipments"), 401, "no-token"),
    ):
        assert (answer.status_code, answer.json["code"]) == (status, code)
        assert answer.mimetype == "application/problem+json"
        assert answer.json["type"].endswith(f"/errors#{code}")
        assert schema_of(ProblemAnswer).load(answer.json)


def test_a_wrong_method_hears_which_are_right(sqlite_app):
    answer = sqlite_app.test_client().get("/v1/statements/batch")
    assert answer.status_code in {404, 405}
    answer = sqlite_app.test_client().put("/v1/statements")
    assert "POST" in answer.headers["Allow"]


def test_a_fault_of_ours_tells_nothing_of_itself(sqlite_app, caplog):
    secret = "arbadacarba"[::-1]  # so that no line of source has it

    def broken():
        raise RuntimeError(secret)

    sqlite_app.view_functions["home.get_kinds"] = broken
    with caplog.at_level(logging.INFO):
        answer = sqlite_app.test_client().get("/v1/kinds")
    assert (answer.status_code, answer.json["code"]) == (500, "internal")
    assert "detail" not in answer.json
    assert secret not in answer.text + caplog.text
    assert "RuntimeError" in caplog.text


def test_a_database_that_is_away_is_worth_another_try(sqlite_world, sqlite_app):
    Path(str(sqlite_world.engine.url.database)).unlink()
    sqlite_world.engine.dispose()
    answer = sqlite_app.test_client().get("/log/checkpoint")
    assert (answer.status_code, answer.json["code"]) == (503, "unavailable")
    assert answer.headers["Retry-After"]
    assert sqlite_app.test_client().get("/healthz").status_code == 200
    assert sqlite_app.test_client().get("/readyz").status_code == 503


@pytest.mark.parametrize("path", [*PUBLIC, "/nope", "/v1/shipments"])
def test_every_answer_is_fenced_in(sqlite_app, path):
    headers = sqlite_app.test_client().get(path).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["X-Frame-Options"] == "DENY"
    policy = headers["Content-Security-Policy"]
    assert policy.startswith("default-src 'none'")
    assert "frame-ancestors 'none'" in policy
    assert "unsafe" not in policy
    assert "Cache-Control" in headers


@pytest.mark.parametrize("path", PUBLIC)
def test_what_is_public_needs_no_token_and_says_the_same_to_everybody(sqlite_app, path):
    answer = sqlite_app.test_client().get(path)
    assert answer.status_code == 200
    if path != "/healthz":
        tag = answer.headers["ETag"]
        again = sqlite_app.test_client().get(path, headers={"If-None-Match": tag})
        assert again.status_code == 304


def test_pages_have_no_inline_script_or_style(sqlite_app):
    for path in ("/", "/errors"):
        page = sqlite_app.test_client().get(path).text
        assert not any(word in page for word in ("<script", "<style", "style=", "onload"))


def test_the_front_page_says_which_log_this_is(sqlite_app, sqlite_world):
    page = sqlite_app.test_client().get("/").text
    assert sqlite_world.origin in page
    assert str(sqlite_world.size) in page


def test_the_checkpoint_is_the_newest_and_signed(app, world):
    world.live(HONEST)
    answer = app.test_client().get("/log/checkpoint")
    verifier = Verifier(
        name=world.origin, key=factories.key_for(world.origin).public, scheme=Scheme.NOTE
    )
    assert open_checkpoint(answer.data, world.origin, [verifier]).size == world.size
    assert answer.mimetype == "text/plain"
    assert answer.headers["Cache-Control"] == "public, max-age=5"


def test_the_vocabulary_is_listed_whole(sqlite_app):
    told = sqlite_app.test_client().get("/v1/kinds").json
    assert [each["kind"] for each in told["kinds"]] == sorted(vocabulary.kinds())
    assert schema_of(KindsAnswer).load(told)
    departed = next(each for each in told["kinds"] if each["kind"] == "shipment.departed")
    assert "customs" in departed["by"]


def test_a_node_is_ready_only_at_the_newest_revision(blank_engine):
    databases.create_tables(blank_engine)
    answer = served(World.on(blank_engine)).test_client().get("/readyz")
    assert answer.status_code == 503
    assert set(answer.json["checks"]) == {"database", "head"}
    assert "ok" not in answer.json["checks"].values()


def test_a_migrated_and_founded_node_is_ready(blank_engine):
    schema.upgrade(blank_engine)
    founded(blank_engine)
    answer = served(World.on(blank_engine)).test_client().get("/readyz")
    assert (answer.status_code, answer.json["status"]) == (200, "ok")


def test_a_request_leaves_one_line_without_what_was_asked(sqlite_world, sqlite_agency, caplog):
    sqlite_world.live(HONEST)
    with caplog.at_level(logging.INFO, logger="shield.requests"):
        sqlite_agency("KE-CUSTOMS").get(f"/v1/shipments/{HONEST.ref}")
        sqlite_agency("KE-CUSTOMS").get("/v1/shipments?q=secretword")
    lines = [each.getMessage() for each in caplog.records if each.name == "shield.requests"]
    assert len(lines) == 2
    assert lines[0].startswith("GET /v1/shipments/<path:ref> 200 ")
    assert lines[1].startswith("GET /v1/shipments 200 ")
    assert all(line.endswith("KE-CUSTOMS") for line in lines)
    assert not any(word in " ".join(lines) for word in (HONEST.ref, "secretword", "Bearer"))


def test_every_view_says_whom_it_answers(sqlite_app):
    check_audiences(sqlite_app)
    app = Flask("loose")
    app.add_url_rule("/loose", view_func=lambda: "x", endpoint="loose")
    with pytest.raises(TypeError, match="loose"):
        check_audiences(app)
