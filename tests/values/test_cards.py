"""Cards for the wider look: what lies outside the core, in which order, and how it is found."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from waardewerk.values.cards import (
    DRAWN,
    Card,
    cards_outside,
    hand,
    matching,
    shuffled,
    turns,
)
from waardewerk.values.framework import Framework, LocalText, load_framework
from waardewerk.values.starting import starting_points

OTHERS = """
format: "waardewerk/value-framework@1"
id: "urn:example:values:others"
languages: ["nl"]
title: {nl: "Lijst van anderen"}
values:
  - id: "urn:waardewerk:value:privacy"
    name: {nl: "Privacy"}
    definition: {nl: "Dezelfde waarde, van dezelfde lijst."}
  - id: "urn:example:value:data"
    name: {nl: "Bescherming van gegevens"}
    definition: {nl: "Gegevens zijn veilig."}
    likenesses:
      - {relation: "same", list: "urn:example:values:province", item: "privacy"}
  - id: "urn:example:value:kind"
    name: {nl: "Kinderen"}
    definition: {nl: "Het belang van kinderen gaat voor."}
    likenesses:
      - {relation: "overlaps", list: "urn:example:values:province", item: "zeggenschap"}
"""


def test_core_values_and_what_is_the_same_are_left_out(small: Framework) -> None:
    found = cards_outside(small, [small, load_framework(OTHERS)])
    assert [card.urn for card in found] == ["urn:example:value:kind"]


def test_without_a_core_every_value_is_on_one_card() -> None:
    others = load_framework(OTHERS)
    assert len(cards_outside(None, [others, others])) == 3


def test_what_comes_along_can_be_drawn(small: Framework) -> None:
    assert len(cards_outside(small, starting_points())) > DRAWN


def card(number: int, name: str = "Naam") -> Card:
    return Card(
        f"urn:x:{number}",
        LocalText({"nl": name}),
        LocalText({"nl": "Wat ermee bedoeld is."}),
        "urn:list",
        LocalText({"nl": "Lijst"}),
    )


@given(st.sets(st.integers(0, 99), max_size=40), st.integers(1, 9), st.randoms())
def test_the_order_is_fixed_for_each_lens_and_every_card_is_drawn_once(numbers, seed, chance):
    cards = [card(number) for number in numbers]
    mixed = list(cards)
    chance.shuffle(mixed)
    order = shuffled(cards, seed)
    assert order == shuffled(mixed, seed)
    drawn = [one for turn in range(1, turns(order) + 1) for one in hand(order, turn)]
    assert drawn == order
    assert sorted(one.urn for one in drawn) == sorted(one.urn for one in cards)


def test_another_lens_has_another_order() -> None:
    cards = [card(number) for number in range(30)]
    assert shuffled(cards, 1) != shuffled(cards, 2)


def test_every_word_is_searched_in_name_and_definition() -> None:
    cards = [card(1, "Eerlijk proces"), card(2, "Goed bestuur")]
    assert [one.urn for one in matching(cards, "EERLIJK bedoeld", "nl")] == ["urn:x:1"]
    assert matching(cards, "eerlijk bestuur", "nl") == []
    assert len(matching(cards, "", "nl")) == 2
