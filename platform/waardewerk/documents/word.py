"""The document as a Word file with real headings, marked table headers and described figures."""

import datetime as dt
from collections.abc import Sequence
from io import BytesIO
from typing import TYPE_CHECKING

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
    from docx.table import _Row
    from docx.text.paragraph import Paragraph as WordParagraph

_FONT = "Calibri"
_INK, _ACCENT, _MUTED = "1C2733", "24557F", "55616E"
_TEXT_WIDTH_CM = 16.0
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
    _write_title(word, document)
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


def _write_title(word: "WordDocument", document: Document) -> None:
    author = word.add_paragraph()
    author.add_run(document.author).bold = True
    word.add_paragraph(document.title, style="Title")
    if document.subtitle:
        word.add_paragraph(document.subtitle, style="Subtitle")
    word.add_paragraph(document.date_in_words)


def _write(word: "WordDocument", block: Block) -> None:
    match block:
        case Heading():
            _add_styled(word, f"Heading {block.level}", block.text)
        case Paragraph():
            _add_runs(word.add_paragraph(), block.runs)
        case BulletList():
            for runs in block.item_runs:
                _add_runs(_add_styled(word, "List Bullet"), runs)
        case Table():
            _write_table(word, block)
        case Figure():
            _write_figure(word, block)
        case Note():
            _write_note(word, block)
        case PageBreak():
            word.add_page_break()  # type: ignore[no-untyped-call]


def _add_styled(word: "WordDocument", style: str, text: str = "") -> "WordParagraph":
    """Add a paragraph with a style by its id: by its name, all styles are gone through again."""
    paragraph = word.add_paragraph(text)
    paragraph._p.style = style.replace(" ", "")
    return paragraph


def _add_runs(paragraph: "WordParagraph", runs: Sequence[Run]) -> None:
    for run in runs:
        written = paragraph.add_run(run.text)
        # None leaves the choice to the style; False would switch it off.
        written.bold = run.strong or None
        written.italic = run.emphasis or None


def _write_note(word: "WordDocument", note: Note) -> None:
    paragraph = _add_styled(word, f"Note {note.kind}")
    if note.title:
        paragraph.add_run(note.title).bold = True
        paragraph.add_run().add_break()
    paragraph.add_run(note.text)


def _write_figure(word: "WordDocument", figure: Figure) -> None:
    from docx.oxml.ns import qn
    from docx.shared import Cm

    width = _TEXT_WIDTH_CM * min(1.0, size_of(figure.svg)[0] / 640)
    paragraph = word.add_paragraph()
    paragraph.paragraph_format.keep_with_next = bool(figure.caption)
    picture = paragraph.add_run().add_picture(BytesIO(png_of(figure.svg)), width=Cm(width))
    picture._inline.find(qn("wp:docPr")).set("descr", figure.alt)
    if figure.caption:
        _add_styled(word, "Figure caption", figure.caption)


def _write_table(word: "WordDocument", table: Table) -> None:
    from docx.shared import Cm

    caption = _add_styled(word, "Caption", table.caption)
    caption.paragraph_format.keep_with_next = True
    written = word.add_table(rows=0, cols=len(table.columns))
    _describe_table(written._tbl.tblPr, table)
    widths = column_widths(table, _TEXT_WIDTH_CM)
    head = written.add_row()
    _mark_as_header(head)
    _fill(head, [column.title for column in table.columns], table, widths, head=True)
    for cells in table.rows:
        row = written.add_row()
        if stays_together(cells):
            row._tr.get_or_add_trPr().append(_element("w:cantSplit"))
        _fill(row, cells, table, widths)
    for column, width in zip(written.columns, widths, strict=True):
        column.width = Cm(width)
    word.add_paragraph().paragraph_format.space_after = 0


def _describe_table(properties: "BaseOxmlElement", table: Table) -> None:
    line = {"w:val": "single", "w:sz": "4", "w:space": "0", "w:color": "C9D1D9"}
    lines = (_element(f"w:{side}", **line) for side in ("top", "bottom", "insideH"))
    look = {"w:firstRow": "1", "w:firstColumn": str(int(table.row_headers)), "w:noVBand": "1"}
    for name in ("w:tblLook", "w:tblW"):
        for old in properties.findall(_qualified(name)):
            properties.remove(old)
    properties.append(_element("w:tblW", **{"w:type": "pct", "w:w": "5000"}))
    properties.append(_element("w:tblBorders", *lines))
    properties.append(_element("w:tblLook", **look))
    properties.append(_element("w:tblCaption", **{"w:val": table.caption}))


def _mark_as_header(row: "_Row") -> None:
    properties = row._tr.get_or_add_trPr()
    properties.append(_element("w:cantSplit"))
    properties.append(_element("w:tblHeader"))


def _fill(
    row: "_Row", cells: Sequence[str], table: Table, widths: Sequence[float], *, head: bool = False
) -> None:
    from docx.enum.text import WD_ALIGN_PARAGRAPH
    from docx.shared import Cm, Pt

    for place, (cell, words) in enumerate(zip(row.cells, cells, strict=True)):
        cell.width = Cm(widths[place])
        paragraph = cell.paragraphs[0]
        paragraph.paragraph_format.space_before = Pt(2)
        paragraph.paragraph_format.space_after = Pt(2)
        if table.columns[place].numeric:
            paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        run = paragraph.add_run(words)
        run.font.size = Pt(9.5)
        run.bold = head or (table.row_headers and place == 0) or None


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
