"""`shield grant`, `preview` and `explain`: on the node, and from a desk elsewhere."""

import pytest

from tests import factories
from tests.api.shell import Shell
from tests.api.test_cli_remote import caller, desk, hub, url  # noqa: F401 - fixtures

REF = factories.HONEST.ref
GRANT = "NL-CUSTOMS/acetone"


@pytest.fixture
def shell(tmp_path) -> Shell:
    """A node with one statement of the Dutch customs."""
    made = Shell(tmp_path / "home").founded()
    made.posted("shipment.departed")
    return made


def signer(shell: Shell) -> list[str]:
    return ["--agency", "NL-CUSTOMS", "--key", str(shell.key("NL-CUSTOMS"))]


def give(shell: Shell, *more: str) -> None:
    said = ["--to", "ZA", "--reason", "The same consignee."]
    shell.ok("grant", "give", "acetone", REF, *said, *more, *signer(shell))


def seen(shell: Shell) -> int:
    return shell.run("shipment", "show", REF, "--as", "ZA-CUSTOMS").exit_code


def test_a_grant_is_previewed_given_listed_explained_and_withdrawn(shell):
    asked = ["preview", REF, "--viewer", "ZA", "--as", "NL-CUSTOMS"]
    assert "ZA would see no such shipment." in shell.ok(*asked)
    before = shell.json(*asked, "--grant")
    assert seen(shell) == 5
    give(shell)
    assert seen(shell) == 0
    assert shell.json(*asked) == before != {"events": []}
    (listed,) = shell.json("grant", "list", "--as", "NL-CUSTOMS")["grants"]
    assert (listed["grant"], listed["to"], listed["shipment"]) == (GRANT, "ZA", REF)
    assert GRANT in shell.ok("grant", "list", "--as", "ZA-POLICE")
    told = shell.ok("explain", REF, "--viewer", "ZA", "--as", "NL-CUSTOMS")
    assert "A grant in force lets it see this." in told
    shell.ok("grant", "withdraw", "acetone", "--reason", "Over.", *signer(shell))
    assert seen(shell) == 5
    assert "There is no grant." in shell.ok("grant", "list", "--as", "NL-CUSTOMS")
    told = shell.ok("explain", REF, "--viewer", "ZA", "--as", "NL-CUSTOMS")
    assert "Its country is not concerned" in told


def test_a_grant_of_one_claim_shows_that_claim(shell):
    give(shell, "--claim", "transport", "--until", "2099-01-01T00:00:00Z")
    (event,) = shell.json("preview", REF, "--viewer", "ZA", "--as", "NL-CUSTOMS")["events"]
    assert event["claims"].keys() == {"transport", "kind", "shipment", "occurred_at"}


def test_what_the_door_refuses_is_four(shell):
    said = ["--to", "ZA", "--reason", "Everything.", "--whole", *signer(shell)]
    result = shell.run("grant", "give", "acetone", REF, *said)
    assert (result.exit_code, "authority" in result.stderr) == (4, True)
    stranger = shell.run("preview", REF, "--viewer", "ZA", "--as", "CN-CUSTOMS")
    assert stranger.exit_code == 5


def test_the_same_is_done_from_afar(desk, url):  # noqa: F811 - fixtures
    mine = caller(desk, url)
    body = factories.body("shipment.departed")
    desk.ok("event", "post", "--url", url, given=desk.signed(body))
    desk.ok("grant", "give", "acetone", REF, "--to", "ZA", "--reason", "Alike.", *mine)
    assert GRANT in desk.ok("grant", "list", *mine)
    (event,) = desk.json("preview", REF, "--viewer", "ZA", *mine)["events"]
    assert event["kind"] == "shipment.departed"
    assert "granted" in {
        each["why"]
        for told in desk.json("explain", REF, "--viewer", "ZA", *mine)["statements"]
        for each in told["claims"]
    }
    desk.ok("grant", "withdraw", "acetone", "--reason", "Over.", *mine)
    assert desk.json("preview", REF, "--viewer", "ZA", *mine) == {"events": []}
