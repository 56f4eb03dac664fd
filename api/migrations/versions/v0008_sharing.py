"""Grants with their readers, sharing groups, and which statements refuse something.

They are projections: `shield rebuild` fills them from what is in the log already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _grants()
    _refusals()


def _grants() -> None:
    op.create_table(
        "grant_given",
        sa.Column("grant", sa.String(), nullable=False),
        sa.Column("to", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("grant"),
    )
    op.create_index("grant_given_ref", "grant_given", ["ref"])
    op.create_index("grant_given_to", "grant_given", ["to"])
    op.create_table(
        "grant_reader",
        sa.Column("reader", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("grant", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("reader", "ref", "grant"),
    )
    op.create_index("grant_reader_grant", "grant_reader", ["grant"])
    op.create_table(
        "sharing_group",
        sa.Column("group", sa.String(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("group"),
    )


def _refusals() -> None:
    op.create_table(
        "refusal",
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("substance", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("index", "substance"),
    )
    op.create_index("refusal_subject", "refusal", ["subject"])
    op.create_table(
        "exporter",
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("substance", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("country", "substance"),
    )
