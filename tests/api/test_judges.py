"""Software that nobody here wrote checks our log: Go's golang.org/x/mod/sumdb/note and tlog."""

import base64
import json
import shutil
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from api import schema
from api.config import Settings
from api.mirror.application import create_mirror
from api.mirror.copying import Mirror
from api.pins import LastSeen
from api.services import Copy
from ledger import databases, merkle, publication, store
from ledger.checkpoints import open_checkpoint
from ledger.entries import hash_of
from tests import factories
from tests.growing import served
from tests.liars import Stage, grow, signing_with, spoiling_entry, spoiling_hash, staged
from tests.world import World

PROGRAM = Path(__file__).resolve().parent.parent / "tlog_judges" / "main.go"
GOPATH = Path("/usr/share/gocode")
LIBRARY = GOPATH / "src/golang.org/x/mod/sumdb/tlog"
MISSING = (
    "Go or golang.org/x/mod is not installed"
    " (Debian: golang-go golang-golang-x-mod-dev); .ci/run has both"
)

pytestmark = pytest.mark.skipif(shutil.which("go") is None or not LIBRARY.is_dir(), reason=MISSING)
Judge = Callable[..., subprocess.CompletedProcess[str]]


@pytest.fixture(scope="module")
def judge(tmp_path_factory: pytest.TempPathFactory) -> Judge:
    """The judge, built from Debian's sources without a network."""
    home = tmp_path_factory.mktemp("judge")
    env = {
        "PATH": str(Path(str(shutil.which("go"))).parent),
        "HOME": str(home),
        "GO111MODULE": "off",
        "GOPATH": str(GOPATH),
        "GOCACHE": str(home / "cache"),
        "GOFLAGS": "",
        "CGO_ENABLED": "0",
    }
    built = home / "judge"
    subprocess.run(["go", "build", "-o", built, PROGRAM], env=env, check=True, cwd=home)

    def run(stage: Stage, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [built, "-url", f"{stage.url}/log", "-vkey", stage.pin.vkey, *arguments]
        return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)

    return run


@pytest.fixture
def stage(sqlite_world: World) -> Iterator[Stage]:
    with staged(sqlite_world) as made:
        yield made


def told(judged: subprocess.CompletedProcess[str]) -> dict[str, Any]:
    assert judged.returncode == 0, judged.stderr
    verdict: dict[str, Any] = json.loads(judged.stdout)
    return verdict


def b64(hashes: Any) -> list[str]:
    return [base64.b64encode(each).decode() for each in hashes]


def test_the_judge_reads_checkpoint_tiles_and_entries_and_proves_as_we_do(stage, judge):
    stage.grows(260)  # two tiles and a half level above them
    verdict = told(judge(stage))
    size = stage.world.size
    with databases.reading(stage.world.engine) as session:
        read = publication.hashes(session)
        entries = [data for _, data in store.entries(session, 0, size)]
        proofs = [merkle.prove_inclusion(index, size, read) for index in range(size)]
    opened = open_checkpoint(stage.note, stage.world.origin, [stage.pin.verifier])
    assert verdict["origin"] == stage.world.origin
    assert (verdict["size"], verdict["root"]) == (size, b64([opened.root])[0])
    assert verdict["leaves"] == b64(map(hash_of, entries))
    assert verdict["inclusion"] == [b64(proof) for proof in proofs]


@pytest.mark.parametrize("growth", [0, 1, 21, 215])
def test_the_judge_proves_that_the_log_only_grew(stage, judge, tmp_path, growth):
    old, size = stage.note, stage.world.size
    (tmp_path / "old").write_bytes(old)
    if growth:
        stage.grows(growth)
    verdict = told(judge(stage, "-old", tmp_path / "old"))
    if growth:
        with databases.reading(stage.world.engine) as session:
            read = publication.hashes(session)
            proof = merkle.prove_consistency(size, stage.world.size, read)
        assert set(b64(proof)) <= set(verdict["consistency"])
    else:
        assert verdict["consistency"] == []


def test_the_judge_finds_a_fork(stage, other_world, judge, tmp_path):
    stage.grows(2)
    (tmp_path / "old").write_bytes(stage.note)
    grow(other_world, 3, "OTHER")
    stage.forks_to(other_world)
    judged = judge(stage, "-old", tmp_path / "old")
    assert judged.returncode == 1
    assert judged.stderr.startswith("consistency:")


@pytest.mark.parametrize(
    ("lie", "part"),
    [
        (signing_with(factories.key_for("stranger"), factories.ORIGIN), "checkpoint:"),
        (spoiling_hash(16), "inclusion of 0:"),
        (spoiling_entry, "inclusion of"),
    ],
    ids=["another key", "a wrong middle hash", "a wrong entry"],
)
def test_the_judge_names_the_part_that_was_spoiled(stage, judge, lie, part):
    stage.liar.lie = lie
    judged = judge(stage)
    assert judged.returncode == 1
    assert judged.stderr.startswith(part)


def test_the_judge_finds_a_mirror_as_good_as_the_log(stage, judge, mirrored):
    with served(mirrored) as url:
        copy = Stage(world=stage.world, url=url, liar=stage.liar)
        assert told(judge(copy)) == told(judge(stage))


@pytest.fixture
def mirrored(stage: Stage, tmp_path: Path) -> Iterator[Any]:
    engine = databases.connect(f"sqlite:///{tmp_path / 'mirror.sqlite3'}")
    schema.upgrade(engine)
    mirror = Mirror(engine=engine, log=stage.log, seen=LastSeen(path=tmp_path / "seen.json"))
    mirror.begin()
    mirror.catch_up(mirror.newest())
    settings = Settings(home=tmp_path, database_url="unused")
    clock = stage.world.clock
    yield create_mirror(
        Copy(settings=settings, engine=engine, origin=stage.world.origin, clock=clock)
    )
    engine.dispose()
