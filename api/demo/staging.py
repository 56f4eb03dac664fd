"""What is to be posted: the release as a clerk reads it, journeys, diversions and their labels."""

import random
from collections.abc import Sequence
from dataclasses import dataclass

from api.demo.posting import noticed
from seed import notifications, pic, standings, traffic, world
from seed.clerk.rows import Notification, Refused
from seed.journeys import Step
from seed.pic import Notice
from seed.scenarios import Label, staged
from seed.world import World


@dataclass(frozen=True, kw_only=True)
class Staged:
    """Everything of one demonstration before the first statement is made."""

    rows: Sequence[Notification | Refused]
    world: World
    statements: Sequence[tuple[Step, Notice | None]]
    journeys: int
    labels: Sequence[Label]


def prepared(
    *, origin: str, secret: bytes, rng: random.Random, share: float, times: int, rows: int | None
) -> Staged:
    """Read the release and stage trade for a share of it; `times` is how often each diversion."""
    read = tuple(notifications.read_all())[:rows]
    good = [each for each in read if isinstance(each, Notification)]
    cast = world.cast(good, origin=origin, secret=secret)
    notices = list(pic.notices(good, cast))
    announced: list[tuple[Step, Notice | None]] = [*noticed(notices, rng)]
    honest = list(traffic.journeys(notices, rng, share=share))
    journeys, labels = staged(honest, rng, times=times)
    facts = standings.standings(notices, rng, spared=standings.spoken_of(journeys))
    steps = [*facts, *(step for journey in journeys for step in journey.steps)]
    return Staged(
        rows=read,
        world=cast,
        statements=[*announced, *((step, None) for step in steps)],
        journeys=len(journeys),
        labels=labels,
    )
