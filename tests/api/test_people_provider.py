"""Signing in through an organisation's provider: by invitation, with PKCE, and as sure as asked."""

from dataclasses import replace
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from jwcrypto import jwk

from api import Misconfigured, wire
from api.application import create_app
from api.current import NAME
from api.people import providers
from tests.api.conftest import served
from tests.api.providing import CLIENT, SECRET, provider
from tests.api.signing_in import PAGE, Browser, browser, invited, signed_in


@pytest.fixture
def place(sqlite_world, tmp_path: Path):
    secret = tmp_path / "secret"
    secret.write_text(SECRET)
    with provider() as desk:
        desk.now = int(sqlite_world.clock().timestamp())
        environ = {
            "SHIELD_OIDC_ISSUER": desk.base,
            "SHIELD_OIDC_CLIENT_ID": CLIENT,
            "SHIELD_OIDC_CLIENT_SECRET_FILE": str(secret),
            "SHIELD_OIDC_ACR": "urn:mfa urn:hardware",
            "SHIELD_OIDC_AMR": "hwk",
            "SHIELD_OIDC_NAME": "Netherlands ID",
        }
        services = served(sqlite_world).extensions[NAME]
        settings = replace(services.settings, provider=providers.read(environ))
        yield sqlite_world, create_app(replace(services, settings=settings)), desk


def there(someone: Browser, token: str | None = None) -> str:
    """Go to the provider and sign in there; the address at which the browser comes back."""
    begun = someone.send("/console/provider", {"token": token} if token else {})
    assert begun.status_code == 200, begun.json
    back = wire.fetch("GET", begun.json["next"], None, {})
    assert back.status == 302
    parts = urlsplit(back.headers["Location"])
    return f"{parts.path}?{parts.query}"


def linked(world, app) -> Browser:
    """Somebody with a passkey, whose account at the provider an invitation links."""
    ada = signed_in(app, world, "NL-CUSTOMS", "investigator")
    token = invited(world, "NL-CUSTOMS", "investigator", person=ada.person)
    assert ada.get(there(ada, token)).status_code == 303
    return ada


def test_a_linked_account_signs_in_and_names_nobody_in_the_database(place):
    world, app, _ = place
    ada = linked(world, app)
    other = browser(app, 2)
    assert other.get("/console").status_code == 401
    assert "Sign in with Netherlands ID" in other.get("/console/sign-in").text
    answer = other.get(there(other))
    assert (answer.status_code, answer.headers["Location"]) == (303, "/console")
    assert ada.person in other.get("/console").text
    with world.engine.connect() as connection:
        kept = repr(connection.exec_driver_sql("SELECT * FROM provider_account").all())
    assert "248289761001" not in kept


def test_an_account_that_no_invitation_linked_signs_nobody_in(place):
    _, app, desk = place
    desk.claims = {"email": "ada@nl.example", "email_verified": True}
    stranger = browser(app)
    answer = stranger.get(there(stranger))
    assert answer.status_code == 403
    assert "linked to nobody" in answer.text
    assert stranger.get("/console").status_code == 401


def test_an_account_is_one_persons_and_an_invitation_counts_once(place):
    world, app, desk = place
    ada = linked(world, app)
    bob = signed_in(app, world, "NL-CUSTOMS", "investigator", seed=2)
    token = invited(world, "NL-CUSTOMS", "investigator", person=bob.person)
    assert "linked to somebody already" in bob.get(there(bob, token)).text
    desk.claims = {"sub": "bob"}
    assert bob.get(there(bob, token)).status_code == 303
    assert bob.send("/console/provider", {"token": token}).json["code"] == "invitation-void"
    assert ada.get("/console").status_code == bob.get("/console").status_code == 200


def test_a_provider_enrols_nobody_who_has_no_passkey(place):
    world, app, _ = place
    token = invited(world, "NL-CUSTOMS", "investigator")
    refused = browser(app).send("/console/provider", {"token": token})
    assert (refused.status_code, refused.json["code"]) == (403, "provider-refused")


WORTHLESS = (
    {"acr": "urn:password"},
    {"acr": None},
    {"amr": ["pwd"]},
    {"amr": None},
    {"amr": "hwk"},
    {"nonce": "another"},
    {"nonce": None},
    {"aud": "another"},
    {"aud": [CLIENT, "another"]},
    {"azp": "another"},
    {"iss": "https://evil.example"},
    {"exp": 1},
    {"iat": 1},
    {"sub": None},
)


def test_a_token_that_says_less_or_other_than_demanded_is_refused(place):
    world, app, desk = place
    ada = linked(world, app)
    ada.client.delete_cookie("__Host-shield")
    for desk.claims in WORTHLESS:
        assert ada.get(there(ada)).status_code == 403, desk.claims
    assert ada.get("/console").status_code == 401
    desk.claims = {"aud": [CLIENT, "another"], "azp": CLIENT, "acr": "urn:hardware"}
    assert ada.get(there(ada)).status_code == 303


def test_a_token_that_the_issuer_did_not_sign_is_refused(place):
    world, app, desk = place
    ada = linked(world, app)
    ada.client.delete_cookie("__Host-shield")
    shared = jwk.JWK.from_password(desk.key.export_public())
    stranger = jwk.JWK.generate(kty="EC", crv="P-256", kid="one")
    for header, key in (
        ({"alg": "none"}, None),
        ({"alg": "HS256", "kid": "one"}, shared),
        ({"alg": "ES256", "kid": "one"}, stranger),
        ({"alg": "ES256", "kid": "two"}, desk.key),
    ):
        desk.header, desk.signs_with = header, key
        assert ada.get(there(ada)).status_code == 403, header
    assert ada.get("/console").status_code == 401


def test_a_code_comes_back_to_the_browser_that_was_sent_and_once(place):
    world, app, desk = place
    ada = linked(world, app)
    eve = browser(app, 2)
    back = there(ada)
    assert eve.get(back).status_code == 403
    mixed = back.replace(urlsplit(desk.base).netloc.replace(":", "%3A"), "evil.example")
    assert mixed != back
    assert ada.get(mixed).status_code == 403
    assert ada.get(back).status_code == 303
    assert ada.get(back).status_code == 403
    late = there(ada)
    world.passes(minutes=5)
    assert ada.get(late).status_code == 403


def test_an_injected_code_does_not_fit_the_verifier(place):
    world, app, _ = place
    ada = linked(world, app)
    eve = browser(app, 2)
    stolen = dict(part.split("=") for part in there(ada).partition("?")[2].split("&"))["code"]
    own = dict(part.split("=") for part in there(eve).partition("?")[2].split("&"))
    answer = eve.get(f"/console/provider/answer?state={own['state']}&code={stolen}")
    assert answer.status_code == 403
    assert eve.get("/console").status_code == 401


def test_who_came_in_by_a_provider_is_out_once_removed(place):
    world, app, _ = place
    ada = linked(world, app)
    focal = signed_in(app, world, "NL-CNA", "focal_point", seed=3)
    focal.submit("/console/people/remove", {"person": ada.person}, signed=True)
    assert ada.client.get("/console", headers=PAGE).status_code == 401
    assert "linked to nobody" in ada.get(there(ada)).text


def test_a_provider_of_whom_nothing_is_demanded_is_misconfigured():
    good = {
        "SHIELD_OIDC_ISSUER": "https://id.example",
        "SHIELD_OIDC_CLIENT_ID": CLIENT,
        "SHIELD_OIDC_ACR": "urn:mfa",
    }
    assert providers.read(good) is not None
    assert providers.read({}) is None
    for spoiled in (
        {"SHIELD_OIDC_ACR": ""},
        {"SHIELD_OIDC_CLIENT_ID": ""},
        {"SHIELD_OIDC_ISSUER": "http://id.example"},
    ):
        with pytest.raises(Misconfigured):
            providers.read({**good, **spoiled})
