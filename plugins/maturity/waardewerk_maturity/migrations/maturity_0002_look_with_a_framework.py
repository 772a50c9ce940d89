"""Remember with which version of the value framework a scan looks."""

import sqlalchemy as sa
from alembic import op

revision = "maturity_0002"
down_revision = "maturity_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("maturity_scan", schema=None) as batch_op:
        batch_op.add_column(sa.Column("values_version", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("maturity_scan", schema=None) as batch_op:
        batch_op.drop_column("values_version")
