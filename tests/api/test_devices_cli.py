"""A node whose wrapping key, and the log's own key, are in a device: no key file of either."""

from dataclasses import dataclass

import pytest

from tests.api.shell import Shell


@dataclass(frozen=True)
class DeviceShell(Shell):
    """A shell whose node finds its keys at these addresses."""

    uris: tuple[tuple[str, str], ...] = ()

    def run(self, *arguments, given=None, **environ):
        return super().run(*arguments, given=given, **{**dict(self.uris), **environ})


def shell_on(device, home, key="first"):
    uris = (
        ("SHIELD_WRAPPING_KEY_URI", device.uri(key)),
        ("SHIELD_LOG_KEY_URI", device.uri("log")),
    )
    return DeviceShell(home, uris=uris)


def test_a_node_lives_with_its_keys_in_a_device_and_moves_to_the_next_one(device, tmp_path):
    shell = shell_on(device, tmp_path / "home").founded()
    shell.posted("shipment.departed")
    assert shell.json("verify")["verdict"] == "VERIFIED"
    held = {each.name for each in (shell.home / "keys").iterdir() if each.is_file()}
    assert not held & {"wrapping.key", "log.pem"}
    refused = shell.run("key", "rotate-wrapping")
    assert refused.exit_code == 6
    assert "--only-rewrap" in refused.stderr
    moved = shell_on(device, shell.home, "second")
    told = moved.json("key", "rotate-wrapping", "--only-rewrap")
    assert (told["current"], told["rewrapped"]) == ("second", 1)
    assert moved.json("verify")["verdict"] == "VERIFIED"


def test_a_node_moves_its_wrapping_key_from_a_file_into_a_device(device, tmp_path):
    plain = Shell(tmp_path / "home").founded()
    plain.posted("shipment.departed")
    moved = DeviceShell(plain.home, uris=(("SHIELD_WRAPPING_KEY_URI", device.uri("first")),))
    assert moved.json("verify")["verdict"] == "VERIFIED"
    assert moved.json("key", "rotate-wrapping", "--only-rewrap")["rewrapped"] == 1
    (plain.home / "keys" / "wrapping.key").unlink()
    assert moved.json("verify")["verdict"] == "VERIFIED"
    assert plain.run("verify").exit_code != 0


@pytest.mark.parametrize("name", ["SHIELD_WRAPPING_KEY_URI", "SHIELD_LOG_KEY_URI"])
def test_an_address_that_is_wrong_names_its_variable(tmp_path, name):
    refused = Shell(tmp_path / "home").run("init", "--origin", "x", **{name: "pkcs11:token=hub"})
    assert refused.exit_code == 6
    assert name in refused.stderr
