"""publish results in steps."""

import sqlalchemy as sa
from alembic import op

revision = "participation_0006"
down_revision = "participation_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("participation_result", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("selection", sa.String(length=12), nullable=False, server_default="counted")
        )
        batch_op.add_column(sa.Column("published_at", sa.DateTime(timezone=True), nullable=True))
        batch_op.drop_column("with_flagged")
    with op.batch_alter_table("participation_result", schema=None) as batch_op:
        batch_op.alter_column("selection", server_default=None)
