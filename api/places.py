"""Where this log's witnesses answer, and which keys count: settings and registry put together.

The registry says who witnesses and how many must; an address is a matter of operation, and so is
a witness's second key (ML-DSA-44), which the registry does not list.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from api import Misconfigured
from api.config import URL
from crypto import CryptoError
from crypto.notes import Scheme, Verifier
from ledger import policies
from ledger.policies import Policy
from ledger.roster import Roster


@dataclass(frozen=True, kw_only=True, slots=True)
class Place:
    """A witness's name, the prefix of its addresses, and keys it has beside the registered one."""

    name: str
    url: str
    also: tuple[Verifier, ...] = ()

    def verifiers(self, roster: Roster) -> tuple[Verifier, ...]:
        """Every key whose line we take from it."""
        registered = roster.witnesses.get(self.name)
        first = (Verifier.parse(registered.vkey),) if registered else ()
        return (*first, *(each for each in self.also if each not in first))


def read_places(text: str) -> tuple[Place, ...]:
    """`NAME=URL` with further vkeys behind it, one witness a line or between commas."""
    lines = (line.strip() for line in re.split(r"[,\n]", text))
    places = tuple(_place(line) for line in lines if line and not line.startswith("#"))
    if len({place.name for place in places}) != len(places):
        raise Misconfigured("SHIELD_WITNESSES: a witness is named twice")
    return places


def _place(line: str) -> Place:
    address, *vkeys = line.split()
    name, equals, url = address.partition("=")
    if not name or not equals or not URL.fullmatch(url):
        raise Misconfigured(f"SHIELD_WITNESSES: {address!r}: say it like NAME=https://HOST/PREFIX")
    return Place(name=name, url=url.rstrip("/"), also=tuple(_key(name, vkey) for vkey in vkeys))


def _key(name: str, vkey: str) -> Verifier:
    try:
        verifier = Verifier.parse(vkey)
    except CryptoError as error:
        raise Misconfigured(f"SHIELD_WITNESSES: a key of {name}: {error}") from error
    if verifier.name != name or verifier.scheme is Scheme.NOTE:
        raise Misconfigured(f"SHIELD_WITNESSES: a key behind {name} is not one that it cosigns by")
    return verifier


def policy_of(roster: Roster, places: Iterable[Place]) -> Policy:
    """The registry's quorum, with the further keys of its witnesses."""
    return policies.of_roster(roster, [each for place in places for each in place.also])
