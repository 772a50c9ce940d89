"""Cards for the wider look: values of others, and which of them lie outside one's own. Pure."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from waardewerk.notation.local_text import LocalText
from waardewerk.values.framework import Framework, Value

#: How many lie on the table at a time: as many as one may choose of each direction.
DRAWN = 6


@dataclass(frozen=True)
class Card:
    """One value of a list of others."""

    urn: str
    name: LocalText
    definition: LocalText
    list_urn: str
    list_title: LocalText


def cards_outside(core: Framework | None, lists: Iterable[Framework]) -> list[Card]:
    """Return the values on these lists that are not a core value and do not mean the same as one.

    What is the same on two lists is on one card.
    """
    known: set[str] = set()
    for value in core.values if core else ():
        known |= _names_of(core, value)
    return list(_new_ones(lists, known))


def _new_ones(lists: Iterable[Framework], known: set[str]) -> Iterator[Card]:
    for one in lists:
        for value in one.values:
            names = _names_of(one, value)
            is_known = bool(names & known)
            # What is the same as something known makes its own likenesses known too.
            known |= names
            if not is_known:
                yield Card(value.id, value.name, value.definition, one.id, one.title)


def _names_of(framework: Framework | None, value: Value) -> set[str]:
    """Return all names by which one and the same value goes, on this list and on others."""
    own = {value.id}
    if framework is not None:
        own.add(_name(framework.id, value.key))
    return own | {_name(one.list, one.item) for one in value.likenesses if one.relation == "same"}


def _name(list_urn: str, key: str) -> str:
    return f"{list_urn}#{key}"


def shuffled(cards: Iterable[Card], seed: int) -> list[Card]:
    """Put cards in an order that looks like chance and is the same for one ``seed`` for ever."""
    return sorted(cards, key=lambda card: hashlib.sha256(f"{seed}:{card.urn}".encode()).digest())


def hand(cards: Sequence[Card], turn: int) -> Sequence[Card]:
    """Return the cards of one draw, counted from 1."""
    return cards[(turn - 1) * DRAWN : turn * DRAWN]


def turns(cards: Sequence[Card]) -> int:
    """Count how many draws it takes to see all cards."""
    return -(-len(cards) // DRAWN)


def matching(cards: Iterable[Card], words: str, language: str) -> list[Card]:
    """Return the cards whose name or definition holds each of these words."""
    wanted = words.casefold().split()
    return [card for card in cards if all(word in _text(card, language) for word in wanted)]


def _text(card: Card, language: str) -> str:
    name, definition = card.name.for_language(language), card.definition.for_language(language)
    return f"{name} {definition}".casefold()
