"""Answering what people said, as rules and as pages."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from types import ModuleType
from typing import Any

import pytest
from flask.testing import FlaskClient

from waardewerk import audit, events, hookimpl
from waardewerk.contract import Value
from waardewerk.i18n import day_of, format_date
from waardewerk.plugins import Plugins
from waardewerk.refusal import Conflict, Refusal
from waardewerk.testing import SignInAs, UnitOfWork, submit
from waardewerk_participation import plugin
from waardewerk_participation.models import (
    PaperBatch,
    PaperEntry,
    Point,
    Result,
    Round,
    Statement,
    StatementValue,
)
from waardewerk_participation.operations import answering, closing, counting, phases
from waardewerk_participation.operations.answering import Answer
from waardewerk_participation.queries import answers
from waardewerk_participation.queries.votes import turnout
from waardewerk_participation.said import said_of
from waardewerk_participation.showing import (
    Figures,
    FoundPoint,
    Moderation,
    Objection,
    Provenance,
    Sentences,
    Shown,
    StatementFigures,
    from_json,
    points_of,
    to_json,
)
from waardewerk_participation.small_cells import Share

NOW = datetime.now(UTC)
GOOD = Answer(
    we_do="We put up a sign.", why="You want to know it.", who="Roads", due=date(2099, 3, 1)
)
SHARED = {"everyone": {"agree": {"kind": "about", "percent": 82}}, "groups": {"A": {}}}
OPPOSED = {
    "everyone": {"agree": {"kind": "about", "percent": 65}},
    "groups": {"B": {"disagree": {"kind": "above", "percent": 90}}},
}
EQUAL = {
    "everyone": {
        "agree": {"kind": "about", "percent": 45},
        "disagree": {"kind": "about", "percent": 45},
    }
}
FOUND = [
    FoundPoint("objection", 4, "B", OPPOSED),
    FoundPoint("consensus", 2, "", SHARED),
]


HEARD: list[events.OutcomeRecorded] = []


@hookimpl
def handle_event(event: events.Event) -> None:
    """Listen, as a plugin that follows up would."""
    if isinstance(event, events.OutcomeRecorded):
        HEARD.append(event)


@pytest.fixture
def plugins() -> Iterator[Plugins]:
    """Load rounds beside a plugin that listens."""
    listener = ModuleType("listener")
    listener.handle_event = handle_event  # type: ignore[attr-defined]
    listener.__file__ = __file__
    found = Plugins()
    found.add("participation", plugin)
    found.add("listener", listener)
    HEARD.clear()
    yield found
    HEARD.clear()


@pytest.fixture
def answering_round(own_rounds: Any, unit_of_work: UnitOfWork) -> Iterator[str]:
    """Give a round in which two points wait for an answer."""
    slug: str = own_rounds.open(phase="answer", closes_at=NOW - timedelta(9))
    with unit_of_work() as session:
        found = own_rounds.get(session)
        answering.keep_points(session, found, FOUND, actor_id=None, now=NOW)
    return slug


def answer_all(session: Any, found: Round) -> None:
    """Answer every point alike."""
    for point in answers.points(session, found):
        answering.answer_point(
            session, found, point, GOOD, revision=point.revision, actor_id=None, now=NOW
        )


def test_every_thing_that_people_said_becomes_one_point_however_often_it_is_looked_for(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        assert answering.keep_points(session, found, FOUND, actor_id=None, now=NOW) == 0
        kinds = [(one.kind, one.group) for one in answers.points(session, found)]
        assert kinds == [("consensus", ""), ("objection", "B")]


def test_a_round_without_a_result_has_no_points(own_rounds: Any, unit_of_work: UnitOfWork) -> None:
    own_rounds.open(phase="analyse")
    with unit_of_work() as session:
        found = own_rounds.get(session)
        assert answering.find_points(session, found, actor_id=None, now=NOW) == 0


def a_result(
    *, is_final: bool, is_published: bool = True, public: Sentences | None = None
) -> dict[str, Any]:
    """Give a count in which all groups agree with statement 2, and with 5 that was taken away.

    Everybody sees the same as those who hold the round, if not said otherwise.
    """
    agreed = Figures(reactions=50, agree=Share("about", 82), disagree=Share("below", 20))
    shown = Shown(
        audience="public",
        k=10,
        is_final=is_final,
        people=50,
        votes=500,
        outcome="no_clear_groups",
        groups=(),
        statements=tuple(StatementFigures(number, agreed, {}) for number in (2, 5)),
        sentences=Sentences(agreed_with=(2, 5)),
        values=(),
        channels=(),
        contrasts=(),
        background=(),
        map=None,
        moderation=Moderation({}, {}, {}),
        provenance=Provenance("stable", 1, 1, "", {}, "", "", None, {}, None, None),
        comparisons=(),
    )
    return {
        "engine": "stable",
        "engine_version": 1,
        "seed": 1,
        "provenance": {counting.IS_FINAL: is_final},
        "fingerprint": "f",
        "counted_at": NOW,
        "shown": {
            "staff": to_json(shown),
            "public": to_json(
                shown if public is None else replace(shown, statements=(), sentences=public)
            ),
        },
        "is_published": is_published,
    }


def test_answering_begins_with_what_the_last_count_found(
    own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(phase="analyse")
    own_rounds.joins("somebody")
    with unit_of_work() as session:
        found = own_rounds.get(session)
        session.query(Statement).filter_by(round_id=found.id, number=5).one().state = "rejected"
        session.flush()
        add_result(session, found, a_result(is_final=True, is_published=False))
        phases.open_answering(session, found, actor_id=None, now=NOW)
        assert session.query(Result).one().published_at == NOW
        (point,) = answers.points(session, found)
        assert (
            point.kind,
            answers.statements_of_points(session, found)[point.statement_id].number,
        ) == (
            "consensus",
            2,
        )
        assert point.figures["everyone"]["agree"] == {"kind": "about", "percent": 82}


def test_what_is_too_small_for_everybody_is_answered_too_and_says_no_number(
    own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(phase="analyse")
    own_rounds.joins("somebody")
    with unit_of_work() as session:
        found = own_rounds.get(session)
        add_result(session, found, a_result(is_final=True, public=Sentences()))
        phases.open_answering(session, found, actor_id=None, now=NOW)
        kept = answers.points(session, found)
        assert [one.kind for one in kept] == ["consensus", "consensus"]
        assert [one.figures for one in kept] == [{}, {}]
        assert "2 points" in str(answering.not_answered(session, found))


@pytest.mark.parametrize(
    ("percent", "points"), [(49, 0), (50, 0), (51, 1)], ids=["less", "half", "more"]
)
def test_half_of_all_are_not_most_people(percent: int, points: int) -> None:
    all_of_them = Figures(agree=Share("about", percent), disagree=Share("about", 40))
    kept = from_json(a_result(is_final=True)["shown"]["staff"])
    objection = Objection(2, "B", Share("above", 50), Share("about", percent))
    for sentences in (Sentences(agreed_with=(2,)), Sentences(objections=(objection,))):
        shown = replace(
            kept, statements=(StatementFigures(2, all_of_them, {}),), sentences=sentences
        )
        assert len(points_of(shown, shown)) == points


@pytest.mark.parametrize(
    "result",
    [None, a_result(is_final=False)],
    ids=["no count", "not the last"],
)
def test_answering_waits_for_the_last_count(
    own_rounds: Any, unit_of_work: UnitOfWork, result: dict[str, Any] | None
) -> None:
    own_rounds.open(phase="analyse")
    own_rounds.joins("somebody")
    with unit_of_work() as session:
        found = own_rounds.get(session)
        if result is not None:
            add_result(session, found, result)
        with pytest.raises(Conflict, match="not there yet"):
            phases.open_answering(session, found, actor_id=None, now=NOW)


def add_result(session: Any, found: Round, result: dict[str, Any]) -> None:
    """Keep a count of all that is there now."""
    provenance = {**result["provenance"], counting.STATE: turnout(session, found).state}
    session.add(Result(round_id=found.id, **{**result, "provenance": provenance}))
    session.flush()


@pytest.mark.parametrize("after", ["a vote", "a judgement"])
def test_what_was_counted_or_judged_after_the_last_count_is_counted_before_it_is_answered(
    own_rounds: Any, unit_of_work: UnitOfWork, after: str
) -> None:
    own_rounds.open(phase="analyse")
    own_rounds.vote({(1, 2): 1})
    with unit_of_work() as session:
        add_result(session, own_rounds.get(session), a_result(is_final=True, is_published=False))
    if after == "a vote":
        own_rounds.vote({(2, 3): 1})
    else:
        with unit_of_work() as session:
            session.query(Statement).filter_by(number=2).one().state = "rejected"
    with unit_of_work() as session:
        found = own_rounds.get(session)
        with pytest.raises(Conflict, match="not there yet"):
            phases.open_answering(session, found, actor_id=None, now=NOW)
        assert found.phase == "analyse"
        assert not session.query(Result).one().is_published


def test_booklets_that_were_typed_over_are_counted_before_people_are_answered(
    own_rounds: Any, unit_of_work: UnitOfWork, sign_in_as: SignInAs
) -> None:
    own_rounds.open(phase="analyse")
    with unit_of_work() as session:
        found = own_rounds.get(session)
        piles = [
            PaperBatch(round_id=found.id, label=state, made_on=day_of(NOW), state=state)
            for state in ("typing", "typing", "typing", "undone")
        ]
        session.add_all(piles)
        session.flush()
        session.add_all(
            PaperEntry(batch_id=pile.id, booklet=1, turn=1, votes={}, background={})
            for pile in (*piles[:2], piles[3])
        )
    with unit_of_work() as session:
        found = own_rounds.get(session)
        with pytest.raises(Conflict, match="2 piles"):
            phases.open_answering(session, found, actor_id=None, now=NOW)
        assert found.phase == "analyse"
    overview = sign_in_as("aanjager").get("/participation/cameras/").text
    assert "2 piles of booklets were typed over and not counted" in overview
    assert "Needed before you answer" in overview
    with unit_of_work() as session:
        session.query(PaperEntry).delete()
        phases.open_answering(session, own_rounds.get(session), actor_id=None, now=NOW)


def test_a_promise_of_which_the_day_passed_meanwhile_is_not_made_public(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork, sign_in_as: SignInAs
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        answer_all(session, found)
        first, second = answers.points(session, found)
        first.due = second.due = yesterday = day_of(NOW) - timedelta(1)
        with pytest.raises(Conflict, match="2 answers promise a day that has passed"):
            phases.close_round(session, found, actor_id=None, now=NOW)
        # Of who does nothing no day is shown, whatever was filled in.
        second.we_do, second.we_do_not = "", "We keep the cameras."
        session.flush()
        with pytest.raises(Conflict, match="One answer promises a day that has passed"):
            phases.close_round(session, found, actor_id=None, now=NOW)
        assert found.phase == "answer"
    adviser = sign_in_as("adviseur")
    next_step = adviser.get("/participation/cameras/next").text
    assert "One answer promises a day that has passed" in next_step
    assert 'name="to"' not in next_step
    listed = adviser.get("/participation/cameras/answers").text
    assert listed.count("the day has passed") == 1
    assert f"done by {format_date(yesterday)}" in listed
    with unit_of_work() as session:
        found = own_rounds.get(session)
        first = answers.points(session, found)[0]
        today = replace(GOOD, due=day_of(NOW))
        answering.answer_point(session, found, first, today, revision=2, actor_id=None, now=NOW)
        phases.close_round(session, found, actor_id=None, now=NOW)
        assert found.phase == "closed"


def test_hiding_a_statement_takes_no_point_off_the_list_of_who_answers(
    own_rounds: Any,
    answering_round: str,
    unit_of_work: UnitOfWork,
    sign_in_as: SignInAs,
    client: FlaskClient,
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        answer_all(session, found)
        point = answers.points(session, found)[0]
        point.why = ""
        session.get_one(Statement, point.statement_id).state = "rejected"
        number = point.id
    with unit_of_work() as session, pytest.raises(Conflict, match="One point"):
        phases.close_round(session, own_rounds.get(session), actor_id=None, now=NOW)
    adviser = sign_in_as("adviseur")
    listed = adviser.get("/participation/cameras/answers").text
    assert f'id="point-{number}"' in listed
    assert "A moderator hid this statement" in listed
    assert "1 of 2 points answered" in listed
    assert adviser.get(f"/participation/cameras/answers/{number}").status_code == 200
    assert f'id="point-{number}"' not in client.get("/r/cameras/answers").text
    reader = sign_in_as("civil_servant").get("/participation/cameras/answers").text
    assert f'id="point-{number}"' not in reader


@pytest.mark.parametrize("state", ["waiting", "doubted"])
def test_a_round_closes_once_every_statement_is_judged(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork, state: str
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        answer_all(session, found)
        for number in (9, 10):
            session.query(Statement).filter_by(number=number).one().state = state
        session.flush()
        with pytest.raises(Conflict, match="2 statements still wait"):
            phases.close_round(session, found, actor_id=None, now=NOW)
        session.query(Statement).filter_by(number=9).one().state = "accepted"
        session.query(Statement).filter_by(number=10).one().state = "rejected"
        session.flush()
        phases.close_round(session, found, actor_id=None, now=NOW)
        assert found.phase == "closed"


def test_closing_writes_down_what_was_closed_and_waits_for_every_answer(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork
) -> None:
    own_rounds.vote({(1, 2): 1, (2, 2): -1})
    with unit_of_work() as session:
        found = own_rounds.get(session)
        with pytest.raises(Conflict, match="2 points"):
            phases.close_round(session, found, actor_id=None, now=NOW)
        assert found.phase == "answer"
        answer_all(session, found)
        phases.close_round(session, found, actor_id=None, now=NOW)
    with unit_of_work() as session:
        found = own_rounds.get(session)
        assert found.closed_at is not None
        assert found.manifest is not None
        assert (found.manifest["people"], found.manifest["votes"]) == (2, 2)


@pytest.mark.parametrize(("people", "is_told"), [(9, False), (10, True)])
def test_everybody_finds_what_a_round_was_closed_with_and_the_number_of_a_few_people_nowhere(
    own_rounds: Any,
    unit_of_work: UnitOfWork,
    client: FlaskClient,
    sign_in_as: SignInAs,
    people: int,
    is_told: bool,
) -> None:
    own_rounds.open(phase="answer")
    own_rounds.vote({(person, 1): 1 for person in range(people)})
    assert "check this result" not in client.get("/r/cameras/answers").text
    with unit_of_work() as session:
        found = own_rounds.get(session)
        phases.close_round(session, found, actor_id=None, now=NOW)
        closing_entry = audit.entries_about(session, f"round:{found.id}")[0].hash
        manifest = dict(found.manifest or {})
    assert manifest["trail"] == closing_entry
    public = client.get("/r/cameras/answers").text
    staff = sign_in_as("civil_servant").get("/participation/cameras/closing").text
    for page in (public, staff):
        assert "How everybody can check this result" in page
        assert manifest["root"] in page
        assert closing_entry in page
        assert manifest["version"] in page
    # A code of all votes may end in the same figure.
    counted = f">{people}</dd>"
    assert counted in staff
    assert (counted in public) == is_told


def test_before_closing_it_is_said_what_still_waits_and_where(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork, sign_in_as: SignInAs
) -> None:
    adviser = sign_in_as("adviseur")
    page = adviser.get("/participation/cameras/next").text
    assert "2 points have no answer yet" in page
    assert 'href="/participation/cameras/answers"' in page
    assert 'name="to"' not in page
    with unit_of_work() as session:
        answer_all(session, own_rounds.get(session))
    assert 'name="to"' in adviser.get("/participation/cameras/next").text
    public = adviser.get("/r/cameras/answers").text
    assert "Every point has an answer. You read them here when the round is closed." in public


def test_a_round_cannot_be_closed_while_a_point_waits(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        assert "2 points" in str(answering.not_answered(session, found))
        answer_all(session, found)
        assert answering.not_answered(session, found) is None


@pytest.mark.parametrize(
    ("wrong", "says"),
    [
        (replace(GOOD, why=" "), "Say why"),
        (Answer(why="Because."), "what you do not do"),
        (replace(GOOD, who=""), "who does it"),
        (replace(GOOD, due=None), "by when"),
        (replace(GOOD, due=day_of(NOW) - timedelta(1)), "lies ahead"),
        (replace(GOOD, why="w" * 5000), "longer than"),
    ],
)
def test_half_an_answer_is_none(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork, wrong: Answer, says: str
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        point = answers.points(session, found)[0]
        with pytest.raises(Refusal, match=says):
            answering.answer_point(session, found, point, wrong, revision=1, actor_id=None, now=NOW)


def test_doing_nothing_is_an_answer_when_it_says_why(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork
) -> None:
    nothing = Answer(we_do_not="We keep the cameras.", why="The law asks it.")
    with unit_of_work() as session:
        found = own_rounds.get(session)
        point = answers.points(session, found)[0]
        answering.answer_point(session, found, point, nothing, revision=1, actor_id=7, now=NOW)
    with unit_of_work() as session:
        kept = answers.points(session, own_rounds.get(session))[0]
        assert (kept.why, kept.answered_by, kept.revision) == ("The law asks it.", 7, 2)


def test_an_answer_that_builds_on_an_older_one_is_refused_and_the_same_one_twice_is_one(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        point = answers.points(session, found)[0]
        for _ in range(2):
            answering.answer_point(session, found, point, GOOD, revision=1, actor_id=1, now=NOW)
        assert point.revision == 2
        other = replace(GOOD, we_do="We take them down.")
        with pytest.raises(Conflict):
            answering.answer_point(session, found, point, other, revision=1, actor_id=2, now=NOW)
        assert point.we_do == GOOD.we_do


def test_a_statement_can_be_put_on_the_list_and_taken_off_but_what_votes_found_cannot(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        added = answering.add_point(session, found, 7, actor_id=1, now=NOW)
        assert answering.add_point(session, found, 7, actor_id=1, now=NOW) is added
        with pytest.raises(Refusal, match="Choose a statement"):
            answering.add_point(session, found, 99, actor_id=1, now=NOW)
        answering.drop_point(session, found, added, actor_id=1, now=NOW)
        with pytest.raises(Refusal, match="follows from the votes"):
            answering.drop_point(
                session, found, answers.points(session, found)[0], actor_id=1, now=NOW
            )
    with unit_of_work() as session:
        assert session.query(Point).count() == 2


def test_after_closing_answers_stand(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        found.phase = "closed"
        session.flush()
        with pytest.raises(Conflict, match="closed"):
            answer_all(session, found)


def test_each_thing_that_is_done_is_told_to_who_follows_up_once_the_round_is_closed(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        answer_all(session, found)
        assert HEARD == []
        closing.conclude(session, found, now=NOW)
        told = [(one.title, one.owner, one.due) for one in HEARD]
        assert told == [(f"{found.title}: We put up a sign.", "Roads", date(2099, 3, 1))] * 2


def test_the_trail_knows_who_answered_which_point_and_no_word_of_it(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        answer_all(session, found)
        entries = audit.entries_about(session, f"round:{found.id}")
    assert [one.action for one in entries] == [
        "participation.point_answered",
        "participation.point_answered",
        "participation.points_found",
    ]
    assert all(isinstance(value, int) for one in entries for value in one.details.values())


@pytest.mark.parametrize(
    ("kind", "group", "figures", "sentence"),
    [
        ("consensus", "", SHARED, "All groups agree with this: 82% of everybody."),
        (
            "consensus",
            "",
            {"everyone": {"disagree": {"kind": "above", "percent": 90}}},
            "Most people disagree with this: more than 90% of everybody.",
        ),
        (
            "objection",
            "B",
            OPPOSED,
            "Group B objects: more than 90% of them disagree, while 65% of everybody agree.",
        ),
        (
            "split",
            "",
            {
                "groups": {
                    "B": {"agree": {"kind": "below", "percent": 10}},
                    "A": {"agree": {"kind": "about", "percent": 75}},
                    "C": {"agree": {"kind": "hidden", "percent": None}},
                }
            },
            "The groups differ about this: in group A 75% agree, in group B less than 10% agree.",
        ),
        ("split", "", EQUAL, "People are divided: 45% agree, 45% disagree."),
        (
            "split",
            "",
            {**EQUAL, "groups": {"A": {}, "B": {}}},
            (
                "Groups differ about this, and are too small to show. Of everybody 45% agree and "
                "45% disagree."
            ),
        ),
        (
            "split",
            "",
            {"groups": {"A": {}, "B": {}}},
            "Groups differ about this. They are too small to show figures.",
        ),
        ("split", "", {}, "People are divided about this. They are too few to show figures."),
        (
            "objection",
            "B",
            {"groups": {"B": {}}},
            (
                "Group B objects to what most people agree with. The groups are too small to show "
                "figures."
            ),
        ),
        (
            "consensus",
            "",
            {},
            (
                "People clearly share a view of this. We cannot show figures: the groups are too "
                "small."
            ),
        ),
        ("added", "", {}, "No figure asks for this answer. We think that it deserves one."),
    ],
)
def test_what_people_said_is_a_sentence_with_the_figures_as_they_were_shown(
    kind: str, group: str, figures: dict[str, Any], sentence: str
) -> None:
    assert said_of(kind, group, figures) == sentence


# Pages ---------------------------------------------------------------------------------------


def test_somebody_answers_a_point_and_sees_how_far_it_is(
    answering_round: str, sign_in_as: SignInAs
) -> None:
    adviser = sign_in_as("adviseur")
    listed = adviser.get("/participation/cameras/answers")
    assert "0 of 2 points answered" in listed.text
    first = f"/participation/cameras/answers/{_first_point(listed.text)}"
    fields = {
        "revision": "1",
        "we_do": "We put up a sign.",
        "why": "You want to know it.",
        "who": "Roads",
        "due": "2099-03-01",
    }
    incomplete = submit(adviser, first, {**fields, "who": ""})
    assert incomplete.status_code == 422
    assert "Say who does it" in incomplete.text
    assert "We put up a sign." in incomplete.text
    assert submit(adviser, first, fields).status_code == 303
    assert "1 of 2 points answered" in adviser.get("/participation/cameras/answers").text
    stale = submit(adviser, first, {**fields, "we_do": "Something else."})
    assert stale.status_code == 409


def _first_point(page: str) -> str:
    return page.split("/participation/cameras/answers/")[1].split('"')[0]


def test_somebody_puts_a_statement_on_the_list(answering_round: str, sign_in_as: SignInAs) -> None:
    adviser = sign_in_as("adviseur")
    path = "/participation/cameras/answers"
    assert submit(adviser, path, {"statement": "nonsense"}).status_code == 422
    assert submit(adviser, path, {"statement": "7"}).status_code == 303
    listed = adviser.get(path).text
    assert "What deserves an answer too" in listed
    dropped = listed.split("/drop")[0].rsplit("/", 1)[1]
    assert submit(adviser, f"{path}/{dropped}/drop", on=path).status_code == 303
    assert "What deserves an answer too" not in adviser.get(path).text


def test_who_may_not_answer_reads_and_does_no_more(
    answering_round: str, sign_in_as: SignInAs, client: FlaskClient
) -> None:
    reader = sign_in_as("civil_servant")
    listed = reader.get("/participation/cameras/answers")
    assert listed.status_code == 200
    assert "Add a statement" not in listed.text
    assert client.get("/participation/cameras/answers").status_code in {302, 303, 401, 403}


def test_a_point_of_another_round_is_not_found(
    own_rounds: Any, answering_round: str, sign_in_as: SignInAs
) -> None:
    own_rounds.open("bins", phase="answer")
    adviser = sign_in_as("adviseur")
    point = _first_point(adviser.get("/participation/cameras/answers").text)
    assert adviser.get(f"/participation/bins/answers/{point}").status_code == 404
    assert adviser.get("/participation/cameras/answers/999").status_code == 404


def test_everybody_reads_by_when_the_answers_come_and_no_answer_before_it_stands(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork, client: FlaskClient
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        found.answer_by = date(2099, 1, 31)
        point = answers.points(session, found)[0]
        answering.answer_point(session, found, point, GOOD, revision=1, actor_id=1, now=NOW)
    before = client.get("/r/cameras/answers")
    assert "by January 31, 2099" in before.text
    assert "1 of 2 points have an answer" in before.text
    assert "Statement 2." in before.text
    assert "We put up a sign." not in before.text
    assert "Set-Cookie" not in before.headers


def test_a_day_that_passed_is_owned_up_to(
    own_rounds: Any, unit_of_work: UnitOfWork, client: FlaskClient
) -> None:
    own_rounds.open(phase="answer", answer_by=date(2020, 1, 31))
    assert "we owe you an answer" in client.get("/r/cameras/answers").text


def test_everybody_reads_what_is_done_once_the_round_is_closed(
    own_rounds: Any, answering_round: str, unit_of_work: UnitOfWork, client: FlaskClient
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        answer_all(session, found)
        found.phase, found.closed_at = "closed", NOW
    page = client.get("/r/cameras/answers").text
    for words in (
        "We answered all 2 points",
        "They waited 9 days",
        "82% of everybody",
        "We put up a sign.",
        "You want to know it.",
        "Roads",
        "March 1, 2099",
    ):
        assert words in page


# Values --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("confirmed", "answered", "closed", "expected"),
    [
        (False, True, True, None),
        (True, False, False, (False, "")),
        (True, True, False, (True, "")),
        (True, True, True, (True, "We put up a sign.")),
    ],
)
def test_a_value_is_used_decided_with_and_has_a_result(
    app: Any,
    own_rounds: Any,
    answering_round: str,
    unit_of_work: UnitOfWork,
    confirmed: bool,
    answered: bool,
    closed: bool,
    expected: tuple[bool, str] | None,
) -> None:
    with unit_of_work() as session:
        found = own_rounds.get(session)
        about = session.query(Statement).filter_by(round_id=found.id, number=2).one()
        session.add(StatementValue(statement_id=about.id, value="privacy", is_confirmed=confirmed))
        if answered:
            answer_all(session, found)
        if closed:
            found.phase, found.closed_at = "closed", NOW
    with app.test_request_context("/"):
        usages = plugin.value_usages(Value(key="privacy"))
        assert [(one.decided, one.result) for one in usages] == ([expected] if expected else [])
