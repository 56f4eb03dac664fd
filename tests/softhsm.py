"""A token of SoftHSM for one test process: keys are made in it and never leave it."""

import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pkcs11

from crypto.devices import Address

MODULE = "/usr/lib/softhsm/libsofthsm2.so"
PIN = "8765-4321"
ED25519 = bytes.fromhex("06032b6570")  # the object identifier 1.3.101.112 (RFC 8410 section 3)


@dataclass(frozen=True, kw_only=True)
class Token:
    """A token with the AES keys `first` and `second` and the Ed25519 key `log`."""

    label: str
    pin_file: Path

    def uri(self, key: str, *, pin_file: Path | None = None, module: str = MODULE) -> str:
        where = f"module-path={module}&pin-source=file:{pin_file or self.pin_file}"
        return f"pkcs11:token={self.label};object={key}?{where}"

    def address(self, key: str, **changes) -> Address:
        return Address.parse(self.uri(key, **changes))


def is_installed() -> bool:
    return Path(MODULE).exists() and shutil.which("softhsm2-util") is not None


def token(place: Path) -> Token:
    """Make a token in this directory. SoftHSM reads its configuration once a process."""
    (place / "tokens").mkdir()
    settings = place / "softhsm2.conf"
    settings.write_text(f"directories.tokendir = {place}/tokens\nlog.level = ERROR\n")
    os.environ["SOFTHSM2_CONF"] = str(settings)  # noqa: TID251 - SoftHSM asks nobody else
    command = ["softhsm2-util", "--init-token", "--free", "--label", "shield"]
    command += ["--so-pin", "1234-5678", "--pin", PIN]
    subprocess.run(command, check=True, capture_output=True)
    pin_file = place / "pin"
    pin_file.touch(mode=0o600)
    pin_file.write_text(f"{PIN}\n")
    _make_keys()
    return Token(label="shield", pin_file=pin_file)


def _make_keys() -> None:
    kept = {pkcs11.Attribute.EXTRACTABLE: False, pkcs11.Attribute.SENSITIVE: True}
    with pkcs11.lib(MODULE).get_token(token_label="shield").open(user_pin=PIN, rw=True) as session:
        for label in ("first", "second"):
            session.generate_key(pkcs11.KeyType.AES, 256, label=label, store=True, template=kept)
        curve = session.create_domain_parameters(
            pkcs11.KeyType.EC_EDWARDS, {pkcs11.Attribute.EC_PARAMS: ED25519}, local=True
        )
        how = pkcs11.Mechanism.EC_EDWARDS_KEY_PAIR_GEN
        curve.generate_keypair(mechanism=how, store=True, label="log")
