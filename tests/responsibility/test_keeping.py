"""Who is erased is *somebody* in every row, and nothing of the history is lost."""

from __future__ import annotations

from datetime import timedelta

from flask import current_app
from sqlalchemy import update

from waardewerk import retention
from waardewerk.people.models import Person
from waardewerk.responsibility import keeping
from waardewerk.responsibility.models import AdviceRequest, Member, Placement
from waardewerk.responsibility.operations import bodies, leaving, placing
from waardewerk.responsibility.queries import advice
from waardewerk.responsibility.queries.register import history_of, register
from waardewerk.testing import SignInAs, UnitOfWork, submit

from .conftest import A_DAY, NOW, TODAY, Province, by, function

LONG_AGO = timedelta(days=20 * 365)


def everything_about(work: UnitOfWork, email: str) -> str:
    with work() as session:
        return str(retention.hand_over(session, retention.rules_of(current_app), email))


def test_somebody_takes_along_what_they_hold_sit_in_ask_and_answer(
    province: Province, asker: Person, advisers: tuple[Person, Person]
) -> None:
    province.place(by(asker))
    province.seat(province.body(), person_id=asker.id)
    with province.work() as session:
        notice = leaving.Notice(leaves_on=TODAY, words="The blue folder")
        leaving.tell(session, asker.id, notice, now=NOW)
    province.answer(asker, *advisers)
    own = everything_about(province.work, asker.email or "")
    for text in ("Drives digital ethics", "Think tank", "The blue folder", "Cameras that count"):
        assert text in own
    assert "a wire does it" in everything_about(province.work, advisers[0].email or "")
    assert "signed" in everything_about(province.work, advisers[1].email or "")
    assert "Cameras" not in everything_about(province.work, province.keeper.email or "")


def test_who_is_erased_is_somebody_everywhere_and_the_history_stands(
    province: Province, asker: Person, advisers: tuple[Person, Person]
) -> None:
    held = province.place(by(asker))
    body = province.body()
    province.seat(body, person_id=asker.id)
    request = province.answer(asker, *advisers)
    for person in (asker, advisers[0]):
        province.erase(person)
    with province.work() as session:
        found = register(session, TODAY)
        (row,) = history_of(session, held)
        said = advice.counsel(session, advice.get_request(session, request))
        shown = str((found, row, said.asker, said.owner, said.signed))
    assert (row.holder, row.has_left) == ("iemand", True)
    assert (said.asker, said.owner) == ("iemand", "iemand")
    assert "Vera" not in shown
    assert "Ada" not in shown
    assert {"holder_left", "member_left"} <= {one.kind for one in found.findings}


def test_the_page_of_an_administrator_counts_and_erases_it_all(
    province: Province, asker: Person, sign_in_as: SignInAs
) -> None:
    province.place(by(asker))
    page = f"/admin/people/{asker.id}/erase"
    administrator = sign_in_as("administrator")
    assert "Who held a responsibility" in administrator.get(page).text
    assert submit(administrator, page).status_code == 303
    register_page = administrator.get("/responsibility/").text
    assert "Vera Vraagt" not in register_page
    assert "somebody" in register_page


def test_an_address_that_was_typed_is_forgotten(province: Province) -> None:
    address = "expert@university.example"
    held = province.place(function(address), deputy_function=address.upper())
    member = province.seat(province.body(), name=address)
    assert everything_about(province.work, address).count("'responsibility'") == 1
    with province.work() as session:
        assert keeping.erase_holders(session, address) == 2
        assert session.get_one(Placement, held).function == ""
        assert session.get_one(Placement, held).deputy_function == ""
        assert session.get_one(Member, member).name == ""
    assert "university" not in everything_about(province.work, address)


def test_who_held_what_is_forgotten_long_after_it_ended(province: Province, asker: Person) -> None:
    old = province.place(by(asker), deputy_function="Robin Smit", since=TODAY - LONG_AGO)
    now = province.place(by(asker), since=TODAY - LONG_AGO)
    member = province.seat(province.body(), name="Expert", since=TODAY - LONG_AGO)
    with province.work() as session:
        leaving.tell(session, asker.id, leaving.Notice(leaves_on=TODAY), now=NOW)
        placing.end(
            session,
            old,
            last_day=TODAY - keeping.KEEP_HOLDERS,
            why="Done",
            actor_id=None,
            now=NOW,
        )
        bodies.end_member(session, member, on=TODAY - keeping.KEEP_HOLDERS, actor_id=None, now=NOW)
        assert keeping.expire_holders(session, keeping.KEEP_HOLDERS + A_DAY) == 0
        assert keeping.expire_holders(session, keeping.KEEP_HOLDERS - A_DAY) == 2
        assert keeping.expire_holders(session, keeping.KEEP_HOLDERS - A_DAY) == 0
        kept = session.get_one(Placement, now)
        gone = session.get_one(Placement, old)
        assert (kept.person_id, gone.person_id, gone.deputy_function) == (asker.id, None, "")
        assert history_of(session, old)[0].holder == "iemand"


def test_who_asked_and_answered_is_forgotten_and_the_answer_is_kept(
    province: Province, asker: Person, advisers: tuple[Person, Person]
) -> None:
    request = province.answer(asker, *advisers)
    still_open = province.ask(asker)
    with province.work() as session:
        assert keeping.expire_advice(session, keeping.KEEP_ADVICE) == 0
        closed = NOW - keeping.KEEP_ADVICE - A_DAY
        session.execute(
            update(AdviceRequest).where(AdviceRequest.id == request).values(closed_at=closed)
        )
        assert keeping.expire_advice(session, keeping.KEEP_ADVICE) == 1
        said = advice.counsel(session, advice.get_request(session, request))
        assert said.answer is not None
        assert said.answer.text == "Not with cameras: a wire does it."
        assert {said.asker, said.written_by, *(one.name for one in said.signed)} == {"iemand"}
        assert advice.get_request(session, still_open).asker_id == asker.id
