"""Canonical JSON agrees with RFC 8785's own vectors and library, but knows no floats."""

import json
from enum import StrEnum
from pathlib import Path

import pytest
import rfc8785
from hypothesis import given
from hypothesis import strategies as st

from crypto import Malformed, canonical

VECTORS = Path(__file__).parents[1] / "vectors" / "jcs_rfc8785"
INPUTS = sorted((VECTORS / "input").iterdir())
WITH_FLOATS = {"structures.json", "values.json"}

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
integers = st.integers(-canonical.MAX_INT, canonical.MAX_INT)
values = st.recursive(
    st.none() | st.booleans() | integers | texts,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(texts, inner, max_size=4),
    max_leaves=12,
)


@pytest.mark.parametrize("path", INPUTS, ids=lambda path: path.name)
def test_rfc_8785_vectors_print_as_given_unless_they_hold_floats(path):
    data = path.read_bytes()
    expected = (VECTORS / "output" / path.name).read_bytes()
    assert rfc8785.dumps(json.loads(data)) == expected
    if path.name in WITH_FLOATS:
        for attempt in (
            lambda: canonical.read(data, max_bytes=10_000),
            lambda: canonical.encode(json.loads(data)),
        ):
            with pytest.raises(Malformed, match="not an integer"):
                attempt()
    else:
        assert canonical.encode(canonical.read(data, max_bytes=10_000)) == expected
        assert canonical.encode(canonical.decode(expected)) == expected


@given(values)
def test_every_value_prints_as_the_rfc_8785_library_prints_it(value):
    assert canonical.encode(value) == rfc8785.dumps(value)


@given(values)
def test_what_is_printed_is_read_back_equal(value):
    assert canonical.decode(canonical.encode(value)) == value


@given(
    values, st.sampled_from([{"indent": 1}, {"separators": (", ", ":")}, {"ensure_ascii": True}])
)
def test_another_spelling_is_read_alike_but_is_not_canonical(value, style):
    other = json.dumps(value, **{"ensure_ascii": False, **style}).encode("utf-8")
    assert canonical.read(other, max_bytes=len(other), max_depth=20) == value
    if other != canonical.encode(value):
        with pytest.raises(Malformed, match="not canonical"):
            canonical.decode(other)


def test_keys_sort_by_utf_16_units_even_beyond_the_basic_plane():
    printed = canonical.encode({"\ufb33": 1, "\U0001f600": 2, "a": 3})
    assert printed == '{"a":3,"\U0001f600":2,"\ufb33":1}'.encode()


def test_tuples_and_text_enums_print_as_lists_and_texts():
    class Colour(StrEnum):
        RED = "red"

    assert canonical.encode({"colours": (Colour.RED, "blue")}) == b'{"colours":["red","blue"]}'


@pytest.mark.parametrize(
    ("value", "pointer"),
    [
        (1.0, ""),
        ({"a": [1, 2.5]}, "/a/1"),
        ({"a": {"b/c~": float("nan")}}, "/a/b~1c~0"),
        ([float("inf")], "/0"),
        ([2**53], "/0"),
        ([-(2**53)], "/0"),
        ({"a": "\ud800"}, "/a"),
        ({"a": "x\0"}, "/a"),
        ({"\udfff": 1}, ""),
        ({1: 2}, ""),
        ({"a": b"bytes"}, "/a"),
        ({"a": {"set"}}, "/a"),
    ],
)
def test_what_json_can_not_say_safely_is_not_printed(value, pointer):
    with pytest.raises(Malformed) as refusal:
        canonical.encode(value)
    assert refusal.value.pointer == pointer


def test_a_value_that_contains_itself_is_refused():
    value: list[object] = []
    value.append(value)
    with pytest.raises(Malformed, match="deep"):
        canonical.encode(value)


@pytest.mark.parametrize(
    ("data", "pointer"),
    [
        (b'{"a":1,"b":{"c/d":1,"c/d":2}}', "/b/c~1d"),
        (b'{"a":1,"\\u0061":2}', "/a"),
        (b'{"x":[0,1.0]}', "/x/1"),
        (b'{"x":1e3}', "/x"),
        (b"[-0]", "/0"),
        (b"[NaN]", "/0"),
        (b"[-Infinity]", "/0"),
        (b"[9007199254740992]", "/0"),
        (b"[-9007199254740992]", "/0"),
        (b"[1" + b"0" * 5000 + b"]", "/0"),
        (b'["a","\\ud800"]', "/1"),
        (b'["a","\\uDC00\\uD800"]', "/1"),
        (b'{"a":"\\u0000"}', "/a"),
    ],
)
def test_a_refusal_points_at_the_place(data, pointer):
    with pytest.raises(Malformed) as refusal:
        canonical.read(data, max_bytes=10_000)
    assert refusal.value.pointer == pointer


@pytest.mark.parametrize(
    "data", [b"", b"\xef\xbb\xbf{}", b'"\xff"', b"[1.5,", b'{"a":1,"a":', b"{}{}", b"[1,]", b'"\\']
)
def test_what_is_not_json_is_malformed(data):
    with pytest.raises(Malformed):
        canonical.read(data, max_bytes=100)


def test_an_escaped_backslash_before_u0000_is_no_nul():
    assert canonical.read(b'["\\\\u0000"]', max_bytes=100) == ["\\u0000"]
    assert canonical.encode(["\\u0000"]) == b'["\\\\u0000"]'


def test_the_largest_integers_are_read():
    data = b"[9007199254740991,-9007199254740991]"
    assert canonical.decode(data) == [canonical.MAX_INT, -canonical.MAX_INT]


def test_size_and_depth_are_limited_before_parsing():
    assert canonical.read(b"[" * 8 + b"]" * 8, max_bytes=16)
    with pytest.raises(Malformed, match="16 bytes"):
        canonical.read(b"[" * 8 + b"]" * 9, max_bytes=16)
    with pytest.raises(Malformed, match="nested"):
        canonical.read(b"[" * 9 + b"]" * 9, max_bytes=100)
    with pytest.raises(Malformed, match="nested"):
        canonical.read(b'{"a":' * 100_000, max_bytes=10**6)


def test_brackets_in_texts_are_not_depth():
    data = b'["' + b"[{" * 100 + b'\\"[[[[[[[[[[[","]]]]"]'
    assert len(canonical.read(data, max_bytes=1000)) == 2


@given(st.text(alphabet='[]{}",:\\ a1', max_size=40))
def test_a_depth_limit_refuses_nothing_that_is_flat_enough(text):
    try:
        value = json.loads(text)
        canonical.encode(value)
    except (ValueError, Malformed):
        return
    deep = _depth(value)
    data = text.encode()
    try:
        canonical.read(data, max_bytes=1000, max_depth=2)
    except Malformed as refusal:
        assert deep > 2 or "twice" in str(refusal)  # noqa: PT017
    else:
        assert deep <= 2


def _depth(value):
    if isinstance(value, dict):
        value = list(value.values())
    if not isinstance(value, list):
        return 0
    return 1 + max(map(_depth, value), default=0)


spoiled = st.sampled_from([b"", b"1", b" 1", b"[1", b"]", b"1.5", b'"a', b'{"a":1,"a":2}', b"\xff"])
odd = st.sampled_from(
    [b'"\\u0000"', b'"\\ud800"', b'"\\u00e9"', b"-0", b"[[[[[]]]]]", b'"a\nb"', b"9" * 17]
)


@given(st.lists(values.map(canonical.encode) | spoiled | odd, max_size=5))
def test_many_texts_are_read_as_each_is_by_itself(many):
    def each() -> object:
        return [canonical.read(data, max_bytes=200, max_depth=4) for data in many]

    def at_once() -> object:
        return canonical.read_each(many, max_bytes=200, max_depth=4)

    try:
        expected = each()
    except Malformed:
        with pytest.raises(Malformed):
            at_once()
    else:
        assert at_once() == expected
