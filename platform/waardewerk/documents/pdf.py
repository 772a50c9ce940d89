"""The document as a PDF that screen readers can use and archives can keep."""

import ctypes
import datetime as dt
import json
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any
from unicodedata import category

from waardewerk.documents.characters import REPLACEMENT
from waardewerk.documents.figures import FONTS, fonts, size_of
from waardewerk.documents.tables import column_shares, stays_together
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
    import typst

_STANDARDS: "list[typst.PDFStandard]" = ["a-2a", "ua-1"]
_TEXT_WIDTH = 453.5
_TALLEST_FIGURE = 600.0
# A chart of 640 pixels fills the line, and its letters are then as large as the text.
_POINTS_PER_PIXEL = _TEXT_WIDTH / 640
# Languages whose words Typst breaks by rule; other words need help when they are long.
_HYPHENATED = {"nl", "en", "de", "fr"}
#: Content of so many characters makes some hundred pages.
_LARGE = 300_000
#: Of so many documents Typst keeps what it worked out, in case they come again.
_REMEMBERED = 10
_UNDRAWABLE = re.compile("could not be displayed|private area|contains the codepoint")


def to_pdf(document: Document, *, font_paths: Sequence[Path] = (FONTS,)) -> bytes:
    """Return the document as tagged PDF/UA-1 and PDF/A-2a, dated as the document is."""
    return typeset(_template(), _report(document), on=document.date, font_paths=font_paths)


def typeset(
    template: bytes,
    content: Mapping[str, Any],
    *,
    on: dt.date,
    font_paths: Sequence[Path] = (FONTS,),
) -> bytes:
    """Return the PDF that a Typst template makes of content, given to it as ``sys.inputs.data``.

    Tagged PDF/UA-1 and PDF/A-2a, dated ``on`` that day.
    """
    import typst

    data = json.dumps(content, ensure_ascii=False)
    folders = tuple(font_paths)
    try:
        return _compile(template, data, folders, on)
    except typst.TypstError as error:
        if not _UNDRAWABLE.search(str(error)):
            raise
        # PDF/A refuses a character that no font can draw: an emoji stops the whole report.
        return _compile(template, _drawable_text(data, folders), folders, on)


def _compile(source: bytes, data: str, folders: tuple[Path, ...], on: dt.date) -> bytes:
    import typst

    moment = dt.datetime.combine(on, dt.time(), dt.UTC)
    # An empty folder as root: the template reads no files, and now it cannot.
    with TemporaryDirectory() as root:
        compiler = typst.Compiler(
            source, root=root, font_paths=fonts(folders), sys_inputs={"data": data}
        )
        pdf = compiler.compile(format="pdf", pdf_standards=_STANDARDS, timestamp=moment)
        if len(data) > _LARGE:
            _forget(root, folders)
    assert isinstance(pdf, bytes)
    return pdf


def _forget(root: str, folders: tuple[Path, ...]) -> None:
    """Let Typst forget a large document, by giving it as many empty ones as it remembers.

    It would hold half a gigabyte for each PDF of seven hundred pages, and not be faster for it.
    """
    import typst

    for _time in range(_REMEMBERED + 1):
        typst.Compiler(b"#pagebreak()", root=root, font_paths=fonts(folders)).compile(format="svg")
    # What was let go goes back to the machine, where the C library can do so.
    with suppress(AttributeError):
        ctypes.CDLL(None).malloc_trim(0)


@cache
def _template() -> bytes:
    return (Path(__file__).parent / "report.typ").read_bytes()


def _drawable_text(data: str, folders: tuple[Path, ...]) -> str:
    strange = {character for character in set(data) if not character.isascii()}
    lost = {ord(one): _stand_in(one) for one in strange if not _can_draw(one, folders)}
    return data.translate(lost)


def _stand_in(character: str) -> str:
    """Return what is drawn instead; a mark that only changes its neighbour goes with it."""
    return "" if category(character) in {"Mn", "Me", "Cf"} else REPLACEMENT


@cache
def _can_draw(character: str, folders: tuple[Path, ...]) -> bool:
    import typst

    probe = b'#set document(title: "-")\n#set text(font: "Noto Sans")\n#sys.inputs.data'
    try:
        _compile(probe, character, folders, dt.date(2000, 1, 1))
    except typst.TypstError:
        return False
    return True


def _report(document: Document) -> dict[str, Any]:
    language, _, region = document.language.partition("-")
    return {
        "title": document.title,
        "subtitle": document.subtitle,
        "author": document.author,
        "description": document.description,
        "language": language,
        "longest_word": 45 if language in _HYPHENATED else 24,
        "region": region or None,
        "date": [document.date.year, document.date.month, document.date.day],
        "date_in_words": document.date_in_words,
        "blocks": [{"element": block.element, **_content(block)} for block in document.blocks],
    }


def _content(block: Block) -> dict[str, Any]:
    match block:
        case Heading():
            return {"level": block.level, "text": block.text}
        case Paragraph():
            return {"runs": _runs(block.runs)}
        case BulletList():
            return {"items": [_runs(runs) for runs in block.item_runs]}
        case Table():
            return _table(block)
        case Figure():
            return _figure(block)
        case Note():
            return {"title": block.title, "text": block.text, "kind": block.kind}
        case PageBreak():
            return {}


def _runs(runs: Sequence[Run]) -> list[dict[str, Any]]:
    return [vars(run) for run in runs]


def _table(table: Table) -> dict[str, Any]:
    # Typst fits a column without a share to its cells.
    shares = column_shares(table)
    return {
        "caption": table.caption,
        "columns": [
            {"title": column.title, "numeric": column.numeric, "share": share}
            for column, share in zip(table.columns, shares, strict=True)
        ],
        "rows": [{"cells": row, "together": stays_together(row)} for row in table.rows],
        "row_headers": table.row_headers,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    width, height = size_of(figure.svg)
    shown = min(width * _POINTS_PER_PIXEL, _TEXT_WIDTH, _TALLEST_FIGURE * width / height)
    return {"svg": figure.svg, "alt": figure.alt, "caption": figure.caption, "width": shown}
