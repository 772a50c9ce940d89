"""Two people, or one form that is sent twice, at the same moment."""

from __future__ import annotations

from sqlalchemy import func, select

from waardewerk.people.models import Person
from waardewerk.responsibility.models import AdviceRequest, Body, Leaving, Member, Placement
from waardewerk.responsibility.operations import advising, bodies, leaving, placing
from waardewerk.responsibility.queries.leaving import leaving_days
from waardewerk.testing import at_once

from .conftest import NOW, TODAY, Province, asked, described, function, placed

TIMES = range(4)


def test_a_question_that_is_sent_twice_at_once_is_asked_once(
    province: Province, asker: Person
) -> None:
    told: list[int] = []

    def ask(_time: int) -> int:
        with province.work() as session:
            return advising.ask(
                session,
                asked(request_key="once"),
                actor_id=asker.id,
                now=NOW,
                tell=lambda request: told.append(request.id),
            ).id

    assert len(set(at_once(ask, TIMES))) == 1
    assert len(told) == 1
    with province.work() as session:
        assert session.scalar(select(func.count(AdviceRequest.id))) == 1


def test_a_body_that_is_founded_twice_at_once_is_there_once(province: Province) -> None:
    def found(_time: int) -> int:
        with province.work() as session:
            made = bodies.found(
                session, described(), request_key="once", actor_id=province.keeper.id, now=NOW
            )
            return len(made.texts)

    assert at_once(found, TIMES) == [1] * len(TIMES)
    with province.work() as session:
        assert session.scalar(select(func.count(Body.id))) == 1


def test_a_responsibility_that_is_placed_twice_at_once_stands_once(province: Province) -> None:
    def place(_time: int) -> int:
        with province.work() as session:
            return placing.place(
                session,
                placed(function("Head of roads"), request_key="once"),
                actor_id=province.keeper.id,
                now=NOW,
            ).id

    assert len(set(at_once(place, TIMES))) == 1
    with province.work() as session:
        assert session.scalar(select(func.count(Placement.id))) == 1


def test_who_tells_twice_at_once_to_leave_takes_it_back_at_once(
    province: Province, asker: Person
) -> None:
    def tell(_time: int) -> None:
        with province.work() as session:
            leaving.tell(session, asker.id, leaving.Notice(leaves_on=TODAY), now=NOW)

    at_once(tell, TIMES)
    with province.work() as session:
        leaving.take_back(session, asker.id, now=NOW)
        assert leaving_days(session) == {}
        assert session.scalar(select(func.count(Leaving.id))) == len(TIMES)


def test_a_body_has_one_chair_whoever_names_one_at_the_same_moment(province: Province) -> None:
    body_id = province.body()
    members = [province.seat(body_id, name=f"Expert {number}") for number in TIMES]

    def name_chair(member_id: int) -> None:
        with province.work() as session:
            bodies.name_chair(session, member_id, actor_id=province.keeper.id, now=NOW)

    at_once(name_chair, members)
    with province.work() as session:
        chairs = (Member.body_id == body_id, Member.is_chair, Member.ended_at.is_(None))
        assert session.scalar(select(func.count(Member.id)).where(*chairs)) == 1
