"""Signed notes and cosignatures (C2SP signed-note, tlog-cosignature): text that keys vouch for.

A note is text, a blank line, and signature lines `— <name> <base64(key id ‖ signature)>`. A key is
known by its name and its four-byte id together. A reader ignores keys it does not know, and refuses
the whole note when one it knows does not fit: a line that fails is a sign of trouble, never a
matter of counting the others.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import IntEnum
from hashlib import sha256

from crypto import BadSignature, Malformed, Untrusted, cosigned
from crypto.encodings import b64_decode, b64_encode
from crypto.keys import PrivateKey, PublicKey
from crypto.mldsa import QuantumKey, QuantumPublicKey, is_supported

MAX_LINES_MADE = 16  # what every verifier must accept
MAX_LINES_READ = 100  # what the Go implementation accepts
MAX_BYTES = 1_000_000

_ID_SIZE = 4
_TIME_SIZE = 8
_DASH = "\u2014 "
_VKEY_ID = re.compile(r"[0-9a-f]{8}")
_SCHEMES = (b"\x01", b"\x04", b"\x06")


class Scheme(IntEnum):
    """What a key signs: the note's text as it is, or as seen at a time, or the tree it tells of.

    The first two take an Ed25519 key, the third ML-DSA-44. We ignore any other, and the third too
    where the installed library does not have it.
    """

    NOTE = 0x01
    COSIGNATURE = 0x04
    TREE_COSIGNATURE = 0x06


@dataclass(frozen=True, slots=True, kw_only=True)
class Verifier:
    """A public key under a name. Printed as a vkey: `<name>+<id>+<base64(scheme ‖ key)>`."""

    name: str
    key: PublicKey | QuantumPublicKey
    scheme: Scheme = Scheme.NOTE

    def __post_init__(self) -> None:
        _check_fits(self.key, self.scheme)
        if not self.name or "+" in self.name or any(c.isspace() or c < " " for c in self.name):
            raise Malformed(f"{self.name!r} cannot be the name of a key")

    @classmethod
    def parse(cls, vkey: str) -> "Verifier":
        """Read a vkey; its id must be that of its key."""
        name, _, rest = vkey.partition("+")
        printed_id, _, material = rest.partition("+")
        data = b64_decode(material)
        if not _VKEY_ID.fullmatch(printed_id) or data[:1] not in _SCHEMES:
            raise Malformed("not a vkey of a scheme we know")
        scheme, raw = Scheme(data[0]), data[1:]
        quantum = scheme is Scheme.TREE_COSIGNATURE
        key = QuantumPublicKey(raw) if quantum else PublicKey("Ed25519", raw)
        verifier = cls(name=name, key=key, scheme=scheme)
        if verifier.id.hex() != printed_id:
            raise Malformed("the vkey's id is not that of its key")
        return verifier

    @property
    def is_checkable(self) -> bool:
        """Whether this installation can check what the key signed."""
        return self.scheme is not Scheme.TREE_COSIGNATURE or is_supported()

    @property
    def id(self) -> bytes:
        material = bytes([self.scheme]) + self.key.raw
        return sha256(self.name.encode() + b"\n" + material).digest()[:_ID_SIZE]

    @property
    def vkey(self) -> str:
        material = bytes([self.scheme]) + self.key.raw
        return f"{self.name}+{self.id.hex()}+{b64_encode(material)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Signer:
    """Signs a note's text as it is: what a log does."""

    name: str
    key: PrivateKey

    @property
    def verifier(self) -> Verifier:
        return Verifier(name=self.name, key=self.key.public)

    def signature(self, text: str) -> bytes:
        return self.key.sign(text.encode())


@dataclass(frozen=True, slots=True, kw_only=True)
class Cosigner:
    """Signs a checkpoint as seen at `time` (POSIX seconds): what a witness does.

    A log signs so too with ML-DSA-44, for which there is no other form. That signature is another
    one each time: keep the note.
    """

    name: str
    key: PrivateKey | QuantumKey
    time: int

    @property
    def verifier(self) -> Verifier:
        quantum = isinstance(self.key, QuantumKey)
        scheme = Scheme.TREE_COSIGNATURE if quantum else Scheme.COSIGNATURE
        return Verifier(name=self.name, key=self.key.public, scheme=scheme)

    def signature(self, text: str) -> bytes:
        signature = self.key.sign(_message(self.verifier, text, self.time))
        return self.time.to_bytes(_TIME_SIZE) + signature


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that held. `time` is told by cosignatures only."""

    verifier: Verifier
    time: int | None


@dataclass(frozen=True, slots=True)
class Opened:
    """A note's text, and who of those we know signed it: each key once, as the lines go."""

    text: str
    signatures: tuple[Signature, ...]

    @property
    def signed_by(self) -> tuple[Verifier, ...]:
        return tuple(each.verifier for each in self.signatures)


def sign(text: str, *signers: Signer | Cosigner) -> bytes:
    _check_text(text)
    return _join(text, [signature_line(text, signer) for signer in signers])


def signature_line(text: str, signer: Signer | Cosigner) -> str:
    """One line without its newline: what a witness answers with."""
    verifier = signer.verifier
    return f"{_DASH}{verifier.name} {b64_encode(verifier.id + signer.signature(text))}"


def attach(note: bytes, lines: Iterable[str]) -> bytes:
    """The note with more signature lines; they are not verified here, so open what you get."""
    text, present = split(note)
    return _join(text, [*present, *lines])


def split(note: bytes) -> tuple[str, tuple[str, ...]]:
    """A note's text and its lines, in good form but not verified."""
    if len(note) > MAX_BYTES:
        raise Malformed(f"a note of {len(note)} bytes is too big")
    try:
        body, blank, rest = note.decode().rpartition("\n\n")
    except UnicodeDecodeError as error:
        raise Malformed("the note is not UTF-8") from error
    if not blank or not rest.endswith("\n"):
        raise Malformed("the note has no signature lines")
    text, lines = body + "\n", tuple(rest[:-1].split("\n"))
    if len(lines) > MAX_LINES_READ:
        raise Malformed(f"the note has {len(lines)} signature lines")
    _check_text(text)
    for line in lines:
        _read_line(line)
    return text, lines


def open_note(note: bytes, verifiers: Iterable[Verifier]) -> Opened:
    """The text of a note that one of these keys signed, and that none of them speaks against."""
    text, lines = split(note)
    known = {(each.name, each.id): each for each in verifiers if each.is_checkable}
    held: dict[Verifier, int | None] = {}
    for line in lines:
        name, key_id, signature = _read_line(line)
        verifier = known.get((name, key_id))
        if verifier is not None:
            held.setdefault(verifier, _check(verifier, signature, text))
    if not held:
        raise Untrusted("no key we know signed the note")
    return Opened(text, tuple(Signature(*each) for each in held.items()))


def _check(verifier: Verifier, signature: bytes, text: str) -> int | None:
    if verifier.scheme is Scheme.NOTE:
        verifier.key.check(signature, text.encode())
        return None
    time = int.from_bytes(signature[:_TIME_SIZE])
    if len(signature) <= _TIME_SIZE or time > cosigned.MAX_TIME:
        raise BadSignature(f"the cosignature of {verifier.name} has no time")
    verifier.key.check(signature[_TIME_SIZE:], _message(verifier, text, time))
    return time


def _message(verifier: Verifier, text: str, time: int) -> bytes:
    if verifier.scheme is Scheme.TREE_COSIGNATURE:
        return cosigned.tree_message(text, verifier.name, time)
    return cosigned.text_message(text, time)


def _check_fits(key: PublicKey | QuantumPublicKey, scheme: Scheme) -> None:
    quantum = scheme is Scheme.TREE_COSIGNATURE
    if isinstance(key, QuantumPublicKey) is not quantum or (
        isinstance(key, PublicKey) and key.alg != "Ed25519"
    ):
        raise Malformed("notes are signed with Ed25519, and trees with ML-DSA-44, only")


def _read_line(line: str) -> tuple[str, bytes, bytes]:
    dash, name, payload = line[:2], *line[2:].partition(" ")[::2]
    data = b64_decode(payload)
    if dash != _DASH or not name or len(data) <= _ID_SIZE:
        raise Malformed("not a signature line")
    return name, data[:_ID_SIZE], data[_ID_SIZE:]


def _check_text(text: str) -> None:
    if not text.endswith("\n") or text == "\n":
        raise Malformed("a note's text is one or more whole lines")
    if any(c < " " for c in text.replace("\n", "")):
        raise Malformed("a note's text holds a control character")


def _join(text: str, lines: Sequence[str]) -> bytes:
    if not 0 < len(lines) <= MAX_LINES_MADE:
        raise Malformed(f"a note with {len(lines)} signature lines would not be read everywhere")
    for line in lines:
        _read_line(line)
    note = f"{text}\n{''.join(line + chr(10) for line in lines)}".encode()
    if len(note) > MAX_BYTES:
        raise Malformed(f"a note of {len(note)} bytes is too big")
    return note
