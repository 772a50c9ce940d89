"""What a round found as a document: the same figures and sentences as the page."""

from __future__ import annotations

from waardewerk import i18n
from waardewerk.documents import (
    BulletList,
    Document,
    Figure,
    Heading,
    Note,
    PageBreak,
    Paragraph,
)
from waardewerk.documents.tree import Block
from waardewerk.i18n import day_of
from waardewerk.i18n import gettext as _
from waardewerk_participation.figure_tables import FigureTable
from waardewerk_participation.reading import Item, Reading, Section
from waardewerk_participation.result_words import say_moment
from waardewerk_participation.texts import text_in


def build_report(reading: Reading, organisation: str) -> Document:
    """Build the report in the language of who is looking."""
    text = text_in(reading.published.found, reading.language)
    return Document(
        title=text.title,
        subtitle=text.question,
        language=i18n.language(),
        author=organisation,
        date=day_of(reading.published.counted_at),
        description=_("What people think in a participation round"),
        blocks=[
            *_beginning(reading),
            *(block for section in reading.sections() for block in _section(section)),
            *_groups(reading),
            *_map(reading),
            *_values(reading),
            *_who(reading),
            *_moderation(reading),
            *_how(reading),
            *_statements(reading),
        ],
    )


def _beginning(reading: Reading) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, _("In short")),
        Paragraph(reading.turnout()),
        Paragraph(reading.outcome()),
        Paragraph(say_moment(reading.published.counted_at)),
    ]
    if not reading.shown.is_final:
        blocks.append(
            Note(
                reading.so_far(),
                kind="attention",
                title=_("Not the last count"),
            )
        )
    if reading.says_nothing:
        blocks.append(
            Note(
                _(
                    "Too few people reacted to show what they think. A figure about few people "
                    "could tell what one of them voted."
                )
            )
        )
    blocks.append(
        Note(
            _(
                "People who took part are no sample of all inhabitants. A group is people who "
                "voted alike on these statements: no party, no neighbourhood, no character."
            ),
            title=_("How to read this"),
        )
    )
    return blocks


def _section(section: Section) -> list[Block]:
    blocks: list[Block] = [Heading(1, section.title)]
    if not section.items:
        return [*blocks, Paragraph(section.none)]
    blocks.append(Paragraph(section.explanation))
    for item in section.items:
        blocks += _item(item)
    return blocks


def _item(item: Item) -> list[Block]:
    return [
        # A heading stays on the page of what it names.
        Heading(2, f"{item.number}. {item.text}"),
        Figure(item.drawing.wide, item.drawing.sentence, item.sentence),
    ]


def _groups(reading: Reading) -> list[Block]:
    table = reading.groups()
    if table is None:
        return []
    blocks: list[Block] = [Heading(1, _("The groups")), table.in_document()]
    for title, lines in reading.characteristics():
        if lines:
            blocks += [
                Heading(2, title),
                Paragraph(_("This sets the group apart from all others:")),
                BulletList(lines),
            ]
    return blocks


def _map(reading: Reading) -> list[Block]:
    found = reading.map()
    if found is None:
        said = reading.no_map()
        return [Heading(1, _("Where people stand")), Paragraph(said)] if said else []
    drawing, table = found
    return [
        Heading(1, drawing.title),
        Paragraph(
            _("Who stands near each other voted alike. Left, right, up and down have no meaning.")
        ),
        Figure(
            drawing.wide,
            drawing.sentence,
            f"{_('The larger a circle, the more people.')} {drawing.sentence}",
        ),
        table.in_document(),
    ]


def _values(reading: Reading) -> list[Block]:
    table = reading.values()
    if table is None:
        return []
    return [
        Heading(1, _("Per value")),
        Paragraph(
            _(
                "Which share of reactions agrees, to the statements that touch a value. Values "
                "with an accent stand first; an accent changes no figure."
            )
        ),
        table.in_document(),
    ]


def _who(reading: Reading) -> list[Block]:
    tables = [one for one in (reading.channels(), *reading.background()) if one is not None]
    if not tables:
        return []
    blocks: list[Block] = [Heading(1, _("Who took part"))]
    blocks += [table.in_document() for table in tables]
    if contrasts := reading.contrasts():
        blocks += [
            Paragraph(_("Here those who took part in one way differ from all together:")),
            BulletList(contrasts),
        ]
    return blocks


def _moderation(reading: Reading) -> list[Block]:
    return [
        Heading(1, _("Which statements were shown")),
        *(table.in_document() for table in reading.moderation()),
    ]


def _how(reading: Reading) -> list[Block]:
    blocks: list[Block] = [
        Heading(1, _("How it was counted")),
        BulletList([f"{one['key']}: {one['value']}" for one in reading.provenance()]),
    ]
    if decisions := reading.decisions():
        blocks += [Paragraph(_("These votes do not count:")), BulletList(decisions)]
    if table := reading.comparisons():
        blocks.append(table.in_document())
    return blocks


def _statements(reading: Reading) -> list[Block]:
    if not reading.figures:
        return []
    table: FigureTable = reading.all_statements()
    return [PageBreak(), Heading(1, table.caption), table.in_document()]
