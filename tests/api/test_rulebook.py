"""The rules as people read them: one book, the same everywhere."""

import json
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from alerts.rules import rules
from alerts.rules.private import Own, Private, Watched, Zone
from api import Misconfigured, rulebook, watchlists
from api.cli import main

BOOK = Path(__file__).parents[2] / "docs" / "rules.md"


def test_the_book_in_the_documents_is_what_the_rules_say() -> None:
    """After a change: uv run python -c "from api import rulebook; print(end=rulebook.page())"."""
    assert BOOK.read_text(encoding="utf-8") == rulebook.page()


def test_every_rule_is_listed_and_explained_on_the_command_line() -> None:
    listed = CliRunner().invoke(main, ["rules", "list"])
    assert [line.split()[0] for line in listed.output.splitlines()[1:]] == list(rules())
    told = CliRunner().invoke(main, ["rules", "explain", "RF-13"])
    assert told.output.startswith("RF-13  Overdue arrival\n")
    assert "  sea_slack_days = 7\n" in told.output
    assert CliRunner().invoke(main, ["rules", "explain", "RF-99"]).exit_code == 2


def test_the_api_lists_the_same_rules(sqlite_app: Any) -> None:
    answer = sqlite_app.test_client().get("/v1/rules")
    assert answer.json == {"rules": rulebook.entries()}


def test_no_list_is_no_configuration() -> None:
    assert watchlists.read("") == Private()


def test_a_participants_own_lists_are_read() -> None:
    said = {
        "NL": {
            "combinations": [["one", "other"]],
            "watched": [{"name": "Example", "country": "KE"}],
            "zones": [{"places": ["XXABC"], "lat": 1, "lon": 2.5, "km": 30}],
        }
    }
    own = Own(
        combinations=(frozenset({"one", "other"}),),
        watched=(Watched(name="Example", country="KE"),),
        zones=(Zone(places=frozenset({"XXABC"}), lat=1.0, lon=2.5, km=30.0),),
    )
    assert watchlists.read(json.dumps(said)) == Private(by_country={"NL": own})


@pytest.mark.parametrize(
    "text",
    [
        "{",
        "[]",
        '{"NL": {"watch": []}}',
        '{"NL": {"watched": [{"country": "KE"}]}}',
        '{"NL": {"watched": {}}}',
        '{"NL": {"combinations": [[1]]}}',
        '{"NL": {"zones": [{"lat": 1}]}}',
        '{"NL": {"zones": [{"lat": "1", "lon": 2, "km": 3}]}}',
    ],
)
def test_a_slip_in_a_list_is_a_fault_and_not_silence(text: str) -> None:
    with pytest.raises(Misconfigured, match="SHIELD_PRIVATE_RULES"):
        watchlists.read(text)
