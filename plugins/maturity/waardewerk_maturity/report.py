"""The report of a scan as a document: for the executive first, and for who wants to check.

It says where people differ and where paper, practice and result come apart before it says any
level. It holds no share of what is done and no mark that says good or bad.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from waardewerk import i18n
from waardewerk.documents.tree import (
    Block,
    BulletList,
    Column,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Run,
    Table,
)
from waardewerk.i18n import format_date, format_number
from waardewerk.i18n import gettext as _
from waardewerk.questionnaires.queries import Results, Turnout
from waardewerk.questionnaires.spread import Distribution, Spread
from waardewerk_maturity import drawings, sentences, tables
from waardewerk_maturity.models import Action
from waardewerk_maturity.queries import ScanFigures, ThemeResult
from waardewerk_maturity.scoring import overall_index
from waardewerk_maturity.tables import FigureTable
from waardewerk_maturity.words import LENS_TITLES, LEVEL_TITLES, level_text, scope_of, title_of


@dataclass(frozen=True, kw_only=True)
class Material:
    """All that a report is made from, already fit to be seen by its reader."""

    figures: ScanFigures
    #: None when the reader may not see how answers are spread.
    results: Results | None
    previous: ScanFigures | None
    turnout: Sequence[Turnout]
    organisation: str
    shows_index: bool
    today: date


def build_report(material: Material) -> Document:
    """Build the report in the language of who is looking."""
    figures = material.figures
    scan = figures.scan
    subtitle = f"{scan.inquiry.title}: {scope_of(scan)}"
    return Document(
        title=_("Data ethics: where we are and what we want"),
        language=i18n.language(),
        author=material.organisation,
        date=figures.measured_on or material.today,
        subtitle=subtitle if figures.is_final else f"{subtitle} ({_('concept')})",
        description=_("Report of a maturity scan of data ethics"),
        blocks=[
            *_concept(figures),
            *_summary(material),
            *_themes_at_a_glance(material),
            *_perception(material),
            *_each_theme(material),
            *_hindrances(figures),
            *_actions(figures),
            *_spread(material),
            *_facts(material),
            *_how(),
            *_privacy(figures),
        ],
    )


def _concept(figures: ScanFigures) -> list[Block]:
    if figures.is_final:
        return []
    return [
        Note(
            _("The conversation is still going on. Levels in this report can change."),
            kind="attention",
            title=_("Concept"),
        )
    ]


def _summary(material: Material) -> list[Block]:
    figures = material.figures
    points = sentences.headlines(figures, _perceptions(material))
    blocks: list[Block] = [Heading(1, _("What the executive should know"))]
    if points:
        blocks += [Paragraph(_("This stands out most:")), BulletList(points)]
    blocks.append(Paragraph(sentences.levels(figures)))
    blocks += _undecided(figures)
    if material.shows_index:
        blocks.append(Paragraph(_overall(figures)))
    return blocks


def _undecided(figures: ScanFigures) -> list[Block]:
    open_themes = [title_of(one.section) for one in figures.themes if one.ambition is None]
    if not open_themes:
        return []
    return [
        Paragraph(
            _(
                "Nobody agreed yet which level is wanted for: %(themes)s.",
                themes="; ".join(open_themes),
            )
        )
    ]


def _overall(figures: ScanFigures) -> str:
    middle = overall_index(one.figures for one in figures.themes)
    return _(
        "The level in the middle of all themes is %(level)s. It says little by itself: "
        "look at the themes.",
        level=level_text(middle),
    )


def _themes_at_a_glance(material: Material) -> list[Block]:
    drawing = drawings.levels(material.figures)
    blocks: list[Block] = [
        Heading(1, _("The themes at a glance")),
        Paragraph(sentences.gaps(material.figures)),
        _table(_order_of(material.figures), tables.levels(material.figures)),
        *_why_here(material.figures),
        Figure(drawing.wide, drawing.sentence, drawing.title),
    ]
    shape = drawings.shape(material.figures)
    if shape is not None:
        blocks.append(Figure(shape.wide, shape.sentence, shape.title))
    return blocks


def _order_of(figures: ScanFigures) -> str:
    if figures.ordering.has_accents:
        return _("Levels per theme, most urgent first")
    return _("Levels per theme, largest gap first")


def _why_here(figures: ScanFigures) -> list[Block]:
    found = sentences.why_here(figures)
    if not found:
        return []
    return [
        Paragraph(_("The largest gap comes first, and accents of the province count along:")),
        BulletList(found),
        Paragraph(
            _(
                "An accent only orders what comes first. "
                "It never changes a level, a gap or a weight."
            )
        ),
    ]


def _table(caption: str, content: FigureTable) -> Table:
    return Table(
        caption,
        [Column(column.title, column.numeric) for column in content.columns],
        [[row[column.key] for column in content.columns] for row in content.rows],
        row_headers=True,
    )


def _perceptions(material: Material) -> list[sentences.Perception]:
    if material.results is None:
        return []
    return sentences.perceptions(material.results, i18n.language())


def _perception(material: Material) -> list[Block]:
    heading = Heading(1, _("Who sees it differently"))
    if material.results is None:
        return [
            heading,
            Paragraph(_("How answers are spread is shown to the people who took part.")),
        ]
    found = _perceptions(material)
    if not found:
        text = _("No two levels of the organisation differ by a whole level, as far as shown.")
        return [heading, Paragraph(text)]
    return [
        heading,
        Paragraph(
            _(
                "For each question the answer in the middle of one level of the organisation is "
                "laid beside that of another. The largest differences come first."
            )
        ),
        _table(_("Differences between levels of the organisation"), tables.perceptions(found)),
    ]


def _each_theme(material: Material) -> list[Block]:
    blocks: list[Block] = [Heading(1, _("Per theme"))]
    for one in material.figures.themes:
        blocks += _theme(one, material.previous)
    return blocks


def _theme(one: ThemeResult, previous: ScanFigures | None) -> list[Block]:
    title = title_of(one.section)
    blocks: list[Block] = [
        Heading(2, title),
        Table(
            _("Where we are: %(theme)s", theme=title),
            [Column(_("Lens")), Column(_("Agreed level")), Column(_("Name of the level"))],
            [list(row) for row in tables.lens_rows(one)],
            row_headers=True,
        ),
    ]
    ranges = sentences.ranges_of(one)
    if ranges:
        blocks.append(_said(_("Range of its questions"), sentences.of_range(ranges)))
    blocks += [Note(text, kind="attention") for text in sentences.outside_range(one)]
    blocks += [
        Note(sentences.of_break(title, each), kind="attention", title=_("Comes apart"))
        for each in one.figures.flagged
    ]
    blocks += _why(one)
    blocks += _wanted(one)
    blocks += _last_time(one, previous)
    return blocks


def _said(label: str, text: str) -> Paragraph:
    return Paragraph((Run(f"{label}: ", strong=True), Run(text)))


def _why(one: ThemeResult) -> list[Block]:
    blocks: list[Block] = []
    for agreement in one.agreements:
        blocks.append(_said(_("Why"), agreement.reason))
        blocks.append(_said(_("Who was there"), agreement.present))
        if agreement.dissent:
            blocks.append(_said(_("Who sees it otherwise"), agreement.dissent))
        if agreement.review_on:
            blocks.append(_said(_("We look again on"), format_date(agreement.review_on)))
    return blocks or [Paragraph(_("People did not agree on a level for the theme as a whole."))]


def _wanted(one: ThemeResult) -> list[Block]:
    ambition = one.ambition
    if ambition is None:
        return [Paragraph(_("Nobody agreed yet which level is wanted."))]
    blocks: list[Block] = [
        Heading(3, _("What we want")),
        Paragraph(sentences.of_gap(one)),
        _said(_("Why"), ambition.reason),
        _said(_("What people will notice"), ambition.intended_result),
        _said(_("First step"), ambition.first_step),
        _said(_("By when"), format_date(ambition.by_date)),
        _said(_("Who sees to it"), ambition.owner),
        _said(_("Who agreed"), ambition.present),
    ]
    if ambition.dissent:
        blocks.append(_said(_("Who sees it otherwise"), ambition.dissent))
    return blocks


def _last_time(one: ThemeResult, previous: ScanFigures | None) -> list[Block]:
    memory = tables.memory_of(one, previous)
    if memory is None:
        return []
    blocks: list[Block] = [
        Heading(3, _("Last time")),
        Paragraph(
            _(
                "%(scan)s, %(day)s: level %(level)s in practice.",
                scan=memory.title,
                day=memory.day,
                level=memory.level,
            )
        ),
    ]
    for label, text in (
        (_("Why"), memory.reason),
        (_("Who saw it otherwise"), memory.dissent),
        (_("What was promised"), memory.promise),
    ):
        if text:
            blocks.append(_said(label, text))
    if memory.actions:
        blocks.append(BulletList([f"{title} ({state})" for title, state in memory.actions]))
    return blocks


def _all_actions(figures: ScanFigures) -> list[Action]:
    return [action for one in figures.themes for action in one.actions]


def _titles(figures: ScanFigures) -> dict[str, str]:
    return {one.section.id: title_of(one.section) for one in figures.themes}


def _hindrances(figures: ScanFigures) -> list[Block]:
    found = [a for a in _all_actions(figures) if a.hindrance]
    heading = Heading(1, _("What hinders"))
    if not found:
        return [
            heading,
            Paragraph(_("Nothing was written down that hinders or should be built down.")),
        ]
    titles = _titles(figures)
    return [
        heading,
        Table(
            _("What is missing or hinders, and what is done about it"),
            [Column(_("Hinders or is missing")), Column(_("Theme")), Column(_("Action"))],
            [[a.hindrance, titles.get(a.theme, a.theme), a.title] for a in found],
        ),
    ]


def _actions(figures: ScanFigures) -> list[Block]:
    found = _all_actions(figures)
    heading = Heading(1, _("What we will do"))
    if not found:
        return [heading, Paragraph(_("No action is planned yet."))]
    content = tables.actions_on_paper(found, _titles(figures))
    return [heading, _table(_("Actions, with what they must lead to"), content)]


def _spread(material: Material) -> list[Block]:
    if material.results is None:
        return []
    blocks: list[Block] = [
        Heading(1, _("How answers are spread")),
        Paragraph(
            _(
                "How many people chose each level before they talked. Groups with too few answers "
                "are not shown, and neither is what could be worked out from the others."
            )
        ),
    ]
    for one in material.figures.themes:
        blocks.append(Heading(2, title_of(one.section)))
        for question in one.section.questions:
            spreads = {
                lens: material.results.spreads[question.id, lens]
                for lens in question.lenses or ("",)
                if (question.id, lens) in material.results.spreads
            }
            if spreads:
                title = question.title.for_language(i18n.language())
                blocks.append(_spread_table(title, spreads))
    return blocks


def _spread_table(question: str, spreads: dict[str, Spread]) -> Table:
    steps = next(
        (s.overall.steps for s in spreads.values() if s.overall is not None), (1, 2, 3, 4, 5)
    )
    columns = [Column(_("Lens")), Column(_("Who"))]
    columns += [Column(str(step), numeric=True) for step in steps]
    columns.append(Column(_("Middle"), numeric=True))
    rows = []
    for lens, spread in spreads.items():
        title = str(LENS_TITLES[lens])
        rows.append([title, _("Everybody"), *_counts(spread.overall, steps)])
        rows += [
            [title, str(LEVEL_TITLES[group.group]), *_counts(group.distribution, steps)]
            for group in spread.groups
            if group.distribution is not None or group.hidden
        ]
    return Table(question, columns, rows, row_headers=True)


def _counts(shown: Distribution | None, steps: Sequence[int]) -> list[str]:
    if shown is None:
        return [*("–" for _step in steps), _("not shown")]
    return [*(str(shown.count(step)) for step in steps), format_number(shown.median)]


def _facts(material: Material) -> list[Block]:
    scan = material.figures.scan
    inquiry, definition = scan.inquiry, material.figures.definition
    rows = [
        [_("About"), scope_of(scan)],
        [_("Questions"), f"{definition.title.for_language(i18n.language())} {definition.version}"],
        [
            _("Answered"),
            _(
                "%(first)s to %(last)s",
                first=format_date(inquiry.opens_on),
                last=format_date(inquiry.closes_on),
            ),
        ],
    ]
    if material.figures.measured_on:
        rows.append([_("Agreed"), format_date(material.figures.measured_on)])
    if scan.values_version is not None:
        rows.append([_("Value framework"), _("version %(number)s", number=scan.values_version)])
    if material.previous is not None:
        rows.append([_("Compared with"), material.previous.scan.inquiry.title])
    return [
        Heading(1, _("About this scan")),
        Table(_("What this scan is"), [Column(_("What")), Column("–")], rows, row_headers=True),
        Table(
            _("Who was asked and who answered"),
            [
                Column(_("Level of the organisation")),
                Column(_("Asked"), numeric=True),
                Column(_("Handed in"), numeric=True),
            ],
            [
                [str(LEVEL_TITLES[row.level]), str(row.asked), str(row.handed_in)]
                for row in material.turnout
            ],
            row_headers=True,
        ),
    ]


def _how() -> list[Block]:
    rules = [
        _("A level is agreed by people who talked about it. It is never a mean of answers."),
        _(
            "Range of its questions: the lowest and the highest agreed level of the questions "
            "in a theme."
        ),
        _("Gap: the wanted level minus the agreed level in practice."),
        _(
            "Comes apart: on paper minus in practice, or in practice minus result, from two "
            "levels. The two are never added up."
        ),
        _(
            "Difference between levels of the organisation: the answer in the middle of one "
            "minus that of the other."
        ),
        _(
            "The order of the themes is that of the gaps. An accent that the province gives to a "
            "value can change the order, never a level."
        ),
        _("A question that does not apply counts nowhere, and neither does one without an answer."),
    ]
    return [Heading(1, _("How the figures are made")), BulletList(rules)]


def _privacy(figures: ScanFigures) -> list[Block]:
    inquiry = figures.scan.inquiry
    if inquiry.privacy == "confidential":
        text = _(
            "This scan is confidential. People who took part saw names beside answers, of those "
            "who agreed to that. This report holds no name beside an answer."
        )
    else:
        text = _(
            "Answers stand in this report per group. A group with fewer than %(k)s answers is not "
            "shown and cannot be worked out.",
            k=inquiry.smallest_group,
        )
    return [Heading(1, _("Privacy")), Paragraph(text)]
