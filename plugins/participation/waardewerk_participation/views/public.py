"""What every page for those who take part has: the round's own words, and links to its pages."""

from __future__ import annotations

from dataclasses import dataclass

from flask import request, url_for

from waardewerk import access
from waardewerk.i18n import language, lazy
from waardewerk.refusal import NotFound
from waardewerk_participation.models import Round, RoundText
from waardewerk_participation.models.rounds import PHASES
from waardewerk_participation.texts import text_in
from waardewerk_participation.views.blueprint import config, following, own_round, taking_part

#: From the phase in which each page has something to say.
PAGES = (
    ("landing", lazy("Take part"), "vote"),
    ("dossier", lazy("What it is about"), "vote"),
    ("results", lazy("Results"), "vote"),
    ("answers", lazy("You said, we do"), "vote"),
    ("privacy", lazy("What we keep"), "vote"),
)


@dataclass(frozen=True)
class PageLink:
    """A link to one of the pages of a round."""

    title: str
    url: str
    is_current: bool


def public_round(slug: str) -> Round:
    """Return a round that people may see; while it is prepared, only who holds rounds sees it."""
    found = own_round(slug)
    if found.phase == "prepare" and not access.viewer().may("participation.hold"):
        raise NotFound("There is no round “%(slug)s”.", slug=slug)
    return found


def pages_of(found: Round) -> list[PageLink]:
    """List the pages of a round that there are now."""
    return [
        _link_to(found, f"{taking_part.name}.{name}", title)
        for name, title, phase in PAGES
        if _has_come(found, phase)
    ]


def _link_to(found: Round, endpoint: str, title: str) -> PageLink:
    return PageLink(str(title), url_for(endpoint, slug=found.slug), endpoint == request.endpoint)


def text_of(found: Round) -> RoundText:
    """Return a round's texts in the reader's language."""
    return text_in(found, language())


def sends_mail() -> bool:
    """Tell whether this installation can send mail: nobody is asked for an address in vain."""
    return bool(config().smtp_host)


def _has_come(found: Round, phase: str) -> bool:
    return found.phase in PHASES[PHASES.index(phase) :] or found.phase == "prepare"


@taking_part.context_processor
@following.context_processor
def _what_their_pages_know() -> dict[str, object]:
    return {"pages_of": pages_of, "text_of": text_of, "sends_mail": sends_mail()}
