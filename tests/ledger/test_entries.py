"""Entries: one spelling each, and a chain that names the entry where it breaks."""

from datetime import UTC, datetime, timedelta, timezone
from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from crypto import Malformed, canonical
from crypto.encodings import b64_encode, b64u_encode
from ledger import Tampered
from ledger.entries import (
    GENESIS_PREV,
    MAX_BYTES,
    Entry,
    chained,
    check_links,
    decode,
    encode,
    hash_of,
    tag_of,
)

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
PLAIN = Entry(index=7, jwt="aa.bb.cc", prev=bytes(range(32)), tag=None, time=NOON)
TAGGED = Entry(index=7, jwt="aa.bb.cc", prev=bytes(range(32)), tag=bytes(range(16)), time=NOON)

SEGMENT = st.text("abzAZ019-_", min_size=1, max_size=40)
ENTRIES = st.builds(
    Entry,
    index=st.integers(0, 2**53 - 1),
    jwt=st.tuples(SEGMENT, SEGMENT, SEGMENT).map(".".join),
    prev=st.binary(min_size=32, max_size=32),
    tag=st.none() | st.binary(min_size=16, max_size=16),
    time=st.datetimes(timezones=st.just(UTC)),
)


def chain(length: int, first: int = 0, prev: bytes = GENESIS_PREV) -> list[bytes]:
    entries = []
    for index in range(first, first + length):
        entries.append(encode(Entry(index=index, jwt="a.b.c", prev=prev, tag=None, time=NOON)))
        prev = hash_of(entries[-1])
    return entries


def test_an_entry_is_spelled_as_the_format_says():
    assert encode(TAGGED) == (
        b'{"index":7,"jwt":"aa.bb.cc","prev":"AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8="'
        b',"tag":"AAECAwQFBgcICQoLDA0ODw","time":"2026-11-24T12:00:00.000000Z"}'
    )
    assert b"tag" not in encode(PLAIN)


@given(ENTRIES)
def test_an_entry_comes_back_and_is_canonical_json(entry: Entry):
    value = {
        "index": entry.index,
        "jwt": entry.jwt,
        "prev": b64_encode(entry.prev),
        "time": f"{entry.time.year:04}-{entry.time:%m-%dT%H:%M:%S.%fZ}",
    }
    if entry.tag is not None:
        value["tag"] = b64u_encode(entry.tag)
    assert encode(entry) == canonical.encode(value)
    assert decode(encode(entry)) == entry


@given(ENTRIES, st.data())
def test_a_spoiled_entry_is_malformed_or_another_entry(entry: Entry, data):
    good = encode(entry)
    at = data.draw(st.integers(0, len(good) - 1))
    bad = bytearray(good)
    bad[at] ^= 1 << data.draw(st.integers(0, 7))
    try:
        other = decode(bytes(bad))
    except Malformed:
        return
    assert other != entry
    assert encode(other) == bad


GOOD = encode(TAGGED).decode()


@pytest.mark.parametrize(
    "other",
    [
        "",
        "{}",
        GOOD + "\n",
        " " + GOOD,
        GOOD.replace(":7", ": 7"),
        GOOD.replace(":7", ":07"),
        GOOD.replace(":7", ":-7"),
        GOOD.replace(":7", ":7.0"),
        GOOD.replace(":7", f":{2**53}"),
        GOOD.replace("aa.", "\\u0061a."),
        GOOD.replace("aa.bb.cc", "aa.bb"),
        GOOD.replace("aa.bb.cc", "aa.bb.cc.dd"),
        GOOD.replace("aa.bb.cc", "aa.bb."),
        GOOD.replace("aa.bb.cc", "aa.bb.cé"),
        GOOD.replace("Hh8=", "Hh9="),
        GOOD.replace("Hh8=", "Hh8"),
        GOOD.replace("DA0ODw", "DA0ODx"),
        GOOD.replace("DA0ODw", "DA0ODw=="),
        GOOD.replace('"tag":"AAECAwQFBgcICQoLDA0ODw"', '"tag":null'),
        GOOD.replace("12:00:00.000000Z", "12:00:00Z"),
        GOOD.replace("12:00:00.000000Z", "12:00:00.000Z"),
        GOOD.replace("12:00:00.000000Z", "12:00:00.000000+00:00"),
        GOOD.replace("12:00:00", "24:00:00"),
        GOOD.replace("12:00:00", "12:00:60"),
        GOOD.replace("11-24", "02-30"),
        GOOD.replace("2026", "0000"),
        GOOD.replace("T12", "t12"),
        GOOD.replace('{"index":7,', "{").replace("}", ',"index":7}'),
        GOOD.replace("}", ',"x":1}'),
        GOOD.replace("aa.bb.cc", "a" * 66_000 + ".b.c"),
    ],
)
def test_any_other_spelling_is_refused(other: str):
    assert other != GOOD
    with pytest.raises(Malformed):
        decode(other.encode())


@pytest.mark.parametrize(
    "part",
    [
        {"index": -1},
        {"index": 2**53},
        {"jwt": 'a.b."c'},
        {"prev": bytes(31)},
        {"tag": bytes(15)},
        {"time": NOON.replace(tzinfo=None)},
        {"time": NOON.astimezone(timezone(timedelta(hours=3)))},
    ],
)
def test_an_entry_with_a_part_out_of_form_cannot_be_made(part: dict):
    parts = {"index": 7, "jwt": "a.b.c", "prev": bytes(32), "tag": None, "time": NOON}
    with pytest.raises(Malformed):
        Entry(**(parts | part))


def test_an_entry_fills_its_bundle_slot_and_no_more():
    room = MAX_BYTES - len(encode(PLAIN)) + len("aa.bb.cc")
    full = Entry(index=7, jwt="a.b." + "c" * (room - 4), prev=bytes(32), tag=None, time=NOON)
    assert len(encode(full)) == MAX_BYTES
    assert decode(encode(full)) == full
    over = Entry(index=7, jwt="a.b." + "c" * (room - 3), prev=bytes(32), tag=None, time=NOON)
    with pytest.raises(Malformed):
        encode(over)


def test_the_hash_is_the_leaf_hash():
    assert hash_of(b"alpha") == sha256(b"\0alpha").digest()


def test_a_whole_chain_links():
    entries = chain(20)
    check_links(0, GENESIS_PREV, entries)
    check_links(5, hash_of(entries[4]), entries[5:])
    check_links(5, bytes(32), [])


@pytest.mark.parametrize("at", [0, 7, 18])
def test_a_broken_chain_names_the_entry(at: int):
    entries = chain(20)
    other = encode(Entry(index=at, jwt="x.y.z", prev=GENESIS_PREV, tag=None, time=NOON))
    dropped = entries[:at] + entries[at + 1 :]
    with pytest.raises(Tampered, match=f"entry {at} "):
        check_links(0, GENESIS_PREV, dropped)
    swapped = [*entries[:at], entries[at + 1], entries[at], *entries[at + 2 :]]
    with pytest.raises(Tampered, match=f"entry {at} "):
        check_links(0, GENESIS_PREV, swapped)
    with pytest.raises(Tampered, match=f"entry {at} is not an entry"):
        check_links(0, GENESIS_PREV, [*entries[:at], b"{}", *entries[at + 1 :]])
    changed = [*entries[:at], other, *entries[at + 1 :]]
    with pytest.raises(Tampered, match=f"entry {at + 1 if at == 0 else at} "):
        check_links(0, GENESIS_PREV, changed)
    with pytest.raises(Tampered, match="entry 0 does not follow"):
        check_links(0, bytes([1] * 32), entries)


def test_tags_count_and_tell_a_stranger_nothing():
    key = bytes(range(32))
    # HMAC-SHA256 of RFC 2104, spelled out.
    inner = bytes(b ^ 0x36 for b in key.ljust(64, b"\0"))
    outer = bytes(b ^ 0x5C for b in key.ljust(64, b"\0"))
    message = b"shield/history" + (2).to_bytes(8)
    expected = sha256(outer + sha256(inner + message).digest()).digest()[:16]
    assert tag_of(key, 2) == expected
    assert len({tag_of(key, k) for k in range(100)} | {tag_of(bytes(32), 2)}) == 101


@given(first=ENTRIES, others=st.lists(ENTRIES, max_size=4))
def test_entries_made_in_a_chain_are_those_made_one_by_one(first: Entry, others: list[Entry]):
    said = [(each.jwt, each.tag) for each in (first, *others)]
    start = min(first.index, 2**53 - 1 - len(others))
    prev, expected = first.prev, []
    for index, (jwt, tag) in enumerate(said, start):
        data = encode(Entry(index=index, jwt=jwt, prev=prev, tag=tag, time=first.time))
        prev = hash_of(data)
        expected.append((data, prev))
    assert list(chained(said, first=start, prev=first.prev, time=first.time)) == expected


@pytest.mark.parametrize(
    ("jwt", "tag"),
    [
        ("", None),
        ("a.b", None),
        ("a..c", None),
        (".b.c", None),
        ("a.b.", None),
        ("a.b.c.d", None),
        ("a.b.c ", None),
        ("a.b.ü", None),
        ('a.b."', None),
        ("a.b.c", b""),
        ("a.b.c", bytes(15)),
        ("a.b." + "c" * MAX_BYTES, None),
    ],
)
def test_what_is_no_entry_is_not_made_in_a_chain(jwt: str, tag: bytes | None):
    with pytest.raises(Malformed):
        list(chained([(jwt, tag)], first=0, prev=GENESIS_PREV, time=NOON))


def test_a_chain_ends_at_the_last_index_and_has_times_in_utc():
    def made(**changed: object) -> object:
        given = {"first": 0, "prev": GENESIS_PREV, "time": NOON} | changed
        return list(chained([("a.b.c", None)] * 2, **given))  # type: ignore[arg-type]

    elsewhere = NOON.astimezone(timezone(timedelta(hours=2)))
    for changed in ({"first": 2**53 - 1}, {"prev": b"short"}, {"time": elsewhere}):
        with pytest.raises(Malformed):
            made(**changed)
