"""What closing brings about, the end of keys and votes, and nothing left in the files."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from flask.testing import FlaskClient
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import text

from waardewerk import audit, db, jobs
from waardewerk.config import Config
from waardewerk.i18n import ZONE, day_of
from waardewerk.refusal import Refusal
from waardewerk.testing import AddPerson, SignInAs, UnitOfWork, submit
from waardewerk_participation import keeping, pseudonyms, terms, traces
from waardewerk_participation.keys import KeyGone
from waardewerk_participation.models import (
    BackgroundAnswer,
    BackgroundQuestion,
    Code,
    CodeBatch,
    Follower,
    PaperBatch,
    PaperEntry,
    Participant,
    Point,
    Result,
    Round,
    Statement,
    Vote,
)
from waardewerk_participation.operations import closing, counting, forgetting
from waardewerk_participation.operations.closing import destroy_key

from .conftest import Run, camps

NOW = datetime.now(UTC)
TODAY = day_of(NOW)


def cells(sizes: tuple[int, ...]) -> dict[tuple[int, int], int]:
    """Let camps of these sizes vote on statements 1 to 12."""
    voted = camps(sizes, 12)
    return {(person, number + 1): value for (person, number), value in voted.items()}


def a_round_with_everything(own_rounds: Any, unit_of_work: UnitOfWork, **changes: Any) -> None:
    """Hold a round in which people came by link, letter and booklet, and close it."""
    own_rounds.open(**{"phase": "closed", "closed_at": NOW, **changes})
    own_rounds.vote(cells((6, 4)))
    with unit_of_work() as session:
        found = own_rounds.get(session)
        key = own_rounds.keys.read(found.key_name)
        author = session.query(Participant.pid).filter_by(round_id=found.id).first()[0]
        session.query(Statement).filter_by(round_id=found.id, number=3).one().author = author
        letters = CodeBatch(round_id=found.id, label="Town", size=50, made_on=TODAY)
        pile = PaperBatch(round_id=found.id, label="Pile", made_on=TODAY)
        asked = BackgroundQuestion(round_id=found.id, position=1, label={}, options=[])
        session.add_all([letters, pile, asked])
        session.flush()
        session.add_all(
            [
                *(
                    Code(hash=pseudonyms.invitation(key, f"CODE{number:08}"), batch_id=letters.id)
                    for number in range(3)
                ),
                PaperEntry(
                    batch_id=pile.id, booklet=1, turn=1, pid=author, votes={}, background={}
                ),
                BackgroundAnswer(pid=author, question_id=asked.id, option="young"),
                Result(
                    round_id=found.id,
                    engine="stable",
                    engine_version=1,
                    seed=1,
                    provenance={},
                    fingerprint="f",
                    counted_at=NOW,
                    shown={},
                ),
                Point(round_id=found.id, kind="added", statement_id=_any(found), figures={}),
            ]
        )


def _any(found: Round) -> int:
    from sqlalchemy.orm import object_session

    session = object_session(found)
    assert session is not None
    number: int = session.query(Statement.id).filter_by(round_id=found.id).first()[0]
    return number


def counts(unit_of_work: UnitOfWork, *tables: Any) -> list[int]:
    """Count the rows of tables."""
    with unit_of_work() as session:
        return [session.query(table).count() for table in tables]


def test_the_key_goes_with_all_that_it_could_link(
    own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    a_round_with_everything(own_rounds, unit_of_work)
    with unit_of_work() as session:
        found = own_rounds.get(session)
        assert destroy_key(session, found, own_rounds.keys, actor_id=4, now=NOW)
        assert not destroy_key(session, found, own_rounds.keys, actor_id=4, now=NOW)
        assert not own_rounds.keys.has(found.key_name)
        with pytest.raises(KeyGone):
            own_rounds.keys.read(found.key_name)
        entry = audit.entries_about(session, f"round:{found.id}")
    assert [(one.action, one.details) for one in entry] == [
        ("participation.key_destroyed", {"codes": 3, "booklets": 1, "authors": 1})
    ]
    assert counts(unit_of_work, Code, PaperEntry) == [0, 0]
    assert counts(unit_of_work, Participant, Result, Point) == [10, 1, 1]
    with unit_of_work() as session:
        assert session.query(Statement).filter(Statement.author.is_not(None)).count() == 0


def test_a_key_that_was_lost_before_is_written_down_as_gone(
    own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    a_round_with_everything(own_rounds, unit_of_work)
    with unit_of_work() as session:
        found = own_rounds.get(session)
        own_rounds.keys.destroy(found.key_name)
        assert destroy_key(session, found, own_rounds.keys, actor_id=None, now=NOW)
        assert found.key_destroyed_at == NOW


@pytest.mark.parametrize("phase", ["prepare", "vote", "analyse", "answer"])
def test_the_key_of_a_round_that_goes_on_stays(
    own_rounds: Any, unit_of_work: UnitOfWork, phase: str
) -> None:
    own_rounds.open(phase=phase)
    with unit_of_work() as session:
        found = own_rounds.get(session)
        with pytest.raises(Refusal, match="Close the round first"):
            destroy_key(session, found, own_rounds.keys, actor_id=None, now=NOW)
        assert own_rounds.keys.has(found.key_name)


def test_by_hand_somebody_types_which_round_it_is(
    own_rounds: Any, unit_of_work: UnitOfWork, sign_in_as: SignInAs
) -> None:
    a_round_with_everything(own_rounds, unit_of_work)
    adviser = sign_in_as("adviseur")
    page, post = "/participation/cameras/closing", "/participation/cameras/closing/destroy-key"
    assert "goes on" in adviser.get(page).text
    wrong = submit(adviser, post, {"typed": "bins"}, on=page)
    assert wrong.status_code == 422
    assert "not the short name of this round: cameras." in wrong.text
    assert submit(adviser, post, {"typed": " Cameras "}, on=page).status_code == 303
    assert "destroyed on" in adviser.get(page).text
    assert 'action="/participation/cameras/closing/destroy-key"' not in adviser.get(page).text


def test_who_may_only_read_destroys_nothing(
    own_rounds: Any, unit_of_work: UnitOfWork, sign_in_as: SignInAs
) -> None:
    a_round_with_everything(own_rounds, unit_of_work)
    reader = sign_in_as("civil_servant")
    assert "Destroy the key" not in reader.get("/participation/cameras/closing").text
    token = submit(reader, "/participation/cameras/closing/destroy-key", on="/account")
    assert token.status_code == 403


def test_by_itself_the_key_goes_after_its_days_and_votes_after_their_months(
    app: Flask, own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    a_round_with_everything(
        own_rounds, unit_of_work, closed_at=NOW - timedelta(31), key_days=30, keep_months=2
    )
    with unit_of_work() as session:
        assert (keeping.KEYS.expire(session, keeping.KEYS.keep), _votes(session)) == (1, 0)
        assert keeping.KEYS.expire(session, keeping.KEYS.keep) == 0
        own_rounds.get(session).closed_at = NOW - timedelta(70)
    with unit_of_work() as session:
        assert _votes(session) == 10
        assert _votes(session) == 0
        found = own_rounds.get(session)
        done = [one.action for one in audit.entries_about(session, _subject(found))]
    assert done == ["participation.votes_removed", "participation.key_destroyed"]
    assert counts(unit_of_work, Participant, Vote, BackgroundAnswer) == [0, 0, 0]
    assert counts(unit_of_work, Result, Point, Statement) == [1, 1, 12]


def _votes(session: Any) -> int:
    return keeping.VOTES.expire(session, keeping.VOTES.keep)


def _subject(found: Round) -> str:
    return f"round:{found.id}"


def test_a_day_too_early_nothing_goes(own_rounds: Any, unit_of_work: UnitOfWork) -> None:
    a_round_with_everything(own_rounds, unit_of_work, closed_at=NOW - timedelta(29), key_days=30)
    with unit_of_work() as session:
        assert forgetting.due(session, TODAY) == []


def test_votes_never_outlive_the_wish_to_remove_them_with_their_key_still_there(
    own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    a_round_with_everything(
        own_rounds, unit_of_work, closed_at=NOW - timedelta(70), key_days=9999, keep_months=2
    )
    with unit_of_work() as session:
        forgetting.purge_votes(session, own_rounds.keys, now=NOW)
        found = own_rounds.get(session)
        assert found.key_destroyed_at is not None
        assert not own_rounds.keys.has(found.key_name)


def test_imported_open_data_and_other_rounds_stay(
    own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    a_round_with_everything(own_rounds, unit_of_work, closed_at=NOW - timedelta(999))
    own_rounds.open("bins")
    own_rounds.vote(cells((3, 3)), "bins")
    with unit_of_work() as session:
        forgetting.purge_votes(session, own_rounds.keys, now=NOW)
        assert session.query(Participant).count() == 6
        assert session.query(Vote).count() > 0


def test_what_would_go_is_told_without_doing_it_and_then_done(
    run: Run, app: Flask, own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    a_round_with_everything(own_rounds, unit_of_work, closed_at=NOW - timedelta(31), key_days=30)
    told = run("purge", "--dry-run")
    assert told.exit_code == 0, told.output
    assert "cameras: the key of 10 participants" in told.output
    with unit_of_work() as session:
        assert own_rounds.get(session).key_destroyed_at is None
    assert run("purge").exit_code == 0
    with unit_of_work() as session:
        assert own_rounds.get(session).key_destroyed_at is not None
    assert run("purge").output == "Nothing is over its time.\n"


@given(st.dates(), st.integers(0, 60))
def test_some_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: Any, months: int
) -> None:
    if day.year > 9990:
        return
    later = terms.months_after(day, months)
    assert (later.year * 12 + later.month) - (day.year * 12 + day.month) == months
    assert later.day == day.day or (later + timedelta(1)).day == 1


# Traces --------------------------------------------------------------------------------------


def the_engine(app: Flask) -> Any:
    """Return the engine of the installation's database."""
    database: db.Database = app.extensions[db.EXTENSION]
    return database.engine


def test_rows_tell_no_order_once_they_are_written_anew(
    app: Flask, own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    came = [own_rounds.joins(f"person {number}") for number in range(30)]
    for pid in came:
        with unit_of_work() as session:
            ids = [one.id for one in session.query(Statement).limit(4)]
            session.add_all(Vote(pid=pid, statement_id=one, value=1) for one in ids)
    with unit_of_work() as session:
        before = _as_stored(session)
        own_rounds.get(session).phase = "closed"
    traces.leave_no_order(the_engine(app))
    with unit_of_work() as session:
        after = _as_stored(session)
        assert sorted(pid for pid, _xmin in before) == sorted(pid for pid, _xmin in after)
    if the_engine(app).dialect.name == "postgresql":
        assert [pid for pid, _xmin in before] == came, "without it the order can be read"
        assert len({xmin for _pid, xmin in before}) == 30
        assert len({xmin for _pid, xmin in after}) == 1
    assert [pid for pid, _xmin in after] == sorted(came)


def test_addresses_tell_no_order_either(
    app: Flask, own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(phase="closed")
    came = [f"{number * 7919 % 30:02}" for number in range(30)]
    for token in came:
        with unit_of_work() as session:
            given = {"email": "sealed", "fingerprint": token, "language": "nl", "asked_on": TODAY}
            session.add(Follower(token=token, round_slug="cameras", **given))
    traces.leave_no_order(the_engine(app))
    with unit_of_work() as session:
        if the_engine(app).dialect.name == "sqlite":
            rows = session.execute(text("SELECT token, 0 FROM participation_follower"))
        else:
            stored = "SELECT token, xmin::text FROM participation_follower ORDER BY ctid"
            rows = session.execute(text(stored))
        after = [tuple(row) for row in rows]
    assert [token for token, _xmin in after] == sorted(came)
    assert len({xmin for _token, xmin in after}) == 1


AT_NOON = datetime(2027, 6, 1, 10, tzinfo=UTC)
AT_THREE = datetime(2027, 6, 1, 1, tzinfo=UTC)


def test_the_files_wait_for_the_night_while_people_vote(
    own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(phase="closed")
    with unit_of_work() as session:
        assert not traces.waits_for_night(session, AT_NOON)
    own_rounds.open("bins")
    with unit_of_work() as session:
        assert traces.waits_for_night(session, AT_NOON)
        assert not traces.waits_for_night(session, AT_THREE)


def test_what_waits_for_the_night_is_in_the_queue_once_for_that_night(
    app: Flask, own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    with unit_of_work() as session:
        number = own_rounds.get(session).id
    with app.app_context():
        for _ in range(2):
            traces.put_off(number, AT_NOON)
    with unit_of_work() as session:
        (waits,) = session.query(jobs.QueuedJob).filter_by(name=traces.JOB)
        assert waits.run_at == datetime(2027, 6, 2, 0, tzinfo=UTC)
        assert waits.payload == {"round": number}


@given(st.integers(0, 4 * 365 * 24 * 60))
def test_the_next_night_is_ahead_within_a_day_and_hours_of_nobody(minutes: int) -> None:
    now = datetime(2026, 1, 1, tzinfo=UTC) + timedelta(minutes=minutes)
    night = traces.next_night(now)
    assert timedelta(0) < night - now <= timedelta(hours=26)
    assert night.astimezone(ZONE).hour in traces.NIGHT


def _as_stored(session: Any) -> list[tuple[bytes, Any]]:
    """Read participants as they lie in the file, with the transaction that wrote them."""
    if session.get_bind().dialect.name == "sqlite":
        rows = session.execute(text("SELECT pid, 0 FROM participation_participant"))
    else:
        rows = session.execute(
            text("SELECT pid, xmin::text FROM participation_participant ORDER BY ctid")
        )
    return [(bytes(pid), xmin) for pid, xmin in rows]


def test_rounds_that_go_on_are_not_written_again(
    app: Flask, own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open()
    for number in range(5):
        own_rounds.joins(f"person {number}")
    traces.leave_no_order(the_engine(app))
    with unit_of_work() as session:
        assert len(_as_stored(session)) == 5
        if the_engine(app).dialect.name == "postgresql":
            assert len({xmin for _pid, xmin in _as_stored(session)}) == 5


def test_every_table_with_participants_is_written_anew_and_other_parts_can_add_one() -> None:
    names = {table.name for table in traces._tables_of_participants()}
    assert names >= {
        "participation_participant",
        "participation_vote",
        "participation_background_answer",
    }


def test_who_votes_elsewhere_is_not_kept_waiting_and_it_is_tried_again(
    app: Flask, own_rounds: Any, unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    if the_engine(app).dialect.name != "postgresql":
        return
    monkeypatch.setattr(traces, "PATIENCE", 50)
    own_rounds.open(phase="closed", closed_at=NOW)
    with unit_of_work() as session:
        closing.conclude(session, own_rounds.get(session), now=NOW)
    with the_engine(app).begin() as elsewhere:
        elsewhere.execute(text("LOCK TABLE participation_vote IN ROW EXCLUSIVE MODE"))
        jobs.worker_of(app).run_due(NOW)
    with unit_of_work() as session:
        (waits,) = jobs.troubled(session)
        assert waits.name == traces.JOB
    jobs.worker_of(app).run_due(NOW + timedelta(hours=1))
    with unit_of_work() as session:
        assert jobs.troubled(session) == []


def test_what_was_erased_is_in_no_file_of_the_embedded_database(
    app: Flask, config: Config, own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    if not config.is_sqlite:
        return
    a_round_with_everything(own_rounds, unit_of_work, closed_at=NOW - timedelta(999))
    with unit_of_work() as session:
        pids = [bytes(one) for (one,) in session.query(Participant.pid)]
        codes = [bytes(one) for (one,) in session.query(Code.hash)]
    folder = Path(config.database.removeprefix("sqlite:///"))
    assert all(one in _bytes_beside(folder) for one in (*pids, *codes))
    with unit_of_work() as session:
        forgetting.purge_votes(session, own_rounds.keys, now=NOW)
    jobs.worker_of(app).run_due(datetime.now(UTC))
    assert not any(one in _bytes_beside(folder) for one in (*pids, *codes))


def _bytes_beside(file: Path) -> bytes:
    return b"".join(one.read_bytes() for one in sorted(file.parent.glob(f"{file.name}*")))


def test_closing_asks_for_the_files_to_be_written_anew_once(
    own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(phase="closed", closed_at=NOW)
    own_rounds.open("bins", phase="closed", closed_at=NOW)
    with unit_of_work() as session:
        for _ in range(2):
            closing.conclude(session, own_rounds.get(session), now=NOW)
        assert jobs.waiting(session, traces.JOB) == 1
        closing.conclude(session, own_rounds.get(session, "bins"), now=NOW)
        assert jobs.waiting(session, traces.JOB) == 2, "each round asks for itself"


def test_votes_go_some_at_a_time_and_with_them_what_results_know_of_few(
    own_rounds: Any, unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(forgetting, "AT_ONCE", 3)
    a_round_with_everything(own_rounds, unit_of_work)
    with unit_of_work() as session:
        details = {counting.PROFILES: {"A": {}}, counting.REACTIONS: {"1": 3}}
        session.query(Result).one().provenance = {**details, counting.STATE: "s"}
        votes = session.query(Vote).count()
    with unit_of_work() as session:
        found = own_rounds.get(session)
        gone = forgetting.remove_votes(session, found, own_rounds.keys, actor_id=None, now=NOW)
        assert gone == 10
        entry = audit.entries_about(session, f"round:{found.id}")[0]
        assert entry.details == {"votes": votes, "background": 1, "people": 10}
    assert counts(unit_of_work, Participant, Vote, BackgroundAnswer) == [0, 0, 0]
    with unit_of_work() as session:
        assert session.query(Result).one().provenance == {counting.STATE: "s"}


# Staff ---------------------------------------------------------------------------------------


def test_who_held_a_round_is_handed_over_and_forgotten_and_the_round_stays(
    own_rounds: Any, unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person("adviseur", name="Sam Snel")
    a_round_with_everything(own_rounds, unit_of_work, made_by=person.id)
    with unit_of_work() as session:
        session.query(Point).one().answered_by = person.id
        session.query(PaperEntry).one().typed_by = person.id
    with unit_of_work() as session:
        handed = keeping.STAFF.export(session, person.email)
        assert {(one["what"], one["times"]) for one in handed} == {
            ("made a round", 1),
            ("answered points", 1),
            ("typed booklets", 1),
        }
        assert keeping.STAFF.erase(session, person.email) == 3
        assert keeping.STAFF.export(session, person.email) == []
        assert session.query(Round).count() == 1


def test_every_column_that_can_know_a_person_is_forgotten() -> None:
    """A column that another part adds and this forgets would keep a name."""
    from waardewerk.db import Base

    ends = ("_by", "_id")
    foreign = {"round_id", "statement_id", "question_id", "batch_id", "group_id"}
    foreign |= {"paper_batch_id", "left_out_id"}
    columns = {
        f"{table.name}.{column.name}"
        for table in Base.metadata.tables.values()
        if table.name.startswith("participation_")
        for column in table.columns
        if column.name.endswith(ends)
        and column.name not in foreign
        and column.type.python_type is int
    }
    known = {
        f"{one.column.class_.__tablename__}.{one.column.key}" for one in keeping.PEOPLE_WHO_HOLD
    }
    assert columns == known


def test_years_after_closing_it_is_forgotten_who_held_a_round(
    own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    own_rounds.open(phase="closed", closed_at=NOW - timedelta(6 * 365), made_by=12)
    own_rounds.open("bins", phase="closed", closed_at=NOW - timedelta(4 * 365), made_by=12)
    with unit_of_work() as session:
        assert keeping.STAFF.expire(session, keeping.STAFF.keep) == 1
        assert own_rounds.get(session).made_by is None
        assert own_rounds.get(session, "bins").made_by == 12


# Promises ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("joining", "words"),
    [
        ("open", "with several browsers or devices"),
        ("code", "Who printed the letters"),
        ("named", "confidential, not anonymous"),
    ],
)
def test_everybody_reads_what_is_kept_promised_and_still_possible(
    own_rounds: Any, client: FlaskClient, joining: str, words: str
) -> None:
    own_rounds.open(joining=joining, key_days=17, keep_months=5)
    page = client.get("/r/cameras/privacy")
    assert words in page.text
    assert "17 days after the round is closed" in page.text
    assert "5 months after the round is closed" in page.text
    assert "A vote that is sent twice counts once." in page.text
    assert "Set-Cookie" not in page.headers
