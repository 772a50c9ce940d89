"""Forms for suppliers and recipients: make a link, save as they go, hand in, end.

What a supplier says stays the supplier's word. It is shown beside the follow-ups and is never a
finding of the province.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal, marked
from waardewerk.wording import tidy_words
from waardewerk_procurement import asked, supplier_links
from waardewerk_procurement.asked import Question, Said
from waardewerk_procurement.models import Bid, Dossier, FollowUp, Lot, SupplierForm
from waardewerk_procurement.operations.holding import hold_in, record
from waardewerk_procurement.queries.dossiers import fixed

LONGEST_TEXT = 4000
LONGEST_NAME = 200
LONGEST_OPEN = timedelta(days=366)
#: What is asked in which state of the dossier.
PURPOSES = {
    "fixed": "requirements",
    "assessment": "requirements",
    "decision": "requirements",
    "execution": "promises",
}


class UnknownForm(NotFound):
    """There is no form behind this link."""

    code = "unknown-form"

    def __init__(self) -> None:
        super().__init__(marked("There is no form behind this link."))


class StaleSaid(Conflict):
    """Answers were changed on another device meanwhile; ``keys`` says which."""

    code = "stale-answers"

    def __init__(self, keys: Iterable[str]) -> None:
        super().__init__(marked("This answer was changed somewhere else meanwhile."))
        self.keys = frozenset(keys)


@dataclass(frozen=True, slots=True)
class Filled:
    """What was filled in for one question; ``revision`` is that of the answer as it was read."""

    key: str
    answer: str
    text: str
    revision: int


@dataclass(frozen=True, slots=True)
class Asked:
    """A form with everything that its page needs."""

    form: SupplierForm
    bid: Bid
    lot: Lot
    dossier: Dossier
    questions: tuple[Question, ...]

    def said(self, key: str) -> Said:
        """Give what was answered to one question."""
        return said_in(self.form.answers, key)

    def is_open(self, today: date) -> bool:
        """Tell whether it can still be filled in."""
        return is_open(self.form, self.dossier, today)

    def question(self, key: str) -> Question:
        """Find a question by its key."""
        for one in self.questions:
            if one.key == key:
                return one
        raise NotFound("This question is not in the form.")

    @property
    def saved_at(self) -> datetime | None:
        """When something was saved last."""
        moments = (self.said(one.key).at for one in self.questions)
        return max((at for at in moments if at is not None), default=None)

    @property
    def still_open(self) -> list[Question]:
        """The questions that are not answered whole."""
        return [one for one in self.questions if not self.said(one.key).is_whole(one)]


def is_open(form: SupplierForm, dossier: Dossier, today: date) -> bool:
    """Tell whether a form of a dossier can still be filled in."""
    return (
        form.handed_in_at is None
        and today <= form.open_until
        and PURPOSES.get(dossier.state) == form.purpose
    )


def said_in(answers: Mapping[str, Any], key: str) -> Said:
    """Read one answer out of what was kept."""
    kept = answers.get(key)
    if kept is None:
        return Said()
    at = datetime.fromisoformat(kept["at"]) if kept.get("at") else None
    return Said(kept["answer"], kept["text"], kept.get("revision", 1), at)


def open_form(
    session: Session,
    dossier: Dossier,
    bid: Bid,
    open_until: date,
    *,
    secret: str,
    actor_id: int | None,
    now: datetime,
) -> SupplierForm:
    """Make a form for one bidder, or give the one that is open another last day."""
    hold_in(session, dossier, *PURPOSES)
    _check_until(open_until, day_of(now))
    if not _has_questions(session, dossier, bid):
        raise Refusal("There is nothing to ask this bidder.")
    form = _open_one(session, bid, PURPOSES[dossier.state], day_of(now))
    if form is not None and form.open_until == open_until:
        return form
    if form is None:
        form = _new(session, bid, PURPOSES[dossier.state], open_until, secret, actor_id, now)
    form.open_until = open_until
    session.flush()
    record(session, "form_opened", dossier, actor_id=actor_id, now=now, form=form.id)
    return form


def _check_until(open_until: date, today: date) -> None:
    if not today <= open_until <= today + LONGEST_OPEN:
        raise Refusal("Choose a last day from today until a year from now.")


def _has_questions(session: Session, dossier: Dossier, bid: Bid) -> bool:
    lot = next(one for one in dossier.lots if one.id == bid.lot_id)
    return bool(_questions(session, dossier, lot, bid, PURPOSES[dossier.state]))


def _open_one(session: Session, bid: Bid, purpose: str, today: date) -> SupplierForm | None:
    still = select(SupplierForm).where(
        SupplierForm.bid_id == bid.id,
        SupplierForm.purpose == purpose,
        SupplierForm.handed_in_at.is_(None),
        SupplierForm.open_until >= today,
    )
    return session.scalar(still.order_by(SupplierForm.id.desc()).limit(1))


def _new(
    session: Session,
    bid: Bid,
    purpose: str,
    open_until: date,
    secret: str,
    actor_id: int | None,
    now: datetime,
) -> SupplierForm:
    form = SupplierForm(
        bid_id=bid.id,
        purpose=purpose,
        # Its number has a part in the link, and is known once it is there.
        token_hash=secrets.token_hex(32),
        made_at=now,
        made_by=actor_id,
        open_until=open_until,
    )
    session.add(form)
    session.flush()
    form.token_hash = supplier_links.hash_of(secret, link_token(form, secret))
    return form


def link_token(form: SupplierForm, secret: str) -> str:
    """Give what the link of a form carries."""
    return supplier_links.token_of(secret, form.id, form.made_at)


def end_form(
    session: Session,
    dossier: Dossier,
    form: SupplierForm,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Let a link open nothing any more; what was saved or handed in stays."""
    hold_in(session, dossier, *PURPOSES)
    db.hold(session, form)
    yesterday = day_of(now) - timedelta(days=1)
    if form.handed_in_at is not None or form.open_until <= yesterday:
        return
    form.open_until = yesterday
    session.flush()
    record(session, "form_ended", dossier, actor_id=actor_id, now=now, form=form.id)


def find_by_token(session: Session, token: str, *, secret: str) -> Asked:
    """Find the form behind a link."""
    own = SupplierForm.token_hash == supplier_links.hash_of(secret, token)
    form = session.scalar(select(SupplierForm).where(own))
    if form is None:
        raise UnknownForm
    return whole_form(session, form)


def whole_form(session: Session, form: SupplierForm) -> Asked:
    """Give a form with its questions."""
    bid = session.get_one(Bid, form.bid_id)
    lot = session.get_one(Lot, bid.lot_id)
    dossier = session.get_one(Dossier, lot.dossier_id)
    questions = _questions(session, dossier, lot, bid, form.purpose)
    # What was asked and answered stays to be read, also when it was ended meanwhile.
    return Asked(form, bid, lot, dossier, questions)


def _questions(
    session: Session, dossier: Dossier, lot: Lot, bid: Bid, purpose: str
) -> tuple[Question, ...]:
    if purpose == "requirements":
        return asked.about_requirements(fixed(session, dossier), lot.key)
    # What was agreed after a broken promise is for us to look after: it is no promise of theirs.
    own = select(FollowUp).where(FollowUp.bid_id == bid.id, FollowUp.follows_id.is_(None))
    required = {one.key: one.text for one in fixed(session, dossier).criteria}
    return asked.about_promises(session.scalars(own.order_by(FollowUp.id)), required)


def save(
    session: Session,
    whole: Asked,
    filled: Sequence[Filled],
    *,
    filled_in_by: str | None = None,
    now: datetime,
) -> dict[str, Said]:
    """Keep answers as somebody goes; what was changed elsewhere meanwhile is not overwritten."""
    _hold_open(session, whole, now)
    changed = _changed(whole, filled, now)
    if changed:
        kept = {key: _as_kept(said) for key, said in changed.items()}
        whole.form.answers = {**whole.form.answers, **kept}
        whole.form.revision += 1
    if filled_in_by is not None:
        whole.form.filled_in_by = tidy_words(filled_in_by, LONGEST_NAME)
    session.flush()
    return {one.key: whole.said(one.key) for one in filled}


def _changed(whole: Asked, filled: Iterable[Filled], now: datetime) -> dict[str, Said]:
    changed: dict[str, Said] = {}
    stale: list[str] = []
    for one in filled:
        known, wanted = whole.said(one.key), _checked(whole.question(one.key), one)
        if (known.answer, known.text) == wanted:
            continue
        if known.revision != one.revision:
            stale.append(one.key)
        changed[one.key] = Said(*wanted, revision=known.revision + 1, at=now)
    if stale:
        raise StaleSaid(stale)
    return changed


def _hold_open(session: Session, whole: Asked, now: datetime) -> None:
    db.hold(session, whole.form)
    if not whole.is_open(day_of(now)):
        raise NotNow("This form is closed: nothing changes any more.")


def _checked(question: Question, filled: Filled) -> tuple[str, str]:
    if filled.answer and filled.answer not in question.choices:
        raise Refusal("Choose one of the answers.")
    return filled.answer, tidy_words(filled.text, LONGEST_TEXT)


def _as_kept(said: Said) -> dict[str, Any]:
    assert said.at is not None
    return {
        "answer": said.answer,
        "text": said.text,
        "revision": said.revision,
        "at": said.at.isoformat(),
    }


def hand_in(session: Session, whole: Asked, *, now: datetime) -> list[Question]:
    """Hand in, or give the questions that are still open: then what was saved simply stays."""
    _hold_open(session, whole, now)
    if whole.still_open:
        return whole.still_open
    whole.form.handed_in_at = now
    session.flush()
    # Nobody of the province did this, so nobody is named.
    record(session, "form_handed_in", whole.dossier, actor_id=None, now=now, form=whole.form.id)
    return []
