"""This node's database, opened with the key that wraps its data keys; and where that key is kept.

The file holds one key a line. The first is current; the others open what was wrapped before, such
as an older backup. It never lies in a backup of the database: whoever has both has everything.
"""

import os
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Engine

from api import Misconfigured
from api.config import Settings
from crypto import CryptoError, keyfiles
from crypto.concealing import WrappingKeys, new_wrapping_key, read_wrapping_keys
from ledger import databases

PKCS11 = "pkcs11:"


@dataclass(frozen=True)
class Kept:
    """Where this node's wrapping keys are read: a value, so that worker processes can have it."""

    settings: Settings

    def __call__(self) -> str:
        return _text(self.settings)


def connect(settings: Settings) -> Engine:
    """The database that the settings name; the wrapping key is read when it is first needed."""
    return databases.connect(settings.database_url, wrapping=wrapping(settings))


def wrapping(settings: Settings) -> WrappingKeys:
    """The wrapping keys of this node: from the environment, else from their file."""
    return WrappingKeys(source=Kept(settings))


def key_file(settings: Settings) -> Path:
    return settings.wrapping_key_file or settings.home / "keys" / "wrapping.key"


def make(settings: Settings, random: Callable[[int], bytes]) -> None:
    """Make a wrapping key where this node has none yet."""
    path = key_file(settings)
    if not settings.wrapping_keys and not path.exists():
        _refuse_device(path)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        keyfiles.write(path, f"{new_wrapping_key(random)}\n".encode())


def put_first(settings: Settings, random: Callable[[int], bytes]) -> None:
    """Make a new key the current one; those before it stay, and still open."""
    _replace(settings, f"{new_wrapping_key(random)}\n{_text(settings)}")


def drop_older(settings: Settings) -> int:
    """Forget all keys but the current one; gives how many are gone."""
    lines = _text(settings).split()
    _replace(settings, f"{lines[0]}\n")
    return len(lines) - 1


def _text(settings: Settings) -> str:
    path = key_file(settings)
    try:
        if settings.wrapping_keys:
            text = settings.wrapping_keys
        else:
            _refuse_device(path)
            text = keyfiles.read(path).decode("ascii")
        read_wrapping_keys(text)
    except FileNotFoundError as error:
        raise Misconfigured(f"SHIELD_WRAPPING_KEY_FILE: there is no file {path}") from error
    except (CryptoError, UnicodeDecodeError) as error:
        raise Misconfigured(f"SHIELD_WRAPPING_KEY_FILE: {error}") from error
    return text


def _refuse_device(path: Path) -> None:
    if path.name.startswith(PKCS11) or str(path).startswith(PKCS11):
        raise Misconfigured(
            "SHIELD_WRAPPING_KEY_FILE: no PKCS#11 driver comes with this version; "
            "give crypto.concealing.Wrapping one, or name a file"
        )


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
