"""A database from before, with disclosures in clear, is concealed when it is migrated."""

from pathlib import Path

import pytest
from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, select, text

import api
from api import schema
from ledger import Undecided, databases
from ledger.concealment import vault_of
from ledger.records import DISCLOSURES
from tests.erasing import raw

TEXTS = {index: f"disclosure-of-{index}~" if index % 7 else "" for index in range(1_200)}


@pytest.fixture
def in_clear(blank_engine: Engine) -> Engine:
    """The schema before anything was concealed, with disclosures in it."""
    config = Config()
    config.set_main_option("script_location", str(Path(api.__file__).parent / "migrations"))
    with blank_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0005")
        rows = [{"index": index, "text": said} for index, said in TEXTS.items()]
        add = text('INSERT INTO disclosure ("index", text) VALUES (:index, :text)')
        connection.execute(add, rows)
    return blank_engine


def test_what_lay_there_in_clear_is_concealed_and_opens(in_clear: Engine):
    assert b"disclosure-of-1~" in raw(in_clear)
    schema.upgrade(in_clear)
    databases.scrub(in_clear, ["disclosure"])
    with databases.reading(in_clear) as session:
        rows = session.execute(select(DISCLOSURES.c.index, DISCLOSURES.c.data)).all()
        vault = vault_of(session)
        assert {at: vault.reveal(session, at, bytes(data)) for at, data in rows} == TEXTS
    assert b"disclosure-of-" not in raw(in_clear)


def test_without_a_wrapping_key_it_stays_as_it_was(in_clear: Engine):
    url = in_clear.url.render_as_string(hide_password=False)
    keyless = databases.connect(url)
    with pytest.raises(Undecided):
        schema.upgrade(keyless)
    assert schema.revision(keyless) == "0005"
    keyless.dispose()
