"""How surprising a finding is by its rule's own account, and how probable a diversion by all."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("finding", sa.Column("surprise", sa.Float(), nullable=True))
    for name in ("probability", "one_in"):
        op.add_column("finding", sa.Column(name, sa.Integer(), nullable=False, server_default="0"))
    op.add_column("finding", sa.Column("beside", sa.String(), nullable=False, server_default=""))
