"""Made-up firms: names that nobody bears, addresses, mailboxes, and how clerks misspell them."""

import random
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from seed import reference
from seed.world import Body
from seed.worlds import draws

_FORMS = {
    "DE": "GmbH",
    "NL": "B.V.",
    "FR": "S.A.",
    "ES": "S.L.",
    "MX": "S.A. de C.V.",
    "BR": "Ltda.",
    "IT": "S.p.A.",
    "PL": "Sp. z o.o.",
    "TR": "A.Ş.",
    "RU": "OOO",
    "UA": "TOV",
    "AE": "FZE",
    "SG": "Pte Ltd",
    "MY": "Sdn Bhd",
    "IN": "Pvt Ltd",
    "PK": "Pvt Ltd",
    "US": "Inc.",
    "JP": "K.K.",
}
_ACCENTS = str.maketrans("aeiou", "áéíóú")
_SOUNDS = (("k", "c"), ("c", "k"), ("v", "w"), ("x", "ks"), ("y", "i"), ("f", "ph"), ("z", "s"))
_SHORT = (
    ("Trading", "Trdg"),
    ("Industries", "Ind."),
    ("Chemicals", "Chem."),
    ("Import Export", "Imp-Exp"),
    ("General", "Gen."),
    ("Laboratories", "Labs"),
    ("Pvt Ltd", "Private Limited"),
    ("Ltd", "Limited"),
    ("Agricultural", "Agric."),
)


@cache
def words() -> Mapping[str, Sequence[str]]:
    """Syllables, trades and streets that names are made of, and the countries of worlds."""
    rows = reference.read_table("judged_words.csv")
    return {row["kind"]: tuple(row["words"].split("|")) for row in rows}


@dataclass(frozen=True, kw_only=True, slots=True)
class Firm:
    """A trader as it registered itself; `since` is the day of its registration."""

    name: str
    country: str
    address: str
    phone: str
    email: str
    scheme: str
    identifier: str
    since: datetime

    @property
    def key(self) -> str:
        """What the ledger knows it by."""
        return f"{self.scheme}:{self.identifier}"

    @property
    def party(self) -> Body:
        return {
            "name": self.name,
            "country": self.country,
            "address": self.address,
            "phone": self.phone,
            "email": self.email,
            "scheme": self.scheme,
            "identifier": self.identifier,
        }


def name(rng: random.Random, country: str) -> str:
    """A name of syllables, a trade and the legal form of its country."""
    stem = _stem(rng).translate(_ACCENTS) if draws.hit(rng, 0.03) else _stem(rng)
    return f"{stem} {rng.choice(words()['trade'])} {_FORMS.get(country, 'Ltd')}"


def _stem(rng: random.Random) -> str:
    return "".join(rng.choice(words()[part]) for part in ("head", "middle", "tail"))


def address(rng: random.Random, country: str) -> str:
    street, town = rng.choice(words()["street"]), _stem(rng)
    return f"{rng.randint(1, 240)} {street}, {draws.digits(rng, 5)} {town}, {country}"


def phone(rng: random.Random) -> str:
    return f"+{rng.randint(20, 99)} {rng.randint(10, 99)} {draws.digits(rng, 7)}"


def founded(
    rng: random.Random, country: str, since: datetime, *, office: str | None = None
) -> Firm:
    """A firm of a country, at its own address or at an office that others have too."""
    called = name(rng, country)
    number = draws.digits(rng, 9)
    host = f"{called.split()[0].lower()}-{number[:3]}".translate(str.maketrans("áéíóú", "aeiou"))
    return Firm(
        name=called,
        country=country,
        address=office or address(rng, country),
        phone=phone(rng),
        email=f"{rng.choice(('orders', 'purchasing', 'office', 'info'))}@{host}.example",
        scheme="national",
        identifier=f"{country}{number}",
        since=since,
    )


def misspelt(rng: random.Random, said: str) -> str:
    """A name as a hurried clerk types it: two letters swapped, one left out or doubled."""
    place = rng.randrange(1, max(2, len(said.split(maxsplit=1)[0]) - 1))
    slips = (
        said[:place] + said[place + 1] + said[place] + said[place + 2 :],
        said[:place] + said[place + 1 :],
        said[: place + 1] + said[place:],
    )
    return rng.choice(slips).strip()


def transliterated(rng: random.Random, said: str) -> str:
    """A name as it sounds in another script and back, or as an office shortens it."""
    stem, _, rest = said.partition(" ")
    fitting = [(a, b) for a, b in _SOUNDS if a in stem]
    if fitting:
        old, new = rng.choice(fitting)
        stem = stem.replace(old, new, 1)
    for long, short in _SHORT:
        if long in rest and draws.hit(rng, 0.5):
            rest = rest.replace(long, short, 1)
            break
    return f"{stem} {rest}".strip()


def offices(rng: random.Random, country: str) -> Sequence[str]:
    """A country's business centres, where many firms have their seat."""
    return tuple(_offices(rng, country))


def _offices(rng: random.Random, country: str) -> Iterator[str]:
    for _ in range(2):
        yield f"Suite {rng.randint(1, 60)}, {address(rng, country)}"
