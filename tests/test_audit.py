"""The audit trail: append-only, and a change behind its back shows."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from waardewerk import audit
from waardewerk.testing import UnitOfWork

NOW = datetime(2026, 11, 24, 12, 0, 0, 123456, tzinfo=UTC)


@pytest.fixture
def five_entries(unit_of_work: UnitOfWork) -> UnitOfWork:
    """A trail of five entries."""
    with unit_of_work() as session:
        for number in range(5):
            audit.record(
                session,
                "thing.done",
                f"thing:{number}",
                actor_id=number,
                now=NOW,
                details={"n": number, "é": ["ü", None, 1.5]},
            )
    return unit_of_work


def verify(unit_of_work: UnitOfWork) -> tuple[int, audit.Break | None]:
    with unit_of_work() as session:
        return audit.verify(session)


def test_a_trail_that_nobody_touched_is_unbroken(five_entries: UnitOfWork) -> None:
    assert verify(five_entries) == (5, None)


def test_an_empty_trail_is_unbroken(unit_of_work: UnitOfWork) -> None:
    assert verify(unit_of_work) == (0, None)


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("action", "thing.undone"),
        ("subject", "thing:9"),
        ("actor_id", 9),
        ("details", json.dumps({"n": 9})),
        ("at", "2020-01-01 00:00:00"),
    ],
)
def test_a_changed_column_is_found_at_its_entry(
    five_entries: UnitOfWork, column: str, value: object
) -> None:
    with five_entries() as session:
        is_postgresql = session.get_bind().dialect.name == "postgresql"
        kinds = {"details": "jsonb", "at": "timestamptz"}
        is_cast = is_postgresql and column in kinds
        place = f"CAST(:value AS {kinds[column]})" if is_cast else ":value"
        change = text(f"UPDATE audit_entry SET {column} = {place} WHERE id = 3")
        session.execute(change, {"value": value})
    assert verify(five_entries) == (2, audit.Break(3, "its content was changed"))


def test_a_removed_entry_is_found_at_the_next(five_entries: UnitOfWork) -> None:
    with five_entries() as session:
        session.execute(text("DELETE FROM audit_entry WHERE id = 2"))
    count, broken = verify(five_entries)
    assert (count, broken.entry_id) == (1, 3)


def test_an_entry_in_between_is_found(five_entries: UnitOfWork) -> None:
    with five_entries() as session:
        session.execute(text("UPDATE audit_entry SET id = 7 WHERE id = 5"))
        session.execute(
            text(
                "INSERT INTO audit_entry (id, at, action, subject, details, previous, hash) "
                "SELECT 6, at, action, subject, details, previous, hash "
                "FROM audit_entry WHERE id = 4"
            )
        )
    assert verify(five_entries)[1].entry_id == 6


def test_our_own_code_cannot_change_or_remove_an_entry(five_entries: UnitOfWork) -> None:
    with pytest.raises(RuntimeError, match="append-only"), five_entries() as session:
        session.get_one(audit.AuditEntry, 3).action = "thing.undone"
    with pytest.raises(RuntimeError, match="append-only"), five_entries() as session:
        session.delete(session.get_one(audit.AuditEntry, 3))
    assert verify(five_entries) == (5, None)


def test_an_entry_lives_and_dies_with_its_transaction(abandon, unit_of_work: UnitOfWork) -> None:
    abandon(lambda s: audit.record(s, "thing.done", "thing:1", actor_id=None, now=NOW))
    assert verify(unit_of_work) == (0, None)


def test_writers_at_the_same_time_make_one_chain(unit_of_work: UnitOfWork) -> None:
    def write(number: int) -> None:
        with unit_of_work() as session:
            audit.record(session, "thing.done", f"thing:{number}", actor_id=None, now=NOW)

    with ThreadPoolExecutor(6) as pool:
        list(pool.map(write, range(30)))
    assert verify(unit_of_work) == (30, None)


def test_the_clock_of_another_zone_gives_the_same_moment(unit_of_work: UnitOfWork) -> None:
    there = NOW.astimezone(timezone(timedelta(hours=2)))
    with unit_of_work() as session:
        audit.record(session, "thing.done", "thing:1", actor_id=None, now=there)
    assert verify(unit_of_work) == (1, None)


def test_the_newest_about_a_subject_comes_first(five_entries: UnitOfWork) -> None:
    with five_entries() as session:
        audit.record(session, "thing.seen", "thing:3", actor_id=None, now=NOW)
        found = [entry.action for entry in audit.entries_about(session, "thing:3")]
    assert found == ["thing.seen", "thing.done"]
