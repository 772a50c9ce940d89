"""name the statement that says the same."""

import sqlalchemy as sa
from alembic import op

revision = "participation_0004"
down_revision = "participation_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    with op.batch_alter_table("participation_judgement", schema=None) as batch_op:
        batch_op.add_column(sa.Column("same_as", sa.Integer(), nullable=True))


def downgrade() -> None:
    """Undo the change."""
    with op.batch_alter_table("participation_judgement", schema=None) as batch_op:
        batch_op.drop_column("same_as")
