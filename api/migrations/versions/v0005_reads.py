"""The log of reads' index by what was read, and how many questions an agency has asked."""

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "read_of",
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("about", "subject", "index"),
    )
    op.create_table(
        "allowance",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("spent_until", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "what"),
    )
