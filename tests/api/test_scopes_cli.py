"""A focal point enrols a key for some scopes only, from the command line."""

import json

from tests import factories
from tests.api.shell import Shell


def test_a_key_that_was_enrolled_for_reading_posts_nothing(tmp_path):
    shell = Shell(tmp_path / "home").founded()
    key, request = tmp_path / "reader.pem", tmp_path / "reader.json"
    shell.ok("key", "new", "--out", key)
    proof = ("key", "prove", key, "--holder", "NL-CUSTOMS", "--origin", "ledger.test/shell")
    request.write_text(shell.ok(*proof))
    add = ("enrol", "key-add", "NL-CUSTOMS", "--request", request)
    assert shell.run(*add, "--scope", "everything").exit_code == 2
    shell.ok(*add, "--scope", "shipments:read", "--scope", "alerts:read")
    body = json.dumps(factories.body("shipment.departed")).encode()
    signed = shell.ok(
        "event", "sign", "-", "--agency", "NL-CUSTOMS", "--key", key, given=body
    ).encode()
    refused = shell.run("event", "post", "--local", given=signed)
    assert refused.exit_code == 4
    assert "events:write" in refused.stderr
    shell.posted("shipment.departed")
    assert shell.json("verify")["verdict"] == "VERIFIED"
