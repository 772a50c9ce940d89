from __future__ import annotations

from pathlib import Path
from random import Random

import pytest
from flask.testing import FlaskClient

from waardewerk import audit
from waardewerk.refusal import Conflict, Refusal
from waardewerk.testing import SignInAs, submit
from waardewerk_participation.flags import flagged
from waardewerk_participation.grouping.votes import votes_of
from waardewerk_participation.models import LeftOut, Participant
from waardewerk_participation.operations import leaving_out
from waardewerk_participation.operations.leaving_out import OddSet
from waardewerk_participation.polis_export import read_export

from .conftest import NOW, Cells, OwnRounds, camps, votes_from, without_opinions
from .counted import conclude, count, newest, of_statements, shown

SHARED_DATA = Path(__file__).parents[4] / "shared" / "data" / "polis"
STATEMENTS = 30


def all_the_same(people: int, value: int, first: int, statements: int = STATEMENTS) -> Cells:
    return {(first + p, s): value for p in range(people) for s in range(statements)}


def clones(people: int, first: int, seed: int) -> Cells:
    chance = Random(seed)
    row = {s: chance.choice((-1, 0, 1)) for s in range(STATEMENTS)}
    return {(first + p, s): value for p in range(people) for s, value in row.items()}


@pytest.mark.parametrize("seed", range(5))
def test_what_was_made_up_is_found_and_ordinary_people_are_not(seed: int) -> None:
    ordinary = camps((120, 80), STATEMENTS, seed=seed)
    odd = {**all_the_same(15, 1, 200), **all_the_same(5, -1, 215), **clones(12, 220, seed)}
    found = flagged(votes_from({**ordinary, **odd}))
    assert set(range(200, 220)) <= found.straight_line
    assert set(range(220, 232)) <= found.cloned
    assert len([row for row in found.everybody if row < 200]) <= 4


@pytest.mark.parametrize("seed", range(3))
def test_people_without_opinions_are_not_flagged(seed: int) -> None:
    votes = votes_from(without_opinions(300, 40, seed=seed))
    assert len(flagged(votes).everybody) <= 6


def test_few_votes_that_are_the_same_are_no_flag() -> None:
    votes = votes_from({**all_the_same(40, 1, 0, statements=19)})
    assert not flagged(votes).everybody


def test_two_people_with_the_same_votes_are_no_set() -> None:
    assert not flagged(votes_from(clones(2, 0, 1))).cloned
    assert len(flagged(votes_from(clones(3, 0, 1))).cloned) == 3


@pytest.mark.skipif(not SHARED_DATA.is_dir(), reason="real conversations are kept elsewhere")
@pytest.mark.parametrize("name", ["brexit-consensus", "scoop-hivemind.biodiversity"])
def test_hardly_anybody_in_a_real_conversation_is_flagged(name: str) -> None:
    export = read_export(SHARED_DATA / name)
    votes = votes_of(export.votes.participants, export.votes.statements, export.votes.values)
    assert len(flagged(votes).everybody) <= 0.02 * len(votes.participants)


@pytest.fixture
def with_odd_votes(own_rounds: OwnRounds) -> OwnRounds:
    """Give a round in which twelve people agreed with everything."""
    own_rounds.open(statements=STATEMENTS)
    cells = {**camps((50, 30), STATEMENTS), **all_the_same(12, 1, 80)}
    own_rounds.vote(of_statements(cells))
    count(own_rounds)
    return own_rounds


def leave_out(
    rounds: OwnRounds,
    odd: OddSet | None = None,
    *,
    expected: int = 12,
    reason: str = "One school class.",
) -> int:
    with rounds.work() as session:
        found = rounds.get(session)
        return leaving_out.leave_out(
            session,
            found,
            odd or leaving_out.find_set(session, found, "straight_line"),
            reason,
            expected=expected,
            actor_id=None,
            now=NOW,
        ).id


def test_what_is_left_out_counts_no_more_and_both_results_are_shown(
    with_odd_votes: OwnRounds,
) -> None:
    before = newest(with_odd_votes)
    assert before.provenance["flags"] == {"straight_line": 12, "cloned": 12, "hasty": 0}
    leave_out(with_odd_votes)
    conclude(with_odd_votes)
    found = shown(with_odd_votes, "public")
    assert (found.people, found.left_out) == (80, 12)
    assert {one.which: one.difference for one in found.comparisons} == {
        "polis": 0,
        "everybody": 12,
    }
    with with_odd_votes.work() as session:
        entries = audit.entries_about(session, f"round:{before.round_id}")
        assert entries[0].action == "participation.left-out"
        assert entries[0].details["people"] == 12


def test_leaving_out_can_be_undone(with_odd_votes: OwnRounds) -> None:
    decision = leave_out(with_odd_votes)
    with with_odd_votes.work() as session:
        found = with_odd_votes.get(session)
        leaving_out.take_back(session, found, decision, actor_id=None, now=NOW)
    conclude(with_odd_votes)
    assert shown(with_odd_votes).people == 92
    with with_odd_votes.work() as session, pytest.raises(Conflict):
        leaving_out.take_back(
            session, with_odd_votes.get(session), decision, actor_id=None, now=NOW
        )


def test_a_set_that_changed_meanwhile_is_looked_at_again(with_odd_votes: OwnRounds) -> None:
    with pytest.raises(Conflict, match="look at it again"):
        leave_out(with_odd_votes, expected=11)


def test_when_somebody_voted_since_the_set_was_found_it_is_looked_at_again(
    with_odd_votes: OwnRounds,
) -> None:
    with with_odd_votes.work() as session:
        odd = leaving_out.find_set(session, with_odd_votes.get(session), "straight_line")
    with_odd_votes.vote({(500, 1): 1})
    with pytest.raises(Conflict, match="look at it again"):
        leave_out(with_odd_votes, odd)


def test_without_a_reason_nothing_is_left_out(with_odd_votes: OwnRounds) -> None:
    with pytest.raises(Refusal, match="Write down why"):
        leave_out(with_odd_votes, reason=" ")
    with with_odd_votes.work() as session:
        assert session.query(LeftOut).count() == 0


def test_so_few_that_the_difference_would_tell_stay_in(own_rounds: OwnRounds) -> None:
    own_rounds.open(statements=STATEMENTS)
    own_rounds.vote(of_statements({**camps((50,), STATEMENTS), **all_the_same(4, 1, 80)}))
    count(own_rounds)
    with pytest.raises(Refusal, match="stays in"):
        leave_out(own_rounds, expected=4)


def test_when_the_result_stands_nothing_is_left_out(with_odd_votes: OwnRounds) -> None:
    with with_odd_votes.work() as session:
        with_odd_votes.get(session).phase = "answer"
    with pytest.raises(Conflict, match="stands"):
        leave_out(with_odd_votes)


def test_a_moderator_leaves_out_on_the_page_and_takes_back(
    with_odd_votes: OwnRounds, sign_in_as: SignInAs
) -> None:
    moderator = sign_in_as("adviseur")
    page = moderator.get("/participation/cameras/flags").text
    assert "12 people." in page
    address = "/participation/cameras/flags/straight_line"
    refused = submit(moderator, address, {"reason": "", "expected": "12"})
    assert refused.status_code == 422
    done = submit(moderator, address, {"reason": "One school class.", "expected": "12"})
    assert done.status_code == 303
    page = moderator.get("/participation/cameras/flags").text
    assert "One school class." in page
    assert "counted again within a few minutes" in page
    with with_odd_votes.work() as session:
        number = session.query(LeftOut.id).scalar()
        out = session.query(Participant).filter(Participant.left_out_id.is_not(None)).count()
        assert out == 12
    undone = submit(
        moderator, f"/participation/cameras/flags/{number}/undo", on="/participation/cameras/flags"
    )
    assert undone.status_code == 303
    with with_odd_votes.work() as session:
        assert session.query(Participant).filter(Participant.left_out_id.is_not(None)).count() == 0


def test_who_may_not_judge_may_not_leave_out(
    with_odd_votes: OwnRounds, sign_in_as: SignInAs, client: FlaskClient
) -> None:
    reader = sign_in_as("civil_servant")
    assert reader.get("/participation/cameras/flags").status_code == 200
    assert reader.get("/participation/cameras/flags/straight_line").status_code == 403
    assert client.get("/participation/cameras/flags").status_code in (302, 303, 401)


def test_a_set_that_is_not_there_is_not_found(
    with_odd_votes: OwnRounds, sign_in_as: SignInAs
) -> None:
    moderator = sign_in_as("adviseur")
    for pattern in ("hasty", "anything"):
        assert moderator.get(f"/participation/cameras/flags/{pattern}").status_code == 404
