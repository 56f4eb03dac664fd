"""The ledger: the log and its guards, statements beside it, and everything derived."""

import sqlalchemy as sa
from alembic import op

from ledger.databases import triggers

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    _log()
    _beside()
    _derived()
    for statement in triggers(op.get_bind().dialect.name):
        op.execute(sa.text(statement))


def _log() -> None:
    """Entries, tiles, head and checkpoints: append-only by trigger."""
    op.create_table(
        "checkpoint",
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("note", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("book", "size"),
    )
    op.create_table(
        "entry",
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("book", "index"),
    )
    op.create_table(
        "head",
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("origin", sa.String(), nullable=False),
        sa.Column("size", sa.BigInteger(), nullable=False),
        sa.Column("frontier", sa.LargeBinary(), nullable=False),
        sa.Column("last", sa.LargeBinary(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("book"),
    )
    op.create_table(
        "tile",
        sa.Column("book", sa.String(), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("book", "level", "index"),
    )


def _beside() -> None:
    """Disclosures and history keys: what the hub keeps and never publishes."""
    op.create_table(
        "disclosure",
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("index"),
    )
    op.create_table(
        "history_key",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("key", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("ref"),
    )


def _derived() -> None:
    """Projections: dropped and rebuilt from the log at will."""
    op.create_table(
        "audience",
        sa.Column("viewer", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("viewer", "ref"),
    )
    op.create_table(
        "case",
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("verdict", sa.String(), nullable=True),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("raised", sa.BigInteger(), nullable=False),
        sa.Column("raised_by", sa.String(), nullable=False),
        sa.Column("first_index", sa.BigInteger(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("alert"),
    )
    op.create_index("case_about", "case", ["about", "subject"])
    op.create_index("case_first", "case", ["first_index"])
    op.create_index("case_status", "case", ["status"])
    op.create_table(
        "case_country",
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("alert", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("country", "alert"),
    )
    op.create_table(
        "import_volume",
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("substance", sa.String(), nullable=False),
        sa.Column("year", sa.Integer(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("milligrams", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("country", "substance", "year", "ref"),
    )
    op.create_table(
        "licensed",
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("substance", sa.String(), nullable=False),
        sa.Column("licence", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("country", "substance", "licence"),
    )
    op.create_table(
        "mention",
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("value", sa.Text(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("kind", "value", "ref"),
    )
    op.create_index("mention_ref", "mention", ["ref"])
    op.create_table(
        "shipment",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.Column("events", sa.Integer(), nullable=False),
        sa.Column("first_index", sa.BigInteger(), nullable=False),
        sa.Column("first_occurred", sa.BigInteger(), nullable=False),
        sa.Column("last_occurred", sa.BigInteger(), nullable=False),
        sa.Column("last_issued", sa.BigInteger(), nullable=False),
        sa.Column("last_jti", sa.String(), nullable=False),
        sa.Column("status", sa.String(), nullable=False),
        sa.Column("exporting", sa.String(), nullable=True),
        sa.Column("importing", sa.String(), nullable=True),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("ref"),
    )
    op.create_index("shipment_first", "shipment", ["first_index"])
    op.create_index("shipment_last", "shipment", ["last_occurred"])
    op.create_index("shipment_pair", "shipment", ["exporting", "importing"])
    op.create_index("shipment_status", "shipment", ["status"])
    op.create_table(
        "standing",
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("name", sa.String(), nullable=True),
        sa.Column("state", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("about", "subject"),
    )
    op.create_table(
        "timeline",
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("jti", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("kind", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("k", sa.Integer(), nullable=True),
        sa.Column("occurred", sa.BigInteger(), nullable=False),
        sa.Column("issued", sa.BigInteger(), nullable=False),
        sa.Column("recorded", sa.BigInteger(), nullable=False),
        sa.UniqueConstraint("jti"),
        sa.PrimaryKeyConstraint("index"),
    )
    op.create_index("timeline_about", "timeline", ["about", "subject", "index"])
