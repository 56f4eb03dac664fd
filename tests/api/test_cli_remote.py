"""`shield` against a server: what an agency's desk does that has a key and a pin, and no ledger."""

import json
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.serving import make_server

from api.application import create_app
from api.config import Settings
from api.services import open_services
from tests import factories
from tests.api.shell import Shell
from tests.test_crash import free_port

REF = factories.HONEST.ref
ALERT = "00" * 12


@pytest.fixture
def hub(tmp_path: Path) -> Shell:
    shell = Shell(tmp_path / "hub").founded()
    shell.enrolled("NL-POLICE", "police")
    return shell


@pytest.fixture
def url(hub: Shell) -> Iterator[str]:
    """The hub's node, served on a free port."""
    port = free_port()
    url = f"http://127.0.0.1:{port}"
    node = open_services(Settings.read({"SHIELD_HOME": str(hub.home), "SHIELD_PUBLIC_URL": url}))
    server = make_server("127.0.0.1", port, create_app(node), threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    yield url
    server.shutdown()
    thread.join()
    server.server_close()
    node.engine.dispose()


@pytest.fixture
def desk(tmp_path: Path, hub: Shell) -> Shell:
    """A desk elsewhere: its keys, the pin it was given, and no database."""
    shell = Shell(tmp_path / "desk")
    (shell.home / "keys" / "agencies").mkdir(parents=True)
    hub.ok("pin", "--out", shell.home / "pins.json")
    (shell.home / "key-password").write_bytes((hub.home / "key-password").read_bytes())
    for agency in ("NL-CUSTOMS", "NL-POLICE"):
        shell.key(agency).write_bytes(hub.key(agency).read_bytes())
        shell.key(agency).chmod(0o600)
    return shell


def caller(desk: Shell, url: str, agency: str = "NL-CUSTOMS") -> list[str]:
    return ["--url", url, "--agency", agency, "--key", str(desk.key(agency))]


def test_a_desk_signs_posts_searches_and_reads_without_a_ledger_of_its_own(desk, url, hub):
    statement = desk.signed(factories.body("shipment.departed"))
    posted = desk.json("event", "post", "--url", url, given=statement)
    assert posted["created"]
    assert hub.json("event", "post", given=statement)["receipt"] == posted["receipt"]
    assert REF in desk.ok("shipment", "list", "--container", "MSKU1234565", *caller(desk, url))
    there = desk.json("shipment", "show", REF, *caller(desk, url))
    assert there == hub.json("shipment", "show", REF, "--as", "NL-CUSTOMS")
    assert desk.run("shipment", "show", "NL-NOBODY-1", *caller(desk, url)).exit_code == 5
    assert desk.run("shipment", "list", "--url", url).exit_code == 6
    assert not (desk.home / "shield.sqlite3").exists()


def test_many_are_posted_at_once_and_a_refused_line_is_named(desk, url):
    bodies = [
        factories.body("shipment.departed"),
        factories.body("notice.sent"),
    ]
    lines = b"".join(desk.signed(body) for body in bodies)
    result = desk.run("event", "post", "--url", url, given=lines)
    assert result.exit_code == 4
    assert "1 of 2 statements are in the log." in result.stdout
    assert "2     kind-not-permitted" in result.stdout


def test_an_alert_is_taken_up_and_judged_from_afar(desk, url, hub):
    raised = factories.body("alert.raised", countries=["NL"])
    desk.ok("event", "post", "--url", url, given=desk.signed(raised))
    assert ALERT in desk.ok("alert", "list", "--status", "open", *caller(desk, url))
    police = caller(desk, url, "NL-POLICE")
    desk.ok("alert", "ack", ALERT, *police)
    desk.ok("alert", "judge", ALERT, "--verdict", "explained", "--reason", "late_papers", *police)
    shown = desk.json("alert", "show", ALERT, *caller(desk, url))
    assert shown["status"] == "closed"
    assert shown == hub.json("alert", "show", ALERT, "--as", "NL-CUSTOMS")
    assert "verdict explained" in hub.ok("alert", "show", ALERT)


def test_a_focal_point_enrols_an_agency_from_afar(desk, url, hub, tmp_path):
    secret = hub.home / "key-password"
    desk.ok("key", "new", "--out", tmp_path / "lab.pem", "--password-file", secret)
    request = tmp_path / "request.json"
    origin = desk.json("pin")["origin"]
    request.write_text(
        desk.ok("key", "prove", tmp_path / "lab.pem", "--holder", "NL-LAB", "--origin", origin)
    )
    enrol = ["enrol", "agency", "NL-LAB", "--name", "Lab", "--role", "laboratory", "--url", url]
    root = hub.home / "keys" / "roots" / "NL.pem"
    desk.ok(*enrol, "--request", request, "--root-key", root)
    assert desk.run(*enrol, "--request", request, "--root-key", root).exit_code == 4
    refused = desk.run(*enrol, "--request", request, "--root-key", root, "--mail", "a@b.example")
    assert refused.exit_code == 2


def test_a_server_with_another_log_is_three(desk, url, tmp_path):
    desk.ok("pin", "--out", tmp_path / "true.json")
    other = Shell(tmp_path / "other").founded()
    (desk.home / "pins.json").write_bytes((other.home / "pins.json").read_bytes())
    statement = desk.signed(factories.body("shipment.departed"))
    result = desk.run("event", "post", "--url", url, given=statement)
    assert result.exit_code == 3
    assert "checkpoint" in result.stderr


def test_a_scan_by_hand_raises_the_alert_and_leaves_the_mail_in_the_box(hub, tmp_path):
    box = tmp_path / "mail"
    box.mkdir()
    hub.ok("recipient", "add", "NL-CUSTOMS", "duty", "--channel", "file")
    assert "duty" in hub.ok("recipient", "list")
    hub.posted("shipment.departed")  # nobody gave notice of it, and nobody authorised it
    low = {"SHIELD_ALERT_PERCENT": "1"}  # every finding is worth an alert
    result = hub.run("scan", SHIELD_MAIL_DIRECTORY=str(box), **low)
    assert result.exit_code == 0, result.output
    assert list(box.glob("duty/*.eml"))
    assert REF in hub.ok("alert", "list")
    assert json.loads(hub.run("scan", "--json", **low).stdout)["statements"] == 0
    assert hub.json("verify")["verdict"] == "VERIFIED"
