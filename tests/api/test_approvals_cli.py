"""Four eyes from the command line: people with keys of their own ask, read, approve, decline."""

import json
from pathlib import Path

import pytest

from tests import factories
from tests.api.shell import ORIGIN, Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home").founded()


class People:
    """Two people of the Dutch customs, with their key files."""

    def __init__(self, shell: Shell, directory: Path) -> None:
        self.shell = shell
        self.ids: list[str] = []
        self.files: list[Path] = []
        for number in range(2):
            key, said = directory / f"{number}.pem", directory / f"{number}.json"
            made = shell.json("person", "new-key", "NL-CUSTOMS", "--out", key)
            said.write_text(json.dumps(made))
            shell.ok("person", "enrol", said, "--role", "approver")
            self.ids.append(made["person"])
            self.files.append(key)

    def hand(self, number: int) -> list[str | Path]:
        carrier = ["--agency", "NL-CUSTOMS", "--key", self.shell.key("NL-CUSTOMS")]
        return ["--person", self.ids[number], "--person-key", self.files[number], *carrier]


def test_two_people_enrol_an_agency_and_the_ledger_verifies(shell: Shell, tmp_path: Path):
    assert "Not yet under four eyes (two who may approve): NL, ZZ." in shell.ok("person", "list")
    people = People(shell, tmp_path)
    assert "Not yet under four eyes (two who may approve): ZZ." in shell.ok("person", "list")
    enrol = ["enrol", "agency", "NL-POLICE", "--name", "Police", "--role", "police"]
    refused = shell.run(*enrol)
    assert refused.exit_code == 4
    assert "[needs-approval]" in refused.stderr
    file = tmp_path / "enrolment.sd-jwt"
    assert "not posted" in shell.ok(*enrol, "--unposted", file)
    asked = shell.json("request", file, *people.hand(0))
    assert asked["request"] in shell.ok("requests", "--as", "NL-CUSTOMS")
    shown = shell.ok("requests", asked["request"], "--as", "NL-CUSTOMS")
    assert '"agency": "NL-POLICE"' in shown
    alone = shell.run("approve", asked["request"], "--yes", *people.hand(0))
    assert (alone.exit_code, "[self-approval]" in alone.stderr) == (4, True)
    doubtful = shell.run("approve", asked["request"], *people.hand(1), given=b"n\n")
    assert doubtful.exit_code != 0
    done = shell.json("approve", asked["request"], "--yes", *people.hand(1))
    assert done["made"] == done["index"] + 1
    assert shell.json("verify")["verdict"] == "VERIFIED"
    assert shell.signed(factories.body("shipment.departed"), "NL-POLICE")


def test_a_request_is_declined_and_nobody_else_reads_it(shell: Shell, tmp_path: Path):
    people = People(shell, tmp_path)
    file = tmp_path / "grant.sd-jwt"
    signer = ["--agency", "NL-CUSTOMS", "--key", shell.key("NL-CUSTOMS")]
    give = ["grant", "give", "acetone", "NL-2026-1", "--to", "ZA", "--reason", "x", *signer]
    shell.ok(*give, "--unposted", file)
    asked = shell.json("request", file, *people.hand(0))
    assert shell.json("requests")["requests"] == []  # the hub is another authority
    assert shell.run("requests", asked["request"]).exit_code == 5
    assert "Declined" in shell.ok("decline", asked["request"], *people.hand(1))
    late = shell.run("approve", asked["request"], "--yes", *people.hand(1))
    assert late.exit_code != 0
    (told,) = shell.json("requests", "--as", "NL-CUSTOMS")["requests"]
    assert told["stage"] == "declined"


def test_a_new_key_overwrites_no_file(shell: Shell, tmp_path: Path):
    file = tmp_path / "key.pem"
    shell.ok("person", "new-key", "NL-CUSTOMS", "--out", file, "--origin", ORIGIN)
    again = shell.run("person", "new-key", "NL-CUSTOMS", "--out", file)
    assert again.exit_code == 6


def test_removing_one_of_two_takes_two(shell: Shell, tmp_path: Path):
    people = People(shell, tmp_path)
    refused = shell.run("person", "remove", people.ids[1])
    assert "[needs-approval]" in refused.stderr
    file = tmp_path / "removal.sd-jwt"
    shell.ok("person", "remove", people.ids[1], "--unposted", file)
    asked = shell.json("request", file, *people.hand(0), "--reason", "Left the service")
    shell.ok("approve", asked["request"], "--yes", *people.hand(1))
    assert [each["person"] for each in shell.json("person", "list")["people"]] == [people.ids[0]]


def test_the_glass_is_broken_and_reviewed_by_another(shell: Shell, tmp_path: Path):
    people = People(shell, tmp_path)
    shell.posted("shipment.departed")
    said = ["--case", "NL-2026-17", "--reason", "A threat to life", *people.hand(0)]
    opened = shell.json("access", "open", factories.HONEST.ref, *said)
    assert "is to be reviewed" in shell.ok("requests", "--as", "NL-CUSTOMS")
    review = ["access", "review", opened["access"], "--finding", "justified"]
    review += ["--explanation", "The lorry was found."]
    alone = shell.run(*review, *people.hand(0))
    assert "[self-approval]" in alone.stderr
    assert "Reviewed" in shell.ok(*review, *people.hand(1))
    assert "to be reviewed" not in shell.ok("requests", "--as", "NL-CUSTOMS")
    assert shell.json("verify")["verdict"] == "VERIFIED"
