"""States at rest: canonical, small, and read back as they were."""

from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal

import pytest

from crypto import Malformed, canonical
from ledger import states, vocabulary
from ledger.roster import Agency, Listing, Participant, Policy, Role, Witness
from ledger.shipments import Reply, Shipment
from ledger.standing import Licence
from tests.factories import body, journey_bodies, stated
from tests.telling import fold

PARTS = [
    Participant(country="NL", name="Netherlands", jurisdictions=("EU",), since=3),
    Agency(id="NL-CUSTOMS", name="Customs", roles=frozenset({Role.CUSTOMS, Role.POLICE}), since=4),
    Listing(
        list="un_table_ii",
        substance="acetone",
        name="Acetone",
        cas=("67-64-1",),
        valid_from=date(1990, 11, 11),
    ),
    Policy(
        jurisdiction="EU",
        clock="working_days",
        days=15,
        silence="may_proceed",
        holidays=(date(2026, 4, 3),),
    ),
    Witness(name="witness.test/one", vkey="witness.test/one+00000000+BA", country="KE"),
]


@pytest.mark.parametrize("part", PARTS, ids=lambda part: type(part).__name__)
def test_parts_of_the_roster_are_read_back_as_they_were(part):
    assert states.decode(type(part), states.encode(part)) == part


def test_a_property_at_its_default_is_left_out():
    assert states.encode(Shipment(ref="NL-2026-1")) == b'{"ref":"NL-2026-1"}'
    assert states.decode(Shipment, b'{"ref":"NL-2026-1"}') == Shipment(ref="NL-2026-1")


def test_the_same_state_has_the_same_bytes_however_it_came_about():
    here = datetime(2026, 1, 1, tzinfo=UTC)
    there = here.astimezone(timezone(timedelta(hours=2)))
    one = Shipment(ref="NL-2026-1").flagged("stolen", "on_hold").at("sent", here)
    two = Shipment(ref="NL-2026-1").at("sent", there).flagged("on_hold").flagged("stolen")
    assert states.encode(two) == states.encode(one)


@pytest.mark.parametrize(
    ("value", "written"),
    [
        (Decimal("15920.000000"), "15920"),
        (Decimal("1E+3"), "1000"),
        (Decimal("-0"), "0"),
        (Decimal("0.10"), "0.1"),
        (datetime(2026, 3, 2, 12, tzinfo=UTC), "2026-03-02T12:00:00.000000Z"),
        (date(2026, 3, 2), "2026-03-02"),
        (frozenset({"b", "a"}), ["a", "b"]),
        ((1, (True, None)), [1, [True, None]]),
        (Role.CUSTOMS, "customs"),
    ],
)
def test_every_sort_of_value_has_one_spelling(value, written):
    assert states.jsonable(value) == written


def test_moments_keep_their_microseconds():
    moment = datetime(2026, 3, 2, 12, 0, 0, 123456, tzinfo=UTC)
    reply = Reply(notice="P", sent_at=moment, due=moment, stopped_at=moment)
    again = states.decode(Reply, states.encode(reply))
    assert (again, again.stopped) == (reply, True)


def test_a_licence_keeps_its_limit_and_its_days():
    licence = Licence(
        number="1",
        country="KE",
        type="licence",
        status="active",
        substances=("acetone",),
        activities=("import",),
        premises=(),
        valid_from=date(2025, 1, 1),
        limit=fold(*map(stated, journey_bodies())).balance["notified"],
    )
    assert states.decode(Licence, states.encode(licence)) == licence


@pytest.mark.parametrize("kind", sorted(vocabulary.kinds()))
def test_every_event_is_written_and_read_back(kind):
    event = vocabulary.parse(body(kind))
    assert states.decode(type(event), states.encode(event)) == event
    assert states.encode(event) == canonical.encode(states.jsonable(event))


def test_a_state_is_printed_as_the_canonical_printer_would():
    shipment = fold(*map(stated, journey_bodies())).flagged("stolen").but(mode='a "b" \\ é\n')
    for state in (*PARTS, shipment):
        assert states.encode(state) == canonical.encode(states.jsonable(state))


def test_every_spelling_but_the_canonical_one_is_refused():
    data = states.encode(fold(*map(stated, journey_bodies())))
    for spoiled in (b" " + data, data[:-1], data.replace(b",", b", ", 1), data + b"{}"):
        with pytest.raises(Malformed):
            states.decode(Shipment, spoiled)


@pytest.mark.parametrize(
    "other",
    [
        b'{"ref":"NL-2026-1","surplus":1}',
        b"{}",
        b"[]",
        b'"x"',
        b'{"balance":[],"ref":"NL-2026-1"}',
        b'{"concentrations":{"acetone":"much"},"ref":"NL-2026-1"}',
        b'{"ref":"NL-2026-1","times":{"sent":"yesterday"}}',
        b'{"holds":[["one"]],"ref":"NL-2026-1"}',
    ],
)
def test_what_is_no_state_is_refused(other):
    with pytest.raises(Malformed):
        states.decode(Shipment, other)
