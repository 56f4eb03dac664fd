"""Statements that wait for a second person, concealed."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "pending_statement",
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("asked", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("request"),
    )
    op.create_index("ix_pending_statement_jti", "pending_statement", ["jti"])
