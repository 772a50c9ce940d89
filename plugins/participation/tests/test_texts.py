"""What is read in the language of whoever reads it."""

from __future__ import annotations

from itertools import permutations

from waardewerk_participation.texts import label_in

LABEL = {"nl": "Hoe oud bent u?", "fy": "Hoe âld binne jo?", "en": "How old are you?"}


def test_a_label_is_in_the_readers_language() -> None:
    assert {language: label_in(LABEL, language) for language in LABEL} == LABEL


def test_without_that_language_it_does_not_depend_on_how_the_database_orders_it() -> None:
    labels = [dict(order) for order in permutations({**LABEL, "de": ""}.items())]
    assert {label_in(label, "de") for label in labels} == {LABEL["nl"]}
    assert label_in({}, "nl") == ""
