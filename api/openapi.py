"""The OpenAPI 3.1 document, made from the views and from the very schemas that validate.

Nothing is said twice: paths come from the routes, parameters and answers from `api.schemas`, and
the bodies of statements from the vocabulary.
"""

import re
from collections.abc import Iterable, Iterator
from importlib.metadata import version
from typing import Any

from apispec import APISpec
from apispec.ext.marshmallow import MarshmallowPlugin
from flask import Flask
from marshmallow import fields
from werkzeug.routing import Rule

from api.operations import JSON, Operation
from api.people.guard import COOKIE
from api.purposes import HEADER
from api.schemas import ProblemAnswer
from ledger import fields as wire
from ledger import values, vocabulary
from ledger.entries import MAX_INDEX
from ledger.reads.purposes import PATTERN
from ledger.schemas import schema_of

Json = dict[str, Any]

# What a view need not say of itself: these come before it, or around it.
ANYWHERE = (400, 415, 429)
WITH_BODY = (413,)
FOR_SOME = (401, 403, 503)  # for agencies or people: who, whether they may, and the log of reads

_MONTH_AND_DAY = r"-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12]\d|3[01])"
_TIME = r"T(?:[01]\d|2[0-3]):[0-5]\d:[0-5]\d(?:\.\d{1,6})?Z"
_DAY = rf"^(?:19|20)\d{{2}}{_MONTH_AND_DAY}$"
_MOMENT = rf"^(?:199\d|20\d{{2}}){_MONTH_AND_DAY}{_TIME}$"
_STEP = re.compile(r"<(?:[^<>:]*:)?([^<>]+)>")
_PROBLEM = "application/problem+json"
_TOKEN: Json = {
    "type": "http",
    "scheme": "bearer",
    "bearerFormat": "JWT",
    "description": "A JWT for this one request, signed with the agency's key (docs/api.md).",
}
_SESSION: Json = {
    "type": "apiKey",
    "in": "cookie",
    "name": COOKIE,
    "description": "A person's session, opened with a passkey or through a provider (docs/api.md).",
}
_MONITOR: Json = {
    "type": "http",
    "scheme": "bearer",
    "description": "A secret of this node's, which its operator's monitoring has (operations.md).",
}
_PURPOSE: Json = {
    "name": HEADER,
    "in": "header",
    "required": True,
    "description": "What the data is for, as the token says it too; the log of reads keeps it.",
    "schema": {"type": "string", "pattern": PATTERN},
    "example": 'investigation; case="KE-2026-17"',
}


def document(app: Flask, *, base: str) -> Json:
    """The whole document."""
    plugin = MarshmallowPlugin(schema_name_resolver=_name_of)
    spec = APISpec(
        title="Shield Ledger",
        version=version("shield-ledger"),
        openapi_version="3.1.0",
        plugins=[plugin],
        servers=[{"url": base}],
        info={"description": "Signed statements about precursor chemicals, and who may see them."},
    )
    converter: Any = plugin.converter  # untyped in apispec
    converter.add_attribute_function(_form)
    spec.components.schema("Country", {"type": "string", "enum": sorted(wire.COUNTRIES)})
    _kinds(spec, converter)
    spec.components.security_scheme("token", _TOKEN)
    spec.components.security_scheme("session", _SESSION)
    spec.components.security_scheme("monitor", _MONITOR)
    content = {_PROBLEM: {"schema": schema_of(ProblemAnswer)}}
    spec.components.response("Problem", {"description": "Refused", "content": content})
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        view = app.view_functions[rule.endpoint]
        told = getattr(view, "operation", None)
        if told is not None:
            spec.path(_STEP.sub(r"{\1}", rule.rule), operations=_operations(rule, view, told))
    made: Json = spec.to_dict()
    return made


def _name_of(schema: Any) -> str:
    made_by = schema if isinstance(schema, type) else type(schema)
    return made_by.__name__.removesuffix("Schema")


def _kinds(spec: APISpec, converter: Any) -> None:
    """Each kind's body, and `Body`: what the disclosures of one statement add up to."""
    declared: Any
    for kind, declared in vocabulary.kinds().items():
        made = converter.schema2jsonschema(schema_of(declared))
        made["description"] = " ".join((declared.__doc__ or "").split())
        made["properties"] = {"kind": {"const": kind}, **made["properties"]}
        made["required"] = ["kind", *made.get("required", [])]
        spec.components.schema(kind, made)
    refs = {kind: f"#/components/schemas/{kind}" for kind in vocabulary.kinds()}
    body = {
        "oneOf": [{"$ref": ref} for ref in refs.values()],
        "discriminator": {"propertyName": "kind", "mapping": refs},
        "description": "What one statement states: each property is a disclosure of its own, or, "
        "in a registry statement, a public claim.",
    }
    spec.components.schema("Body", body)


def _operations(rule: Rule, view: Any, told: Operation) -> Json:
    for_all = view.audience == "all"
    problems = {*told.problems, *ANYWHERE, *(WITH_BODY if told.body else ())}
    problems |= {*(() if for_all else FOR_SOME)} - told.answers.keys()
    made: Json = {
        "operationId": rule.endpoint.replace(".", "_"),
        "summary": " ".join(view.__doc__.split()),
        "parameters": [*_path_parameters(rule), *_query_parameters(told)],
        "responses": dict(_responses(told, sorted(problems))),
    }
    if told.body:
        shape: Any = told.asks
        schema = schema_of(shape) if shape is not None else {"type": "string"}
        content = {media: {"schema": schema} for media in told.body}
        made["requestBody"] = {"required": True, "content": content}
    if view.audience == "monitors":
        made["security"] = [{"monitor": []}]
    if view.audience == "people":
        made["security"] = [{"session": []}]
    if view.audience == "agencies":
        made["security"] = [{"token": [view.scope]}]
        made["parameters"].append(_PURPOSE)
    methods = (rule.methods or set()) - {"HEAD", "OPTIONS"}
    return {method.lower(): made for method in sorted(methods)}


def _path_parameters(rule: Rule) -> Iterator[Json]:
    for name in _STEP.findall(rule.rule):
        whole = name == "index"
        limits: Json = {"type": "integer", "minimum": 0, "maximum": MAX_INDEX}
        schema = limits if whole else {"type": "string"}
        yield {"name": name, "in": "path", "required": True, "schema": schema}


def _query_parameters(told: Operation) -> list[Json]:
    asked: Any = told.query
    schema = schema_of(asked)
    return [{"in": "query", "schema": schema}] if schema.fields else []


def _responses(told: Operation, problems: Iterable[int]) -> Iterator[tuple[str, Json]]:
    shape: Any
    for status, shape in told.answers.items():
        plain = {"type": "object" if shape == JSON else "string"}
        schema = plain if isinstance(shape, str) else schema_of(shape)
        yield str(status), {"description": "Done", "content": {told.media: {"schema": schema}}}
    for status in problems:
        yield str(status), {"$ref": "#/components/responses/Problem"}
    yield "default", {"$ref": "#/components/responses/Problem"}


def _form(converter: Any, field: fields.Field[Any], **_: Any) -> Json:
    """What our own fields accept, as JSON Schema."""
    if isinstance(field, wire.Several):
        items = converter.field2property(field.inner)
        return {"type": "array", "maxItems": wire.MAX_LIST, "items": items}
    made: Json = next((form(field) for kind, form in _FORMS if isinstance(field, kind)), {})
    return made


def _whole(field: values.Whole) -> Json:
    return {"type": "integer", "minimum": field.low, "maximum": field.high}


def _choice(field: values.Choice) -> Json:
    if set(field.words) == wire.COUNTRIES:
        return {"$ref": "#/components/schemas/Country"}  # hundreds of words, said once
    return {"type": "string", "enum": list(field.words)}


_FORMS: tuple[tuple[type[Any], Any], ...] = (
    (values.Pattern, lambda field: {"type": "string", "pattern": f"^(?:{field.pattern})$"}),
    (values.Choice, _choice),
    (values.Whole, _whole),
    (values.YesNo, lambda _: {"type": "boolean"}),
    (values.Exact, lambda _: {"type": "string", "pattern": r"^(?:0|[1-9]\d*)(?:\.\d+)?$"}),
    (values.Instant, lambda _: {"type": "string", "format": "date-time", "pattern": _MOMENT}),
    (values.CalendarDay, lambda _: {"type": "string", "format": "date", "pattern": _DAY}),
)
