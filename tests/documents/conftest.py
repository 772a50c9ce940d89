"""A report that has one of everything, and texts that people should not be able to harm it with."""

import datetime as dt
from collections.abc import Callable, Sequence

import pytest

from waardewerk.documents import (
    BulletList,
    Column,
    Document,
    Figure,
    Heading,
    Note,
    PageBreak,
    Paragraph,
    Run,
    Table,
)
from waardewerk.documents.charts import GapRow, Words, gap_bars
from waardewerk.documents.tree import Block

THEMES = ["Kennis en vaardigheden", "Inkoop en subsidies", "Cultuur rond digitale ethiek"]


@pytest.fixture
def a_chart() -> str:
    rows = [GapRow(theme, 2, "2 stappen") for theme in THEMES]
    return gap_bars(rows, words=Words("verschil", "Verschil per thema", "Drie staven"))


@pytest.fixture
def a_report(a_chart: str) -> Document:
    columns = (Column("Thema"), Column("Nu", numeric=True))
    blocks = (
        Heading(1, "Samenvatting"),
        Paragraph((Run("De niveaus zijn "), Run("in gesprek", strong=True), Run(" afgesproken."))),
        BulletList(("Leg vast wie beslist.", "Vraag vooraf advies.")),
        Heading(2, "Per thema"),
        Table("Niveau per thema", columns, [[theme, "2"] for theme in THEMES], row_headers=True),
        Figure(a_chart, "Drie staven van twee stappen", "Verschil tussen nu en gewenst"),
        Note("Bespreek dit eerst.", "attention", "Let op"),
        PageBreak(),
        Heading(1, "Verantwoording"),
        Paragraph("Regel één\nregel twee"),
    )
    return Document(
        title="Volwassenheidsscan digitale ethiek",
        subtitle="Waar staan we nu?",
        language="nl",
        author="Provincie Voorbeeld",
        date=dt.date(2026, 10, 14),
        description="De uitkomst van de scan",
        blocks=blocks,
    )


@pytest.fixture
def report_of() -> Callable[[Sequence[Block]], Document]:
    """Make a report of some blocks."""

    def make(blocks: Sequence[Block]) -> Document:
        return Document(
            title="Rapport",
            language="nl",
            author="Provincie Voorbeeld",
            date=dt.date(2026, 1, 2),
            blocks=blocks,
        )

    return make


HOSTILE_TEXTS = {
    "typst code": '#read("/etc/passwd")',
    "typst import": '#import "@preview/example:0.1.0": *',
    "typst strong": "*bold*",
    "typst mathematics": "$x$",
    "typst raw and label": "`code` <label> @reference",
    "typst comment": "/* comment */ // comment",
    "script": "<script>alert(1)</script>",
    "entity": "&lt;b&gt; &#x1F600;",
    "template": "{{ 7 * 7 }} {% raw %}",
    "formula": '=HYPERLINK("https://voorbeeld.nl";"klik")',
    "right to left": "\u0645\u0631\u062d\u0628\u0627 \u05e9\u05dc\u05d5\u05dd",
}


@pytest.fixture(params=list(HOSTILE_TEXTS.values()), ids=list(HOSTILE_TEXTS))
def hostile_text(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def a_hostile_report(
    report_of: Callable[[Sequence[Block]], Document], hostile_text: str
) -> Document:
    return report_of(
        [
            Heading(1, hostile_text),
            Paragraph(hostile_text),
            BulletList([hostile_text]),
            Table(hostile_text, [Column(hostile_text)], [[hostile_text]]),
            Note(hostile_text, title=hostile_text),
        ]
    )


UNPRINTABLE_TEXT = "nul\x00bel\x07 esc\x1b surrogaat\ud83d niets\uffff"


@pytest.fixture
def printed_text() -> str:
    """The unprintable text as it leaves."""
    return "nulbel esc surrogaat\ufffd niets"


@pytest.fixture
def an_unprintable_report(report_of: Callable[[Sequence[Block]], Document]) -> Document:
    text = UNPRINTABLE_TEXT
    return report_of(
        [
            Heading(1, text),
            Paragraph((Run(text, strong=True), Run(text, emphasis=True))),
            BulletList([text]),
            Table(text, [Column(text)], [[text]]),
            Note(text, title=text),
        ]
    )
