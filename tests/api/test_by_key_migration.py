"""Tables that SQLite keeps in their key's own tree take along what lay in them."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Engine, insert, inspect, select, text

import api
from api import schema
from ledger.history import AUDIENCE, MENTIONS
from ledger.records import HISTORY_KEYS

ROWS = {
    MENTIONS: [("trader", f"T{n % 7}", f"NL-{n}") for n in range(100)],
    AUDIENCE: [("KE", f"NL-{n}") for n in range(100)],
    HISTORY_KEYS: [(f"NL-{n}", bytes([n]) * 32) for n in range(100)],
}


def test_rows_and_indexes_are_the_same_after_it(blank_engine: Engine):
    config = Config()
    config.set_main_option("script_location", str(Path(api.__file__).parent / "migrations"))
    with blank_engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0016")
        for table, rows in ROWS.items():
            named = [dict(zip(table.columns.keys(), row, strict=True)) for row in reversed(rows)]
            connection.execute(insert(table), named)
    schema.upgrade(blank_engine)
    with blank_engine.connect() as connection:
        for table, rows in ROWS.items():
            assert sorted(map(tuple, connection.execute(select(table)))) == sorted(rows)
        kept = {each["name"] for each in inspect(connection).get_indexes("mention")}
        assert "mention_ref" in kept
        if blank_engine.dialect.name == "sqlite":
            made = "SELECT count(*) FROM sqlite_master WHERE sql LIKE '%WITHOUT ROWID%'"
            assert connection.execute(text(made)).scalar_one() == len(ROWS)
