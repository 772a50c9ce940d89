"""The document as OpenDocument text with real headings, table headers and described figures."""

import datetime as dt
from collections.abc import Iterator, Sequence
from functools import cache
from io import BytesIO
from pathlib import Path
from typing import TYPE_CHECKING, Any
from xml.sax.saxutils import escape

from waardewerk.documents.figures import png_of, size_of
from waardewerk.documents.tables import column_widths, stays_together
from waardewerk.documents.tree import (
    Block,
    BulletList,
    Document,
    Figure,
    Heading,
    Note,
    PageBreak,
    Paragraph,
    Run,
    Table,
)

if TYPE_CHECKING:
    from odfdo import Document as OpenDocument
    from odfdo import Element
    from odfdo import Paragraph as OpenParagraph

_TEXT_WIDTH_CM = 17.0
_SPANS = {
    (False, False): None,
    (True, False): "Strong",
    (False, True): "Emphasis",
    (True, True): "Strong_20_emphasis",
}
_FOOTER_ROOM = '<style:header-footer-properties fo:margin-top="0.6cm" fo:min-height="1.1cm"/>'
_COLUMN_STYLE = (
    '<style:style style:name="{name}" style:family="table-column">'
    '<style:table-column-properties style:column-width="{width:.2f}cm"/></style:style>'
)


def to_odt(document: Document) -> bytes:
    """Return the document as OpenDocument text."""
    from odfdo import Document as OpenDocument

    odt = OpenDocument("text")
    odt.body.clear()
    odt.language = document.language_tag
    _describe(odt, document)
    _set_styles(odt)
    _number_pages(odt, document.title)
    odt.body.extend(_title(document))
    for number, block in enumerate(document.blocks, start=1):
        odt.body.extend(_written(odt, block, number))
    file = BytesIO()
    odt.save(file)
    return file.getvalue()


def _describe(odt: "OpenDocument", document: Document) -> None:
    moment = dt.datetime.combine(document.date, dt.time())
    odt.meta.title = document.title
    odt.meta.subject = document.subtitle
    odt.meta.description = document.description
    odt.meta.initial_creator = odt.meta.creator = document.author
    odt.meta.creation_date = odt.meta.date = moment


@cache
def _styles() -> str:
    return (Path(__file__).parent / "report-styles.xml").read_text("utf-8")


def _set_styles(odt: "OpenDocument") -> None:
    from odfdo import Element
    from odfdo.style_base import StyleBase

    shared, automatic = Element.from_tag(_styles()).children
    # Word processors look for the styles of tables in the content, not among the shared ones.
    for styles, is_automatic in ((shared, False), (automatic, True)):
        for style in styles.children:
            assert isinstance(style, StyleBase)
            odt.insert_style(style, automatic=is_automatic)
    # The template that odfdo starts from numbers the headings; a report does not.
    for level in odt.styles.get_elements("//text:outline-level-style"):
        level.set_attribute("style:num-format", "")
        for name in ("style:num-suffix", "loext:num-list-format"):
            level.del_attribute(name)


def _number_pages(odt: "OpenDocument", title: str) -> None:
    """Put the title and the number on each page: a page that got loose says what it is from."""
    from odfdo import Element

    for footer in odt.styles.get_elements("//style:footer-style"):
        footer.append(Element.from_tag(_FOOTER_ROOM))
    page: Any = odt.get_style("master-page", "Standard")
    page.set_page_footer(
        Element.from_tag(
            f'<text:p text:style-name="Footer">{escape(title)} – '
            '<text:page-number text:select-page="current"/> / <text:page-count/></text:p>'
        )
    )


def _title(document: Document) -> "Iterator[Element]":
    from odfdo import Paragraph as OpenParagraph

    yield OpenParagraph(document.author, style="Details")
    yield OpenParagraph(document.title, style="Title")
    if document.subtitle:
        yield OpenParagraph(document.subtitle, style="Subtitle")
    yield OpenParagraph(document.date_in_words, style="Details")


def _written(odt: "OpenDocument", block: Block, number: int) -> "Iterator[Element]":
    from odfdo import Header, List
    from odfdo import Paragraph as OpenParagraph

    match block:
        case Heading():
            yield Header(block.level, block.text, style=f"Heading_20_{block.level}")
        case Paragraph():
            yield _paragraph(block.runs, "Text_20_body")
        case BulletList():
            items = [_paragraph(runs, "Text_20_body") for runs in block.item_runs]
            yield List(items, style="Report_20_bullets")
        case Table():
            yield OpenParagraph(block.caption, style="Caption")
            yield _table(odt, block, f"Table{number}")
            yield OpenParagraph("", style="Table_20_end")
        case Figure():
            yield from _figure(odt, block, f"Figure{number}")
        case Note():
            title = [Run(f"{block.title}\n", strong=True)] if block.title else []
            yield _paragraph([*title, Run(block.text)], f"Note_20_{block.kind}")
        case PageBreak():
            yield OpenParagraph("", style="Page_20_break")


def _paragraph(runs: Sequence[Run], style: str) -> "OpenParagraph":
    from odfdo import Paragraph as OpenParagraph
    from odfdo import Span

    paragraph = OpenParagraph("", style=style)
    for run in runs:
        paragraph.append(Span(run.text, style=_SPANS[run.strong, run.emphasis]))
    return paragraph


def _figure(odt: "OpenDocument", figure: Figure, name: str) -> "Iterator[Element]":
    from odfdo import Frame
    from odfdo import Paragraph as OpenParagraph

    width, height = size_of(figure.svg)
    shown = _TEXT_WIDTH_CM * min(1.0, width / 640)
    frame = Frame.image_frame(
        odt.add_file(BytesIO(png_of(figure.svg))),
        name=name,
        size=(f"{shown:.2f}cm", f"{shown * height / width:.2f}cm"),
        anchor_type="as-char",
    )
    if figure.caption:
        frame.svg_title = figure.caption
    frame.svg_description = figure.alt
    yield OpenParagraph(frame, style="Figure")
    if figure.caption:
        yield OpenParagraph(figure.caption, style="Legend")


def _table(odt: "OpenDocument", table: Table, name: str) -> "Element":
    from odfdo import Column, HeaderRows
    from odfdo import Table as OpenTable

    widths = column_widths(table, _TEXT_WIDTH_CM)
    columns: list[Element] = [Column(style=_column_style(odt, width)) for width in widths]
    head = HeaderRows()
    head.append(_row([column.title for column in table.columns], _head_styles(table)))
    written = OpenTable(name, style="ReportTable")
    body = [_row(cells, _cell_styles(table)) for cells in table.rows]
    written.extend([*_columns_of(table, columns), head, *body])
    return written


def _column_style(odt: "OpenDocument", width: float) -> str:
    """Name the style of a width; tables share it, for each style more slows the next one down."""
    name = f"Column.{width:.2f}"
    if odt.get_style("table-column", name) is None:
        odt.insert_style(_COLUMN_STYLE.format(name=name, width=width), automatic=True)
    return name


def _columns_of(table: Table, columns: "list[Element]") -> "Iterator[Element]":
    """Mark the first column as a header when it names the rows."""
    from odfdo import Element

    if table.row_headers:
        first = Element.from_tag("table:table-header-columns")
        first.append(columns.pop(0))
        yield first
    yield from columns


def _head_styles(table: Table) -> list[str]:
    return [
        "Cell_20_head_20_number" if column.numeric else "Cell_20_head" for column in table.columns
    ]


def _cell_styles(table: Table) -> list[str]:
    styles = ["Cell_20_number" if column.numeric else "Cell" for column in table.columns]
    return ["Cell_20_name", *styles[1:]] if table.row_headers else styles


def _row(cells: Sequence[str], styles: Sequence[str]) -> "Element":
    from odfdo import Cell, Row
    from odfdo import Paragraph as OpenParagraph

    row = Row(style="ReportRow" if stays_together(cells) else "ReportLongRow")
    for words, style in zip(cells, styles, strict=True):
        cell = Cell(style="ReportCell")
        # A paragraph of its own keeps line breaks, which the cell's plain value loses.
        cell.append(OpenParagraph(words, style=style))
        row.append_cell(cell, clone=False)
    return row
