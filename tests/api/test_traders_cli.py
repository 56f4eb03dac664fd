"""`shield trader` over a real log: who is who, for whom, and merged and separated again."""

import json

import pytest

from tests.api.shell import Shell
from tests.factories import HONEST, body

BUYERS = (
    {"name": "Tsavo Coatings Ltd", "country": "KE", "phone": "+254 20 555 100"},
    {"name": "Tsavo Coatingz Limited", "country": "KE", "phone": "+254 20 555 100"},
    {"name": "Rift Steel", "country": "KE", "phone": "+254 20 555 100"},
)
TSAVO, COATINGZ, STEEL = "KE:tsavo coatings ltd", "KE:tsavo coatingz limited", "KE:rift steel"


@pytest.fixture
def shell(tmp_path) -> Shell:
    made = Shell(tmp_path / "home").founded()
    made.enrolled("NL-POLICE", "police")
    made.enrolled("NL-CNA", "competent_authority")
    for number, buyer in enumerate(BUYERS):
        parties = {**body("notice.sent")["parties"], "importer": buyer}
        parties = {role: parties[role] for role in ("exporter", "importer")}
        ref = f"{HONEST.ref[:-1]}{number}"
        made.posted("notice.sent", "NL-CNA", shipment=ref, pen=f"PEN-{number}", parties=parties)
    return made


def ties(shell, *more):
    document = shown(shell, TSAVO, *more)
    return tuple({each["trader"] for each in document[listed]} for listed in ("same", "related"))


def shown(shell, key, *more):
    return shell.json("trader", "show", *more, given=key.encode())


def stating(tmp_path, trader, other):
    path = tmp_path / "pair.json"
    path.write_text(json.dumps({"trader": trader, "other": other, "reason": "Seen on site."}))
    return path


def test_a_trader_is_shown_with_its_other_names_and_with_whom_it_shares_a_number(shell):
    assert ties(shell) == ({COATINGZ}, {STEEL})
    told = shell.ok("trader", "show", given=TSAVO.encode())
    assert "The same:\n  Tsavo Coatingz Limited" in told
    assert "alike in the same country and a telephone" in told
    assert "shares a telephone, under another name" in told


def test_what_people_say_holds_until_they_take_it_back(shell, tmp_path):
    exporter = body("notice.sent")["parties"]["exporter"]
    mine = shown(shell, _key(exporter))["same"]
    other = stating(tmp_path, exporter, BUYERS[2])
    as_customs = ("--agency", "NL-CUSTOMS", "--key", shell.key("NL-CUSTOMS"))
    shell.ok("trader", "merge", other, *as_customs)
    merged = shown(shell, _key(exporter))["same"]
    assert STEEL in {each["trader"] for each in merged}
    shell.ok("trader", "separate", other, *as_customs)
    assert shown(shell, _key(exporter))["same"] == mine
    theirs = stating(tmp_path, BUYERS[0], BUYERS[1])
    assert shell.run("trader", "merge", theirs, *as_customs).exit_code == 4


def test_nobody_is_told_of_a_trader_that_it_sees_in_no_shipment(shell):
    assert ties(shell, "--as", "NL-POLICE") == ({COATINGZ}, {STEEL})
    assert shell.run("trader", "show", "--as", "DE-CUSTOMS", given=TSAVO.encode()).exit_code == 5
    assert shell.run("trader", "show", given=b"KE:nobody").exit_code == 5


def _key(party):
    if "scheme" in party:
        return f"{party['scheme']}:{party['identifier']}"
    return f"{party['country']}:{party['name'].lower()}"
