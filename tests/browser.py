"""Chromium with a virtual authenticator (W3C WebAuthn §11) before a served application.

The browser is the system's own; playwright only speaks to it. `localhost` is a secure context, so
passkeys and `Secure` cookies work there without TLS.
"""

import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask
from playwright.sync_api import Page, sync_playwright
from werkzeug.serving import WSGIRequestHandler, make_server

from api.application import create_app
from api.current import NAME
from tests.api.conftest import served
from tests.world import World

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
needs_chromium = pytest.mark.skipif(CHROMIUM is None, reason="there is no Chromium here")


class _Quiet(WSGIRequestHandler):
    def log(self, *_: Any, **__: Any) -> None:
        """Say nothing: the application has a log of its own."""


@contextmanager
def listening(world: World) -> Iterator[tuple[Flask, str]]:
    """An application on a free port of this machine, and its address."""
    server = make_server("127.0.0.1", 0, served(world), threaded=True, request_handler=_Quiet)
    base = f"http://localhost:{server.server_port}"
    services = server.app.extensions[NAME]
    app = create_app(replace(services, settings=replace(services.settings, public_url=base)))
    server.app = app
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
    thread.start()
    try:
        yield app, base
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def chromium() -> Iterator["Surfer"]:
    """A browser with one page and one authenticator, which verifies its user."""
    with sync_playwright() as driver:
        # Without --no-sandbox it does not start as root, as in containers.
        browser = driver.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        try:
            yield Surfer(browser.new_page())
        finally:
            browser.close()


class Surfer:
    """Somebody before the browser; `verified` says whether their PIN or finger is accepted."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.faults: list[str] = []
        page.on("console", self._heard)
        page.on("pageerror", lambda error: self.faults.append(str(error)))
        self.devtools = page.context.new_cdp_session(page)
        self.devtools.send("WebAuthn.enable")
        options = {
            "protocol": "ctap2",
            "transport": "internal",
            "hasResidentKey": True,
            "hasUserVerification": True,
            "isUserVerified": True,
            "automaticPresenceSimulation": True,
        }
        made = self.devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})
        self.authenticator = made["authenticatorId"]

    def _heard(self, message: Any) -> None:
        """What the page broke: a policy, a script. A refused request is no fault of the page."""
        if message.type == "error" and "Failed to load resource" not in message.text:
            self.faults.append(message.text)

    def another(self) -> "Surfer":
        """Somebody else: another profile of the browser, with an authenticator of their own."""
        browser = self.page.context.browser
        assert browser is not None
        return Surfer(browser.new_context().new_page())

    def verified(self, is_verified: bool) -> None:  # noqa: FBT001 - the protocol's own word
        said = {"authenticatorId": self.authenticator, "isUserVerified": is_verified}
        self.devtools.send("WebAuthn.setUserVerified", said)

    def shows(self, header: str) -> None:
        """Wait until the page with this heading is there."""
        self.page.get_by_role("heading", name=header, exact=True).wait_for()
