"""In a real browser: enrol, sign in, step up, read, and be refused without user verification."""

from dataclasses import replace

import pytest
from playwright.sync_api import expect

from api.people import invitations
from ledger.roster import HUB
from tests import factories
from tests.api.signing_in import invited
from tests.browser import chromium, listening, needs_chromium
from tests.factories import HONEST
from tests.world import World

pytestmark = needs_chromium
JOURNEY = replace(HONEST, key="ab" * 12)


@pytest.fixture
def place(sqlite_world: World):
    for kind, agency in (("notice.sent", "NL-CNA"), ("export.authorised", "NL-CNA")):
        sqlite_world.passes(minutes=1)
        sqlite_world.post(factories.body(kind, JOURNEY), agency)
    raised = factories.body("alert.raised", JOURNEY, countries=["NL", "KE"])
    sqlite_world.post(raised, HUB)
    with listening(sqlite_world) as (_, base), chromium() as surfer:
        yield sqlite_world, base, surfer


def test_a_focal_point_enrols_signs_in_steps_up_and_reads(place):
    world, base, surfer = place
    page = surfer.page
    token = invited(world, "NL-CNA", "focal_point", "investigator")
    page.goto(invitations.link(base, token))
    page.get_by_label("What your colleagues call you").fill("Ada Lovelace")
    page.get_by_role("button", name="Register a passkey").click()
    surfer.shows("Ada Lovelace")
    cookies = page.context.cookies()
    assert [(each["name"], each["secure"], each["httpOnly"]) for each in cookies] == [
        ("__Host-shield", True, True)
    ]

    page.get_by_role("button", name="Sign out").click()
    surfer.shows("Sign in")
    assert page.context.cookies() == []
    page.goto(f"{base}/console/alerts")
    page.get_by_role("button", name="Sign in with a passkey").click()
    surfer.shows("What do you read for?")

    page.get_by_label("Your case reference").fill("NL-2026-17")
    page.get_by_role("button", name="Go on").click()
    surfer.shows("Alerts")
    page.get_by_role("link", name=JOURNEY.ref).click()
    surfer.shows(JOURNEY.ref)
    expect(page.get_by_role("cell", name="export.authorised entry")).to_be_visible()

    page.get_by_role("link", name="People").click()
    page.get_by_label("investigator").check()
    page.get_by_label("approver").check()
    page.get_by_role("button", name="Make an invitation").click()
    expect(page.locator("#link")).to_contain_text("/console/enrol#")
    assert surfer.faults == []


def test_without_user_verification_nobody_signs_in_or_steps_up(place):
    world, base, surfer = place
    page = surfer.page
    page.goto(invitations.link(base, invited(world, "NL-CNA", "focal_point")))
    page.get_by_role("button", name="Register a passkey").click()
    surfer.shows("Welcome")

    surfer.verified(is_verified=False)
    page.goto(f"{base}/console/people")
    page.get_by_label("investigator").check()
    page.get_by_role("button", name="Make an invitation").click()
    expect(page.get_by_text("could not verify you")).to_be_visible()
    page.get_by_role("button", name="Sign out").click()
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("could not verify you")).to_be_visible()

    # A script that asks its browser for less gets an assertion, and the server refuses it.
    page.evaluate(
        """() => {
          const parse = PublicKeyCredential.parseRequestOptionsFromJSON;
          PublicKeyCredential.parseRequestOptionsFromJSON = (options) =>
            parse({ ...options, userVerification: "discouraged" });
        }"""
    )
    page.get_by_role("button", name="Sign in with a passkey").click()
    expect(page.get_by_text("the passkey was not accepted")).to_be_visible()
    assert page.context.cookies() == []
    assert surfer.faults == []


def enrols(surfer, link: str, name: str, heading: str) -> None:
    surfer.page.goto(link)
    surfer.page.get_by_label("What your colleagues call you").fill(name)
    surfer.page.get_by_role("button", name="Register a passkey").click()
    surfer.shows(heading)


def test_one_asks_and_another_approves_each_with_their_own_passkey(place):
    world, base, ada = place
    bob, cleo = ada.another(), ada.another()
    for surfer, name in ((ada, "Ada"), (bob, "Bob")):
        token = invited(world, "NL-CNA", "focal_point", "investigator")
        enrols(surfer, invitations.link(base, token), name, name)
    waiting = invitations.link(base, invited(world, "NL-CUSTOMS", "approver"))
    enrols(cleo, waiting, "Cleo", "Your passkey is registered")

    ada.page.goto(f"{base}/console/requests")
    ada.page.get_by_role("button", name="Ask for it").click()
    expect(ada.page.get_by_text("pending")).to_be_visible()
    bob.page.goto(f"{base}/console/requests")
    bob.page.get_by_role("link", name="person.enrolled").click()
    bob.page.get_by_role("button", name="Go on").click()
    expect(bob.page.get_by_text("About Cleo.")).to_be_visible()
    bob.page.get_by_role("button", name="Approve").click()
    expect(bob.page.get_by_text("Answered by")).to_be_visible()

    cleo.page.get_by_role("main").get_by_role("link", name="sign in").click()
    cleo.page.get_by_role("button", name="Sign in with a passkey").click()
    cleo.shows("Cleo")
    assert ada.faults == bob.faults == cleo.faults == []
