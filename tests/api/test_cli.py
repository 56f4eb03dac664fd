"""The operator's day with `shield`, from an empty directory to a verified ledger."""

import json
import sqlite3
from pathlib import Path

import pytest

from tests import factories
from tests.api.shell import ORIGIN, Shell

REF = factories.HONEST.ref


@pytest.fixture
def blank(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "home")


@pytest.fixture
def shell(blank: Shell) -> Shell:
    return blank.founded()


def spoiled(shell: Shell, statement: str) -> None:
    """Change the database behind the ledger's back, guards and all."""
    connection = sqlite3.connect(shell.home / "shield.sqlite3")
    for (name,) in connection.execute(
        "SELECT name FROM sqlite_master WHERE type = 'trigger'"
    ).fetchall():
        connection.execute(f"DROP TRIGGER {name}")
    connection.execute(statement)
    connection.commit()
    connection.close()


def test_init_makes_a_home_that_only_its_owner_may_enter_and_prints_the_pin(blank):
    said = blank.json("init", "--origin", ORIGIN, "--participant", "NL=Netherlands")
    assert said["origin"] == ORIGIN
    assert said["vkey"].startswith(f"{ORIGIN}+")
    assert blank.home.stat().st_mode & 0o777 == 0o700
    for name in ("key-password", "keys/hub.pem", "keys/log.pem", "keys/roots/NL.pem", "pins.json"):
        assert (blank.home / name).stat().st_mode & 0o777 == 0o600, name
    assert blank.json("pin") == {name: said[name] for name in said if name != "home"}


def test_a_log_begins_with_the_lists_and_the_reply_clocks_of_the_programme(blank):
    blank.ok("init", "--origin", ORIGIN)
    kinds = {blank.json("event", "get", str(index))["kind"] for index in range(5)}
    assert kinds == {"log.created", "substance.listed"}
    assert blank.json("verify")["entries"] > 50


def test_a_second_init_changes_nothing_and_says_why(shell):
    before = shell.json("verify")
    result = shell.run("init", "--origin", "another.test/log")
    assert result.exit_code == 4
    assert f"holds the log {ORIGIN} already" in result.stderr
    assert shell.json("verify") == before


def test_an_init_that_was_interrupted_after_its_keys_goes_on_with_them(blank):
    blank.ok("init", "--origin", ORIGIN, "--bare")
    pin = blank.json("pin")
    (blank.home / "shield.sqlite3").unlink()
    blank.ok("init", "--origin", ORIGIN, "--bare")
    assert blank.json("pin") == pin


def test_a_shipment_is_written_signed_posted_shown_and_verified(shell):
    statement = shell.signed(factories.body("shipment.departed"))
    first = shell.json("event", "post", "--local", given=statement)
    again = shell.json("event", "post", "--local", given=statement)
    assert (first["created"], again["created"]) == (True, False)
    assert again["receipt"] == first["receipt"]
    assert REF in shell.ok("shipment", "list", "--substance", "acetone")
    shown = shell.ok("shipment", "show", REF)
    assert "in_transit" in shown
    assert "shipment.departed" in shown
    assert shell.json("shipment", "show", REF, "--as", "NL-CUSTOMS")["ref"] == REF
    assert shell.json("verify")["verdict"] == "VERIFIED"


def test_the_same_story_runs_on_postgresql(tmp_path, postgresql):
    with postgresql.copy("template0") as engine:
        url = engine.url.render_as_string(hide_password=False)
        shell = Shell(tmp_path / "home", url)
        assert shell.run("verify").exit_code == 6
        shell.founded()
        shell.posted("shipment.departed")
        assert REF in shell.ok("shipment", "list")
        shell.ok("rebuild")
        assert shell.json("verify")["entries"] == 3
        assert not (shell.home / "shield.sqlite3").exists()


def test_many_statements_are_posted_at_once_and_each_refusal_is_named_by_its_line(shell):
    good = shell.signed(factories.body("shipment.departed"))
    stranger = factories.statement(
        factories.body("shipment.departed"), agency="NL-CUSTOMS", origin=ORIGIN
    )
    result = shell.run(
        "event", "post", "--local", "--json", given=b"\n".join([good.strip(), stranger, b"x"])
    )
    assert result.exit_code == 4
    one, two, three = json.loads(result.stdout)
    assert one["created"]
    assert two["problem"]["code"] == "unenrolled-key"
    assert three["problem"]["code"] == "malformed"


def test_an_entry_is_found_by_index_and_by_jti_and_not_by_who_may_not_see_it(shell):
    shell.posted("shipment.departed")
    by_index = shell.json("event", "get", "2")
    assert by_index["kind"] == "shipment.departed"
    assert shell.json("event", "get", by_index["jti"]) == by_index
    assert shell.run("event", "get", "2", "--as", "CN-CUSTOMS").exit_code == 5
    assert shell.run("event", "get", "99").exit_code == 5
    assert shell.json("event", "get", "0")["claims"]["origin"] == ORIGIN


@pytest.mark.parametrize("kind", ["shipment.departed", "notice.sent", "agency.enrolled"])
def test_a_skeleton_names_what_is_left_to_fill_in_until_nothing_is(shell, kind):
    skeleton = shell.json("event", "new", kind)
    arguments = ("event", "sign", "-", "--agency", "NL-CUSTOMS", "--key", shell.key("NL-CUSTOMS"))
    refused = shell.run(*arguments, given=json.dumps(skeleton).encode())
    assert refused.exit_code == 4
    assert "still to be filled in: /" in refused.stderr
    filled = factories.body(kind)
    assert skeleton.keys() <= filled.keys()
    shell.ok(*arguments, given=json.dumps(filled).encode())


def test_the_log_alone_verifies_where_only_what_is_derived_was_changed(shell):
    shell.posted("shipment.departed")
    spoiled(shell, "UPDATE shipment SET status = 'closed'")
    assert shell.run("verify", "--workers", "1").exit_code == 3
    assert "3 checkpoints; not what they state." in shell.ok("verify", "--log-only")
    told = shell.json("verify", "--log-only", "--workers", "2")
    assert (told["verdict"], told["derived"]) == ("VERIFIED", False)


def test_rebuilding_leaves_a_ledger_that_verifies(shell):
    shell.posted("shipment.departed")
    spoiled(shell, "UPDATE shipment SET status = 'closed'")
    broken = shell.run("verify")
    assert broken.exit_code == 3
    assert f"shipment {REF}" in broken.stdout
    shell.ok("rebuild")
    assert shell.json("verify")["verdict"] == "VERIFIED"


def test_one_flipped_byte_is_tampering_and_its_place_is_named(shell):
    shell.posted("shipment.departed")
    spoiled(
        shell,
        "UPDATE entry SET data = substr(data, 1, 40) || 'X' || substr(data, 42)"
        ' WHERE "index" = 2',
    )
    result = shell.run("verify", "--json")
    assert result.exit_code == 3
    document = json.loads(result.stdout)
    assert document["verdict"] == "FAILED"
    assert "entry 2" in {fault["place"] for fault in document["faults"]}


def test_a_whole_other_log_under_the_same_name_does_not_fit_the_pin(shell, tmp_path):
    other = Shell(tmp_path / "other").founded()
    (other.home / "pins.json").write_bytes((shell.home / "pins.json").read_bytes())
    result = other.run("verify")
    assert result.exit_code == 3
    assert "pin:" in result.stdout


def test_a_database_restored_from_an_older_copy_is_caught_by_what_was_seen(shell):
    older = (shell.home / "shield.sqlite3").read_bytes()
    shell.posted("shipment.departed")
    shell.ok("verify")
    (shell.home / "shield.sqlite3").write_bytes(older)
    result = shell.run("verify")
    assert result.exit_code == 3
    assert "the log shows 2 entries where it had 3" in result.stdout


def test_a_key_is_enrolled_without_leaving_its_holder(shell, tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("a long enough password")
    theirs = tmp_path / "police.pem"
    shell.ok("key", "new", "--alg", "ES256", "--out", theirs, "--password-file", secret)
    request = tmp_path / "request.json"
    request.write_text(
        shell.ok(
            "key", "prove", theirs, "--holder", "NL-POLICE", "--origin", ORIGIN,
            "--password-file", secret,
        )
    )  # fmt: skip
    enrol = ("enrol", "agency", "NL-POLICE", "--name", "Police", "--role", "police")
    shell.ok(*enrol, "--request", request)
    held = shell.json("key", "show", theirs, "--password-file", secret)
    assert held["alg"] == "ES256"
    assert shell.json("event", "get", "2")["claims"]["key"] == held["key"]
    shell.ok("enrol", "key-revoke", held["kid"], "--country", "NL", "--reason", "retired")
    assert shell.json("event", "get", "3")["kind"] == "key.revoked"


def test_a_second_key_is_added_and_both_sign(shell, tmp_path):
    secret = shell.home / "key-password"
    second = tmp_path / "second.pem"
    shell.ok("key", "new", "--out", second, "--password-file", secret)
    request = tmp_path / "request.json"
    request.write_text(
        shell.ok("key", "prove", second, "--holder", "NL-CUSTOMS", "--origin", ORIGIN)
    )
    shell.ok("enrol", "key-add", "NL-CUSTOMS", "--request", request)
    body = json.dumps(factories.body("shipment.departed")).encode()
    sign = ("event", "sign", "-", "--agency", "NL-CUSTOMS", "--key")
    for key in (second, shell.key("NL-CUSTOMS")):
        statement = shell.ok(*sign, key, given=body).encode()
        assert shell.json("event", "post", "--local", given=statement)["created"]


def test_a_country_joins_later_and_enrols_its_agencies(shell):
    shell.ok("enrol", "participant", "KE", "Kenya")
    shell.enrolled("KE-CUSTOMS", "customs")
    assert shell.json("event", "get", "2")["claims"]["participant"]["country"] == "KE"
    assert shell.run("enrol", "participant", "KE", "Kenya").exit_code == 4
