"""The operator erases what was approved, and changes the wrapping key; the ledger verifies."""

from pathlib import Path

import pytest

from crypto import sdjwt
from tests.api.shell import Shell

NAME = "Wilhelmina van Kanarie"


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    founded = Shell(tmp_path / "home").founded()
    founded.enrolled("NL-CNA", "competent_authority")
    founded.enrolled("NL-LEGAL", "competent_authority")
    return founded


def jti(statement: bytes) -> str:
    return sdjwt.split(statement.strip()).jti


def raw(shell: Shell) -> bytes:
    return b"".join(each.read_bytes() for each in shell.home.glob("shield.sqlite3*"))


def departed(shell: Shell) -> bytes:
    return shell.posted("shipment.departed", nominal={"persons": [{"name": NAME}]}, remarks=NAME)


def test_what_two_agree_on_is_erased_and_everything_verifies(shell):
    statement = departed(shell)
    disclosures = sdjwt.split(statement.strip()).disclosures
    request = shell.posted("erasure.requested", "NL-CNA", target=jti(statement), scope="body")
    assert [each["stage"] for each in shell.json("erase", "list")["erasures"]] == ["requested"]
    assert shell.json("erase", "run")["erased"] == []
    shell.posted("erasure.approved", "NL-LEGAL", request=jti(request))
    assert "approved" in shell.ok("erase", "list")
    (done,) = shell.json("erase", "run", "--no-scrub")["erased"]
    assert shell.json("erase", "run") == {"erased": [], "scrubbed": True}
    everything = raw(shell)
    assert [each for each in (NAME, *disclosures) if each.encode() in everything] == []
    assert shell.json("verify")["verdict"] == "VERIFIED"
    assert shell.json("rebuild")["entries"]
    assert shell.json("verify")["verdict"] == "VERIFIED"
    (listed,) = shell.json("erase", "list")["erasures"]
    assert (listed["stage"], listed["index"]) == ("erased", done["index"])


def test_the_wrapping_key_is_for_its_owner_only_and_nothing_opens_without_it(shell):
    path = shell.home / "keys" / "wrapping.key"
    assert path.stat().st_mode & 0o777 == 0o600
    departed(shell)
    path.rename(path.with_suffix(".away"))
    result = shell.run("verify")
    assert result.exit_code == 6
    assert "SHIELD_WRAPPING_KEY_FILE" in result.stderr
    path.with_suffix(".away").rename(path)
    path.chmod(0o644)
    assert "mode to 0600" in shell.run("verify").stderr


def test_a_wrapping_key_in_the_environment_comes_first(shell):
    departed(shell)
    path = shell.home / "keys" / "wrapping.key"
    held = path.read_text()
    path.unlink()
    assert shell.run("verify", SHIELD_WRAPPING_KEY=held).exit_code == 0
    rotated = shell.run("key", "rotate-wrapping", SHIELD_WRAPPING_KEY=held)
    assert rotated.exit_code == 6
    assert "--only-rewrap" in rotated.stderr
    device = shell.run("verify", SHIELD_WRAPPING_KEY_URI="pkcs11:token=hub")
    assert "SHIELD_WRAPPING_KEY_URI" in device.stderr


def test_the_wrapping_key_is_rotated_and_older_ones_can_be_dropped(shell):
    departed(shell)
    path = shell.home / "keys" / "wrapping.key"
    first = path.read_text().split()
    rotated = shell.json("key", "rotate-wrapping")
    assert (rotated["rewrapped"], rotated["dropped"]) == (1, 0)
    assert path.read_text().split()[1:] == first
    assert shell.json("key", "rotate-wrapping", "--only-rewrap")["rewrapped"] == 0
    dropped = shell.json("key", "rotate-wrapping", "--drop-older")
    assert (dropped["rewrapped"], dropped["dropped"]) == (1, 2)
    assert len(path.read_text().split()) == 1
    assert path.stat().st_mode & 0o777 == 0o600
    assert shell.json("verify")["verdict"] == "VERIFIED"
