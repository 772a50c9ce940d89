"""How long respondents are known by name, and what is handed over or erased on request.

Erasing takes the name and address and keeps what was handed in: it is part of what people agreed
on, and nobody can be found by it any more. What was never handed in counts for nothing and goes.
"""

from __future__ import annotations

import uuid
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, and_, delete, or_, select
from sqlalchemy.orm import Session

from waardewerk.contract import RetentionRule
from waardewerk.i18n import day_of, lazy
from waardewerk.people.models import Person
from waardewerk.questionnaires.models import Answer, Inquiry, Respondent

KEEP = timedelta(days=180)


def expire(session: Session, keep: timedelta) -> int:
    """Forget who answered in inquiries that were agreed longer ago than ``keep``.

    One that was never agreed counts from its last day, and twice as long: a slow conversation
    must not lose its names half-way.
    """
    now = datetime.now(UTC)
    abandoned = and_(
        Inquiry.agreed_at.is_(None),
        Inquiry.closes_on < day_of(now - 2 * keep),
    )
    query = (
        select(Respondent)
        .join(Inquiry)
        .where(or_(Inquiry.agreed_at < now - keep, abandoned), Respondent.name.is_not(None))
    )
    return _forget(session, list(session.scalars(query)))


def export(session: Session, email: str) -> list[dict[str, Any]]:
    """Return what one person was asked and answered."""
    query = select(Respondent).where(_is(email)).order_by(Respondent.id)
    return [
        {
            "inquiry": respondent.inquiry.title,
            "name": respondent.name,
            "email": respondent.email,
            "level": respondent.level,
            "invited_at": _written(respondent.invited_at),
            "reminded_at": _written(respondent.reminded_at),
            "consented_at": _written(respondent.consented_at),
            "handed_in_at": _written(respondent.handed_in_at),
            "withdrawn_at": _written(respondent.withdrawn_at),
            "answers": _answers(session, respondent),
        }
        for respondent in session.scalars(query)
    ]


def _is(email: str) -> ColumnElement[bool]:
    """By the address that was asked, and by the account: either may have changed since."""
    address = email.strip().lower()
    account = select(Person.id).where(Person.email == address).scalar_subquery()
    return or_(Respondent.email == address, Respondent.person_id == account)


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
    return _forget(session, list(session.scalars(select(Respondent).where(_is(email)))))


def _forget(session: Session, respondents: list[Respondent]) -> int:
    for respondent in respondents:
        respondent.name = respondent.email = respondent.person_id = None
        # The letter's code ends too: it would still lead to this answer.
        respondent.code_hash = uuid.uuid4().hex
    drafts = [r.id for r in respondents if r.handed_in_at is None]
    session.execute(delete(Answer).where(Answer.respondent_id.in_(drafts)))
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
