from __future__ import annotations

import hashlib

from sqlalchemy import update

from waardewerk_participation.models import Participant, Vote
from waardewerk_participation.queries.rounds import statements_of
from waardewerk_participation.queries.votes import manifest_of

from .conftest import NOW, OwnRounds, Run
from .counted import TWO_CAMPS, conclude, count, of_statements


def test_a_round_of_ones_own_comes_out_the_same_without_its_key(
    own_rounds: OwnRounds, run: Run
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    count(own_rounds)
    own_rounds.vote(of_statements({(person, 0): 1 for person in range(12)}, first_person=500))
    conclude(own_rounds)
    with own_rounds.work() as session:
        own_rounds.keys.destroy(own_rounds.get(session).key_name)
    result = run("recount", "cameras")
    assert result.exit_code == 0, result.output
    assert result.output.count("the same, bit for bit") == 2


def test_recounting_says_where_a_kept_result_differs_and_names_nobody(
    own_rounds: OwnRounds, run: Run
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    conclude(own_rounds)
    with own_rounds.work() as session:
        pid = min(row.pid for row in session.query(Participant))
        session.execute(update(Vote).where(Vote.pid == pid).values(value=0))
    result = run("recount", "cameras")
    assert result.exit_code == 1
    assert "stable: NOT the same; it differs in input_hash" in result.output
    assert pid.hex() not in result.output


def test_a_statement_that_is_hidden_later_does_not_change_what_was_counted(
    own_rounds: OwnRounds, run: Run
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    conclude(own_rounds)
    with own_rounds.work() as session:
        statement = statements_of(session, own_rounds.get(session))[0]
        statement.state, statement.is_meta = "rejected", True
    result = run("recount", "cameras")
    assert result.exit_code == 0, result.output
    assert result.output.count("the same, bit for bit") == 2


def test_recounting_a_closed_round_tells_whether_its_votes_are_those_at_closing(
    own_rounds: OwnRounds, run: Run
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    conclude(own_rounds)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        found.phase = "closed"
        found.manifest = {**manifest_of(session, found), "version": "0.0.1"}
    result = run("recount", "cameras")
    assert result.exit_code == 0, result.output
    assert "votes: the same as at closing" in result.output
    with own_rounds.work() as session:
        pid = min(row.pid for row in session.query(Participant))
        session.execute(update(Vote).where(Vote.pid == pid).values(value=0))
    result = run("recount", "cameras")
    assert result.exit_code == 1
    assert "votes: NOT those at closing; they differ in root" in result.output


def test_before_anything_was_counted_that_is_said(own_rounds: OwnRounds, run: Run) -> None:
    own_rounds.open()
    result = run("recount", "cameras")
    assert (result.exit_code, result.output) == (0, "Nothing was counted yet.\n")


def test_after_the_votes_are_removed_that_is_said(own_rounds: OwnRounds, run: Run) -> None:
    own_rounds.open(votes_removed_at=NOW)
    result = run("recount", "cameras")
    assert result.exit_code == 1
    assert "were removed, as was promised" in result.output


def test_who_is_in_which_group_of_ones_own_round_is_never_printed(
    own_rounds: OwnRounds, run: Run
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    result = run("groups", "cameras")
    assert result.exit_code == 1
    assert "imported open data" in result.output


def test_the_manifest_changes_with_every_vote_and_with_nothing_else(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        before = manifest_of(session, found)
        assert before == manifest_of(session, found)
        assert (before["people"], before["votes"], before["statements"]) == (
            100,
            len(TWO_CAMPS),
            12,
        )
        vote = session.query(Vote).order_by(Vote.pid, Vote.statement_id).first()
        assert vote is not None
        vote.value = -1 if vote.value == 1 else 1
        session.flush()
        after = manifest_of(session, found)
    assert after["root"] != before["root"]
    assert {**after, "root": ""} == {**before, "root": ""}


def test_the_root_is_what_the_manual_says(own_rounds: OwnRounds) -> None:
    own_rounds.open()
    own_rounds.vote(of_statements({(0, 1): 1, (0, 0): -1, (1, 3): 0}))
    with own_rounds.work() as session:
        rows = session.query(Vote.pid, Vote.value, Vote.statement_id).all()
        found = own_rounds.get(session)
        numbers = {one.id: one.number for one in statements_of(session, found)}
        told = sorted((row.pid, numbers[row.statement_id], row.value) for row in rows)
        by_hand = b"".join(
            pid + number.to_bytes(4, "big") + bytes([value + 1]) for pid, number, value in told
        )
        assert manifest_of(session, found)["root"] == hashlib.sha256(by_hand).hexdigest()
