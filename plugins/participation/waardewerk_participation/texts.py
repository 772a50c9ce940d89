"""What a round says in the language of whoever reads it."""

from __future__ import annotations

from collections.abc import Mapping

from waardewerk.config import LANGUAGES
from waardewerk_participation.models import Round, RoundText, Statement


def text_in(found: Round, language: str) -> RoundText:
    """Return a round's texts in a language, or else in its own first one."""
    texts = {text.language: text for text in found.texts}
    for wanted in (language, *found.languages):
        if wanted in texts:
            return texts[wanted]
    return RoundText(language=(*found.languages, "nl")[0], title=found.title)


def statement_in(statement: Statement, language: str) -> tuple[str, str]:
    """Return a statement's text and its language: the reader's, once a translation is approved."""
    for translation in statement.translations:
        if translation.language == language and translation.is_approved:
            return translation.text, translation.language
    return statement.text, statement.language


def label_in(texts: Mapping[str, str], language: str) -> str:
    """Return a label in a language, or else in the first one that the product speaks.

    Not in the first one that is written down: PostgreSQL keeps the languages of a label in an
    order of its own.
    """
    return next((texts[one] for one in (language, *LANGUAGES) if texts.get(one)), "")
