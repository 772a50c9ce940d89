"""Who is touched, what is asked about who takes part, and what is done for who stays silent."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import func, select

from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import AddPerson, at_once
from waardewerk_participation import keeping
from waardewerk_participation.models import BackgroundQuestion, Outreach, StakeholderGroup
from waardewerk_participation.operations import stakeholders
from waardewerk_participation.operations.stakeholders import Group, Reaching

from .conftest import OwnRounds
from .setting_up import NOW

WORDS: dict[str, Any] = {"actor_id": None, "now": NOW}
TODAY = day_of(NOW)
DRIVERS = Group(name="Bus drivers", touched=2)

AddGroup = Callable[..., int]


@pytest.fixture
def add_group(own_rounds: OwnRounds) -> AddGroup:
    """Give what puts a group on the map of the round; it gives its number."""

    def add(group: Group = DRIVERS, **changes: Any) -> int:
        with own_rounds.work() as session:
            group = replace(group, **changes)
            found = own_rounds.get(session)
            return stakeholders.add_group(session, found, group, **WORDS).id

    return add


def ask(rounds: OwnRounds, name: str = "age") -> int:
    with rounds.work() as session:
        return stakeholders.ask_background(session, rounds.get(session), name, **WORDS).id


def word(rounds: OwnRounds, question_id: int, **options: list[str]) -> None:
    with rounds.work() as session:
        found = rounds.get(session)
        question = stakeholders.get_question(session, found, question_id)
        labels = dict.fromkeys(found.languages, "A question")
        stakeholders.word_background(session, found, question, labels, options, **WORDS)


def test_a_group_that_is_sent_twice_is_on_the_map_once(
    own_rounds: OwnRounds, add_group: AddGroup
) -> None:
    own_rounds.open()
    assert len(set(at_once(lambda _: add_group(), range(3)))) == 1
    with pytest.raises(Refusal, match="on the map already"):
        add_group(name="bus DRIVERS", touched=3)


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 201}, "name"),
        ({"touched": 4}, "how hard"),
        ({"expected_share": 0}, "1 to 100"),
        ({"expected_share": 101}, "1 to 100"),
        ({"owner_id": 999}, "works here"),
        ({"question_id": 999, "option": "to-29"}, "not asked"),
        ({"how_reached": "x" * 4001}, "longer than"),
    ],
)
def test_what_makes_no_group_is_refused(
    own_rounds: OwnRounds, add_group: AddGroup, changes: dict[str, Any], words: str
) -> None:
    own_rounds.open()
    with pytest.raises(Refusal, match=words):
        add_group(**changes)


def test_a_group_shows_itself_by_an_answer_that_exists_in_this_round(
    own_rounds: OwnRounds, add_group: AddGroup
) -> None:
    own_rounds.open()
    question_id = ask(own_rounds)
    assert add_group(question_id=question_id, option="to-29")
    with pytest.raises(Refusal, match="shows itself"):
        add_group(name="Others", question_id=question_id, option="to-12")


def test_what_somebody_else_changed_meanwhile_is_not_overwritten(
    own_rounds: OwnRounds, add_group: AddGroup
) -> None:
    own_rounds.open()
    group_id = add_group()
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        row = stakeholders.get_group(session, found, group_id)
        seen = stakeholders.mark_of_group(row)
        theirs, mine = replace(DRIVERS, touched=3), replace(DRIVERS, touched=1)
        stakeholders.change_group(session, found, row, theirs, mark=seen, **WORDS)
        with pytest.raises(Conflict, match="Somebody else"):
            stakeholders.change_group(session, found, row, mine, mark=seen, **WORDS)


def test_a_group_of_another_round_is_not_found(own_rounds: OwnRounds, add_group: AddGroup) -> None:
    own_rounds.open("other")
    own_rounds.open()
    group_id = add_group()
    with own_rounds.work() as session:
        other = own_rounds.get(session, "other")
        with pytest.raises(NotFound):
            stakeholders.get_group(session, other, group_id)
        with pytest.raises(NotFound):
            stakeholders.remove_group(session, other, group_id, **WORDS)
        assert session.get(StakeholderGroup, group_id) is not None


# Questions about who takes part --------------------------------------------------------------


def test_a_ready_made_question_is_in_every_language_of_the_round(own_rounds: OwnRounds) -> None:
    own_rounds.open(languages=["nl", "en", "de"])
    with own_rounds.work() as session:
        question = stakeholders.ask_background(session, own_rounds.get(session), "age", **WORDS)
        assert question.label["nl"] == "Hoe oud bent u?"
        assert question.label["de"] == question.label["en"], "to be written by hand"
        assert len(question.options) == 4


def test_at_most_three_questions_and_none_twice(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    assert ask(own_rounds) == ask(own_rounds)
    ask(own_rounds, "role")
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        extra = {"label": {"en": "x"}, "options": [{"key": "a", "label": {"en": "a"}}]}
        session.add(BackgroundQuestion(round_id=found.id, position=3, **extra))
    with pytest.raises(Conflict, match="three"):
        ask(own_rounds, "municipality")


def test_answers_keep_their_place_when_they_are_worded_anew(
    own_rounds: OwnRounds, add_group: AddGroup
) -> None:
    own_rounds.open()
    question_id = ask(own_rounds)
    young = add_group(name="Young", question_id=question_id, option="to-29")
    old = add_group(name="Old", question_id=question_id, option="from-70")
    word(own_rounds, question_id, en=["Young", "Old"], nl=["Jong", "Oud"])
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        options = stakeholders.get_question(session, found, question_id).options
        assert [one["key"] for one in options] == ["to-29", "to-49"]
        assert options[0]["label"] == {"en": "Young", "nl": "Jong"}
        assert stakeholders.get_group(session, found, young).option == "to-29"
        assert stakeholders.get_group(session, found, old).question_id is None


@pytest.mark.parametrize(
    "options",
    [
        {"en": ["One", "Two"], "nl": ["Eén"]},
        {"en": ["One"], "nl": ["Eén"]},
        {"en": ["One", "Two"]},
        {"en": ["One", "Two"], "nl": ["Eén", " "]},
        {"en": ["x"] * 61, "nl": ["x"] * 61},
    ],
)
def test_answers_are_as_many_in_every_language(
    own_rounds: OwnRounds, options: dict[str, list[str]]
) -> None:
    own_rounds.open()
    question_id = ask(own_rounds)
    with pytest.raises(Refusal, match="every language"):
        word(own_rounds, question_id, **options)


def test_what_is_asked_stands_still_from_the_first_participant_on(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    question_id = ask(own_rounds)
    own_rounds.joins("somebody")
    with pytest.raises(Conflict, match="stands still"):
        ask(own_rounds, "role")
    with pytest.raises(Conflict, match="stands still"):
        word(own_rounds, question_id, en=["One", "Two"], nl=["Eén", "Twee"])
    with own_rounds.work() as session, pytest.raises(Conflict, match="stands still"):
        stakeholders.drop_background(session, own_rounds.get(session), question_id, **WORDS)


def test_a_question_that_is_dropped_leaves_its_groups_on_the_map(
    own_rounds: OwnRounds, add_group: AddGroup
) -> None:
    own_rounds.open()
    question_id = ask(own_rounds)
    group_id = add_group(question_id=question_id, option="to-29")
    with own_rounds.work() as session:
        stakeholders.drop_background(session, own_rounds.get(session), question_id, **WORDS)
    with own_rounds.work() as session:
        row = session.get_one(StakeholderGroup, group_id)
        assert (row.question_id, row.option) == (None, "")


# Reaching who stays silent -------------------------------------------------------------------


def test_of_a_closed_round_nothing_is_planned_or_done(
    own_rounds: OwnRounds, add_group: AddGroup, a_person: AddPerson
) -> None:
    own_rounds.open()
    group, owner = add_group(), a_person("adviseur").id
    reaching = Reaching(what="Visit the depot.", owner_id=owner, due=TODAY)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        row = stakeholders.get_group(session, found, group)
        number = stakeholders.plan_outreach(session, found, row, reaching, **WORDS).id
        found.phase = "closed"
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        row = stakeholders.get_group(session, found, group)
        with pytest.raises(Conflict, match="closed"):
            stakeholders.plan_outreach(session, found, row, replace(reaching, what="x"), **WORDS)
        with pytest.raises(Conflict, match="closed"):
            stakeholders.finish_outreach(session, found, number, **WORDS)


def test_an_outreach_has_an_owner_and_a_day_and_is_planned_once(
    own_rounds: OwnRounds, add_group: AddGroup, a_person: AddPerson
) -> None:
    own_rounds.open()
    group_id, owner = add_group(), a_person()
    reaching = Reaching(what="Go to the depot.", owner_id=owner.id, due=TODAY + timedelta(7))

    def plan(reaching: Reaching) -> int:
        with own_rounds.work() as session:
            found = own_rounds.get(session)
            row = stakeholders.get_group(session, found, group_id)
            return stakeholders.plan_outreach(session, found, row, reaching, **WORDS).id

    number = plan(reaching)
    assert plan(reaching) == number
    for changes, words in (
        ({"what": " "}, "what will be done"),
        ({"owner_id": None}, "who sees to it"),
        ({"owner_id": 999}, "works here"),
        ({"due": TODAY - timedelta(1)}, "lie ahead"),
    ):
        with pytest.raises(Refusal, match=words):
            plan(replace(reaching, **changes))
    for later in (0, 3):
        with own_rounds.work() as session:
            found, at = own_rounds.get(session), NOW + timedelta(later)
            stakeholders.finish_outreach(session, found, number, actor_id=None, now=at)
    with own_rounds.work() as session:
        assert session.get_one(Outreach, number).done_on == TODAY, "the first day stands"


def test_who_saw_to_a_group_is_forgotten_when_erased_and_the_plan_stays(
    own_rounds: OwnRounds, add_group: AddGroup, a_person: AddPerson
) -> None:
    own_rounds.open()
    owner = a_person()
    group_id = add_group(owner_id=owner.id)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        row = stakeholders.get_group(session, found, group_id)
        reaching = Reaching(what="Go to the depot.", owner_id=owner.id, due=TODAY)
        stakeholders.plan_outreach(session, found, row, reaching, **WORDS)
        keeping.forget_person(session, owner.id)
    with own_rounds.work() as session:
        assert session.get_one(StakeholderGroup, group_id).owner_id is None
        assert session.scalars(select(Outreach)).one().owner_id is None
        assert session.scalar(select(func.count(Outreach.id))) == 1
