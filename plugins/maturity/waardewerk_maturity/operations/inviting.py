"""Send invitations and reminders: by mail to who has an address, in the province's language."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from sqlalchemy.orm import Session

from waardewerk import audit, mail
from waardewerk.i18n import day_of
from waardewerk.questionnaires import codes, queries
from waardewerk.questionnaires.operations import inquiring
from waardewerk.questionnaires.operations.inquiring import Invitee
from waardewerk.refusal import NotFound, NotNow
from waardewerk_maturity import letters
from waardewerk_maturity.letters import Sender
from waardewerk_maturity.models import Scan

if TYPE_CHECKING:
    from waardewerk.questionnaires.models import Respondent


@dataclass(frozen=True)
class Added:
    """How many people were added, and how many stood in the list already."""

    count: int
    known: int


def add_people(
    session: Session,
    scan: Scan,
    people: Sequence[Invitee],
    *,
    secret: str,
    actor_id: int | None,
    now: datetime,
) -> Added:
    """Ask people; who is asked already is left as is, also when only the name is known."""
    asked = queries.respondents_of(session, scan.inquiry)
    by_name = {(r.name, r.level) for r in asked if r.email is None}
    fresh = [p for p in people if p.email is not None or (p.name, p.level) not in by_name]
    added = inquiring.ask_people(
        session, scan.inquiry, fresh, secret=secret, actor_id=actor_id, now=now
    )
    return Added(len(added), len(people) - len(added))


def respondent_of(session: Session, scan: Scan, respondent_id: int) -> Respondent:
    """Find somebody who is asked in this scan."""
    respondent = inquiring.get_respondent(session, respondent_id)
    if respondent.inquiry_id != scan.inquiry_id:
        raise NotFound("This invitation does not exist any more.")
    return respondent


def invite(
    session: Session, scan: Scan, *, sender: Sender, actor_id: int | None, now: datetime
) -> int:
    """Mail everybody who was not invited yet; return how many."""
    _require_open(scan)
    waiting = not_invited(session, scan)
    for respondent in waiting:
        mail.post(session, letters.invitation(scan, invited(respondent, sender), sender), now=now)
        respondent.invited_at = now
    _log(session, "scan.invited", scan, waiting, actor_id=actor_id, now=now)
    return len(waiting)


def remind(
    session: Session, scan: Scan, *, sender: Sender, actor_id: int | None, now: datetime
) -> int:
    """Mail everybody who was invited and has not handed in, at most once a day; return how many."""
    _require_open(scan)
    waiting = to_remind(session, scan, now)
    _remind(session, scan, waiting, sender=sender, actor_id=actor_id, now=now)
    return len(waiting)


def remind_before_closing(
    session: Session, scan: Scan, *, days: int, sender: Sender, now: datetime
) -> int:
    """Mail who has not handed in when a scan closes within ``days``, once; return how many."""
    left = (scan.inquiry.closes_on - day_of(now)).days
    if scan.inquiry.phase != "alone" or not 0 <= left <= days:
        return 0
    begins = scan.inquiry.closes_on - timedelta(days=days)
    waiting = [
        r
        for r in to_remind(session, scan, now)
        if not _is_since(r.reminded_at, begins) and not _is_since(r.invited_at, begins)
    ]
    _remind(session, scan, waiting, sender=sender, actor_id=None, now=now)
    return len(waiting)


def _remind(
    session: Session,
    scan: Scan,
    waiting: Sequence[Respondent],
    *,
    sender: Sender,
    actor_id: int | None,
    now: datetime,
) -> None:
    for respondent in waiting:
        mail.post(session, letters.reminder(scan, invited(respondent, sender), sender), now=now)
        respondent.reminded_at = now
    _log(session, "scan.reminded", scan, waiting, actor_id=actor_id, now=now)


def _log(
    session: Session,
    action: str,
    scan: Scan,
    respondents: Sequence[Respondent],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    session.flush()
    if not respondents:
        return
    details = {"respondents": [r.id for r in respondents]}
    audit.record(session, action, f"scan:{scan.id}", actor_id=actor_id, now=now, details=details)


def invited(respondent: Respondent, sender: Sender) -> letters.Invited:
    """Return what a letter says to one person: name, code and link."""
    code = codes.code_for(sender.secret, respondent.id, respondent.code_number)
    return letters.Invited(
        name=respondent.name or "",
        email=respondent.email or "",
        code=codes.printed(code),
        link=f"{sender.base_url}/a/{code}",
    )


def to_answer(session: Session, scan: Scan) -> list[Respondent]:
    """List who can still answer."""
    return [
        r
        for r in queries.respondents_of(session, scan.inquiry)
        if r.handed_in_at is None and r.withdrawn_at is None
    ]


def not_invited(session: Session, scan: Scan) -> list[Respondent]:
    """List who can be mailed and was not invited yet."""
    return [r for r in to_answer(session, scan) if r.email and r.invited_at is None]


def to_remind(session: Session, scan: Scan, now: datetime) -> list[Respondent]:
    """List who was mailed before today and has not handed in."""
    return [
        r
        for r in to_answer(session, scan)
        if r.email and r.invited_at and not _is_same_day(r.reminded_at or r.invited_at, now)
    ]


def _require_open(scan: Scan) -> None:
    if scan.inquiry.phase != "alone":
        raise NotNow("The spread is open: nobody can answer any more.")


def _is_same_day(moment: datetime, now: datetime) -> bool:
    return day_of(moment) == day_of(now)


def _is_since(moment: datetime | None, day: date) -> bool:
    return moment is not None and day_of(moment) >= day
