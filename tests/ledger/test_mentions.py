"""One walk through an event finds what a walk that notes every place finds."""

import dataclasses
from collections.abc import Iterator
from typing import Any

import pytest

from ledger import mentions, vocabulary
from ledger.identifiers import complaint
from ledger.mentions import UNJUDGED, identifiers_of, mentions_of, warnings_of
from ledger.schemas import schema_of
from tests.factories import body
from tests.places import changed, places

KINDS = sorted(vocabulary.kinds())


@pytest.mark.parametrize("kind", KINDS)
def test_a_warning_points_at_the_identifier_that_cannot_be_right(kind: str):
    said = body(kind)
    spots = dict(places(said))
    for pointer, sort, value in identifiers_of(vocabulary.parse(said)):
        path = tuple(int(step) if step.isdigit() else step for step in pointer.split("/")[1:])
        assert spots[path] == value
        wrong = changed(said, path, "@")
        expected = () if sort in UNJUDGED else ((pointer, complaint(sort, "@")),)
        assert warnings_of(vocabulary.parse(wrong)) == expected


@pytest.mark.parametrize("kind", KINDS)
def test_what_an_event_mentions_is_the_same_whenever_it_is_asked(kind: str):
    event = vocabulary.parse(body(kind))
    again = vocabulary.parse(body(kind))
    assert identifiers_of(again) == identifiers_of(event)
    assert mentions_of(event) is mentions_of(event)
    assert mentions_of(event) == mentions_of(again)


def _claims(value: Any) -> Iterator[Any]:
    """Every claim at any depth, nominal ones apart, with the event itself."""
    yield value
    for item in dataclasses.fields(value):
        inner = getattr(value, item.name)
        for each in inner if isinstance(inner, tuple) else (inner,):
            if item.name != "nominal" and dataclasses.is_dataclass(each):
                yield from _claims(each)


@pytest.mark.parametrize("kind", KINDS)
def test_claims_that_are_not_walked_into_have_nothing_to_find(kind: str):
    event = vocabulary.parse(body(kind))
    every = list(_claims(event))
    judged = [
        (field.metadata["identifier"], said)
        for claim in every
        for name, field in schema_of(type(claim)).fields.items()
        if "identifier" in field.metadata
        for said in [getattr(claim, name)]
        if isinstance(said, str)
    ]
    survey = mentions._survey(event)
    assert set(judged) <= set(survey.identifiers)
    said = {each for claim in every[1:] for each in mentions._said_by(claim)}
    assert {each for claim in survey.claims for each in mentions._said_by(claim)} == said
