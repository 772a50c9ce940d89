"""The register: only added to, handed over, and never lost."""

from __future__ import annotations

from typing import Any

import pytest
from sqlalchemy import select

from waardewerk.audit import AuditEntry, entries_about
from waardewerk.people.models import Person
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.responsibility.models import Placement
from waardewerk.responsibility.operations import leaving, placing
from waardewerk.responsibility.queries import leaving as departures
from waardewerk.responsibility.queries.register import (
    Register,
    history_of,
    places_of,
    register,
)
from waardewerk.testing import AddPerson, UnitOfWork

from .conftest import A_DAY, NOW, TODAY, Province, by, function, placed


def read(work: UnitOfWork, today: Any = TODAY) -> Register:
    with work() as session:
        return register(session, today)


def kinds(found: Register) -> list[str]:
    return [one.kind for one in found.findings if one.kind != "not_placed"]


def hand_over(province: Province, ids: list[int], who: Person, to: Any, **changes: Any) -> None:
    filled: dict[str, Any] = {
        "leaving_id": who.id,
        "holder": to,
        "from_day": TODAY,
        "agreed": "The papers are in the blue folder.",
    }
    with province.work() as session:
        handing = placing.HandingOver(**{**filled, **changes})
        placing.hand_over(session, ids, handing, actor_id=province.keeper.id, now=NOW)


def test_an_answer_takes_level_and_role_from_its_question(province: Province) -> None:
    province.place(function("Clerk"), question="council", level="executive", role="aanjager")
    (row,) = read(province.work).places
    assert (row.level, row.role, row.holder) == ("political", "other", "Clerk")


def test_what_is_placed_stands_in_the_audit_trail_without_a_name(
    province: Province, asker: Person
) -> None:
    number = province.place(by(asker))
    with province.work() as session:
        (entry,) = entries_about(session, f"responsibility:{number}")
        assert (entry.action, entry.actor_id) == ("responsibility.placed", province.keeper.id)
        assert asker.name not in str(entry.details)


def test_a_form_that_is_sent_twice_places_once(province: Province, asker: Person) -> None:
    first = province.place(by(asker), request_key="once")
    assert province.place(by(asker), request_key="once") == first
    assert len(read(province.work).places) == 1


@pytest.mark.parametrize(
    "wrong",
    [
        {"question": "unheard-of"},
        {"question": "", "title": " "},
        {"question": "", "title": "x" * 201},
        {"question": "", "level": "king"},
        {"question": "", "role": "respondent"},
        {"until": TODAY - 200 * A_DAY},
        {"decision": "x" * 401},
        {"mandate": "a\x00b"},
        {"mandate": "x" * 4001},
        {"deputy_function": "x" * 201},
        {"deputy_id": 999},
        {"holder": placing.Holder(kind="king")},
        {"holder": placing.Holder(kind="person", person_id=999)},
        {"holder": placing.Holder(kind="person")},
        {"holder": placing.Holder(kind="body", body_id=999)},
        {"holder": placing.Holder(kind="function", function=" ")},
        {"holder": placing.Holder(kind="function", function="x" * 201)},
    ],
    ids=str,
)
def test_what_cannot_be_is_refused(province: Province, wrong: dict[str, Any]) -> None:
    given = {"holder": function("Clerk"), **wrong}
    with pytest.raises(Refusal):
        province.place(**given)
    assert read(province.work).places == ()


def test_nobody_steps_in_for_themselves(province: Province, asker: Person) -> None:
    with pytest.raises(Refusal, match="step in"):
        province.place(by(asker), deputy_id=asker.id)


def test_who_left_can_hold_nothing_new(province: Province, asker: Person) -> None:
    province.let_go(asker)
    with pytest.raises(Refusal, match="works here"):
        province.place(by(asker))


def test_a_change_keeps_how_it_was(province: Province, asker: Person) -> None:
    old = province.place(by(asker), mandate="One day a week")
    with province.work() as session:
        new = placing.change(
            session,
            old,
            placed(by(asker), mandate="Two days a week", agreed="There is more work."),
            actor_id=province.keeper.id,
            now=NOW,
        )
        rows = history_of(session, old)
    assert [row.mandate for row in rows] == ["Two days a week", "One day a week"]
    assert [row.id for row in rows] == [new.id, old]
    assert [row.id for row in read(province.work).places] == [new.id]


def test_a_stale_change_is_a_conflict_and_overwrites_nothing(
    province: Province, asker: Person
) -> None:
    old = province.place(by(asker))
    for expected in (None, Conflict):
        with province.work() as session:
            change = placed(by(asker), mandate="Changed")
            if expected is None:
                placing.change(session, old, change, actor_id=None, now=NOW)
                continue
            with pytest.raises(expected):
                placing.change(session, old, change, actor_id=None, now=NOW)
    assert len(read(province.work).places) == 1


def test_no_operation_changes_what_a_row_said(province: Province, asker: Person) -> None:
    number = province.place(by(asker), mandate="One day")
    before = row_of(province, number)
    with province.work() as session:
        placing.change(session, number, placed(function("Clerk")), actor_id=None, now=NOW)
    after = row_of(province, number)
    ended = {"ended_on", "ended_why", "ended_at", "ended_by"}
    assert {k: v for k, v in before.items() if k not in ended} == {
        k: v for k, v in after.items() if k not in ended
    }


def row_of(province: Province, number: int) -> dict[str, Any]:
    with province.work() as session:
        row = session.get_one(Placement, number)
        return {column.key: getattr(row, column.key) for column in Placement.__table__.columns}


def test_what_ended_is_gone_from_the_register_and_not_from_the_history(
    province: Province, asker: Person
) -> None:
    number = province.place(by(asker))
    with province.work() as session:
        placing.end(
            session,
            number,
            last_day=TODAY - A_DAY,
            why="The work is done.",
            actor_id=None,
            now=NOW,
        )
        (row,) = history_of(session, number)
    assert row.ended_why == "The work is done."
    assert read(province.work).places == ()
    with province.work() as session, pytest.raises(Conflict):
        placing.end(session, number, last_day=TODAY, why="Again", actor_id=None, now=NOW)


@pytest.mark.parametrize("wrong", [{"why": " "}, {"last_day": TODAY - 300 * A_DAY}], ids=str)
def test_an_end_needs_a_reason_and_a_day_that_can_be(
    province: Province, asker: Person, wrong: dict[str, Any]
) -> None:
    number = province.place(by(asker))
    end = {"last_day": TODAY, "why": "Done", **wrong}
    with province.work() as session, pytest.raises(Refusal):
        placing.end(session, number, actor_id=None, now=NOW, **end)


def test_what_somebody_carried_is_listed_when_they_are_let_go(
    province: Province, asker: Person
) -> None:
    province.place(by(asker))
    province.place(function("Clerk"), question="council", deputy_id=asker.id)
    body = province.body()
    province.seat(body, person_id=asker.id)
    with province.work() as session:
        assert departures.departures(session, TODAY) == []
    province.let_go(asker)
    with province.work() as session:
        (one,) = departures.departures(session, TODAY)
    assert (one.name, one.has_left, one.count) == ("Vera Vraagt", True, 3)
    assert set(kinds(read(province.work))) >= {"holder_left", "deputy_left", "member_left"}


def test_everything_is_handed_over_at_once_with_what_was_agreed(
    province: Province, asker: Person, a_person: AddPerson
) -> None:
    ids = [
        province.place(by(asker)),
        province.place(function("Clerk"), question="council", deputy_id=asker.id),
    ]
    province.let_go(asker)
    heir = a_person(name="Hera")
    hand_over(province, ids, asker, by(heir))
    found = read(province.work)
    assert {(row.holder, row.deputy) for row in found.places} == {("Hera", ""), ("Clerk", "Hera")}
    assert kinds(found) == []
    with province.work() as session:
        assert departures.departures(session, TODAY) == []
        newest, oldest = history_of(session, ids[0])
    assert (newest.holder, oldest.holder) == ("Hera", "Vera Vraagt")
    assert newest.agreed == oldest.ended_why == "The papers are in the blue folder."


def test_until_the_day_of_handing_over_the_old_holder_counts(
    province: Province, asker: Person, a_person: AddPerson
) -> None:
    number = province.place(by(asker))
    hand_over(province, [number], asker, by(a_person(name="Hera")), from_day=TODAY + 10 * A_DAY)
    assert [row.holder for row in read(province.work).places] == ["Vera Vraagt", "Hera"]
    assert kinds(read(province.work)) == []
    later = read(province.work, TODAY + 10 * A_DAY)
    assert [row.holder for row in later.places] == ["Hera"]


def test_a_deputy_who_takes_over_no_longer_steps_in(
    province: Province, asker: Person, a_person: AddPerson
) -> None:
    heir = a_person(name="Hera")
    number = province.place(by(asker), deputy_id=heir.id)
    hand_over(province, [number], asker, by(heir))
    (row,) = read(province.work).places
    assert (row.holder, row.deputy) == ("Hera", "")


def test_a_holder_does_not_become_the_own_deputy_and_nothing_is_handed_over_then(
    province: Province, asker: Person, a_person: AddPerson
) -> None:
    heir = a_person(name="Hera")
    ids = [
        province.place(by(heir), deputy_id=asker.id),
        province.place(by(asker), question="beheerder"),
    ]
    with pytest.raises(Refusal, match="cannot be their own deputy"):
        hand_over(province, ids, asker, by(heir))
    kept = {(row.holder, row.deputy) for row in read(province.work).places}
    assert kept == {("Hera", "Vera Vraagt"), ("Vera Vraagt", "")}


@pytest.mark.parametrize(
    "wrong",
    [{"agreed": ""}, {"from_day": TODAY - 300 * A_DAY}, {"to": function("")}],
    ids=lambda wrong: "-".join(wrong),
)
def test_handing_over_is_all_or_nothing(
    province: Province, asker: Person, wrong: dict[str, Any]
) -> None:
    ids = [province.place(by(asker)), province.place(by(asker), question="beheerder")]
    with pytest.raises(Refusal):
        hand_over(province, ids, asker, **{"to": function("Clerk"), **wrong})
    assert {row.holder for row in read(province.work).places} == {"Vera Vraagt"}


def test_one_hands_over_only_what_that_person_carries(
    province: Province, asker: Person, a_person: AddPerson
) -> None:
    number = province.place(by(a_person(name="Other")))
    with pytest.raises(Conflict):
        hand_over(province, [number], asker, function("Clerk"))
    with pytest.raises(NotFound):
        hand_over(province, [999], asker, function("Clerk"))
    with pytest.raises(Refusal, match="at least one"):
        hand_over(province, [], asker, function("Clerk"))
    with pytest.raises(Refusal, match="somebody else"):
        hand_over(province, [number], asker, by(asker))


def test_who_tells_to_leave_is_listed_until_it_is_taken_back(
    province: Province, asker: Person, a_person: AddPerson
) -> None:
    province.place(by(asker))
    heir = a_person(name="Hera")
    day = TODAY + 40 * A_DAY
    with province.work() as session:
        notice = leaving.Notice(leaves_on=day, successor_id=heir.id, words="Ask me anything.")
        leaving.tell(session, asker.id, notice, now=NOW)
        (one,) = departures.departures(session, TODAY)
        assert (one.leaves_on, one.has_left) == (day, False)
    assert kinds(read(province.work)) == ["holder_leaves"]
    with province.work() as session:
        leaving.take_back(session, asker.id, now=NOW)
        assert departures.departures(session, TODAY) == []
        with pytest.raises(NotFound):
            leaving.take_back(session, asker.id, now=NOW)
    assert kinds(read(province.work)) == []


def test_a_newer_notice_takes_the_place_of_an_older(province: Province, asker: Person) -> None:
    with province.work() as session:
        for days in (10, 20):
            notice = leaving.Notice(leaves_on=TODAY + days * A_DAY)
            leaving.tell(session, asker.id, notice, now=NOW)
        found = departures.notice_of(session, asker.id)
        assert found is not None
        assert found.leaves_on == TODAY + 20 * A_DAY
        leaving.take_back(session, asker.id, now=NOW)
        assert departures.notice_of(session, asker.id) is None


def test_leaving_in_the_past_or_for_oneself_is_refused(province: Province, asker: Person) -> None:
    for wrong in (
        leaving.Notice(leaves_on=TODAY - A_DAY),
        leaving.Notice(leaves_on=TODAY, successor_id=asker.id),
        leaving.Notice(leaves_on=TODAY, successor_id=999),
    ):
        with province.work() as session, pytest.raises(Refusal):
            leaving.tell(session, asker.id, wrong, now=NOW)


def test_the_register_asks_the_database_as_much_for_many_as_for_few(
    province: Province, asker: Person
) -> None:
    fill(province, asker, "conditions")
    few = statements(province)
    for question in ("council", "portfolio", "direction", "adviseur", "aanjager"):
        fill(province, asker, question)
    assert statements(province) == few


def fill(province: Province, asker: Person, question: str) -> None:
    province.place(by(asker), question=question)
    province.seat(province.body(name=f"Body {question}"), person_id=asker.id)


def statements(province: Province) -> int:
    from sqlalchemy import event

    count = 0

    def add(*_: object) -> None:
        nonlocal count
        count += 1

    with province.work() as session:
        engine = session.get_bind()
        event.listen(engine, "before_cursor_execute", add)
        register(session, TODAY)
        event.remove(engine, "before_cursor_execute", add)
    return count


def test_places_of_somebody_are_what_they_hold_and_where_they_step_in(
    province: Province, asker: Person
) -> None:
    province.place(by(asker))
    province.place(function("Clerk"), question="council", deputy_id=asker.id)
    province.place(function("Clerk"), question="portfolio")
    with province.work() as session:
        found = places_of(session, asker.id, TODAY)
    assert [one.question for one in found] == ["aanjager", "council"]


def test_nothing_is_logged_by_name(province: Province, asker: Person) -> None:
    number = province.place(by(asker), deputy_function="Robin Smit")
    hand_over(province, [number], asker, function("Kim de Boer"))
    with province.work() as session:
        details = str(session.scalars(select(AuditEntry.details)).all())
    assert not any(name in details for name in ("Vera", "Robin", "Kim"))
