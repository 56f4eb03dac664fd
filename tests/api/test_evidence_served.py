"""Evidence as agencies get it: over HTTP, by command, and checked where there is no network."""

import json
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from api.evidence.page import page
from api.evidence.paper import paper
from api.evidence.report import report
from ledger import bundling, databases
from ledger.visibility import Viewer
from tests import factories, proving
from tests.api.conftest import Caller
from tests.api.shell import Shell
from tests.journeys import Journey
from tests.proving import CHECKER, Pinned, archive, made, opened, ours, sealed, spoiled
from tests.world import World

EXITS = {"VERIFIED": 0, "FAILED": 3, "CANNOT-TELL": 10}
REF = Journey().ref


@pytest.fixture
def lived(sqlite_world: World) -> World:
    proving.watch(sqlite_world)
    sqlite_world.live()
    proving.cosign(sqlite_world)
    return sqlite_world


def isolated(file: Path, pin: Path | None, *before: str) -> subprocess.CompletedProcess[str]:
    """The standalone checker, without anything of ours on its path."""
    asked = [sys.executable, "-I", str(CHECKER), str(file)]
    named = ["--pin", str(pin)] if pin else []
    return subprocess.run([*before, *asked, *named], capture_output=True, text=True, check=False)


def written(pin: Pinned, path: Path) -> Path:
    path.write_text(json.dumps({**pin.members, "url": "http://ledger.test"}))
    return path


# --- over HTTP ---


def test_an_agency_takes_what_it_may_see_as_one_file(world: World, agency: Callable[..., Caller]):
    world.live(Journey(), factories.journey_bodies()[:5])
    said = agency("KE-CUSTOMS").get(f"/v1/shipments/{REF}/evidence")
    assert (said.status_code, said.mimetype) == (200, "application/zip")
    assert said.headers["Content-Disposition"] == f'attachment; filename="evidence-{REF}.zip"'
    assert said.headers["Cache-Control"].startswith("private")
    found = ours(said.data, Pinned.of(world))
    assert found.verdict == "VERIFIED"
    assert found.manifest is not None
    assert found.manifest.issued_to == "KE-CUSTOMS"


@pytest.mark.parametrize("ref", [REF, "NL-2026-999999", "no such ref"])
def test_whoever_may_not_see_it_is_told_what_a_stranger_to_it_is(
    sqlite_world: World, sqlite_agency: Callable[..., Caller], ref: str
):
    sqlite_world.live(Journey(), factories.journey_bodies()[:3])
    said = sqlite_agency("ZA-CUSTOMS").get(f"/v1/shipments/{ref.replace(' ', '%20')}/evidence")
    assert (said.status_code, said.json["code"]) == (404, "not-found")


def test_until_witnesses_have_seen_it_the_answer_is_to_ask_again(
    sqlite_world: World, sqlite_agency: Callable[..., Caller]
):
    proving.watch(sqlite_world)
    sqlite_world.live(Journey(), factories.journey_bodies()[:3])
    said = sqlite_agency("KE-CUSTOMS").get(f"/v1/shipments/{REF}/evidence")
    assert (said.status_code, said.json["code"]) == (503, "not-witnessed")


# --- on the command line ---


def test_the_commands_make_check_and_read_a_bundle(tmp_path: Path):
    shell = Shell(tmp_path / "node").founded()
    shell.posted("export.released")
    file = tmp_path / "bundle.zip"
    assert shell.json("evidence", "create", REF, "--out", file)["file"] == str(file)
    assert shell.ok("evidence", "verify", file).startswith("VERIFIED")
    told = shell.json("evidence", "inspect", file)
    assert told["statements"][-1]["claims"]["kind"] == "export.released"
    shell.ok("pin", "--out", tmp_path / "pin.json")
    elsewhere = Shell(tmp_path / "elsewhere")
    verdict = elsewhere.json("evidence", "verify", file, "--pin", tmp_path / "pin.json")
    assert verdict["verdict"] == "VERIFIED"
    assert elsewhere.run("evidence", "verify", file).exit_code == 10
    assert elsewhere.run("evidence", "verify", file, "--trust-embedded").exit_code == 0
    assert shell.run("evidence", "create", REF, "--out", file).exit_code == 6  # it is there
    assert shell.run("evidence", "create", "NL-9999-1").exit_code == 5
    part, where, bad = next(spoiled(opened(file.read_bytes())))
    file.write_bytes(archive.pack(bad))
    said = shell.run("evidence", "verify", file)
    assert said.exit_code == 3
    assert f"{part}: {where}" in said.stdout
    assert shell.run("evidence", "inspect", file).exit_code == 3


def test_an_operator_need_not_wait_for_witnesses(tmp_path: Path):
    shell = Shell(tmp_path / "node").founded()
    shell.posted("export.released")
    file = tmp_path / "bundle.zip"
    shell.ok("evidence", "create", REF, "--as", "NL-CUSTOMS", "--unwitnessed", "--out", file)
    assert shell.json("evidence", "verify", file)["issued_to"] == "NL-CUSTOMS"


# --- where no network and nothing of ours is ---


def test_the_file_in_the_bundle_checks_it_alone(lived: World, tmp_path: Path):
    data, pin = made(lived), written(Pinned.of(lived), tmp_path / "pin.json")
    files = opened(data)
    assert files["check_bundle.py"] == CHECKER.read_bytes()
    cases = {"whole": data, "newer": archive.pack(proving.remade(files, later))}
    for number, (part, where, bad) in enumerate(spoiled(files)):
        if number % 4 == 0:
            cases[f"{part}: {where}"] = sealed(bad) if part != "files" else archive.pack(bad)
    for name, case in cases.items():
        file = tmp_path / "case.zip"
        file.write_bytes(case)
        said = isolated(file, pin)
        want = {"whole": "VERIFIED", "newer": "CANNOT-TELL"}.get(name, "FAILED")
        assert (said.returncode, said.stderr) == (EXITS[want], "")
        assert said.stdout.startswith(want)
        assert want != "FAILED" or name in said.stdout


def later(told: dict[str, Any]) -> None:
    told["version"] = 3


def test_both_checkers_work_in_a_network_namespace_without_a_route(lived: World, tmp_path: Path):
    unshare = shutil.which("unshare")
    alone = [unshare or "unshare", "-rn"]
    if unshare is None or subprocess.run([*alone, "true"], check=False).returncode:
        pytest.skip("this machine lets nobody unshare its network")
    file, pin = tmp_path / "bundle.zip", written(Pinned.of(lived), tmp_path / "pin.json")
    file.write_bytes(made(lived))
    routes = subprocess.run([*alone, "cat", "/proc/net/route"], capture_output=True, check=True)
    assert len(routes.stdout.splitlines()) <= 1
    assert isolated(file, pin, *alone).stdout.startswith("VERIFIED")
    ours_too = [sys.executable, "-m", "api.cli", "evidence", "verify", str(file), "--pin", str(pin)]
    said = subprocess.run([*alone, *ours_too], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stdout[:8]) == (0, "VERIFIED"), said.stderr


def test_a_pin_file_that_is_none_is_wrong_usage(lived: World, tmp_path: Path):
    file, pin = tmp_path / "bundle.zip", tmp_path / "pin.json"
    file.write_bytes(made(lived))
    for text in ("", "{}", '{"origin":"a","vkey":"b"}', '{"origin":1,"vkey":2}', "[]"):
        pin.write_text(text)
        said = isolated(file, pin)
        assert (said.returncode, said.stdout) == (2, "")
        assert "Traceback" not in said.stderr


# --- the report ---


def gathered(world: World, agency: str = "KE-CUSTOMS") -> bundling.Gathered:
    with databases.reading(world.engine) as session:
        return bundling.gather(
            session,
            REF,
            Viewer(agency=agency, country=agency[:2]),
            roster=world.desk.registry.current(session),
            policy=proving.policy(world),
            hub_kid=world.hub_key.kid,
            now=world.clock(),
        )


def test_the_report_tells_who_stated_what_with_entry_and_hash(lived: World):
    told = gathered(lived)
    html = page(report(told, now=lived.clock())).decode()
    for seen in told.history:
        assert seen.record.event.kind in html
        assert f"<td>{seen.record.index}</td>" in html
    for words in ("15920 kg", "ML-NL0012345", "NL &gt; EG &gt; KE", "KEMBA", "without a gap"):
        assert words in html


def test_the_report_loads_nothing_and_runs_nothing(lived: World):
    html = page(report(gathered(lived), now=lived.clock())).decode()
    assert not re.search(r"<script|<link|<img|<iframe|@import|url\(|\bon\w+=|https?:", html)


def test_what_a_trader_is_called_can_not_become_markup(sqlite_world: World):
    hostile = "<script>alert(1)</script>"
    parties = {**Journey().parties, "exporter": {**Journey().exporter, "name": hostile}}
    sqlite_world.post(factories.body("notice.sent", parties=parties), "NL-AUTHORITY")
    html = page(report(gathered(sqlite_world), now=sqlite_world.clock())).decode()
    assert hostile not in html
    assert "&lt;script&gt;" in html


@pytest.mark.parametrize(
    "name", ["Ελληνικά Χημικά ΑΕ", "ООО Химия", "شركة", "化学株式会社", "\u202e"]
)
def test_any_name_can_be_printed(sqlite_world: World, name: str):
    parties = {**Journey().parties, "exporter": {**Journey().exporter, "name": f"A {name} B"}}
    sqlite_world.post(factories.body("notice.sent", parties=parties), "NL-AUTHORITY")
    told = report(gathered(sqlite_world), now=sqlite_world.clock())
    assert paper(told).startswith(b"%PDF-")
    assert name in page(told).decode()


def test_a_long_history_is_printed_on_several_pages(lived: World):
    told = report(gathered(lived), now=lived.clock())
    long = replace(told.tables[0], rows=told.tables[0].rows * 8)
    data = paper(replace(told, tables=(long, *told.tables[1:])))
    assert len(re.findall(rb"/Type /Page\b", data)) > 5
