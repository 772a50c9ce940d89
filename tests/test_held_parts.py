"""Parts of pages that are drawn once and then held."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from itertools import count

import pytest
from flask import Flask

from waardewerk import i18n
from waardewerk.templating import Shelf


@pytest.fixture
def shelf(app: Flask) -> Iterator[Shelf]:
    """A shelf, where a request stands before it."""
    with app.test_request_context():
        yield Shelf()


def counting() -> Callable[[], str]:
    """Draw a part that says how often it was drawn."""
    times = count(1)
    return lambda: f"drawn {next(times)} times"


def test_a_part_is_drawn_once_for_each_name_and_key(shelf: Shelf) -> None:
    draw = counting()
    assert shelf.held("version", "question", 1, caller=draw) == "drawn 1 times"
    assert shelf.held("version", "question", 1, caller=draw) == "drawn 1 times"
    assert shelf.held("version", "question", 2, caller=draw) == "drawn 2 times"
    assert shelf.held("another version", "question", 1, caller=draw) == "drawn 3 times"


def test_a_part_without_a_name_is_drawn_every_time(shelf: Shelf) -> None:
    draw = counting()
    assert shelf.held(None, "question", caller=draw) == "drawn 1 times"
    assert shelf.held(None, "question", caller=draw) == "drawn 2 times"


def test_each_language_has_its_own_part(shelf: Shelf) -> None:
    def draw() -> str:
        return i18n.language()

    for language in ("nl", "en", "nl"):
        with i18n.speaking(language):
            assert shelf.held("version", caller=draw) == language


def test_a_shelf_that_is_full_starts_again(shelf: Shelf) -> None:
    draw = counting()
    shelf.held("version", 0, caller=draw)
    for number in range(1, Shelf.MOST_HELD + 1):
        shelf.held("version", number, caller=lambda: "")
    assert shelf.held("version", 0, caller=draw) == "drawn 2 times"
