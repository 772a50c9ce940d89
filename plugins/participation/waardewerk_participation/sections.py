"""The pages of a round for those who hold it, in the order in which they are needed."""

from __future__ import annotations

from dataclasses import dataclass

from flask import url_for

from waardewerk.contract import Viewer
from waardewerk.i18n import lazy
from waardewerk_participation.models import Round

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


def sections_for(found: Round, viewer: Viewer) -> list[SectionLink]:
    """List the pages of a round that this viewer may open."""
    return [
        SectionLink(one.title, one.sentence, url_for(one.endpoint, slug=found.slug))
        for one in SECTIONS
        if viewer.may(one.permission)
    ]
