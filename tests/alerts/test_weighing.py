"""Findings weighed as evidence: laws of adding up, and who speaks in which company."""

import math
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.company import Bar, in_company
from alerts.found import Found
from alerts.rules import rules
from alerts.weighing import Evidence, Scale, fitted, score, weights
from alerts.weighing.scale import Rates, kind_of, logit

SCALE = Scale(
    caused={"RF-13 strong": 0.30, "RF-16 weak": 0.24, "RF-15 weak": 0.18, "RF-01 info": 0.09},
    usual={"RF-13 strong": 0.045, "RF-16 weak": 0.1, "RF-15 weak": 0.1, "RF-01 info": 0.1},
    slope=1.0,
    offset=logit(1 / 20),
    prevalence=1 / 20,
    provenance="made up for these tests",
)
BAR = Bar(open_at=0.5, scale=SCALE)
KINDS = ("RF-13 strong", "RF-16 weak", "RF-15 weak", "RF-01 info", "RF-99 strong", "RF-98 weak 1")
evidences = st.lists(
    st.builds(
        Evidence,
        name=st.uuids().map(str),
        kind=st.sampled_from(KINDS),
        family=st.sampled_from(("movement", "integrity", "party")),
    ),
    max_size=8,
)


def found(rule: str, **changes: Any) -> Found:
    fields: dict[str, Any] = {
        "alert": f"alert of {rule}",
        "ref": "NL-2026-000001",
        "rule": rule,
        "version": 1,
        "title": rules()[rule].name,
        "about": "shipment",
        "subject": "NL-2026-000001",
        "key": "",
        "severity": "low",
        "summary": "Something does not add up.",
        "evidence": (),
        "countries": ("EG", "NL"),
    }
    return Found(**{**fields, **changes})


def speaking(*those: Found, bar: Bar = BAR) -> set[str]:
    weighed = in_company({each.alert: each for each in those}, bar)
    return {each.rule for each in weighed.values() if not each.quiet}


@given(evidences, st.randoms())
def test_order_makes_no_difference(those: list[Evidence], random: Any) -> None:
    shuffled = list(those)
    random.shuffle(shuffled)
    assert math.isclose(score(those, SCALE), score(shuffled, SCALE))
    assert weights(those, SCALE) == weights(shuffled, SCALE)


@given(evidences, evidences)
def test_more_evidence_never_counts_less(those: list[Evidence], more: list[Evidence]) -> None:
    assert score([*those, *more], SCALE) >= score(those, SCALE) - 1e-9


@given(evidences, st.floats(0.001, 0.5))
def test_a_sum_is_more_probable_where_more_is_diverted(those: list[Evidence], share: float) -> None:
    said = score(those, SCALE)
    assert 0.0 < SCALE.probability(said, share) <= SCALE.probability(said, share * 1.5) < 1.0


def test_a_second_finding_of_a_family_adds_a_part_of_what_it_is_worth() -> None:
    one = Evidence(name="a", kind="RF-13 strong", family="movement")
    two = Evidence(name="b", kind="RF-15 weak", family="movement")
    other = Evidence(name="b", kind="RF-15 weak", family="integrity")
    heavy, light = SCALE.of(one.kind), SCALE.of(two.kind)
    assert score([one, two], SCALE) == pytest.approx(heavy + 0.4 * light)
    assert score([one, other], SCALE) == pytest.approx(heavy + light)


@given(st.integers(0, 5_000), st.integers(0, 5_000))
def test_what_stands_oftener_in_a_ledger_never_weighs_more(shipments: int, standing: int) -> None:
    kind = "RF-13 strong"
    met = [
        SCALE.adapted(Rates(shipments=shipments, standing={kind: some}), 1 / 20).of(kind)
        for some in (0, min(standing, shipments), shipments)
    ]
    assert SCALE.of(kind) == met[0] >= met[1] >= met[2] >= 0.0


def test_what_stands_on_nearly_all_shipments_of_a_ledger_says_nothing() -> None:
    everywhere = Rates(shipments=1_000, standing={"RF-13 strong": 990})
    assert SCALE.adapted(everywhere, 1 / 20).of("RF-13 strong") == 0.0
    few = Rates(shipments=12, standing={"RF-13 strong": 4})
    assert SCALE.adapted(few, 1 / 20).of("RF-13 strong") == SCALE.of("RF-13 strong")


def test_a_surprising_finding_of_a_kind_that_was_never_met_weighs_what_its_rule_does() -> None:
    assert kind_of("RF-13", "strong", 7.2) == "RF-13 strong 2"
    assert SCALE.of("RF-13 strong 2") == SCALE.of("RF-13 strong")


def test_what_is_not_enough_alone_is_with_company_and_the_heaviest_speaks() -> None:
    missing, seal = found("RF-13", severity="high"), found("RF-16", weak=True)
    assert speaking(missing) == set()
    assert speaking(missing, seal) == {"RF-13"}


def test_an_alert_tells_its_probability_and_what_was_weighed_beside_it() -> None:
    both = in_company(
        {each.alert: each for each in (found("RF-13", severity="high"), found("RF-16", weak=True))},
        BAR,
    )
    told = both["alert of RF-13"]
    assert (told.probability, told.one_in, told.beside) == (55, 20, ("RF-16",))


def test_what_stands_everywhere_is_not_told_of_as_weighed_beside() -> None:
    here = BAR.within(Rates(shipments=1_000, standing={"RF-16 weak": 990}))
    both = (found("RF-13", severity="high"), found("RF-16", weak=True))
    assert in_company({each.alert: each for each in both}, here)["alert of RF-13"].beside == ()


def test_what_an_alerts_readers_may_not_know_does_not_count_for_it() -> None:
    secret = found("RF-16", weak=True, countries=("NL",))
    assert speaking(found("RF-13", severity="high"), secret) == {
        "RF-16"
    }  # told to who may know of both
    assert (
        in_company({each.alert: each for each in (found("RF-13", severity="high"), secret)}, BAR)[
            "alert of RF-13"
        ].beside
        == ()
    )


def test_what_is_critical_speaks_alone_and_information_never_does() -> None:
    assert speaking(found("RF-16", severity="critical")) == {"RF-16"}
    low = Bar(scale=SCALE, open_at=0.01)
    assert speaking(found("RF-01", severity="info", weak=True), bar=low) == set()


def test_the_scale_of_this_release_names_rules_that_exist() -> None:
    scale = fitted()
    assert {kind.split(" ")[0] for kind in scale.caused} <= set(rules())
    assert 0.0 < scale.probability(0.0, 1 / 20) < 0.5
