"""Skeletons of bodies: for every kind, what it needs and nothing that it does not know."""

from datetime import UTC, datetime

import pytest

from api.cli.skeletons import FILL_IN, left_open, optional, skeleton
from ledger import vocabulary
from tests import factories

NOON = datetime(2026, 11, 24, 12, tzinfo=UTC)
KINDS = vocabulary.kinds()


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_skeleton_asks_for_what_every_body_of_the_kind_has(kind):
    made = skeleton(KINDS[kind], now=NOON)
    body = factories.body(kind)
    assert made["kind"] == kind
    assert made["occurred_at"] == "2026-11-24T12:00:00.000000Z"
    assert made.keys() <= body.keys()
    assert body.keys() <= made.keys() | set(optional(KINDS[kind]))
    assert list(left_open(body)) == []


@pytest.mark.parametrize("kind", sorted(KINDS))
def test_a_full_skeleton_holds_every_property_that_the_kind_knows(kind):
    made = skeleton(KINDS[kind], now=NOON, everything=True)
    assert set(optional(KINDS[kind])) <= made.keys()


def test_a_place_that_is_left_open_is_found_wherever_it_is():
    body = {"a": [{"b": FILL_IN + "a day"}], "c": "done", "d": FILL_IN + "a word"}
    assert list(left_open(body)) == ["/a/0/b", "/d"]
