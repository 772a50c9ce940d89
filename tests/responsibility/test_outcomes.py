"""An answer is an outcome that somebody follows up."""

from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from waardewerk import hookimpl
from waardewerk.events import Event, OutcomeRecorded
from waardewerk.people.models import Person
from waardewerk.plugins import Plugins
from waardewerk.testing import AddPerson

from .conftest import A_DAY, TODAY, Province, answered

HEARD: list[OutcomeRecorded] = []


@hookimpl
def handle_event(event: Event) -> None:
    """Listen, as a plugin that follows up would."""
    if isinstance(event, OutcomeRecorded):
        HEARD.append(event)


@pytest.fixture
def plugins() -> Iterator[Plugins]:
    """Load a plugin that listens."""
    listener = ModuleType("listener")
    listener.handle_event = handle_event  # type: ignore[attr-defined]
    listener.__file__ = __file__
    found = Plugins()
    found.add("listener", listener)
    HEARD.clear()
    yield found
    HEARD.clear()


def test_the_second_name_announces_who_follows_up_by_when_and_a_third_does_not(
    province: Province, asker: Person, advisers: tuple[Person, Person], a_person: AddPerson
) -> None:
    third = a_person("adviseur", name="Cas")
    request = province.ask(asker)
    province.take_up(request, advisers[0])
    text = province.write(request, advisers[0])
    assert HEARD == []
    province.sign(request, text, advisers[1])
    province.sign(request, text, third)
    (outcome,) = HEARD
    assert (outcome.source, outcome.title, outcome.url, outcome.owner, outcome.due) == (
        "responsibility",
        "Cameras that count",
        f"/advice/{request}",
        answered().follow_up,
        TODAY + 60 * A_DAY,
    )
