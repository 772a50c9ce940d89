"""A published count as the files that Polis gives, for who works with tools that read those.

Only what says nothing of a person: a summary, the statements, and how each group reacted to them.
There is no file of participants, and none of votes.
"""

from __future__ import annotations

import zipfile
from collections.abc import Sequence
from io import BytesIO

from waardewerk.documents import Sheet, to_csv
from waardewerk.documents.sheets import Cell
from waardewerk_participation.queries.results import Published
from waardewerk_participation.showing import Figures, Shown
from waardewerk_participation.texts import text_in

_MARK = b"\xef\xbb\xbf"
#: The same content is the same file, whenever it is made.
_ALWAYS = (1980, 1, 1, 0, 0, 0)
#: As in their own files: brought in by whom, and since when, is not told.
_COMMENTS = (
    "timestamp",
    "datetime",
    "comment-id",
    "author-id",
    "agrees",
    "disagrees",
    "moderated",
    "comment-body",
)
_COUNTS = ("votes", "agrees", "disagrees", "passes")


def write(published: Published, language: str) -> bytes:
    """Write the files, packed together."""
    packed = BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for sheet in sheets(published, language):
            # Their tools take the mark at the beginning for a part of the first name.
            content = to_csv(sheet).removeprefix(_MARK)
            archive.writestr(zipfile.ZipInfo(f"{sheet.title}.csv", _ALWAYS), content)
    return packed.getvalue()


def sheets(published: Published, language: str) -> Sequence[Sheet]:
    """Return the files as tables."""
    shown = published.seen()
    return (
        _summary(published, shown, language),
        _comments(published, shown),
        _groups(published, shown),
    )


def _summary(published: Published, shown: Shown, language: str) -> Sheet:
    text = text_in(published.found, language)
    rows: list[list[Cell]] = [
        ["topic", text.title],
        ["conversation-description", text.question],
        ["voters", shown.people],
        ["comments", len(shown.statements)],
        ["groups", len(shown.groups)],
    ]
    return Sheet("summary", ("key", "value"), rows)


def _comments(published: Published, shown: Shown) -> Sheet:
    rows = [
        [
            "",
            "",
            one.number,
            "",
            one.everyone.agrees,
            one.everyone.disagrees,
            1,
            published.statements[one.number].text,
        ]
        for one in shown.statements
    ]
    return Sheet("comments", _COMMENTS, rows)


def _groups(published: Published, shown: Shown) -> Sheet:
    columns = ["comment-id", "comment", *(f"total-{name}" for name in _COUNTS)]
    columns += [f"group-{letter.lower()}-{name}" for letter in shown.letters for name in _COUNTS]
    rows = [
        [
            one.number,
            published.statements[one.number].text,
            *_counts(one.everyone),
            *(
                count
                for letter in shown.letters
                for count in _counts(one.groups.get(letter, Figures()))
            ),
        ]
        for one in shown.statements
    ]
    return Sheet("comment-groups", columns, rows)


def _counts(figures: Figures) -> tuple[int | None, ...]:
    return (figures.reactions, figures.agrees, figures.disagrees, figures.passes)
