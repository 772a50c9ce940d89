"""What a statement is looked at for, and what is refused."""

from __future__ import annotations

import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.refusal import Refusal
from waardewerk_participation import hints


def kinds(text: str, language: str = "nl") -> list[str]:
    return [hint.kind for hint in hints.look_at(text, language)]


@pytest.mark.parametrize(
    ("text", "kind", "part"),
    [
        ("Vraag het j.jansen+buurt@voorbeeld.nl maar.", "email", "j.jansen+buurt@voorbeeld.nl"),
        ("Bel 06-12345678.", "phone", "06-12345678"),
        ("Bel 0592 123 456 daarover.", "phone", "0592 123 456"),
        ("Bel +31 6 1234 5678.", "phone", "+31 6 1234 5678"),
        ("Bel +31 (0)6 12345678.", "phone", "+31 (0)6 12345678"),
        ("Mijn nummer is 111222333.", "bsn", "111222333"),
        ("Mijn nummer is 1112.22.333!", "bsn", "1112.22.333"),
        ("Ik woon op 9405 BJ 12.", "address", "9405 BJ 12"),
        ("Ik woon op 12, 9405BJ.", "address", "12, 9405BJ"),
        ("Kijk bij 9405bj nr 4.", "address", "9405bj nr 4"),
        ("De buren op Dorpsstraat 12a filmen.", "address", "Dorpsstraat 12a"),
        ("Us buorren op Doarpsstrjitte 3 filmje.", "address", "Doarpsstrjitte 3"),
        ("Stort op NL91 ABNA 0417 1643 00 en klaar.", "iban", "NL91 ABNA 0417 1643 00"),
        ("Stort op nl91abna0417164300.", "iban", "nl91abna0417164300"),
        ("Vraag @piet_de_boer er eens naar.", "name", "@piet_de_boer"),
        ("Dat was mevrouw van der Meer.", "name", "mevrouw van der Meer"),
        ("De auto met 12-XKB-3 staat er altijd.", "plate", "12-XKB-3"),
    ],
)
def test_what_may_point_out_a_person_is_named_with_the_piece_of_text(
    text: str, kind: str, part: str
) -> None:
    [hint] = [hint for hint in hints.look_at(text, "nl") if hint.kind in hints.PERSONAL]
    assert (hint.kind, hint.part) == (kind, part)


@pytest.mark.parametrize(
    "text",
    [
        "In 2025 is 30 procent genoeg.",
        "Vanaf 1 januari 2026 geldt dit voor 9 gemeenten.",
        "De provincie gaf 123456789 euro uit.",
        "Het kost 1.250.000 euro per jaar.",
        "Bewaar beelden 24 uur, van 08.00 tot 20.00 uur.",
        "Op 01-02-2026 begint het.",
        "De N33 en de A28 zijn druk.",
        "Meet @ elke halte.",
        "De weg 12 is druk.",
    ],
)
def test_years_sums_dates_and_roads_are_not_taken_for_people(text: str) -> None:
    assert kinds(text) == []


def test_a_bank_account_is_not_a_telephone_number_as_well() -> None:
    assert kinds("NL91ABNA0417164300 of 06 12345678") == ["iban", "phone"]


def test_a_wrong_check_digit_is_no_bank_account() -> None:
    assert "iban" not in kinds("NL92ABNA0417164300")


@pytest.mark.parametrize(("language", "most"), [("nl", 15), ("fy", 15), ("en", 20)])
def test_a_sentence_is_long_after_fifteen_words_and_in_english_after_twenty(
    language: str, most: int
) -> None:
    assert kinds("la " * most, language) == []
    assert hints.look_at("la " * (most + 1), language) == [hints.Hint("sentence", count=most + 1)]


def test_two_short_sentences_are_not_one_long_one() -> None:
    assert kinds("la la la la la la la la la. " * 2) == []


def test_long_words_are_named_once_and_at_most_three() -> None:
    text = "Gegevensbeschermingseffectbeoordeling! gezichtsherkenningscamera’s"
    assert [hint.part for hint in hints.look_at(f"{text} {text}", "nl")] == [
        "Gegevensbeschermingseffectbeoordeling",
        "gezichtsherkenningscamera’s",
    ]
    many = " ".join(letter * 20 for letter in "abcde")
    assert kinds(many) == ["word"] * 3


def test_more_than_is_advised_gets_a_hint_and_is_kept() -> None:
    text = "la la la la. " * 11
    assert kinds(text.strip()) == ["length"]
    assert hints.tidied(text) == text.strip()


def test_a_hint_says_what_it_is_about() -> None:
    said = [hint.said() for hint in hints.look_at("Bel 06-12345678. " + "la " * 60, "nl")]
    assert said == [
        "“06-12345678” looks like a telephone number. Leave it out.",
        "A sentence of 60 words is hard to read. Make it shorter or cut it.",
        "Your text has 197 characters. Up to 140 is easier to answer.",
    ]


def test_every_hint_about_people_has_words() -> None:
    for kind in hints.PERSONAL:
        assert "“this”" in hints.Hint(kind, "this").said()


# What is refused ------------------------------------------------------------------------------


def test_a_statement_stands_on_one_line() -> None:
    assert hints.tidied("  Meer\r\n\tgroen\u00a0bij  de halte. ") == "Meer groen bij de halte."


def test_html_is_text_like_any_other() -> None:
    text = "<script>alert(1)</script> & <b>vet</b>"
    assert hints.tidied(text) == text


@pytest.mark.parametrize("mark", "\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
def test_a_mark_that_turns_reading_around_is_refused(mark: str) -> None:
    with pytest.raises(Refusal, match="direction of reading"):
        hints.tidied(f"Niet {mark}waar.")


@pytest.mark.parametrize("mark", "\u200b\u200c\u200d\u200e\u200f\u2060\ufeff\u00ad\u3164\U000e0041")
def test_marks_that_nobody_sees_are_taken_out(mark: str) -> None:
    assert hints.tidied(f"Ca{mark}mera’s weg.") == "Camera’s weg."
    with pytest.raises(Refusal, match="in words"):
        hints.tidied(mark * 5)


@pytest.mark.parametrize("text", ["", "   ", "\n\t", "…!?", "\u2003\u3000", "👍"])
def test_a_text_without_words_is_refused(text: str) -> None:
    with pytest.raises(Refusal, match="in words"):
        hints.tidied(text)


@pytest.mark.parametrize("mark", "\x00\x07\x1b\x7f\x9b\ud800\ue000\ufffe\uffff\U0001ffff")
def test_what_cannot_be_shown_is_refused(mark: str) -> None:
    with pytest.raises(Refusal, match="cannot be shown"):
        hints.tidied(f"Een {mark} teken")


def test_accents_that_are_piled_up_are_refused_and_those_of_a_language_are_not() -> None:
    with pytest.raises(Refusal, match="cannot be shown"):
        hints.tidied("a" + "\u0301" * 30)
    assert hints.tidied("e\u0301e\u0301n Việt crème") == "één Việt crème"


@pytest.mark.parametrize("length", [281, 10_000, 1_000_000])
def test_a_text_that_is_too_long_is_refused(length: int) -> None:
    with pytest.raises(Refusal, match="longer than 280"):
        hints.tidied("a" * length)


def test_a_million_accents_are_refused_at_once() -> None:
    with pytest.raises(Refusal):
        hints.tidied("a" + "\u0301\u0316" * 500_000)


def test_pictures_made_of_two_stay_whole() -> None:
    assert hints.tidied("Voor 👩\u200d💻 ook.") == "Voor 👩\u200d💻 ook."


@given(st.text(max_size=400))
def test_what_is_kept_can_be_looked_at_and_stays_the_same(text: str) -> None:
    try:
        kept = hints.tidied(text)
    except Refusal:
        return
    assert hints.tidied(kept) == kept
    assert 0 < len(kept) <= hints.LONGEST
    assert not any(unicodedata.category(one) in {"Cc", "Cs"} for one in kept)
    assert hints.sameness(f" {kept} !") == hints.sameness(kept)
    hints.look_at(kept, "nl")


# What is there already ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "same", ["een cameras  genoeg", "EÉN CAMERA'S GENOEG", "Eén, camera’s genoeg!"]
)
def test_capitals_accents_spaces_and_signs_make_no_other_statement(same: str) -> None:
    assert hints.sameness(same) == hints.sameness("Eén camera’s genoeg.")


def test_another_word_makes_another_statement() -> None:
    assert hints.sameness("Een camera is genoeg") != hints.sameness("Een camera is niet genoeg")
