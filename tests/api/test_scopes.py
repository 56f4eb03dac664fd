"""A key, or a token, that is limited to some scopes does nothing else."""

import json

import pytest

from api.auth import for_agencies
from ledger import Invalid, NotPermitted
from ledger.scopes import SCOPES
from tests import factories
from tests.enrolling import key_claims
from tests.factories import HONEST
from tests.test_matrix import ARGUMENTS, BODIES, QUERIES
from tests.world import World

KEY = factories.key_for("NL-CNA limited")


def limited_to(world: World, *scopes: str) -> None:
    """Add a key to the owner, good for these scopes only."""
    claims = key_claims("NL-CNA", key=KEY)
    body = factories.body("key.added", agency="NL-CNA", scopes=list(scopes), **claims)
    world.post(body, "NL-ROOT")


def routes(app):
    """Every route for agencies, as a path to ask, with the scope it takes."""
    for rule in app.url_map.iter_rules():
        scope = getattr(app.view_functions[rule.endpoint], "scope", None)
        if scope is not None:
            method = "POST" if "POST" in rule.methods else "GET"
            path = rule.rule
            for name, value in ARGUMENTS.items():
                path = path.replace(f"<{name}>", value)
            name = f"{method} {rule.rule}"
            yield method, path + QUERIES.get(name, ""), BODIES.get(name), scope


def ask(caller, method, path, body, **changes):
    if method == "GET":
        return caller.get(path, **changes)
    return caller.post(path, json.dumps(body).encode(), **changes)


@pytest.mark.parametrize("way", ["token", "key"])
def test_every_route_is_closed_without_its_scope_and_says_which_it_takes(
    sqlite_world, sqlite_app, sqlite_agency, way
):
    sqlite_world.live(HONEST)
    asked = list(routes(sqlite_app))
    assert len(asked) >= 18
    if way == "key":
        limited_to(sqlite_world, "events:write")
    caller = sqlite_agency("NL-CNA", KEY if way == "key" else None)
    for method, path, body, scope in asked:
        changes = {} if way == "key" else {"scope": " ".join(set(SCOPES) - {scope})}
        refused = ask(caller, method, path, body, **changes)
        assert (refused.status_code, refused.json["code"]) == (403, "scope-missing"), path
        assert scope in refused.json["detail"]
        assert f'error="insufficient_scope", scope="{scope}"' in refused.headers["WWW-Authenticate"]
        if way == "token":
            assert ask(caller, method, path, body, scope=scope).status_code != 403, path


def test_a_token_gives_no_scope_that_its_key_does_not_have(sqlite_world, sqlite_agency):
    limited_to(sqlite_world, "alerts:read")
    caller = sqlite_agency("NL-CNA", KEY)
    assert caller.get("/v1/alerts").status_code == 200
    assert caller.get("/v1/alerts", scope="alerts:read").status_code == 200
    assert caller.get("/v1/alerts", scope="shipments:read").status_code == 403
    assert caller.get("/v1/shipments", scope="shipments:read").status_code == 403
    assert sqlite_agency("NL-CNA").get("/v1/shipments").status_code == 200


def test_a_scope_that_nobody_knows_gives_nothing(sqlite_agency):
    for scope in ("everything", "*", "alerts:read,shipments:read", "ALERTS:READ", " "):
        assert sqlite_agency("NL-CNA").get("/v1/alerts", scope=scope).status_code == 403


def test_a_key_for_reading_signs_no_statement(world):
    limited_to(world, "shipments:read", "alerts:read")
    with pytest.raises(NotPermitted, match="events:write") as refused:
        world.post(factories.body("notice.sent"), "NL-CNA", key=KEY)
    assert refused.value.code == "scope-missing"
    with pytest.raises(NotPermitted, match="registry:write"):
        world.post(factories.body("hits.declared"), "NL-CNA", key=KEY)


def test_a_key_for_events_signs_these_and_nothing_about_alerts(sqlite_world):
    raised = factories.body("alert.raised", countries=["NL", "KE"])
    sqlite_world.post(raised, "ZZ-HUB")
    limited_to(sqlite_world, "events:write")
    sqlite_world.post(factories.body("notice.sent"), "NL-CNA", key=KEY)
    with pytest.raises(NotPermitted, match="alerts:write"):
        sqlite_world.post(factories.body("alert.acknowledged"), "NL-CNA", key=KEY)
    sqlite_world.post(factories.body("alert.acknowledged"), "NL-CNA")


def test_only_scopes_that_exist_are_enrolled_and_no_root_key_is_limited(sqlite_world):
    with pytest.raises(Invalid) as refused:
        limited_to(sqlite_world, "everything")
    assert refused.value.pointer == "/scopes/0"
    claims = key_claims("NL-ROOT", key=KEY)
    body = factories.body("key.added", agency="NL-ROOT", scopes=["events:write"], **claims)
    with pytest.raises(Invalid, match="root key"):
        sqlite_world.post(body, "NL-ROOT")


def test_a_restarted_node_remembers_what_a_key_is_limited_to(world):
    limited_to(world, "shipments:read")
    with pytest.raises(NotPermitted):
        world.restarted().post(factories.body("notice.sent"), "NL-CNA", key=KEY)


def test_a_view_with_a_scope_that_does_not_exist_is_not_served():
    with pytest.raises(TypeError):
        for_agencies("shipments:raed")
