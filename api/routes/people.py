"""A person's own pages, and those on which focal points invite and remove people."""

import re

from flask import Blueprint, Response, request

from api.answers import answer
from api.bodies import question
from api.current import moment, node
from api.operations import JSON, operation
from api.people import enlisting, guard, invitations, names, pages, sessions, stepping
from api.people.asked import OptionsAnswer, StepUpQuestion
from api.people.attempts import BOOK
from api.people.guard import LEADERS, Signed, for_people
from api.people.pages import FORM, HTML, page
from api.problems import Refused
from ledger import Invalid, NotFound, databases
from ledger.persons import PersonRole
from ledger.reads.purposes import Purpose
from ledger.roster import HUB, Role, Roster

blueprint = Blueprint("people", __name__)

HUBS_OWN = frozenset({PersonRole.DUTY_OFFICER, PersonRole.OPERATOR})
PEOPLE = "/console/people"
BACK = re.compile(r"/console(?:[/?][!-\[\]-~]*)?")  # an address of ours, as ASCII and without `\`


@blueprint.get("/console")
@for_people()
@operation(answers={200: HTML}, media=HTML)
def get_console(signed: Signed) -> Response:
    """Show who one is here, and every browser in which one is signed in."""
    with databases.reading(node().engine) as session:
        own = sessions.of(session, signed.person.id, now=moment())
    return page("home", signed=signed, sessions=own)


@blueprint.post("/console/sessions/<handle>/end")
@for_people()
@operation(body=(FORM,), answers={303: HTML}, media=HTML, problems=(404,))
def post_session_end(signed: Signed, handle: str) -> Response:
    """End one of one's own sessions, here or elsewhere."""
    with databases.writing(node().engine, BOOK) as session:
        if not sessions.end(session, signed.person.id, handle):
            raise NotFound("there is no such session")
    made = pages.to("/console")
    return guard.dismiss(made) if handle == signed.session.handle else made


@blueprint.get("/console/purpose")
@for_people()
@operation(answers={200: HTML}, media=HTML)
def get_purpose(signed: Signed) -> Response:
    """Show what one reads for, to change it."""
    del signed
    return pages.purpose_form()


@blueprint.post("/console/purpose")
@for_people()
@operation(body=(FORM,), answers={303: HTML}, media=HTML)
def post_purpose(signed: Signed) -> Response:
    """Say what one reads for: each read from now on is recorded with it."""
    sort, case = request.form.get("purpose", ""), request.form.get("case", "").strip()
    try:
        purpose = Purpose(sort=sort, case=case or None)
    except Invalid as error:
        raise Refused("bad-parameter", str(error), parameter="purpose") from error
    with databases.writing(node().engine, BOOK) as session:
        sessions.say_purpose(session, signed.session, str(purpose))
    back = request.form.get("back", "")
    return pages.to(back if BACK.fullmatch(back) else pages.HOME)


@blueprint.post("/console/step-up")
@for_people()
@operation(body=(JSON,), asks=StepUpQuestion, answers={200: OptionsAnswer})
def post_step_up(signed: Signed) -> Response:
    """Begin to sign for what one is about to do, with one's passkey."""
    asked: StepUpQuestion = question(StepUpQuestion)
    return answer(stepping.begin(signed, asked.decision), cache="no-store")


@blueprint.get("/console/people")
@for_people(*LEADERS)
@operation(answers={200: HTML}, media=HTML)
def get_people(signed: Signed) -> Response:
    """List the people of one's country, by agency; invite another."""
    return _people(signed)


@blueprint.post("/console/people/invite")
@for_people(*LEADERS)
@operation(body=(FORM,), answers={200: HTML}, media=HTML)
def post_invitation(signed: Signed) -> Response:
    """Invite somebody of one's own country; the link is shown once, and needs a fresh passkey."""
    roles = tuple(sorted(set(request.form.getlist("role"))))
    agency, person = request.form.get("agency", ""), request.form.get("person") or None
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
    known = roster.people.get(person) if person else None
    if person and (known is None or known.country != signed.person.country):
        raise NotFound("there is no such person")
    if known is not None:
        agency, roles = known.agency, tuple(known.roles)
    check_invitable(roster, agency, roles, country=signed.person.country)
    stepping.check(signed)
    with databases.writing(node().engine, BOOK) as session:
        token = invitations.invite(
            session,
            agency=agency,
            roles=roles,
            invited_by=signed.person.id,
            now=moment(),
            random=node().sequencer.desk.random,
            person=person,
        )
    return _people(signed, link=invitations.link(node().settings.public_url, token))


@blueprint.post("/console/people/remove")
@for_people(*LEADERS)
@operation(body=(FORM,), answers={303: HTML}, media=HTML, problems=(404,))
def post_removal(signed: Signed) -> Response:
    """Take somebody of one's own country out of the registry; their sessions end at once."""
    person = request.form.get("person", "")
    found = enlisting.person_of(person)
    if found is None or found.country != signed.person.country:
        raise NotFound("there is no such person")
    stepping.check(signed)
    if enlisting.remove(person) is enlisting.Outcome.DONE:
        with databases.writing(node().engine, BOOK) as session:
            sessions.end_all(session, person)
        return pages.to(PEOPLE)
    return pages.to("/console/requests")


def check_invitable(roster: Roster, agency: str, roles: tuple[str, ...], *, country: str) -> None:
    """Refuse an invitation that the log would refuse to follow."""
    enrolled = roster.agencies.get(agency)
    if enrolled is None or agency[:2] != country:
        raise Refused("bad-parameter", f"agency: none of {country}", parameter="agency")
    if not roles or not set(roles) <= set(PersonRole):
        raise Refused("bad-parameter", "role: name at least one", parameter="role")
    if agency != HUB and not HUBS_OWN.isdisjoint(roles):
        raise Refused("bad-parameter", "role: one of them is the hub's own", parameter="role")
    if Role.AUDITOR in enrolled.roles and set(roles) != {PersonRole.AUDITOR}:
        raise Refused("bad-parameter", "role: its people are auditors", parameter="role")


def _people(signed: Signed, link: str = "") -> Response:
    country = signed.person.country
    with databases.reading(node().engine) as session:
        roster = node().sequencer.desk.registry.current(session)
        people = sorted(
            (each for each in roster.people.values() if each.country == country),
            key=lambda each: each.id,
        )
        named = names.of(session, [each.id for each in people])
    agencies = sorted(name for name in roster.agencies if name[:2] == country)
    roles = [role for role in PersonRole if signed.person.agency == HUB or role not in HUBS_OWN]
    return page(
        "people",
        signed=signed,
        people=people,
        names=named,
        agencies=agencies,
        roles=roles,
        link=link,
        hours=invitations.LIFETIME.total_seconds() // 3600,
    )
