"""One consignment from its order to its statements: planned, befallen, perhaps bent, told."""

from dataclasses import dataclass

from seed.journeys import Step
from seed.worlds import draws, mishaps, planning, reporting, telling, traces
from seed.worlds.cases import Plot
from seed.worlds.deals import Order
from seed.worlds.voyages import Voyage
from seed.worlds.weather import Weather


@dataclass(frozen=True, kw_only=True, slots=True)
class Passage:
    """What truly happened to a consignment, and what was stated of it."""

    voyage: Voyage
    steps: tuple[Step, ...]


def passage(order: Order, plot: Plot | None, weather: Weather) -> Passage:
    """The same passage for the same order, whenever it is asked for."""
    rng = draws.dice(weather.world, "voyage", order.number)
    voyage = mishaps.befallen(planning.planned(order, rng), weather, rng)
    voyage = traces.left(voyage, weather, rng, diverted=plot is not None)
    if plot is not None:
        voyage = plot.family.bend(voyage, plot, rng)
    partakes = frozenset(weather.geography.participants)
    said = telling.told(voyage, weather.habits, partakes, rng)
    steps = (step for each in said for step in reporting.reported(each, weather.habits, rng))
    return Passage(voyage=voyage, steps=tuple(steps))
