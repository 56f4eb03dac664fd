"""What is traded: substances of the programme's lists with orders, packages and prices.

The codes are those of the lists in `seed/data`; the amounts and prices are made up, of a size that
such trade has. Uses are licit ones: nothing here says how anything could be misused.
"""

from dataclasses import dataclass
from functools import cache

from seed import reference
from seed.reference import Listing
from seed.world import Body


@dataclass(frozen=True, kw_only=True, slots=True)
class Ware:
    """A substance as it is traded: form, strength, package, the size of orders, a price."""

    substance: str
    name: str
    names: tuple[str, ...]
    list: str
    cas: str
    hs: str
    un: str
    form: str
    strength: str
    package: str
    package_kg: int
    tare: float  # gross over net
    low_kg: float
    high_kg: float
    price: float
    season: float
    uses: tuple[str, ...]

    @property
    def concentration(self) -> Body:
        return {"low": self.strength, "high": self.strength, "basis": "w/w"}


@cache
def wares() -> tuple[Ware, ...]:
    listed = {(each.list, each.substance): each for each in reference.substances()}
    return tuple(
        _ware(row, listed[row["list"], row["substance"]])
        for row in reference.read_table("judged_wares.csv")
    )


def _ware(row: dict[str, str], listing: Listing) -> Ware:
    plain = (name for name in listing.synonyms if name.isascii() and len(name) > 4)
    return Ware(
        substance=listing.substance,
        name=listing.name,
        names=(listing.name, listing.name.upper(), *plain),
        list=listing.list,
        cas=listing.cas[0],
        hs=listing.hs[0],
        un=listing.un[0] if listing.un else "",
        form=row["form"],
        strength=row["strength"],
        package=row["package"],
        package_kg=int(row["package_kg"]),
        tare=float(row["tare"]),
        low_kg=float(row["low_kg"]),
        high_kg=float(row["high_kg"]),
        price=float(row["price"]),
        season=float(row["season"]),
        uses=tuple(row["uses"].split("|")),
    )
