"""What the programme's figures are summed from, and alerts by the moment they were raised.

The new tables are projections: `shield rebuild` fills them from what is in the log already.
"""

import sqlalchemy as sa
from alembic import op

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _tallies()
    _journeys()
    op.create_table(
        "activity",
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("statements", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("day", "agency", "about"),
    )
    op.create_index("case_raised", "case", ["raised"])


def _tallies() -> None:
    op.create_table(
        "tally",
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("item", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("measure", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("amount", sa.BigInteger(), nullable=False),
        sa.Column("counts", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("jti", "item"),
    )
    op.create_index("tally_ref", "tally", ["ref"])
    op.create_index("tally_at", "tally", ["measure", "at"])
    op.create_index("tally_country", "tally", ["country", "at"])


def _journeys() -> None:
    op.create_table(
        "journey",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("exporting", sa.String(), nullable=True),
        sa.Column("importing", sa.String(), nullable=True),
        sa.Column("began", sa.BigInteger(), nullable=False),
        sa.Column("sent", sa.BigInteger(), nullable=True),
        sa.Column("due", sa.BigInteger(), nullable=True),
        sa.Column("answered", sa.BigInteger(), nullable=True),
        sa.Column("reply", sa.String(), nullable=True),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_index("journey_began", "journey", ["began"])
    op.create_index("journey_sent", "journey", ["sent"])
    op.create_index("journey_importing", "journey", ["importing", "sent"])
