"""How long respondents are known by name, and what is handed over or erased on request.

Erasing takes the name and address and keeps the answer: it is part of what people agreed on, and
nobody can be found by it any more.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import and_, or_, select
from sqlalchemy.orm import Session

from waardewerk.contract import RetentionRule
from waardewerk.i18n import lazy
from waardewerk.questionnaires.models import Answer, Inquiry, Respondent

KEEP = timedelta(days=180)


def expire(session: Session, keep: timedelta) -> int:
    """Forget who answered in inquiries that were agreed, or should have been, before ``keep``."""
    before = datetime.now(UTC) - keep
    left_lying = and_(Inquiry.agreed_at.is_(None), Inquiry.closes_on < before.date())
    query = (
        select(Respondent)
        .join(Inquiry)
        .where(or_(Inquiry.agreed_at < before, left_lying), Respondent.name.is_not(None))
    )
    return _forget(list(session.scalars(query)))


def export(session: Session, email: str) -> list[dict[str, Any]]:
    """Return what one person was asked and answered."""
    query = select(Respondent).where(Respondent.email == email.lower())
    return [
        {
            "inquiry": respondent.inquiry.title,
            "name": respondent.name,
            "level": respondent.level,
            "handed_in_at": _written(respondent.handed_in_at),
            "answers": _answers(session, respondent),
        }
        for respondent in session.scalars(query)
    ]


def _answers(session: Session, respondent: Respondent) -> list[dict[str, Any]]:
    own = select(Answer).where(Answer.respondent_id == respondent.id).order_by(Answer.id)
    return [
        {
            "question": answer.question,
            "lens": answer.lens,
            "state": answer.state,
            "value": answer.value,
            "reason": answer.reason,
            "example": answer.example,
        }
        for answer in session.scalars(own)
    ]


def erase(session: Session, email: str) -> int:
    """Forget that one person was asked."""
    query = select(Respondent).where(Respondent.email == email.lower())
    return _forget(list(session.scalars(query)))


def _forget(respondents: list[Respondent]) -> int:
    for respondent in respondents:
        respondent.name = respondent.email = respondent.person_id = None
        # The letter's code ends too: it would still lead to this answer.
        respondent.code_hash = uuid.uuid4().hex
    return len(respondents)


def _written(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


RESPONDENTS = RetentionRule(
    name="respondents",
    title=lazy("Names and addresses of people who answered a scan or another inquiry"),
    keep=KEEP,
    expire=expire,
    export=export,
    erase=erase,
)
