"""The demo province: a register with telling holes, and two questions."""

from __future__ import annotations

from flask import Flask

from waardewerk import demo
from waardewerk.responsibility.queries.register import register
from waardewerk.testing import UnitOfWork, browser_of, submit

from .conftest import TODAY


def sign_in_as(app: Flask, role: str, lines: list[str]):
    line = next(line for line in lines if line.split()[:1] == [role])
    browser = browser_of(app)
    assert submit(browser, f"/link/{line.rpartition('/link/')[2]}").status_code == 303
    return browser


def test_the_demo_shows_what_a_register_can_lack(app: Flask, unit_of_work: UnitOfWork) -> None:
    list(demo.load(app))
    with unit_of_work() as session:
        found = register(session, TODAY)
    assert {
        "holder_left",
        "not_placed",
        "only_one",
        "body_without_result",
        "deputy_left",
        "expires_soon",
    } <= {one.kind for one in found.findings}
    assert len(found.bodies) == 2


def test_loading_it_twice_adds_nothing(app: Flask, unit_of_work: UnitOfWork) -> None:
    list(demo.load(app))
    lines = list(demo.load(app))
    with unit_of_work() as session:
        assert len(register(session, TODAY).bodies) == 2
    adviser = sign_in_as(app, "adviseur", lines)
    assert adviser.get("/advice/2").status_code == 200
    assert adviser.get("/advice/3").status_code == 404
    reader = sign_in_as(app, "executive_member", lines)
    assert reader.get("/advice/1").status_code == 404
    assert reader.get("/advice/2").status_code == 200
