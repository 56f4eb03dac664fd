"""The log of reads: every answer with case data is in it first, and its owners see who read."""

import os
import shutil
import subprocess
from contextlib import suppress
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event, select, text

from ledger import NotFound, databases, reads, store
from ledger.entries import decode
from ledger.reads.audit import audit
from ledger.reads.book import READ_OF
from ledger.reads.purposes import CLASSES
from ledger.reads.records import Recorded, unwrap
from ledger.roster import HUB
from tests import factories, vaults
from tests.api.conftest import callers, served
from tests.factories import HONEST
from tests.world import World, log_signer

ONE = f"/v1/shipments/{HONEST.ref}"
ALERT = f"/v1/alerts/{HONEST.key}"
OWNERS = f"/v1/reads?shipment={HONEST.ref}"


def recorded(world: World) -> list[Recorded]:
    """Every read so far, in order, each with a good signature."""
    key = log_signer(world.origin).key.public
    with databases.reading(world.engine) as session:
        found = store.entries(session, 0, 2**53, reads.BOOK)
    return [unwrap(decode(data).jwt, key) for _, data in found]


def faults(world: World) -> list[str]:
    report = audit(world.engine, world.origin, log_signer(world.origin).key.public)
    return [str(fault) for fault in report.faults]


def test_a_read_is_recorded_with_who_why_what_and_which_way(world, agency):
    world.live(HONEST)
    assert agency("KE-CUSTOMS").get(f"{ONE}/events").status_code == 200
    (read,) = recorded(world)
    assert (read.agency, read.key) == ("KE-CUSTOMS", factories.key_for("KE-CUSTOMS").kid)
    assert (read.purpose.sort, read.purpose.case) == ("investigation", "KE-2026-17")
    assert (read.channel, read.operation) == ("api", "shipments.get_history")
    assert read.shown == {("shipment", HONEST.ref)}
    assert faults(world) == []


def test_every_view_of_case_data_says_what_it_showed(world, agency):
    world.live(HONEST)
    world.post(factories.body("alert.raised"), HUB)
    shipment, alert = ("shipment", HONEST.ref), ("alert", HONEST.key)
    for path, shown in (
        ("/v1/shipments?importing=KE", {shipment}),
        ("/v1/shipments?importing=ZA", set()),
        (ONE, {shipment}),
        ("/v1/alerts", {alert}),
        (ALERT, {alert}),
        ("/v1/entries?limit=200", {shipment, alert}),
        (OWNERS, set()),
    ):
        assert agency("KE-CUSTOMS").get(path).status_code == 200, path
        assert recorded(world)[-1].shown == shown, path
    assert faults(world) == []


def test_what_was_asked_is_kept_as_hashes_that_test_a_suspicion(sqlite_world, sqlite_agency):
    path = "/v1/shipments?trader=Maasvlakte%20Chemie"
    sqlite_agency("KE-CUSTOMS").get(path)
    sqlite_agency("KE-CUSTOMS").get(path)
    one, two = recorded(sqlite_world)
    assert one.asks("trader", "Maasvlakte Chemie")
    assert not one.asks("trader", "Another")
    assert one.asked != two.asked
    with databases.reading(sqlite_world.engine) as session:
        written = b"".join(data for _, data in store.entries(session, 0, 2, reads.BOOK))
    assert b"Maasvlakte" not in written


def test_guessing_leaves_traces_too(sqlite_world, sqlite_agency):
    sqlite_world.live(HONEST)
    assert sqlite_agency("ZA-CUSTOMS").get(ONE).status_code == 404
    assert sqlite_agency("ZA-CUSTOMS").get("/v1/shipments/ZA-2026-1").status_code == 404
    hidden, absent = recorded(sqlite_world)
    assert hidden.shown == absent.shown == frozenset()
    assert hidden.asks("ref", HONEST.ref)


def test_an_unchanged_answer_is_a_read_as_well(sqlite_world, sqlite_agency):
    sqlite_world.live(HONEST)
    tag = sqlite_agency("KE-CUSTOMS").get(ONE).headers["ETag"]
    assert sqlite_agency("KE-CUSTOMS").get(ONE, headers={"If-None-Match": tag}).status_code == 304
    assert len(recorded(sqlite_world)) == 2


@pytest.mark.parametrize(
    "said",
    ["", "curiosity", "Risk", "risk;case=17", 'risk; case=""', 'risk; case="a"b"', "risk, duty"],
)
def test_without_a_purpose_nothing_is_shown(sqlite_world, sqlite_agency, said):
    sqlite_world.live(HONEST)
    headers = {"Shield-Purpose": said}
    refused = sqlite_agency("KE-CUSTOMS").get(ONE, headers=headers, purpose=said)
    assert (refused.status_code, refused.json["code"]) == (400, "purpose-missing")
    assert HONEST.ref not in refused.text
    assert recorded(sqlite_world) == []


@pytest.mark.parametrize("said", [*CLASSES, 'risk; case="KE 2026/17 (b)"', 'duty;case="x"'])
def test_a_purpose_is_a_class_and_perhaps_a_case(sqlite_world, sqlite_agency, said):
    headers = {"Shield-Purpose": said}
    answer = sqlite_agency("KE-CUSTOMS").get("/v1/alerts", headers=headers, purpose=said)
    assert answer.status_code == 200
    assert recorded(sqlite_world)[0].purpose.sort == said.partition(";")[0]


def test_owners_see_who_read_their_shipment_and_when_and_for_what_class(world, agency):
    world.live(HONEST)
    agency("KE-CUSTOMS").get(ONE)
    when = world.clock()
    world.passes(hours=1)
    agency("EG-POLICE").get(f"{ONE}/events")
    for owner in ("NL-CUSTOMS", "KE-CUSTOMS", "NL-LAB"):  # stated, stated, of the opener
        told = agency(owner).get(OWNERS).json["reads"]
        assert [each["agency"] for each in told] == ["EG-POLICE", "KE-CUSTOMS"]
        assert told[1].keys() == {"index", "time", "agency", "purpose", "channel"}
        assert told[1]["purpose"] == "investigation"
        assert told[1]["time"].startswith(when.strftime("%Y-%m-%dT%H:%M:%S"))
        assert "KE-2026-17" not in agency(owner).get(OWNERS).text


def test_whoever_owns_nothing_of_it_finds_no_such_list(sqlite_world, sqlite_agency):
    sqlite_world.live(HONEST)
    answers = [
        sqlite_agency(who).get(f"/v1/reads?shipment={ref}")
        for who, ref in (
            ("KE-LAB", HONEST.ref),
            ("ZA-CUSTOMS", HONEST.ref),
            (HUB, HONEST.ref),
            ("NL-CUSTOMS", "NL-2026-999999"),
            ("NL-CUSTOMS", "none"),
        )
    ]
    assert {each.status_code for each in answers} == {404}
    assert len({each.data for each in answers}) == 1


def test_the_list_comes_in_pages(sqlite_world, sqlite_agency):
    sqlite_world.live(HONEST)
    for _ in range(3):
        sqlite_agency("KE-CUSTOMS").get(ONE)
    first = sqlite_agency("NL-CUSTOMS").get(f"{OWNERS}&limit=2")
    assert [each["index"] for each in first.json["reads"]] == [2, 1]
    path = first.headers["Link"].split(">")[0].removeprefix("<http://ledger.test")
    last = sqlite_agency("NL-CUSTOMS").get(path)
    assert [each["index"] for each in last.json["reads"]] == [0]
    assert "Link" not in last.headers


# --- fail closed ---


def closed(answer: Any) -> None:
    assert answer.status_code == 503
    assert answer.json["code"] in {"reads-unavailable", "unavailable"}
    assert answer.headers["Retry-After"]
    assert HONEST.ref not in answer.text


@pytest.mark.parametrize(
    "broken",
    [
        "DELETE FROM head WHERE book = 'reads'",
        "UPDATE head SET size = 0 WHERE book = 'reads'",
        "DROP TABLE checkpoint",
    ],
)
def test_what_can_t_be_recorded_is_not_shown(world, agency, broken):
    world.live(HONEST)
    assert agency("KE-CUSTOMS").get(ONE).status_code == 200
    with world.engine.begin() as connection:
        connection.execute(text(broken))
    for path in ("/v1/shipments", ONE, f"{ONE}/events", "/v1/alerts", "/v1/entries", OWNERS):
        answer = agency("KE-CUSTOMS").get(path)
        closed(answer)
        assert answer.json["code"] == "reads-unavailable"
    unknown = agency("KE-CUSTOMS").get("/v1/shipments/KE-2026-1")
    closed(unknown)


def test_a_full_database_shows_nothing(sqlite_world, sqlite_agency):
    sqlite_world.live(HONEST)
    assert sqlite_agency("KE-CUSTOMS").get(ONE).status_code == 200
    with sqlite_world.engine.connect() as connection:
        pages = connection.execute(text("PRAGMA page_count")).scalar_one()

    def full(connection: Any, *_: Any) -> None:
        connection.execute(f"PRAGMA max_page_count={pages}")

    event.listen(sqlite_world.engine, "checkout", full)
    answers = [sqlite_agency("KE-CUSTOMS").get(f"{ONE}/events") for _ in range(30)]
    codes = [answer.status_code for answer in answers]
    assert codes[-1] == 503
    for answer in answers[codes.index(503) :]:
        closed(answer)
    event.remove(sqlite_world.engine, "checkout", full)
    sqlite_world.engine.dispose()
    assert sqlite_agency("KE-CUSTOMS").get(ONE).status_code == 200
    assert faults(sqlite_world) == []


@pytest.fixture
def small_disk(tmp_path: Path):
    """A disk of one's own that can really be filled: root may mount one."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = ["mount", "-t", "tmpfs", "-o", "size=12m", "tmpfs", str(place)]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        pytest.skip("no right to mount a disk")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def fill(path: Path) -> None:
    """Write until the disk has no room for another page."""
    with suppress(OSError), path.open("wb", buffering=0) as filler:
        while True:
            filler.write(bytes(4096))


def test_on_a_full_disk_reads_answer_503_and_show_nothing(small_disk, sqlite_template):
    path = small_disk / "shield.sqlite3"
    shutil.copy(sqlite_template, path)
    engine = vaults.connect(f"sqlite:///{path}")
    world = World.on(engine)
    world.live(HONEST)
    caller = callers(served(world), world)("KE-CUSTOMS")
    assert caller.get(ONE).status_code == 200
    fill(small_disk / "filler")
    answers = [caller.get(ONE) for _ in range(20)]
    closed(answers[-1])
    (small_disk / "filler").unlink()
    assert caller.get(ONE).status_code == 200
    assert faults(world) == []
    engine.dispose()


# --- the audit ---


SPOILT = {
    "an entry": "UPDATE entry SET data = {other} WHERE book = 'reads' AND \"index\" = 1",
    "a missing entry": "DELETE FROM entry WHERE book = 'reads' AND \"index\" = 1",
    "the last entry": "DELETE FROM entry WHERE book = 'reads' AND \"index\" = 2",
    "a checkpoint": "UPDATE checkpoint SET note = {other} WHERE book = 'reads' AND size = 2",
    "a tile": "UPDATE tile SET data = {other} WHERE book = 'reads'",
    "the head": "UPDATE head SET size = 2 WHERE book = 'reads'",
    "the name": "UPDATE head SET origin = 'another/reads' WHERE book = 'reads'",
    "no head": "DELETE FROM head WHERE book = 'reads'",
    "an index row": 'DELETE FROM read_of WHERE "index" = 1',
    "another index row": "INSERT INTO read_of VALUES ('shipment', 'NL-1', 1)",
    "an index row elsewhere": 'UPDATE read_of SET "index" = 7 WHERE "index" = 1',
}


def spoil(engine: Engine, statement: str) -> None:
    """Write past every guard, as somebody with the database's password would."""
    sqlite = engine.dialect.name == "sqlite"
    other = "x'6f74686572'" if sqlite else r"'\x6f74686572'"
    with engine.begin() as connection:
        for table in ("entry", "checkpoint", "tile"):
            for verb in ("update", "delete"):
                on = "" if sqlite else f" ON {table}"
                names = (f"{table}_no_{verb}", f"{table}_no_{verb.upper()}")
                for name in names:
                    connection.execute(text(f"DROP TRIGGER IF EXISTS {name}{on}"))
        connection.exec_driver_sql(statement.format(other=other))


@pytest.mark.parametrize("part", SPOILT)
def test_whatever_is_altered_in_the_log_of_reads_is_named(world, agency, part):
    world.live(HONEST)
    for path in (ONE, f"{ONE}/events", "/v1/shipments"):
        agency("KE-CUSTOMS").get(path)
    assert faults(world) == []
    spoil(world.engine, SPOILT[part])
    assert faults(world), part


def test_a_record_signed_by_another_key_is_named(sqlite_world, sqlite_agency):
    sqlite_agency("KE-CUSTOMS").get("/v1/alerts")
    stranger = factories.key_for("stranger").public
    report = audit(sqlite_world.engine, sqlite_world.origin, stranger)
    assert any(fault.place == "entry 0" for fault in report.faults)


def test_before_the_first_read_there_is_nothing_to_hold(world):
    databases.create_tables(world.engine)
    assert faults(world) == []


def test_a_large_page_is_recorded_whole(sqlite_world, sqlite_agency):
    for number in range(200):
        journey = replace(HONEST, ref=f"NL-2026-{number:023}", pen=f"PEN-{number}")
        sqlite_world.post(factories.body("notice.sent", journey), "NL-AUTHORITY")
    assert sqlite_agency("KE-CUSTOMS").get("/v1/shipments?limit=200").status_code == 200
    (read,) = recorded(sqlite_world)
    assert len(read.shown) == 200
    with databases.reading(sqlite_world.engine) as session:
        assert len(list(session.execute(select(READ_OF.c.subject)))) == 200
        with pytest.raises(NotFound):
            store.entry(session, 1, reads.BOOK)
