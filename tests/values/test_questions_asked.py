"""How many questions a page asks the database: a fixed number, however much there is."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pytest
from flask import Flask
from sqlalchemy import event, text

from waardewerk import db
from waardewerk.i18n import day_of
from waardewerk.testing import SignInAs, UnitOfWork
from waardewerk.values import queries, registry
from waardewerk.values.framework import Framework, load_framework
from waardewerk.values.models import Review, Signal
from waardewerk.values.operations import drafting, looking, reviewing
from waardewerk.values.operations.reviewing import Held

from .conftest import SMALL, Adopt

NOW = datetime.now(UTC)
PATHS = (
    "/",
    "/values/",
    "/values/framework.json",
    "/values/versions/1",
    "/values/hierarchy",
    "/values/hierarchy?read=up",
    "/values/changes?before=1&after=2",
    "/values/draft",
    "/values/draft/values/privacy",
    "/values/draft/privacy/remove",
    "/values/draft/drop",
    "/values/history",
    "/values/reviews/1",
    "/values/lists",
    "/values/lenses",
    "/values/lenses/1",
    "/values/lenses/1/wider",
    "/values/signals",
    "/values/signal/clash",
    "/values/accents",
    "/values/accents/privacy",
    "/values/practice",
    "/values/practice/privacy",
    "/values/start",
)


@contextmanager
def counted(app: Flask) -> Iterator[list[str]]:
    """Gather what the database is asked inside the block."""
    asked: list[str] = []
    engine = app.extensions[db.EXTENSION].engine

    def note(_conn: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    event.listen(engine, "before_cursor_execute", note)
    yield asked
    event.remove(engine, "before_cursor_execute", note)


def many(values: int) -> Framework:
    """Make a framework with this many values and norms more than the small one."""
    more = "".join(
        f'  - id: "urn:example:v:extra-{n}"\n    name: {{nl: "Extra {n}"}}\n'
        '    definition: {nl: "Meer."}\n'
        for n in range(values)
    )
    norms = "".join(
        f'  - key: "norm-{n}"\n    situation: {{nl: "S"}}\n    text: {{nl: "T"}}\n'
        f'    serves:\n      - key: "extra-{n}"\n        because: {{nl: "B"}}\n'
        for n in range(values)
    )
    return load_framework(SMALL.replace("norms:\n", f"{more}norms:\n") + norms)


@pytest.fixture
def grow(unit_of_work: UnitOfWork, adopt_now: Adopt):
    """Give what makes there be more of everything."""

    def add(values: int, versions: int) -> None:
        with unit_of_work() as session:
            making = queries.version_in_the_making(session)
            if making is not None:
                drafting.drop_draft(session, making, actor_id=None, now=NOW)
            for number in range(versions):
                looking.open_lens(session, title=f"Project {number}", actor_id=None, now=NOW)
                version = adopt_now(session, many(values), why="More.", now=NOW)
                review = Review(version_id=version.id, planned_on=day_of(NOW), written_at=NOW)
                signal = Signal(kind="missing", text="S", sent_on=day_of(NOW))
                session.add_all([review, signal])
                session.flush()
                held = Held(
                    held_on=day_of(NOW),
                    present="We",
                    outcome="O",
                    signal_ids=frozenset({signal.id}),
                )
                reviewing.hold_review(session, review, held, actor_id=None, now=NOW)
            drafting.start_version(session, many(values), why="Next.", actor_id=None, now=NOW)

    return add


def test_no_page_asks_more_when_there_are_more_values_and_versions(
    app: Flask, sign_in_as: SignInAs, grow
) -> None:
    browser = sign_in_as({"adviseur", "beheerder"})
    grow(values=1, versions=2)
    few = {path: questions(app, browser, path) for path in PATHS}
    grow(values=30, versions=6)
    many_more = {path: questions(app, browser, path) for path in PATHS}
    assert many_more == few
    assert max(few.values()) <= 20


def questions(app: Flask, browser, path: str) -> int:
    """Count what a page asks once its texts are held."""
    assert browser.get(path).status_code == 200, path
    with counted(app) as asked:
        browser.get(path)
    return len(asked)


def test_after_a_start_no_visitor_waits_for_a_text_to_be_read(
    app: Flask, sign_in_as: SignInAs, unit_of_work: UnitOfWork, grow
) -> None:
    browser = sign_in_as({"adviseur", "beheerder"})
    grow(values=1, versions=3)
    registry._held.clear()
    with unit_of_work() as session:
        registry.read_ahead(session)
    for path in PATHS:
        with counted(app) as asked:
            assert browser.get(path).status_code == 200
        assert not [one for one in asked if "content" in one], path


def test_a_text_that_cannot_be_read_does_not_stop_a_start(
    unit_of_work: UnitOfWork, grow, caplog: pytest.LogCaptureFixture
) -> None:
    grow(values=1, versions=1)
    registry._held.clear()
    with unit_of_work() as session:
        unreadable = text("UPDATE values_version SET content = 'x', sha256 = 'y' WHERE number = 1")
        session.execute(unreadable)
        registry.read_ahead(session)
    assert len(registry._held) == 1
    assert "hash y cannot be read" in caplog.text
