"""What counts as a reason: a sentence, because one word explains a score to nobody."""

from __future__ import annotations

from waardewerk.wording import a_sentence

LONGEST_REASON = 4000


def a_reason(text: str, objection: str, **details: object) -> str:
    """Return a reason without loose spaces, or refuse it with an objection, a source text."""
    return a_sentence(text, LONGEST_REASON, objection, **details)
