"""Shipments that tell of one end only, and which of them likely belong together."""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "half",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("trade", sa.String(), nullable=False),
        sa.Column("side", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "trade"),
    )
    op.create_index("half_trade", "half", ["trade", "side", "at"])
    op.create_table(
        "half_pair",
        sa.Column("arrived", sa.String(), nullable=False),
        sa.Column("departed", sa.String(), nullable=False),
        sa.Column("bits", sa.Integer(), nullable=False),
        sa.Column("chosen", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("arrived", "departed"),
    )
    op.create_index("half_pair_departed", "half_pair", ["departed"])
