"""Create the maturity scan."""

import sqlalchemy as sa
from alembic import op
from sqlalchemy.dialects import postgresql

revision = "maturity_0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Apply the change."""
    op.create_table(
        "maturity_comparison",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("organisation", sa.String(length=200), nullable=False),
        sa.Column("measured_on", sa.Date(), nullable=False),
        sa.Column(
            "payload", sa.JSON().with_variant(postgresql.JSONB(), "postgresql"), nullable=False
        ),
        sa.Column("imported_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("imported_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["imported_by"],
            ["people_person.id"],
            name=op.f("fk_maturity_comparison_imported_by_people_person"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maturity_comparison")),
        sa.UniqueConstraint(
            "organisation",
            "measured_on",
            name=op.f("uq_maturity_comparison_organisation_measured_on"),
        ),
    )
    op.create_table(
        "maturity_scan",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("inquiry_id", sa.Integer(), nullable=False),
        sa.Column("scope", sa.String(length=16), nullable=False),
        sa.Column("department", sa.String(length=200), nullable=False),
        sa.Column("previous_scan_id", sa.Integer(), nullable=True),
        sa.Column("opened_by", sa.Integer(), nullable=True),
        sa.Column("opened_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "scope IN ('organisation', 'department')", name=op.f("ck_maturity_scan_scope_known")
        ),
        sa.ForeignKeyConstraint(
            ["inquiry_id"],
            ["questionnaires_inquiry.id"],
            name=op.f("fk_maturity_scan_inquiry_id_questionnaires_inquiry"),
            ondelete="CASCADE",
        ),
        sa.ForeignKeyConstraint(
            ["opened_by"],
            ["people_person.id"],
            name=op.f("fk_maturity_scan_opened_by_people_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["previous_scan_id"],
            ["maturity_scan.id"],
            name=op.f("fk_maturity_scan_previous_scan_id_maturity_scan"),
            ondelete="SET NULL",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maturity_scan")),
        sa.UniqueConstraint("inquiry_id", name=op.f("uq_maturity_scan_inquiry_id")),
    )
    with op.batch_alter_table("maturity_scan", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_maturity_scan_previous_scan_id"), ["previous_scan_id"], unique=False
        )

    op.create_table(
        "maturity_action",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scan_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=64), nullable=False),
        sa.Column("direction", sa.String(length=16), nullable=False),
        sa.Column("title", sa.String(length=200), nullable=False),
        sa.Column("hindrance", sa.Text(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("due_on", sa.Date(), nullable=False),
        sa.Column("intended_result", sa.Text(), nullable=False),
        sa.Column("indicator", sa.Text(), nullable=False),
        sa.Column("state", sa.String(length=16), nullable=False),
        sa.Column("note", sa.Text(), nullable=False),
        sa.Column("revision", sa.Integer(), nullable=False),
        sa.Column("request_key", sa.String(length=64), nullable=True),
        sa.Column("planned_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("planned_by", sa.Integer(), nullable=True),
        sa.Column("changed_at", sa.DateTime(timezone=True), nullable=False),
        sa.CheckConstraint(
            "direction IN ('build_up', 'build_down')",
            name=op.f("ck_maturity_action_direction_known"),
        ),
        sa.CheckConstraint(
            "state IN ('open', 'done', 'dropped')", name=op.f("ck_maturity_action_state_known")
        ),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["people_person.id"],
            name=op.f("fk_maturity_action_owner_id_people_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["planned_by"],
            ["people_person.id"],
            name=op.f("fk_maturity_action_planned_by_people_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"],
            ["maturity_scan.id"],
            name=op.f("fk_maturity_action_scan_id_maturity_scan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maturity_action")),
        sa.UniqueConstraint("request_key", name=op.f("uq_maturity_action_request_key")),
    )
    with op.batch_alter_table("maturity_action", schema=None) as batch_op:
        batch_op.create_index(batch_op.f("ix_maturity_action_owner_id"), ["owner_id"], unique=False)
        batch_op.create_index(batch_op.f("ix_maturity_action_scan_id"), ["scan_id"], unique=False)

    op.create_table(
        "maturity_ambition",
        sa.Column("id", sa.Integer(), nullable=False),
        sa.Column("scan_id", sa.Integer(), nullable=False),
        sa.Column("theme", sa.String(length=64), nullable=False),
        sa.Column("level", sa.Integer(), nullable=False),
        sa.Column("reason", sa.Text(), nullable=False),
        sa.Column("by_date", sa.Date(), nullable=False),
        sa.Column("owner", sa.String(length=200), nullable=False),
        sa.Column("owner_id", sa.Integer(), nullable=True),
        sa.Column("first_step", sa.Text(), nullable=False),
        sa.Column("intended_result", sa.Text(), nullable=False),
        sa.Column("present", sa.Text(), nullable=False),
        sa.Column("dissent", sa.Text(), nullable=False),
        sa.Column("recorded_at", sa.DateTime(timezone=True), nullable=False),
        sa.Column("recorded_by", sa.Integer(), nullable=True),
        sa.ForeignKeyConstraint(
            ["owner_id"],
            ["people_person.id"],
            name=op.f("fk_maturity_ambition_owner_id_people_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["recorded_by"],
            ["people_person.id"],
            name=op.f("fk_maturity_ambition_recorded_by_people_person"),
            ondelete="SET NULL",
        ),
        sa.ForeignKeyConstraint(
            ["scan_id"],
            ["maturity_scan.id"],
            name=op.f("fk_maturity_ambition_scan_id_maturity_scan"),
            ondelete="CASCADE",
        ),
        sa.PrimaryKeyConstraint("id", name=op.f("pk_maturity_ambition")),
    )
    with op.batch_alter_table("maturity_ambition", schema=None) as batch_op:
        batch_op.create_index(
            batch_op.f("ix_maturity_ambition_owner_id"), ["owner_id"], unique=False
        )
        batch_op.create_index(batch_op.f("ix_maturity_ambition_scan_id"), ["scan_id"], unique=False)


def downgrade() -> None:
    """Undo the change; only `plugins purge` asks for this."""
    with op.batch_alter_table("maturity_ambition", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_maturity_ambition_scan_id"))
        batch_op.drop_index(batch_op.f("ix_maturity_ambition_owner_id"))

    op.drop_table("maturity_ambition")
    with op.batch_alter_table("maturity_action", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_maturity_action_scan_id"))
        batch_op.drop_index(batch_op.f("ix_maturity_action_owner_id"))

    op.drop_table("maturity_action")
    with op.batch_alter_table("maturity_scan", schema=None) as batch_op:
        batch_op.drop_index(batch_op.f("ix_maturity_scan_previous_scan_id"))

    op.drop_table("maturity_scan")
    op.drop_table("maturity_comparison")
