"""Checks of words: what is not written yet, and words that stand where they do harm."""

from __future__ import annotations

import re
from datetime import date
from functools import lru_cache
from itertools import chain

from waardewerk_procurement.checking.findings import Findings, Found
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.draft import Criterion, Draft

#: What is scored where its parts are scored: a criterion that is divided needs these no longer.
_OF_PARTS = {"question", "evidence"}
#: Where a sentence ends: not at the points of “art. 5” and “WCAG 2.2”, nor between lines of a list.
_END = re.compile(r"(?<=[.!?])\s+(?=[^\W\d_a-z])|\n\s*\n")
#: What a word of a list leaves open: how it goes on, a number, or a few words of one sentence.
_OPEN = re.compile(r"(\*$|\s*#|\s*…\s*)")
#: The letters that words begin with, and these words.
_Stems = list[tuple[str, list[str]]]
_WRITTEN = {"*": r"\w*", "#": r"[\s-]*\d\w*", "…": r"(?:\s+[^\s.!?]+){0,8}?\s+"}


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
    """Find criteria in whose words one of the rule's words stands, unless another is beside it."""
    for one in draft.criteria:
        if rule.is_about(one.type):
            yield from _said(one, rule, reach=0)


def standard_without_equivalent(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find standards and labels without “or equivalent” in that sentence or the next."""
    for one in draft.criteria:
        yield from _said(one, rule, reach=1)


def copied_unchanged(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find texts of the library with a reason of fewer words than the rule asks."""
    for one in draft.criteria:
        is_copied = tidied(one.text) in draft.library.get(one.source, ())
        if is_copied and len(one.reason.split()) < rule.number:
            yield Found(criterion=one.key, field="reason")


def first_of(words: tuple[str, ...], text: str) -> str:
    """Give the first of these words in a text, as it stands there; empty when there is none."""
    found = [match for word in _likely(words, text) if (match := _pattern(word).search(text))]
    # Of “ISO” and “ISO/IEC” at one place, the longest is what stands there.
    return min(found, key=lambda match: (match.start(), -len(match[0])))[0] if found else ""


def first_without(words: tuple[str, ...], beside: tuple[str, ...], text: str, *, reach: int) -> str:
    """Give the first of these words that has none of the others beside it.

    Beside is: in the same sentence, or in one of the ``reach`` sentences after it.
    """
    # Most texts hold none of the words: these are not taken apart.
    word = first_of(words, text)
    if not word or not beside:
        return word
    sentences = _END.split(text)
    for place, sentence in enumerate(sentences):
        word = first_of(words, sentence)
        if word and not first_of(beside, " ".join(sentences[place : place + reach + 1])):
            return word
    return ""


def tidied(text: str) -> str:
    """Give a text by which copies are recognised, whatever the space in and around it."""
    return " ".join(text.split())


def _said(one: Criterion, rule: Rule, *, reach: int) -> Findings:
    # Most criteria hold none of the words: these are looked through once, and not text by text.
    likely = _likely(rule.words, one.in_print)
    if not likely:
        return
    told = set()
    for field, text in one.printed:
        word = field in rule.reads and first_without(likely, rule.beside, text, reach=reach)
        # A title is a name: what it leaves out may stand anywhere in the text under it.
        if not word or (field == "title" and first_of(rule.beside, one.text)):
            continue
        # Steps of a scale often repeat each other.
        if (field, word) not in told:
            told.add((field, word))
            yield Found(criterion=one.key, field=field, details={"word": word})


# While somebody types, all other criteria come back as they were.
@lru_cache(maxsize=4096)
def _likely(words: tuple[str, ...], text: str) -> tuple[str, ...]:
    # Looking for letters is a hundred times as fast as looking for words.
    tidy, folded = _folded(text)
    capitals, small = _stems(words)
    found = [begun for stem, begun in capitals if stem in tidy]
    found += [begun for stem, begun in small if stem in folded]
    return tuple(chain.from_iterable(found))


def _is_filled(held: object) -> bool:
    return bool(held.strip()) if isinstance(held, str) else bool(held)


# The same text is looked through by one rule after another.
@lru_cache(maxsize=1024)
def _folded(text: str) -> tuple[str, str]:
    tidy = tidied(text)
    return tidy, tidy.casefold()


@lru_cache(maxsize=1024)
def _stems(words: tuple[str, ...]) -> tuple[_Stems, _Stems]:
    begun: dict[str, list[str]] = {}
    for word in words:
        stem = _OPEN.split(word)[0]
        begun.setdefault(stem if stem.isupper() else stem.casefold(), []).append(word)
    capitals = [(stem, begun[stem]) for stem in begun if stem.isupper()]
    return capitals, [(stem, begun[stem]) for stem in begun if not stem.isupper()]


@lru_cache(maxsize=1024)
def _pattern(word: str) -> re.Pattern[str]:
    written = "".join(_WRITTEN.get(part.strip()) or _plain(part) for part in _OPEN.split(word))
    # “ISO27001” is ISO, but “SOC 24” is not SOC 2.
    ends = r"(?![^\W\d])" if word[-1].isalpha() else r"(?!\w)"
    # What is an abbreviation stands in capitals; “en” is the commonest word there is.
    flags = re.NOFLAG if word.isupper() else re.IGNORECASE
    return re.compile(rf"(?<!\w){written}{ends}", flags)


def _plain(words: str) -> str:
    return r"\s+".join(map(re.escape, words.split()))


CHECKS = {
    "field-empty": field_empty,
    "dossier-field-empty": dossier_field_empty,
    "lot-field-empty": lot_field_empty,
    "words-in-text": words_in_text,
    "standard-without-equivalent": standard_without_equivalent,
    "copied-unchanged": copied_unchanged,
}
