"""How many questions a page asks the database: a fixed number, however much there is."""

from __future__ import annotations

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event

from waardewerk import db
from waardewerk.people.models import Person
from waardewerk.responsibility.operations.placing import Holder
from waardewerk.testing import AddPerson, SignIn

from .conftest import Province

PATHS = (
    "/",
    "/responsibility/",
    "/responsibility/history",
    "/responsibility/leaving/",
    "/responsibility/place",
    "/responsibility/bodies/1",
    "/advice/",
    "/advice/ask",
    "/advice/1",
    "/admin/people/",
    "/admin/audit/",
)


def test_no_page_asks_more_when_there_is_more_of_everything(
    app: Flask,
    province: Province,
    advisers: tuple[Person, Person],
    a_person: AddPerson,
    sign_in: SignIn,
) -> None:
    everything = a_person({"administrator", "adviseur", "aanjager"}, name="Al")
    browser = sign_in(everything)
    for number in range(2):
        grow(province, advisers, a_person, everything, number)
    few = {path: questions(app, browser, path) for path in PATHS}
    for number in range(2, 7):
        grow(province, advisers, a_person, everything, number)
    assert {path: questions(app, browser, path) for path in PATHS} == few


def grow(
    province: Province,
    advisers: tuple[Person, Person],
    a_person: AddPerson,
    everything: Person,
    number: int,
) -> None:
    """Let there be one more of everything that these pages list."""
    colleague, leaver = a_person("civil_servant"), a_person("civil_servant")
    body = province.body(name=f"Body {number}")
    province.seat(body, person_id=colleague.id)
    province.place(Holder(kind="person", person_id=leaver.id), question="council")
    province.place(Holder(kind="body", body_id=body), question="adviseur")
    province.let_go(leaver)
    province.ask(colleague)
    province.answer(everything, *advisers)
    taken_up = province.ask(colleague)
    province.take_up(taken_up, advisers[0])
    province.write(taken_up, advisers[0])


def questions(app: Flask, browser: FlaskClient, path: str) -> int:
    """Count what a page asks the database."""
    asked: list[str] = []

    def note(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        asked.append(statement)

    assert browser.get(path).status_code == 200, path
    engine = app.extensions[db.EXTENSION].engine
    event.listen(engine, "before_cursor_execute", note)
    browser.get(path)
    event.remove(engine, "before_cursor_execute", note)
    return len(asked)
