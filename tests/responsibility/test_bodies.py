"""Bodies: what they are for, who sits in them, and when they end."""

from __future__ import annotations

from typing import Any

import pytest

from waardewerk.people.models import Person
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.responsibility.operations import bodies, placing
from waardewerk.responsibility.queries.bodies import (
    Gathering,
    gathering,
    gatherings,
    get_body,
    past_gatherings,
)
from waardewerk.responsibility.queries.register import register

from .conftest import A_DAY, NOW, TODAY, Province, described


def read(province: Province, body_id: int) -> Gathering:
    with province.work() as session:
        return gathering(session, body_id, TODAY)


def test_a_body_without_an_intended_result_may_begin_and_is_pointed_out(
    province: Province,
) -> None:
    body = province.body(intended_result="")
    with province.work() as session:
        found = [one.kind for one in register(session, TODAY).findings if one.body_id == body]
    assert found == ["body_without_members", "body_without_result"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"kind": "king"},
        {"name": ""},
        {"name": "x" * 201},
        {"purpose": " "},
        {"decision": "x" * 401},
        {"place": "a\x00"},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(province: Province, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        province.body(**wrong)


def test_a_form_that_is_sent_twice_founds_once(province: Province) -> None:
    with province.work() as session:
        first, second = (
            bodies.found(session, described(), request_key="once", actor_id=None, now=NOW).id
            for _ in range(2)
        )
    assert first == second


def test_what_a_body_was_for_stays_beside_what_it_is_for(province: Province) -> None:
    body = province.body()
    text = read(province, body).text.id
    describe(province, body, described(purpose="Something new."), text)
    with province.work() as session:
        texts = [one.purpose for one in get_body(session, body).texts]
    assert texts == ["Talk about cases.", "Something new."]


def describe(province: Province, body: int, said: bodies.Described, builds_on: int) -> None:
    with province.work() as session:
        bodies.describe(session, body, said, builds_on=builds_on, actor_id=None, now=NOW)


def test_a_stale_text_is_a_conflict_and_the_same_text_is_not(province: Province) -> None:
    body = province.body()
    text = read(province, body).text.id
    new = described(purpose="Something new.")
    describe(province, body, new, text)
    describe(province, body, new, text)
    with pytest.raises(Conflict):
        describe(province, body, described(purpose="Another."), text)
    assert read(province, body).text.purpose == "Something new."


def test_members_come_from_inside_and_from_outside(province: Province, asker: Person) -> None:
    body = province.body()
    province.seat(body, person_id=asker.id, name="Not this one", function="Policy")
    province.seat(body, name="Expert", function="University")
    seats = read(province, body).seats
    assert [(one.name, one.function) for one in seats] == [
        ("Vera Vraagt", "Policy"),
        ("Expert", "University"),
    ]
    assert read(province, body).group().members == {f"person:{asker.id}", f"member:{seats[1].id}"}


def test_who_takes_part_already_is_not_added_again(province: Province) -> None:
    body = province.body()
    assert province.seat(body, name="Expert") == province.seat(body, name="expert")


@pytest.mark.parametrize("wrong", [{}, {"name": " "}, {"person_id": 999}, {"name": "x" * 201}])
def test_a_seat_needs_somebody(province: Province, wrong: dict[str, Any]) -> None:
    body = province.body()
    with pytest.raises(Refusal):
        province.seat(body, **wrong)


def test_a_body_has_one_chair_and_remembers_the_one_before(province: Province) -> None:
    body = province.body()
    first = province.seat(body, name="First", is_chair=True)
    second = province.seat(body, name="Second")
    with province.work() as session:
        bodies.name_chair(session, second, actor_id=None, now=NOW)
    found = read(province, body)
    assert [(one.name, one.is_chair) for one in found.seats] == [
        ("Second", True),
        ("First", False),
    ]
    assert (first, True) in [(one.id, one.is_chair) for one in found.past]
    province.seat(body, name="Third", is_chair=True)
    assert [one.name for one in read(province, body).seats if one.is_chair] == ["Third"]


def test_who_stops_is_a_member_of_the_past(province: Province) -> None:
    body = province.body()
    member = province.seat(body, name="Expert")
    with province.work() as session:
        bodies.end_member(session, member, on=TODAY, actor_id=None, now=NOW)
    found = read(province, body)
    assert (found.seats, [one.name for one in found.past]) == ((), ["Expert"])
    with province.work() as session, pytest.raises(NotFound):
        bodies.end_member(session, member, on=TODAY, actor_id=None, now=NOW)
    with province.work() as session, pytest.raises(NotFound):
        bodies.name_chair(session, member, actor_id=None, now=NOW)


def test_a_name_from_outside_can_be_forgotten(province: Province) -> None:
    body = province.body()
    member = province.seat(body, name="Expert", function="University")
    with province.work() as session:
        bodies.forget_member(session, member, actor_id=None, now=NOW)
    (seat,) = read(province, body).seats
    assert (seat.name, seat.function) == ("iemand", "University")


def test_a_body_ends_when_it_carries_nothing_any_more(province: Province) -> None:
    body = province.body()
    held = province.place(placing.Holder(kind="body", body_id=body), question="adviseur")
    with pytest.raises(Refusal, match="still carries"):
        end(province, body)
    with province.work() as session:
        placing.end(session, held, last_day=TODAY - A_DAY, why="Elsewhere", actor_id=None, now=NOW)
    with pytest.raises(Refusal, match="why"):
        end(province, body, why=" ")
    end(province, body)
    with province.work() as session:
        assert gatherings(session, TODAY) == []
        assert [one.name for one in past_gatherings(session, TODAY)] == ["Think tank"]


def end(province: Province, body: int, why: str = "Its work is done.") -> None:
    with province.work() as session:
        bodies.end_body(session, body, last_day=TODAY - A_DAY, why=why, actor_id=None, now=NOW)


def test_nothing_changes_in_a_body_that_ended(province: Province) -> None:
    body = province.body()
    text = read(province, body).text.id
    end(province, body)
    with pytest.raises(Conflict):
        province.seat(body, name="Late")
    with pytest.raises(Conflict):
        describe(province, body, described(), text)
    with pytest.raises(Refusal, match="at work"):
        province.place(placing.Holder(kind="body", body_id=body))
