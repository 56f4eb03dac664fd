"""Alerts: how far the scan is, what it found, what waits to be looked at or sent, what ran."""

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def upgrade() -> None:
    _scan()
    _findings()
    _mail()
    _beat()


def _scan() -> None:
    """The cursor, the due-list, and the keys by which buyers are recognised."""
    op.create_table(
        "scan_cursor",
        sa.Column("name", sa.String(), nullable=False),
        sa.Column("watermark", sa.BigInteger(), nullable=False),
        sa.Column("step", sa.BigInteger(), nullable=False),
        sa.Column("rules", sa.Text(), nullable=False),
        sa.PrimaryKeyConstraint("name"),
    )
    op.create_table(
        "alert_due",
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("why", sa.String(), nullable=False),
        sa.Column("moment", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("ref", "why"),
    )
    op.create_index("alert_due_moment", "alert_due", ["moment"])
    op.create_table(
        "likeness",
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("refused", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("key", "ref"),
    )
    op.create_index("likeness_ref", "likeness", ["ref"])
    op.create_index("likeness_refused", "likeness", ["key", "refused"])


def _findings() -> None:
    op.create_table(
        "finding",
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("ref", sa.String(), nullable=False),
        sa.Column("rule", sa.String(), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("title", sa.String(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("key", sa.String(), nullable=False),
        sa.Column("severity", sa.String(), nullable=False),
        sa.Column("summary", sa.Text(), nullable=False),
        sa.Column("evidence", sa.Text(), nullable=False),
        sa.Column("countries", sa.Text(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.Column("since", sa.BigInteger(), nullable=False),
        sa.Column("active", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("alert", "ref"),
    )
    op.create_index("finding_ref", "finding", ["ref"])
    op.create_index("finding_rule", "finding", ["rule", "active"])


def _mail() -> None:
    """Messages, and to whom they go."""
    op.create_table(
        "message",
        sa.Column("id", sa.String(), nullable=False),
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("occurrence", sa.Integer(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("state", sa.String(), nullable=False),
        sa.Column("attempts", sa.Integer(), nullable=False),
        sa.Column("created", sa.BigInteger(), nullable=False),
        sa.Column("next_attempt", sa.BigInteger(), nullable=False),
        sa.Column("claimed_until", sa.BigInteger(), nullable=False),
        sa.Column("last_error", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("message_alert", "message", ["alert", "country"])
    op.create_index("message_waiting", "message", ["state", "next_attempt"])
    op.create_table(
        "recipient",
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("channel", sa.String(), nullable=False),
        sa.Column("address", sa.String(), nullable=False),
        sa.Column("country", sa.String(), nullable=False),
        sa.Column("min_severity", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("agency", "channel", "address"),
    )
    op.create_index("recipient_country", "recipient", ["country"])


def _beat() -> None:
    """What ran when, and who was reminded."""
    op.create_table(
        "reminder",
        sa.Column("alert", sa.String(), nullable=False),
        sa.Column("at", sa.BigInteger(), nullable=False),
        sa.PrimaryKeyConstraint("alert"),
    )
    op.create_table(
        "job_run",
        sa.Column("job", sa.String(), nullable=False),
        sa.Column("started", sa.BigInteger(), nullable=False),
        sa.Column("ended", sa.BigInteger(), nullable=False),
        sa.Column("outcome", sa.String(), nullable=False),
        sa.PrimaryKeyConstraint("job", "started"),
    )
