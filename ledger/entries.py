"""Entries: what the log keeps of a statement, its leaf hash, and the link to the entry before.

An entry is one canonical JSON object (RFC 8785) of at most 65,535 bytes, because a bundle gives its
length 16 bits: `{"index":n,"jwt":"…","prev":"<b64>","tag":"<b64u>","time":"…Z"}`. `tag` is left out
when the entry is about no shipment. `time` has one spelling of fixed width, to the microsecond:
`2026-11-24T12:00:00.000000Z`.
"""

import hmac
import re
from binascii import b2a_base64
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from string import ascii_letters, digits

from crypto import Malformed
from crypto.encodings import b64_decode, b64_encode, b64u_decode, b64u_encode
from ledger import Tampered
from ledger.merkle import HASH_SIZE, leaf_hash

MAX_BYTES = 65_535
MAX_INDEX = 2**53 - 1  # what a JSON number can hold exactly (RFC 8785 section 3.2.2.3)
TAG_SIZE = 16
GENESIS_PREV = bytes(HASH_SIZE)

_JWT = re.compile(r"[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+\.[A-Za-z0-9_-]+")
# The form is so narrow that a pattern reads it; re-printing refuses what only looks like it.
_ENTRY = re.compile(
    rb'\{"index":(0|[1-9][0-9]{0,15})'
    rb',"jwt":"([A-Za-z0-9_.-]+)"'
    rb',"prev":"([A-Za-z0-9+/]{43}=)"'
    rb'(?:,"tag":"([A-Za-z0-9_-]{22})")?'
    rb',"time":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6})Z"\}'
)
# The same form behind `prev`, for who knows what stands before it.
_TAIL = re.compile(
    rb'(?:,"tag":"([A-Za-z0-9_-]{22})")?'
    rb',"time":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6})Z"\}'
)
_ENDING = ',"time":"2026-11-24T12:00:00.000000Z"}'
_JWT_CHARACTERS = f"{ascii_letters}{digits}_-.".encode()


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """A statement in its place: `jwt` is its signed part, `prev` the hash of the entry before."""

    index: int
    jwt: str
    prev: bytes
    tag: bytes | None
    time: datetime

    def __post_init__(self) -> None:
        if not 0 <= self.index <= MAX_INDEX:
            raise Malformed(f"no entry has the index {self.index}")
        if not _JWT.fullmatch(self.jwt):
            raise Malformed("an entry's jwt is not in compact form")
        if len(self.prev) != HASH_SIZE:
            raise Malformed("an entry's prev is not a hash")
        if self.tag is not None and len(self.tag) != TAG_SIZE:
            raise Malformed("an entry's tag is not 16 bytes long")
        if self.time.utcoffset() != timedelta(0):
            raise Malformed("an entry's time is not in UTC")


def encode(entry: Entry) -> bytes:
    """The one spelling of an entry. No part has a character that JSON escapes: we just print."""
    tag = "" if entry.tag is None else f'"tag":"{b64u_encode(entry.tag)}",'
    time = entry.time.isoformat(timespec="microseconds").removesuffix("+00:00")
    data = (
        f'{{"index":{entry.index},"jwt":"{entry.jwt}","prev":"{b64_encode(entry.prev)}"'
        f',{tag}"time":"{time}Z"}}'
    ).encode("ascii")
    if len(data) > MAX_BYTES:
        raise Malformed(f"an entry of {len(data)} bytes is too big for the log")
    return data


def chained(
    said: Iterable[tuple[str, bytes | None]], *, first: int, prev: bytes, time: datetime
) -> Iterator[tuple[bytes, bytes]]:
    """Entries from `first` on behind the hash `prev`, of these jwts and tags: bytes and hash each.

    As `encode` prints each of them, without making it: they share a time, and links are theirs.
    """
    edge = Entry(index=first, jwt="a.a.a", prev=prev, tag=None, time=time)  # its time is one
    ending = encode(edge)[-len(_ENDING) :]
    for index, (jwt, tag) in enumerate(said, first):
        written = jwt.encode("ascii", "replace")
        if not (_is_compact(written) and (tag is None or len(tag) == TAG_SIZE)):
            raise Malformed("an entry's jwt or tag is not of its form")
        mark = b"" if tag is None else b',"tag":"%b"' % b64u_encode(tag).encode("ascii")
        link = b2a_base64(prev, newline=False)
        data = b'{"index":%d,"jwt":"%b","prev":"%b"%b%b' % (index, written, link, mark, ending)
        if len(data) > MAX_BYTES or index > MAX_INDEX:
            raise Malformed(f"entry {index} is too big for the log")
        prev = hash_of(data)
        yield data, prev


def decode(data: bytes) -> Entry:
    """Read an entry, and refuse every other spelling of it."""
    found = _ENTRY.fullmatch(data) if len(data) <= MAX_BYTES else None
    if found is None:
        raise Malformed("not an entry")
    index, jwt, prev, tag, time = (part.decode("ascii") for part in found.groups(b""))
    entry = Entry(
        index=int(index),
        jwt=jwt,
        prev=b64_decode(prev),
        tag=b64u_decode(tag) if tag else None,
        time=moment(time),
    )
    if encode(entry) != data:
        raise Malformed("an entry in another spelling than ours")
    return entry


def skim(data: bytes, index: int, prev: bytes) -> tuple[bytes, bytes] | None:
    """The jwt and the time of what must be entry `index` behind the hash `prev`, as written.

    A third of the work of `decode` for who walks a long log: None for anything else than such an
    entry in its one spelling, without saying why. Whether the time is one is left to `moment`.
    """
    head = b'{"index":%d,"jwt":"' % index
    tail = b'","prev":"%b"' % b2a_base64(prev, newline=False)
    end = data.rfind(tail)
    if end < 0 or not data.startswith(head) or len(data) > MAX_BYTES:
        return None
    jwt = data[len(head) : end]
    found = _TAIL.fullmatch(data, end + len(tail))
    if found is None or not _is_compact(jwt):
        return None
    tag, time = found.groups()
    # A tag's last character has four unused bits, which are zero in its one spelling.
    return None if tag is not None and tag[-1] not in b"AQgw" else (jwt, time)


def _is_compact(jwt: bytes) -> bool:
    """Three parts, none of them empty, of the characters that base64url has."""
    dots = jwt.count(b".") == 2 and b".." not in jwt and jwt[0] != 0x2E != jwt[-1]
    return dots and not jwt.translate(None, _JWT_CHARACTERS)


def hash_of(data: bytes) -> bytes:
    """An entry's hash: its leaf hash in the tree, and the `prev` of the entry after it."""
    return leaf_hash(data)


def check_links(first_index: int, prev: bytes, entries: Iterable[bytes]) -> None:
    """Walk the hash chain from `first_index`: each entry holds the hash of the one before."""
    for index, data in enumerate(entries, first_index):
        try:
            entry = decode(data)
        except Malformed as error:
            raise Tampered(f"entry {index} is {error}") from error
        if entry.index != index:
            raise Tampered(f"entry {index} says it is entry {entry.index}")
        if entry.prev != prev:
            raise Tampered(f"entry {index} does not follow the entry before it")
        prev = hash_of(data)


def tag_of(history_key: bytes, k: int) -> bytes:
    """The tag of a shipment's k-th entry (from 0): who holds the history key can see a gap."""
    return hmac.digest(history_key, b"shield/history" + k.to_bytes(8), "sha256")[:TAG_SIZE]


def moment(text: str) -> datetime:
    """An entry's time, written without its zone."""
    try:
        return datetime.fromisoformat(text).replace(tzinfo=UTC)
    except ValueError as error:
        raise Malformed(f"{text} is no moment") from error
