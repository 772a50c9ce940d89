"""Who takes part, in steps, and which groups stay silent."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import event, insert
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.i18n import day_of
from waardewerk_participation import clockwork
from waardewerk_participation.models import (
    BackgroundAnswer,
    Outreach,
    Participant,
    Reach,
    Round,
    StakeholderGroup,
)
from waardewerk_participation.operations import reaching, stakeholders
from waardewerk_participation.operations.stakeholders import Group
from waardewerk_participation.queries.inclusion import GroupReach, inclusion_of, inclusion_of_all
from waardewerk_participation.queries.rounds import background_questions
from waardewerk_participation.small_cells import Share

from .conftest import OwnRounds
from .setting_up import NOW

WORDS: dict[str, Any] = {"actor_id": None, "now": NOW}


def come(rounds: OwnRounds, slug: str = "cameras", **ages: int) -> None:
    """Let people take part; ``ages`` says how many gave which answer, ``none`` who gave none."""
    with rounds.work() as session:
        found = rounds.get(session, slug)
        asked = background_questions(session, found)
        number = 0
        for age, people in ages.items():
            for _ in range(people):
                number += 1
                pid = f"{age[-5:]}{people:03d}{slug[:2]}{number:06d}".encode().ljust(16)
                session.add(Participant(pid=pid, round_id=found.id, channel="link"))
                session.flush()
                if age != "none":
                    option = age.replace("_", "-")
                    session.execute(
                        insert(BackgroundAnswer).values(
                            pid=pid, question_id=asked[0].id, option=option
                        )
                    )


def ask(rounds: OwnRounds, slug: str = "cameras") -> None:
    with rounds.work() as session:
        stakeholders.ask_background(session, rounds.get(session, slug), "age", **WORDS)


def count_reach(session: Session, found: Round, now: datetime) -> bool:
    reached = reaching.count_reach(session, found, now=now)
    return reached is not None and reaching.keep_reach(session, found, reached, now=now)


def test_shares_are_of_who_answered_and_small_ones_hide_another(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    ask(own_rounds)
    come(own_rounds, to_29=3, to_49=60, to_69=50, from_70=7, none=30)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        assert count_reach(session, found, NOW)
        seen = inclusion_of(session, found)
    assert seen.people == 150
    question = seen.questions[0]
    assert question.answered == Share("about", 80)
    shares = {one.key: str(one.share) for one in question.options}
    assert shares == {"to-29": "< 5 %", "to-49": "50 %", "to-69": "42 %", "from-70": "–"}


def test_figures_change_in_steps_of_ten_people_and_an_hour(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    ask(own_rounds)
    hour = timedelta(hours=1)

    def count(later: timedelta) -> bool:
        with own_rounds.work() as session:
            return count_reach(session, own_rounds.get(session), NOW + later)

    come(own_rounds, to_29=9)
    assert not count(0 * hour), "of nine people nothing is counted"
    come(own_rounds, to_49=1)
    assert count(0 * hour)
    come(own_rounds, to_69=9)
    assert not count(2 * hour), "nine more could be told from a difference"
    come(own_rounds, none=1)
    assert not count(hour / 2)
    assert count(hour)
    with own_rounds.work() as session:
        assert inclusion_of(session, own_rounds.get(session)).people == 20


def run_job(rounds: OwnRounds) -> None:
    with rounds.app.app_context(), db.current().reading() as session:
        clockwork.count_reach(session, {})


def test_the_job_counts_while_people_come_in_on_the_site_or_on_paper(own_rounds: OwnRounds) -> None:
    for slug, phase in (("open", "vote"), ("paper", "analyse"), ("over", "answer")):
        own_rounds.open(slug, phase=phase)
        come(own_rounds, slug, none=12)
    run_job(own_rounds)
    with own_rounds.work() as session:
        counted = session.query(Round.slug).join(Reach, Reach.round_id == Round.id)
        assert sorted(row.slug for row in counted) == ["open", "paper"]


def test_counting_who_takes_part_keeps_nobody_waiting_for_the_database() -> None:
    jobs = {job.name: job for job in clockwork.jobs()}
    assert not jobs["participation.reach"].holds_lock


def test_who_counted_while_another_did_keeps_nothing(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    come(own_rounds, none=12)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        reached = reaching.count_reach(session, found, now=NOW)
        assert reached is not None
        assert reaching.keep_reach(session, found, reached, now=NOW)
        assert not reaching.keep_reach(session, found, reached, now=NOW + timedelta(hours=2))


@pytest.mark.parametrize(
    ("share", "expected", "is_silent"),
    [
        (Share("about", 10), 30, True),
        (Share("about", 15), 30, False),
        (Share("below", 5), 30, True),
        (Share("below", 25), 20, False),
        (Share("hidden"), 30, False),
        (Share("above", 95), 100, False),
        (None, 30, False),
        (Share("about", 10), None, False),
    ],
)
def test_a_group_is_silent_when_under_half_of_what_is_fair_takes_part(
    share: Share | None, expected: int | None, is_silent: bool
) -> None:
    group = StakeholderGroup(name="Young", touched=3, expected_share=expected)
    assert GroupReach(group, share, ()).is_silent is is_silent


def test_a_silent_group_is_left_alone_until_somebody_plans_something() -> None:
    group = StakeholderGroup(name="Young", touched=3, expected_share=30)
    planned, done = Outreach(done_on=None), Outreach(done_on=day_of(NOW))
    assert GroupReach(group, Share("below", 5), ()).is_left_alone
    assert GroupReach(group, Share("below", 5), (done,)).is_left_alone
    assert not GroupReach(group, Share("below", 5), (done, planned)).is_left_alone


def test_a_group_takes_the_share_of_its_answer(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    ask(own_rounds)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        question = background_questions(session, found)[0]
        for name, option in (("Young", "to-29"), ("Unseen", "")):
            group = Group(
                name=name,
                touched=3,
                expected_share=30,
                question_id=question.id if option else None,
                option=option,
            )
            stakeholders.add_group(session, found, group, **WORDS)
    come(own_rounds, to_29=10, to_49=50, to_69=30, from_70=10)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        assert count_reach(session, found, NOW)
        seen = {one.group.name: one for one in inclusion_of(session, found).groups}
    assert seen["Young"].share == Share("about", 10)
    assert seen["Young"].is_silent
    assert seen["Unseen"].share is None


def test_many_rounds_ask_the_database_as_often_as_one(own_rounds: OwnRounds) -> None:
    for number in range(4):
        slug = f"round-{number}"
        own_rounds.open(slug)
        ask(own_rounds, slug)
        with own_rounds.work() as session:
            group = Group(name="Young", touched=3)
            stakeholders.add_group(session, own_rounds.get(session, slug), group, **WORDS)
    asked: list[str] = []

    def listen(*args: Any) -> None:
        asked.append(args[2])

    with own_rounds.work() as session:
        rounds = [own_rounds.get(session, f"round-{n}") for n in range(4)]
        engine: Engine = session.get_bind()  # type: ignore[assignment]
        counts = []
        event.listen(engine, "before_cursor_execute", listen)
        for some in (rounds[:1], rounds):
            asked.clear()
            inclusion_of_all(session, some)
            counts.append(len(asked))
        event.remove(engine, "before_cursor_execute", listen)
    assert counts[0] == counts[1]
