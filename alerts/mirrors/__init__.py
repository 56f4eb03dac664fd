"""The two ends of a country's trade: what exporters and importers report of each other in a year.

Shipments are reconciled one by one (RF-24); this is the same over whole chapters of the Harmonized
System, from the statistics that countries publish. A trade which one end hardly reports and the
other reports in millions shows that goods leave, or arrive, unseen. Most differences are honest:
freight, hubs, goods booked on another partner, year or chapter. So each is tried, in figures,
before anything is said, and what is said is how much is left and how unusual that is.

Pure: no database, no clock. `flows` reads the records, `book` keeps them, `noise` says how far
honest pairs differ, `explanations` takes off what may be honest, `ranking` puts what is left in
order, `planting` measures the ranking on reports that it hides itself, `report` says it.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True, slots=True)
class Pair:
    """One direction of trade between two countries in one year and chapter."""

    year: int
    chapter: str
    exporter: str
    importer: str


@dataclass(frozen=True, kw_only=True, slots=True)
class Terms:
    """What is allowed for. Money in USD, shares of one.

    `freight`: how much more an import value (CIF) holds than an export value (FOB); IMF and UN
    practice is 10 %. `credit`: how much of what an explanation could cover is believed, since to
    be possible is not to be true; an error of chapter is believed less, and a country that is no
    foreign country to the other nearly wholly. `turn_of_year`: how much of a year's exports may be
    booked in the year beside it. `grain`: below this, reports say nothing for sure.
    `least`: the smallest excess worth a line. `shrink`: how many pairs it takes until a country's
    own habit counts half.
    """

    freight: float = 0.10
    credit: float = 0.90
    chapter_credit: float = 0.50
    home_credit: float = 0.95
    turn_of_year: float = 0.25
    grain: int = 10_000
    least: int = 50_000
    shrink: int = 20
    first: int = 3


USUAL = Terms()
