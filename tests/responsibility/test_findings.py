"""What the register lacks, by any register that can be."""

from __future__ import annotations

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from waardewerk.responsibility.findings import (
    KINDS,
    SOON,
    THREE_ROLES,
    Finding,
    Group,
    Held,
    findings,
)
from waardewerk.responsibility.questions import BY_KEY, QUESTIONS
from waardewerk.responsibility.words import SENTENCES, sentence

TODAY = date(2026, 11, 26)
A_DAY = timedelta(days=1)

days = st.dates(TODAY - 60 * A_DAY, TODAY + 60 * A_DAY)
groups = st.lists(
    st.builds(
        Group,
        id=st.integers(1, 5),
        name=st.sampled_from(["Think tank", "Working group"]),
        intended_result=st.sampled_from(["", "People know where to go."]),
        members=st.frozensets(st.sampled_from(["person:1", "person:2", "member:7"])),
        who_left=st.sampled_from([(), ("Robin",)]),
    ),
    max_size=3,
    unique_by=lambda group: group.id,
)


@st.composite
def helds(draw: st.DrawFn) -> Held:
    question = draw(st.sampled_from(["", *BY_KEY]))
    role = BY_KEY[question].role if question else draw(st.sampled_from(THREE_ROLES))
    person = draw(st.none() | st.integers(1, 3))
    return Held(
        id=draw(st.integers(1, 1000)),
        title="Something",
        question=question,
        role=role,
        holder=f"Person {person}",
        since=draw(days),
        until=draw(st.none() | days),
        person=person,
        has_left=draw(st.booleans()) if person else False,
        leaves_on=draw(st.none() | days) if person else None,
        body=None if person else draw(st.none() | groups.map(lambda found: (*found, None)[0])),
        deputy_who_left=draw(st.sampled_from(["", "Robin"])),
        is_followed=draw(st.booleans()),
    )


registers = st.lists(helds(), max_size=8, unique_by=lambda one: one.id)


def held(question: str = "aanjager", person: int | None = 1, **changes: object) -> Held:
    filled = {
        "id": 1,
        "title": "Something",
        "question": question,
        "role": BY_KEY[question].role,
        "holder": f"Person {person}",
        "since": TODAY - A_DAY,
        "person": person,
    }
    return Held(**{**filled, **changes})  # type: ignore[arg-type]


def kinds(found: tuple[Finding, ...]) -> list[str]:
    return [one.kind for one in found]


def about(placements: list[Held], *found: str) -> bool:
    """Tell whether a register has exactly these findings beside what is not placed."""
    return [k for k in kinds(findings(placements, [], TODAY)) if k != "not_placed"] == list(found)


def test_an_empty_register_asks_every_question() -> None:
    found = findings([], [], TODAY)
    assert [one.question for one in found] == [question.key for question in QUESTIONS]
    assert set(kinds(found)) == {"not_placed"}


def test_a_register_with_two_advisers_and_nothing_old_lacks_nothing() -> None:
    whole = [
        held(question.key, person, id=number * 10 + person)
        for number, question in enumerate(QUESTIONS)
        for person in (1, 2)
    ]
    assert findings(whole, [], TODAY) == ()


@given(registers, groups)
def test_the_order_of_rows_changes_nothing(placements: list[Held], bodies: list[Group]) -> None:
    there = findings(placements, bodies, TODAY)
    back = findings(placements[::-1], bodies[::-1], TODAY)
    assert there == back
    assert kinds(there) == sorted(kinds(there), key=KINDS.index)


@given(registers, groups)
def test_a_question_is_not_placed_exactly_when_nothing_answers_it(
    placements: list[Held], bodies: list[Group]
) -> None:
    found = findings(placements, bodies, TODAY)
    said = {one.question for one in found if one.kind == "not_placed"}
    assert said == set(BY_KEY) - {one.question for one in placements}


@given(registers)
def test_advisers_are_counted_once_each_however_they_are_placed(placements: list[Held]) -> None:
    people: set[str] = set()
    for one in placements:
        runs = one.since <= TODAY and (one.until is None or one.until >= TODAY)
        if one.question == "adviseur" and runs and not one.has_left:
            own = f"person:{one.person}" if one.person else f"placement:{one.id}"
            people |= one.body.members if one.body else {own}
    found = [one for one in findings(placements, [], TODAY) if one.kind == "only_one"]
    assert bool(found) == (len(people) == 1)


@given(registers, groups)
def test_every_finding_can_be_said(placements: list[Held], bodies: list[Group]) -> None:
    for one in findings(placements, bodies, TODAY):
        assert "%(" not in sentence(one)
        assert one.question or one.placement_id or one.body_id


@given(registers)
def test_what_ends_is_told_once_either_as_ended_or_as_about_to(placements: list[Held]) -> None:
    found = findings(placements, [], TODAY)
    for one in placements:
        said = {f.kind for f in found if f.placement_id == one.id} & {"expired", "expires_soon"}
        if one.is_followed or one.until is None:
            assert said == set()
        elif one.until < TODAY:
            assert said == {"expired"}
        else:
            assert said == ({"expires_soon"} if one.until <= TODAY + SOON else set())


def test_a_body_with_two_members_is_enough_to_advise_and_with_one_is_not() -> None:
    two = Group(id=1, name="Tank", intended_result="x", members=frozenset({"person:1", "member:2"}))
    one = Group(id=1, name="Tank", intended_result="x", members=frozenset({"person:1"}))
    assert about([held("adviseur", None, body=two)])
    assert about([held("adviseur", None, body=one)], "only_one")


def test_a_member_who_also_advises_alone_does_not_count_twice() -> None:
    tank = Group(id=1, name="Tank", intended_result="x", members=frozenset({"person:1"}))
    rows = [held("adviseur", 1), held("adviseur", None, id=2, body=tank)]
    assert about(rows, "only_one")


def test_one_person_in_all_three_roles_is_pointed_out() -> None:
    rows = [held(role, 1, id=number) for number, role in enumerate(THREE_ROLES, start=1)]
    assert about(rows, "only_one", "one_person_everything")
    assert about([*rows, held("beheerder", 2, id=9)], "only_one")


def test_somebody_who_left_is_told_and_counts_for_nothing() -> None:
    assert about([held("adviseur", 1, has_left=True), held("adviseur", 2, id=2)]) is False
    assert about(
        [held("adviseur", 1, has_left=True), held("adviseur", 2, id=2)],
        "holder_left",
        "only_one",
    )


def test_what_is_handed_over_from_a_day_to_come_is_no_longer_told() -> None:
    old = held(person=1, leaves_on=TODAY + 9 * A_DAY, until=TODAY + 9 * A_DAY, is_followed=True)
    new = held(person=2, id=2, since=TODAY + 10 * A_DAY, follows=1)
    assert about([old, new])
    assert about([held(person=1, has_left=True, is_followed=True), new], "starts_later")


def test_a_body_without_members_or_result_is_pointed_out() -> None:
    bare = Group(id=1, name="Group", intended_result="", members=frozenset(), who_left=("Robin",))
    found = [one for one in findings([], [bare], TODAY) if one.kind != "not_placed"]
    assert kinds(tuple(found)) == ["body_without_members", "body_without_result", "member_left"]


def test_each_kind_of_finding_has_a_sentence() -> None:
    assert set(SENTENCES) == set(KINDS)


def test_each_question_says_what_it_is_for_and_why_it_is_asked() -> None:
    for question in QUESTIONS:
        assert str(question.text).strip()
        assert str(question.purpose) != str(question.why)
    assert BY_KEY["adviseur"].at_least == 2
