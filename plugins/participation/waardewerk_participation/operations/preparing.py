"""Prepare a round: what is asked, who may join, when, in which languages, by which rules."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotNow, Refusal
from waardewerk.values.operations import looking
from waardewerk.wording import tidy_texts
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import Round, RoundText
from waardewerk_participation.models.rounds import JOINING, MODERATION, VOTING
from waardewerk_participation.operations.trail import check_not_closed, log
from waardewerk_participation.queries.rounds import has_begun

if TYPE_CHECKING:
    from waardewerk.values.models import ProjectLens

#: What the lens of a round, and a signal from one, is called.
LENS = "participation.round"
SLUG = re.compile(r"[a-z0-9]+(-[a-z0-9]+)*")
LONGEST_SLUG = 64
LONGEST_TITLE = 200
LONGEST_QUESTION = 300
LONGEST_TEXT = 4000
MOST_LANGUAGES = 12
QUOTAS = range(11)
#: Days after closing in which people can still look at their own answers with the key.
KEY_DAYS = range(7, 91)
#: Months after closing in which others can count the votes again.
KEEP_MONTHS = range(1, 61)
#: These stand still once somebody takes part: who joined relied on them.
RULES = ("joining", "moderation", "quota", "languages")
#: These stand still once the round is closed.
TERMS = ("key_days", "keep_months")


@dataclass(frozen=True, kw_only=True)
class RoundSetUp:
    """How a round is set up."""

    slug: str
    title: str
    question: str
    #: The first one is the round's own: in that language title and question are.
    languages: tuple[str, ...]
    opens_at: datetime
    closes_at: datetime
    second_closes_at: datetime | None = None
    answer_by: date | None = None
    joining: str = "open"
    moderation: str = "before"
    quota: int = 3
    policy: str = ""
    key_days: int = 30
    keep_months: int = 12


def prepare_round(
    session: Session, setup: RoundSetUp, keys: Keys, *, actor_id: int | None, now: datetime
) -> Round:
    """Make a round that nobody sees yet, with a key of its own; a form sent twice makes one."""
    setup = tidy_texts(setup, LONGEST_TEXT)
    _check_slug(setup.slug)
    _check_words(setup)
    _check_rules(setup)
    _check_dates(setup)
    _check_ahead(setup.closes_at, now)
    same = select(Round).where(Round.slug == setup.slug)
    earlier = session.scalar(same)
    if earlier is not None:
        return _the_same(earlier, setup, actor_id)
    made = Round(
        slug=setup.slug,
        title=setup.title,
        is_imported=False,
        made_at=now,
        made_by=actor_id,
        key_name=keys.make(),
        texts=[RoundText(language=setup.languages[0], title=setup.title, question=setup.question)],
    )
    _set(made, setup)
    kept = db.add_once(session, made, same)
    if kept is not made:
        keys.destroy(made.key_name)
        return _the_same(kept, setup, actor_id)
    log(session, "round.prepared", made, actor_id, now, {"joining": made.joining})
    return made


def change_set_up(
    session: Session,
    found: Round,
    setup: RoundSetUp,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> Round:
    """Change how a round is set up, as far as that no longer stands still.

    Its address never changes: it is in letters and on posters.
    """
    setup = tidy_texts(setup, LONGEST_TEXT)
    # Who joins at this moment relies on the rules as they are.
    db.hold(session, found)
    if found.revision != revision:
        raise Conflict("Somebody else changed this round. Load the page again; yours is below.")
    _check_words(setup)
    _check_rules(setup)
    _check_what_stands_still(session, found, setup)
    _check_dates(setup)
    for voting, ends in (("vote", setup.closes_at), ("second_vote", setup.second_closes_at)):
        if found.phase == voting and ends is not None:
            _check_ahead(ends, now)
    changed = _set(found, setup)
    if found.phase == "prepare":
        own = text_to_write(found, setup.languages[0])
        found.title = own.title = setup.title
        own.question = setup.question
    found.revision += 1
    session.flush()
    log(session, "round.set_up", found, actor_id, now, {"changed": changed})
    return found


def own_text(found: Round) -> RoundText:
    """Return what people read about a round in its own language."""
    return next(text for text in found.texts if text.language == found.languages[0])


def text_to_write(found: Round, language: str) -> RoundText:
    """Return what people read about a round in a language; empty when it was not written yet."""
    for text in found.texts:
        if text.language == language:
            return text
    text = RoundText(language=language, title="")
    found.texts.append(text)
    return text


def _the_same(earlier: Round, setup: RoundSetUp, actor_id: int | None) -> Round:
    same = (earlier.title, earlier.made_by, earlier.phase) == (setup.title, actor_id, "prepare")
    if earlier.is_imported or not same or _differing(earlier, setup):
        raise Refusal("There is a round “%(slug)s” already: choose another name.", slug=setup.slug)
    return earlier


def _set(found: Round, setup: RoundSetUp) -> list[str]:
    """Write down what is chosen; return the names of what became different."""
    changed = _differing(found, setup)
    for name in changed:
        value = getattr(setup, name)
        setattr(found, name, list(value) if isinstance(value, tuple) else value)
    return changed


def _differing(found: Round, setup: RoundSetUp) -> list[str]:
    moments = ("opens_at", "closes_at", "second_closes_at", "answer_by")
    asked = {name: getattr(setup, name) for name in (*RULES, *moments, *TERMS, "policy")}
    asked["languages"] = list(setup.languages)
    return [name for name, value in asked.items() if getattr(found, name) != value]


def _check_slug(slug: str) -> None:
    if len(slug) > LONGEST_SLUG or not SLUG.fullmatch(slug):
        raise Refusal(
            "The name in the address has small letters, digits and hyphens, at most %(most)s.",
            most=LONGEST_SLUG,
        )


def _check_words(setup: RoundSetUp) -> None:
    if not setup.title or len(setup.title) > LONGEST_TITLE:
        raise Refusal("Give the round a title of at most %(most)s characters.", most=LONGEST_TITLE)
    if not setup.question or len(setup.question) > LONGEST_QUESTION:
        raise Refusal(
            "Ask people one question of at most %(most)s characters.", most=LONGEST_QUESTION
        )


def _check_rules(setup: RoundSetUp) -> None:
    if setup.joining not in JOINING:
        raise Refusal("Choose who may join.")
    if setup.moderation not in MODERATION:
        raise Refusal("Choose when statements are read.")
    if setup.quota not in QUOTAS:
        raise Refusal("Choose from 0 to %(most)s statements for each participant.", most=QUOTAS[-1])
    if setup.key_days not in KEY_DAYS:
        raise Refusal("The key is destroyed 7 to 90 days after closing.")
    if setup.keep_months not in KEEP_MONTHS:
        raise Refusal("Votes are removed 1 to 60 months after closing.")
    chosen = setup.languages
    if not chosen or len(chosen) > MOST_LANGUAGES or len(set(chosen)) != len(chosen):
        raise Refusal("Choose in which languages people can take part.")


def _check_dates(setup: RoundSetUp) -> None:
    if setup.closes_at <= setup.opens_at:
        raise Refusal("Voting ends after it begins.")
    if setup.second_closes_at is not None and setup.second_closes_at <= setup.closes_at:
        raise Refusal("The second vote ends after the first.")
    last = setup.second_closes_at or setup.closes_at
    if setup.answer_by is not None and setup.answer_by < day_of(last):
        raise Refusal("People get their answer after the last day of voting.")


def _check_ahead(ends: datetime, now: datetime) -> None:
    if ends <= now:
        raise Refusal("The end of voting must lie ahead.")


def _check_what_stands_still(session: Session, found: Round, setup: RoundSetUp) -> None:
    different = set(_differing(found, setup))
    check_not_closed(found)
    if different & set(RULES) and has_begun(session, found):
        raise NotNow(
            "People take part already. Who may join, moderation, the number of statements and "
            "the languages stand still."
        )
    if found.phase == "prepare":
        return
    own = own_text(found)
    if (found.title, own.question) != (setup.title, setup.question):
        raise NotNow("The round is open: its title and question stand still.")
    if "languages" in different:
        raise NotNow("The round is open: its languages stand still.")
    if "opens_at" in different:
        raise NotNow("The round is open: when it began stands still.")
    if found.phase != "vote" and "closes_at" in different:
        raise NotNow("The vote is over: when it ended stands still.")
    if found.phase not in VOTING and "second_closes_at" in different:
        raise NotNow("The vote is over: when it ended stands still.")
    if found.phase == "second_vote" and setup.second_closes_at is None:
        raise NotNow("The second vote goes on: say when it ends.")


def open_lens(
    session: Session, found: Round, url: str, *, actor_id: int | None, now: datetime
) -> ProjectLens:
    """Open the lens of a round: what the plan that it asks about does to values."""
    return looking.open_lens(
        session,
        kind=LENS,
        subject_id=found.id,
        title=found.title,
        url=url,
        actor_id=actor_id,
        now=now,
    )
