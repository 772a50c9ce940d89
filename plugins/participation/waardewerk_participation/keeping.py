"""How long what belongs to rounds stays, and what is handed over or erased on request.

These rules hold also while the plugin is off: a key that was promised to go, goes. Nobody can ask
for their votes by address: nothing here leads from an address to a participant.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from flask import current_app
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import settings, traces
from waardewerk.config import Config
from waardewerk.contract import RetentionRule
from waardewerk.i18n import day_of, lazy
from waardewerk.people.operations import accounts
from waardewerk.traces import Trace
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import (
    CodeBatch,
    Judgement,
    LeftOut,
    Outreach,
    PaperBatch,
    PaperEntry,
    Point,
    Round,
    StakeholderGroup,
    Statement,
    Translation,
)
from waardewerk_participation.operations import following, forgetting

#: After the mail with the answers, unless the province chose otherwise.
KEEP_FOLLOWERS = timedelta(days=14)
#: As a round is set up by itself; each round has its own term.
KEEP_KEYS = timedelta(days=30)
KEEP_VOTES = timedelta(days=365)
KEEP_STAFF = timedelta(days=5 * 365)


def follower_days() -> int:
    """Return so many days after the mail with the answers an address is removed."""
    return int(settings.of("participation").get("follower_days", KEEP_FOLLOWERS.days))


def _secret() -> str:
    return str(current_app.secret_key)


def _keys() -> Keys:
    config: Config = current_app.extensions["waardewerk.config"]
    return Keys(config.key_folder)


def expire_followers(session: Session, _keep: timedelta) -> int:
    """Remove the addresses that were written to as long ago as the province chose."""
    return following.forget_old(session, day_of(datetime.now(UTC)), days=follower_days())


def export_followers(session: Session, email: str) -> list[dict[str, Any]]:
    """Return the rounds of which one address wants to hear."""
    return [
        {
            "round": one.round_slug,
            "confirmed": one.is_confirmed,
            "asked_on": one.asked_on.isoformat(),
            "told_on": one.told_on.isoformat() if one.told_on else None,
        }
        for one in following.of_address(session, email, _secret())
    ]


def erase_followers(session: Session, email: str) -> int:
    """Remove one address everywhere."""
    own = following.of_address(session, email, _secret())
    for one in own:
        session.delete(one)
    return len(own)


def expire_keys(session: Session, _keep: timedelta) -> int:
    """Destroy the keys of rounds that were closed so many days ago as each of them says."""
    return forgetting.purge_keys(session, _keys(), now=datetime.now(UTC))


def expire_votes(session: Session, _keep: timedelta) -> int:
    """Remove the votes of rounds that were closed so many months ago as each of them says."""
    return forgetting.purge_votes(session, _keys(), now=datetime.now(UTC))


def _round_of(column: Any, table: Any) -> Any:
    """Return the round of the row that a column points to."""
    return select(table.round_id).where(table.id == column).scalar_subquery()


#: Every column that knows somebody who works here.
PEOPLE_WHO_HOLD = (
    Trace("made a round", Round.made_by, Round.id),
    Trace("judged statements", Judgement.moderator_id, Judgement.round_id),
    Trace(
        "approved translations",
        Translation.approved_by,
        _round_of(Translation.statement_id, Statement),
    ),
    Trace("left votes out", LeftOut.decided_by, LeftOut.round_id),
    Trace("made letters", CodeBatch.made_by, CodeBatch.round_id),
    Trace("made piles of booklets", PaperBatch.made_by, PaperBatch.round_id),
    Trace("typed booklets", PaperEntry.typed_by, _round_of(PaperEntry.batch_id, PaperBatch)),
    Trace("reaches groups", StakeholderGroup.owner_id, StakeholderGroup.round_id),
    Trace("sees to outreach", Outreach.owner_id, _round_of(Outreach.group_id, StakeholderGroup)),
    Trace("answered points", Point.answered_by, Point.round_id),
)


def expire_staff(session: Session, keep: timedelta) -> int:
    """Forget who held rounds that were closed longer ago than ``keep``."""
    ended = select(Round.id).where(Round.closed_at < datetime.now(UTC) - keep)
    return traces.forget_in(session, PEOPLE_WHO_HOLD, ended)


def export_staff(session: Session, email: str) -> list[dict[str, Any]]:
    """Return in which rounds one person did what, and how often."""
    person = accounts.find_person(session, email)
    if person is None:
        return []
    done = list(traces.done_by(session, PEOPLE_WHO_HOLD, person.id))
    own = Round.id.in_({number for _one, number, _times in done})
    slugs = {row.id: row.slug for row in session.execute(select(Round.id, Round.slug).where(own))}
    return [
        {"round": slugs[number], "what": one.what, "times": times}
        for one, number, times in done
        if number is not None
    ]


def erase_staff(session: Session, email: str) -> int:
    """Forget that one person held rounds; what was done stays."""
    person = accounts.find_person(session, email)
    return forget_person(session, person.id) if person is not None else 0


def forget_person(session: Session, person_id: int) -> int:
    """Forget that somebody held rounds whose account was erased."""
    return traces.forget_person(session, PEOPLE_WHO_HOLD, person_id)


FOLLOWERS = RetentionRule(
    name="followers",
    title=lazy("Addresses of people who follow a round, counted from the mail with the answers"),
    keep=KEEP_FOLLOWERS,
    expire=expire_followers,
    export=export_followers,
    erase=erase_followers,
)
KEYS = RetentionRule(
    name="round-keys",
    title=lazy("What could lead from a letter to a participant, counted from closing"),
    keep=KEEP_KEYS,
    expire=expire_keys,
    # Nothing leads from an address to a participant.
    export=lambda _session, _email: [],
    erase=lambda _session, _email: 0,
)
VOTES = RetentionRule(
    name="round-votes",
    title=lazy("What each participant of a round said, without a name, counted from closing"),
    keep=KEEP_VOTES,
    expire=expire_votes,
    export=lambda _session, _email: [],
    erase=lambda _session, _email: 0,
)
STAFF = RetentionRule(
    name="round-staff",
    title=lazy("Who held a round, judged statements or answered points"),
    keep=KEEP_STAFF,
    expire=expire_staff,
    export=export_staff,
    erase=erase_staff,
)
