"""From paper to result: what is adopted, used, decided and known of each value."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from types import ModuleType

import pytest
from flask import Flask, g
from sqlalchemy import event
from sqlalchemy.orm import Session

from waardewerk import db, hookimpl, i18n
from waardewerk.contract import Value, ValueUsage
from waardewerk.i18n import day_of
from waardewerk.plugins import Plugins
from waardewerk.testing import SignInAs, UnitOfWork
from waardewerk.values import lenses, practice, sayings
from waardewerk.values.framework import Framework
from waardewerk.values.operations import looking

from .conftest import NOW, Adopt

PRIVACY = "urn:waardewerk:value:privacy"
HAVING_A_SAY = "urn:waardewerk:value:zeggenschap"


@hookimpl
def value_usages(value: Value) -> list[ValueUsage]:
    """Know one place, where privacy decided something and something came of it."""
    if value.key != "privacy":
        return []
    return [ValueUsage(title="A tender", url="/there", decided=True, result="The camera went.")]


@pytest.fixture
def plugins() -> Plugins:
    """Load a plugin that uses a value."""
    module = ModuleType("waardewerk_elsewhere")
    module.__file__ = __file__
    module.__doc__ = "Elsewhere."
    module.value_usages = value_usages  # type: ignore[attr-defined]
    found = Plugins()
    found.add("elsewhere", module)
    return found


def follow(session: Session) -> dict[str, practice.Course]:
    """Follow every value, as a page asks it in a new request."""
    g.pop("values_usages", None)
    i18n.speak("en")
    today = day_of(datetime.now(UTC))
    return {one.key: one for one in practice.courses(session, today, "en")}


def test_a_value_goes_from_adopted_to_used_to_decided_to_a_result(
    app: Flask, unit_of_work: UnitOfWork, in_force: int
) -> None:
    now = datetime.now(UTC)

    def courses() -> dict[str, practice.Course]:
        with app.test_request_context():
            return follow(db.session())

    def stops() -> dict[str, str]:
        return {key: one.stops_at for key, one in courses().items()}

    assert stops() == {"zeggenschap": "adopted", "privacy": "result"}
    with unit_of_work() as session:
        lens = looking.open_lens(session, title="Sensors", actor_id=None, now=now)
    assert stops()["zeggenschap"] == "adopted"
    with unit_of_work() as session:
        lens = lenses.get_lens(session, lens.id)
        weighed = looking.Weighed(
            urn=HAVING_A_SAY, effect="negative", for_whom="us", reason="So it was seen"
        )
        looking.consider(session, lens, weighed, actor_id=None, now=NOW)
    assert stops()["zeggenschap"] == "used"
    with unit_of_work() as session:
        chosen = looking.Chosen(
            urn=PRIVACY,
            against=HAVING_A_SAY,
            choice="x",
            gives_up="y",
            decided_by="z",
            decided_on=day_of(NOW),
        )
        lens = lenses.get_lens(session, lens.id)
        looking.settle_tension(session, lens, chosen, actor_id=None, now=NOW)
    assert stops()["zeggenschap"] == "decided"
    found = courses()
    assert [one.title for one in found["zeggenschap"].decided] == ["Sensors"]
    assert {one.title for one in found["privacy"].usages} == {"Sensors", "A tender"}
    assert [one.result for one in found["privacy"].results] == ["The camera went."]
    with app.test_request_context():
        i18n.speak("en")
        assert sayings.where_it_stops(found["zeggenschap"]).startswith("It decided something")
        assert sayings.of_used(found["privacy"]) == "in 2 places"


def test_adopted_is_counted_from_the_first_version_without_a_break(
    session: Session, small: Framework, adopt_now: Adopt
) -> None:
    def adopt(days: int, keys: set[str]) -> None:
        values = tuple(value for value in small.values if value.key in keys)
        version = small.model_copy(update={"values": values, "norms": ()})
        adopt_now(session, version, why="So.", now=NOW - timedelta(days=days))

    adopt(40, {"privacy", "zeggenschap"})
    adopt(30, {"privacy"})
    adopt(20, {"privacy", "zeggenschap"})
    adopt(10, {"privacy", "zeggenschap"})
    found = follow(session)
    assert found["privacy"].since.number == 1
    assert found["zeggenschap"].since.number == 3


def test_the_page_points_out_what_is_nowhere_used(sign_in_as: SignInAs, in_force: int) -> None:
    reader = sign_in_as("civil_servant")
    page = reader.get("/values/practice").text
    unused = page.partition('id="unused-title"')[2].partition("</section>")[0]
    assert "Having a say" in unused
    assert "/values/signal/never_used?value=zeggenschap" in unused
    assert "Privacy" not in unused
    one = reader.get("/values/practice/privacy").text
    assert "A tender" in one
    assert "The camera went." in one
    assert reader.get("/values/practice/unknown").status_code == 404


def test_one_page_asks_as_many_questions_for_a_hundred_values_as_for_two(
    app: Flask, session: Session, small: Framework, adopt_now: Adopt
) -> None:
    adopt_now(session, small, now=NOW - timedelta(days=5))
    few = _questions(app, session)
    many = tuple(
        small.values[0].model_copy(update={"id": f"urn:waardewerk:value:v{n}", "serves": ()})
        for n in range(100)
    )
    larger = small.model_copy(update={"values": many, "norms": ()})
    adopt_now(session, larger, why="More.", now=NOW - timedelta(days=4))
    assert _questions(app, session) <= few


def _questions(app: Flask, session: Session) -> int:
    asked: list[str] = []

    def note(_connection, _cursor, statement, *_rest) -> None:
        asked.append(statement)

    with app.test_request_context():
        follow(session)
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", note)
        follow(session)
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)
