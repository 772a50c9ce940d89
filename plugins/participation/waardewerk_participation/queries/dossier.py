"""Reads: files and links in the dossier."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from waardewerk.refusal import NotFound
from waardewerk_participation.models import Attachment, Round


def attachments_of(session: Session, found: Round) -> list[Attachment]:
    """List files and links in the order in which they were added, without their content."""
    of_it = select(Attachment).where(Attachment.round_id == found.id)
    return list(session.scalars(of_it.order_by(Attachment.id)))


def get_file(session: Session, found: Round, attachment_id: int) -> Attachment:
    """Return a file of this round with its content, or refuse."""
    wanted = select(Attachment).where(
        Attachment.id == attachment_id,
        Attachment.round_id == found.id,
        Attachment.content.is_not(None),
    )
    row = session.scalar(wanted.options(undefer(Attachment.content)))
    if row is None:
        raise NotFound("This file is not in the dossier.")
    return row
