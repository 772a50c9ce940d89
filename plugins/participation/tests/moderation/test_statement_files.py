"""Statements from a CSV file: what is read, what is not, and what is refused whole."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_participation.statement_files import (
    Expected,
    SeedStatement,
    StatementFile,
    read_statements,
)

EXPECTED = Expected(["nl", "fy"], {"privacy": "Privacy", "human-dignity": "Menselijke waardigheid"})


def read(text: str | bytes) -> StatementFile:
    content = text if isinstance(text, bytes) else text.encode()
    return read_statements(content, EXPECTED)


def texts(file: StatementFile) -> list[str]:
    return [said.text for _row, said in file.good]


def problems(file: StatementFile) -> list[tuple[int, str]]:
    return [(one.row, one.message % one.details) for one in file.problems]


def test_columns_are_found_by_name_whatever_their_order() -> None:
    file = read("taal;waarden;stelling\nfy;Privacy|human-dignity;Mear beammen.\n;;Meer bomen.\n")
    assert [said for _row, said in file.good] == [
        SeedStatement("Mear beammen.", "fy", ("privacy", "human-dignity")),
        SeedStatement("Meer bomen.", "nl"),
    ]


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_without_names_the_first_column_is_the_text(delimiter: str) -> None:
    file = read(f"Meer bomen.{delimiter}nl{delimiter}\nMinder asfalt.{delimiter}{delimiter}\n")
    assert texts(file) == ["Meer bomen.", "Minder asfalt."]


def test_one_column_is_enough() -> None:
    assert texts(read("Meer bomen.\r\n\r\nMinder asfalt.")) == ["Meer bomen.", "Minder asfalt."]


def test_a_wrong_row_costs_only_that_row() -> None:
    file = read(
        "text,language,values\n"
        "Goed.,nl,\n"
        f"{'a' * 10_000},nl,\n"
        "Draai \u202eom,nl,\n"
        '"  ",nl,\n'
        "Duits.,de,\n"
        "Waarde.,nl,geluk\n"
        "<b>Ook goed</b>,nl,privacy\n"
    )
    assert texts(file) == ["Goed.", "<b>Ook goed</b>"]
    assert [row for row, _said in problems(file)] == [3, 4, 5, 6, 7]
    said = dict(problems(file))
    assert "longer than 280" in said[3]
    assert "direction of reading" in said[4]
    assert said[6] == "“de” is no language of this round (nl, fy)."
    assert said[7] == "“geluk” is no value of the value framework."


def test_what_is_said_about_a_row_is_short_and_holds_no_marks_that_act() -> None:
    [problem] = read("goed\n" + "\u202e" * 200).problems
    assert len(problem.text) <= 41
    assert "\u202e" not in problem.text


def test_windows_1252_is_read_and_told() -> None:
    file = read("Eén camera’s\n".encode("cp1252"))
    assert file.encoding == "windows-1252"
    assert texts(file) == ["Eén camera’s"]
    assert read("\ufeffEén\n").encoding == "utf-8"
    assert texts(read("\ufeffEén\n")) == ["Eén"]


def test_a_byte_that_means_nothing_costs_only_its_row() -> None:
    file = read(b"Goed\nE\xe9n \x81 teken\n")
    assert texts(file) == ["Goed"]
    assert problems(file) == [(2, "This row holds a character that could not be read.")]


@pytest.mark.parametrize(
    ("content", "why"),
    [
        (b"a" * 1_000_001, "larger than 1 MB"),
        (b"PK\x03\x04\0\0", "no text"),
        (b"", "no statement"),
        (b"text,language\n", "no statement"),
        (b"\n \n;;\n", "no statement"),
        (b"ja\n" * 2_002, "more than 2000 rows"),
        (b'"' + b"a" * 200_000 + b'"', "not CSV"),
    ],
)
def test_what_is_no_list_of_statements_is_refused_whole(content: bytes, why: str) -> None:
    with pytest.raises(Refusal, match=why):
        read(content)


def test_two_thousand_rows_under_a_row_of_names_are_read() -> None:
    assert len(read("text\n" + "ja\n" * 2_000).good) == 2_000


@given(st.binary(max_size=2000))
def test_whatever_is_in_a_file_there_is_an_answer(content: bytes) -> None:
    try:
        file = read(content)
    except Refusal:
        return
    assert file.good or file.problems
    assert all(0 < len(text) <= 280 for text in texts(file))
