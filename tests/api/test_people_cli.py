"""`shield people invite`: the first focal point comes in from the server's own terminal."""

from sqlalchemy import text

from ledger import databases
from tests import vaults
from tests.api.shell import Shell

HERE = {"SHIELD_PUBLIC_URL": "https://ledger.example"}


def test_the_terminal_prints_a_link_whose_secret_no_server_is_sent(tmp_path):
    shell = Shell(tmp_path / "home").founded()
    said = shell.run("people", "invite", "NL-CUSTOMS", "--role", "focal_point", **HERE)
    assert said.exit_code == 0
    assert "NL-CUSTOMS, once, until" in said.stdout
    address, _, token = said.stdout.split()[-1].partition("#")
    assert address == "https://ledger.example/console/enrol"
    assert len(token) == 43
    engine = vaults.connect(f"sqlite:///{shell.home / 'shield.sqlite3'}")
    with databases.reading(engine) as session:
        (row,) = session.execute(text("SELECT * FROM invitation"))
    engine.dispose()
    assert token not in repr(row)


def test_what_could_not_work_is_refused_at_once(tmp_path):
    shell = Shell(tmp_path / "home").founded()
    for agency, role, url, exit_code in (
        ("NL-CUSTOMS", "focal_point", "http://127.0.0.1:8080", 6),
        ("NL-CUSTOMS", "focal_point", "http://ledger.example", 6),
        ("NL-POLICE", "focal_point", "https://ledger.example", 6),
        ("NL-CUSTOMS", "operator", "https://ledger.example", 2),
        ("NL-CUSTOMS", "king", "https://ledger.example", 2),
    ):
        said = shell.run("people", "invite", agency, "--role", role, SHIELD_PUBLIC_URL=url)
        assert said.exit_code == exit_code, said.output
        assert "#" not in said.stdout
