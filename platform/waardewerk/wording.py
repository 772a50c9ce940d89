"""Words as people write them: tidied, and refused when they are too long or cannot be kept."""

from __future__ import annotations

import re
from dataclasses import fields, is_dataclass, replace
from typing import Any, TypeVar

from waardewerk.refusal import Refusal

Said = TypeVar("Said")

#: Fewer words than this are no sentence in Dutch or English.
FEWEST_WORDS = 3

#: What XML, and so a Word, ODT or Excel file, cannot hold; lone surrogates are among them.
UNSTORABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def tidy_words(text: str, longest: int) -> str:
    """Return a text without the space around it; refuse what no database or document can hold."""
    words = text.replace("\r\n", "\n").replace("\r", "\n").strip()
    if len(words) > longest:
        raise Refusal("This text is longer than %(longest)s characters.", longest=longest)
    found = UNSTORABLE.search(words)
    if found:
        raise Refusal(
            "There is a character in this text that cannot be stored (%(code)s).",
            code=f"U+{ord(found.group()):04X}",
        )
    return words


def a_sentence(text: str, longest: int, objection: str, **details: object) -> str:
    """Return a reason without the space around it; refuse what explains nothing to anybody.

    One word is no reason. ``objection`` is a source text that asks for the sentence.
    """
    words = tidy_words(text, longest)
    if not is_a_sentence(words):
        raise Refusal(objection, **details)
    return words


def is_a_sentence(text: str) -> bool:
    """Tell whether a text has as many words as a sentence has at least."""
    return len(text.split()) >= FEWEST_WORDS


def tidy_texts(said: Said, longest: int) -> Said:
    """Tidy every text in a dataclass of what was filled in."""
    assert is_dataclass(said)
    assert not isinstance(said, type)
    texts: dict[str, Any] = {
        field.name: tidy_words(value, longest)
        for field in fields(said)
        if isinstance(value := getattr(said, field.name), str)
    }
    return replace(said, **texts)
