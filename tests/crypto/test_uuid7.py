"""Ids of statements: the published example, and what every one of them keeps to."""

import uuid
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from crypto.uuid7 import uuid7

MOMENTS = st.datetimes(
    min_value=datetime(1990, 1, 1),  # noqa: DTZ001 - hypothesis adds the zone
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)


def test_the_example_of_rfc_9562_comes_out_to_the_digit():
    # RFC 9562 A.6: rand_a is 0xCC3 and rand_b 0x18C4DC0C0C07398F in its 62 bits.
    moment = datetime(2022, 2, 22, 19, 22, 22, tzinfo=UTC)
    drawn = 0xCC3 << 62 | 0x18C4DC0C0C07398F
    made = uuid7(moment, drawn.to_bytes)
    assert made == "017f22e2-79b0-7cc3-98c4-dc0c0c07398f"


@given(MOMENTS, st.binary(min_size=10, max_size=10))
def test_every_id_is_of_version_seven_and_of_the_rfc_variant(moment, drawn):
    made = uuid.UUID(uuid7(moment, lambda _: drawn))
    assert (made.version, made.variant) == (7, uuid.RFC_4122)
    assert made.int >> 80 == int(moment.timestamp() * 1000)


@given(MOMENTS, st.binary(min_size=10, max_size=10), st.binary(min_size=10, max_size=10))
def test_a_later_millisecond_sorts_behind_whatever_was_drawn(moment, first, second):
    later = moment + timedelta(milliseconds=2)
    assert uuid7(moment, lambda _: first) < uuid7(later, lambda _: second)
