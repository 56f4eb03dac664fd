"""A small OpenID provider on this machine: real HTTP, and tokens signed by another library."""

import base64
import hashlib
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

from jwcrypto import jwk, jwt

CLIENT, SECRET = "shield-console", "a secret of the client"


@dataclass(kw_only=True)
class Desk:
    """What the provider knows and says; tests change what it claims."""

    base: str = ""
    key: Any = field(default_factory=lambda: jwk.JWK.generate(kty="EC", crv="P-256", kid="one"))
    claims: dict[str, Any] = field(default_factory=dict)
    header: dict[str, Any] = field(default_factory=lambda: {"alg": "ES256", "kid": "one"})
    signs_with: Any = None
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    now: int = 0

    def configuration(self) -> dict[str, Any]:
        return {
            "issuer": self.base,
            "authorization_endpoint": f"{self.base}/authorize",
            "token_endpoint": f"{self.base}/token",
            "jwks_uri": f"{self.base}/keys",
            "code_challenge_methods_supported": ["S256"],
        }

    def authorize(self, asked: dict[str, str]) -> str:
        """The person signs in here; the browser goes back with a code."""
        assert (asked["response_type"], asked["client_id"]) == ("code", CLIENT)
        assert asked["code_challenge_method"] == "S256"
        code = f"code-{len(self.codes)}"
        self.codes[code] = asked
        back = urlencode({"code": code, "state": asked["state"], "iss": self.base})
        return f"{asked['redirect_uri']}?{back}"

    def token(self, form: dict[str, str], authorization: str) -> tuple[int, dict[str, Any]]:
        asked = self.codes.pop(form.get("code", ""), None)
        made = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = base64.urlsafe_b64encode(made).decode().rstrip("=")
        pair = f"{CLIENT}:{SECRET.replace(' ', '+')}".encode()
        if asked is None or asked["code_challenge"] != challenge:
            return 400, {"error": "invalid_grant"}
        if authorization != f"Basic {base64.b64encode(pair).decode()}":
            return 401, {"error": "invalid_client"}
        return 200, {"token_type": "Bearer", "id_token": self.id_token(asked["nonce"])}

    def id_token(self, nonce: str) -> str:
        said = {
            "iss": self.base,
            "aud": CLIENT,
            "sub": "248289761001",
            "nonce": nonce,
            "iat": self.now,
            "exp": self.now + 300,
            "acr": "urn:mfa",
            "amr": ["pwd", "hwk"],
            **self.claims,
        }
        claims = {name: value for name, value in said.items() if value is not None}
        if self.header["alg"] == "none":
            parts = (json.dumps(each).encode() for each in (self.header, claims))
            return ".".join(base64.urlsafe_b64encode(p).decode().rstrip("=") for p in parts) + "."
        made = jwt.JWT(header=self.header, claims=claims)
        made.make_signed_token(self.signs_with or self.key)
        return str(made.serialize())


class _Door(BaseHTTPRequestHandler):
    desk: Desk

    def do_GET(self) -> None:
        parts = urlsplit(self.path)
        if parts.path == "/authorize":
            asked = {name: said[0] for name, said in parse_qs(parts.query).items()}
            self.send_response(302)
            self.send_header("Location", self.desk.authorize(asked))
            self.end_headers()
        elif parts.path == "/keys":
            self._answer(200, {"keys": [self.desk.key.export_public(as_dict=True)]})
        else:
            self._answer(200, self.desk.configuration())

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"])).decode()
        form = {name: said[0] for name, said in parse_qs(body).items()}
        self._answer(*self.desk.token(form, self.headers.get("Authorization", "")))

    def _answer(self, status: int, said: dict[str, Any]) -> None:
        body = json.dumps(said).encode()
        self.send_response(status)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: Any) -> None:
        """Say nothing."""


@contextmanager
def provider() -> Iterator[Desk]:
    desk = Desk()
    door = type("Door", (_Door,), {"desk": desk})
    server = ThreadingHTTPServer(("127.0.0.1", 0), door)
    desk.base = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield desk
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
