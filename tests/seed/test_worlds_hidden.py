"""Nothing incidental gives a case away: its shapes, digits, hours and words are everybody's.

No classifier: for each incidental property, diverted and honest shipments are counted by its values
and compared with a chi-square test. A generator that states diverted goods by another path than
honest ones fails here, whatever the path.
"""

import math
import re
from collections import Counter
from collections.abc import Callable, Iterator
from functools import cache

import pytest

from seed.journeys import Step
from seed.worlds import JudgedWorld, families, judged_world

# Families that take one order by lot: others choose by buyer, carrier or newness, which is theirs.
BY_LOT = {each.name for each in families().values() if each.by_lot}
LEAST = 0.0005  # the least likely outcome that is still taken for chance, one property with another


@cache
def world() -> JudgedWorld:
    return judged_world(17, shipments=1500, prevalence=0.4, families=BY_LOT)


@cache
def sides() -> tuple[list[Step], list[Step]]:
    """The statements about diverted and about honest shipments, where both ends take part."""
    involved = {ref for case in world().cases for ref in case.shipments}
    steps = [step for step in world().steps() if "shipment" in step.body]
    released = {s.body["shipment"]: s for s in steps if s.kind == "export.released"}
    watched = {ref for ref, step in released.items() if partaken(step)}
    about = [step for step in steps if step.body["shipment"] in watched]
    diverted = [step for step in about if step.body["shipment"] in involved]
    return diverted, [step for step in about if step.body["shipment"] not in involved]


def partaken(released: Step) -> bool:
    return released.body["parties"]["importer"]["country"] in world().cast.countries


def shape(text: str) -> str:
    """`SIM-NL0048213` -> `A-A9`: letters and digits as runs."""
    return re.sub(r"[0-9]+", "9", re.sub(r"[A-Za-z]+", "A", text))


def amounts(step: Step) -> Iterator[str]:
    for line in step.body.get("goods", ()):
        yield line["quantity"]["amount"]


def ref_shape(step: Step) -> Iterator[str]:
    yield shape(step.body["shipment"])


def last_digit_of_ref(step: Step) -> Iterator[str]:
    yield step.body["shipment"][-1]


def first_digit_of_ref(step: Step) -> Iterator[str]:
    yield step.body["shipment"].split("-")[2][0]


def minute_of_hour(step: Step) -> Iterator[str]:
    yield str(step.at.minute // 10)


def second_signed(step: Step) -> Iterator[str]:
    yield str(step.told.second // 10)


def hour_signed(step: Step) -> Iterator[str]:
    yield str(step.told.hour // 3)


def weekday_signed(step: Step) -> Iterator[str]:
    yield str(step.told.weekday())


def delay(step: Step) -> Iterator[str]:
    if step.kind in {"export.released", "shipment.departed"}:
        yield str(int(math.log2((step.told - step.at).total_seconds() / 60 + 1)))


def office(step: Step) -> Iterator[str]:
    yield step.agency[3:]


def release_claims(step: Step) -> Iterator[str]:
    if step.kind == "export.released":
        yield "|".join(sorted(step.body))


def line_claims(step: Step) -> Iterator[str]:
    if step.kind == "export.released":
        yield "|".join(sorted(step.body["goods"][0]))


def units(step: Step) -> Iterator[str]:
    if step.kind == "export.released":
        yield step.body["goods"][0]["quantity"]["unit"]


def decimals_released(step: Step) -> Iterator[str]:
    if step.kind == "export.released":
        yield from (str(len(a.partition(".")[2])) for a in amounts(step))


def decimals(step: Step) -> Iterator[str]:
    for line in step.body.get("goods", ()):
        if line["quantity"]["unit"] == "KGM":
            yield str(len(line["quantity"]["amount"].partition(".")[2]))


def zeros_notified(step: Step) -> Iterator[str]:
    if step.kind == "notice.sent":
        yield from (str(len(a) - len(a.rstrip("0"))) for a in amounts(step))


def paper_shapes(step: Step) -> Iterator[str]:
    for paper in step.body.get("documents", ()):
        yield shape(paper["number"])


def last_digit_of_papers(step: Step) -> Iterator[str]:
    for paper in step.body.get("documents", ()):
        yield paper["number"][-1]


def name_length(step: Step) -> Iterator[str]:
    for party in step.body.get("parties", {}).values():
        yield str(len(party["name"]) // 6)


def remark_length(step: Step) -> Iterator[str]:
    if step.kind in {"notice.sent", "export.released", "shipment.departed"}:
        yield str(len(step.body.get("remarks", "")) // 5)


def mode(step: Step) -> Iterator[str]:
    if step.kind == "export.released":
        yield step.body["transport"]["mode"]


PROPERTIES = (
    ref_shape,
    last_digit_of_ref,
    first_digit_of_ref,
    minute_of_hour,
    second_signed,
    hour_signed,
    weekday_signed,
    delay,
    office,
    release_claims,
    line_claims,
    units,
    decimals_released,
    decimals,
    zeros_notified,
    paper_shapes,
    last_digit_of_papers,
    name_length,
    remark_length,
    mode,
)


@pytest.mark.parametrize("of", PROPERTIES, ids=lambda each: each.__name__)
def test_what_is_incidental_does_not_tell_diverted_goods_from_honest_ones(
    of: Callable[[Step], Iterator[str]],
) -> None:
    diverted, honest = (counted(of, steps) for steps in sides())
    assert likelihood(diverted, honest) > LEAST


def counted(of: Callable[[Step], Iterator[str]], steps: list[Step]) -> Counter[str]:
    """In how many shipments each value occurs: statements about one shipment go together."""
    seen = {(step.body["shipment"], value) for step in steps for value in of(step)}
    return Counter(value for _, value in seen)


def likelihood(one: Counter[str], other: Counter[str]) -> float:
    """How likely counts so different are by chance (chi-square; Wilson and Hilferty, 1931)."""
    values = [v for v in one | other if one[v] + other[v] >= 20]
    if len(values) < 2:
        return 1.0
    totals = sum(one[v] for v in values), sum(other[v] for v in values)
    whole, square = sum(totals), 0.0
    for value in values:
        for counts, total in ((one, totals[0]), (other, totals[1])):
            expected = (one[value] + other[value]) * total / whole
            square += (counts[value] - expected) ** 2 / expected
    free = len(values) - 1
    z = ((square / free) ** (1 / 3) - (1 - 2 / (9 * free))) / math.sqrt(2 / (9 * free))
    return 0.5 * math.erfc(z / math.sqrt(2))
