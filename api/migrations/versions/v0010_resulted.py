"""Alerts by the moment of their latest result, so that a period's results are found at once.

The column is part of a projection: `shield rebuild` fills it for alerts that have results already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("case") as table:
        table.add_column(sa.Column("resulted", sa.BigInteger(), nullable=True))
    op.create_index("case_resulted", "case", ["resulted"])
