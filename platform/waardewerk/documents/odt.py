"""The document as OpenDocument text with real headings, table headers and described figures."""

import datetime as dt
import re
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

_TEXT_WIDTH_CM = 17.0
_SPANS = {
    (False, False): "",
    (True, False): ' text:style-name="Strong"',
    (False, True): ' text:style-name="Emphasis"',
    (True, True): ' text:style-name="Strong_20_emphasis"',
}
_FOOTER_ROOM = '<style:header-footer-properties fo:margin-top="0.6cm" fo:min-height="1.1cm"/>'
#: What a reader of OpenDocument would take for one space, or for none.
_LOST_SPACE = re.compile(r"\n|\t|\A +| +\Z|(?<= ) +")
_COLUMN_STYLE = (
    '<style:style style:name="{name}" style:family="table-column">'
    '<style:table-column-properties style:column-width="{width:.2f}cm"/></style:style>'
)


def to_odt(document: Document) -> bytes:
    """Return the document as OpenDocument text."""
    from odfdo import Document as OpenDocument
    from odfdo import Element

    odt = OpenDocument("text")
    odt.body.clear()
    odt.language = document.language_tag
    _describe(odt, document)
    _set_styles(odt)
    _number_pages(odt, document.title)
    blocks = enumerate(document.blocks, start=1)
    written = [*_title(document), *(_written(odt, block, number) for number, block in blocks)]
    # Read at once: an element for each word, made one by one, takes several times as long.
    odt.body.extend(Element.from_tag(f"<office:text>{''.join(written)}</office:text>").children)
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


def _title(document: Document) -> Iterator[str]:
    yield _paragraph(document.author, "Details")
    yield _paragraph(document.title, "Title")
    if document.subtitle:
        yield _paragraph(document.subtitle, "Subtitle")
    yield _paragraph(document.date_in_words, "Details")


def _written(odt: "OpenDocument", block: Block, number: int) -> str:
    match block:
        case Heading():
            level, style = block.level, f"Heading_20_{block.level}"
            start = f'<text:h text:style-name="{style}" text:outline-level="{level}">'
            return f"{start}{_words(block.text)}</text:h>"
        case Paragraph():
            return _prose(block.runs, "Text_20_body")
        case BulletList():
            items = (_prose(runs, "Text_20_body") for runs in block.item_runs)
            listed = "".join(f"<text:list-item>{item}</text:list-item>" for item in items)
            return f'<text:list text:style-name="Report_20_bullets">{listed}</text:list>'
        case Table():
            table = _table(odt, block, f"Table{number}")
            return f"{_paragraph(block.caption, 'Caption')}{table}{_paragraph('', 'Table_20_end')}"
        case Figure():
            return _figure(odt, block, f"Figure{number}")
        case Note():
            title = [Run(f"{block.title}\n", strong=True)] if block.title else []
            return _prose([*title, Run(block.text)], f"Note_20_{block.kind}")
        case PageBreak():
            return _paragraph("", "Page_20_break")


def _paragraph(text: str, style: str) -> str:
    return f'<text:p text:style-name="{style}">{_words(text)}</text:p>'


def _prose(runs: Sequence[Run], style: str) -> str:
    spans = "".join(
        f"<text:span{_SPANS[run.strong, run.emphasis]}>{_words(run.text)}</text:span>"
        for run in runs
    )
    return f'<text:p text:style-name="{style}">{spans}</text:p>'


def _words(text: str) -> str:
    return _LOST_SPACE.sub(_kept_space, escape(text))


def _kept_space(found: re.Match[str]) -> str:
    match found[0]:
        case "\n":
            return "<text:line-break/>"
        case "\t":
            return "<text:tab/>"
        case spaces:
            return f'<text:s text:c="{len(spaces)}"/>'


def _figure(odt: "OpenDocument", figure: Figure, name: str) -> str:
    from odfdo import Frame

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
    legend = _paragraph(figure.caption, "Legend") if figure.caption else ""
    return f'<text:p text:style-name="Figure">{frame.serialize()}</text:p>{legend}'


def _table(odt: "OpenDocument", table: Table, name: str) -> str:
    widths = column_widths(table, _TEXT_WIDTH_CM)
    columns = "".join(_columns(table, [_column_style(odt, width) for width in widths]))
    head = _row([column.title for column in table.columns], _head_styles(table))
    body = "".join(_row(cells, _cell_styles(table)) for cells in table.rows)
    return (
        f'<table:table table:name="{name}" table:style-name="ReportTable">{columns}'
        f"<table:table-header-rows>{head}</table:table-header-rows>{body}</table:table>"
    )


def _column_style(odt: "OpenDocument", width: float) -> str:
    """Name the style of a width; tables share it, for each style more slows the next one down."""
    name = f"Column.{width:.2f}"
    if odt.get_style("table-column", name) is None:
        odt.insert_style(_COLUMN_STYLE.format(name=name, width=width), automatic=True)
    return name


def _columns(table: Table, styles: Sequence[str]) -> Iterator[str]:
    """Mark the first column as a header when it names the rows."""
    for place, style in enumerate(styles):
        column = f'<table:table-column table:style-name="{style}"/>'
        names_rows = table.row_headers and place == 0
        yield (
            f"<table:table-header-columns>{column}</table:table-header-columns>"
            if names_rows
            else column
        )


def _head_styles(table: Table) -> list[str]:
    return [
        "Cell_20_head_20_number" if column.numeric else "Cell_20_head" for column in table.columns
    ]


def _cell_styles(table: Table) -> list[str]:
    styles = ["Cell_20_number" if column.numeric else "Cell" for column in table.columns]
    return ["Cell_20_name", *styles[1:]] if table.row_headers else styles


def _row(cells: Sequence[str], styles: Sequence[str]) -> str:
    # A paragraph of its own keeps line breaks, which the cell's plain value loses.
    written = "".join(
        f'<table:table-cell table:style-name="ReportCell">{_paragraph(words, style)}'
        "</table:table-cell>"
        for words, style in zip(cells, styles, strict=True)
    )
    row = "ReportRow" if stays_together(cells) else "ReportLongRow"
    return f'<table:table-row table:style-name="{row}">{written}</table:table-row>'
