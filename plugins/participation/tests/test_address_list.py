from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_participation.address_list import MOST_MEGABYTES, MOST_ROWS, read_addresses

HEADING = "id;naam;straat;nr;postcode;plaats;telefoon\n"
ROW = "17;M. de Vries;Dorpsstraat;3;1234AB;Lelystad;06\n"


def lines_of(text: str, chosen: str = "") -> list[tuple[str, ...]]:
    return list(read_addresses(text.encode(), chosen).addresses)


def problems_of(text: str, chosen: str = "") -> list[tuple[int, str]]:
    problems = read_addresses(text.encode(), chosen).problems
    return [(one.row, one.message % one.details) for one in problems]


@pytest.mark.parametrize("delimiter", [";", ",", "\t"])
def test_each_column_is_a_line_and_a_postal_code_stands_before_its_town(delimiter: str) -> None:
    text = "A. Jansen;Plein 1;1234 AB;Lelystad".replace(";", delimiter)
    assert lines_of(text) == [("A. Jansen", "Plein 1", "1234 AB  Lelystad")]


def test_columns_are_chosen_by_name_or_by_number() -> None:
    wanted = [("M. de Vries", "Dorpsstraat 3", "1234AB  Lelystad")]
    assert lines_of(HEADING + ROW, "naam\nstraat + nr\npostcode + plaats") == wanted
    assert lines_of(HEADING + ROW, "2\n3+4\n5+6") == wanted
    assert lines_of(ROW, "2\n3+4\n5+6") == wanted


def test_a_column_that_is_not_there_is_named() -> None:
    with pytest.raises(Refusal, match="woonplaats"):
        lines_of(HEADING + ROW, "naam\nwoonplaats")


def test_a_first_row_that_holds_an_address_is_no_heading() -> None:
    assert lines_of("Naamloze vennootschap;Adresweg 1;1234 AB;Plaats")[0][1] == "Adresweg 1"


def test_windows_text_is_read_too() -> None:
    data = "Zoë Müller;Coöperatie 1".encode("cp1252")
    assert read_addresses(data).addresses == (("Zoë Müller", "Coöperatie 1"),)
    assert read_addresses("\ufeffZoë;Weg 1".encode()).addresses == (("Zoë", "Weg 1"),)


def test_rows_that_cannot_become_a_letter_are_named_by_number_alone() -> None:
    text = "\n".join(
        ["A;Weg 1", "", "A;Weg 1", "B;" + "x" * 61, "C;Weg\x07 2", "1;2;3;4;5;6;7", "D;Weg 4"]
    )
    assert problems_of(text) == [
        (3, "This is the same address as in row 1."),
        (4, "A line is longer than 60 characters."),
        (5, "There is a character in it that cannot be printed."),
        (6, "The address has more than 6 lines: choose columns."),
    ]
    assert len(lines_of(text)) == 2


def test_a_row_with_more_cells_than_columns_is_named() -> None:
    assert problems_of("naam;straat\nA;Weg 1;te veel") == [
        (2, "It has 3 cells, and there are 2 columns.")
    ]


def test_a_row_without_an_address_in_the_chosen_columns_is_named() -> None:
    assert problems_of("naam;telefoon\n;06", "naam") == [(2, "There is no address in it.")]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"\n\n ; \n",
        b"naam;straat\n",
        b"PK\x03\x04spreadsheet",
        b"\x81\x8d\x8f",
        b"x" * (MOST_MEGABYTES * 2**20 + 1),
        b"A;B\n" * (MOST_ROWS + 1),
        b'"' + b"x" * 200_000,
    ],
    ids=[
        "nothing",
        "empty rows",
        "only a heading",
        "spreadsheet",
        "no text",
        "large",
        "long",
        "quote",
    ],
)
def test_a_file_without_addresses_is_refused_or_gives_none(data: bytes) -> None:
    try:
        found = read_addresses(data)
    except Refusal:
        return
    assert found.addresses == ()


@given(data=st.binary(max_size=400), chosen=st.text(max_size=40))
def test_whatever_comes_in_is_read_or_refused(data: bytes, chosen: str) -> None:
    try:
        found = read_addresses(data, chosen)
    except Refusal:
        return
    assert all(0 < len(line) <= 60 for address in found.addresses for line in address)
