"""The numbers that evidence is weighed with, and where they come from."""

import functools
import hashlib
import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any, Self

SURE = 0.99  # evidence is never certain
LEVELS = (3.0, 6.0)  # nats of surprise from which a finding is grave, and gross
# What a finding of a rule is worth that was never learnt.
UNKNOWN: Mapping[str, float] = {"info": 0.2, "weak": 1.5, "strong": 3.5}


def kind_of(rule: str, strength: str, surprise: float | None) -> str:
    """What a finding counts as: its rule, its strength, and how surprising it is.

    `RF-17 strong`, or `RF-17 strong 2` where its rule says how rarely honest trade looks as bad.
    """
    kind = f"{rule} {strength}"
    if surprise is None:
        return kind
    return f"{kind} {sum(surprise >= least for least in LEVELS)}"


@dataclass(frozen=True, kw_only=True)
class Scale:
    """What was learnt: nats by kind of finding, and the curve that makes probabilities of sums.

    The curve is logistic with `slope` and `offset` (Platt 1999), and holds where `prevalence` of
    the shipments are part of a diversion.
    """

    worth: Mapping[str, float]
    slope: float
    offset: float
    prevalence: float
    provenance: str

    @classmethod
    def read(cls, said: Mapping[str, Any]) -> Self:
        return cls(
            worth={kind: float(nats) for kind, nats in said["worth"].items()},
            slope=float(said["slope"]),
            offset=float(said["offset"]),
            prevalence=float(said["prevalence"]),
            provenance=str(said["provenance"]),
        )

    @functools.cached_property
    def fingerprint(self) -> str:
        """Short for the numbers."""
        told = json.dumps([sorted(self.worth.items()), self.slope, self.offset, self.prevalence])
        return hashlib.sha256(told.encode()).hexdigest()[:8]

    def of(self, kind: str) -> float:
        """What a finding of a kind is worth by itself, in nats; never less than nothing.

        A kind that was never met is worth what its rule is without the surprise.
        """
        rule, strength, *_ = kind.split(" ")
        for known in (kind, f"{rule} {strength}"):
            if known in self.worth:
                return max(0.0, self.worth[known])
        return UNKNOWN[strength]

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
