"""What people are sent: invitation and reminder by mail, and letters on paper with a QR code."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from waardewerk import i18n
from waardewerk.documents.tree import (
    Block,
    Document,
    Figure,
    Heading,
    Note,
    PageBreak,
    Paragraph,
    Run,
)
from waardewerk.i18n import gettext as _
from waardewerk.mail import Letter

if TYPE_CHECKING:
    from waardewerk_maturity.models import Scan

_MODULE = 5


@dataclass(frozen=True, kw_only=True)
class Sender:
    """Who writes, from where, in which language; ``secret`` is what codes are worked out from."""

    organisation: str
    base_url: str
    secret: str
    language: str


@dataclass(frozen=True, kw_only=True)
class Invited:
    """Somebody who gets a letter."""

    name: str
    email: str
    code: str
    link: str


def invitation(scan: Scan, to: Invited, sender: Sender) -> Letter:
    """Write to somebody who is asked to answer."""
    with i18n.speaking(sender.language):
        return Letter(
            to=to.email,
            subject=_("Will you answer the scan “%(scan)s”?", scan=scan.inquiry.title),
            body=_body(
                _("Hello %(name)s,", name=to.name),
                *_what_is_asked(scan, sender),
                _("Begin with this link. It is personal: do not pass it on."),
                to.link,
                *_promise(scan),
                sender.organisation,
            ),
        )


def reminder(scan: Scan, to: Invited, sender: Sender) -> Letter:
    """Write to somebody who has not handed in."""
    with i18n.speaking(sender.language):
        return Letter(
            to=to.email,
            subject=_(
                "You can answer the scan “%(scan)s” until %(day)s",
                scan=scan.inquiry.title,
                day=i18n.format_date(scan.inquiry.closes_on),
            ),
            body=_body(
                _("Hello %(name)s,", name=to.name),
                _(
                    "We asked you to answer the scan “%(scan)s”. Your answers are not in yet.",
                    scan=scan.inquiry.title,
                ),
                _("You can begin, or go on where you were, with this link:"),
                to.link,
                _(
                    "You can answer until %(day)s. Everything you filled in is kept.",
                    day=i18n.format_date(scan.inquiry.closes_on),
                ),
                sender.organisation,
            ),
        )


def _what_is_asked(scan: Scan, sender: Sender) -> list[str]:
    return [
        _(
            "%(organisation)s looks at how it deals with data ethics, and asks what you see. "
            "First everybody answers alone. After that we talk about the differences.",
            organisation=sender.organisation,
        ),
        _(
            "It takes about 30 minutes. You can stop and go on later. "
            "You can answer until %(day)s.",
            day=i18n.format_date(scan.inquiry.closes_on),
        ),
    ]


def _promise(scan: Scan) -> list[str]:
    if scan.inquiry.privacy == "confidential":
        return [
            _(
                "Your answers are confidential: the people in this scan see your name beside "
                "them, and only if you agree to that before you begin."
            )
        ]
    return [
        _(
            "Nobody sees your own answers. Groups of fewer than %(k)s people are not shown.",
            k=scan.inquiry.smallest_group,
        )
    ]


def _body(*paragraphs: str) -> str:
    return "\n\n".join(paragraphs) + "\n"


def paper_letters(
    scan: Scan, people: Sequence[Invited], sender: Sender, *, today: date
) -> Document:
    """Lay out letters to print: one page for each person, after a cover that stays with us."""
    with i18n.speaking(sender.language):
        blocks: list[Block] = [
            Paragraph(_("Print this on one side of the paper and keep this page.")),
            Note(
                _(
                    "Each page holds a personal code. Whoever has the code can answer as that "
                    "person: put each letter in a closed envelope."
                ),
                kind="attention",
            ),
        ]
        for one in people:
            blocks += _page(scan, one, sender)
        return Document(
            title=_("Letters: %(scan)s", scan=scan.inquiry.title),
            language=sender.language,
            author=sender.organisation,
            date=today,
            blocks=blocks,
        )


def _page(scan: Scan, to: Invited, sender: Sender) -> list[Block]:
    return [
        PageBreak(),
        Heading(1, _("Will you answer the scan “%(scan)s”?", scan=scan.inquiry.title)),
        Paragraph(_("Hello %(name)s,", name=to.name)),
        *(Paragraph(text) for text in _what_is_asked(scan, sender)),
        Paragraph(_("Point the camera of your phone at this square, or go to the address below.")),
        Figure(qr_code(to.link), _("QR code with your personal link"), ""),
        Paragraph((Run(_("Address: ")), Run(f"{sender.base_url}/a/", strong=True))),
        Paragraph((Run(_("Your code: ")), Run(to.code, strong=True))),
        *(Paragraph(text) for text in _promise(scan)),
        Paragraph(sender.organisation),
    ]


def qr_code(text: str) -> str:
    """Draw a QR code as plain SVG."""
    import segno

    made = segno.make(text, error="m", micro=False)
    modules = made.symbol_size(scale=1, border=4)[0]
    drawn = "".join(
        f"M{x} {y}h1v1h-1z"
        for y, row in enumerate(made.matrix_iter(scale=1, border=4))
        for x, is_dark in enumerate(row)
        if is_dark
    )
    side = modules * _MODULE
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'width="{side}" height="{side}"><rect width="{side}" height="{side}" fill="#fff"/>'
        f'<path transform="scale({_MODULE})" d="{drawn}" fill="#000"/></svg>'
    )
