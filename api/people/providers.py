"""The sign-in provider of this node, from its settings: one, and only where it is configured."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from api import Misconfigured

LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})


@dataclass(frozen=True, kw_only=True)
class Provider:
    """An OpenID provider: its issuer, our client there, and what it must say of how it knows."""

    issuer: str
    client: str
    name: str
    acr: frozenset[str]
    amr: frozenset[str]
    secret_file: Path | None = None

    def secret(self) -> str | None:
        """The client's secret; None for a public client, which PKCE alone protects."""
        if self.secret_file is None:
            return None
        try:
            return self.secret_file.read_text().strip()
        except (OSError, UnicodeDecodeError) as error:
            said = f"SHIELD_OIDC_CLIENT_SECRET_FILE: {self.secret_file} can't be read"
            raise Misconfigured(said) from error


def read(environ: Mapping[str, str]) -> Provider | None:
    """The provider, where there is one; Misconfigured where nothing is demanded of it."""
    issuer = environ.get("SHIELD_OIDC_ISSUER", "").strip()
    if not issuer:
        return None
    if not is_safe(issuer):
        raise Misconfigured("SHIELD_OIDC_ISSUER: use an https address")
    client = environ.get("SHIELD_OIDC_CLIENT_ID", "").strip()
    if not client:
        raise Misconfigured("SHIELD_OIDC_CLIENT_ID: say which client this node is")
    acr = frozenset(environ.get("SHIELD_OIDC_ACR", "").split())
    amr = frozenset(environ.get("SHIELD_OIDC_AMR", "").split())
    if not (acr or amr):
        raise Misconfigured("SHIELD_OIDC_ACR or SHIELD_OIDC_AMR: say how sure it must be")
    secret = environ.get("SHIELD_OIDC_CLIENT_SECRET_FILE")
    return Provider(
        issuer=issuer,
        client=client,
        name=environ.get("SHIELD_OIDC_NAME", urlsplit(issuer).hostname or issuer),
        acr=acr,
        amr=amr,
        secret_file=Path(secret) if secret else None,
    )


def is_safe(url: object) -> bool:
    """Whether tokens may travel there: https, or this machine itself."""
    if not isinstance(url, str):
        return False
    parts = urlsplit(url)
    return parts.scheme == "https" or (parts.scheme == "http" and parts.hostname in LOOPBACK)
