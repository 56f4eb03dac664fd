"""The cast of the simulated world: countries, their agencies with keys, and made-up importers.

Everything follows from one secret, so the same secret makes the same world. Exporters are those of
the real notifications; the release names no importer, so each exporter gets one in each country it
exports to, under a name that nobody bears.
"""

import functools
import hashlib
import itertools
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from crypto import sdjwt
from crypto.keys import PrivateKey
from ledger import vocabulary
from ledger.events.registry import possession_of
from ledger.roster import Role
from seed import papers, reference
from seed.clerk.rows import Notification

Json = Any
Body = dict[str, Json]

UNDISCLOSED = "undisclosed by the authority"
AGENCIES: Mapping[str, tuple[str, tuple[Role, ...]]] = {
    "CNA": ("Competent national authority", (Role.AUTHORITY, Role.LICENSING)),
    "CUSTOMS": ("Customs", (Role.CUSTOMS,)),
}
# Far apart from each other in spelling, so that no two importers look like one.
_NAMES = (
    "Acacia",
    "Baobab",
    "Cypress",
    "Dogwood",
    "Elderberry",
    "Foxglove",
    "Gorse",
    "Hyacinth",
    "Ironwood",
    "Juniper",
    "Kapok",
    "Larkspur",
    "Mulberry",
    "Nutmeg",
    "Oleander",
    "Pimento",
    "Quince",
    "Rowan",
    "Sycamore",
    "Tamarind",
    "Umbra",
    "Verbena",
    "Wisteria",
    "Xylia",
    "Yarrow",
    "Zinnia",
)
_TRADES = ("Crop Care", "Growers", "Field Supply", "Agrarian")


@dataclass(frozen=True, kw_only=True)
class World:
    """Who takes part in one log. `importers` is (country, exporter) -> name."""

    origin: str
    secret: bytes
    countries: tuple[str, ...]
    importers: Mapping[tuple[str, str], str]

    def key(self, holder: str) -> PrivateKey:
        """The key of an agency or a root: the same for the same secret."""
        return _key(self.secret, holder)

    def claims(self, holder: str) -> Body:
        """A public key with the proof that its holder has it, as enrolments state them."""
        key = self.key(holder)
        return {"key": key.public.jwk, "possession": possession_of(self.origin, holder, key)}

    def enrolments(self, country: str, occurred_at: str) -> Iterator[Body]:
        """What the root key of a country states to enrol its agencies."""
        for name, (title, roles) in AGENCIES.items():
            agency = f"{country}-{name}"
            yield {
                "kind": "agency.enrolled",
                "occurred_at": occurred_at,
                "agency": agency,
                "name": f"{title} of {reference.countries()[country].name}",
                "roles": [str(role) for role in roles],
                **self.claims(agency),
            }

    def importer(self, country: str, exporter: str) -> Body:
        """The made-up importer that one exporter delivers to in a country."""
        name = self.importers[country, exporter]
        number = hashlib.sha256(f"{country}/{name}".encode()).hexdigest()[:9].upper()
        return {
            "name": name,
            "country": country,
            "address": f"{int(number[:3], 16) % 190 + 1} Depot Road (made up)",
            "email": f"purchasing@{number.lower()}.example",
            "scheme": "national",
            "identifier": f"{country}{number}",
        }

    def sign(self, body: Body, *, agency: str, issued: int, jti: str) -> bytes:
        """The statement of a body; its salts follow from its id, so it has the same bytes again."""
        event = vocabulary.parse(body)
        public = {"iss": agency, "aud": self.origin, "iat": issued, "jti": jti}
        claims = {} if event.public else body
        stated = public | body if event.public else public
        salt = stream(self.secret, jti)
        return sdjwt.wrap(claims, public=stated, key=self.key(agency), salt=salt)


def cast(read: Iterable[Notification], *, origin: str, secret: bytes) -> World:
    """The countries of these notifications and those that goods pass through, and importers."""
    countries = {*papers.EXITS, *papers.HUBS}
    firms: dict[str, set[str]] = {}
    for each in read:
        countries |= {each.exporting_country, each.importing_country}
        firms.setdefault(each.importing_country, set()).add(exporter_of(each))
    return World(
        origin=origin,
        secret=secret,
        countries=tuple(sorted(countries)),
        importers={
            (country, firm): name
            for country, trading in sorted(firms.items())
            for firm, name in zip(sorted(trading), _names(country), strict=False)
        },
    )


def exporter_of(notification: Notification) -> str:
    """The firm that exports, or that it is not disclosed."""
    return notification.exporter.firm if notification.exporter else UNDISCLOSED


def stream(secret: bytes, name: str) -> Callable[[int], bytes]:
    """Bytes that look random and follow from a secret and a name."""
    numbers = itertools.count()

    def draw(size: int) -> bytes:
        seeded = b"\x00".join((b"shield/seed", secret, name.encode(), b"%d" % next(numbers)))
        return hashlib.shake_256(seeded).digest(size)

    return draw


@functools.cache
def _key(secret: bytes, holder: str) -> PrivateKey:
    return PrivateKey.from_seed(stream(secret, f"key/{holder}")(32))


def _names(country: str) -> Iterator[str]:
    """Names in an order of the country's own, so that neighbours do not all buy from one firm."""
    start = sum(map(ord, country)) % len(_NAMES)
    for place in range(len(_NAMES)):
        trade = _TRADES[(start + place) % len(_TRADES)]
        yield f"{_NAMES[(start + place) % len(_NAMES)]} {trade} {country}"
