"""How far a round is, what happens next, and what is not ready yet."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.contract import Viewer
from waardewerk.i18n import format_date, format_datetime, ngettext, own_name
from waardewerk.i18n import gettext as _
from waardewerk_participation.models import Round
from waardewerk_participation.models.rounds import PHASES
from waardewerk_participation.operations import phases
from waardewerk_participation.operations.dossier import PARTS
from waardewerk_participation.queries.inclusion import has_groups
from waardewerk_participation.queries.rounds import count_accepted, statements_lacking
from waardewerk_participation.round_words import PHASE_TITLES
from waardewerk_participation.sections import SectionLink, section_for

#: With fewer statements people can say little, and groups of opinion hardly show.
FEWEST_ADVISED = 15


@dataclass(frozen=True)
class PhaseStep:
    """One phase as a step of a process."""

    title: str
    state: str
    note: str | None = None
    url: str | None = None


def steps_of(found: Round) -> list[PhaseStep]:
    """Return the phases of a round, with the moment at which each ends."""
    has_second = found.second_closes_at is not None or found.phase == "second_vote"
    order = [phase for phase in PHASES if has_second or phase != "second_vote"]
    current = order.index(found.phase)
    notes = {
        "vote": _until(found.closes_at),
        "second_vote": _until(found.second_closes_at),
        "answer": _("before %(day)s", day=format_date(found.answer_by))
        if found.answer_by
        else None,
        "closed": format_date(found.closed_at) if found.closed_at else None,
    }
    return [
        PhaseStep(str(PHASE_TITLES[phase]), _state(place, current, phase), notes.get(phase))
        for place, phase in enumerate(order)
    ]


def what_now(found: Round, now: datetime) -> str:
    """Say in one or two sentences what happens now, and what after that."""
    ends = phases.ends_at(found)
    if ends is not None and now >= ends:
        return _("The time to vote is over: no vote is taken. In a minute the round moves on.")
    if ends is not None:
        return _(
            "People can vote until %(moment)s. Then the vote ends by itself.",
            moment=format_datetime(ends),
        )
    texts = {
        "prepare": _(
            "Nobody sees the round yet. Write the texts and the first statements, and map who is "
            "touched. Then open the vote."
        ),
        "analyse": _(
            "The vote is over. Count the booklets that came back, and look at odd votes. Then "
            "begin to answer: at that moment the result is published, exact and for good, and you "
            "see it too."
        ),
        "answer": _("Answer every point that people made. Then you can close the round."),
        "closed": _("The round is closed. Everybody can read what was said and what you do."),
    }
    return texts[found.phase]


def waits(found: Round, now: datetime, today: date) -> bool:
    """Tell whether a round waits for somebody to take its next step."""
    if found.phase == "prepare":
        return found.opens_at is not None and found.opens_at <= now
    return found.phase == "analyse" or is_overdue(found, today)


def is_overdue(found: Round, today: date) -> bool:
    """Tell whether people were promised an answer that is not there."""
    promised = found.answer_by is not None and found.answer_by < today
    return promised and found.phase in {"analyse", "answer"}


@dataclass(frozen=True)
class NotReady:
    """Something that is not there yet; without some of these the next step cannot be taken."""

    text: str
    stops: bool
    #: Where it is made good, for who may go there.
    link: SectionLink | None


def not_ready(session: Session, found: Round, viewer: Viewer, now: datetime) -> list[NotReady]:
    """List what is not there yet before the vote, before answering, or before closing."""
    missing = [
        NotReady(
            _(one.refusal.message, **one.refusal.details),
            stops=True,
            link=section_for(found, one.part, viewer),
        )
        for one in phases.what_is_missing(session, found, now)
    ]
    if found.phase == "prepare":
        missing += [
            NotReady(text, stops=False, link=section_for(found, part, viewer))
            for part, text in _remarks(session, found)
        ]
    return missing


def _remarks(session: Session, found: Round) -> Iterator[tuple[str, str]]:
    """Say, with the part of the round that it is about, what a vote can begin without."""
    if words := _dossier_lacks(found):
        yield "dossier", words
    if not has_groups(session, found):
        yield "groups", _("Nobody wrote down who is touched: then you do not see who stays silent.")
    number = count_accepted(session, found)
    if 0 < number < FEWEST_ADVISED:
        yield (
            "statements",
            ngettext(
                "There is %(count)s statement. With 15 to 30, people can say more, and you see "
                "more.",
                "There are %(count)s statements. With 15 to 30, people can say more, and you see "
                "more.",
                number,
            ),
        )
    for language, lacking in statements_lacking(session, found).items():
        yield (
            "statements",
            ngettext(
                "%(count)s statement is not there in %(language)s yet.",
                "%(count)s statements are not there in %(language)s yet.",
                lacking,
                language=own_name(language),
            ),
        )
    if not found.policy:
        yield "setup", _("It is not written what moderators go by.")


def _dossier_lacks(found: Round) -> str:
    written = {text.language: text for text in found.texts}
    parts = [
        bool(language in written and getattr(written[language], part))
        for language in found.languages
        for part in PARTS
    ]
    if not any(parts):
        return _("The dossier is empty: people read nothing about the subject before they vote.")
    return "" if all(parts) else _("Not every part of the dossier is written.")


def invitation_of(found: Round) -> str:
    """Return the address at which people take part."""
    return url_for("participation_round.dossier", slug=found.slug, _external=True).removesuffix(
        "dossier"
    )


def _until(moment: datetime | None) -> str | None:
    return _("until %(moment)s", moment=format_datetime(moment)) if moment else None


def _state(place: int, current: int, phase: str) -> str:
    if place < current or (place == current and phase == "closed"):
        return "done"
    return "current" if place == current else "upcoming"
