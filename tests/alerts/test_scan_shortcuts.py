"""What spares the scan work says what the plain way says."""

import gc
import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import BigInteger, String, column, func, select, values

from alerts.elsewhere import Answers
from alerts.elsewhere.amounts import SEVERAL, Amounts
from alerts.elsewhere.book import Book
from alerts.elsewhere.mentioned import Mentioned
from alerts.elsewhere.observations import OBSERVATIONS, Changes, _asked, _since
from alerts.elsewhere.windows import SOON, Stretches, Windows
from alerts.evaluation import Bench, judge
from alerts.glances import times_of
from alerts.likeness import LIKENESS, keys_of
from alerts.lives import Recall
from alerts.rules import Dossier, columns
from alerts.rules.goods import _outside
from alerts.rules.habits import HABIT
from alerts.rules.observing import Fact
from alerts.rules.questions import MOST, Times
from alerts.rules.remembered import ONCE, THINGS, things_of
from alerts.rules.sightings import own_sightings
from alerts.scan import Ended, Report, scan, until_idle
from alerts.shelf import Shelf
from ledger import databases, history, records, standings, states, volumes
from ledger.history import MENTIONS, SHIPMENTS
from ledger.mentions import mentions_of
from ledger.standings import LICENSED
from ledger.store import instant
from ledger.volumes import IMPORTS
from tests.alerts.desks import active, scanned, scanner_of, shuffled, statements_of, steps_of
from tests.alerts.test_scan_laws import Killed, copied, other, step_of, troubled
from tests.factories import HONEST
from tests.world import World

NOTHING: Any = None
HERE = {"r1", "r2", "r3", "r4"}  # whose observations a step says anew


@pytest.fixture
def trouble(sqlite_world: World) -> World:
    """A troubled history that was scanned, with a firm that is licensed."""
    world = sqlite_world
    licensed = step_of("party.licensed", HONEST, "KE-AUTHORITY", -40)
    world.admitted(statements_of(world, [licensed, *troubled()]))
    scanned(world)
    return world


@pytest.fixture
def bench(trouble: World) -> Iterator[Bench]:
    with databases.reading(trouble.engine) as session:
        roster = trouble.desk.registry.current(session)
        yield Bench(shelf=Shelf(session), roster=roster, now=trouble.clock())


def refs_of(bench: Bench) -> list[str]:
    return list(bench.shelf.session.execute(select(SHIPMENTS.c.ref)).scalars())


def test_what_is_remembered_of_a_history_follows_from_it_alone(bench: Bench) -> None:
    """Whatever looks at the clock, the registry or other shipments breaks down here."""
    assert len(ONCE) >= 10
    for ref in refs_of(bench):
        life = bench.shelf.life(ref)
        blind = {"now": NOTHING, "roster": NOTHING, "elsewhere": NOTHING, "recorded": NOTHING}
        for pure in ONCE:
            plain = Dossier(shipment=life.shipment, timeline=life.timeline, **blind)
            assert pure(plain) == pure(bench.dossier(ref))


def test_what_is_remembered_of_one_history_is_not_said_of_another(bench: Bench) -> None:
    for one in refs_of(bench):
        for ref in refs_of(bench):
            life, mine = bench.shelf.life(ref), bench.dossier(one)
            own_sightings(mine), columns.column(mine, "departed")
            moved = replace(mine, shipment=life.shipment, timeline=life.timeline)
            assert own_sightings(moved) == own_sightings(bench.dossier(ref))
            assert columns.column(moved, "departed") == columns.column(
                bench.dossier(ref), "departed"
            )
            assert moved.steps == bench.dossier(ref).steps


def test_containers_and_seals_are_those_that_mentions_have(trouble: World) -> None:
    with databases.reading(trouble.engine) as session:
        events = [each.event for each in records.read_range(session, 0, trouble.size)]
    said = [frozenset(m for m in mentions_of(each) if m[0] in THINGS) for each in events]
    assert [things_of(each) for each in events] == said
    assert any(said)


def test_refused_orders_are_the_same_asked_for_one_by_one(bench: Bench) -> None:
    ahead, plain = Book(bench.shelf), Book(bench.shelf)
    session = bench.shelf.session
    ahead.refusals.expect(session.execute(select(LIKENESS.c.key)).scalars())
    found = set()
    for ref in refs_of(bench):
        dossier = bench.dossier(ref)
        buyers = [each.party for each in own_sightings(dossier)]
        substances = dossier.shipment.substances
        asked = ahead.refused_like(buyers, substances, but=ref)
        assert asked == plain.refused_like(buyers, substances, but=ref)
        assert keys_of(buyers, substances) == frozenset(
            session.execute(select(LIKENESS.c.key).where(LIKENESS.c.ref == ref)).scalars()
        )
        found.update(asked)
    assert found


def test_licences_of_a_country_are_those_that_the_ledger_has(bench: Bench) -> None:
    session = bench.shelf.session
    held = list(session.execute(select(LICENSED.c.country, LICENSED.c.substance).distinct()))
    assert held
    for country, said in held:
        activity, _, substance = said.partition(" ")
        for asked in ((country, substance, activity), (country, substance, "gift")):
            assert bench.book.licensed(*asked) == standings.licensed(session, *asked)


def test_mentions_asked_for_at_once_are_those_asked_for_one_by_one(bench: Bench) -> None:
    session = bench.shelf.session
    ahead, plain = Mentioned(session), Mentioned(session)
    ahead.prepare(refs_of(bench))
    plain.prepare(())
    kinds = ("container", "seal", "document", "document:bill_of_lading", "part")
    asked = select(MENTIONS.c.kind, MENTIONS.c.value).where(MENTIONS.c.kind.in_(kinds))
    keys = [(kind, value) for kind, value in session.execute(asked.distinct())]
    assert [ahead.by(*key) for key in keys] == [plain.by(*key) for key in keys]
    assert {kind for kind, _ in keys} > THINGS


def test_a_glance_at_a_state_shows_the_times_that_it_has(bench: Bench) -> None:
    stored = bench.shelf.session.execute(select(SHIPMENTS.c.state)).scalars().all()
    assert any(history.decode(bytes(state)).times for state in stored)
    for state in stored:
        assert times_of(bytes(state)) == history.decode(bytes(state)).times
    named = replace(history.decode(bytes(stored[0])), substances=('"times":{"arrived":"',))
    for times in (named.times, {}):
        told = replace(named, times=times, seals={"times": ()}, concentrations={})
        assert times_of(states.encode(told)) == times


def test_those_who_mention_a_thing_at_a_time_are_the_same_by_a_glance(bench: Bench) -> None:
    rows = bench.shelf.session.execute(select(MENTIONS.c.kind, MENTIONS.c.value).distinct())
    asked = [(kind, value) for kind, value in rows if kind in {"container", "seal", "document"}]

    def over(times: Times) -> bool:
        return "departed" in times and "received" not in times

    found = set()
    for kind, value in asked:
        whole = bench.dossier("nobody").elsewhere.citing(kind, value)
        glanced = Answers(
            ref="nobody",
            book=Bench(shelf=Shelf(bench.shelf.session), roster=bench.roster, now=bench.now).book,
        ).citing(kind, value, when=over)
        assert glanced == tuple(each for each in whole if over(each.times))
        found.add(len(glanced) < len(whole))
    assert found == {True, False}


@pytest.mark.parametrize("broken", [(), ("RF-26",)])
def test_shipments_judged_together_are_judged_as_each_by_itself(
    bench: Bench, broken: tuple[str, ...]
) -> None:
    """Those that break down, for want of a parameter, break down alike."""
    there = replace(bench, overrides={rule: {"no_such": 1} for rule in broken})
    refs = there.shelf.session.execute(select(SHIPMENTS.c.ref)).scalars().all()
    there.book.prepare(refs)
    dossiers = {ref: there.dossier(ref) for ref in refs}
    together = judge(dossiers, there)
    assert together == {
        ref: one for ref in refs for one in judge({ref: dossiers[ref]}, there).values()
    }
    assert any(each.found for each in together.values())
    assert {each.failed for each in together.values()} == {frozenset(broken)}


def test_statements_read_at_once_are_those_read_one_by_one(trouble: World) -> None:
    with databases.reading(trouble.engine) as session:
        whole = records.read_range(session, 0, trouble.size)
        assert whole == [records.read(session, [at])[0] for at in range(trouble.size)]
        assert trouble.size > records.TOGETHER
        assert whole[4:9] == records.read(session, [8, 4, 5, 7, 6, 4])


def test_states_laid_out_ahead_are_those_that_are_asked_for(bench: Bench) -> None:
    refs = bench.shelf.session.execute(select(SHIPMENTS.c.ref)).scalars().all()
    rows = bench.shelf.session.execute(select(MENTIONS.c.kind, MENTIONS.c.value).distinct()).all()
    ahead = Book(Shelf(bench.shelf.session))
    ahead.prepare(refs)
    for kind, value in rows:
        found = ahead.mentioning(kind, value)
        assert found == Mentioned(bench.shelf.session).by(kind, value)
        plain = Shelf(bench.shelf.session).shipments(found)
        assert ahead.shelf.shipments(found) == plain


@pytest.mark.parametrize("many", [0, SEVERAL])
def test_imports_are_those_that_the_ledger_adds_up(bench: Bench, many: int) -> None:
    """Asked by the few, and of whole years by many."""
    session = bench.shelf.session
    amounts = Amounts(session)
    amounts.prepare([*refs_of(bench), *(f"{n}" for n in range(many))] if many else [])
    rows = session.execute(select(IMPORTS.c.country, IMPORTS.c.substance, IMPORTS.c.year))
    groups = set(map(tuple, rows))
    assert groups
    for country, substance, year in groups:
        for ref in refs_of(bench):
            group = country, substance, year
            known = volumes.imported_by(session, group, ref)
            assert amounts.imported_by(group, ref) == known
        last = HONEST.started.date() + timedelta(days=60)
        asked = {"last": last, "days": 30, "spans": 40}
        told = volumes.spans(session, country, substance, **asked)
        assert amounts.spans(country, substance, **asked) == told
        assert any(told)


def test_what_is_laid_over_is_answered_as_if_it_were_stored() -> None:
    """However often it is laid over anew, and whatever was read in between."""
    for seed in range(60):
        random_ = random.Random(seed)
        stored = {row[:3]: row for row in (row_of(random_) for _ in range(random_.randint(0, 900)))}
        before = frozenset(row for row in stored.values() if row[0] in HERE)
        windows = Windows(reading(stored))
        for _ in range(4):
            said = {row[:3]: row for row in (row_of(random_) for _ in range(300)) if row[0] in HERE}
            wanted = frozenset({*said.values(), *random_.sample(sorted(before), len(before) // 2)})
            wanted = frozenset({row[:3]: row for row in wanted}.values())
            changed = Changes(stale=before - wanted, fresh=wanted - before)
            windows.lay_over(changed)
            now = (set(stored.values()) - changed.stale) | changed.fresh
            for _ in range(6):
                what, until = random_.choice("ab"), random_.randint(0, 1_000)
                since = random_.choice([None, random_.randint(0, 1_000)])
                seen = windows.observed(
                    what,
                    instant(until),
                    since=instant(since) if since is not None else None,
                    but="r1",
                )
                assert [(each.at, each.ref, each.value) for each in seen] == [
                    (instant(at), ref, Decimal(value) / 1_000_000)
                    for at, ref, value in answer(now, what, since or -1, until)
                ]


@pytest.mark.parametrize("many", [1, 2, 3, 5, 30, 90, 300])
@pytest.mark.parametrize("asking", [True, False])
def test_those_that_look_back_are_found_alike_by_either_question(
    bench: Bench, many: int, *, asking: bool
) -> None:
    session, held = bench.shelf.session, OBSERVATIONS.c
    kinds = held.what.startswith(HABIT) if asking else held.what.not_like(f"{HABIT}%")
    rows = session.execute(select(held.what, func.min(held.at)).where(kinds).group_by(held.what))
    moments = [(what, at) for what, at in rows][:many]
    query, asked = _asked(moments, asking=asking)
    assert asked is not None
    news = values(column("what", String), column("at", BigInteger), name="moved").data(moments)
    plain = _since(news.cte("news"), asking=asking)
    found = set(session.connection().execute(query, asked).scalars())
    assert found == set(session.execute(plain).scalars())
    assert found or asking


def row_of(random_: random.Random) -> tuple[str, str, int, int]:
    ref, what = f"r{random_.randint(0, 40)}", random_.choice("aab")
    return ref, what, random_.randint(0, 1_000), random_.randint(-1, 9)


def answer(now: set[Any], what: str, since: int, before: int) -> list[tuple[int, str, int]]:
    """The plain way: everything, in order, the last of it."""
    found = sorted(
        (at, ref, value)
        for ref, of, at, value in now
        if of == what and since <= at < before and value >= 0 and ref != "r1"
    )
    return found[-MOST:]


def reading(stored: dict[Any, tuple[str, str, int, int]]) -> Any:
    def read(what: str, since: int, before: int, most: int) -> list[tuple[int, str, int]]:
        rows = [(at, r, v) for r, w, at, v in stored.values() if w == what and v >= 0]
        return sorted((r for r in rows if since <= r[0] < before), reverse=True)[:most]

    return read


def test_what_a_process_remembers_decides_nothing(sqlite_world: World, tmp_path: Path) -> None:
    """One that goes on and one that begins anew for every look end in the same."""
    signed = statements_of(sqlite_world, troubled())
    for seed in range(6):
        ends = []
        for remembers in (True, False):
            with copied(sqlite_world, tmp_path / f"{seed}-{remembers}.sqlite3") as world:
                random_, scanner = random.Random(seed), scanner_of(world)
                waiting = shuffled(signed, seed)
                while waiting:
                    size, limit = random_.randint(1, 40), random_.randint(1, 30)
                    world.admitted(waiting[:size])
                    del waiting[:size]
                    one = scanner if remembers else scanner_of(world)
                    scan(one, now=world.clock(), limit=limit)
                ends.append((active(world), observed(world)))
        assert ends[0] == ends[1], seed
        assert ends[0][0]


def observed(world: World) -> set[tuple[Any, ...]]:
    with databases.reading(world.engine) as session:
        return {tuple(row) for row in session.execute(select(*OBSERVATIONS.c))}


def test_what_a_shipment_says_is_remembered_until_it_says_otherwise() -> None:
    stretches = Stretches(step=1)
    stretches.open(1)
    one, two = Fact("a", 1, 5), Fact("b", 2, 6)
    first = stretches.rows("r1", (one,))
    assert first == {("r1", "a", 1, 5)}
    assert stretches.rows("r1", (Fact("a", 1, 5),)) is first
    assert stretches.rows("r1", (one, two)) == {("r1", "a", 1, 5), ("r1", "b", 2, 6)}
    for number in range(SOON + 1):
        stretches.rows(f"x{number}", (one,))
    assert "r1" not in stretches.said
    assert len(stretches.said) == SOON
    stretches.close(2)
    stretches.open(2)
    assert stretches.said
    stretches.close(3)
    stretches.open(4)  # another scanner was in between
    assert not stretches.said


@pytest.mark.parametrize("switch", [gc.enable, gc.disable])
@pytest.mark.parametrize("last", [Ended.IDLE, Killed])
def test_steps_look_for_no_garbage_and_go_back_to_what_was_done_before(
    last: Any, switch: Callable[[], None]
) -> None:
    def take() -> Report:
        looked.append(gc.isenabled())
        if len(looked) < 3:
            return Report(ended=Ended.WORKED)
        if last is Killed:
            raise Killed
        return Report(ended=last)

    looked: list[bool] = []
    switch()
    before = gc.isenabled()
    try:
        for taken in until_idle(take):
            assert taken.ended is Ended.WORKED or last is Ended.IDLE
        assert last is Ended.IDLE
    except Killed:
        assert last is Killed
    finally:
        after = gc.isenabled()
        gc.enable()
    assert looked == [False] * 3
    assert after is before


def test_a_remembered_history_counts_only_while_nothing_more_was_said(sqlite_world: World) -> None:
    world, recall = sqlite_world, Recall()
    steps = steps_of(other(1))
    first, second = (statements_of(world, some) for some in (steps[:3], steps[3:4]))

    def life() -> Any:
        with databases.reading(world.engine) as session:
            return Shelf(session, recall=recall).life(other(1).ref)

    world.admitted(first)
    known = life()
    assert life() is known
    world.admitted(second)
    assert len(life().heard) == len(known.heard) + 1


def test_those_histories_are_remembered_that_were_read_last(sqlite_world: World) -> None:
    world = sqlite_world
    for number in (1, 2, 3):
        world.admitted(statements_of(world, steps_of(other(number))[:2]))
    recall = Recall(limit=4)
    kept = []
    for number in (1, 2, 1, 3, 2, 1):
        with databases.reading(world.engine) as session:
            kept.append(Shelf(session, recall=recall).life(other(number).ref))
    one, two, three = kept[0], kept[1], kept[3]
    assert [kept[2] is one, kept[4] is two, kept[5] is one] == [True, True, False]
    assert three.ref not in {each.ref for each in (one, two)}


@pytest.mark.parametrize("low", range(0, 12, 2))
@pytest.mark.parametrize("width", [0, 3, 20])
def test_a_strength_lies_outside_by_as_much_as_it_is_away_from_the_nearest(
    low: int, width: int
) -> None:
    known = [Decimal(4), Decimal(7), Decimal(5)]
    one, last = Decimal(low), Decimal(low + width)
    away = max(one - max(known), min(known) - last)
    assert _outside(one, last, known) == (away if away > 0 else None)
