"""Words as people write them."""

from __future__ import annotations

from dataclasses import dataclass

import pytest

from waardewerk.refusal import Refusal
from waardewerk.wording import tidy_texts, tidy_words


@dataclass(frozen=True)
class Said:
    """Something that was filled in."""

    text: str
    number: int
    more: str = ""


def test_space_around_goes_and_line_ends_become_one_kind() -> None:
    assert tidy_words("  one\r\ntwo\rthree ", 100) == "one\ntwo\nthree"


def test_each_text_of_what_was_filled_in_is_tidied_and_nothing_else() -> None:
    assert tidy_texts(Said(" a ", 3, "b\r\n"), 10) == Said("a", 3, "b")


@pytest.mark.parametrize("wrong", ["x" * 11, "a\x00", "a\ud800"], ids=ascii)
def test_what_is_too_long_or_cannot_be_stored_is_refused(wrong: str) -> None:
    with pytest.raises(Refusal):
        tidy_words(wrong, 10)
    with pytest.raises(Refusal):
        tidy_texts(Said("fine", 1, wrong), 10)
