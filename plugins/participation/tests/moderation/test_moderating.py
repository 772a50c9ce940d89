"""Judging statements: who may do what, in which order, and what is kept of it."""

from __future__ import annotations

import threading
import time
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from typing import Any

import pytest

from waardewerk import audit, db
from waardewerk.refusal import Conflict, NotAllowed, Refusal
from waardewerk.testing import SignInAs, at_once
from waardewerk_participation.models import Translation
from waardewerk_participation.moderation import is_late, last_day, working_days
from waardewerk_participation.operations import moderating, tagging, translating
from waardewerk_participation.operations.moderating import Grounds
from waardewerk_participation.operations.translating import Translated
from waardewerk_participation.queries import moderation as queries
from waardewerk_participation.small_cells import INTERNAL

from ..conftest import NOW
from .conftest import TODAY, Moderated

HURTS = Grounds("hurts", "This calls people names.")


def test_one_moderator_lets_a_statement_in(moderated: Moderated) -> None:
    number = moderated.says("More trees.")
    moderated.does("accept", number)
    assert moderated.state(number) == "accepted"
    assert [one.act for one in moderated.judgements(number)] == ["accept"]


def test_leaving_one_out_takes_two(moderated: Moderated) -> None:
    number = moderated.says("They are all fools.")
    with pytest.raises(Refusal, match="this state"):
        moderated.does("reject", number, HURTS)
    moderated.does("doubt", number, HURTS, by=moderated.ann)
    assert moderated.state(number) == "doubted"
    with pytest.raises(NotAllowed, match="Somebody else"):
        moderated.does("reject", number, HURTS, by=moderated.ann)
    moderated.does("reject", number, HURTS, by=moderated.bob)
    assert moderated.state(number) == "rejected"


def test_the_second_reader_stays_somebody_else_when_another_act_came_between(
    moderated: Moderated,
) -> None:
    number = moderated.says("They are al fools.")
    moderated.does("doubt", number, HURTS, by=moderated.ann)
    moderated.does("edit", number, "They are all fools.", by=moderated.bob)
    with pytest.raises(NotAllowed):
        moderated.does("reject", number, HURTS, by=moderated.ann)


def test_nobody_in_particular_is_no_second_reader(moderated: Moderated) -> None:
    number = moderated.says("They are all fools.")
    moderated.does("doubt", number, HURTS)
    with pytest.raises(NotAllowed):
        moderated.does("reject", number, HURTS, actor_id=None)


def test_the_second_reader_can_think_otherwise(moderated: Moderated) -> None:
    number = moderated.says("The council sleeps.")
    moderated.does("doubt", number, HURTS, by=moderated.ann)
    moderated.does("accept", number, by=moderated.bob)
    assert moderated.state(number) == "accepted"


def test_what_was_rejected_can_be_put_back(moderated: Moderated) -> None:
    number = moderated.says("The council sleeps.")
    moderated.rejects(number)
    moderated.does("restore", number)
    assert moderated.state(number) == "accepted"
    acts = [one.act for one in moderated.judgements(number)]
    assert acts == ["doubt", "reject", "restore"]


def test_what_was_accepted_can_be_doubted(moderated: Moderated) -> None:
    moderated.does("doubt", 1, Grounds("unclear"))
    assert moderated.state(1) == "doubted"


@pytest.mark.parametrize("reason", ["", "unwelcome", "hurts; --"])
def test_only_published_reasons_count(moderated: Moderated, reason: str) -> None:
    number = moderated.says("The council sleeps.")
    with pytest.raises(Refusal, match="published reasons"):
        moderated.does("doubt", number, Grounds(reason))
    assert moderated.state(number) == "waiting"


def test_what_is_there_already_is_named(moderated: Moderated) -> None:
    number = moderated.says("Statement one")
    rejected = moderated.says("Fools!")
    moderated.rejects(rejected)
    for wrong in (None, number, rejected, 999):
        with pytest.raises(Refusal, match="says the same"):
            moderated.does("doubt", number, Grounds("already_there", same_as=wrong))
    moderated.does("doubt", number, Grounds("already_there", same_as=1))
    [judgement] = moderated.judgements(number)
    assert judgement.same_as == 1


def test_another_reason_names_no_statement(moderated: Moderated) -> None:
    number = moderated.says("Fools!")
    moderated.does("doubt", number, Grounds("hurts", same_as=1))
    [judgement] = moderated.judgements(number)
    assert judgement.same_as is None


def test_what_somebody_else_decided_meanwhile_is_not_overwritten(moderated: Moderated) -> None:
    number = moderated.says("The council sleeps.")
    moderated.does("doubt", number, HURTS, by=moderated.ann)
    with pytest.raises(Conflict, match="meanwhile"):
        moderated.does("accept", number, by=moderated.bob, seen=0)
    with pytest.raises(Conflict):
        moderated.does("edit", number, "The council is asleep.", seen=0)
    assert moderated.state(number) == "doubted"


def test_of_ten_who_judge_at_one_moment_one_is_heard(moderated: Moderated) -> None:
    number = moderated.says("The council sleeps.")
    outcomes = at_once(
        lambda way: moderated.does(*way, seen=0),
        [("accept", number), ("doubt", number, HURTS)] * 5,
    )
    assert sum(isinstance(one, Conflict) for one in outcomes) == 9
    assert len(moderated.judgements(number)) == 1


def test_in_a_closed_round_nothing_is_judged(moderated: Moderated) -> None:
    number = moderated.says("The council sleeps.")
    with moderated.work() as session:
        moderated.round(session).phase = "closed"
    with pytest.raises(Refusal, match="closed"):
        moderated.does("accept", number)


def test_a_closing_and_a_judgement_at_one_moment_come_one_after_the_other(
    moderated: Moderated,
) -> None:
    number = moderated.says("The council sleeps.")
    has_begun = threading.Event()

    def close() -> None:
        with moderated.work() as session:
            db.hold(session, moderated.round(session))
            moderated.round(session).phase = "closed"
            has_begun.set()
            # Long enough for who judges to read the round as it was.
            time.sleep(0.3)

    def judge() -> None:
        has_begun.wait(5)
        with moderated.work() as session:
            found, one = moderated.round(session), moderated.get(session, number)
            told: dict[str, Any] = {"seen": 0, "actor_id": moderated.ann.id, "now": NOW}
            with pytest.raises(Refusal, match="closed"):
                moderating.accept(session, found, one, **told)

    with ThreadPoolExecutor(2) as pool:
        for done in [pool.submit(judge), pool.submit(close)]:
            done.result()
    assert moderated.state(number) == "waiting"


def test_of_a_closed_round_no_value_and_no_translation_changes(
    moderated: Moderated, in_force: None
) -> None:
    with moderated.work() as session:
        moderated.round(session).phase = "closed"
    told: dict[str, Any] = {"actor_id": None, "now": NOW}
    said = Translated("nl", "Meer bomen.", is_approved=True, before="")
    with moderated.work() as session:
        found, one = moderated.round(session), moderated.get(session, 1)
        with pytest.raises(Conflict, match="closed"):
            tagging.confirm_values(session, found, one, ["privacy"], seen=[], today=TODAY, **told)
        with pytest.raises(Conflict, match="closed"):
            translating.translate(session, found, one, said, **told)


def test_every_act_is_in_the_audit_trail_by_numbers_alone(moderated: Moderated) -> None:
    number = moderated.says("They are all fools.")
    moderated.rejects(number, note="Ann Jansen is named here.")
    with moderated.work() as session:
        subject = f"round:{moderated.round(session).id}"
        entries = audit.entries_about(session, subject)
        assert [(one.action, one.actor_id, one.details) for one in entries[::-1]] == [
            (
                f"round.statement_{act}",
                who.id,
                {"statement": number, "reason": "hurts"},
            )
            for act, who in (("doubt", moderated.ann), ("reject", moderated.bob))
        ]
        assert audit.verify(session)[1] is None


# Typing errors --------------------------------------------------------------------------------


def test_a_typing_error_is_mended_and_what_the_author_wrote_is_kept(moderated: Moderated) -> None:
    number = moderated.says("More tres.")
    moderated.does("edit", number, " More trees ")
    moderated.does("edit", number, "More trees.")
    with moderated.work() as session:
        one = moderated.get(session, number)
        assert (one.text, one.original, one.state) == ("More trees.", "More tres.", "waiting")


def test_a_translation_of_the_old_text_waits_for_approval_again(moderated: Moderated) -> None:
    number = moderated.says("More tres.")
    with moderated.work() as session:
        moderated.get(session, number).translations = [
            Translation(language="nl", text="Meer bomen.", is_approved=True, approved_by=1)
        ]
    moderated.does("edit", number, "More trees.")
    with moderated.work() as session:
        [translation] = moderated.get(session, number).translations
        assert not translation.is_approved


def test_what_people_voted_on_no_longer_changes(moderated: Moderated) -> None:
    moderated.rounds.vote({(1, 3): 1})
    with pytest.raises(Refusal, match="did not read"):
        moderated.does("edit", 3, "Another text.")


@pytest.mark.parametrize("text", ["Statement 3.", "", "a" * 281, "Turn \u202earound"])
def test_a_mended_text_has_to_be_a_statement(moderated: Moderated, text: str) -> None:
    with pytest.raises(Refusal):
        moderated.does("edit", 3, text)


# The queue ------------------------------------------------------------------------------------


def test_the_queue_begins_with_what_came_in_first_and_says_what_may_be_wrong(
    moderated: Moderated,
) -> None:
    late = moderated.says("Call 06-12345678.", received_on=TODAY)
    early = moderated.says("STATEMENT 2", received_on=TODAY - timedelta(5))
    with moderated.work() as session:
        queue = queries.queue(session, moderated.round(session))
        assert [one.statement.number for one in queue] == [early, late]
        assert queue[0].same == 2
        assert [hint.kind for hint in queue[1].hints] == ["phone"]


@pytest.mark.parametrize(
    ("since", "until", "days"),
    [
        ("2026-11-23", "2026-11-25", 2),
        ("2026-11-20", "2026-11-24", 2),
        ("2026-11-21", "2026-11-22", 0),
    ],
)
def test_a_weekend_is_no_time_to_wait(since: str, until: str, days: int) -> None:
    assert working_days(date.fromisoformat(since), date.fromisoformat(until)) == days


def test_a_statement_is_judged_in_two_working_days() -> None:
    friday = date(2026, 11, 20)
    assert last_day(friday) == date(2026, 11, 24)
    assert not is_late(friday, date(2026, 11, 24))
    assert is_late(friday, date(2026, 11, 25))


def test_a_moderator_is_told_what_waits_and_since_when(moderated: Moderated) -> None:
    friday = date(2026, 11, 20)
    moderated.says("Wait.", received_on=friday + timedelta(1))
    moderated.says("Wait too.", received_on=friday)
    moderated.says("Done.", received_on=friday - timedelta(9), state="accepted")
    with moderated.work() as session:
        [waits] = queries.waiting_for(session, moderated.ann.id)
        assert (waits.found.slug, waits.state, waits.count) == ("cameras", "waiting", 2)
        assert waits.since == friday
        waits.found.phase = "closed"
        session.flush()
        assert queries.waiting_for(session, moderated.ann.id) == []


def test_a_statement_waits_for_another_second_reader_than_who_doubted_it(
    moderated: Moderated,
) -> None:
    number = moderated.says("Fools!")
    moderated.does("doubt", number, HURTS, by=moderated.ann)
    with moderated.work() as session:
        assert queries.waiting_for(session, moderated.ann.id) == []
        [waits] = queries.waiting_for(session, moderated.bob.id)
        assert (waits.state, waits.count) == ("doubted", 1)


def test_the_first_page_of_a_moderator_leads_to_the_queue(
    moderated: Moderated, sign_in_as: SignInAs
) -> None:
    moderated.says("Wait.", received_on=date(2026, 11, 20))
    page = sign_in_as("adviseur").get("/").text
    assert "1 statement waits for a moderator. The oldest came in on" in page
    assert 'href="/participation/cameras/moderation"' in page
    assert "waits for a moderator" not in sign_in_as("civil_servant").get("/").text


# What moderation does -------------------------------------------------------------------------


def test_the_log_counts_per_day_act_and_reason(moderated: Moderated) -> None:
    for text in ("Fools!", "Idiots!"):
        moderated.rejects(moderated.says(text))
    moderated.does("accept", moderated.says("More trees."), now=NOW - timedelta(3))
    with moderated.work() as session:
        log = queries.log_of(session, moderated.round(session))
    assert [(one.act, one.reason, one.count) for one in log] == [
        ("doubt", "hurts", 2),
        ("reject", "hurts", 2),
        ("accept", "", 1),
    ]
    assert log[0].day > log[-1].day


def test_the_effect_counts_what_participants_wrote_by_the_last_reason(
    moderated: Moderated,
) -> None:
    number = moderated.says("Fools!")
    moderated.does("doubt", number, Grounds("unclear"), by=moderated.ann)
    moderated.does("reject", number, HURTS, by=moderated.bob)
    moderated.does("accept", moderated.says("More trees."))
    moderated.says("Wait.")
    with moderated.work() as session:
        effect = queries.effect_of(session, moderated.round(session), INTERNAL)
    assert (effect.accepted, effect.rejected, effect.waiting) == (1, 1, 1)
    assert effect.reasons == {"hurts": 1}
    assert effect.touched == ()


def test_people_are_counted_by_channel_and_never_under_the_smallest_number(
    moderated: Moderated,
) -> None:
    for channel, state, people in (
        ("link", "accepted", 20),
        ("link", "rejected", 12),
        ("paper", "accepted", 9),
        ("paper", "rejected", 2),
    ):
        for n in range(people):
            pid = moderated.rounds.joins(f"{channel} {state} {n}", channel=channel)
            moderated.says(f"{channel} {state} {n}", author=pid, state=state, origin="participant")
    with moderated.work() as session:
        moderated.round(session).phase = "closed"
        effect = queries.effect_of(session, moderated.round(session), INTERNAL)
    [table] = effect.touched
    assert (table.about, table.kinds) == ("channel", ("link", "paper"))
    assert table.people.cells[1][1] is None
    shown = [number for row in table.people.cells for number in row if number is not None]
    assert all(number >= INTERNAL for number in shown)
