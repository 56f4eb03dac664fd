"""One walk through an event finds what a walk that notes every place finds."""

import pytest

from ledger import vocabulary
from ledger.identifiers import complaint
from ledger.mentions import UNJUDGED, identifiers_of, mentions_of, warnings_of
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
