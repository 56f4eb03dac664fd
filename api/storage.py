"""This node's database, opened with the key that wraps its data keys; and where that key is kept.

The file holds one key a line. The first is current; the others open what was wrapped before, such
as an older backup. It never lies in a backup of the database: whoever has both has everything. Or
the key is in a device (PKCS#11): then the file, where there is one, only opens what is older.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from api import Misconfigured
from api.config import Settings
from crypto import CryptoError, keyfiles
from crypto.concealing import Wrapping, WrappingKeys, new_wrapping_key, read_wrapping_keys
from crypto.devices import Address, DeviceSigningKey, DeviceWrapping
from crypto.keys import PrivateKey
from ledger import databases


@dataclass(frozen=True)
class Kept:
    """Where this node's wrapping keys are read: a value, so that worker processes can have it."""

    settings: Settings

    def __call__(self) -> str:
        return _text(self.settings)


def connect(settings: Settings) -> Engine:
    """The database that the settings name; the wrapping key is read when it is first needed."""
    return databases.connect(settings.database_url, wrapping=wrapping(settings))


def wrapping(settings: Settings) -> Wrapping:
    """The wrapping keys of this node: in a device, from the environment, or from their file."""
    kept = WrappingKeys(source=Kept(settings))
    if not settings.wrapping_key_uri:
        return kept
    older = settings.wrapping_keys or key_file(settings).exists()
    address = _address("SHIELD_WRAPPING_KEY_URI", settings.wrapping_key_uri)
    return DeviceWrapping(address, older=kept if older else None)


def device_key(settings: Settings) -> PrivateKey | None:
    """The log's key where it is in a device; None where it is in a file."""
    if not settings.log_key_uri:
        return None
    return PrivateKey(DeviceSigningKey(_address("SHIELD_LOG_KEY_URI", settings.log_key_uri)))


def _address(name: str, uri: str) -> Address:
    try:
        return Address.parse(uri)
    except (CryptoError, UnicodeDecodeError) as error:
        raise Misconfigured(f"{name}: {error}") from error


def key_file(settings: Settings) -> Path:
    return settings.wrapping_key_file or settings.home / "keys" / "wrapping.key"


def make(settings: Settings, random: Callable[[int], bytes]) -> None:
    """Make a wrapping key where this node has none yet."""
    path = key_file(settings)
    if settings.wrapping_key_uri:
        wrapping(settings).current()  # in the device it is made by whoever runs the device
    elif not settings.wrapping_keys and not path.exists():
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keyfiles.write(path, f"{new_wrapping_key(random)}\n".encode())


def put_first(settings: Settings, random: Callable[[int], bytes]) -> None:
    """Make a new key the current one; those before it stay, and still open."""
    if settings.wrapping_key_uri:
        said = "make the new key in the device, name it here, and use --only-rewrap"
        raise Misconfigured(f"SHIELD_WRAPPING_KEY_URI: {said}")
    _replace(settings, f"{new_wrapping_key(random)}\n{_text(settings)}")


def drop_older(settings: Settings) -> int:
    """Forget all keys but the current one; gives how many are gone."""
    lines = _text(settings).split()
    _replace(settings, f"{lines[0]}\n")
    return len(lines) - 1


def _text(settings: Settings) -> str:
    path = key_file(settings)
    try:
        text = settings.wrapping_keys or keyfiles.read(path).decode("ascii")
        read_wrapping_keys(text)
    except FileNotFoundError as error:
        raise Misconfigured(f"SHIELD_WRAPPING_KEY_FILE: there is no file {path}") from error
    except (CryptoError, UnicodeDecodeError) as error:
        raise Misconfigured(f"SHIELD_WRAPPING_KEY_FILE: {error}") from error
    return text


def _replace(settings: Settings, text: str) -> None:
    """The file's new text, whole or not at all: a lost wrapping key is a lost ledger."""
    if settings.wrapping_keys:
        raise Misconfigured("SHIELD_WRAPPING_KEY: change the environment, and use --only-rewrap")
    path = key_file(settings)
    draft = path.with_name(f"{path.name}.new")
    draft.unlink(missing_ok=True)
    keyfiles.write(draft, text.encode())
    os.replace(draft, path)  # noqa: PTH105 - the one call that POSIX promises to be atomic
    directory = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(directory)
    finally:
        os.close(directory)
