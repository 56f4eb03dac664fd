"""The manifest: what a bundle says it is, and which files it consists of.

`manifest.json` is canonical JSON, and the hub signs it (`attestation`; of version 1 nobody did).
What it says of sizes, hashes and indexes is checked against what the log and its agencies signed.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

from crypto import Malformed, canonical
from crypto.encodings import b64_decode, b64_encode, b64u_decode, b64u_encode
from ledger import Undecided

NAME = "manifest.json"
CHECKPOINT = "checkpoint.note"
FORMAT, VERSION = "shield-evidence", 2
MAX_BYTES = 8 * 1024 * 1024

Role: TypeAlias = Literal["history", "alert", "registry"]

_SHA256 = re.compile(r"[0-9a-f]{64}")
_READS = (ValueError, TypeError, KeyError, AttributeError, LookupError)


@dataclass(frozen=True, kw_only=True, slots=True)
class Item:
    """One entry: its index, its hash, and why it is here."""

    index: int
    role: Role
    hash: bytes

    @property
    def entry(self) -> str:
        return f"entries/{self.index}.json"

    @property
    def proof(self) -> str:
        return f"proofs/{self.index}.tlog-proof"

    @property
    def statement(self) -> str:
        return f"statements/{self.index}.sd-jwt"


@dataclass(frozen=True, kw_only=True)
class Manifest:
    """The table of contents.

    `log` and `policy` are what the issuer goes by; a verifier goes by what it has pinned.
    """

    origin: str
    log: str
    policy: str
    shipment: str
    issued_at: str
    issued_to: str
    size: int
    root: bytes
    history_key: bytes | None
    items: tuple[Item, ...]
    files: Mapping[str, str] = field(default_factory=dict)  # name -> SHA-256 in hex
    version: int = VERSION

    @property
    def expected(self) -> frozenset[str]:
        """The files without which nothing can be proved."""
        numbered = (name for i in self.items for name in (i.entry, i.proof, i.statement))
        return frozenset({CHECKPOINT, *numbered})


def encode(manifest: Manifest) -> bytes:
    history = {"key": b64u_encode(manifest.history_key)} if manifest.history_key else {}
    return canonical.encode(
        {
            "format": FORMAT,
            "version": manifest.version,
            "origin": manifest.origin,
            "log": manifest.log,
            "policy": manifest.policy,
            "subject": {"shipment": manifest.shipment},
            "issued_at": manifest.issued_at,
            "issued_to": manifest.issued_to,
            "checkpoint": {"size": manifest.size, "root": b64_encode(manifest.root)},
            "history": history,
            "entries": [
                {"index": each.index, "role": each.role, "hash": b64_encode(each.hash)}
                for each in manifest.items
            ],
            "files": dict(manifest.files),
        }
    )


def decode(data: bytes) -> Manifest:
    """Read a manifest; Malformed when it is not as we write it, Undecided when it is newer."""
    value = canonical.read(data, max_bytes=MAX_BYTES)
    if not isinstance(value, dict) or value.get("format") != FORMAT:
        raise Malformed("not the manifest of an evidence bundle")
    version = value.get("version")
    if type(version) is not int or version < 1:
        raise Malformed("a manifest's version is a number from 1")
    if version > VERSION:
        raise Undecided(f"the bundle is of version {version}, and this software knows {VERSION}")
    try:
        made = _made(value)
        if encode(made) == data:
            return made
    except _READS as error:
        raise Malformed(f"not a manifest as it is written: {error!r}") from error
    raise Malformed("not a manifest in its only spelling")


def _made(value: Mapping[str, Any]) -> Manifest:
    items = tuple(
        Item(index=each["index"], role=each["role"], hash=b64_decode(each["hash"]))
        for each in value["entries"]
    )
    indexes = [item.index for item in items]
    if not all(type(index) is int for index in indexes) or sorted(set(indexes)) != indexes:
        raise ValueError("entries are in order, each once")
    if not {item.role for item in items} <= {"history", "alert", "registry"}:
        raise ValueError("an entry is there for no known reason")
    if not all(_SHA256.fullmatch(digest) for digest in value["files"].values()):
        raise ValueError("a digest of a file is none")
    texts = [value[name] for name in ("origin", "log", "policy", "issued_at", "issued_to")]
    if not all(isinstance(text, str) for text in (*texts, value["subject"]["shipment"])):
        raise ValueError("text is missing")
    if not "".join([*texts, value["subject"]["shipment"]]).replace("\n", "").isprintable():
        raise ValueError("text that can't be shown")
    if type(value["checkpoint"]["size"]) is not int:
        raise ValueError("the size is no number")
    key = value["history"].get("key")
    return Manifest(
        origin=value["origin"],
        log=value["log"],
        policy=value["policy"],
        shipment=value["subject"]["shipment"],
        issued_at=value["issued_at"],
        issued_to=value["issued_to"],
        size=value["checkpoint"]["size"],
        root=b64_decode(value["checkpoint"]["root"]),
        history_key=None if key is None else b64u_decode(key),
        items=items,
        files=value["files"],
        version=value["version"],
    )
