"""`shield witness` from end to end: a witness of its own home, and a log that gathers from it."""

import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from api.config import Settings
from api.pins import Pin
from api.witness.application import create_app
from api.witness.office import opened
from crypto.mldsa import QuantumKey
from crypto.notes import Verifier
from ledger import cosignatures, databases, policies
from ledger.policies import parse
from tests.api.shell import ORIGIN, Shell
from tests.growing import Growing, served
from tests.journeys import NOON, written

NAME = "witness.test/cli"


@pytest.fixture
def witness(tmp_path: Path) -> Shell:
    return Shell(tmp_path / "witness")


def test_a_log_and_a_witness_meet(tmp_path: Path, witness: Shell):
    hub = Shell(tmp_path / "hub").founded()
    made = witness.json("witness", "init", "--name", NAME)
    ed25519, quantum = made["vkeys"]
    register(hub, ed25519)
    keys = parse(hub.json("witness", "policy")["policy"].encode()).logs
    assert [key.name for key in keys] == [ORIGIN, ORIGIN]
    assert "is watched" in witness.ok("witness", "add-log", *(key.vkey for key in keys))
    settings = Settings.read({"SHIELD_HOME": str(witness.home)})
    with served(create_app(opened(settings))) as url:
        said = hub.run("witness", "gather", SHIELD_WITNESSES=f"{NAME}={url} {quantum}")
        assert said.exit_code == 0, said.output
        assert f"{NAME}  3     2" in said.stdout
        status = witness.json("witness", "status")
        assert [(each["origin"], each["size"]) for each in status["logs"]] == [(ORIGIN, 3)]
        assert hub.ok("verify")
        places = {"SHIELD_WITNESSES": f"{NAME}={url} {quantum}"}
        for demand in ("either", "ed25519", "ml-dsa-44", "both"):
            said = hub.run("pin", "--json", "--demand", demand, **places)
            rule = parse(json.loads(said.stdout)["policy"].encode())
            assert [key.vkey for key in rule.logs] == [key.vkey for key in keys]
            assert policies.check(rule, published(hub)).size == 3
        short = hub.run("pin", "--demand", "both")
        assert (short.exit_code, "0 witnesses sign so" in short.stderr) == (10, True)


def published(hub: Shell) -> bytes:
    engine = databases.connect(f"sqlite:///{hub.home / 'shield.sqlite3'}")
    with databases.reading(engine) as session:
        return cosignatures.newest(session)


def test_a_pin_names_both_keys_of_the_log_and_todays_witnesses(tmp_path: Path, witness: Shell):
    hub = Shell(tmp_path / "hub").founded()
    before = hub.json("pin")
    assert [key.scheme for key in parse(before["policy"].encode()).logs] == [1, 6]
    register(hub, witness.json("witness", "init", "--name", NAME)["vkeys"][0])
    hub.ok("pin", "--out", tmp_path / "pin.json")
    rule = Pin.read(tmp_path / "pin.json").rule
    assert rule.asks_for_witnesses
    assert {each.name for each in rule.witnesses.values()} == {NAME}
    assert "signs      Ed25519 and ML-DSA-44" in hub.ok("pin")
    desk = Shell(tmp_path / "desk")
    desk.home.mkdir()
    shutil.copy(tmp_path / "pin.json", desk.home / "pins.json")
    assert Pin.read(tmp_path / "pin.json").members == desk.json("pin")


def test_a_second_key_that_is_not_the_one_of_entry_0_publishes_nothing(tmp_path: Path):
    hub = Shell(tmp_path / "hub").founded()
    path = hub.home / "keys" / "log-quantum.pem"
    path.unlink()
    gone = hub.run("witness", "gather")
    assert (gone.exit_code, "there is no key file" in gone.stderr) == (6, True)
    QuantumKey.generate().save(path, (hub.home / "key-password").read_bytes().strip())
    other = hub.run("witness", "gather")
    assert (other.exit_code, "not the key of entry 0" in other.stderr) == (6, True)


def register(hub: Shell, vkey: str) -> None:
    body = {"kind": "witness.added", "vkey": vkey, "quorum": 1, "occurred_at": written(NOON)}
    hub.ok("event", "post", "--local", given=signed(hub, body))


def signed(hub: Shell, body: dict[str, Any]) -> bytes:
    key = hub.home / "keys" / "hub.pem"
    given = json.dumps(body).encode()
    return hub.ok("event", "sign", "-", "--agency", "ZZ-HUB", "--key", key, given=given).encode()


def test_nobody_answers_is_said_as_undecided(tmp_path: Path, witness: Shell):
    hub = Shell(tmp_path / "hub").founded()
    register(hub, witness.json("witness", "init", "--name", NAME)["vkeys"][0])
    with served(lambda *_: []) as url:
        pass
    result = hub.run("witness", "gather", SHIELD_WITNESSES=f"{NAME}={url}")
    assert result.exit_code == 10
    assert "cannot be reached" in result.stderr


def test_a_fork_is_said_as_tampering(tmp_path: Path, witness: Shell):
    hub = Shell(tmp_path / "hub").founded()
    register(hub, witness.json("witness", "init", "--name", NAME)["vkeys"][0])

    def ahead(environ: dict[str, Any], start: Any) -> list[bytes]:
        found = environ["REQUEST_METHOD"] == "POST"
        start("422 Contradicts" if found else "404 Not Found", [("Content-Length", "0")])
        return []

    with served(ahead) as url:
        result = hub.run("witness", "gather", SHIELD_WITNESSES=f"{NAME}={url}")
    assert result.exit_code == 3
    assert "contradict" in result.stderr


@pytest.mark.parametrize(
    "said",
    [
        "no-url",
        "=http://x.test",
        "name=ftp://x.test",
        "name=http://x.test junk",
        "a=http://x.test,a=http://y.test",
        f"name=http://x.test {Growing().signer.verifier.vkey}",
    ],
)
def test_a_wrong_setting_is_named(tmp_path: Path, said: str):
    hub = Shell(tmp_path / "hub").founded()
    result = hub.run("witness", "gather", SHIELD_WITNESSES=said)
    assert result.exit_code == 6
    assert "SHIELD_WITNESSES" in result.stderr


def test_witnesses_may_be_listed_in_a_file(tmp_path: Path):
    path = tmp_path / "witnesses"
    path.write_text("# ours\n\na=http://a.test\nb=https://b.test/prefix/\n")
    settings = Settings.read({"SHIELD_WITNESSES_FILE": str(path)})
    assert settings.witnesses == path.read_text()


def test_a_witness_is_not_founded_twice_and_not_without_a_memory(witness: Shell):
    assert witness.run("witness", "status").exit_code == 6
    witness.ok("witness", "init", "--name", NAME)
    assert witness.run("witness", "init", "--name", NAME).exit_code == 6
    assert "No log" in witness.ok("witness", "status")
    assert witness.run("witness", "add-log", "junk").exit_code == 2
    assert witness.run("witness", "add-log", vkey_of(witness)).exit_code == 4


def vkey_of(witness: Shell) -> str:
    vkey: str = witness.json("witness", "status")["vkeys"][0]
    assert Verifier.parse(vkey).name == NAME
    return vkey


def test_a_node_started_on_a_backup_refuses_to_append_and_says_what_is_missing(
    tmp_path: Path, witness: Shell
):
    hub = Shell(tmp_path / "hub").founded()
    register(hub, witness.json("witness", "init", "--name", NAME)["vkeys"][0])
    log = Verifier.parse(hub.json("pin")["vkey"])
    witness.ok("witness", "add-log", log.vkey)
    backup = Shell(shutil.copytree(hub.home, tmp_path / "backup"))
    hub.enrolled("NL-CNA", "customs")
    settings = Settings.read({"SHIELD_HOME": str(witness.home)})
    with served(create_app(opened(settings))) as url:
        place = f"{NAME}={url}"
        assert hub.run("witness", "gather", SHIELD_WITNESSES=place).exit_code == 0
        body = {"kind": "witness.removed", "name": NAME, "quorum": 0}
        statement = signed(hub, {**body, "occurred_at": written(NOON)})
        refused = backup.run("event", "post", "--local", given=statement, SHIELD_WITNESSES=place)
        assert refused.exit_code == 4
        assert "1 entries are missing" in refused.stderr
        taken = hub.run("event", "post", "--local", given=statement, SHIELD_WITNESSES=place)
        assert taken.exit_code == 0, taken.output
