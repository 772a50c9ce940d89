"""Create rounds and imported open data."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "participation_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "participation_round",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("slug", sa.String(length=64), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("is_imported", sa.Boolean(), nullable=False),
        sa.Column("source", sa.String(length=400), nullable=False),
        sa.Column("made_at", sa.DateTime(timezone=True), nullable=False),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_round")),
        sa.UniqueConstraint("slug", name=op.f("uq_participation_round_slug")),
    )
    op.create_table(
        "participation_imported_participant",
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("published_group", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["participation_round.id"],
            name="fk_participation_imported_participant_round",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "number", name=op.f("pk_participation_imported_participant")
        ),
    )
    op.create_table(
        "participation_result",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("engine", sa.String(length=16), nullable=False),
        sa.Column("engine_version", sa.Integer(), nullable=False),
        sa.Column("seed", sa.Integer(), nullable=False),
        sa.Column(
            "provenance", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("fingerprint", sa.String(length=64), nullable=False),
        sa.Column("counted_at", sa.DateTime(timezone=True), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["participation_round.id"],
            name=op.f("fk_participation_result_round_id_participation_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_result")),
    )
    with op.batch_alter_table("participation_result", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_participation_result_round_id"), ["round_id"], unique=False
        )

    op.create_table(
        "participation_statement",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("round_id", sa.Integer(), nullable=False),
        sa.Column("number", sa.Integer(), nullable=False),
        sa.Column("text", sa.Text(), nullable=False),
        sa.Column("is_rejected", sa.Boolean(), nullable=False),
        sa.Column("is_meta", sa.Boolean(), nullable=False),
        sa.ForeignKeyConstraint(
            ["round_id"],
            ["participation_round.id"],
            name=op.f("fk_participation_statement_round_id_participation_round"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_participation_statement")),
        sa.UniqueConstraint(
            "round_id", "number", name=op.f("uq_participation_statement_round_id_number")
        ),
    )
    op.create_table(
        "participation_imported_vote",
        sa.Column("round_id", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("participant", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("statement", sa.Integer(), autoincrement=False, nullable=False),
        sa.Column("value", sa.SmallInteger(), nullable=False),
        sa.CheckConstraint(
            "value IN (-1, 0, 1)", name=op.f("ck_participation_imported_vote_value_known")
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "participant"],
            [
                "participation_imported_participant.round_id",
                "participation_imported_participant.number",
            ],
            name="fk_participation_imported_vote_participant",
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["round_id", "statement"],
            ["participation_statement.round_id", "participation_statement.number"],
            name="fk_participation_imported_vote_statement",
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint(
            "round_id", "participant", "statement", name=op.f("pk_participation_imported_vote")
        ),
        sqlite_with_rowid=False,
    )


def downgrade() -> None:
    """Undo the change; only `plugins purge` asks for this."""
    op.drop_table("participation_imported_vote")
    op.drop_table("participation_statement")
    with op.batch_alter_table("participation_result", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_participation_result_round_id"))

    op.drop_table("participation_result")
    op.drop_table("participation_imported_participant")
    op.drop_table("participation_round")
