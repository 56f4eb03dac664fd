"""What a finding counts as when it is weighed."""

import pytest

from alerts.found import found, kind
from alerts.rules import Finding, Severity, rules

RULE = rules()["RF-17"]


def counts(**claims):
    finding = Finding(summary="Less came than was sent.", evidence=("s-1",), **claims)
    return kind(found(RULE, finding, "NL-2026-000001", ["NL", "KE"]))


def test_what_stands_alone_and_is_grave_counts_as_a_strong_sign():
    assert counts() == "RF-17 strong"
    assert counts(severity=Severity.MEDIUM, surprise=9.0).startswith("RF-17 strong ")


@pytest.mark.parametrize(
    "claims",
    [
        {"severity": Severity.LOW},  # an honest explanation fits
        {"severity": Severity.LOW, "alone": True},
        {"alone": False},  # it only adds to what else is found
    ],
)
def test_what_its_rule_calls_low_counts_as_a_weak_sign_like_what_only_adds(claims):
    assert counts(**claims) == "RF-17 weak"


def test_what_is_only_noted_counts_as_that():
    assert counts(severity=Severity.INFO) == "RF-17 info"
