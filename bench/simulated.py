"""A simulated world, as every simulator beside the first hands it over, and its figures."""

from dataclasses import dataclass, field

from seed.journeys import Step
from seed.world import World
from seed.worlds.cases import Case


def figure(value: float) -> str:
    """An amount as the wire has it: to a gram, and never below nought."""
    return f"{max(0.0, value):.3f}".rstrip("0").rstrip(".") or "0"


@dataclass(frozen=True, kw_only=True)
class SimulatedWorld:
    """Who takes part, what they state, and what is true."""

    cast: World
    told: tuple[Step, ...]
    cases: tuple[Case, ...]
    notes: dict[str, tuple[str, ...]] = field(repr=False)  # by shipment: what befell its papers

    def steps(self) -> tuple[Step, ...]:
        return self.told
