"""`shield report` and the trying commands of `shield rules`, on a node of one's own."""

from pathlib import Path

import pytest

from tests.api.shell import Shell
from tests.factories import HONEST

PERIOD = ("--from", "2026-01-01", "--to", "2026-12-31")


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    node = Shell(home=tmp_path / "node").founded()
    node.posted("shipment.seized", seizure="S-1", goods=[HONEST.line("250")])
    return node


def test_a_report_reads_as_sentences_and_as_one_document(shell: Shell) -> None:
    text = shell.ok("report", *PERIOD)
    assert "acetone    248.75 kg  1" in text
    assert "Alerts raised: 0; 0 judged right or wrong." in text
    document = shell.json("report", *PERIOD)
    assert document["scope"] == "programme"
    assert document["own"]["seizures"] == [
        {"substance": "acetone", "unit": "kg", "amount": "248.75", "seizures": 1}
    ]
    assert document["activity"]["participants"] == 1


def test_an_agency_is_told_its_own(shell: Shell) -> None:
    document = shell.json("report", *PERIOD, "--as", "NL-CUSTOMS")
    assert document["scope"] == "own"
    assert len(document["own"]["seizures"]) == 1
    assert [each["participants"] for each in document["published"]][:1] == [0]


def test_a_backtest_and_a_proposal_change_nothing_and_say_so(shell: Shell) -> None:
    made = shell.json("rules", "backtest", "RF-24", "--set", "mass_tolerance_percent=9", *PERIOD)
    assert (made["shipments"], made["before"], made["after"]) == (1, 0, 0)
    assert made["set"] == {"mass_tolerance_percent": "9"}
    said = shell.json("rules", "tune", "RF-24", *PERIOD)
    assert (said["proposal"], said["judged"]) == (None, 0)
    assert "it takes 8" in shell.ok("rules", "tune", "RF-24", *PERIOD)


def test_rules_are_listed_with_how_often_they_were_right(shell: Shell) -> None:
    assert "precision" in shell.ok("rules", "list", "--measured")
    (first, *_) = shell.json("rules", "list", "--measured")["rules"]
    assert first["measured"] == {"raised": 0, "judged": 0, "right": 0}
    assert "measured" not in shell.json("rules", "list")["rules"][0]


@pytest.mark.parametrize(
    "wrong",
    [
        ("rules", "backtest"),
        ("rules", "backtest", "RF-24", "--set", "nonsense=1"),
        ("rules", "backtest", "RF-24", "--set", "mass_tolerance_percent=lots"),
        ("rules", "backtest", "RF-24", "--set", "mass_tolerance_percent"),
        ("rules", "tune", "RF-24", "--from", "2026-02-01", "--to", "2026-01-01"),
        ("report", "--from", "2026-02-01", "--to", "2026-01-01"),
        ("report", "--from", "today"),
    ],
)
def test_what_makes_no_sense_is_wrong_usage(shell: Shell, wrong: tuple[str, ...]) -> None:
    assert shell.run(*wrong).exit_code == 2


def test_what_reads_alerts_says_what_for(shell: Shell) -> None:
    said = shell.run("rules", "list", "--measured", SHIELD_PURPOSE="")
    assert said.exit_code == 2
    assert "--purpose" in said.output
