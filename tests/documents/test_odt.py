from collections.abc import Callable
from io import BytesIO

import odfdo
import pytest

from waardewerk.documents import Document, Paragraph, Run, to_odt


def read(document: Document) -> odfdo.Document:
    return odfdo.Document(BytesIO(to_odt(document)))


@pytest.fixture
def odt(a_report: Document) -> odfdo.Document:
    return read(a_report)


def test_headings_have_a_level(odt: odfdo.Document) -> None:
    outline = [
        (header.get_attribute("text:outline-level"), header.inner_text)
        for header in odt.body.headers
    ]
    assert outline == [("1", "Samenvatting"), ("2", "Per thema"), ("1", "Verantwoording")]


def test_headings_are_not_numbered(odt: odfdo.Document) -> None:
    levels = odt.styles.get_elements("//text:outline-level-style")
    assert {level.get_attribute("style:num-format") for level in levels} == {""}


def test_the_file_says_what_it_is(odt: odfdo.Document) -> None:
    assert odt.meta.title == "Volwassenheidsscan digitale ethiek"
    assert odt.meta.creator == odt.meta.initial_creator == "Provincie Voorbeeld"
    assert odt.meta.description == "De uitkomst van de scan"
    assert odt.meta.creation_date is not None
    assert odt.meta.creation_date.isoformat() == "2026-10-14T00:00:00"


def test_the_text_is_spelled_in_the_language_of_the_document(odt: odfdo.Document) -> None:
    assert odt.language == "nl-NL"
    assert odt.meta.language == "nl-NL"


def test_a_table_has_header_rows_and_header_columns(odt: odfdo.Document) -> None:
    (head,) = odt.body.get_elements("//table:table-header-rows")
    assert head.inner_text.split() == ["Thema", "Nu"]
    assert len(odt.body.get_elements("//table:table-header-columns/table:table-column")) == 1
    rows = odt.body.get_elements("//table:table/table:table-row")
    assert rows[0].inner_text.splitlines() == ["Kennis en vaardigheden", "2"]


def test_a_figure_is_a_picture_with_words(odt: odfdo.Document) -> None:
    (frame,) = odt.body.get_elements("//draw:frame")
    assert isinstance(frame, odfdo.Frame)
    assert frame.svg_title == "Verschil tussen nu en gewenst"
    assert frame.svg_description == "Drie staven van twee stappen"
    (image,) = odt.body.get_elements("//draw:image")
    picture = odt.get_part(str(image.get_attribute("xlink:href")))
    assert isinstance(picture, bytes)
    assert picture.startswith(b"\x89PNG")


def test_every_style_that_is_used_exists(odt: odfdo.Document) -> None:
    known = {style.get_attribute("style:name") for style in odt.get_styles()}
    for attribute in ("text:style-name", "table:style-name"):
        used = odt.body.get_elements(f"//*[@{attribute}]")
        assert {element.get_attribute(attribute) for element in used} <= known


def test_the_appearance_and_the_line_breaks_of_text_stay(
    report_of: Callable[..., Document],
) -> None:
    runs = (Run("a\nb "), Run("vet", strong=True), Run("beide", strong=True, emphasis=True))
    paragraph = read(report_of([Paragraph(runs)])).body.get_elements("//text:p")[-1]
    spans = paragraph.get_elements("text:span")
    assert [span.get_attribute("text:style-name") for span in spans] == [
        None,
        "Strong",
        "Strong_20_emphasis",
    ]
    assert paragraph.inner_text == "a\nb vetbeide"


@pytest.mark.parametrize(
    "text", [" a  b   c ", "a\tb\n c", "  ", "\n\t\n", "1 < 2 & 3 > 2", "a \n  b", "&amp;  &#10;"]
)
def test_every_space_stays(report_of: Callable[..., Document], text: str) -> None:
    paragraph = read(report_of([Paragraph(text)])).body.get_elements("//text:p")[-1]
    assert paragraph.inner_text == text


def test_hostile_text_stays_text(a_hostile_report: Document, hostile_text: str) -> None:
    odt = read(a_hostile_report)
    assert odt.body.headers[0].inner_text == hostile_text
    assert odt.body.get_elements("//table:table-cell")[1].inner_text.strip() == hostile_text


def test_unprintable_characters_are_gone(
    an_unprintable_report: Document, printed_text: str
) -> None:
    assert read(an_unprintable_report).body.headers[0].inner_text == printed_text
