"""Public pages about the node itself: what log this is, its vocabulary, its errors, its API."""

from flask import Blueprint, Response, current_app, render_template

from api import rulebook
from api.answers import PUBLIC, answer, conditional
from api.auth import open_to_all
from api.current import node
from api.openapi import document
from api.operations import JSON, operation
from api.problems import PROBLEMS
from api.rulebook import RulesAnswer
from api.schemas import KindsAnswer
from crypto.encodings import b64_encode
from ledger import databases, store, vocabulary

blueprint = Blueprint("home", __name__)

HTML = "text/html"


@blueprint.get("/")
@open_to_all
@operation(answers={200: HTML}, media=HTML)
def get_home() -> Response:
    """Show what log this is and how far it has come."""
    with databases.reading(node().engine) as session:
        head = store.head(session)
    page = render_template(
        "home.html",
        origin=head.origin,
        size=head.size,
        root=b64_encode(head.frontier.root()),
    )
    return conditional(Response(page, mimetype=HTML), cache=PUBLIC)


@blueprint.get("/errors")
@open_to_all
@operation(answers={200: HTML}, media=HTML)
def get_errors() -> Response:
    """Show every code of a refusal: what happened and how to mend it."""
    page = render_template("errors.html", problems=sorted(PROBLEMS.items()))
    return conditional(Response(page, mimetype=HTML), cache=PUBLIC)


@blueprint.get("/v1/kinds")
@open_to_all
@operation(answers={200: KindsAnswer})
def get_kinds() -> Response:
    """List the kinds of statements: what each says, and who may post it."""
    kinds = [
        {
            "kind": kind,
            "says": " ".join((declared.__doc__ or "").split()),
            "by": sorted(declared.by),
            "of": list(declared.of),
            "public": declared.public,
        }
        for kind, declared in sorted(vocabulary.kinds().items())
    ]
    return answer({"kinds": kinds}, cache=PUBLIC)


@blueprint.get("/v1/rules")
@open_to_all
@operation(answers={200: RulesAnswer})
def get_rules() -> Response:
    """List the rules of the checker: what each looks for, and why."""
    return answer({"rules": rulebook.entries()}, cache=PUBLIC)


@blueprint.get("/v1/openapi.json")
@open_to_all
@operation(answers={200: JSON})
def get_openapi() -> Response:
    """Read the description of this API (OpenAPI 3.1), made from the schemas that validate."""
    return answer(document(current_app, base=node().settings.public_url), cache=PUBLIC)
