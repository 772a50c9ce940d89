"""The register and a request for advice as documents."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from waardewerk import i18n
from waardewerk.contract import LEVELS
from waardewerk.documents import (
    BulletList,
    Column,
    Document,
    Heading,
    Note,
    Paragraph,
    Run,
    Sheet,
    Table,
)
from waardewerk.documents.tree import Block
from waardewerk.i18n import day_of, format_date, lazy
from waardewerk.i18n import gettext as _
from waardewerk.people.words import LEVEL_TITLES
from waardewerk.responsibility.advice_file import Dissent, GivenAnswer, TravellingRequest
from waardewerk.responsibility.queries.advice import Counsel
from waardewerk.responsibility.queries.bodies import Gathering, Seat
from waardewerk.responsibility.queries.register import Place, Register
from waardewerk.responsibility.questions import QUESTIONS
from waardewerk.responsibility.words import BODY_TITLES, ROLE_TITLES, sentence

#: Stands behind the name of somebody whose account was closed.
_LEFT = lazy("left")


def register_document(register: Register, organisation: str) -> Document:
    """Build the register as a document, in the language of who is looking."""
    return Document(
        title=_("Who is responsible for digital ethics"),
        language=i18n.language(),
        author=organisation,
        date=register.today,
        subtitle=_("Register of responsibilities"),
        description=_("Register of responsibilities for digital ethics"),
        blocks=[
            *_findings(register),
            *(block for level in LEVELS for block in _level(register, level)),
            *_bodies(register.bodies),
            *_how(),
        ],
    )


def _findings(register: Register) -> list[Block]:
    heading = Heading(1, _("What to talk about"))
    if not register.findings:
        text = _("Today the register lacks nothing. That says who is named, not how it goes.")
        return [heading, Paragraph(text)]
    return [heading, BulletList([sentence(one) for one in register.findings])]


def _level(register: Register, level: str) -> list[Block]:
    rows = [row for row in _rows(register) if row.level == level]
    columns = [_("Responsibility"), _("Who"), _("Since"), _("Deputy"), _("Mandate and decision")]
    return [
        Heading(1, str(LEVEL_TITLES[level])),
        Table(
            _("Placed at this level: %(level)s", level=LEVEL_TITLES[level]),
            [Column(title) for title in columns],
            [_cells(row) for row in rows],
            row_headers=True,
        ),
    ]


@dataclass(frozen=True)
class _Row:
    """A line of the register: a question with one of its answers, or without."""

    level: str
    title: str
    place: Place | None


def _rows(register: Register) -> list[_Row]:
    rows = []
    for question in QUESTIONS:
        answers: Sequence[Place | None] = register.answers_to(question.key) or [None]
        rows += [_Row(question.level, str(question.text), place) for place in answers]
    for level in LEVELS:
        rows += [_Row(level, place.title, place) for place in register.own_at(level)]
    return rows


def _cells(row: _Row) -> list[str]:
    if row.place is None:
        return [row.title, _("Not placed yet"), "", "", ""]
    return [
        row.title,
        _named(row.place.holder, has_left=row.place.has_left),
        _period(row.place.since, row.place.last_day),
        _named(row.place.deputy, has_left=row.place.deputy_left),
        "\n".join(filter(None, (row.place.mandate, row.place.decision))),
    ]


def _named(name: str, *, has_left: bool) -> str:
    return f"{name} ({_LEFT})" if has_left else name


def _period(since: date, until: date | None) -> str:
    begin = format_date(since, "medium")
    if until is None:
        return begin
    return _("%(since)s until %(until)s", since=begin, until=format_date(until, "medium"))


def _bodies(bodies: Sequence[Gathering]) -> list[Block]:
    blocks: list[Block] = [Heading(1, _("Bodies"))]
    if not bodies:
        return [*blocks, Paragraph(_("There is no body yet."))]
    for body in bodies:
        blocks += _body(body)
    return blocks


def _body(body: Gathering) -> list[Block]:
    text = body.text
    said = [
        (_("Kind"), str(BODY_TITLES[text.kind])),
        (_("What it is for"), text.purpose),
        (_("Intended result"), text.intended_result or _("Not written down")),
        (_("How you see it"), text.seen_by),
        (_("Place in the organisation"), text.place),
        (_("Founded by"), text.decision),
    ]
    blocks: list[Block] = [
        Heading(2, text.name),
        *(_said(label, words) for label, words in said if words),
    ]
    if not body.seats:
        return [*blocks, Paragraph(_("It has no members."))]
    return [
        *blocks,
        Paragraph(_("Members:")),
        BulletList([_member(seat) for seat in body.seats]),
    ]


def _member(seat: Seat) -> str:
    more = [seat.function, _("chair") if seat.is_chair else ""]
    return ", ".join(filter(None, (seat.name, *more)))


def _said(label: str, words: str) -> Paragraph:
    return Paragraph((Run(f"{label}: ", strong=True), Run(words)))


def _how() -> list[Block]:
    return [
        Heading(1, _("How to read this")),
        Paragraph(
            _(
                "The register asks questions that follow from the advice of the interprovincial "
                "ethics committee. It gives no marks: that somebody is named says nothing yet "
                "about what that person does."
            )
        ),
    ]


def register_sheet(register: Register) -> Sheet:
    """Lay the register out as rows, one for each responsibility or question without answer."""
    columns = [
        _("Level"),
        _("Question"),
        _("Responsibility"),
        _("Role"),
        _("Who"),
        _("Deputy"),
        _("Since"),
        _("Until"),
        _("Mandate"),
        _("Decision"),
    ]
    return Sheet(_("Register"), columns, [_line(row) for row in _rows(register)])


def _line(row: _Row) -> list[str | date | None]:
    place = row.place
    level = str(LEVEL_TITLES[row.level])
    if place is None:
        return [level, row.title, "", "", _("Not placed yet"), "", None, None, "", ""]
    return [
        level,
        row.title if place.question else "",
        place.title,
        str(ROLE_TITLES[place.role]),
        place.holder,
        place.deputy,
        place.since,
        place.last_day,
        place.mandate,
        place.decision,
    ]


def request_file(counsel: Counsel, organisation: str) -> TravellingRequest:
    """Put a request in the shape in which it travels; names only when the asker lets them."""
    request = counsel.request
    names = request.names_may_travel
    return TravellingRequest(
        organisation=organisation,
        title=request.title,
        about=request.about,
        question=request.question,
        thoughts=request.thoughts or None,
        asked_on=day_of(request.asked_at),
        wanted_by=request.wanted_by,
        asked_by=counsel.asker if names else None,
        answer=_given(counsel, with_names=names),
    )


def _given(counsel: Counsel, *, with_names: bool) -> GivenAnswer | None:
    request, answer = counsel.request, counsel.answer
    if request.state != "answered" or answer is None or request.closed_at is None:
        return None
    return GivenAnswer(
        text=answer.text,
        answered_on=day_of(request.closed_at),
        advisers=len(counsel.signed),
        names=tuple(one.name for one in counsel.signed) if with_names else None,
        dissent=tuple(
            Dissent(text=one.text, name=one.name if with_names else None) for one in counsel.dissent
        ),
    )


def request_document(file: TravellingRequest, today: date) -> Document:
    """Build a request for advice as a document, from what travels and nothing else."""
    return Document(
        title=file.title,
        language=i18n.language(),
        author=file.organisation,
        date=today,
        subtitle=_("Request for advice, %(organisation)s", organisation=file.organisation),
        description=_("Request for advice on digital ethics"),
        blocks=[
            *_case(file),
            *_answer(file.answer),
        ],
    )


def _case(file: TravellingRequest) -> list[Block]:
    asked = _("Asked on %(day)s", day=format_date(file.asked_on))
    by = _("by %(name)s", name=file.asked_by) if file.asked_by else ""
    blocks: list[Block] = [
        Paragraph(" ".join(filter(None, (asked, by))) + "."),
        Heading(1, _("The question")),
        Paragraph(file.question),
        Heading(1, _("What it is about")),
        Paragraph(file.about),
    ]
    if file.thoughts:
        blocks += [Heading(1, _("What was already thought")), Paragraph(file.thoughts)]
    return blocks


def _answer(answer: GivenAnswer | None) -> list[Block]:
    heading = Heading(1, _("The answer"))
    if answer is None:
        return [heading, Paragraph(_("There is no answer yet."))]
    who = _("%(count)s advisers put their name to it.", count=answer.advisers)
    if answer.names:
        who = _("Signed by: %(names)s.", names=", ".join(answer.names))
    given = _("Given on %(day)s.", day=format_date(answer.answered_on))
    blocks: list[Block] = [heading, Paragraph(answer.text), Paragraph(f"{who} {given}")]
    return [
        *blocks,
        *(Note(one.text, kind="attention", title=_dissenter(one)) for one in answer.dissent),
    ]


def _dissenter(one: Dissent) -> str:
    if one.name:
        return _("%(name)s sees it otherwise", name=one.name)
    return _("An adviser sees it otherwise")
