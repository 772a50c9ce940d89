from __future__ import annotations

from pathlib import Path
from types import ModuleType

import pytest

from waardewerk_participation import csv_tables, polis_export
from waardewerk_participation.csv_tables import WrongExport
from waardewerk_participation.polis_export import Export, read_export

from .conftest import Cells, Files, camps


def cells_in(export: Export) -> Cells:
    votes = export.votes
    people, statements = votes.participants.tolist(), votes.statements.tolist()
    return dict(zip(zip(people, statements, strict=True), votes.values.tolist(), strict=True))


def test_a_conversation_is_read_whole(exported: Files) -> None:
    export = read_export(exported.folder)
    assert cells_in(export) == camps()
    assert export.title == "What about data?"
    assert export.source == "https://example.org/1"
    assert [one.number for one in export.statements] == list(range(20))
    assert [one.number for one in export.statements if one.is_rejected] == [3]
    assert export.statements[5].text == "Statement, number 5"
    assert export.participants == {person: person // 30 for person in range(50)}
    assert export.differing == 0


def test_the_last_vote_by_time_counts_wherever_it_stands(files: Files) -> None:
    files.export({(1, 1): 1, (2, 1): 1})
    rows = [
        ["timestamp", "comment-id", "voter-id", "vote"],
        [30, 1, 1, -1],
        [10, 1, 1, 1],
        [20, 1, 1, 0],
        [5, 1, 2, 1],
        [5, 1, 2, 0],
    ]
    files.write("votes.csv", rows)
    export = read_export(files.folder)
    assert cells_in(export) == {(1, 1): -1, (2, 1): 0}
    assert export.given == 5
    assert export.differing == 2


def test_names_of_files_and_columns_changed_over_the_years(exported: Files) -> None:
    known = cells_in(read_export(exported.folder))
    folder = exported.folder
    (folder / "participants-votes.csv").rename(folder / "participant-votes.csv")
    comments = exported.rows("comments.csv")
    comments[0] = ["timestamp", "tid", "author_id", "mod", "txt"]
    exported.write(
        "comments.csv", [[*row, "is_meta" if i == 0 else "false"] for i, row in enumerate(comments)]
    )
    votes = exported.rows("votes.csv")
    votes[0] = ["Timestamp", "datetime", "comment_id", "voter_id", "vote"]
    exported.write(
        "votes.csv", [[*row, "important" if i == 0 else ""] for i, row in enumerate(votes)]
    )
    text = (folder / "votes.csv").read_text("utf-8").replace("\n", "\r\n")
    (folder / "votes.csv").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert cells_in(read_export(folder)) == known


def test_statements_about_the_conversation_itself_are_not_grouped_by(files: Files) -> None:
    files.export({(1, s): 1 for s in range(3)})
    rows = files.rows("comments.csv")
    flags = ["is-meta", "false", "true", "f"]
    files.write("comments.csv", [[*row, flag] for row, flag in zip(rows, flags, strict=True)])
    assert read_export(files.folder).left_out == [1]


@pytest.mark.parametrize("missing", ["votes.csv", "participants-votes.csv", "summary.csv"])
def test_one_of_the_files_may_be_missing(exported: Files, missing: str) -> None:
    (exported.folder / missing).unlink()
    export = read_export(exported.folder)
    assert cells_in(export) == camps()
    assert set(export.participants) == set(range(50))


def test_participants_without_a_vote_are_known(files: Files) -> None:
    files.export({(1, 1): 1})
    files.write("participants-votes.csv", [["participant", "group-id", 1], [1, 0, 1], [8, "", ""]])
    assert read_export(files.folder).participants == {1: 0, 8: None}


def test_what_no_database_can_hold_is_replaced_and_line_ends_are_alike(files: Files) -> None:
    files.export({(1, 1): 1})
    body = "One\r\ntwo\x00three\x1b[31m"
    files.write("comments.csv", [["comment-id", "comment-body"], [1, body]])
    assert read_export(files.folder).statements[0].text == "One\ntwo\ufffdthree\ufffd[31m"


GOOD = {
    "comments.csv": "comment-id,moderated,comment-body\n1,1,One\n2,-1,Two\n",
    "votes.csv": "timestamp,comment-id,voter-id,vote\n1,1,1,1\n2,2,1,-1\n",
    "participants-votes.csv": "participant,group-id,1,2\n1,0,1,-1\n",
}
WRONG = {
    "no statements at all": ("comments.csv", "", "comments.csv has no column"),
    "a column is missing": ("votes.csv", "timestamp,comment-id,vote\n", "no column “voter-id”"),
    "a statement twice": (
        "comments.csv",
        GOOD["comments.csv"] + "1,1,One\n",
        "line 4: statement 1",
    ),
    "an unknown statement": ("votes.csv", GOOD["votes.csv"] + "3,9,1,1\n", "line 4: statement 9"),
    "an unknown column": ("participants-votes.csv", "participant,9\n1,1\n", "line 1: statement 9"),
    "a column twice": (
        "participants-votes.csv",
        "participant,1,1\n1,1,1\n",
        "column is there twice",
    ),
    "a participant twice": (
        "participants-votes.csv",
        GOOD["participants-votes.csv"] + "1,0,1,1\n",
        "line 3: participant 1",
    ),
    "a vote of two": ("votes.csv", GOOD["votes.csv"] + "3,1,2,2\n", "line 4: 2 is not -1, 0 or 1"),
    "half a vote": ("votes.csv", GOOD["votes.csv"] + "3,1,2,0.5\n", "“0.5” is no whole number"),
    "a word": ("votes.csv", GOOD["votes.csv"] + "3,1,you,1\n", "“you” is no whole number"),
    "a foreign digit": ("votes.csv", GOOD["votes.csv"] + "3,1,٣,1\n", "is no whole number"),
    "a number without end": ("votes.csv", GOOD["votes.csv"] + f"3,1,{'9' * 5000},1\n", "99…”"),
    "a number too large": ("votes.csv", GOOD["votes.csv"] + f"3,1,{2**31},1\n", "not the number"),
    "a number below zero": ("votes.csv", GOOD["votes.csv"] + "3,1,-4,1\n", "-4 is not the number"),
    "a cell too many": ("votes.csv", GOOD["votes.csv"] + "3,1,2,1,1\n", "5 cells where 4 belong"),
    "a quote left open": ("comments.csv", GOOD["comments.csv"] + '3,1,"Three\n', "not CSV"),
    "text after a quote": ("comments.csv", GOOD["comments.csv"] + '3,1,"Th"ree\n', "not CSV"),
    "an endless field": ("comments.csv", GOOD["comments.csv"] + '3,1,"' + "x\n" * 99999, "not CSV"),
    "an endless text": (
        "comments.csv",
        GOOD["comments.csv"] + f"3,1,{'x' * 10001}\n",
        "10000 char",
    ),
    "an endless line": ("votes.csv", GOOD["votes.csv"] + "1" * 1_000_001, "line that is too long"),
    "orders to a terminal": ("votes.csv", GOOD["votes.csv"] + "3,1,\x1b[2J,1\n", "“\ufffd[2J”"),
}


@pytest.mark.parametrize("what", WRONG)
def test_a_hostile_file_is_refused_in_one_clear_line(tmp_path: Path, what: str) -> None:
    file, content, expected = WRONG[what]
    for name, text in {**GOOD, file: content}.items():
        (tmp_path / name).write_text(text, "utf-8")
    with pytest.raises(WrongExport) as refused:
        read_export(tmp_path)
    assert expected in str(refused.value)
    assert file in str(refused.value)
    assert len(str(refused.value)) < 200
    assert str(refused.value).isprintable()


def test_bytes_that_are_no_text_are_refused(exported: Files) -> None:
    (exported.folder / "votes.csv").write_bytes(b"timestamp,comment-id,voter-id,vote\n\xff\xfe\n")
    with pytest.raises(WrongExport, match=r"votes\.csv is not text in UTF-8"):
        read_export(exported.folder)


def test_a_folder_with_something_else_in_it_is_refused(tmp_path: Path) -> None:
    with pytest.raises(WrongExport, match=r"no comments\.csv"):
        read_export(tmp_path)
    (tmp_path / "comments.csv").write_text(GOOD["comments.csv"])
    with pytest.raises(WrongExport, match=r"no votes\.csv"):
        read_export(tmp_path)
    (tmp_path / "votes.csv").mkdir()
    with pytest.raises(WrongExport, match=r"no votes\.csv"):
        read_export(tmp_path)


@pytest.mark.parametrize(
    ("module", "name", "most", "said"),
    [
        (polis_export, "MOST_STATEMENTS", 19, "more than 19 statements"),
        (polis_export, "MOST_PARTICIPANTS", 49, "more than 49 participants"),
        (polis_export, "MOST_VOTES", 99, "more than 99 votes"),
        (csv_tables, "MOST_MEGABYTES", 0, "is too large"),
    ],
)
def test_what_is_too_much_is_refused(
    exported: Files,
    monkeypatch: pytest.MonkeyPatch,
    module: ModuleType,
    name: str,
    most: int,
    said: str,
) -> None:
    monkeypatch.setattr(module, name, most)
    with pytest.raises(WrongExport, match=said):
        read_export(exported.folder)
