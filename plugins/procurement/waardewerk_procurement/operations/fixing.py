"""Four eyes, the freeze, and rectifications of what was fixed.

Whoever leads a dossier lays it before a second person, who approves exactly what was read or sends
it back. Approving fixes it. From there texts and rules change by a rectification only, which goes
the same way, and not at all after the closing date.

The lens stands still from the moment that a concept is laid before somebody, and opens again only
when it becomes a concept again. A rectification changes what bidders read, never what people saw
when they chose to ask it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotNow, Refusal, marked
from waardewerk.values.operations import looking
from waardewerk.wording import tidy_words
from waardewerk_procurement.fixed import comparing, snapshot
from waardewerk_procurement.fixed.fixing_content import (
    estimates_of,
    snapshot_of,
    written_so_far,
)
from waardewerk_procurement.models import Dossier, Review, Snapshot
from waardewerk_procurement.operations import restoring
from waardewerk_procurement.operations.gate import what_stops
from waardewerk_procurement.operations.holding import (
    demand_open,
    hold_for_writing,
    hold_in,
    record,
)
from waardewerk_procurement.queries import dossiers
from waardewerk_procurement.queries.fixing import objection_to

LONGEST_REASON = 4000
LONGEST_NOTICE = 40_000
_READ_AGAIN = marked("This was changed after you read it. Read it again, then decide.")


@dataclass(frozen=True, kw_only=True)
class Read:
    """What somebody had in sight: the revision of the dossier, and the hash of all that is fixed.

    The hash also covers what the core keeps, such as the wider look.
    """

    revision: int
    sha256: str


# Four eyes -------------------------------------------------------------------------------------


def submit(session: Session, dossier: Dossier, *, actor_id: int | None, now: datetime) -> None:
    """Lay a concept before the second pair of eyes, with what people saw in its lens."""
    hold_in(session, dossier, "concept")
    lens = looking.hold_lens_of(session, dossiers.LENS, dossier.id)
    _demand_whole(session, dossier, now)
    assert lens is not None
    looking.close_lens(session, lens, actor_id=actor_id, now=now)
    dossier.state = "review"
    dossier.submitted_by = actor_id
    record(session, "submitted", dossier, actor_id=actor_id, now=now, revision=dossier.revision)


def take_back(session: Session, dossier: Dossier, *, actor_id: int | None, now: datetime) -> None:
    """Let whoever leads the dossier write on, before anybody approved it."""
    _hold_in_review(session, dossier)
    _write_on(session, dossier, actor_id, now)
    record(session, "taken_back", dossier, actor_id=actor_id, now=now, revision=dossier.revision)


def send_back(
    session: Session, dossier: Dossier, reason: str, *, actor_id: int | None, now: datetime
) -> None:
    """Let the second pair of eyes say why it is not good enough yet."""
    _hold_in_review(session, dossier)
    _demand_second(session, dossier, actor_id)
    reason = tidy_words(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("Say what has to be better.")
    _add_review(session, dossier, "sent_back", actor_id, now, reason)
    _write_on(session, dossier, actor_id, now)
    record(session, "sent_back", dossier, actor_id=actor_id, now=now, revision=dossier.revision)


def approve(
    session: Session, dossier: Dossier, read: Read, *, actor_id: int | None, now: datetime
) -> Snapshot:
    """Approve what was read, and fix it: from here it never changes."""
    hold_in(session, dossier, "review")
    _demand_second(session, dossier, actor_id)
    made = _fixed(session, dossier, read, 1, actor_id=actor_id, now=now)
    dossier.state = "fixed"
    _record_fixed(session, "fixed", dossier, made, actor_id=actor_id, now=now)
    return made


# Rectification ---------------------------------------------------------------------------------


def begin_rectification(
    session: Session, dossier: Dossier, reason: str, *, actor_id: int | None, now: datetime
) -> None:
    """Open what was fixed for writing, for a reason that bidders will read."""
    hold_in(session, dossier, "fixed")
    demand_open(session, dossier, now)
    if dossier.rectification:
        raise NotNow("A rectification is being written already.")
    reason = tidy_words(reason, LONGEST_REASON)
    if not reason:
        raise Refusal("Say why this has to change.")
    dossier.rectification = "writing"
    dossier.rectification_reason = reason
    dossier.rectification_notice = ""
    record(session, "rectification_begun", dossier, actor_id=actor_id, now=now)


def extend(
    session: Session,
    dossier: Dossier,
    closes_at: datetime,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Choose a later closing date. It holds once the rectification is fixed."""
    hold_for_writing(session, dossier, now=now)
    if not dossier.is_being_rectified:
        raise NotNow("No rectification is being written.")
    if closes_at == dossier.closes_at:
        return
    _demand_later(session, dossier, closes_at)
    dossier.closes_at = closes_at
    dossier.revision += 1
    record(session, "extended", dossier, actor_id=actor_id, now=now, closes_at=str(closes_at))


def submit_rectification(
    session: Session, dossier: Dossier, notice: str, *, actor_id: int | None, now: datetime
) -> None:
    """Lay a rectification before the second pair of eyes, with what bidders will be told."""
    hold_for_writing(session, dossier, now=now)
    if not dossier.is_being_rectified:
        raise NotNow("No rectification is being written.")
    _demand_whole(session, dossier, now)
    _demand_later(session, dossier, dossier.closes_at)
    if not changes_of(session, dossier):
        raise Refusal("Nothing is different from what was fixed.")
    notice = tidy_words(notice, LONGEST_NOTICE)
    if not notice:
        raise Refusal("Write what bidders are told.")
    dossier.rectification = "review"
    dossier.rectification_notice = notice
    dossier.submitted_by = actor_id
    revision = dossier.revision
    record(
        session, "rectification_submitted", dossier, actor_id=actor_id, now=now, revision=revision
    )


def approve_rectification(
    session: Session,
    dossier: Dossier,
    read: Read,
    advice: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> Snapshot:
    """Approve a rectification and fix it under the next number, beside what was fixed before.

    ``advice`` is what was said about the closing date, in words, kept for later.
    """
    _hold_rectification(session, dossier, "review")
    demand_open(session, dossier, now)
    _demand_second(session, dossier, actor_id)
    _demand_later(session, dossier, dossier.closes_at)
    last = dossiers.last_snapshot(session, dossier)
    assert last is not None
    made = _fixed(
        session,
        dossier,
        read,
        last.number + 1,
        reason=dossier.rectification_reason,
        notice=dossier.rectification_notice,
        advice=advice,
        actor_id=actor_id,
        now=now,
    )
    _end_rectification(dossier)
    _record_fixed(session, "rectified", dossier, made, actor_id=actor_id, now=now)
    return made


def drop_rectification(
    session: Session, dossier: Dossier, *, actor_id: int | None, now: datetime
) -> None:
    """Put everything back as it was fixed. This can be done after the closing date too."""
    _hold_rectification(session, dossier, "writing", "review")
    kept = dossiers.fixed_row(session, dossier)
    fixed = snapshot.read_snapshot(kept.content)
    restoring.put_back(session, dossier, fixed, kept.estimates, now=now)
    _end_rectification(dossier)
    record(session, "rectification_dropped", dossier, actor_id=actor_id, now=now)


def changes_of(session: Session, dossier: Dossier) -> tuple[comparing.Change, ...]:
    """Say what a rectification changes so far; nothing while it lacks too much to tell."""
    fixed = dossiers.fixed(session, dossier)
    written = written_so_far(session, dossier, fixed.number + 1)
    return comparing.compare(fixed, written) if written is not None else ()


def advice_on(
    changes: Sequence[comparing.Change], closes_at: datetime | None, now: datetime
) -> comparing.Advice:
    """Advise on a closing date that was published, for what a rectification changes."""
    left = (day_of(closes_at) - day_of(now)).days if closes_at is not None else 0
    return comparing.advise(changes, left)


# What both have in common ----------------------------------------------------------------------


def _demand_whole(session: Session, dossier: Dossier, now: datetime) -> None:
    """Refuse a dossier that lacks something, is stopped by a check, or closes in the past."""
    for first in what_stops(session, dossier, day_of(now)):
        raise Refusal(first.message, **first.arguments)
    assert dossier.closes_at is not None
    if dossier.closes_at <= now:
        raise Refusal("The closing date lies in the past. Choose a later one.")


def _demand_second(session: Session, dossier: Dossier, actor_id: int | None) -> None:
    objection = objection_to(session, dossier, actor_id)
    if objection is not None:
        raise objection


def _demand_later(session: Session, dossier: Dossier, closes_at: datetime | None) -> None:
    """Refuse a closing date before the one that bidders know."""
    known = dossiers.fixed(session, dossier).closes_at
    if known is not None and (closes_at is None or closes_at < known):
        raise Refusal("The closing date can only become later than the one that was published.")


def _hold_in_review(session: Session, dossier: Dossier) -> None:
    hold_in(session, dossier, "review", "fixed")
    if dossier.state == "fixed" and dossier.rectification != "review":
        raise NotNow("This cannot be done in the state that the dossier is in.")


def _hold_rectification(session: Session, dossier: Dossier, *stages: str) -> None:
    hold_in(session, dossier, "fixed")
    if dossier.rectification not in stages:
        raise NotNow("No rectification is being written.")


def _write_on(session: Session, dossier: Dossier, actor_id: int | None, now: datetime) -> None:
    if dossier.state == "fixed":
        dossier.rectification = "writing"
        return
    dossier.state = "concept"
    lens = looking.lens_of(session, dossiers.LENS, dossier.id)
    if lens is not None:
        looking.reopen_lens(session, lens, actor_id=actor_id, now=now)


def _end_rectification(dossier: Dossier) -> None:
    dossier.rectification = dossier.rectification_reason = dossier.rectification_notice = ""


def _fixed(
    session: Session,
    dossier: Dossier,
    read: Read,
    number: int,
    *,
    reason: str = "",
    notice: str = "",
    advice: str = "",
    actor_id: int | None,
    now: datetime,
) -> Snapshot:
    """Add the snapshot of exactly what was read, with the review that let it through."""
    if read.revision != dossier.revision:
        raise Conflict(_READ_AGAIN)
    _demand_whole(session, dossier, now)
    content = snapshot.write_snapshot(snapshot_of(session, dossier, number))
    sha256 = snapshot.sha256_of(content)
    if read.sha256 != sha256:
        raise Conflict(_READ_AGAIN)
    made = Snapshot(
        dossier_id=dossier.id,
        number=number,
        content=content,
        sha256=sha256,
        estimates=estimates_of(dossier),
        reason=reason,
        notice=notice,
        deadline_advice=advice,
        made_at=now,
        made_by=dossier.submitted_by,
        approved_by=actor_id,
    )
    session.add(made)
    _add_review(session, dossier, "approved", actor_id, now)
    session.flush()
    return made


def _add_review(
    session: Session,
    dossier: Dossier,
    verdict: str,
    actor_id: int | None,
    now: datetime,
    reason: str = "",
) -> None:
    review = Review(
        dossier_id=dossier.id,
        revision=dossier.revision,
        verdict=verdict,
        reason=reason,
        reviewed_at=now,
        reviewed_by=actor_id,
    )
    session.add(review)


def _record_fixed(
    session: Session,
    action: str,
    dossier: Dossier,
    made: Snapshot,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    record(
        session,
        action,
        dossier,
        actor_id=actor_id,
        now=now,
        number=made.number,
        revision=dossier.revision,
        sha256=made.sha256,
    )
