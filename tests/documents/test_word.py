import datetime as dt
from collections.abc import Callable
from io import BytesIO

import docx
import pytest
from docx.document import Document as WordDocument
from docx.oxml.ns import qn

from waardewerk.documents import Document, Paragraph, Run, to_docx


def read(document: Document) -> WordDocument:
    return docx.Document(BytesIO(to_docx(document)))


@pytest.fixture
def word(a_report: Document) -> WordDocument:
    return read(a_report)


def test_headings_have_real_heading_styles(word: WordDocument) -> None:
    outline = [
        (paragraph.style.name, paragraph.text)
        for paragraph in word.paragraphs
        if paragraph.style and (paragraph.style.name or "").startswith(("Heading", "Title"))
    ]
    assert outline == [
        ("Title", "Volwassenheidsscan digitale ethiek"),
        ("Heading 1", "Samenvatting"),
        ("Heading 2", "Per thema"),
        ("Heading 1", "Verantwoording"),
    ]


def test_the_file_says_what_it_is(word: WordDocument) -> None:
    properties = word.core_properties
    assert properties.title == "Volwassenheidsscan digitale ethiek"
    assert properties.author == "Provincie Voorbeeld"
    assert properties.language == "nl-NL"
    assert properties.comments == "De uitkomst van de scan"
    assert properties.created == dt.datetime(2026, 10, 14, tzinfo=dt.UTC)


def test_the_text_is_spelled_in_the_language_of_the_document(word: WordDocument) -> None:
    languages = {lang.get(qn("w:val")) for lang in word.styles.element.iter(qn("w:lang"))}
    assert languages == {"nl-NL"}


def test_the_first_row_of_a_table_is_marked_and_repeated(word: WordDocument) -> None:
    (table,) = word.tables
    marked = [row._tr.trPr.find(qn("w:tblHeader")) is not None for row in table.rows]
    assert marked == [True, False, False, False]
    assert [cell.text for cell in table.rows[0].cells] == ["Thema", "Nu"]


def test_a_table_says_which_cells_name_the_rest(word: WordDocument) -> None:
    (table,) = word.tables
    look = table._tbl.tblPr.find(qn("w:tblLook"))
    caption = table._tbl.tblPr.find(qn("w:tblCaption"))
    assert (look.get(qn("w:firstRow")), look.get(qn("w:firstColumn"))) == ("1", "1")
    assert caption.get(qn("w:val")) == "Niveau per thema"


def test_a_figure_is_a_picture_with_words(word: WordDocument) -> None:
    (picture,) = word.inline_shapes
    assert picture._inline.docPr.get("descr") == "Drie staven van twee stappen"
    assert picture.width.cm == pytest.approx(8, abs=0.1)


def test_captions_have_a_style_of_their_own(word: WordDocument) -> None:
    captions = {
        paragraph.text: paragraph.style.name for paragraph in word.paragraphs if paragraph.style
    }
    assert captions["Niveau per thema"] == "Caption"
    assert captions["Verschil tussen nu en gewenst"] == "Figure caption"


def test_the_appearance_of_text_stays(report_of: Callable[..., Document]) -> None:
    runs = (Run("gewoon"), Run("vet", strong=True), Run("schuin", emphasis=True))
    written = read(report_of([Paragraph(runs)])).paragraphs[-1].runs
    assert [(run.bold, run.italic) for run in written] == [
        (None, None),
        (True, None),
        (None, True),
    ]


@pytest.mark.parametrize(
    "text", [" a  b   c ", "a\tb\n c", "  ", "\n\t\n", "1 < 2 & 3 > 2", "a \n  b", "&amp;  &#10;"]
)
def test_every_space_stays(report_of: Callable[..., Document], text: str) -> None:
    assert read(report_of([Paragraph(text)])).paragraphs[-1].text == text


def test_hostile_text_stays_text(a_hostile_report: Document, hostile_text: str) -> None:
    word = read(a_hostile_report)
    assert [paragraph.text for paragraph in word.paragraphs].count(hostile_text) == 4
    assert word.tables[0].rows[1].cells[0].text == hostile_text


def test_unprintable_characters_are_gone(
    an_unprintable_report: Document, printed_text: str
) -> None:
    assert printed_text in [p.text for p in read(an_unprintable_report).paragraphs]


def test_a_very_long_title_fits_the_properties(a_report: Document) -> None:
    report = Document(title="T" * 400, language="nl", author="P" * 400, date=a_report.date)
    assert read(report).paragraphs[1].text == "T" * 400
