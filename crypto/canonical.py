"""JSON with one meaning: canonical bytes for what we write, a strict reader for what others wrote.

We allow less than RFC 8785: no floats at all, and integers only within ±(2^53 - 1), so that no
number depends on anybody's rounding (RFC 7493 §2.2). Quantities travel as decimal strings.
"""

import contextlib
import json
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from typing import Any, NoReturn, TypeAlias

import rfc8785

from crypto import Malformed

# None, bool, int, str, and lists (or tuples) and dicts of these. Spelled `Any`, since a recursive
# alias would make a reader narrow each value twice: for the type and in the schema that judges it.
Json: TypeAlias = Any

MAX_INT = 2**53 - 1
MAX_DEPTH = 64  # what we print ourselves; far below the interpreter's recursion limit

_FRAME = re.compile(rb'"(?:[^"\\]++|\\.)*+"?|[^"\[\]{}]++', re.DOTALL)
_SUSPECT = re.compile(r"\\u(?:0000|[dD][89a-fA-F])")  # escapes that may not spell text
_PRINTER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, check_circular=False
)


class _Twice(dict[str, Json]):
    """An object in which a key came more than once."""

    def __init__(self, pairs: list[tuple[str, Json]]) -> None:
        super().__init__(pairs)
        counts = Counter(name for name, _ in pairs)
        self.name = next(name for name, count in counts.items() if count > 1)


class _Misspelt(int):
    """A number that is an integer, but not in the one spelling we allow."""


class _Refused(Exception):
    """Stays in this module: the fast reader stops here, the slow one says why and where."""


def encode(value: Json) -> bytes:
    """Print the only bytes for this value (RFC 8785)."""
    # The standard printer sorts keys by code point and RFC 8785 by UTF-16 unit: another order only
    # where a key leaves the Basic Multilingual Plane. Then the library prints, five times slower.
    if not _is_plain(value, MAX_DEPTH):
        _check(value, MAX_DEPTH)
        return rfc8785.dumps(value)
    printed = _PRINTER.encode(value)
    if "\\u0000" in printed:
        _check(value, MAX_DEPTH)
    try:
        return printed.encode("utf-8")
    except UnicodeEncodeError:
        _check(value, MAX_DEPTH)  # says where the lone surrogate is
        raise


def decode(data: bytes, *, max_depth: int = MAX_DEPTH) -> Json:
    """Read canonical JSON and refuse every other spelling of it."""
    value = read(data, max_bytes=len(data), max_depth=max_depth)
    if encode(value) != data:
        raise Malformed("not canonical JSON (RFC 8785)")
    return value


def read(data: bytes, *, max_bytes: int, max_depth: int = 8) -> Json:
    """Read JSON in any spelling that has one meaning (RFC 7493); limits come before parsing."""
    if len(data) > max_bytes:
        raise Malformed(f"longer than {max_bytes} bytes")
    _check_depth(data, max_depth)
    try:
        text = data.decode("utf-8")
        value = _parsed(text)
        if _SUSPECT.search(text):
            _check(value, max_depth)
    except _Refused:
        _explain(text, max_depth)
    except UnicodeDecodeError as error:
        raise Malformed("not UTF-8") from error
    except json.JSONDecodeError as error:
        raise Malformed(f"not JSON: {error}") from error
    return value


def read_each(many: Sequence[bytes], *, max_bytes: int, max_depth: int = 8) -> list[Json]:
    """As `read` of each: on from one to the next in one text, where none of them is unusual."""
    values: list[Json] = []
    at, whole = 0, b"\n".join(many)
    with contextlib.suppress(_Refused, StopIteration, ValueError):
        text = whole.decode("utf-8")
        if len(whole) <= max_bytes and not _SUSPECT.search(text):
            for data in many:
                if data.count(b"[") + data.count(b"{") > max_depth:
                    _check_depth(data, max_depth)
                value, end = _SCAN(text, at)
                at += 1 + (len(data) if text.isascii() else len(data.decode("utf-8")))
                if end + 1 != at:
                    break
                values.append(value)
    if len(values) == len(many):
        return values
    return [read(data, max_bytes=max_bytes, max_depth=max_depth) for data in many]


def _parsed(text: str) -> Json:
    """As `_FAST.decode`, without its two searches for blanks around what has none."""
    try:
        value, end = _FAST.raw_decode(text)
    except json.JSONDecodeError:  # a blank before it is no fault
        end = -1
    return value if end == len(text) else _FAST.decode(text)


def _check_depth(data: bytes, max_depth: int) -> None:
    """Refuse deep nesting by a scan that doesn't nest: the parser can't run out of stack."""
    if data.count(b"[") + data.count(b"{") <= max_depth:
        return
    depth = 0
    for bracket in _FRAME.sub(b"", data):
        depth += 1 if bracket in b"[{" else -1
        if depth > max_depth:
            raise Malformed(f"nested deeper than {max_depth}")


def _explain(text: str, max_depth: int) -> NoReturn:
    """Parse again, slowly, to name the first fault by its JSON pointer (RFC 6901)."""
    try:
        value = _SLOW.decode(text)
    except json.JSONDecodeError as error:  # further on than what stopped the fast reader
        raise Malformed(f"not JSON: {error}") from error
    _check(value, max_depth)
    raise AssertionError("the fast reader refused what the slow one accepts")


def _is_plain(value: Json, depth: int) -> bool:
    """Tell whether the standard printer's bytes for this value are the canonical ones."""
    kind = type(value)
    if kind is str or kind is bool or value is None:
        return True
    if kind is int:
        return bool(-MAX_INT <= value <= MAX_INT)
    if depth == 0:
        return False
    if kind is dict:
        return all(
            type(name) is str
            and (name.isascii() or max(name) <= "\uffff")
            and (type(item) is str or _is_plain(item, depth - 1))
            for name, item in value.items()
        )
    return (kind is list or kind is tuple) and all(_is_plain(item, depth - 1) for item in value)


def _check(value: Json, max_depth: int) -> None:
    for pointer, complaint in _faults(value, "", max_depth):
        raise Malformed(complaint, pointer=pointer)


def _faults(value: Json, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, dict | list | tuple):
        if depth == 0:
            yield pointer, "nested too deep"
        else:
            yield from _faults_inside(value, pointer, depth - 1)
    elif isinstance(value, str):
        if not _is_text(value):
            yield pointer, "a NUL or a lone surrogate is not text"
    elif isinstance(value, float):
        yield (
            pointer,
            "not an integer (nor may a fraction, exponent or NaN stand here): write a string",
        )
    elif isinstance(value, _Misspelt):
        yield pointer, "minus zero is not an integer"
    elif isinstance(value, int):
        if not -MAX_INT <= value <= MAX_INT:
            yield pointer, "an integer beyond ±(2^53 - 1)"
    elif value is not None:
        yield pointer, f"{type(value).__name__} is not JSON"


def _faults_inside(value: Json, pointer: str, depth: int) -> Iterator[tuple[str, str]]:
    if isinstance(value, _Twice):
        yield _step(pointer, value.name), "the same key twice"
    items = value.items() if isinstance(value, dict) else enumerate(value)
    for name, item in items:
        if isinstance(value, dict) and not (isinstance(name, str) and _is_text(name)):
            yield pointer, "a key that is not text"
        else:
            yield from _faults(item, _step(pointer, str(name)), depth)


def _step(pointer: str, name: str) -> str:
    shown = name.encode("utf-8", "backslashreplace").decode("utf-8")
    return f"{pointer}/{shown.replace('~', '~0').replace('/', '~1')}"


def _is_text(value: str) -> bool:
    """Tell whether UTF-8 can carry it and PostgreSQL can store it (it has no NUL)."""
    try:
        return b"\0" not in value.encode("utf-8")
    except UnicodeEncodeError:
        return False


def _object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise _Refused
    return value


def _integer(text: str) -> int:
    # Seventeen characters hold every allowed integer; int() of a longer text is quadratic work.
    if len(text) > 17 or text == "-0":
        raise _Refused
    value = int(text)
    if not -MAX_INT <= value <= MAX_INT:
        raise _Refused
    return value


def _refuse(_: str) -> NoReturn:
    raise _Refused


def _slow_object(pairs: list[tuple[str, Json]]) -> dict[str, Json]:
    value = dict(pairs)
    return value if len(value) == len(pairs) else _Twice(pairs)


def _slow_integer(text: str) -> int:
    if text == "-0":
        return _Misspelt(0)
    return int(text) if len(text) <= 17 else MAX_INT + 1


_FAST = json.JSONDecoder(
    object_pairs_hook=_object, parse_float=_refuse, parse_int=_integer, parse_constant=_refuse
)
_SCAN = _FAST.scan_once  # type: ignore[attr-defined]
_SLOW = json.JSONDecoder(object_pairs_hook=_slow_object, parse_int=_slow_integer)
