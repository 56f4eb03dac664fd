"""The sequencer: many callers, many processes, one gapless chain and no statement twice."""

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from sqlalchemy import Engine

from crypto import BadSignature
from ledger import Conflict, ReadOnly, entries, receipts, store
from ledger.admission import Admission
from ledger.audit import audit
from tests import factories, vaults
from tests.factories import Journey
from tests.world import World, abandoned, log_signer

AGENCY = "NL-CUSTOMS"


def departed(n: int) -> dict[str, object]:
    return factories.body("shipment.departed", Journey(ref=f"NL-2026-{n:06}"))


def at_once(*calls: Callable[[], object]) -> list[object]:
    """Call everything at the same moment, each in a thread of its own."""
    gate = threading.Barrier(len(calls))

    def wait_and(call: Callable[[], object]) -> object:
        gate.wait()
        return call()

    with ThreadPoolExecutor(len(calls)) as pool:
        return list(pool.map(wait_and, calls))


def receipt_of(outcome: object) -> bytes:
    assert isinstance(outcome, Admission), outcome
    receipts.check(outcome.receipt, [log_signer().verifier], log_signer().name)
    return receipts.encode_tlog_proof(outcome.receipt) + outcome.receipt.entry


def test_the_same_statement_fifty_times_at_once_is_one_entry(world: World):
    statement, size = world.statement(departed(1)), world.size
    outcomes = at_once(*[lambda: world.submit([statement])[0]] * 50)
    assert len({receipt_of(outcome) for outcome in outcomes}) == 1
    assert sum(outcome.created for outcome in outcomes if isinstance(outcome, Admission)) >= 1
    assert world.size == size + 1


def test_fifty_statements_at_once_are_fifty_entries(world: World):
    size = world.size
    statements = [world.statement(departed(n)) for n in range(50)]
    outcomes = at_once(*[lambda s=s: world.submit([s])[0] for s in statements])
    indexes = [o.receipt.index for o in outcomes if isinstance(o, Admission)]
    assert sorted(indexes) == list(range(size, size + 50))
    for outcome, statement in zip(outcomes, statements, strict=True):
        assert isinstance(outcome, Admission)
        jwt = entries.decode(outcome.receipt.entry).jwt
        assert statement.startswith(jwt.encode())
        receipt_of(outcome)
    assert audit(world.engine).faults == ()


def test_two_processes_at_once_give_one_gapless_chain(world: World):
    engine = vaults.connect(world.engine.url.render_as_string(hide_password=False))
    other, size = world.restarted(engine), world.size
    shared = [world.statement(departed(1000 + n)) for n in range(5)]

    def work(node: World, first: int) -> list[object]:
        mine = [[world.statement(departed(first + n))] for n in range(20)]
        return [outcome for batch in (*mine, shared) for outcome in node.submit(batch)]

    ours, theirs = at_once(lambda: work(world, 1), lambda: work(other, 500))
    engine.dispose()
    made = [*ours, *theirs]  # type: ignore[misc]
    assert all(isinstance(outcome, Admission) for outcome in made)
    assert [receipt_of(o) for o in ours[-5:]] == [receipt_of(o) for o in theirs[-5:]]  # type: ignore[index]
    assert world.size == size + 45
    assert audit(world.engine).faults == ()


def test_the_same_bytes_after_a_restart_give_the_same_receipt(world: World):
    statement = world.statement(departed(1))
    first = world.submit([statement])[0]
    world.live()
    again = world.restarted().submit([statement])[0]
    assert isinstance(first, Admission)
    assert isinstance(again, Admission)
    assert (first.created, again.created) == (True, False)
    assert receipt_of(first) == receipt_of(again)
    assert again.warnings == first.warnings


def test_the_same_id_for_other_bytes_is_a_conflict(world: World):
    jti = factories.uuid7(int(world.clock.now.timestamp() * 1000), 7)
    world.post(departed(1), AGENCY, jti=jti)
    size = world.size
    with pytest.raises(Conflict) as refused:
        world.post(departed(2), AGENCY, jti=jti)
    assert refused.value.pointer == "/jti"
    assert world.size == size


def test_the_same_id_twice_in_one_batch_is_a_conflict(world: World):
    jti = factories.uuid7(int(world.clock.now.timestamp() * 1000), 7)
    one, other = (world.statement(departed(n), AGENCY, jti=jti) for n in (1, 2))
    first, second, third = world.submit([one, other, one])
    assert receipt_of(first) == receipt_of(third)
    assert isinstance(second, Conflict)


def test_a_batch_of_good_and_bad_admits_the_good_in_order(world: World):
    size = world.size
    good = [world.statement(departed(n)) for n in range(3)]
    bad = world.statement(departed(9), key=factories.key_for("KE-CUSTOMS"))
    outcomes = world.submit([good[0], bad, good[1], b"", good[2]])
    indexes = [o.receipt.index for o in outcomes if isinstance(o, Admission)]
    assert indexes == [size, size + 1, size + 2]
    assert isinstance(outcomes[1], BadSignature)
    assert [isinstance(o, Admission) for o in outcomes] == [True, False, True, False, True]
    assert audit(world.engine).faults == ()


def test_an_empty_batch_changes_nothing(world: World):
    size = world.size
    assert world.submit([]) == []
    assert world.submit([b"nonsense"])[0] is not None
    assert world.size == size


def test_within_a_batch_a_new_key_signs_from_the_next_entry_on(world: World):
    """The roster moves with the batch: what came too early is refused, the retry comes in."""
    enrolled = factories.enrolment("NL-GUARD", ["customs"])
    early = world.statement(departed(1), "NL-GUARD")
    assert not isinstance(world.submit([early])[0], Admission)
    world.post(enrolled, "NL-ROOT")
    assert isinstance(world.submit([early])[0], Admission)


def test_a_key_revoked_while_a_batch_waited_is_refused_at_its_place(world: World):
    revoked = factories.body("key.revoked", kid=factories.key_for(AGENCY).kid)
    outcomes = world.submit(
        [
            world.statement(departed(1), AGENCY),
            world.statement(revoked, "NL-ROOT"),
            world.statement(departed(2), AGENCY),
        ]
    )
    assert [isinstance(outcome, Admission) for outcome in outcomes] == [True, True, False]
    assert audit(world.engine).faults == ()


def test_receipts_of_one_batch_lead_to_one_checkpoint(world: World):
    outcomes = world.admitted([world.statement(departed(n)) for n in range(7)])
    assert len({outcome.receipt.checkpoint for outcome in outcomes}) == 1


def test_after_a_crash_before_the_commit_the_same_statements_come_in_anew(world: World):
    size = world.size
    world.submit([world.statement(departed(1))])
    with abandoned(world.engine) as session:
        store.append(
            session,
            [store.Draft(jwt="a.b.c", tag=None)],
            before=store.head(session),
            signer=log_signer(),
            now=world.clock(),
        )
    outcomes = world.admitted([world.statement(departed(n)) for n in (1, 2)])
    assert [(o.receipt.index, o.created) for o in outcomes] == [(size, False), (size + 1, True)]
    assert audit(world.engine).faults == ()


def test_a_log_that_must_not_grow_refuses_and_answers_what_it_has(world: World):
    statement = world.statement(departed(1))
    first = world.submit([statement])[0]

    def forked() -> None:
        raise ReadOnly("a witness saw a larger tree")

    world.desk.guard = forked
    assert receipt_of(world.submit([statement])[0]) == receipt_of(first)
    with pytest.raises(ReadOnly):
        world.submit([world.statement(departed(2))])


def test_times_of_entries_follow_the_clock_and_never_run_back(world: World):
    times = []
    for minutes in (1, 5, -30, 2):
        world.passes(minutes=minutes)
        receipt = world.post(departed(len(times)), AGENCY).receipt
        times.append(entries.decode(receipt.entry).time)
    assert all(one <= next_ for one, next_ in pairwise(times))
    assert times[2] == times[1]


def test_a_hub_without_a_database_gives_everybody_waiting_the_error(sqlite_engine: Engine):
    world = World.on(sqlite_engine)
    statements = [world.statement(departed(n)) for n in range(8)]
    with sqlite_engine.begin() as connection:
        connection.exec_driver_sql("ALTER TABLE head RENAME TO gone")

    def attempt(statement: bytes) -> str:
        try:
            world.submit([statement])
        except Exception as error:  # noqa: BLE001 - whatever it is, it must come
            return type(error).__name__
        return "nothing"

    assert set(at_once(*[lambda s=s: attempt(s) for s in statements])) == {"OperationalError"}
