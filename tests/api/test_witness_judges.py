"""Judged by software nobody here wrote: aics-witness and aics-tlog, unpacked in SHIELD_JUDGES.

Their wheels ask for Python 3.12 and run on 3.11, so they are not among our dependencies.
"""

import json
import os
import random
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy.engine import make_url

from api import Unreachable, wire
from api.application import create_app
from api.bootstrap import make_home
from api.config import Settings
from api.gathering import Gatherer
from api.places import Place
from api.witness.application import create_app as create_witness
from api.witness.office import found
from crypto.keys import PrivateKey
from crypto.notes import Signer, Verifier
from ledger import cosignatures, databases
from ledger.policies import check
from tests import factories
from tests.growing import served
from tests.watched import QUANTUM, Watched
from tests.world import World, log_signer

JUDGES = os.environ.get("SHIELD_JUDGES", "")  # noqa: TID251 - the edge of the tests
SCRIPTS = Path(__file__).parent.parent / "interop"
NAME = "witness.test/aics"

pytestmark = pytest.mark.skipif(
    not JUDGES or not (Path(JUDGES) / "aics_witness").is_dir(),
    reason="SHIELD_JUDGES names no directory with aics-witness and aics-tlog unpacked in it",
)


def run(*arguments: str | Path) -> str:
    """What a script or module of the judges says."""
    command = [sys.executable, *map(str, arguments)]
    environ = {"PYTHONPATH": JUDGES, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    done = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


@contextmanager
def aics_witness(home: Path, log: Verifier) -> Iterator[tuple[str, Verifier]]:
    """Their witness as a server of its own, watching our log."""
    config = home / "aics.json"
    with served(lambda *_: []) as url:
        listen = f"127.0.0.1:{make_url(url).port}"
    witness = ("-m", "aics_witness")
    said = run(*witness, "init", "--config", config, "--name", NAME)
    vkey = next(word for word in said.split() if word.startswith(f"{NAME}+"))
    watch = ("--origin", log.name, "--vkey", log.vkey)
    run(*witness, "add-log", "--config", config, *watch)
    command = [sys.executable, *witness, "serve", "--config", config, "--listen", listen]
    environ = {"PYTHONPATH": JUDGES, "PATH": "/usr/bin:/bin", "PYTHONDONTWRITEBYTECODE": "1"}
    process = subprocess.Popen(command, env=environ, stderr=subprocess.DEVNULL)
    try:
        _await(f"http://{listen}/healthz")
        yield f"http://{listen}", Verifier.parse(vkey)
    finally:
        process.terminate()
        process.wait()


def _await(url: str) -> None:
    for _ in range(300):
        try:
            wire.fetch("GET", url, None, {})
        except Unreachable:
            time.sleep(0.1)
        else:
            return
    raise AssertionError(f"{url} does not answer")


def test_their_witness_cosigns_our_log_and_their_reader_proves_all_of_it(
    sqlite_world: World, tmp_path: Path
):
    databases.create_tables(sqlite_world.engine)
    watched = Watched(world=sqlite_world, home=tmp_path)
    key = log_signer(sqlite_world.origin).verifier
    with aics_witness(tmp_path, key) as (url, verifier):
        watched.register(verifier, quorum=1)
        place = Place(name=NAME, url=url)
        gatherer = gathering(watched, place)
        for _ in range(3):
            sqlite_world.passes(minutes=1)
            sqlite_world.post(factories.body("notice.sent"), "NL-AUTHORITY")
            (visit,) = gatherer.round()
            assert (visit.problem, visit.lines) == ("", 1)
        with databases.reading(sqlite_world.engine) as session:
            note = cosignatures.newest(session)
        assert check(watched.policy, note).size == sqlite_world.size
    with served(create_app(watched.node)) as log:
        said = run(SCRIPTS / "read_log.py", f"{log}/log", key.name, key.vkey, verifier.vkey)
    size = sqlite_world.size
    assert json.loads(said) == {
        "ok": True,
        "size": size,
        "witnesses": [NAME],
        "tiles": 1,
        "bundles": 1,
        "included": size,
        "consistent": size,
    }


def gathering(watched: Watched, place: Place) -> Gatherer:
    return Gatherer(node=replace(watched.node, places=(place,)), key=QUANTUM)


def test_their_log_is_cosigned_by_our_witness_and_its_fork_is_not(tmp_path: Path):
    settings = Settings.read({"SHIELD_HOME": str(tmp_path)})
    make_home(settings, random.Random(1).randbytes)
    witness = found(settings, "witness.test/ours")
    seed = bytes(range(32))
    log = Signer(name="ledger.test/judged", key=PrivateKey.from_seed(seed))
    witness.state.watch([log.verifier])
    with served(create_witness(witness)) as url:
        vkey = witness.verifiers[0].vkey
        said = run(SCRIPTS / "feed_witness.py", url, vkey, seed.hex())
    told = json.loads(said)
    assert told == {"cosigned": [True] * 6, "fork": 422}
    assert len(witness.state.evidence(log.name)) == 1
