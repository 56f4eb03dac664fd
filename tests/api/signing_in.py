"""People at the console in tests: browsers with a software passkey, invited and signed in."""

import json
import re
from dataclasses import dataclass, field
from typing import Any

from flask import Flask
from werkzeug.test import Client, TestResponse

from api.people import invitations
from api.people.attempts import BOOK
from crypto.encodings import b64u_decode
from ledger import databases
from tests.api.conftest import BASE
from tests.authenticators import Authenticator
from tests.world import World

HERE = {"Origin": BASE, "Sec-Fetch-Site": "same-origin"}
PAGE = {"Accept": "text/html"}


@dataclass(kw_only=True)
class Browser:
    """A browser at the console, with one authenticator and the cookies it was given."""

    app: Flask
    authenticator: Authenticator
    client: Client = field(init=False)

    def __post_init__(self) -> None:
        self.client = self.app.test_client()

    def get(self, path: str) -> TestResponse:
        return self.client.get(path, headers=PAGE)

    def send(self, path: str, body: Any, headers: dict[str, str] = HERE) -> TestResponse:
        """What a script of the console sends."""
        return self.client.post(path, json=body, headers={**headers, "Shield-CSRF": self.csrf})

    def submit(self, path: str, fields: dict[str, Any], *, signed: bool = False) -> TestResponse:
        """What a form of the console sends, with a fresh assertion where it asks for one."""
        lists = {name: said if isinstance(said, list) else [said] for name, said in fields.items()}
        extra = self.stepped({"action": path, "fields": lists}) if signed else {}
        data = {**fields, "csrf": self.csrf, **extra}
        return self.client.post(path, data=data, headers={**HERE, **PAGE})

    def stepped(self, decision: Any) -> dict[str, str]:
        asked = self.send("/console/step-up", {"decision": decision}).json
        assertion = self.authenticator.get(asked["publicKey"])
        return {"ceremony": asked["ceremony"], "assertion": json.dumps(assertion)}

    @property
    def csrf(self) -> str:
        found = re.search(r'name="csrf" content="([^"]+)"', self.get("/console").text)
        return found[1] if found else ""

    def enrols(self, token: str, name: str = "Ada") -> TestResponse:
        asked = self.send("/console/enrol/options", {"token": token})
        if asked.status_code != 200:
            return asked
        response = self.authenticator.create(asked.json["publicKey"])
        said = {"name": name} if name else {}
        body = {"token": token, "ceremony": asked.json["ceremony"], **said}
        return self.send("/console/enrol", {**body, "response": response})

    def signs_in(self) -> TestResponse:
        asked = self.send("/console/sign-in/options", {}).json
        response = self.authenticator.get(asked["publicKey"])
        return self.send("/console/sign-in", {"ceremony": asked["ceremony"], "response": response})

    @property
    def person(self) -> str:
        return b64u_decode(self.authenticator.handle).decode()


def invited(world: World, agency: str, *roles: str, person: str | None = None) -> str:
    """The token of an invitation from the server's terminal."""
    with databases.writing(world.engine, BOOK) as session:
        return invitations.invite(
            session,
            agency=agency,
            roles=roles,
            invited_by="terminal",
            now=world.clock(),
            random=world.desk.random,
            person=person,
        )


def browser(app: Flask, seed: int = 1, **changes: Any) -> Browser:
    made = {"origin": BASE, "seed": seed.to_bytes(32, "big"), **changes}
    return Browser(app=app, authenticator=Authenticator(**made))


def signed_in(app: Flask, world: World, agency: str, *roles: str, seed: int = 1) -> Browser:
    """A browser of somebody who has just enrolled with these roles."""
    made = browser(app, seed)
    answer = made.enrols(invited(world, agency, *roles))
    assert answer.json == {"next": "/console"}, answer.json
    return made
