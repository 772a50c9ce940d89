import datetime as dt
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st
from lxml import etree

from waardewerk.documents import (
    BulletList,
    Column,
    Document,
    Figure,
    Heading,
    Note,
    Paragraph,
    Table,
    printable,
)
from waardewerk.documents.tables import column_widths

ANY_CHARACTERS = st.text(st.characters(exclude_categories=()))


@given(ANY_CHARACTERS)
def test_printable_text_is_always_well_formed_xml(text: str) -> None:
    element = etree.Element("p")
    element.text = printable(text)
    printable(text).encode("utf-8")


@given(st.text(st.characters(categories=["L", "N", "P", "Zs"])))
def test_printable_text_keeps_what_people_write(text: str) -> None:
    assert printable(text) == text


def test_every_kind_of_line_break_becomes_the_same() -> None:
    assert printable("a\r\nb\rc\u2028d\x85e") == "a\nb\nc\nd\ne"


@pytest.mark.parametrize("level", [0, 5])
def test_a_heading_has_a_level_from_one_to_four(level: int) -> None:
    with pytest.raises(ValueError, match="level 1, 2, 3 or 4"):
        Heading(level, "Kop")


def test_headings_do_not_skip_a_level(report_of: Callable[..., Document]) -> None:
    with pytest.raises(ValueError, match="at most level 2"):
        report_of([Heading(1, "Een"), Heading(3, "Drie")])


def test_headings_start_at_the_first_level(report_of: Callable[..., Document]) -> None:
    with pytest.raises(ValueError, match="at most level 1"):
        report_of([Heading(2, "Twee")])


def test_headings_may_climb_back_any_number_of_levels(report_of: Callable[..., Document]) -> None:
    levels = [1, 2, 3, 4, 1, 2]
    report = report_of([Heading(level, "Kop") for level in levels])
    assert [block.level for block in report.blocks] == levels  # type: ignore[union-attr]


def test_a_row_is_as_wide_as_its_table() -> None:
    with pytest.raises(ValueError, match="Row 2 has 1 cells and the table has 2 columns"):
        Table("Tabel", [Column("A"), Column("B")], [["1", "2"], ["3"]])


def test_a_table_needs_a_caption() -> None:
    with pytest.raises(ValueError, match="caption"):
        Table(" ", [Column("A")], [])


def test_a_figure_needs_words_for_who_cannot_see_it(a_chart: str) -> None:
    with pytest.raises(ValueError, match="what the figure shows"):
        Figure(a_chart, "", "Onderschrift")


@pytest.mark.parametrize(
    "inside",
    [
        "<script>alert(1)</script>",
        '<a href="https://voorbeeld.nl"><path d="M0 0"/></a>',
        '<path onclick="alert(1)" d="M0 0"/>',
        '<path style="fill:red" d="M0 0"/>',
        '<rect fill="url(https://voorbeeld.nl/x.svg#y)"/>',
        "<foreignObject/>",
        '<image href="https://voorbeeld.nl/x.png"/>',
        "<path>",
        '<!ENTITY x "y">',
    ],
)
def test_a_figure_holds_shapes_and_text_only(inside: str) -> None:
    svg = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 10 10">{inside}</svg>'
    with pytest.raises(ValueError, match="figure"):
        Figure(svg, "Een figuur", "Onderschrift")


@pytest.mark.parametrize("language", ["Nederlands", "nl_NL", "", 'nl" onclick="x'])
def test_a_language_is_written_as_a_tag(language: str) -> None:
    with pytest.raises(ValueError, match="language"):
        Document(title="T", language=language, author="P", date=dt.date(2026, 1, 1))


@pytest.mark.parametrize("make", [lambda: BulletList([]), lambda: Note(""), lambda: Heading(1, "")])
def test_an_empty_block_is_refused(make: Callable[[], object]) -> None:
    with pytest.raises(ValueError, match=r"Give|leave"):
        make()


@pytest.mark.parametrize(
    ("language", "words"),
    [("nl", "14 oktober 2026"), ("en", "14 October 2026"), ("fy", "14 oktober 2026")],
)
def test_the_date_is_written_in_the_language_of_the_document(language: str, words: str) -> None:
    report = Document(title="T", language=language, author="P", date=dt.date(2026, 10, 14))
    assert report.date_in_words == words


def test_a_paragraph_is_a_text_or_runs() -> None:
    assert [run.text for run in Paragraph("tekst").runs] == ["tekst"]


@given(st.lists(st.text(max_size=200), min_size=1, max_size=8))
def test_the_columns_of_a_table_fill_the_line(cells: list[str]) -> None:
    table = Table("Tabel", [Column(str(place)) for place in range(len(cells))], [cells])
    widths = column_widths(table, 16)
    assert sum(widths) == pytest.approx(16)
    assert min(widths) > 0
