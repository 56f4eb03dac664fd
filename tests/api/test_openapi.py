"""The OpenAPI document is whole, says what validates, and leaves no route out."""

import re

import pytest

from ledger import vocabulary
from tests import factories

STEP = re.compile(r"<(?:[^<>:]*:)?([^<>]+)>")
METHODS = {"get", "post", "put", "delete", "patch"}


@pytest.fixture
def document(sqlite_app):
    return sqlite_app.test_client().get("/v1/openapi.json").json


def everything(value):
    yield value
    inner = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for each in inner:
            yield from everything(each)


def resolve(document, ref):
    assert ref.startswith("#/")
    found = document
    for step in ref[2:].split("/"):
        found = found[step]
    return found


def test_it_is_openapi_3_1(document):
    assert document["openapi"] == "3.1.0"
    assert {"title", "version"} <= document["info"].keys()
    assert document["servers"] == [{"url": "http://ledger.test"}]
    assert set(document["components"]) == {"schemas", "responses", "securitySchemes"}
    names = [name for part in document["components"].values() for name in part]
    assert all(re.fullmatch(r"[a-zA-Z0-9._-]+", name) for name in names)


def test_every_reference_leads_somewhere(document):
    refs = [
        each["$ref"] for each in everything(document) if isinstance(each, dict) and "$ref" in each
    ]
    assert refs
    for ref in refs:
        assert resolve(document, ref)


def test_every_route_is_in_it(sqlite_app, document):
    for rule in sqlite_app.url_map.iter_rules():
        path = document["paths"][STEP.sub(r"{\1}", rule.rule)]
        for method in rule.methods - {"HEAD", "OPTIONS"}:
            operation = path[method.lower()]
            named = {each["name"] for each in operation["parameters"] if each["in"] == "path"}
            assert named == set(rule.arguments)
            assert operation["summary"].endswith(".")


def test_every_operation_has_an_id_of_its_own_and_tells_of_problems(document):
    operations = [
        operation
        for path in document["paths"].values()
        for method, operation in path.items()
        if method in METHODS
    ]
    ids = [each["operationId"] for each in operations]
    assert len(set(ids)) == len(ids)
    for each in operations:
        assert each["responses"]["default"] == {"$ref": "#/components/responses/Problem"}


def test_what_needs_a_token_says_so(document):
    guarded = {
        path
        for path, methods in document["paths"].items()
        for each in methods.values()
        if {"token"} in map(set, each.get("security", []))
    }
    assert guarded == {
        "/v1/entries",
        "/v1/grants",
        "/v1/hits",
        "/v1/reads",
        "/v1/refusals",
        "/v1/refusals/check",
        "/v1/rules/measured",
        "/v1/statistics",
        "/v1/requests",
        "/v1/requests/{request_id}",
        "/v1/shipments",
        "/v1/shipments/{ref}",
        "/v1/shipments/{ref}/events",
        "/v1/shipments/{ref}/evidence",
        "/v1/shipments/{ref}/explain",
        "/v1/shipments/{ref}/preview",
        "/v1/shipments/{ref}/matches",
        "/v1/shipments/{ref}/risk",
        "/v1/traders/{trader}",
        "/v1/alerts",
        "/v1/alerts/{alert}",
    }


def test_a_body_is_one_of_all_kinds(document):
    body = document["components"]["schemas"]["Body"]
    kinds = {each["$ref"].rpartition("/")[2] for each in body["oneOf"]}
    assert kinds == set(body["discriminator"]["mapping"]) == set(vocabulary.kinds())


TYPES = {"string": str, "integer": int, "boolean": bool, "object": dict, "array": list}


def faults(document, schema, value, where=""):
    """Where a value breaks a schema, as far as our schemas go."""
    if "$ref" in schema:
        schema = resolve(document, schema["$ref"])
    if "const" in schema:
        return [] if value == schema["const"] else [f"{where} is another"]
    kind = schema["type"]
    if not isinstance(value, TYPES[kind]) or isinstance(value, bool) != (kind == "boolean"):
        return [f"{where} is no {kind}"]
    check = {"object": _object_faults, "array": _array_faults}.get(kind, _plain_faults)
    return check(document, schema, value, where)


def _object_faults(document, schema, value, where):
    properties = schema["properties"]
    found = [
        f"{where}/{name} is missing" for name in schema.get("required", []) if name not in value
    ]
    found += [f"{where}/{name} is unknown" for name in value if name not in properties]
    for name in value.keys() & properties.keys():
        found += faults(document, properties[name], value[name], f"{where}/{name}")
    assert schema["additionalProperties"] is False
    return found


def _array_faults(document, schema, value, where):
    found = [] if len(value) <= schema["maxItems"] else [f"{where} is too long"]
    for place, each in enumerate(value):
        found += faults(document, schema["items"], each, f"{where}/{place}")
    return found


def _plain_faults(_, schema, value, where):
    fits = "pattern" not in schema or re.search(schema["pattern"], value)
    listed = "enum" not in schema or value in schema["enum"]
    return [] if fits and listed else [f"{where} does not match"]


@pytest.mark.parametrize("kind", sorted(vocabulary.kinds()))
def test_a_valid_body_of_every_kind_is_valid_by_the_document(document, kind):
    schema = document["components"]["schemas"][kind]
    body = factories.body(kind)
    assert faults(document, schema, body) == []
    assert faults(document, schema, {**body, "colour": "red"})
    assert faults(document, schema, {**body, "occurred_at": 5})
    assert faults(document, schema, {n: v for n, v in body.items() if n != "kind"})
