"""Every exit code that `shield --help` promises, and what is said with it."""

import json
import shutil
from pathlib import Path

import click
import pytest
from click.testing import CliRunner

from api.cli import TOPICS, Front, main
from api.cli.failures import failure_of
from ledger import Undecided
from tests import factories
from tests.api.shell import Shell


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home").founded()


def test_help_tells_the_commands_and_the_exit_codes_without_importing_any():
    result = CliRunner().invoke(main, ["--help"])
    assert result.exit_code == 0
    assert all(f"  {code} " in result.output for code in (0, 1, 2, 3, 4, 5, 6, 7, 10))
    assert all(name in result.output for name in TOPICS if name != "demo")


@pytest.mark.parametrize("topic", [name for name in TOPICS if name != "demo"])
def test_every_command_and_its_own_commands_explain_themselves(topic):
    command = main.get_command(click.Context(main), topic)
    parts = command.commands.values() if isinstance(command, click.Group) else [command]
    for part in parts:
        assert part.help, part.name
        if part.name not in {"serve", "scheduler"}:
            assert "--json" in {flag for option in part.params for flag in option.opts}, part.name


def test_a_fault_of_our_own_is_one_and_not_hidden():
    @click.command()
    def broken() -> None:
        raise ZeroDivisionError

    result = CliRunner().invoke(Front(commands={"broken": broken}), ["broken"])
    assert result.exit_code == 1
    assert isinstance(result.exception, ZeroDivisionError)


@pytest.mark.parametrize(
    "arguments",
    [
        ("nonsense",),
        ("init",),
        ("init", "--origin", "a.test/x", "--participant", "XX=Nowhere"),
        ("event", "new", "no.such-kind"),
        ("enrol", "agency", "customs", "--name", "X", "--role", "customs"),
        ("shipment", "list", "--exporting", "Holland"),
        ("event", "post", "--local", "--url", "http://127.0.0.1:9"),
        ("event", "post", "-"),
        ("shipment", "list", "--as", "NL-CUSTOMS", "--url", "http://127.0.0.1:9"),
    ],
)
def test_wrong_usage_is_two(shell, arguments):
    result = shell.run(*arguments)
    assert result.exit_code == 2, result.output
    assert result.stdout == ""


def test_a_refusal_is_four_and_says_where_and_how_to_mend_it(shell):
    statement = shell.signed(factories.body("notice.sent"))
    result = shell.run("event", "post", "--local", given=statement)
    assert result.exit_code == 4
    assert "[kind-not-permitted]" in result.stderr
    assert "To mend it: " in result.stderr
    problem = json.loads(shell.run("event", "post", "--local", "--json", given=statement).stderr)
    assert problem["code"] == "kind-not-permitted"
    assert problem["mend"]


def test_an_invalid_body_is_four_with_a_pointer(shell):
    body = {**factories.body("shipment.departed"), "goods": [{}]}
    arguments = ("event", "sign", "-", "--agency", "NL-CUSTOMS", "--key", shell.key("NL-CUSTOMS"))
    result = shell.run(*arguments, "--json", given=json.dumps(body).encode())
    assert result.exit_code == 4
    assert json.loads(result.stderr)["pointer"].startswith("/goods/0/")


@pytest.mark.parametrize(
    "arguments",
    [
        ("shipment", "show", "NL-NOBODY-1"),
        ("alert", "show", "00" * 12),
        ("event", "get", "0190c0de-0000-7000-8000-000000000000"),
        ("recipient", "remove", "NL-CUSTOMS", "a@b.example"),
    ],
)
def test_what_is_not_there_is_five(shell, arguments):
    result = shell.run(*arguments)
    assert result.exit_code == 5, result.output
    assert result.stdout == ""


def test_a_directory_without_a_ledger_is_six(tmp_path):
    result = Shell(tmp_path / "empty").run("verify")
    assert result.exit_code == 6
    assert "run `shield init` first" in result.stderr


def test_a_wrong_password_is_six_and_no_traceback(shell, tmp_path):
    wrong = tmp_path / "wrong"
    wrong.write_text("not the password at all")
    result = shell.run("enrol", "participant", "KE", "Kenya", SHIELD_KEY_PASSWORD_FILE=str(wrong))
    assert result.exit_code == 6
    assert "wrong password" in result.stderr
    assert "Traceback" not in result.output


def test_a_key_file_that_others_can_read_is_six(shell):
    (shell.home / "keys" / "hub.pem").chmod(0o644)
    result = shell.run("enrol", "participant", "KE", "Kenya")
    assert result.exit_code == 6
    assert "0600" in result.stderr


@pytest.mark.parametrize("variable", ["SHIELD_PUBLIC_URL", "SHIELD_WORKERS"])
def test_a_setting_that_is_wrong_is_six_and_named(shell, variable):
    result = shell.run("verify", **{variable: "wrong"})
    assert result.exit_code == 6
    assert variable in result.stderr


def test_no_password_and_nobody_to_ask_is_six(shell, tmp_path):
    key = shutil.copy(shell.key("NL-CUSTOMS"), tmp_path / "elsewhere.pem")
    (shell.home / "key-password").unlink()
    result = shell.run("key", "show", key)
    assert result.exit_code == 6
    assert "--password-file" in result.stderr


def test_a_server_that_does_not_answer_is_seven(shell):
    statement = shell.signed(factories.body("shipment.departed"))
    result = shell.run("event", "post", "--url", "http://127.0.0.1:9", given=statement)
    assert result.exit_code == 7
    assert "cannot be reached" in result.stderr


def test_what_cannot_be_told_is_ten():
    failure = failure_of(Undecided("1 witnesses cosigned where 2 must"))
    assert failure.exit_code == 10
    assert "1 witnesses cosigned where 2 must" in failure.text
