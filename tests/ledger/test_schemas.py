"""The fast reader and the schema are two roads to one place."""

import contextlib
from dataclasses import dataclass
from typing import Annotated, Any

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from marshmallow import ValidationError

from ledger import Invalid, vocabulary
from ledger.fields import Text
from ledger.schemas import field_of, flatten, load, read, schema_of
from tests.factories import body
from tests.places import changed, places, removed

KINDS = sorted(vocabulary.kinds())
SCALARS = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(-5, 10**10),
    st.floats(allow_nan=False),
    st.text(max_size=8),
    st.sampled_from(
        ["", "12.5", "2026-03-02", "2026-03-02T12:00:00Z", "NL", "AMBER", "true", "acetone\n", "5"]
    ),
)
JSON = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=5,
)


def by_schema(cls: Any, said: Any) -> Any:
    with contextlib.suppress(ValidationError):
        return schema_of(cls).load(said)
    return None


def by_reader(cls: Any, said: Any) -> Any:
    with contextlib.suppress(ValidationError):
        return read(cls, said)
    return None


@st.composite
def bent(draw: st.DrawFn) -> tuple[Any, Any]:
    """An honest body with up to three of its places spoiled, moved or removed."""
    kind = draw(st.sampled_from(KINDS))
    said: Any = {k: v for k, v in body(kind).items() if k != "kind"}
    for _ in range(draw(st.integers(0, 3))):
        spots = [path for path, _ in places(said)]
        if not spots:
            break
        path = draw(st.sampled_from(spots))
        other = draw(st.sampled_from(spots))
        value = draw(JSON | st.just(dict(places(said))[other]))
        said = removed(said, path) if draw(st.booleans()) else changed(said, path, value)
    return vocabulary.kinds()[kind], said


@settings(suppress_health_check=[HealthCheck.too_slow])  # the first body makes every schema
@given(bent())
@example((vocabulary.kinds()["notice.sent"], []))
@example((vocabulary.kinds()["notice.sent"], None))
def test_the_fast_reader_accepts_exactly_what_the_schema_accepts(case):
    cls, said = case
    assert by_reader(cls, said) == by_schema(cls, said)


@pytest.mark.parametrize("kind", KINDS)
def test_both_make_the_same_event(kind):
    cls = vocabulary.kinds()[kind]
    said = {k: v for k, v in body(kind).items() if k != "kind"}
    assert by_reader(cls, said) == by_schema(cls, said) is not None


@dataclass(frozen=True, kw_only=True)
class Odd:
    """A claim whose annotation says nothing that can be read."""

    what: complex


def test_an_annotation_without_a_reader_is_a_programming_error():
    with pytest.raises(TypeError, match="no field is known"):
        schema_of(Odd)
    with pytest.raises(TypeError, match="no field is known"):
        field_of(str)


@dataclass(frozen=True, kw_only=True)
class Named:
    """A claim with one name."""

    name: Annotated[Text, "also said"]


def test_load_names_the_place_and_the_reason():
    with pytest.raises(Invalid) as caught:
        load(Named, {"name": " x"})
    assert (caught.value.pointer, caught.value.code) == ("/name", "invalid-field")


def test_pointers_escape_what_json_pointers_escape():
    assert list(flatten({"a/b": {"~": ["no"]}}, "")) == [("/a~1b/~0", "no")]
    assert list(flatten({"_schema": ["odd"]}, "")) == [("", "odd")]
