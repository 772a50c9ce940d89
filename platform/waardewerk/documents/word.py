"""The document as a Word file with real headings, marked table headers and described figures."""

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from io import BytesIO
from typing import TYPE_CHECKING
from xml.sax.saxutils import escape, quoteattr

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
    from docx.document import Document as WordDocument
    from docx.oxml.xmlchemy import BaseOxmlElement
    from docx.styles.style import ParagraphStyle
    from docx.text.paragraph import Paragraph as WordParagraph

_FONT = "Calibri"
_INK, _ACCENT, _MUTED = "1C2733", "24557F", "55616E"
_TEXT_WIDTH_CM = 16.0
_NAMESPACE = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
#: In half points, and in twentieths of a point.
_CELL_SIZE, _CELL_SPACING = '<w:sz w:val="19"/>', '<w:spacing w:before="40" w:after="40"/>'
_TABLE_LINE = 'w:val="single" w:sz="4" w:space="0" w:color="C9D1D9"'
_TONES = {
    "information": ("2F78B8", "F2F6FA"),
    "attention": ("B7601C", "FBF5EF"),
    "example": ("2F8573", "F1F7F5"),
}


def to_docx(document: Document) -> bytes:
    """Return the document as a Word file."""
    import docx

    word = docx.Document()
    _describe(word, document)
    _set_language(word, document.language_tag)
    _set_page(word, document.title)
    _set_styles(word)
    _add(word, "".join(_title(document)))
    for block in document.blocks:
        _write(word, block)
    file = BytesIO()
    word.save(file)
    return file.getvalue()


def _describe(word: "WordDocument", document: Document) -> None:
    properties = word.core_properties
    moment = dt.datetime.combine(document.date, dt.time(), dt.UTC)
    # Word keeps at most 255 characters of each.
    properties.title = document.title[:255]
    properties.subject = document.subtitle[:255]
    properties.author = document.author[:255]
    properties.last_modified_by = document.author[:255]
    properties.comments = document.description[:255]
    properties.language = document.language_tag
    properties.created = properties.modified = moment


def _set_language(word: "WordDocument", language: str) -> None:
    from docx.oxml.ns import qn

    for element in word.styles.element.iter(qn("w:lang")):
        element.set(qn("w:val"), language)


def _set_page(word: "WordDocument", title: str) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Mm

    section = word.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Cm(2.5)
    section.top_margin, section.bottom_margin = Cm(2.7), Cm(2.5)
    section.different_first_page_header_footer = True
    section.header.paragraphs[0].add_run(title)
    for footer in (section.footer, section.first_page_footer):
        line = footer.paragraphs[0]
        line.style = "Footer"
        line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        _add_field(line, "PAGE")
        line.add_run(" / ")
        _add_field(line, "NUMPAGES")


def _add_field(paragraph: "WordParagraph", instruction: str) -> None:
    field = _element("w:fldSimple", **{"w:instr": instruction})
    run = paragraph.add_run("1")._r
    field.append(run)
    paragraph._p.append(field)


def _set_styles(word: "WordDocument") -> None:
    from docx.enum.style import WD_STYLE_TYPE
    from docx.oxml.ns import qn

    for fonts in list(word.styles.element.iter(qn("w:rFonts"))):
        fonts.getparent().remove(fonts)
    _style(word, "Normal", 10.5, _INK, before=0, after=7)
    _style(word, "Title", 25, _ACCENT, before=4, after=6, bold=True)
    _style(word, "Subtitle", 13, _INK, before=0, after=6)
    for level, size in ((1, 17), (2, 13.5), (3, 11.5), (4, 10.5)):
        _style(word, f"Heading {level}", size, _ACCENT, before=26 - 4 * level, after=6, bold=True)
    _style(word, "Caption", 9.5, _INK, before=10, after=5, bold=True)
    for name in ("Header", "Footer"):
        _style(word, name, 8.5, _MUTED, before=0, after=0)
    own = ["Figure caption", *(f"Note {kind}" for kind in _TONES)]
    for name in own:
        word.styles.add_style(name, WD_STYLE_TYPE.PARAGRAPH).base_style = word.styles["Normal"]
    _style(word, "Figure caption", 9.5, _MUTED, before=0, after=12)
    for kind, (bar, ground) in _TONES.items():
        _frame(_style(word, f"Note {kind}", 10.5, _INK, before=10, after=10), bar, ground)


def _style(
    word: "WordDocument",
    name: str,
    size: float,
    colour: str,
    *,
    before: float,
    after: float,
    bold: bool = False,
) -> "ParagraphStyle":
    from docx.oxml.ns import nsmap, qn
    from docx.shared import Pt, RGBColor

    style: ParagraphStyle = word.styles[name]
    font, spacing = style.font, style.paragraph_format
    font.name, font.size, font.bold, font.italic = _FONT, Pt(size), bold, False
    font.color.rgb = RGBColor.from_string(colour)
    spacing.space_before, spacing.space_after = Pt(before), Pt(after)
    spacing.line_spacing = 1.15
    ornaments = [
        *style.element.iter(qn("w:pBdr")),
        *style.element.iterfind("w:rPr/w:spacing", nsmap),
    ]
    for ornament in ornaments:
        ornament.getparent().remove(ornament)
    return style


def _frame(style: "ParagraphStyle", bar: str, ground: str) -> None:
    side = {"w:val": "single", "w:sz": "18", "w:space": "8", "w:color": bar}
    borders = _element("w:pBdr", _element("w:left", **side))
    shade = _element("w:shd", **{"w:val": "clear", "w:color": "auto", "w:fill": ground})
    properties = style.element.get_or_add_pPr()
    # The schema wants both before the spacing that the style already has.
    properties.insert(0, borders)
    properties.insert(1, shade)


def _title(document: Document) -> Iterator[str]:
    yield _paragraph([Run(document.author, strong=True)])
    yield _paragraph([Run(document.title)], "Title")
    if document.subtitle:
        yield _paragraph([Run(document.subtitle)], "Subtitle")
    yield _paragraph([Run(document.date_in_words)])


def _write(word: "WordDocument", block: Block) -> None:
    match block:
        case Heading():
            _add(word, _paragraph([Run(block.text)], f"Heading{block.level}"))
        case Paragraph():
            _add(word, _paragraph(block.runs))
        case BulletList():
            _add(word, "".join(_paragraph(runs, "ListBullet") for runs in block.item_runs))
        case Table():
            _add(word, _table(block))
        case Figure():
            _write_figure(word, block)
        case Note():
            title = [Run(f"{block.title}\n", strong=True)] if block.title else []
            _add(word, _paragraph([*title, Run(block.text)], f"Note{block.kind}"))
        case PageBreak():
            _add(word, '<w:p><w:r><w:br w:type="page"/></w:r></w:p>')


def _add(word: "WordDocument", written: str) -> None:
    """Add what is written in XML: made word by word it takes several times as long."""
    from docx.oxml import parse_xml

    # The measures of the page stand last.
    end = word.element.body[-1]
    for element in list(parse_xml(f'<w:body xmlns:w="{_NAMESPACE}">{written}</w:body>')):
        end.addprevious(element)


def _paragraph(runs: Sequence[Run], style: str = "", properties: str = "") -> str:
    if style:
        properties = f'<w:pStyle w:val="{style}"/>{properties}'
    return f"<w:p>{_properties('pPr', properties)}{''.join(map(_run, runs))}</w:p>"


def _run(run: Run, properties: str = "") -> str:
    bold, italic = "<w:b/>" * run.strong, "<w:i/>" * run.emphasis
    return f"<w:r>{_properties('rPr', bold + italic + properties)}{_words(run.text)}</w:r>"


def _properties(name: str, inside: str) -> str:
    return f"<w:{name}>{inside}</w:{name}>" if inside else ""


def _words(text: str) -> str:
    return "".join(map(_piece, re.split(r"([\n\t])", text)))


def _piece(text: str) -> str:
    match text:
        case "":
            return ""
        case "\n":
            return "<w:br/>"
        case "\t":
            return "<w:tab/>"
        case words:
            return f'<w:t xml:space="preserve">{escape(words)}</w:t>'


def _write_figure(word: "WordDocument", figure: Figure) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm

    width = _TEXT_WIDTH_CM * min(1.0, size_of(figure.svg)[0] / 640)
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.keep_with_next = bool(figure.caption)
    picture = paragraph.add_run().add_picture(BytesIO(png_of(figure.svg)), width=Cm(width))
    picture._inline.find(qn("wp:docPr")).set("descr", figure.alt)
    if figure.caption:
        _add(word, _paragraph([Run(figure.caption)], "Figurecaption"))


def _table(table: Table) -> str:
    from docx.shared import Cm

    widths = [Cm(width).twips for width in column_widths(table, _TEXT_WIDTH_CM)]
    grid = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    head = _row([column.title for column in table.columns], table, widths, head=True)
    body = "".join(_row(cells, table, widths) for cells in table.rows)
    caption = _paragraph([Run(table.caption)], "Caption", "<w:keepNext/>")
    after = _paragraph([], properties='<w:spacing w:after="0"/>')
    return (
        f"{caption}<w:tbl><w:tblPr>{_look(table)}</w:tblPr><w:tblGrid>{grid}</w:tblGrid>"
        f"{head}{body}</w:tbl>{after}"
    )


def _look(table: Table) -> str:
    lines = "".join(f"<w:{side} {_TABLE_LINE}/>" for side in ("top", "bottom", "insideH"))
    first_column = int(table.row_headers)
    return (
        f'<w:tblW w:type="pct" w:w="5000"/><w:tblBorders>{lines}</w:tblBorders>'
        f'<w:tblLook w:firstRow="1" w:firstColumn="{first_column}" w:noVBand="1"/>'
        f"<w:tblCaption w:val={quoteattr(table.caption)}/>"
    )


def _row(cells: Sequence[str], table: Table, widths: Sequence[int], *, head: bool = False) -> str:
    together = "<w:cantSplit/>" if head or stays_together(cells) else ""
    repeated = "<w:tblHeader/>" if head else ""
    written = "".join(
        _cell(
            Run(words, strong=head or (table.row_headers and place == 0)),
            widths[place],
            numeric=table.columns[place].numeric,
        )
        for place, words in enumerate(cells)
    )
    return f"<w:tr>{_properties('trPr', together + repeated)}{written}</w:tr>"


def _cell(run: Run, width: int, *, numeric: bool) -> str:
    right = '<w:jc w:val="right"/>' if numeric else ""
    return (
        f'<w:tc><w:tcPr><w:tcW w:type="dxa" w:w="{width}"/></w:tcPr>'
        f"<w:p><w:pPr>{_CELL_SPACING}{right}</w:pPr>{_run(run, _CELL_SIZE)}</w:p></w:tc>"
    )


def _element(name: str, *children: "BaseOxmlElement", **attributes: str) -> "BaseOxmlElement":
    from docx.oxml import OxmlElement

    element = OxmlElement(name)
    for key, value in attributes.items():
        element.set(_qualified(key), value)
    element.extend(children)
    return element


def _qualified(name: str) -> str:
    from docx.oxml.ns import qn

    return qn(name)
