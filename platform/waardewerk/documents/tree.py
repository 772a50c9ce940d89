"""The document tree: what a report says, before it leaves in any format."""

import datetime as dt
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from typing import ClassVar, Literal

from waardewerk.documents.characters import printable
from waardewerk.documents.figures import require_plain_drawing

NoteKind = Literal["information", "attention", "example"]

_COUNTRIES = {"nl": "NL", "fy": "NL", "en": "GB"}
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Z]{2})?")


@dataclass(frozen=True)
class Run:
    """A stretch of text in one appearance."""

    text: str
    strong: bool = False
    emphasis: bool = False

    def __post_init__(self) -> None:
        _make_printable(self, "text")


Prose = str | Sequence[Run]


@dataclass(frozen=True)
class Heading:
    """A heading below the document's title; level 1 is the highest."""

    element: ClassVar = "heading"

    level: int
    text: str

    def __post_init__(self) -> None:
        if self.level not in range(1, 5):
            raise ValueError(f"A heading has level 1, 2, 3 or 4, not {self.level}.")
        _make_printable(self, "text")
        _require(self.text, "Give the heading a text.")


@dataclass(frozen=True)
class Paragraph:
    """One paragraph, given as a text or as runs."""

    element: ClassVar = "paragraph"

    prose: Prose

    @property
    def runs(self) -> tuple[Run, ...]:
        """The paragraph as runs."""
        return runs_of(self.prose)


@dataclass(frozen=True)
class BulletList:
    """A list without an order; each item is a text or runs."""

    element: ClassVar = "bullet_list"

    items: Sequence[Prose]

    def __post_init__(self) -> None:
        if not self.items:
            raise ValueError("Give the list at least one item, or leave the list out.")

    @property
    def item_runs(self) -> tuple[tuple[Run, ...], ...]:
        """Each item as runs."""
        return tuple(runs_of(item) for item in self.items)


@dataclass(frozen=True)
class Column:
    """A column of a table; numbers stand to the right."""

    title: str
    numeric: bool = False

    def __post_init__(self) -> None:
        _make_printable(self, "title")
        _require(self.title, "Give every column a title: screen readers read it with each cell.")


@dataclass(frozen=True)
class Table:
    """A table of texts; with `row_headers` the first cell names its row."""

    element: ClassVar = "table"

    caption: str
    columns: Sequence[Column]
    rows: Sequence[Sequence[str]]
    row_headers: bool = False

    def __post_init__(self) -> None:
        _make_printable(self, "caption")
        _require(self.caption, "Give the table a caption.")
        if not self.columns:
            raise ValueError("Give the table at least one column.")
        rows = tuple(tuple(printable(cell) for cell in row) for row in self.rows)
        for number, row in enumerate(rows, start=1):
            if len(row) != len(self.columns):
                raise ValueError(
                    f"Row {number} has {len(row)} cells and the table has "
                    f"{len(self.columns)} columns: make them equal."
                )
        _set(self, "rows", rows)


@dataclass(frozen=True)
class Figure:
    """A drawing, the words that stand in for it, and its caption."""

    element: ClassVar = "figure"

    svg: str
    alt: str
    caption: str

    def __post_init__(self) -> None:
        for name in ("svg", "alt", "caption"):
            _make_printable(self, name)
        _require(self.alt, "Say in `alt` what the figure shows: not everybody sees it.")
        require_plain_drawing(self.svg)


@dataclass(frozen=True)
class Note:
    """A remark that stands apart from the running text."""

    element: ClassVar = "note"

    text: str
    kind: NoteKind = "information"
    title: str = ""

    def __post_init__(self) -> None:
        _make_printable(self, "text")
        _make_printable(self, "title")
        _require(self.text, "Give the note a text.")


@dataclass(frozen=True)
class PageBreak:
    """What follows starts on a new page, where the format has pages."""

    element: ClassVar = "page_break"


Block = Heading | Paragraph | BulletList | Table | Figure | Note | PageBreak


@dataclass(frozen=True, kw_only=True)
class Document:
    """A whole document; `author` is the organisation that speaks in it."""

    title: str
    language: str
    author: str
    date: dt.date
    subtitle: str = ""
    description: str = ""
    blocks: Sequence[Block] = field(default=())

    def __post_init__(self) -> None:
        for name in ("title", "author", "subtitle", "description"):
            _make_printable(self, name)
        _require(self.title, "Give the document a title.")
        if not _LANGUAGE.fullmatch(self.language):
            raise ValueError(f"Write the language as 'nl' or 'nl-NL', not as {self.language!r}.")
        _require_unbroken_outline(self.blocks)

    @property
    def language_tag(self) -> str:
        """The language with a country, as word processors want it."""
        usual = _COUNTRIES.get(self.language)
        return f"{self.language}-{usual}" if usual else self.language

    @property
    def date_in_words(self) -> str:
        """The date as the document's language writes it."""
        from babel import Locale

        from waardewerk.dates import write_day

        return write_day(self.date, "long", Locale.parse(self.language_tag, sep="-"))


def runs_of(prose: Prose) -> tuple[Run, ...]:
    """Return the prose as runs."""
    return (Run(prose),) if isinstance(prose, str) else tuple(prose)


def plain_text(prose: Prose) -> str:
    """Return the prose without its appearance."""
    return "".join(run.text for run in runs_of(prose))


def _require_unbroken_outline(blocks: Iterable[Block]) -> None:
    above = 0
    for block in blocks:
        if not isinstance(block, Heading):
            continue
        if block.level > above + 1:
            raise ValueError(
                f"Heading {block.text!r} has level {block.level} but may have at most level "
                f"{above + 1} here: a reader who jumps from heading to heading gets lost."
            )
        above = block.level


def _make_printable(part: object, name: str) -> None:
    _set(part, name, printable(getattr(part, name)))


def _set(part: object, name: str, value: object) -> None:
    object.__setattr__(part, name, value)  # the classes are frozen, also for themselves


def _require(text: str, advice: str) -> None:
    if not text.strip():
        raise ValueError(advice)
