"""Four eyes at the console: one person asks, another approves, and the log has both proofs."""

import html
import json
import re
from typing import Any

import pytest

from tests.api.signing_in import HERE, PAGE, Browser, browser, invited, signed_in


def submit(someone: Browser, page: str, action: str) -> Any:
    """Send the form of a page that asks for a signature over a decision for the log."""
    text = someone.get(page).text
    found = next(each for each in re.findall(r"<form.*?</form>", text, re.DOTALL) if action in each)
    decision = json.loads(html.unescape(re.search(r'data-decision="([^"]*)"', found)[1]))
    hidden = dict(re.findall(r'name="(\w+)" value="([^"]*)"', found))
    path = re.search(r'action="([^"]*)"', found)[1]
    data = {**hidden, **someone.stepped(decision)}
    return someone.client.post(path, data=data, headers={**HERE, **PAGE})


@pytest.fixture
def eyes(sqlite_app, sqlite_world):
    """Two focal points of the Netherlands, so that four eyes bind it; and one who waits."""
    ada = signed_in(sqlite_app, sqlite_world, "NL-CNA", "focal_point", "investigator")
    bob = signed_in(sqlite_app, sqlite_world, "NL-CNA", "focal_point", "approver", seed=2)
    cleo = browser(sqlite_app, 3)
    answer = cleo.enrols(invited(sqlite_world, "NL-CUSTOMS", "approver"), name="Cleo")
    assert answer.json == {"next": "/console/enrol#waiting"}
    for each in (ada, bob):
        each.submit("/console/purpose", {"purpose": "duty"})
    return ada, bob, cleo


def asked(someone: Browser) -> str:
    assert submit(someone, "/console/requests", "/requests/ask").status_code == 303
    return re.search(r'href="(/console/requests/[^"]+)"', someone.get("/console/requests").text)[1]


def test_a_third_approver_comes_in_once_two_people_agree(eyes, sqlite_world):
    ada, bob, cleo = eyes
    assert cleo.signs_in().status_code == 403
    assert "Cleo" in ada.get("/console/requests").text
    one = asked(ada)
    assert cleo.person in bob.get(one).text
    assert "About Cleo" in bob.get(one).text
    assert submit(bob, one, "/approve").status_code == 303
    assert "approved" in bob.get(one).text
    assert sqlite_world.roster().people[cleo.person].roles == {"approver"}
    assert cleo.signs_in().status_code == 200
    assert "Cleo" in cleo.get("/console").text


def test_who_asks_can_not_approve_it_and_may_take_it_back(eyes, sqlite_world):
    ada, _, cleo = eyes
    one = asked(ada)
    refused = submit(ada, one, "/approve")
    assert refused.status_code == 403
    assert "approve" in refused.text
    assert submit(ada, one, "/decline").status_code == 303
    assert "declined" in ada.get(one).text
    assert cleo.person not in sqlite_world.roster().people


def test_an_approval_signed_for_another_word_or_session_is_refused(eyes):
    ada, bob, _ = eyes
    one = asked(ada)
    text = bob.get(one).text
    decline = json.loads(html.unescape(re.findall(r'data-decision="([^"]*)"', text)[1]))
    assert decline["decision"] == "decline"
    data = {"csrf": bob.csrf, **bob.stepped(decline)}
    assert bob.client.post(f"{one}/approve", data=data, headers=HERE).status_code == 403
    approve = {**decline, "decision": "approve", "person": bob.person}
    data = {"csrf": bob.csrf, **ada.stepped(approve)}
    assert bob.client.post(f"{one}/approve", data=data, headers=HERE).status_code == 403


def test_another_country_sees_no_such_request(eyes, sqlite_app, sqlite_world):
    ada, _, cleo = eyes
    one = asked(ada)
    eve = signed_in(sqlite_app, sqlite_world, "KE-CNA", "focal_point", seed=4)
    eve.submit("/console/purpose", {"purpose": "duty"})
    assert eve.get(one).status_code == 404
    assert eve.submit(f"{one}/approve", {}).status_code == 404
    listed = eve.get("/console/requests").text
    assert cleo.person not in listed
    assert one not in listed


def test_removing_one_of_the_last_two_takes_both(eyes, sqlite_world):
    ada, bob, _ = eyes
    answer = ada.submit("/console/people/remove", {"person": bob.person}, signed=True)
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console/requests")
    assert bob.person in sqlite_world.roster().people
    assert bob.get("/console").status_code == 200
