"""Disclosures concealed at rest, data keys beside them, and the record of what was erased.

What lay there in clear is concealed here, with the wrapping key of the engine that migrates.
"""

import sqlalchemy as sa
from alembic import op
from sqlmodel import Session

from ledger.concealment import vault_of

revision = "0006"
down_revision = "0005"
branch_labels = None
depends_on = None

CHUNK = 500


def upgrade() -> None:
    op.create_table(
        "data_key",
        sa.Column("number", sa.BigInteger(), nullable=False),
        sa.Column("wrapping", sa.String(), nullable=False),
        sa.Column("wrapped", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("number"),
    )
    op.create_table(
        "erased",
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("scope", sa.String(), nullable=False),
        sa.Column("time", sa.BigInteger(), nullable=False),
        sa.Column("request", sa.String(), nullable=False),
        sa.Column("agency", sa.String(), nullable=False),
        sa.Column("approver", sa.String(), nullable=False),
        sa.Column("reason", sa.String(), nullable=False),
        sa.Column("digest", sa.LargeBinary(), nullable=False),
        sa.Column("gone", sa.Text(), nullable=False),
        sa.Column("about", sa.String(), nullable=False),
        sa.Column("subject", sa.String(), nullable=False),
        sa.Column("restricted", sa.Boolean(), nullable=False),
        sa.PrimaryKeyConstraint("index"),
    )
    op.rename_table("disclosure", "disclosure_in_clear")
    concealed = op.create_table(
        "disclosure",
        sa.Column("index", sa.BigInteger(), nullable=False),
        sa.Column("data", sa.LargeBinary(), nullable=False),
        # Named, since the table that was renamed keeps the usual name on PostgreSQL.
        sa.PrimaryKeyConstraint("index", name="disclosure_concealed_pkey"),
    )
    _conceal(concealed)
    op.drop_table("disclosure_in_clear")


def _conceal(concealed: sa.Table) -> None:
    clear = sa.table("disclosure_in_clear", sa.column("index"), sa.column("text"))
    session = Session(op.get_bind())
    after = -1
    while rows := session.execute(
        sa.select(clear.c.index, clear.c.text)
        .where(clear.c.index > after)
        .order_by(clear.c.index)
        .limit(CHUNK)
    ).all():
        texts = [(index, text) for index, text in rows]
        stored = vault_of(session).conceal(session, texts)
        session.execute(
            sa.insert(concealed),
            [{"index": i, "data": data} for (i, _), data in zip(texts, stored, strict=True)],
        )
        after = texts[-1][0]
