"""Signing in through the organisation's provider: there with a state, and back with a code."""

from flask import Blueprint, Response, request

from api.answers import answer
from api.auth import open_to_all
from api.bodies import question
from api.current import moment, node
from api.operations import JSON, operation
from api.people import (
    attempts,
    ceremonies,
    enlisting,
    forgery,
    guard,
    invitations,
    oidc,
    pages,
)
from api.people.asked import NextAnswer, ProviderQuestion
from api.people.attempts import BOOK
from api.people.pages import HTML
from ledger import databases

blueprint = Blueprint("provider", __name__)

WHAT = "provider"
COOKIE = "__Host-shield-way"
HOME = "/console"


@blueprint.post("/console/provider")
@open_to_all
@operation(body=(JSON,), asks=ProviderQuestion, answers={200: NextAnswer}, problems=(403,))
def post_provider() -> Response:
    """Begin to sign in at the provider, or to link one's account by an invitation."""
    forgery.check_from_here()
    attempts.from_here()
    asked: ProviderQuestion = question(ProviderQuestion)
    with databases.writing(node().engine, BOOK) as session:
        invited = invitations.opened(session, asked.token, now=moment()) if asked.token else None
        state = ceremonies.begin(
            session,
            WHAT,
            invited.token if invited else "",
            now=moment(),
            random=node().sequencer.desk.random,
            challenge=b"",
        )
    if invited is not None and enlisting.person_of(invited.person) is None:
        raise oidc.refused("register a passkey first, and link the account by another invitation")
    made = answer({"next": oidc.address(node().settings, state)}, cache="no-store")
    made.set_cookie(COOKIE, state, path="/", secure=True, httponly=True, samesite="Lax")
    return made


@blueprint.get("/console/provider/answer")
@open_to_all
@operation(answers={303: HTML}, media=HTML, problems=(403,))
def get_provider_answer() -> Response:
    """Take the provider's word for who somebody is, and sign them in.

    Only in the browser that was sent there (RFC 9700 §4.7), once, within five minutes.
    """
    attempts.from_here()
    state, issuer = request.args.get("state", ""), request.args.get("iss")
    provider = node().settings.provider
    if not state or state != request.cookies.get(COOKIE):
        raise oidc.refused("this sign-in was not begun in this browser")
    if provider is None or issuer not in {None, provider.issuer}:
        raise oidc.refused("another provider answered")  # RFC 9207
    with databases.writing(node().engine, BOOK) as session:
        taken = ceremonies.take(session, state, WHAT, now=moment())
    account = oidc.account(node().settings, state, request.args.get("code", ""), now=moment())
    person = _linked(taken.about, account) if taken.about else _known(account)
    made = guard.entered(pages.to(HOME), person, oidc.CREDENTIAL + account)
    made.delete_cookie(COOKIE, path="/", secure=True, httponly=True, samesite="Lax")
    return made


def _known(account: str) -> str:
    """Whose account this is; the same refusal whether it was never linked or they were removed."""
    with databases.reading(node().engine) as session:
        person = oidc.person_of(session, account)
    if person is None or enlisting.person_of(person) is None:
        raise oidc.refused("this account is linked to nobody")
    return person


def _linked(digest: str, account: str) -> str:
    """Link the account to whom the invitation is for, and use the invitation up."""
    with databases.writing(node().engine, BOOK) as session:
        invitation = invitations.named(session, digest, now=moment())
        invitations.spend(session, invitation)
        oidc.link(session, account, invitation.person)
    return invitation.person
