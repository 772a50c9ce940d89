"""What asks for somebody on the first page."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.contract import Tile, Viewer
from waardewerk.i18n import day_of, format_date, format_datetime, language, ngettext
from waardewerk.i18n import gettext as _
from waardewerk_participation import course
from waardewerk_participation.models import Round
from waardewerk_participation.models.rounds import VOTING
from waardewerk_participation.moderation import last_day
from waardewerk_participation.operations import phases
from waardewerk_participation.queries import answers
from waardewerk_participation.queries.inclusion import inclusion_of_all
from waardewerk_participation.queries.moderation import Waiting, waiting_for
from waardewerk_participation.queries.rounds import own_rounds, rounds_for_everybody
from waardewerk_participation.texts import text_in

#: So many answered rounds are on the first page: it is no archive.
MOST_ANSWERED = 3


def tiles(session: Session, viewer: Viewer, now: datetime) -> list[Tile]:
    """Return what waits for this viewer: steps, statements, answers, groups; and the way in."""
    if not viewer.is_signed_in:
        return _for_everybody(session, now)
    if not viewer.may("participation.read"):
        return []
    rounds = [found for found in own_rounds(session) if found.phase != "closed"]
    found = [_way_in(rounds)]
    found += _waiting(rounds, viewer, now)
    if viewer.may("participation.moderate"):
        found += _to_judge(session, viewer)
    if viewer.may("participation.answer"):
        found += _unanswered(session, rounds)
    if viewer.may("participation.hold"):
        found += _silent(session, rounds)
    return found


def _for_everybody(session: Session, now: datetime) -> list[Tile]:
    """Lead a stranger to what is open to everybody, and to what people were answered last.

    A round with letters, or for people with an account, is for whom it was sent to.
    """
    rounds = rounds_for_everybody(session)
    voting = [found for found in rounds if phases.takes_votes(found, now)]
    answered = [found for found in rounds if found.phase == "closed"][:MOST_ANSWERED]
    return [
        *(_open_tile(found, place) for place, found in enumerate(voting)),
        *(_answered_tile(found, place) for place, found in enumerate(answered, start=len(voting))),
    ]


def _open_tile(found: Round, order: int) -> Tile:
    ends = phases.ends_at(found)
    text = (
        _("Open now: take part until %(moment)s.", moment=format_datetime(ends))
        if ends
        else _("Open now: take part.")
    )
    url = url_for("participation_round.landing", slug=found.slug)
    return Tile(title=text_in(found, language()).title, text=text, url=url, order=order)


def _answered_tile(found: Round, order: int) -> Tile:
    return Tile(
        title=text_in(found, language()).title,
        text=_("Answered: read what people said and what we do."),
        url=url_for("participation_round.answers", slug=found.slug),
        order=order,
    )


def _way_in(rounds: Iterable[Round]) -> Tile:
    voting = sum(found.phase in VOTING for found in rounds)
    text = (
        ngettext(
            "People can vote in %(count)s round.", "People can vote in %(count)s rounds.", voting
        )
        if voting
        else _("Ask people what they think, and tell them what you do with it.")
    )
    return Tile(title=_("Participation"), text=text, url=url_for("participation.rounds"), order=25)


def _waiting(rounds: Iterable[Round], viewer: Viewer, now: datetime) -> list[Tile]:
    """Tell who may take the next step of a round that it waits for one."""
    today = day_of(now)
    return [
        Tile(
            title=found.title,
            text=_("People were promised an answer, and it is late.")
            if course.is_overdue(found, today)
            else course.what_now(found, now),
            url=url_for("participation.round", slug=found.slug),
            asks=True,
            due=found.answer_by if found.phase != "prepare" else None,
            order=12,
        )
        for found in rounds
        if course.waits(found, now, today) and _may_go_on(found, viewer)
    ]


def _may_go_on(found: Round, viewer: Viewer) -> bool:
    step = phases.next_step(found)
    return step is not None and viewer.may(step.permission)


def _to_judge(session: Session, viewer: Viewer) -> list[Tile]:
    """Tell a moderator how many statements wait, and since when the oldest does."""
    return [
        Tile(
            title=one.found.title,
            text=_in_words(one),
            url=url_for("participation.moderation", slug=one.found.slug),
            asks=True,
            due=last_day(one.since) if one.since else None,
            order=11,
        )
        for one in waiting_for(session, viewer.person_id)
    ]


def _in_words(waiting: Waiting) -> str:
    if waiting.state == "doubted":
        text = ngettext(
            "%(count)s statement waits for a second reader.",
            "%(count)s statements wait for a second reader.",
            waiting.count,
        )
    else:
        text = ngettext(
            "%(count)s statement waits for a moderator.",
            "%(count)s statements wait for a moderator.",
            waiting.count,
        )
    if waiting.since is None:
        return text
    oldest = _("The oldest came in on %(day)s.", day=format_date(waiting.since))
    return f"{text} {oldest}"


def _unanswered(session: Session, rounds: Iterable[Round]) -> list[Tile]:
    tiles = []
    for found in rounds:
        if found.phase != "answer":
            continue
        points = answers.waiting_points(session, found)
        if points:
            text = ngettext(
                "%(count)s point that people made has no answer yet.",
                "%(count)s points that people made have no answer yet.",
                points,
            )
            url = url_for("participation.answers", slug=found.slug)
            due = found.answer_by
            tiles.append(Tile(title=found.title, text=text, url=url, asks=True, due=due, order=12))
    return tiles


def _silent(session: Session, rounds: Iterable[Round]) -> list[Tile]:
    voting = [found for found in rounds if found.phase in VOTING]
    tiles = []
    for one in inclusion_of_all(session, voting):
        silent = sum(group.is_left_alone for group in one.groups)
        if silent:
            text = ngettext(
                "%(count)s group stays silent, and nobody sees to it.",
                "%(count)s groups stay silent, and nobody sees to it.",
                silent,
            )
            url = url_for("participation.inclusion", slug=one.found.slug)
            tiles.append(Tile(title=one.found.title, text=text, url=url, asks=True, order=13))
    return tiles
