"""Bundles of every version that was ever issued must keep verifying, with us and without us."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from api.pins import Pin
from ledger.evidence import archive
from tests import proving
from tests.proving import Pinned, opened, ours, outcome, sealed, spoiled, theirs

GOLDEN = sorted(Path(__file__).parent.parent.glob("golden/v*/*.zip"))
IDS = [f"{path.parent.name}/{path.stem}" for path in GOLDEN]


@pytest.fixture(scope="module")
def checker() -> Any:
    return proving.standalone()


def pin_of(bundle: Path) -> tuple[Path, Pinned]:
    path = bundle.with_suffix(".pin.json")
    pin = Pin.read(path)
    return path, Pinned(pin.origin, pin.vkey, pin.policy)


def test_there_are_golden_bundles_of_every_version():
    assert IDS == ["v1/cut", "v1/rotated", "v1/whole", "v2/whole"]


@pytest.mark.parametrize("bundle", GOLDEN, ids=IDS)
def test_a_golden_bundle_verifies_with_us_and_with_the_checker_of_today(bundle: Path, checker: Any):
    _, pin = pin_of(bundle)
    found = ours(bundle.read_bytes(), pin)
    assert outcome(found) == theirs(checker, bundle, pin) == ("VERIFIED", ())
    assert found.cosigned_by == ("witness.test/ke", "witness.test/za")
    assert found.attested is (found.manifest is not None and found.manifest.version > 1)


@pytest.mark.parametrize("bundle", GOLDEN, ids=IDS)
def test_a_golden_bundle_verifies_with_the_checker_that_it_carries(bundle: Path, tmp_path: Path):
    path, _ = pin_of(bundle)
    own = tmp_path / "check_bundle.py"
    own.write_bytes(opened(bundle.read_bytes())["check_bundle.py"])
    asked = [sys.executable, "-I", str(own), str(bundle), "--pin", str(path)]
    said = subprocess.run(asked, capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.startswith("VERIFIED")


@pytest.mark.parametrize("bundle", GOLDEN, ids=IDS)
def test_a_golden_bundle_that_is_spoiled_fails_with_both(
    bundle: Path, checker: Any, tmp_path: Path
):
    _, pin = pin_of(bundle)
    file = tmp_path / "spoiled.zip"
    for part, where, bad in spoiled(opened(bundle.read_bytes())):
        for data in (archive.pack(bad), sealed(bad)):
            file.write_bytes(data)
            told = outcome(ours(data, pin))
            assert theirs(checker, file, pin) == told
            assert part == "files" or (told[0], told[1][0]) == ("FAILED", (part, where))


def test_the_compromised_key_is_marked_and_the_next_one_is_not():
    bundle = next(path for path in GOLDEN if path.stem == "rotated")
    lines = ours(bundle.read_bytes(), pin_of(bundle)[1]).lines
    told = {line.claims.get("kind"): line.marked for line in lines if line.agency == "NL-CUSTOMS"}
    assert told == {"export.released": True, "shipment.departed": False}


def test_the_pins_are_readable_without_us():
    for bundle in GOLDEN:
        path, pin = pin_of(bundle)
        assert json.loads(path.read_bytes())["origin"] == pin.origin
