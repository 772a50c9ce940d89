"""What is printed to invite people: letters with a code each, the same for a print shop, a poster.

Nothing of it is kept: addresses come in, files go out.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from waardewerk import i18n
from waardewerk.documents import Sheet, to_csv, typeset
from waardewerk.i18n import gettext as _
from waardewerk.notation import codes
from waardewerk_participation.address_list import MOST_LINES, Address
from waardewerk_participation.models import Round, RoundText

#: An introduction is in the letter when its first paragraph is not longer: one page is one person.
LONGEST_INTRODUCTION = 500
PRINT = Path(__file__).parent / "print"


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes, how they can be reached, and where the site is."""

    organisation: str
    contact: str
    base_url: str


@dataclass(frozen=True, slots=True)
class Addressed:
    """A code and the lines of the address that it goes to; none when nobody typed one."""

    code: str
    lines: Address = ()


def round_address(base_url: str, slug: str) -> str:
    """Return the address at which a round begins."""
    return f"{base_url}/r/{slug}"


def code_address(base_url: str, slug: str, code: str) -> str:
    """Return the address that a letter's QR code leads to."""
    return f"{round_address(base_url, slug)}/c/{code}"


def letters_pdf(
    found: Round, text: RoundText, to: Sequence[Addressed], sender: Sender, *, today: date
) -> bytes:
    """Lay letters out to be printed, a page for each."""
    # Drawing squares takes numpy, which no start needs.
    from waardewerk_participation.squares import Squares

    squares = Squares(code_address(sender.base_url, found.slug, ""), codes.LENGTH)
    with i18n.speaking(text.language):
        content = {
            **_shared(text, sender, today),
            "paragraphs": list(_what_is_asked(found, text, sender)),
            "how": _("Point the camera of your phone at the square. Or type this address:"),
            "address_label": _("Address"),
            "address": _readable(round_address(sender.base_url, found.slug)),
            "code_label": _("Your code"),
            "alt": _("QR code that leads to the site, with your code"),
            "closing": list(_closing(sender)),
            "letters": [
                {
                    "lines": one.lines,
                    "code": codes.printed(one.code),
                    "square": squares.svg(one.code),
                }
                for one in to
            ],
        }
    return typeset(template("letters"), content, on=today)


def letters_csv(found: Round, text: RoundText, to: Sequence[Addressed], sender: Sender) -> bytes:
    """Write what a print shop needs to make the letters itself: a row for each."""
    most = max((len(one.lines) for one in to), default=0)
    with i18n.speaking(text.language):
        columns = [
            *(
                _("Address line %(number)s", number=line + 1)
                for line in range(min(most, MOST_LINES))
            ),
            _("Code"),
            _("Link"),
        ]
    rows = [
        (
            *(*one.lines, *[""] * (most - len(one.lines))),
            codes.printed(one.code),
            code_address(sender.base_url, found.slug, one.code),
        )
        for one in to
    ]
    return to_csv(Sheet(found.slug, columns, rows))


def poster_pdf(found: Round, text: RoundText, sender: Sender, *, today: date) -> bytes:
    """Lay out a poster for a round that is open to everybody."""
    from waardewerk_participation.squares import square_of

    address = round_address(sender.base_url, found.slug)
    with i18n.speaking(text.language):
        content = {
            **_shared(text, sender, today),
            "paragraphs": [
                _("Say what you think. You need no account, and we do not ask who you are."),
            ],
            "address": _readable(address),
            "square": square_of(address),
            "alt": _("QR code that leads to the site"),
            "closing": [*_until(found), *_questions(sender)],
        }
    return typeset(template("poster"), content, on=today)


def _shared(text: RoundText, sender: Sender, today: date) -> dict[str, Any]:
    return {
        "title": text.title,
        "question": text.question or text.title,
        "organisation": sender.organisation,
        "language": text.language,
        "date": [today.year, today.month, today.day],
        "date_in_words": i18n.format_date(today),
    }


def _what_is_asked(found: Round, text: RoundText, sender: Sender) -> Iterator[str]:
    introduction = text.introduction.strip().partition("\n\n")[0]
    if 0 < len(introduction) <= LONGEST_INTRODUCTION:
        yield introduction
    yield _(
        "%(organisation)s wants to know what you think. You read short statements, one at a time. "
        "You say whether you agree. You can also write a statement of your own.",
        organisation=sender.organisation,
    )
    yield _(
        "We show what people agree on and where they differ. Then we say what we do with it, what "
        "we do not do, and why."
    )
    yield " ".join(_until(found))
    yield _(
        "Your code only shows that you received a letter: what you say is kept without your name "
        "and without your address."
    )


def _until(found: Round) -> Iterator[str]:
    if found.closes_at is not None:
        yield _("You can take part until %(moment)s.", moment=i18n.format_datetime(found.closes_at))
    if found.answer_by is not None:
        yield _(
            "Our answer is on the site on %(day)s at the latest.",
            day=i18n.format_date(found.answer_by),
        )


def _closing(sender: Sender) -> Iterator[str]:
    yield _(
        "The code is for you alone. You can stop and go on later with the same code, also on "
        "another device."
    )
    yield from _questions(sender)


def _questions(sender: Sender) -> Iterator[str]:
    if sender.contact:
        yield _("Do you have a question? %(contact)s", contact=sender.contact)


def _readable(address: str) -> str:
    """Leave out what nobody has to type."""
    return address.removeprefix("https://")


@cache
def template(name: str) -> bytes:
    """Return the layout of something that is printed."""
    return (PRINT / f"{name}.typ").read_bytes()
