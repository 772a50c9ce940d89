from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.questionnaires.operations.inquiring import Invitee
from waardewerk.refusal import Refusal
from waardewerk_maturity.invitees import MOST_BYTES, MOST_ROWS, decode, read_list


def people(text: str, level: str = "civil_servant") -> list[tuple[str, str | None, str]]:
    found = read_list(text, level)
    assert not found.problems
    return [(one.name, one.email, one.level) for one in found.people]


@pytest.mark.parametrize(
    "line",
    [
        "Robin Vos; robin@example.nl; bestuur",
        "Robin Vos, robin@example.nl, executive",
        "Robin Vos\trobin@example.nl\tGS",
        "robin@example.nl; Robin Vos; Gedeputeerde Staten",
        '"Robin Vos";"robin@example.nl";"directie"',
        "  Robin   Vos ;ROBIN@example.nl ; Bestuur ",
        "Robin Vos <robin@example.nl>; bestuur",
        '"Robin Vos" <robin@example.nl>, executive',
    ],
)
def test_a_row_is_read_however_it_was_made(line: str) -> None:
    assert people(line) == [("Robin Vos", "robin@example.nl", "executive")]


def test_a_row_without_a_level_gets_the_chosen_one() -> None:
    assert people("Robin; robin@example.nl", "political")[0][2] == "political"


def test_a_row_without_an_address_is_for_a_letter() -> None:
    assert people("Robin Vos") == [("Robin Vos", None, "civil_servant")]
    assert people("Robin Vos;;bestuur") == [("Robin Vos", None, "executive")]


def test_a_bare_address_is_also_the_name() -> None:
    assert people("robin@example.nl") == [("robin@example.nl", "robin@example.nl", "civil_servant")]
    assert people("robin@example.nl; ambtelijk")[0][2] == "civil_servant"


def test_recipients_of_a_mail_program_are_read_from_one_line() -> None:
    assert people("Vos, Robin <robin@example.nl>; Sam <sam@example.nl>") == [
        ("Vos, Robin", "robin@example.nl", "civil_servant"),
        ("Sam", "sam@example.nl", "civil_servant"),
    ]


@pytest.mark.parametrize(
    "table",
    [
        "Niveau;Voornaam;Tussenvoegsel;Achternaam;E-mailadres\nbestuur;Robin;de;Vos;r@example.nl",
        "level,email address,full name\nexecutive,r@example.nl,Robin de Vos",
        "E-mail\tNaam\tLaag\nr@example.nl\tRobin de Vos\tDirectie",
    ],
)
def test_a_first_row_with_column_names_says_what_is_what(table: str) -> None:
    assert people(table) == [("Robin de Vos", "r@example.nl", "executive")]


def test_good_rows_are_kept_and_wrong_ones_named_with_their_number() -> None:
    found = read_list(
        "Robin; robin@example.nl\n"
        "\n"
        "Sam; sam@@example.nl\n"
        "Kim; kim@example.nl; koning\n"
        "Lou; ROBIN@example.nl\n"
        "Nul\0; nul@example.nl\n" + "x" * 201,
        "executive",
    )
    assert [one.name for one in found.people] == ["Robin"]
    assert [one.row for one in found.problems] == [3, 4, 5, 6, 7]
    assert [one.message % one.details for one in found.problems] == [
        "“sam@@example.nl” is not an e-mail address.",
        "“koning” is not a level.",
        "This address is in row 1 already.",
        "There is a character that cannot be stored (U+0000).",
        "The name is longer than 200 characters.",
    ]
    assert "\0" not in found.problems[3].text


def test_the_same_address_twice_in_one_line_is_named() -> None:
    found = read_list("A <a@example.nl>; B <a@example.nl>", "executive")
    assert len(found.people) == len(found.problems) == 1


@pytest.mark.parametrize(
    "encoded",
    [
        "Zoë;zoe@example.nl".encode(),
        "Zoë;zoe@example.nl".encode("utf-8-sig"),
        "Zoë;zoe@example.nl".encode("cp1252"),
        "Zoë;zoe@example.nl".encode("utf-16"),
    ],
)
def test_a_file_is_read_in_the_encodings_of_spreadsheets(encoded: bytes) -> None:
    assert people(decode(encoded))[0][0] == "Zoë"


@pytest.mark.parametrize("data", [b"PK\x03\x04rest", b"\x81\x8d\x8f", b"x" * (MOST_BYTES + 1)])
def test_what_is_no_list_is_refused_with_what_to_do(data: bytes) -> None:
    with pytest.raises(Refusal):
        decode(data)


def test_a_list_that_is_too_long_is_refused() -> None:
    with pytest.raises(Refusal):
        read_list("a@example.nl\n" * (MOST_ROWS + 1), "executive")
    with pytest.raises(Refusal):
        read_list("x" * (MOST_BYTES + 1), "executive")


@given(st.text(alphabet=st.characters(), max_size=300))
def test_any_text_gives_people_or_problems_and_never_an_error(text: str) -> None:
    found = read_list(text, "executive")
    for one in found.people:
        assert one.name.strip()
        assert len(one.name) <= 200
    for problem in found.problems:
        assert problem.message % problem.details


names = st.from_regex(r"[A-Z][a-z]{1,10}( [A-Z][a-z]{1,10})?", fullmatch=True)
rows = st.lists(
    st.tuples(names, st.sampled_from(["politiek", "bestuur", "ambtelijk"])), max_size=20
)
LEVELS = {"politiek": "political", "bestuur": "executive", "ambtelijk": "civil_servant"}


@given(rows, st.sampled_from("\t;,"))
def test_what_is_written_as_rows_is_read_back(rows: list[tuple[str, str]], delimiter: str) -> None:
    text = "\r\n".join(
        delimiter.join((name, f"n{number}@example.nl", level))
        for number, (name, level) in enumerate(rows)
    )
    assert list(read_list(text, "executive").people) == [
        Invitee(name=name, email=f"n{number}@example.nl", level=LEVELS[level])
        for number, (name, level) in enumerate(rows)
    ]
