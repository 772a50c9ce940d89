"""Checks of words: what is not written yet, and words that stand where they do harm."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from functools import lru_cache

from waardewerk_procurement.checking.findings import Findings, Found
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.draft import Criterion, Draft

#: What is scored where its parts are scored: a criterion that is divided needs these no longer.
_OF_PARTS = {"question", "evidence"}


def field_empty(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find criteria in which a field holds nothing."""
    for one in draft.criteria:
        if not rule.is_about(one.type) or _is_filled(getattr(one, rule.field)):
            continue
        if rule.field in _OF_PARTS and one.key in draft.divided:
            continue
        yield Found(criterion=one.key, field=rule.field)


def dossier_field_empty(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find that a field of the dossier holds nothing."""
    if not _is_filled(getattr(draft, rule.field)):
        yield Found(field=rule.field)


def lot_field_empty(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find lots in which a field holds nothing."""
    for lot in draft.lots:
        if not _is_filled(getattr(lot, rule.field)):
            yield Found(lot=lot.key, field=rule.field)


def words_in_text(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find criteria in whose words one of the rule's words stands."""
    for one in draft.criteria:
        if not rule.is_about(one.type):
            continue
        for field, text in (("text", one.text), ("question", one.question)):
            if word := first_of(rule.words, text):
                yield Found(criterion=one.key, field=field, details={"word": word})


def standard_without_equivalent(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find standards and labels without “or equivalent” in the same text."""
    for one in draft.criteria:
        for field, text in _texts(one):
            word = first_of(rule.words, text)
            if word and not first_of(rule.beside, text):
                yield Found(criterion=one.key, field=field, details={"word": word})


def copied_unchanged(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find texts of the library with a reason of fewer words than the rule asks."""
    for one in draft.criteria:
        is_copied = tidied(one.text) in draft.library.get(one.source, ())
        if is_copied and len(one.reason.split()) < rule.number:
            yield Found(criterion=one.key, field="reason")


def first_of(words: tuple[str, ...], text: str) -> str:
    """Give the first of these words in a text, as it stands there; empty when there is none."""
    folded = _folded(text)
    # Looking for letters is a hundred times as fast as looking for words.
    likely = (word for word, stem in _stems(words) if stem in folded)
    found = [match for word in likely if (match := _pattern(word).search(text))]
    # Of “ISO” and “ISO/IEC” at one place, the longest is what stands there.
    return min(found, key=lambda match: (match.start(), -len(match[0])))[0] if found else ""


def tidied(text: str) -> str:
    """Give a text by which copies are recognised, whatever the space in and around it."""
    return " ".join(text.split())


def _texts(one: Criterion) -> Iterator[tuple[str, str]]:
    yield "text", one.text
    yield "question", one.question
    for asked in one.evidence:
        yield "evidence", asked


def _is_filled(held: object) -> bool:
    return bool(held.strip()) if isinstance(held, str) else bool(held)


# The same text is looked through by one rule after another.
@lru_cache(maxsize=1024)
def _folded(text: str) -> str:
    return tidied(text).casefold()


@lru_cache(maxsize=64)
def _stems(words: tuple[str, ...]) -> tuple[tuple[str, str], ...]:
    return tuple((word, word.rstrip("*").casefold()) for word in words)


@lru_cache(maxsize=1024)
def _pattern(word: str) -> re.Pattern[str]:
    stem, goes_on = (word[:-1], r"\w*") if word.endswith("*") else (word, "")
    spaced = r"\s+".join(map(re.escape, stem.split()))
    # What is an abbreviation stands in capitals; “en” is the commonest word there is.
    flags = re.NOFLAG if stem.isupper() else re.IGNORECASE
    return re.compile(rf"(?<!\w){spaced}{goes_on}(?!\w)", flags)


CHECKS = {
    "field-empty": field_empty,
    "dossier-field-empty": dossier_field_empty,
    "lot-field-empty": lot_field_empty,
    "words-in-text": words_in_text,
    "standard-without-equivalent": standard_without_equivalent,
    "copied-unchanged": copied_unchanged,
}
