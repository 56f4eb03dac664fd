"""What is derived is made anew in shares: together they cover all, and odd ones are gone over."""

from typing import Any

from sqlalchemy import Engine, text

from ledger import databases, records, store, timeline
from ledger.admission import Admission
from ledger.audit import audit
from ledger.audit.contents import agrees
from ledger.audit.shares import Odd, Share, Sharer, shares
from ledger.audit.shipmentrows import Sums
from ledger.audit.speakers import Rosters, heard
from ledger.audit.workers import Staff
from ledger.history import AUDIENCE, SHIPMENTS
from ledger.refusalbook import EXPORTERS
from ledger.tallies import ACTIVITY
from tests import erasing, factories
from tests.factories import HONEST, Journey
from tests.tampering import added, changed, dropped, rows_of, written
from tests.world import World


def follows(engine: Engine, progress: Any = lambda _: None) -> bool:
    """Whether all that is derived follows, by shares alone."""
    with databases.reading(engine) as session:
        size = store.head(session).size
        return agrees(session, Staff(), heard(session), size, progress)


def summed(engine: Engine, events: int) -> tuple[int, Sums]:
    """How many shares there are of so many events, and what they come to."""
    total = Sums()
    with databases.reading(engine) as session:
        tasks = list(shares(session, store.head(session).size, events))
        for share in tasks:
            sums = Sharer(session).check(share)
            assert isinstance(sums, Sums)
            total.add(sums)
    return len(tasks), total


def test_an_honest_ledger_follows_without_being_gone_over(disarmed: Engine):
    walked: list[int] = []
    assert follows(disarmed, walked.append)
    assert sum(walked) == len(rows_of(disarmed, store.ENTRIES))


def test_small_shares_and_a_large_one_come_to_the_same(disarmed: Engine):
    (few, whole), (many, parts) = summed(disarmed, 10_000), summed(disarmed, 3)
    assert (few, many) == (2, 4)
    assert whole == parts
    assert whole.entries == len(rows_of(disarmed, store.ENTRIES))


def test_a_row_too_many_does_not_follow_wherever_it_sorts(disarmed: Engine):
    shipment = rows_of(disarmed, SHIPMENTS)[0]
    for table, row in (
        (AUDIENCE, {"viewer": "DE", "ref": shipment["ref"]}),
        (AUDIENCE, {"viewer": "DE", "ref": "AA-0"}),
        (EXPORTERS, {"country": "DE", "substance": "acetone"}),
        (ACTIVITY, {"day": 1, "agency": "DE-CUSTOMS", "about": "shipment", "statements": 1}),
        (SHIPMENTS, {**shipment, "ref": "ZZ-9"}),
        (records.HISTORY_KEYS, {"ref": "ZZ-9", "key": bytes(32)}),
    ):
        with added(disarmed, table, row):
            assert not follows(disarmed), row
    assert follows(disarmed)


def test_any_number_but_one_is_no_yes(sqlite_disarmed: Engine):
    """SQLAlchemy would read every number but 0 as true."""
    row = next(each for each in rows_of(sqlite_disarmed, SHIPMENTS))
    with written(sqlite_disarmed, SHIPMENTS, "restricted", row, 2 if row["restricted"] else 0.5):
        assert not follows(sqlite_disarmed)


def test_an_entry_that_another_shipment_claims_does_not_follow(disarmed: Engine):
    """The timeline says where to look, and is not believed."""
    rows = [row for row in rows_of(disarmed, timeline.TIMELINE) if row["about"] == "shipment"]
    mine = rows[0]
    foreign = next(row["subject"] for row in rows if row["subject"] != mine["subject"])
    with changed(disarmed, timeline.TIMELINE, mine, subject=foreign):
        assert not follows(disarmed)
        assert f"timeline {mine['index']}" in {fault.place for fault in audit(disarmed).faults}


def test_progress_never_runs_back_where_all_is_gone_over_again(sqlite_disarmed: Engine):
    walked: list[int] = []
    row = rows_of(sqlite_disarmed, SHIPMENTS)[-1]
    with dropped(sqlite_disarmed, SHIPMENTS, row):
        report = audit(sqlite_disarmed, progress=walked.append)
    assert report.count > 0
    assert min(walked) >= 0
    assert sum(walked) == 2 * report.size


def test_late_events_corrections_and_erasures_follow_without_being_gone_over(sqlite_world: World):
    """So an audit of a ledger that has them stays as quick."""
    steps = factories.journey_bodies(HONEST)
    told = [_posted(sqlite_world, step.body, step.agency) for step in [*steps[3:], *steps[:3]]]
    second = Journey(ref="NL-2026-000018")
    gone = _posted(sqlite_world, factories.body("notice.sent", second), "NL-CNA")
    wrong = erasing.jti_of(told[0])
    corrected = factories.body("event.corrected", HONEST, corrects=wrong)
    _posted(sqlite_world, corrected, steps[3].agency)
    assert erasing.erased(sqlite_world, gone)
    assert follows(sqlite_world.engine)


def _posted(world: World, body: Any, agency: str) -> Admission:
    world.passes(minutes=1)
    return world.post(body, agency)


def test_who_reads_another_moment_leaves_shares_alone(sqlite_disarmed: Engine):
    with databases.reading(sqlite_disarmed) as session:
        size = store.head(session).size
        assert Sharer(session).check(Share(size=size + 1, rest=True)) == Odd(elsewhen=True)


def test_a_share_that_can_not_be_read_is_odd_and_no_more(sqlite_world: World):
    sqlite_world.live(HONEST)
    with sqlite_world.engine.begin() as connection:
        connection.execute(text("DROP TABLE mention"))
    with databases.reading(sqlite_world.engine) as session:
        size = store.head(session).size
        assert Sharer(session).check(Share(size=size)) == Odd()


def test_a_walk_from_anywhere_knows_the_roster_that_was(sqlite_disarmed: Engine):
    with databases.reading(sqlite_disarmed) as session:
        speakers, size = heard(session), store.head(session).size
    rosters, straight = Rosters(speakers.records, every=3), speakers.walk()
    for index in range(size + 1):
        was = straight.at(index)
        assert rosters.walk(index).at(index) == rosters.walk(max(0, index - 5)).at(index) == was
