"""The numbers that evidence is weighed with, and where they come from."""

import functools
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from importlib import resources
from typing import Any, Self

SURE = 0.99  # evidence is never certain
LEVELS = (3.0, 6.0)  # nats of surprise from which a finding is grave, and gross
MOST = 5.0  # nats that no single finding outweighs
STEP = 0.25  # nats: by less, what is met in a ledger changes nothing
SOME = 50  # shipments as if met without a finding, before a ledger is believed
LEAST = 100  # shipments from which on a ledger has habits

# What is taken for a kind that was never learnt: the share of diverted shipments on which it stands
# because they are, and of all on which it stands anyhow.
UNKNOWN: Mapping[str, tuple[float, float]] = {
    "info": (0.01, 0.05),
    "weak": (0.10, 0.028),
    "strong": (0.15, 0.005),
}


def kind_of(rule: str, strength: str, surprise: float | None) -> str:
    """What a finding counts as: its rule, its strength, and how surprising it is.

    `RF-17 strong`, or `RF-17 strong 2` where its rule says how rarely honest trade looks as bad.
    """
    kind = f"{rule} {strength}"
    if surprise is None:
        return kind
    return f"{kind} {sum(surprise >= least for least in LEVELS)}"


def nats(caused: float, usual: float) -> float:
    """The logarithm of how much oftener a kind stands where it may be caused as well as usual."""
    return min(MOST, math.log((1 - (1 - caused) * (1 - usual)) / usual))


@dataclass(frozen=True, kw_only=True, slots=True)
class Rates:
    """On how many of a ledger's shipments each kind of finding stands."""

    shipments: int = 0
    standing: Mapping[str, int] = field(default_factory=dict)

    def share(self, kind: str, caused: float, prevalence: float) -> float:
        """At least so many of the shipments that are part of nothing have it (two deviations off).

        Of two digits of each number, so that a ledger's growth is felt in few steps.
        """
        shipments, standing = _rounded(self.shipments), _rounded(self.standing.get(kind, 0))
        if shipments < LEAST:
            return 0.0
        honest = max(0.0, standing - prevalence * caused * shipments)
        return max(0.0, honest - 2 * math.sqrt(honest)) / (shipments + SOME)


def _rounded(count: int) -> int:
    return int(float(f"{count:.1e}"))


@dataclass(frozen=True, kw_only=True)
class Scale:
    """What was learnt, and the curve that makes probabilities of sums.

    `caused` and `usual` by kind: the share of diverted shipments on which it stands because they
    are, and of honest ones on which it stands. The curve is logistic with `slope` and `offset`
    (Platt 1999), and holds where `prevalence` of the shipments are part of a diversion. `here`:
    what a kind weighs less in a ledger where it stands oftener than where it was learnt.
    """

    caused: Mapping[str, float]
    usual: Mapping[str, float]
    slope: float
    offset: float
    prevalence: float
    provenance: str
    here: Mapping[str, float] = field(default_factory=dict)

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        shares = said["kinds"]
        return cls(
            caused={kind: float(each["caused"]) for kind, each in shares.items()},
            usual={kind: float(each["usual"]) for kind, each in shares.items()},
            slope=float(said["slope"]),
            offset=float(said["offset"]),
            prevalence=float(said["prevalence"]),
            provenance=str(said["provenance"]),
        )

    @functools.cached_property
    def fingerprint(self) -> str:
        """Short for the numbers that were learnt."""
        told = json.dumps([sorted(self.caused.items()), sorted(self.usual.items())])
        curve = json.dumps([self.slope, self.offset, self.prevalence])
        return hashlib.sha256((told + curve).encode()).hexdigest()[:8]

    def shares(self, kind: str) -> tuple[float, float]:
        """`caused` and `usual` of a kind; of its rule, where that surprise was never met."""
        rule, strength, *_ = kind.split(" ")
        for known in (kind, f"{rule} {strength}"):
            if known in self.caused:
                return self.caused[known], self.usual[known]
        return UNKNOWN[strength]

    def of(self, kind: str) -> float:
        """What a finding of a kind is worth by itself, in nats; never less than nothing."""
        known = self.here.get(kind)
        return nats(*self.shares(kind)) if known is None else known

    def adapted(self, rates: Rates, prevalence: float) -> Self:
        """The scale in a ledger: what stands on many shipments there is a habit of that trade.

        Never more than was learnt: that a kind is rare may be because nobody looks for it yet.
        """
        here = {}
        for kind in rates.standing:
            caused, usual = self.shares(kind)
            met = rates.share(kind, caused, prevalence)
            if met > usual:
                here[kind] = math.floor(nats(caused, min(met, 1.0)) / STEP) * STEP
        return replace(self, here=here)

    def probability(self, score: float, prevalence: float) -> float:
        """How probable a diversion is, where so many shipments are part of one.

        Another prevalence shifts the prior odds (Saerens, Latinne and Decaestecker 2002).
        """
        shift = logit(prevalence) - logit(self.prevalence)
        return min(SURE, logistic(self.offset + self.slope * score + shift))


def logit(share: float) -> float:
    return math.log(share / (1.0 - share))


def logistic(x: float) -> float:
    return 1.0 / (1.0 + math.exp(-x)) if x >= 0 else math.exp(x) / (1.0 + math.exp(x))


@functools.cache
def fitted() -> Scale:
    """The scale that comes with this release."""
    text = resources.files("alerts.weighing").joinpath("scale.json").read_text()
    return Scale.read(json.loads(text))
