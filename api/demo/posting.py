"""Through the door: the release and the simulated trade, signed and submitted as by a back office.

The sequencer is the door: the API's batch route and `shield event post` call the same method. The
demonstration calls it itself, since one process that signs for a hundred countries would only wait
for its own requests over HTTP.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice

from api.services import Services
from crypto.uuid7 import uuid7
from ledger.admission import Admission, Outcome
from seed.journeys import Step
from seed.pic import Notice
from seed.world import World

BATCH = 500
DESK_TIME = timedelta(hours=1)  # from the event to the signature under it

Progress = Callable[[int], None]


@dataclass(frozen=True, kw_only=True)
class Posted:
    """One statement's way through the door; `notice` where it is of the release."""

    step: Step
    outcome: Outcome
    notice: Notice | None = None

    @property
    def index(self) -> int | None:
        return self.outcome.receipt.index if isinstance(self.outcome, Admission) else None


def noticed(notices: Sequence[Notice], rng: random.Random) -> Iterator[tuple[Step, Notice]]:
    """Each notice of the release as its authority states it."""
    for notice in notices:
        told = notice.sent_at + DESK_TIME
        jti = uuid7(told, rng.randbytes)
        yield Step(body=notice.body, agency=notice.agency, told=told, jti=jti), notice


def posted(
    node: Services,
    world: World,
    statements: Sequence[tuple[Step, Notice | None]],
    progress: Progress,
) -> Iterator[Posted]:
    """Sign and submit in batches, day after day; what became of each."""
    waiting = iter(sorted(statements, key=lambda each: (each[0].told, each[0].jti)))
    while batch := list(islice(waiting, BATCH)):
        outcomes = node.sequencer.submit([step.signed(world) for step, _ in batch])
        for (step, notice), outcome in zip(batch, outcomes, strict=True):
            yield Posted(step=step, outcome=outcome, notice=notice)
        progress(len(batch))
