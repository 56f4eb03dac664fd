"""How long an answer takes must not tell what is there: some leave only at a clock's tick.

Something hidden takes a little longer to look for than nothing does; both end within one tick. So
do "not found", and every hit and no-hit.
"""

import math
import time

from flask import g

TICK_SECONDS = 0.05


def to_the_tick() -> None:
    """Wait until whole ticks have passed since the request began."""
    taken = time.perf_counter() - g.began
    time.sleep(math.ceil(taken / TICK_SECONDS) * TICK_SECONDS - taken)
