"""Let somebody hear what was done with a round, without anything of what they said beside it.

An address counts only after its owner said so on the page that the mail leads to. Nothing in the
audit trail says that somebody asked: the trail knows moments, and this knows only days.
"""

from __future__ import annotations

from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, or_, select
from sqlalchemy.orm import Session

from waardewerk import audit, db, jobs, mail
from waardewerk.i18n import day_of
from waardewerk.refusal import NotFound, NotNow, Refusal
from waardewerk.sealing import Unreadable
from waardewerk_participation import follow_links, notices
from waardewerk_participation.models import Follower, Round
from waardewerk_participation.notices import Sender

JOB = "participation.tell_followers"
#: Letters in one transaction: others get a turn in between.
AT_ONCE = 200
UNCONFIRMED_DAYS = 7
#: The address of who waits for a round that is never answered goes all the same.
LONGEST_WAIT = timedelta(days=2 * 365)


def ask(
    session: Session, found: Round, email: str, *, language: str, sender: Sender, now: datetime
) -> None:
    """Ask the owner of an address whether they want to follow a round.

    It does the same whether the address was known or not, so nobody finds out who follows.
    """
    if found.phase == "closed":
        raise NotNow("The answers are there already: you can read them on this site.")
    address = email.strip().lower()
    if not mail.is_address(address):
        raise Refusal("Type an e-mail address, such as name@example.nl.")
    own = follow_links.fingerprint(sender.secret, found.slug, address)
    token = follow_links.token(sender.secret, own)
    _remember(session, found, address, own, language=language, secret=sender.secret, now=now)
    letter = notices.please_confirm(found, address, token, sender, language=language)
    mail.post(session, letter, now=now)


def _remember(
    session: Session,
    found: Round,
    address: str,
    own: str,
    *,
    language: str,
    secret: str,
    now: datetime,
) -> None:
    hashed = follow_links.token_hash(follow_links.token(secret, own))
    same = select(Follower).where(Follower.token == hashed)
    fresh = Follower(
        token=hashed,
        round_slug=found.slug,
        email=follow_links.seal(secret, found.slug, address),
        fingerprint=own,
        language=language,
        asked_on=day_of(now),
    )
    kept = session.scalar(same) or db.add_once(session, fresh, same)
    if not kept.is_confirmed:
        kept.asked_on, kept.language = day_of(now), language


def get_follower(session: Session, found: Round, token: str) -> Follower:
    """Return who a link in a mail belongs to, or refuse."""
    follower = session.get(Follower, follow_links.token_hash(token))
    if follower is None or follower.round_slug != found.slug:
        raise NotFound("This link does not work any more: the address was removed.")
    return follower


def confirm(session: Session, found: Round, token: str, *, now: datetime) -> None:
    """Let an address count: its owner said so. Who does so after closing is written to at once."""
    follower = get_follower(session, found, token)
    # Who closes the round waits for this, or this sees that it is closed.
    session.refresh(found, with_for_update={"of": Round, "read": True})
    follower.is_confirmed = True
    if found.phase == "closed" and follower.told_on is None:
        # A key of its own: the mail to everybody may be on its way, and no longer see this one.
        _queue(session, found, follower.token, now)


def stop(session: Session, found: Round, token: str) -> None:
    """Remove an address at once. Who stops twice has stopped."""
    hashed = follow_links.token_hash(token)
    own = delete(Follower).where(Follower.token == hashed, Follower.round_slug == found.slug)
    session.execute(own)


def tell_later(session: Session, found: Round, *, now: datetime) -> None:
    """Let the mail with the answers leave after this transaction."""
    _queue(session, found, "everybody", now)


def _queue(session: Session, found: Round, whom: str, now: datetime) -> None:
    key = f"{JOB}:{found.id}:{whom}"
    jobs.enqueue(session, JOB, {"round": found.id}, now=now, unique_key=key)


def tell(session: Session, found: Round, sender: Sender, *, now: datetime) -> int:
    """Write to a number of followers that were not written to; return how many that were."""
    waiting = (
        select(Follower)
        .where(
            Follower.round_slug == found.slug,
            Follower.is_confirmed,
            Follower.told_on.is_(None),
        )
        .order_by(Follower.token)
        .limit(AT_ONCE)
        # Two workers at once write to nobody twice.
        .with_for_update(skip_locked=True)
    )
    followers = session.scalars(waiting).all()
    for one in followers:
        _tell_one(session, found, one, sender, now)
    if followers:
        audit.record(
            session,
            "participation.followers_told",
            f"round:{found.id}",
            actor_id=None,
            now=now,
            details={"mails": len(followers)},
        )
    return len(followers)


def _tell_one(session: Session, found: Round, one: Follower, sender: Sender, now: datetime) -> None:
    one.told_on = day_of(now)
    try:
        address = follow_links.unseal(sender.secret, found.slug, one.email)
    except Unreadable:
        # Sealed with a secret that this installation lost: nobody can be written to.
        return
    token = follow_links.token(sender.secret, one.fingerprint)
    letter = notices.answers_are_there(found, address, token, sender, language=one.language)
    mail.post(session, letter, now=now)


def forget_old(session: Session, today: date, *, days: int) -> int:
    """Remove addresses that were written to, were never confirmed, or wait for nothing."""
    return db.changed(session, delete(Follower).where(_is_old(today, days)))


def count_old(session: Session, today: date, *, days: int) -> int:
    """Count the addresses that should go by now, without touching them."""
    old = select(func.count()).select_from(Follower).where(_is_old(today, days))
    return session.scalar(old) or 0


def _is_old(today: date, days: int) -> ColumnElement[bool]:
    return or_(
        Follower.told_on <= today - timedelta(days),
        ~Follower.is_confirmed & (Follower.asked_on <= today - timedelta(UNCONFIRMED_DAYS)),
        Follower.asked_on < today - LONGEST_WAIT,
        Follower.round_slug.not_in(select(Round.slug)),
    )


def of_address(session: Session, email: str, secret: str) -> list[Follower]:
    """List what one address follows."""
    address = email.strip().lower()
    slugs = session.scalars(select(Follower.round_slug).distinct())
    own = [follow_links.fingerprint(secret, slug, address) for slug in slugs]
    return list(session.scalars(select(Follower).where(Follower.fingerprint.in_(own))))
