from __future__ import annotations

from collections.abc import Iterator
from types import ModuleType

import pytest

from waardewerk import hookimpl
from waardewerk.events import Event, OutcomeRecorded
from waardewerk.plugins import Plugins
from waardewerk_maturity import plugin

from .conftest import AGREED, Province

HEARD: list[OutcomeRecorded] = []


@hookimpl
def handle_event(event: Event) -> None:
    """Listen, as a plugin that follows up would."""
    if isinstance(event, OutcomeRecorded):
        HEARD.append(event)


@pytest.fixture
def plugins() -> Iterator[Plugins]:
    """Load the scan beside a plugin that listens."""
    listener = ModuleType("listener")
    listener.handle_event = handle_event  # type: ignore[attr-defined]
    listener.__file__ = __file__
    found = Plugins()
    found.add("maturity", plugin)
    found.add("listener", listener)
    HEARD.clear()
    yield found
    HEARD.clear()


def test_what_was_decided_is_announced_when_the_scan_is_agreed(province: Province) -> None:
    scan_id = province.open()
    province.in_conversation(scan_id)
    province.agree(scan_id, dict.fromkeys(province.themes(scan_id), AGREED))
    province.want(scan_id, "culture", 3)
    province.want(scan_id, "culture", 4)
    province.plan(scan_id, "governance")
    assert HEARD == []
    province.move(scan_id, "agreed")
    assert [(one.source, one.owner) for one in HEARD] == [("maturity", "Head of policy")] * 2
    assert HEARD[0].url == f"/maturity/scans/{scan_id}/themes/culture"
    assert HEARD[1].title == "Name who decides"


def test_what_is_decided_later_is_announced_at_once(province: Province) -> None:
    scan_id = province.agreed()
    HEARD.clear()
    province.want(scan_id, "culture", 4)
    province.plan(scan_id)
    assert len(HEARD) == 2
