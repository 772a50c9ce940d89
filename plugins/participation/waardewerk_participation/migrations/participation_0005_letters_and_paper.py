"""letters and paper."""

import sqlalchemy as sa
from alembic import op

revision = "participation_0005"
down_revision = "participation_0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "participation_paper_vote",
        sa.Column("statement_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("pid", sa.LargeBinary(length=16), nullable=False),
        sa.Column("batch_id", sa.Integer(), nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.ForeignKeyConstraint(
            ["batch_id"],
            ["participation_paper_batch.id"],
            name=op.f("fk_participation_paper_vote_batch_id_participation_paper_batch"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["statement_id", "pid"],
            ["participation_vote.statement_id", "participation_vote.pid"],
            name="fk_participation_paper_vote_vote",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("statement_id", "pid", name=op.f("pk_participation_paper_vote")),
        sqlite_with_rowid=False,
    )
    with op.batch_alter_table("participation_paper_vote", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participation_paper_vote_batch_id"), ["batch_id"], unique=False
        )

    with op.batch_alter_table("participation_code_batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("nonce", sa.String(length=32), nullable=True))
        batch_op.add_column(sa.Column("revoked_on", sa.Date(), nullable=True))
        batch_op.create_index(
            "ix_participation_code_batch_nonce", ["round_id", "nonce"], unique=True
        )

    with op.batch_alter_table("participation_paper_batch", schema=None) as batch_op:
        batch_op.add_column(sa.Column("booklets", sa.Integer(), nullable=False, server_default="0"))
        batch_op.add_column(
            sa.Column("statements", sa.String(length=400), nullable=False, server_default="")
        )

    with op.batch_alter_table("participation_paper_entry", schema=None) as batch_op:
        batch_op.add_column(sa.Column("pid", sa.LargeBinary(length=16), nullable=True))
        batch_op.add_column(sa.Column("statement", sa.Text(), nullable=False, server_default=""))
        batch_op.add_column(
            sa.Column("language", sa.String(length=8), nullable=False, server_default="")
        )
        batch_op.drop_column("code")


def downgrade() -> None:
    """Undo the change; only `plugins purge` asks for this."""
    with op.batch_alter_table("participation_paper_entry", schema=None) as batch_op:
        batch_op.add_column(
            sa.Column("code", sa.String(length=64), nullable=False, server_default="")
        )
        batch_op.drop_column("language")
        batch_op.drop_column("statement")
        batch_op.drop_column("pid")

    with op.batch_alter_table("participation_paper_batch", schema=None) as batch_op:
        batch_op.drop_column("statements")
        batch_op.drop_column("booklets")

    with op.batch_alter_table("participation_code_batch", schema=None) as batch_op:
        batch_op.drop_index("ix_participation_code_batch_nonce")
        batch_op.drop_column("revoked_on")
        batch_op.drop_column("nonce")

    with op.batch_alter_table("participation_paper_vote", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_paper_vote_batch_id"))

    op.drop_table("participation_paper_vote")
