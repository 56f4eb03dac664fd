"""The console's entrance: an invitation becomes a passkey, a passkey a session."""

from flask import Blueprint, Response

from api.answers import answer, conditional
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
    sessions,
    stepping,
)
from api.people.asked import (
    EnrolAnswer,
    EnrolQuestion,
    NextAnswer,
    OptionsAnswer,
    SignInAnswer,
)
from api.people.attempts import BOOK
from api.people.enlisting import Newcomer, Outcome
from api.people.guard import Signed, for_people
from api.people.invitations import Invitation
from api.people.pages import FORM, HTML, STATIC, page
from api.people.site import NAME, site_of
from crypto import CryptoError, passkeys
from ledger import databases
from ledger.persons import Person

blueprint = Blueprint("entrance", __name__)

HOME = "/console"
WAITING = "/console/enrol#waiting"
CACHE = "public, max-age=300"
ENROL, SIGN_IN = "enrol", "sign-in"


@blueprint.get("/console/console.js")
@open_to_all
@operation(answers={200: "text/javascript"}, media="text/javascript")
def get_script() -> Response:
    """Read the script of the console: passkeys, and nothing else."""
    made = Response((STATIC / "console.js").read_bytes(), mimetype="text/javascript")
    return conditional(made, cache=CACHE)


@blueprint.get("/console/console.css")
@open_to_all
@operation(answers={200: "text/css"}, media="text/css")
def get_style() -> Response:
    """Read how the console looks."""
    made = Response((STATIC / "console.css").read_bytes(), mimetype="text/css")
    return conditional(made, cache=CACHE)


@blueprint.get("/console/enrol")
@open_to_all
@operation(answers={200: HTML}, media=HTML)
def get_enrol() -> Response:
    """Show the page that an invitation leads to; the invitation itself stays in the browser."""
    return page("enrol", provider=oidc.name(node().settings))


@blueprint.post("/console/enrol/options")
@open_to_all
@operation(body=(JSON,), asks=EnrolQuestion, answers={200: OptionsAnswer}, problems=(403,))
def post_enrol_options() -> Response:
    """Begin to register a passkey on an invitation."""
    forgery.check_from_here()
    attempts.from_here()
    asked: EnrolQuestion = question(EnrolQuestion)
    random = node().sequencer.desk.random
    challenge = random(32)
    with databases.writing(node().engine, BOOK) as session:
        invitation = invitations.opened(session, asked.token, now=moment())
        ceremony = ceremonies.begin(
            session, ENROL, invitation.token, now=moment(), random=random, challenge=challenge
        )
    options = passkeys.creation_options(
        rp_id=site_of(node().settings).rp_id,
        rp_name=NAME,
        user=invitation.person,
        shown=invitation.person,
        challenge=challenge,
        known=_known(invitation),
    )
    told = {"agency": invitation.agency, "roles": ", ".join(invitation.roles)}
    return answer({"ceremony": ceremony, "publicKey": options, **told}, cache="no-store")


@blueprint.post("/console/enrol")
@open_to_all
@operation(body=(JSON,), asks=EnrolAnswer, answers={200: NextAnswer}, problems=(403, 409, 422))
def post_enrol() -> Response:
    """Register the passkey, use the invitation up, and sign the person in."""
    forgery.check_from_here()
    asked: EnrolAnswer = question(EnrolAnswer, max_bytes=passkeys.MAX_RESPONSE)
    attempts.by(asked.token)
    site = site_of(node().settings)
    with databases.writing(node().engine, BOOK) as session:
        invitation = invitations.opened(session, asked.token, now=moment())
        taken = ceremonies.take(session, asked.ceremony, ENROL, now=moment())
    if taken.about != invitation.token:
        raise stepping.refused()
    try:
        registered = passkeys.verify_registration(
            asked.response, challenge=taken.challenge, rp_id=site.rp_id, origin=site.origin
        )
    except CryptoError as error:
        raise stepping.refused() from error
    newcomer = Newcomer(invitation=invitation, registered=registered, name=asked.name or "")
    if enlisting.enlist(newcomer) is Outcome.WAITS:
        return answer({"next": WAITING}, cache="no-store")
    return _entered(invitation.person, registered.id)


@blueprint.get("/console/sign-in")
@open_to_all
@operation(answers={200: HTML}, media=HTML)
def get_sign_in() -> Response:
    """Show the page on which people sign in."""
    return page("sign-in", provider=oidc.name(node().settings))


@blueprint.post("/console/sign-in/options")
@open_to_all
@operation(answers={200: OptionsAnswer}, problems=(403,))
def post_sign_in_options() -> Response:
    """Begin to sign in: whoever the authenticator knows for this site."""
    forgery.check_from_here()
    attempts.from_here()
    random = node().sequencer.desk.random
    challenge = random(32)
    with databases.writing(node().engine, BOOK) as session:
        ceremony = ceremonies.begin(
            session, SIGN_IN, "", now=moment(), random=random, challenge=challenge
        )
    rp_id = site_of(node().settings).rp_id
    options = passkeys.request_options(rp_id=rp_id, challenge=challenge)
    return answer({"ceremony": ceremony, "publicKey": options}, cache="no-store")


@blueprint.post("/console/sign-in")
@open_to_all
@operation(body=(JSON,), asks=SignInAnswer, answers={200: NextAnswer}, problems=(403,))
def post_sign_in() -> Response:
    """Sign in with what an authenticator signed for its verified user."""
    forgery.check_from_here()
    attempts.from_here()
    asked: SignInAnswer = question(SignInAnswer, max_bytes=passkeys.MAX_RESPONSE)
    with databases.writing(node().engine, BOOK) as session:
        taken = ceremonies.take(session, asked.ceremony, SIGN_IN, now=moment())
    person = _owner(str(asked.response.get("id", "")))
    if person is None or not _is_handle_of(asked.response, person):
        raise stepping.refused()
    used = stepping.proven(asked.response, person, taken.challenge)
    return _entered(person.id, used.id)


@blueprint.post("/console/sign-out")
@for_people()
@operation(body=(FORM,), answers={303: HTML}, media=HTML)
def post_sign_out(signed: Signed) -> Response:
    """Sign out: this session ends here and now."""
    with databases.writing(node().engine, BOOK) as session:
        sessions.drop(session, signed.token)
    made = guard.dismiss(pages.to("/console/sign-in"))
    made.headers["Clear-Site-Data"] = '"cache", "storage"'
    return made


def _known(invitation: Invitation) -> tuple[str, ...]:
    person = enlisting.person_of(invitation.person)
    return tuple(each.id for each in stepping.held(person)) if person else ()


def _owner(credential: str) -> Person | None:
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
    return roster.people.get(roster.credentials.get(credential, ""))


def _is_handle_of(response: dict[str, object], person: Person) -> bool:
    """Whether the authenticator names the same person (WebAuthn §7.2 step 6), if it names any."""
    inner = response.get("response")
    handle = inner.get("userHandle") if isinstance(inner, dict) else None
    return not handle or handle == passkeys.handle_of(person.id)


def _entered(person: str, credential: str) -> Response:
    return guard.entered(answer({"next": HOME}, cache="no-store"), person, credential)
