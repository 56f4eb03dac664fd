"""Which crimes a world has: families in turn, until the share of diverted shipments is reached."""

import random
from collections.abc import Callable, Mapping
from dataclasses import replace

from outsider import crimes_goods, crimes_papers, crimes_people, crimes_way
from outsider.casting import Book, Crime, NoCast
from outsider.facts import Trade

__all__ = ["FAMILIES", "Crime", "commit"]

FAMILIES: Mapping[str, Callable[[Book], Crime]] = {
    **crimes_goods.FAMILIES,
    **crimes_way.FAMILIES,
    **crimes_people.FAMILIES,
    **crimes_papers.FAMILIES,
}


def commit(rng: random.Random, made: Trade, shipments: int, prevalence: float) -> list[Crime]:
    """Crimes that together make about this share of the shipments."""
    left = round(shipments * prevalence)
    done: list[Crime] = []
    queue: list[str] = []
    failed = 0
    while left > 0 and failed < 3 * len(FAMILIES):
        if not queue:
            queue = rng.sample(sorted(FAMILIES), len(FAMILIES))
        family = queue.pop()
        book = Book(rng, made, len(done), left)
        try:
            crime = FAMILIES[family](book)
        except NoCast:
            failed += 1
            _let_go(made, book.number)
            continue
        done.append(replace(crime, family=family))
        left -= len(crime.cargoes)
    return done


def _let_go(made: Trade, number: int) -> None:
    """A crime that found no cast leaves its shipments as they were."""
    for cargo in made.cargoes:
        if cargo.case == number:
            cargo.case = None
