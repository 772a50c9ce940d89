"""One small document tree that leaves in every format.

Build a `Document`, hand it to `to_html`, `to_pdf`, `to_docx`, `to_odt` or `to_json`; build a
`Workbook` for `to_xlsx`, a `Sheet` for `to_csv`. What needs a layout of its own, such as a letter
or a booklet, brings a Typst template to `typeset`. Charts are in `waardewerk.documents.charts`.
The libraries that write the formats are loaded when a file is made, for they are slow to start.
"""

from waardewerk.documents.characters import printable
from waardewerk.documents.data import to_json
from waardewerk.documents.figures import png_of
from waardewerk.documents.html import body_html, to_html
from waardewerk.documents.odt import to_odt
from waardewerk.documents.pdf import to_pdf, typeset
from waardewerk.documents.sheets import Sheet, Workbook, to_csv, to_xlsx
from waardewerk.documents.tree import (
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
from waardewerk.documents.word import to_docx

__all__ = [
    "BulletList",
    "Column",
    "Document",
    "Figure",
    "Heading",
    "Note",
    "PageBreak",
    "Paragraph",
    "Run",
    "Sheet",
    "Table",
    "Workbook",
    "body_html",
    "png_of",
    "printable",
    "to_csv",
    "to_docx",
    "to_html",
    "to_json",
    "to_odt",
    "to_pdf",
    "to_xlsx",
    "typeset",
]
