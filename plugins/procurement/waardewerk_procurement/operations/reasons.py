"""What counts as a reason: a sentence, because one word explains a score to nobody."""

from __future__ import annotations

from waardewerk.refusal import Refusal
from waardewerk.wording import tidy_words

LONGEST_REASON = 4000
FEWEST_WORDS = 3


def a_reason(text: str, objection: str, **details: object) -> str:
    """Return a reason without loose spaces, or refuse it with an objection, a source text."""
    reason = tidy_words(text, LONGEST_REASON)
    if len(reason.split()) < FEWEST_WORDS:
        raise Refusal(objection, **details)
    return reason
