"""What is read on the node is recorded too, mail included, and `shield audit verify` judges it."""

import sqlite3

import pytest

from ledger import databases, reads, store
from ledger.entries import decode
from ledger.reads.audit import audit
from ledger.reads.records import unwrap
from tests.alerts.desks import Letterbox, delivered, desks, scanned, steps_of
from tests.api.shell import Shell
from tests.factories import HONEST
from tests.world import World, log_signer

SHORT = {"goods": [HONEST.line("11300")]}


@pytest.fixture
def shell(tmp_path) -> Shell:
    made = Shell(tmp_path / "home").founded()
    made.posted("shipment.departed")
    return made


def test_a_read_on_the_node_needs_a_purpose(shell):
    refused = shell.run("shipment", "show", HONEST.ref, SHIELD_PURPOSE="")
    assert refused.exit_code == 2
    assert HONEST.ref not in refused.stdout
    odd = shell.run("shipment", "show", HONEST.ref, "--purpose", "duty", "--case", 'a"b')
    assert odd.exit_code == 2


def test_reads_on_the_node_are_recorded_and_verify(shell):
    assert shell.json("audit", "verify")["reads"] == 0
    shell.ok("shipment", "show", HONEST.ref, "--purpose", "duty", "--case", "HUB-1")
    shell.ok("shipment", "list", "--as", "NL-CUSTOMS")
    shell.ok("alert", "list")
    told = shell.json("audit", "verify")
    assert (told["verdict"], told["reads"]) == ("VERIFIED", 3)
    assert shell.json("verify")["verdict"] == "VERIFIED"


def spoiled(shell: Shell, *statements: str) -> None:
    path = shell.home / "shield.sqlite3"
    with sqlite3.connect(path) as connection:
        for table in ("entry", "checkpoint", "tile"):
            for verb in ("UPDATE", "DELETE"):
                connection.execute(f"DROP TRIGGER {table}_no_{verb}")
        for statement in statements:
            connection.execute(statement)
    connection.close()


def test_an_altered_row_of_the_log_of_reads_is_three_and_is_named(shell):
    shell.ok("shipment", "show", HONEST.ref)
    shell.ok("shipment", "list")
    spoiled(
        shell,
        "UPDATE entry SET data = CAST('{}' AS BLOB) WHERE book = 'reads' AND \"index\" = 1",
    )
    result = shell.run("audit", "verify")
    assert result.exit_code == 3
    assert "entry 1" in result.stdout


def test_a_log_of_reads_that_was_cut_to_nothing_is_three_once_it_was_seen(shell):
    shell.ok("shipment", "show", HONEST.ref)
    shell.ok("audit", "verify")
    spoiled(
        shell,
        "DELETE FROM entry WHERE book = 'reads'",
        "DELETE FROM tile WHERE book = 'reads'",
        "DELETE FROM checkpoint WHERE book = 'reads'",
        "DELETE FROM head WHERE book = 'reads'",
        "DELETE FROM read_of",
    )
    result = shell.run("audit", "verify")
    assert result.exit_code == 3
    assert "last seen" in result.stdout


def alarmed(world: World) -> None:
    """A short delivery that two desks want mail about."""
    desks(world, "KE-POLICE", "NL-CUSTOMS")
    world.live(
        steps=steps_of(
            shipment_delivered=SHORT, receipt_confirmed=SHORT, use_reported={"used": SHORT["goods"]}
        )
    )
    world.passes(days=20)
    scanned(world)


def test_mail_that_leaves_is_a_read(world):
    alarmed(world)
    letterbox = Letterbox()
    delivered(world, letterbox)
    with databases.reading(world.engine) as session:
        found = store.entries(session, 0, 2**53, reads.BOOK)
    key = log_signer(world.origin).key.public
    told = [unwrap(decode(data).jwt, key) for _, data in found]
    assert len(told) == len(letterbox.got) > 1
    assert {each.agency for each in told} == {"KE-POLICE", "NL-CUSTOMS"}
    assert {(each.channel, each.purpose.sort) for each in told} == {("email", "duty")}
    assert all([about for about, _ in each.shown] == ["alert"] for each in told)
    assert audit(world.engine, world.origin, key).faults == ()


def test_mail_that_can_t_be_recorded_waits(world):
    alarmed(world)
    with world.engine.begin() as connection:
        connection.exec_driver_sql("DROP TABLE read_of")
    letterbox = Letterbox()
    assert set(delivered(world, letterbox)) == {"technical_failure"}
    assert letterbox.got == []
