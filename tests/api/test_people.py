"""People come in by invitation and passkey, and by nothing else."""

import json
import logging
from dataclasses import replace

import pytest
from sqlalchemy import text

from api.application import create_app
from api.current import NAME
from ledger import databases
from tests.api.conftest import BASE
from tests.api.signing_in import HERE, browser, invited, signed_in


def test_an_invitation_becomes_a_person_in_the_log_and_a_session(app, world):
    ada = signed_in(app, world, "NL-CUSTOMS", "investigator")
    person = world.roster().people[ada.person]
    assert (person.agency, person.roles) == ("NL-CUSTOMS", {"investigator"})
    assert [each.id for each in person.credentials] == [ada.authenticator.id]
    page = ada.get("/console")
    assert page.status_code == 200
    assert "Ada" in page.text
    assert ada.person in page.text


def test_who_is_enrolled_signs_in_elsewhere_and_out_again(app, world):
    ada = signed_in(app, world, "NL-CUSTOMS", "investigator")
    other = browser(app)
    other.authenticator = ada.authenticator
    assert other.get("/console").status_code == 401
    assert other.signs_in().json == {"next": "/console"}
    assert other.get("/console").status_code == 200
    assert other.submit("/console/sign-out", {}).status_code == 303
    assert other.get("/console").status_code == 401
    assert ada.get("/console").status_code == 200


def test_a_session_lives_in_a_host_cookie_that_no_script_reads(sqlite_app, sqlite_world):
    made = browser(sqlite_app)
    answer = made.enrols(invited(sqlite_world, "NL-CUSTOMS", "investigator"))
    cookie = answer.headers["Set-Cookie"]
    assert cookie.startswith("__Host-shield=")
    assert {"Secure", "HttpOnly", "Path=/", "SameSite=Lax"} <= set(cookie.split("; "))


def test_an_invitation_counts_once_and_for_a_day(sqlite_app, sqlite_world):
    used = invited(sqlite_world, "NL-CUSTOMS", "investigator")
    late = invited(sqlite_world, "NL-CUSTOMS", "investigator")
    assert browser(sqlite_app, 1).enrols(used).status_code == 200
    again = browser(sqlite_app, 2).enrols(used)
    sqlite_world.passes(hours=24)
    for refused in (again, browser(sqlite_app, 3).enrols(late), browser(sqlite_app, 4).enrols("x")):
        assert (refused.status_code, refused.json["code"]) == (403, "invitation-void")
        assert refused.json["detail"] == again.json["detail"]


def test_without_user_verification_nobody_enrols_or_signs_in(sqlite_app, sqlite_world):
    careless = browser(sqlite_app, verifies=False)
    refused = careless.enrols(invited(sqlite_world, "NL-CUSTOMS", "investigator"))
    assert (refused.status_code, refused.json["code"]) == (403, "passkey-refused")
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator", seed=2)
    ada.authenticator = replace(ada.authenticator, verifies=False)
    refused = ada.signs_in()
    assert (refused.status_code, refused.json["code"]) == (403, "passkey-refused")


def test_a_passkey_of_nobody_another_site_or_a_clone_does_not_sign_in(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    known = ada.authenticator
    strangers = (
        replace(known, seed=b"\7" * 32),
        replace(known, origin="https://evil.example"),
        replace(known, handle="QQ"),
    )
    said = set()
    for stranger in strangers:
        ada.authenticator = stranger
        refused = ada.signs_in()
        said.add((refused.status_code, refused.json["code"], refused.json["detail"]))
    ada.authenticator = known
    assert ada.signs_in().status_code == 200
    ada.authenticator = replace(known, counter=0)
    refused = ada.signs_in()
    said.add((refused.status_code, refused.json["code"], refused.json["detail"]))
    assert said == {(403, "passkey-refused", "the passkey was not accepted for this")}


def test_what_an_authenticator_signed_counts_once_and_for_five_minutes(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    asked = ada.send("/console/sign-in/options", {}).json
    body = {"ceremony": asked["ceremony"], "response": ada.authenticator.get(asked["publicKey"])}
    assert ada.send("/console/sign-in", body).status_code == 200
    assert ada.send("/console/sign-in", body).json["code"] == "passkey-refused"
    asked = ada.send("/console/sign-in/options", {}).json
    sqlite_world.passes(minutes=5)
    body = {"ceremony": asked["ceremony"], "response": ada.authenticator.get(asked["publicKey"])}
    assert ada.send("/console/sign-in", body).json["code"] == "passkey-refused"


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": BASE, "Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
)
def test_another_site_can_make_nobody_enrol_sign_in_or_out(sqlite_app, sqlite_world, headers):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    for path in ("/console/enrol/options", "/console/sign-in/options"):
        assert ada.send(path, {"token": "x"}, headers).json["code"] == "cross-site"
    fields = {"csrf": ada.csrf}
    refused = ada.client.post("/console/sign-out", data=fields, headers=headers)
    assert refused.json["code"] == "cross-site"


def test_a_form_without_this_sessions_token_is_refused(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    eve = signed_in(sqlite_app, sqlite_world, "KE-CUSTOMS", "investigator", seed=2)
    for csrf in ("", "x", eve.csrf):
        refused = ada.client.post("/console/sign-out", data={"csrf": csrf}, headers=HERE)
        assert (refused.status_code, refused.json["code"]) == (403, "cross-site")
    assert ada.get("/console").status_code == 200


def test_a_session_ends_by_idleness_and_at_the_end_of_the_day(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    for _ in range(33):  # 7 h 42 min, never idle for a quarter of an hour
        sqlite_world.passes(minutes=14)
        assert ada.get("/console").status_code == 200
    sqlite_world.passes(minutes=14)
    assert ada.get("/console").status_code == 200
    sqlite_world.passes(minutes=5)
    assert ada.get("/console").status_code == 401
    assert ada.signs_in().status_code == 200
    sqlite_world.passes(minutes=15)
    assert ada.get("/console").status_code == 401


def test_sessions_are_listed_and_each_can_be_ended_by_its_own_person(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    eve = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator", seed=2)
    other = browser(sqlite_app)
    other.authenticator = ada.authenticator
    sqlite_world.passes(minutes=1)
    other.signs_in()
    page = other.get("/console").text
    assert page.count("/end") == 2
    handles = [part.partition("/end")[0] for part in page.split("/console/sessions/")[1:]]
    assert eve.submit(f"/console/sessions/{handles[1]}/end", {}).status_code == 404
    assert ada.get("/console").status_code == 200
    assert other.submit(f"/console/sessions/{handles[1]}/end", {}).status_code == 303
    assert ada.get("/console").status_code == 401
    assert other.get("/console").status_code == 200


def test_a_session_that_can_not_be_is_not_there(app, world):
    ada = signed_in(app, world, "NL-CUSTOMS", "investigator")
    for handle in ("%00" * 16, "_" * 16, "%25" * 16, "x"):
        assert ada.submit(f"/console/sessions/{handle}/end", {}).status_code == 404
    assert ada.get("/console").status_code == 200


def test_signing_in_gives_another_session_and_ends_the_one_before(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    before = ada.client.get_cookie("__Host-shield").value
    ada.signs_in()
    after = ada.client.get_cookie("__Host-shield").value
    assert before != after
    ada.client.set_cookie("__Host-shield", before)
    assert ada.get("/console").status_code == 401


def test_the_database_holds_neither_tokens_nor_names_in_clear(sqlite_app, sqlite_world):
    token = invited(sqlite_world, "NL-CUSTOMS", "investigator")
    unused = invited(sqlite_world, "NL-CUSTOMS", "investigator")
    ada = browser(sqlite_app)
    ada.enrols(token, name="Zaphod Beeblebrox")
    cookie = ada.client.get_cookie("__Host-shield").value
    tables = ("invitation", "person_session", "ceremony", "person_name", "entry")
    with databases.reading(sqlite_world.engine) as session:
        kept = repr([session.execute(text(f"SELECT * FROM {each}")).all() for each in tables])  # noqa: S608
    for secret in (token, unused, cookie, "Zaphod"):
        assert secret not in kept
    assert "Zaphod Beeblebrox" in ada.get("/console").text


def test_no_log_line_tells_who_signed_in(sqlite_app, sqlite_world, caplog):
    with caplog.at_level(logging.DEBUG):
        ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
        ada.get("/console")
    assert ada.person not in caplog.text
    assert "Ada" not in caplog.text
    assert ada.client.get_cookie("__Host-shield").value not in caplog.text


def test_too_many_attempts_are_asked_to_wait(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    answers = [ada.signs_in() for _ in range(61)]
    assert answers[-1].status_code == 429
    assert int(answers[-1].headers["Retry-After"]) > 0
    sqlite_world.passes(minutes=10)
    assert ada.signs_in().status_code == 200


def test_every_page_is_closed_to_other_sites_and_scripts(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator", "focal_point")
    for path in ("/console", "/console/enrol", "/console/sign-in", "/console/people", "/console/x"):
        answer = ada.get(path)
        policy = answer.headers["Content-Security-Policy"]
        assert "default-src 'none'" in policy
        assert "frame-ancestors 'none'" in policy
        assert "unsafe" not in policy
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.mimetype == "text/html"
        assert answer.headers["Cross-Origin-Opener-Policy"] == "same-origin"
        assert answer.headers["Cache-Control"] == "no-store"
        assert "<script>" not in answer.text
        assert "style=" not in answer.text


def test_a_focal_point_invites_for_its_country_with_a_fresh_passkey(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CNA", "focal_point")
    fields = {"agency": "NL-CUSTOMS", "role": ["investigator"]}
    refused = ada.submit("/console/people/invite", fields)
    assert refused.status_code == 403
    page = ada.submit("/console/people/invite", fields, signed=True)
    assert page.status_code == 200
    token = page.text.partition("/console/enrol#")[2].partition("<")[0]
    bob = browser(sqlite_app, 2)
    assert bob.enrols(token, name="Bob").json == {"next": "/console"}
    assert sqlite_world.roster().people[bob.person].agency == "NL-CUSTOMS"
    assert "Bob" in ada.get("/console/people").text
    for agency, roles in (("KE-CUSTOMS", ["investigator"]), ("NL-CUSTOMS", ["operator"])):
        fields = {"agency": agency, "role": roles}
        refused = ada.submit("/console/people/invite", fields, signed=True)
        assert refused.status_code == 400
    assert bob.get("/console/people").status_code == 403


def test_a_signature_for_one_form_does_not_serve_for_another(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CNA", "focal_point")
    path = "/console/people/invite"
    meant = {"action": path, "fields": {"agency": ["NL-CUSTOMS"], "role": ["investigator"]}}
    done = {"agency": "NL-CUSTOMS", "role": ["approver"], "csrf": ada.csrf}
    answer = ada.client.post(path, data={**done, **ada.stepped(meant)}, headers=HERE)
    assert (answer.status_code, answer.json["code"]) == (403, "passkey-refused")
    late = ada.stepped(meant)
    sqlite_world.passes(minutes=5)
    done = {"agency": "NL-CUSTOMS", "role": ["investigator"], "csrf": ada.csrf}
    answer = ada.client.post(path, data={**done, **late}, headers=HERE)
    assert (answer.status_code, answer.json["code"]) == (403, "passkey-refused")
    unverified = replace(ada.authenticator, verifies=False)
    asked = ada.send("/console/step-up", {"decision": meant}).json
    said = json.dumps(unverified.get(asked["publicKey"]))
    signed = {"ceremony": asked["ceremony"], "assertion": said}
    answer = ada.client.post(path, data={**done, **signed}, headers=HERE)
    assert (answer.status_code, answer.json["code"]) == (403, "passkey-refused")


def test_who_is_removed_is_out_at_once(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CNA", "focal_point")
    bob = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator", seed=2)
    gone = ada.submit("/console/people/remove", {"person": bob.person}, signed=True)
    assert gone.status_code == 303
    assert bob.get("/console").status_code == 401
    assert bob.signs_in().json["code"] == "passkey-refused"
    assert bob.person not in sqlite_world.roster().people


def test_an_invitation_for_somebody_known_adds_a_passkey(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    token = invited(sqlite_world, "NL-CUSTOMS", "investigator", person=ada.person)
    new = browser(sqlite_app, 2)
    assert new.enrols(token, name="").status_code == 200
    assert new.person == ada.person
    assert "Ada" in new.get("/console").text
    assert len(sqlite_world.roster().people[ada.person].credentials) == 2
    assert ada.signs_in().status_code == new.signs_in().status_code == 200


def test_the_name_of_who_was_removed_is_forgotten(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CNA", "focal_point")
    bob = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator", seed=2)
    ada.submit("/console/people/remove", {"person": bob.person}, signed=True)
    with databases.reading(sqlite_world.engine) as session:
        kept = session.execute(text("SELECT person FROM person_name")).scalars().all()
    assert kept == [ada.person]


def test_behind_https_browsers_are_told_to_stay_there(sqlite_app):
    plain = sqlite_app.test_client().get("/console/sign-in")
    assert "Strict-Transport-Security" not in plain.headers
    services = sqlite_app.extensions[NAME]
    settings = replace(services.settings, public_url="https://ledger.example")
    client = create_app(replace(services, settings=settings)).test_client()
    for path in ("/console/sign-in", "/v1/kinds", "/log/checkpoint"):
        assert client.get(path).headers["Strict-Transport-Security"].startswith("max-age=63072000")


def test_addresses_are_forgotten_once_their_attempts_no_longer_count(sqlite_app, sqlite_world):
    ada = signed_in(sqlite_app, sqlite_world, "NL-CUSTOMS", "investigator")
    query = text("SELECT agency FROM allowance WHERE what = 'passkey'")
    with databases.reading(sqlite_world.engine) as session:
        before = session.execute(query).scalars().all()
    sqlite_world.passes(minutes=10)
    ada.signs_in()
    with databases.reading(sqlite_world.engine) as session:
        after = session.execute(query).scalars().all()
    assert len(before) == len(after) == 1
    assert before != after
