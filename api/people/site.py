"""Which site passkeys are made for: the node's public address, as a browser spells it."""

from dataclasses import dataclass
from ipaddress import ip_address
from urllib.parse import urlsplit

from api import Misconfigured
from api.config import Settings

NAME = "Shield Ledger"
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, kw_only=True)
class Site:
    """The relying party (WebAuthn §4): its id is the host, its origin scheme, host and port."""

    rp_id: str
    origin: str


def site_of(settings: Settings) -> Site:
    """Where this node's people sign in."""
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    own = parts.port not in {None, PORTS[parts.scheme]}
    port = f":{parts.port}" if own else ""
    return Site(rp_id=host, origin=f"{parts.scheme}://{host}{port}")


def check_site(settings: Settings) -> None:
    """Misconfigured where no browser would make a passkey: it wants a name, and https."""
    parts = urlsplit(settings.public_url)
    host = parts.hostname or ""
    local = host == "localhost" or host.endswith(".localhost")
    if _is_address(host):
        said = "passkeys need a host name (http://localhost:8080 will do on one machine)"
        raise Misconfigured(f"SHIELD_PUBLIC_URL: {said}")
    if parts.scheme != "https" and not local:
        raise Misconfigured("SHIELD_PUBLIC_URL: passkeys need https, except on localhost")


def _is_address(host: str) -> bool:
    try:
        ip_address(host)
    except ValueError:
        return False
    return True
