"""What is known as normal, yearly imports summed by day, and findings that wait for company."""

import sqlalchemy as sa
from alembic import op

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _observations()
    _imports()
    _findings()


def _observations() -> None:
    op.create_table(
        "observation",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("what", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.Column("value", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "what", "at"),
    )
    op.create_index("observation_what", "observation", ["what", "at"])


def _imports() -> None:
    """Both are projections: the rows that stand are counted on from where they were."""
    op.create_table(
        "import_day",
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("substance", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("day", sa.Integer(), nullable=False),
        sa.Column("milligrams", sa.BigInteger(), nullable=False),
        sa.Column("shipments", sa.Integer(), nullable=False),
        sa.PrimaryKeyConstraint("country", "substance", "year", "day"),
    )
    with op.batch_alter_table("import_volume") as table:
        table.add_column(sa.Column("began", sa.BigInteger(), nullable=False, server_default="0"))
    op.execute(
        "UPDATE import_volume SET began = (SELECT first_occurred FROM shipment"
        " WHERE shipment.ref = import_volume.ref)"
    )
    with op.batch_alter_table("import_volume") as table:
        table.alter_column("began", server_default=None)
    op.create_index("import_volume_ref", "import_volume", ["ref"])
    op.create_index(
        "import_volume_began", "import_volume", ["country", "substance", "year", "began"]
    )
    op.execute(
        "INSERT INTO import_day (country, substance, year, day, milligrams, shipments)"
        " SELECT country, substance, year, began / 86400000000, sum(milligrams), count(*)"
        " FROM import_volume GROUP BY country, substance, year, began / 86400000000"
    )


def _findings() -> None:
    with op.batch_alter_table("finding") as table:
        table.add_column(sa.Column("weak", sa.Boolean(), nullable=False, server_default=sa.false()))
        table.add_column(
            sa.Column("quiet", sa.Boolean(), nullable=False, server_default=sa.false())
        )
    with op.batch_alter_table("finding") as table:
        table.alter_column("weak", server_default=None)
        table.alter_column("quiet", server_default=None)
