"""How each office usually weighs: what its loads came to against the papers, load after load.

Every scale has a bias, every office its habits, and some goods evaporate. So a load is judged by
what the same office found of earlier loads, drawn towards what all offices find where it has few.
"""

import math
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from alerts.rules import Dossier
from alerts.rules.aggregates import WIDE, buyers, mark_of
from alerts.rules.normal import NORMAL, Sample
from alerts.rules.questions import Elsewhere, Observation
from alerts.rules.readings import IN, Reading, readings
from alerts.rules.remembered import once
from ledger.shipments import Shipment

FEW = 3  # loads of one office that count as much as what all offices find
KNOWN = 20  # loads of all offices from which on their spread is believed
LEAST_SPREAD = 0.001  # no scale is better than a tenth of a per cent, loading and all
USUAL_SPREAD = 0.004  # of offices and loads, until the ledger knows enough of them
MOST = 12.0  # nats of surprise: nothing is surer than that a scale can stick
FAR = 0.1  # what is farther from the papers than this tells nothing of a scale


@dataclass(frozen=True, kw_only=True, slots=True)
class Scale:
    """What loads usually come to at an office: centre and spread of logarithms, from how many."""

    centre: float
    spread: float
    loads: int

    @property
    def doubt(self) -> float:
        """The variance of what is known of the office's own bias, against that of one load."""
        return FEW / (self.loads + FEW)

    def score(self, off: float) -> float:
        """How far below the usual a load lies, in standard errors."""
        return (self.centre - off) / (self.spread * math.sqrt(1 + self.doubt))


def scale_of(step: str, agency: str) -> str:
    """What an agency's loads came to at a step, as shares of what the papers say."""
    return f"scale/{step}/{agency}"


def scales_of(step: str) -> str:
    """The same of all agencies. Reopens nothing."""
    return f"{WIDE}scale/{step}"


def loads_of(key: str) -> str:
    """What the loads of a trader came to at the far end."""
    return f"loads/{mark_of(key)}"


def scale(elsewhere: Elsewhere, reading: Reading, but: Iterable[str] = ()) -> Scale:
    """How the office of a reading weighs, by the loads before it but for some."""
    left_out = frozenset(but)
    own = _offs(elsewhere.observed(scale_of(reading.step, reading.agency), reading.at), left_out)
    wide = _offs(elsewhere.observed(scales_of(reading.step), reading.at), left_out)
    known = wide.n >= KNOWN
    usual = wide.median if known else 0.0
    centre = (own.n * own.median + FEW * usual) / (own.n + FEW) if own.n else usual
    return Scale(centre=centre, spread=_spread(wide) if known else USUAL_SPREAD, loads=own.n)


def _offs(observed: Iterable[Observation], but: frozenset[str]) -> Sample:
    return Sample.of(each for each in observed if each.ref not in but).logs


def _spread(sample: Sample) -> float:
    middle = sample.median
    own = Sample(tuple(abs(each - middle) for each in sample.values)).median / NORMAL
    return max(own, LEAST_SPREAD)


def surprise(score: float) -> float:
    """Minus the logarithm of how often honest loads score as high: Student's t, four degrees.

    Its heavy tail stands for what no bias explains: spilt drums, wet bags, a lorry not yet empty.
    """
    return -math.log(max(_tail(score), 1e-9))


def _tail(score: float) -> float:
    sine = score / (2 * math.sqrt(1 + score * score / 4))
    return 0.5 - 0.75 * sine * (1 - sine * sine / 3)


def traders_of(shipment: Shipment) -> dict[str, str]:
    """Those who could take of every load, by key, with what they are to it: buyers and carrier."""
    found = dict.fromkeys(buyers(shipment), "buyer")
    carrier = shipment.parties.carrier if shipment.parties else None
    if carrier is not None:
        found.setdefault(carrier.key, "carrier")
    return found


@once
def telling(dossier: Dossier) -> tuple[Reading, ...]:
    """The readings that tell how an office weighs: no copies, and none far from the papers."""
    return tuple(each for each in readings(dossier) if not each.copied and abs(each.off) <= FAR)


def observed_loads(dossier: Dossier) -> Iterator[tuple[str, datetime, Decimal]]:
    """What a shipment adds to what is known of scales and of its traders' loads."""
    known = telling(dossier)
    for each in known:
        share = Decimal(str(round(each.share, 6)))
        yield scale_of(each.step, each.agency), each.at, share
        yield scales_of(each.step), each.at, share
    last = [each for each in known if each.step in IN][-1:]
    for each in last:
        for key in traders_of(dossier.shipment):
            yield loads_of(key), each.at, Decimal(str(round(each.share, 6)))
