"""A backup is one moment of the whole database; restored elsewhere it is the same ledger."""

import gzip
import random
import shutil
from pathlib import Path

import pytest
from sqlalchemy import Engine, select

from api import backups, schema
from ledger import Conflict, ReadOnly, Tampered, Undecided, databases
from ledger.audit import audit
from tests import factories, vaults
from tests.api.shell import Shell
from tests.journeys import Journey
from tests.watched import Watched
from tests.world import World


@pytest.fixture
def empty_engine(blank_engine: Engine) -> Engine:
    databases.create_tables(blank_engine)
    return blank_engine


@pytest.fixture
def saved(sqlite_world: World, tmp_path: Path) -> Path:
    """A backup of a ledger with a shipment."""
    databases.create_tables(sqlite_world.engine)
    sqlite_world.live()
    backups.backup(sqlite_world.engine, tmp_path / "backup.gz")
    return tmp_path / "backup.gz"


def everything(engine: Engine) -> dict[str, list[tuple[object, ...]]]:
    with databases.reading(engine) as session:
        return {
            table.name: [
                tuple(bytes(v) if isinstance(v, memoryview) else v for v in row)
                for row in session.execute(select(table).order_by(*table.primary_key.columns))
            ]
            for table in schema.METADATA.sorted_tables
        }


def test_a_restored_database_has_every_row_and_passes_the_audit(
    world: World, empty_engine: Engine, tmp_path: Path
):
    databases.create_tables(world.engine)
    world.live()
    written = backups.backup(world.engine, tmp_path / "backup.gz")
    read = backups.restore(empty_engine, tmp_path / "backup.gz")
    assert read == written
    assert read.size == world.size
    assert everything(empty_engine) == everything(world.engine)
    audit(empty_engine).check()


def test_a_restored_ledger_grows_on(saved: Path, empty_engine: Engine, sqlite_world: World):
    backups.restore(empty_engine, saved)
    restored = sqlite_world.restarted(empty_engine)
    restored.live(Journey(ref="NL-2026-000018"))
    audit(empty_engine).check()


def test_the_same_moment_has_the_same_backup(sqlite_world: World, tmp_path: Path):
    databases.create_tables(sqlite_world.engine)
    for name in ("one", "two"):
        backups.backup(sqlite_world.engine, tmp_path / name)
    assert (tmp_path / "one").read_bytes() == (tmp_path / "two").read_bytes()
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o600


def test_a_backup_overwrites_no_file(sqlite_world: World, tmp_path: Path):
    (tmp_path / "there").write_bytes(b"precious")
    with pytest.raises(FileExistsError):
        backups.backup(sqlite_world.engine, tmp_path / "there")
    assert (tmp_path / "there").read_bytes() == b"precious"


def test_nothing_is_restored_over_a_ledger(saved: Path, sqlite_world: World):
    before = everything(sqlite_world.engine)
    with pytest.raises(Conflict, match="not empty"):
        backups.restore(sqlite_world.engine, saved)
    assert everything(sqlite_world.engine) == before


def test_a_spoiled_backup_leaves_the_database_empty(
    saved: Path, tmp_path: Path, sqlite_template: Path
):
    del sqlite_template
    engine = vaults.connect(f"sqlite:///{tmp_path / 'other.sqlite3'}")
    databases.create_tables(engine)
    text = gzip.decompress(saved.read_bytes())
    dice = random.Random(7)
    for _ in range(40):
        at = dice.randrange(len(text))
        changed = text[:at] + bytes([text[at] ^ 1 << dice.randrange(7)]) + text[at + 1 :]
        bad = tmp_path / "bad.gz"
        bad.write_bytes(gzip.compress(changed, 1))
        with pytest.raises((Tampered, Undecided)):
            backups.restore(engine, bad)
    for cut in (0, 1, len(text) // 2, len(text) - 1):
        bad.write_bytes(gzip.compress(text[:cut]))
        with pytest.raises((Tampered, Undecided)):
            backups.restore(engine, bad)
    bad.write_bytes(saved.read_bytes()[:-20])
    with pytest.raises(Tampered):
        backups.restore(engine, bad)
    assert not any(everything(engine).values())
    engine.dispose()


def test_the_drill_a_restored_log_behind_its_witness_takes_nothing(
    sqlite_world: World, empty_engine: Engine, tmp_path: Path
):
    """Backup, more appends that a witness sees, disaster, restore: sound, but too old to go on."""
    watched = Watched(world=sqlite_world, home=tmp_path / "witnesses")
    databases.create_tables(sqlite_world.engine)
    watched.found("ke", quorum=1)
    watched.gatherer().round()
    backups.backup(sqlite_world.engine, tmp_path / "backup.gz")
    sqlite_world.live()
    watched.gatherer().round()
    backups.restore(empty_engine, tmp_path / "backup.gz")
    audit(empty_engine).check()
    restored = sqlite_world.restarted(empty_engine)
    restored.desk.guard = watched.guard(restored)
    with pytest.raises(ReadOnly):
        restored.post(factories.body("notice.sent", Journey(ref="NL-2026-000019")), "NL-AUTHORITY")
    # The newer backup is as large as what the witness saw, and goes on.
    sqlite_world.desk.guard = watched.guard(sqlite_world)
    sqlite_world.post(factories.body("notice.sent", Journey(ref="NL-2026-000019")), "NL-AUTHORITY")


def test_the_commands_back_up_and_restore(tmp_path: Path):
    shell = Shell(tmp_path / "node").founded()
    shell.posted("export.released")
    file = tmp_path / "backup.gz"
    told = shell.json("backup", file)
    other = Shell(tmp_path / "other")
    # The wrapping key is kept apart from the backup, which is of no use without it.
    (other.home / "keys").mkdir(parents=True)
    shutil.copy(shell.home / "keys" / "wrapping.key", other.home / "keys" / "wrapping.key")
    restored = other.json("restore", file, "--verify")
    assert (restored["verdict"], restored["size"]) == ("VERIFIED", told["size"])
    assert other.ok("verify").startswith("VERIFIED")
    assert other.run("restore", file).exit_code == 4
    assert shell.run("backup", file).exit_code == 6
    file.write_bytes(file.read_bytes()[:-9])
    assert Shell(tmp_path / "third").run("restore", file).exit_code == 3
