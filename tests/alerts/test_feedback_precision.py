"""Measured precision: what verdicts say of a rule, and how sure one may be of it."""

import math
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from alerts.feedback.beta import distribution, quantile
from alerts.feedback.precision import by_participant, by_rule, measured, prior_of
from ledger.cases import VERDICTS, Case, Judgement
from tests.factories import NOON


def judged(verdict: str | None, rule: str = "RF-13", agency: str = "KE-CUSTOMS") -> Case:
    said = (Judgement(agency=agency, verdict=verdict, reason="x", at=NOON),) if verdict else ()
    return Case(alert="00" * 12, rule=rule, verdict=verdict, judgements=said)


@given(st.integers(1, 30), st.integers(1, 30), st.floats(0.01, 0.99))
def test_the_distribution_of_whole_parameters_is_a_binomial_tail(a, b, x):
    n = a + b - 1
    tail = sum(math.comb(n, k) * x**k * (1 - x) ** (n - k) for k in range(a, n + 1))
    assert distribution(x, a, b) == pytest.approx(tail, abs=1e-9)


@given(st.floats(0.3, 300), st.floats(0.3, 300), st.floats(0.01, 0.99))
def test_a_quantile_has_its_share_below_it(a, b, share):
    assert distribution(quantile(share, a, b), a, b) == pytest.approx(share, abs=1e-6)


def test_only_verdicts_that_say_right_or_wrong_count():
    said = measured([judged(verdict) for verdict in (*VERDICTS, None)], prior=0.5)
    assert (said.raised, said.judged, said.right) == (8, 5, 2)


def test_without_a_verdict_there_is_no_precision():
    said = measured([judged(None), judged("duplicate"), judged("inconclusive")], prior=0.5)
    assert (said.judged, said.precision, said.low, said.high) == (0, None, None, None)


def test_a_rule_with_one_verdict_is_neither_perfect_nor_useless():
    cases = [judged("explained", "RF-01") for _ in range(8)] + [judged("attempt", "RF-02")]
    said = by_rule(cases)
    one, many = said["RF-02"], said["RF-01"]
    assert Decimal("0.3") < one.precision < Decimal("0.7")
    assert many.high < Decimal("0.35")
    assert one.high - one.low > Decimal("0.5")


@given(st.lists(st.sampled_from(VERDICTS), min_size=1))
def test_the_interval_holds_the_precision(verdicts):
    cases = [judged(verdict) for verdict in verdicts]
    said = measured(cases, prior_of(cases))
    if said.judged:
        assert 0 <= said.low <= said.precision <= said.high <= 1


def test_each_country_is_measured_by_its_own_latest_word():
    first = Judgement(agency="KE-CUSTOMS", verdict="explained", reason="x", at=NOON)
    last = Judgement(agency="KE-POLICE", verdict="attempt", reason="x", at=NOON)
    other = Judgement(agency="NL-CUSTOMS", verdict="tolerance", reason="x", at=NOON)
    case = Case(alert="00" * 12, verdict="tolerance", judgements=(first, last, other))
    said = by_participant([case])
    assert (said["KE"].right, said["NL"].right) == (1, 0)
