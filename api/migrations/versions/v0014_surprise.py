"""How surprising a finding is, by its rule's own account of honest trade."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("finding", sa.Column("surprise", sa.Float(), nullable=True))
