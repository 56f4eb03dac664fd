"""A reference layer for the simulated world: licences, requirements, trusted traders, site visits.

It is about made-up importers and their countries, never about the firms of the release. A country
that licenses a chemical licenses every importer of it, and a requirement is well above what is
notified: honest trade must have nothing to fear from the layer.
"""

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from decimal import Decimal

from ledger.claims import Line
from ledger.masses import weigh
from ledger.quantities import show
from ledger.schemas import load
from seed import papers
from seed.journeys import Journey, Step, stated
from seed.pic import Notice
from seed.world import Body

Pair = tuple[str, str]

LICENSED = 20
REQUIRED = 15
TRUSTED = 20
VISITED = 25
HEADROOM = Decimal("1.6")
BEFORE = timedelta(days=120)
YEARS = timedelta(days=4 * 365)


def standings(
    notices: Sequence[Notice], rng: random.Random, *, spared: Collection[Pair] = ()
) -> Iterator[Step]:
    """Facts about importers and countries; `spared` pairs of country and substance get none."""
    pairs = _by_pair(notices)
    free = sorted(pairs.keys() - set(spared))
    for pair in rng.sample(free, min(LICENSED, len(free))):
        yield from _licences(pair, pairs[pair], rng)
    for pair in rng.sample(free, min(REQUIRED, len(free))):
        yield from _requirements(pair, pairs[pair], rng)
    importers = {n.body["parties"]["importer"]["identifier"]: n for n in notices}
    for name in rng.sample(sorted(importers), min(TRUSTED, len(importers))):
        yield _trusted(importers[name], rng)
    for name in rng.sample(sorted(importers), min(VISITED, len(importers))):
        yield _visited(importers[name], rng)


def spoken_of(journeys: Sequence[Journey]) -> frozenset[Pair]:
    """The pairs of country and substance that journeys state licences or requirements for."""
    kinds = {"party.licensed", "requirement.declared"}
    return frozenset(
        (journey.plan.importing, journey.plan.substance)
        for journey in journeys
        if any(step.kind in kinds for step in journey.steps)
    )


def _by_pair(notices: Sequence[Notice]) -> Mapping[Pair, list[Notice]]:
    pairs: dict[Pair, list[Notice]] = {}
    for notice in notices:
        for substance in dict.fromkeys(line["substance"] for line in notice.body["goods"]):
            pairs.setdefault((notice.head.importing_country, substance), []).append(notice)
    return pairs


def _first(notices: Sequence[Notice]) -> datetime:
    return min(notice.sent_at for notice in notices) - BEFORE


def _licences(pair: Pair, notices: Sequence[Notice], rng: random.Random) -> Iterator[Step]:
    country, substance = pair
    importers = {n.body["parties"]["importer"]["identifier"]: n for n in notices}
    at = _first(notices) - timedelta(days=rng.randint(0, 300))
    for _, notice in sorted(importers.items()):
        yield stated(
            rng,
            f"{country}-CNA",
            "party.licensed",
            at,
            shipment=None,
            trader=notice.body["parties"]["importer"],
            licence=papers.number(rng, country, "LIC"),
            type="licence",
            status="active",
            substances=[substance],
            activities=["import", "use"],
            valid_from=at.date().isoformat(),
            valid_to=(at + YEARS).date().isoformat(),
        )


def _requirements(pair: Pair, notices: Sequence[Notice], rng: random.Random) -> Iterator[Step]:
    """One a year, above all that is notified for it; none where nothing has a known mass."""
    country, substance = pair
    for year in sorted({notice.dispatch.year for notice in notices}):
        lines = [line for n in notices if n.dispatch.year == year for line in _lines(n, substance)]
        kg = sum((_kg(line) for line in lines), Decimal(0))
        if kg:
            goods = {
                "substance": substance,
                "declared_name": lines[0]["declared_name"],
                "quantity": {"amount": show(round(kg * HEADROOM, 3)), "unit": "KGM"},
                "concentration": {"low": "100", "high": "100", "basis": "w/w"},
            }
            yield stated(
                rng,
                f"{country}-CNA",
                "requirement.declared",
                _first(notices),
                shipment=None,
                country=country,
                substance=substance,
                year=year,
                goods=goods,
            )


def _lines(notice: Notice, substance: str) -> Iterator[Body]:
    yield from (line for line in notice.body["goods"] if line["substance"] == substance)


def _kg(line: Body) -> Decimal:
    """The mass as the ledger will count it."""
    read: Line = load(Line, line)
    return weigh((read,), {}).total_kg


def _trusted(notice: Notice, rng: random.Random) -> Step:
    country = notice.head.importing_country
    at = notice.sent_at - BEFORE
    return stated(
        rng,
        f"{country}-CUSTOMS",
        "party.trusted",
        at,
        shipment=None,
        trader=notice.body["parties"]["importer"],
        programme="aeo-s",
        certificate=papers.number(rng, country, "AEO"),
        status="certified",
        valid_from=at.date().isoformat(),
    )


def _visited(notice: Notice, rng: random.Random) -> Step:
    importer = notice.body["parties"]["importer"]
    at = notice.sent_at - BEFORE
    return stated(
        rng,
        f"{importer['country']}-CNA",
        "party.evaluated",
        at,
        shipment=None,
        trader=importer,
        site=importer["address"],
        evaluation="initial",
        evaluated_on=at.date().isoformat(),
        result=rng.choice(("pass", "pass", "pass_with_actions")),
        next_due=(at + YEARS).date().isoformat(),
    )
