"""Mentions, audience and history keys in one tree each on SQLite, where their rows are their keys.

Rows are copied in the order of the new tree. PostgreSQL keeps its tables apart from their keys.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

# The columns of each table, and how many of them are its key.
TABLES: dict[str, tuple[dict[str, Any], int]] = {
    "mention": ({"kind": sa.String(), "value": sa.Text(), "ref": sa.String()}, 3),
    "audience": ({"viewer": sa.String(), "ref": sa.String()}, 2),
    "history_key": ({"ref": sa.String(), "key": sa.LargeBinary()}, 1),
}


def upgrade() -> None:
    if op.get_bind().dialect.name != "sqlite":
        return
    for name, (columns, keys) in TABLES.items():
        made = op.create_table(
            f"{name}_by_key",
            *(sa.Column(column, kind, nullable=False) for column, kind in columns.items()),
            sa.PrimaryKeyConstraint(*list(columns)[:keys]),
            sqlite_with_rowid=False,
        )
        old = sa.table(name, *map(sa.column, columns))
        rows = sa.select(old).order_by(*list(old.c)[:keys])
        op.execute(made.insert().from_select(list(columns), rows))
        op.drop_table(name)
        op.rename_table(f"{name}_by_key", name)
    op.create_index("mention_ref", "mention", ["ref"])
