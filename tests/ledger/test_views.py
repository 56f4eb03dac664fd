"""A statement of which only some claims are seen: what it says and warns of, and what it is not."""

from crypto import sdjwt
from ledger import vocabulary
from ledger.records import Record
from ledger.views import Seen, whole
from tests import factories
from tests.factories import HONEST
from tests.world import NOON

TRANSPORT = {**HONEST.transport, "imo": "1234568"}


def record() -> Record:
    body = factories.body("shipment.departed", transport=TRANSPORT, nominal={"text": "x"})
    statement = factories.statement(body, agency="NL-CUSTOMS")
    return Record(
        index=0,
        time=NOON,
        tag=None,
        statement=statement,
        parsed=sdjwt.split(statement),
        event=vocabulary.parse(body),
    )


def seen(*hidden: str) -> Seen:
    told = record()
    return Seen(record=told, claims=frozenset(told.parsed.claims) - set(hidden))


def test_a_warning_is_for_those_who_see_the_claim():
    assert [pointer for pointer, _ in seen().warnings] == ["/transport/imo"]
    assert seen("transport").warnings == ()


def test_a_state_is_folded_from_what_is_seen_whole_but_for_nominal_data():
    assert len(whole([seen(), seen("nominal")])) == 2
    assert whole([seen("transport"), seen("kind")]) == []
