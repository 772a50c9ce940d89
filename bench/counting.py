"""Measures the job that counts a round while people vote: from looking to keeping what it found.

python bench/counting.py [--people 2000] [--statements 300] [--each 50] [--times 3]

The votes are those of `groups.py`, in a round of one's own on SQLite. Reading them and the whole
job are shown apart; `nothing new` is the job when nobody voted since.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from groups import planted
from sqlalchemy import delete, insert, select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.app import create_app
from waardewerk.serving import prepare
from waardewerk_participation import counting_job
from waardewerk_participation.models import Participant, Result, Round, Statement, Vote
from waardewerk_participation.queries import votes as kept_votes
from waardewerk_participation.queries.rounds import get_own_round

NOW = datetime.now(UTC)


@contextmanager
def installation() -> Iterator[None]:
    """Make an empty installation that is gone afterwards."""
    with tempfile.TemporaryDirectory() as folder:
        os.environ["WAARDEWERK_VAR"] = folder
        app = create_app()
        prepare(app)
        with app.app_context():
            yield


def hold(session: Session, people: int, statements: int, each: int) -> None:
    """Let made-up people vote in a round."""
    found = Round(
        slug="bench",
        title="Bench",
        is_imported=False,
        made_at=NOW,
        phase="vote",
        opens_at=NOW - timedelta(1),
        closes_at=NOW + timedelta(1),
        languages=["en"],
    )
    session.add(found)
    session.flush()
    texts = [
        {"round_id": found.id, "number": number, "text": f"Statement {number}", "language": "en"}
        for number in range(1, statements + 1)
    ]
    session.execute(insert(Statement), texts)
    ids = list(session.scalars(select(Statement.id).order_by(Statement.number)))
    pids = [os.urandom(16) for _person in range(people)]
    joined = [{"pid": pid, "round_id": found.id, "channel": "link"} for pid in pids]
    session.execute(insert(Participant), joined)
    made = planted(people, statements, each)
    columns = (made[one].tolist() for one in ("statements", "participants", "values"))
    rows = [
        {"statement_id": ids[statement], "pid": pids[person], "value": value}
        for statement, person, value in zip(*columns, strict=True)
    ]
    session.execute(insert(Vote), rows)


def timed(work: Callable[[], object]) -> str:
    """Run once; tell seconds, and those of the processor."""
    begin, used = time.perf_counter(), time.process_time()
    work()
    took, used = time.perf_counter() - begin, time.process_time() - used
    return f"{took:6.2f} s ({used:.2f} of CPU)"


def run_job() -> None:
    """Do what the worker does."""
    with db.current().reading() as session:
        counting_job.run(session, {})


def read() -> None:
    """Read what a count is made of."""
    with db.current().reading() as session:
        found = get_own_round(session, "bench")
        statements = kept_votes.counted_statements(session, found)
        kept_votes.current_votes(session, found, statements, with_left_out=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--people", type=int, default=2_000)
    parser.add_argument("--statements", type=int, default=300)
    parser.add_argument("--each", type=int, default=50, help="votes of each")
    parser.add_argument("--times", type=int, default=3)
    options = parser.parse_args()
    with installation():
        with db.current().transaction() as session:
            hold(session, options.people, options.statements, options.each)
        print(f"{options.people * options.each} votes, the job every {counting_job.EVERY}")
        for _time in range(options.times):
            print(f"  reading {timed(read)}, the job {timed(run_job)}", end="")
            print(f", nothing new {timed(run_job)}", flush=True)
            with db.current().transaction() as session:
                session.execute(delete(Result))


if __name__ == "__main__":
    main()
