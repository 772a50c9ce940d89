"""The pages of a round for those who hold it, in the order in which they are needed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk.contract import Viewer
from waardewerk.i18n import lazy, ngettext
from waardewerk_participation.models import Round
from waardewerk_participation.queries import answers
from waardewerk_participation.queries.moderation import waiting_in

HOLD, READ = "participation.hold", "participation.read"


@dataclass(frozen=True)
class Section:
    """A page of a round, and who may open it."""

    endpoint: str
    title: str
    sentence: str
    permission: str


SECTIONS = (
    Section(
        "participation.setup",
        lazy("Set-up"),
        lazy("The question, who may join, dates, languages and moderation."),
        HOLD,
    ),
    Section(
        "participation.dossier",
        lazy("Texts and dossier"),
        lazy("What people can read before they vote, with files and links."),
        HOLD,
    ),
    Section(
        "participation.groups",
        lazy("Who is touched"),
        lazy("Groups of people, how you reach them, and what you ask about who takes part."),
        HOLD,
    ),
    Section(
        "participation.statements",
        lazy("Statements"),
        lazy("What people react to, in every language, and for which values."),
        HOLD,
    ),
    Section(
        "participation.letters",
        lazy("Letters"),
        lazy("Codes, letters to print, and the poster."),
        HOLD,
    ),
    Section(
        "participation.moderation",
        lazy("Moderation"),
        lazy("Statements that wait for a moderator."),
        "participation.moderate",
    ),
    Section(
        "participation.paper",
        lazy("Paper"),
        lazy("Booklets to print, and to type over when they come back."),
        "participation.type",
    ),
    Section(
        "participation.inclusion",
        lazy("Who takes part"),
        lazy("Expected against reached, and groups that stay silent."),
        READ,
    ),
    Section(
        "participation.results",
        lazy("Results"),
        lazy("What people share, what divides them, and what some fear."),
        READ,
    ),
    Section(
        "participation.flags",
        lazy("Flagged votes"),
        lazy("Votes that look unlike those of people, and what to do about them."),
        "participation.moderate",
    ),
    Section(
        "participation.answers",
        lazy("Answers"),
        lazy("What you do with what people said, and why."),
        "participation.answer",
    ),
    Section(
        "participation.closing",
        lazy("After closing"),
        lazy("The key, the votes and the proof of the result."),
        READ,
    ),
)


@dataclass(frozen=True)
class SectionLink:
    """A page that this viewer may open."""

    title: str
    sentence: str
    url: str
    #: How much waits there; empty when nothing does.
    waits: str = ""


def sections_for(session: Session, found: Round, viewer: Viewer) -> list[SectionLink]:
    """List the pages of a round that this viewer may open, with what waits there."""
    waits = _waiting(session, found)
    return [
        SectionLink(
            one.title,
            one.sentence,
            url_for(one.endpoint, slug=found.slug),
            waits.get(one.endpoint, ""),
        )
        for one in SECTIONS
        if viewer.may(one.permission)
    ]


def section_for(found: Round, name: str, viewer: Viewer) -> SectionLink | None:
    """Return one page of a round, when this viewer may open it."""
    endpoint = f"participation.{name}"
    for one in SECTIONS:
        if one.endpoint == endpoint and viewer.may(one.permission):
            return SectionLink(one.title, one.sentence, url_for(endpoint, slug=found.slug))
    return None


def _waiting(session: Session, found: Round) -> dict[str, str]:
    """Say by endpoint how much waits for somebody there."""
    statements = waiting_in(session, found)
    points = answers.waiting_points(session, found) if found.phase == "answer" else 0
    waits = {}
    if statements:
        waits["participation.moderation"] = ngettext(
            "%(count)s statement waits", "%(count)s statements wait", statements
        )
    if points:
        waits["participation.answers"] = ngettext(
            "%(count)s point has no answer yet", "%(count)s points have no answer yet", points
        )
    return waits
