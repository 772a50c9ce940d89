"""The booklet: the same round on paper, for who would rather not use a screen."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from waardewerk import i18n
from waardewerk.documents import typeset
from waardewerk.i18n import gettext as _
from waardewerk_participation import numbering
from waardewerk_participation.letters import Sender, round_address, template
from waardewerk_participation.models import BackgroundQuestion, Round, RoundText, Statement
from waardewerk_participation.texts import label_in, statement_in

#: Points: what most people read with ease, and large print.
SIZES = {"normal": 12, "large": 18}
#: The dossier in short: so much of each of its parts, up to the end of a sentence.
LONGEST_PART = 200
LONGEST_INTRODUCTION = 400


@dataclass(frozen=True, kw_only=True)
class Content:
    """What is printed of a round, in which language and size, and where it goes back to."""

    found: Round
    text: RoundText
    statements: Sequence[Statement]
    background: Sequence[BackgroundQuestion]
    size: str
    back: Sequence[str]


def in_language(statements: Sequence[Statement], language: str) -> list[tuple[int, str]]:
    """Give number and text of the statements that can be read in a language."""
    texts = ((one.number, *statement_in(one, language)) for one in statements)
    return [(number, text) for number, text, written_in in texts if written_in == language]


def booklet_pdf(content: Content, sender: Sender, *, today: date) -> bytes:
    """Lay out the booklet."""
    with i18n.speaking(content.text.language):
        return typeset(template("booklet"), _laid_out(content, sender, today), on=today)


def _laid_out(content: Content, sender: Sender, today: date) -> dict[str, Any]:
    found, text = content.found, content.text
    statements = in_language(content.statements, text.language)
    printed = numbering.written(number for number, _text in statements)
    return {
        "title": text.title,
        "organisation": sender.organisation,
        "language": text.language,
        "size": SIZES[content.size],
        "date": [today.year, today.month, today.day],
        "foot": _("%(title)s · statements %(numbers)s", title=text.title, numbers=printed),
        "number_label": _("We fill this in:"),
        "question": text.question or text.title,
        "introduction": [shortened(text.introduction, LONGEST_INTRODUCTION)],
        "dossier_title": _("What it is about"),
        "dossier": list(_dossier(text)),
        "how_title": _("How to fill this in"),
        "how": list(_how(found, sender)),
        "code_label": _("Code from your letter, if you have one:")
        if found.joining == "code"
        else "",
        "statements_title": _("What do you think of it?"),
        "votes": [_("Agree"), _("Disagree"), _("Do not know")],
        "statements": [{"number": str(number), "text": words} for number, words in statements],
        "own_title": _("Is something missing? Write a statement of your own."),
        "own_help": _(
            "One short sentence, without names. We read it first. Then others can react."
        ),
        "background_title": _("About you"),
        "background_help": _(
            "This shows whether we hear all kinds of people. You may leave it open."
        ),
        "background": [_asked(one, text.language) for one in content.background],
        "back_title": _("Send this back"),
        "back_help": " ".join(_sending_back(found)),
        "back": list(content.back),
    }


def _dossier(text: RoundText) -> Iterator[dict[str, str]]:
    parts = (
        (_("Which data?"), text.which_data),
        (_("Which technology?"), text.which_technology),
        (_("About whom?"), text.about_whom),
        (_("What may go wrong?"), text.what_may_go_wrong),
    )
    for label, words in parts:
        if words.strip():
            yield {"label": label, "text": shortened(words, LONGEST_PART)}


def _how(found: Round, sender: Sender) -> Iterator[str]:
    yield _("Tick one box for each statement. You may skip a statement.")
    yield _(
        "Do not write your name in this booklet. We type over what you ticked, without knowing who "
        "you are."
    )
    yield _("You can read more and take part on the site too:")
    yield round_address(sender.base_url, found.slug).removeprefix("https://")


def _sending_back(found: Round) -> Iterator[str]:
    if found.closes_at is not None:
        yield _("Post it before %(day)s.", day=i18n.format_date(found.closes_at))
    yield _("Our address:")


def _asked(question: BackgroundQuestion, language: str) -> dict[str, Any]:
    return {
        "label": label_in(question.label, language),
        "options": [label_in(option["label"], language) for option in question.options],
    }


def shortened(words: str, longest: int) -> str:
    """Return the first paragraph, up to the last whole sentence that fits."""
    first = " ".join(words.strip().partition("\n\n")[0].split())
    if len(first) <= longest:
        return first
    cut = first[:longest]
    end = max(cut.rfind(sign) for sign in (". ", "? ", "! "))
    return cut[: end + 1] if end > 0 else f"{cut[: cut.rfind(' ')]} …"
