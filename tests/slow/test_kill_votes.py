"""What people who vote are promised, on a server that is killed while they do.

Who sees that a vote was kept has it on disk; who saw nothing can send it again; after the closing
is acknowledged no vote is added; and the result can be counted again from the votes.
``KILLS=50 python3 platform test tests/slow/test_kill_votes.py`` kills it fifty times.
"""

from __future__ import annotations

import http.client
import logging
import random
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from itertools import cycle
from pathlib import Path

import pytest
from sqlalchemy import select

from waardewerk_participation import pseudonyms
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import Round, RoundText, Statement, Vote
from waardewerk_participation.operations import counting, phases
from waardewerk_participation.queries.rounds import get_own_round
from waardewerk_participation.queries.votes import manifest_of, turnout

from .installation import Installation, kill
from .test_kill import KILLS, check_sqlite
from .visitor import PATIENCE, Visitor

log = logging.getLogger(__name__)

NOW = datetime.now(UTC)
PEOPLE, STATEMENTS = 12, 6
AT = "/r/killed/"
VALUES = {"agree": 1, "disagree": -1, "pass": 0}
#: How many votes are confirmed before the server dies.
FEWEST, MOST = 30, 150


class Voter:
    """Somebody who votes on one statement after another, and remembers what was confirmed."""

    def __init__(self, port: int) -> None:
        self.visitor = Visitor(port)
        #: By statement: what was confirmed last, and what was on its way after that.
        self.possible: dict[int, set[str]] = defaultdict(set)
        self.confirmed: set[int] = set()
        self.votes = 0
        self.token = ""
        self.began_last = 0.0
        self.turn = cycle(range(1, STATEMENTS + 1))

    @property
    def secret(self) -> str:
        """What the browser keeps."""
        return self.visitor.cookies.get("ww_killed", "")

    def vote_until_it_breaks(self) -> None:
        """Take part once, then vote until the server is gone or voting is over."""
        try:
            if not self.visitor.cookies:
                assert self.visitor.post(f"{AT}join", {}).status == 303
            # Who voted on everything gets no card any more; what marks their forms stays the same.
            self.token = self.token or self.visitor.get(f"{AT}vote").hidden["form_token"]
            while self._vote():
                pass
        except (OSError, http.client.HTTPException):
            return

    def _vote(self) -> bool:
        number, value = next(self.turn), random.choice(list(VALUES))
        before = set(self.possible[number])
        self.possible[number].add(value)
        began = time.monotonic()
        sent = {"form_token": self.token, "statement": str(number), "vote": value, "back": ""}
        answer = self.visitor.post(f"{AT}vote", sent)
        if answer.status == 409:
            self.possible[number] = before
            return False
        assert answer.status == 303, answer.text
        self.possible[number] = {value}
        self.confirmed.add(number)
        self.votes, self.began_last = self.votes + 1, began
        return True


@pytest.fixture
def installation(tmp_path: Path, database_url: str) -> Iterator[Installation]:
    """An installation on each database, with a round; on PostgreSQL with two workers."""
    workers = 1 if database_url.startswith("sqlite") else 2
    installation = Installation(tmp_path, database_url, workers)
    # The first start makes the tables of the plugin.
    with installation.running():
        hold_a_round(installation)
    yield installation
    installation.database.dispose()


def hold_a_round(installation: Installation) -> None:
    """Let everybody vote on a few statements."""
    with installation.database.transaction() as session:
        found = Round(
            slug="killed",
            title="Killed",
            is_imported=False,
            made_at=NOW,
            phase="vote",
            opens_at=NOW - timedelta(1),
            closes_at=NOW + timedelta(1),
            languages=["en"],
            key_name=keys_of(installation).make(),
        )
        found.texts = [RoundText(language="en", title="Killed", question="Does it last?")]
        session.add(found)
        session.flush()
        session.add_all(
            Statement(round_id=found.id, number=number, text=f"It is {number}.", language="en")
            for number in range(1, STATEMENTS + 1)
        )


def keys_of(installation: Installation) -> Keys:
    """Return the keys as the server sees them."""
    return Keys(installation.app.extensions["waardewerk.config"].key_folder)


def test_no_acknowledged_vote_is_lost_when_the_server_is_killed_and_none_comes_after_closing(
    installation: Installation,
) -> None:
    voters = [Voter(installation.port) for _person in range(PEOPLE)]
    for _ in range(KILLS):
        with installation.running() as server, voting(voters):
            wait_for_votes(voters, random.randint(FEWEST, MOST))
            kill(server)
        check_stored(installation, voters)
    with installation.running():
        with voting(voters):
            wait_for_votes(voters, FEWEST)
            close(installation)
            closed = time.monotonic()
            at_closing = stored(installation)
        for voter in voters:
            voter.visitor.leave()
    assert max(voter.began_last for voter in voters) < closed
    assert stored(installation) == at_closing, "a vote came after the closing was acknowledged"
    check_stored(installation, voters)
    check_count(installation)
    votes = sum(voter.votes for voter in voters)
    log.info("killed %d times, %d votes acknowledged, none of them missing", KILLS, votes)


@contextmanager
def voting(voters: list[Voter]) -> Iterator[None]:
    """Let everybody vote until it breaks or is over."""
    faults: list[BaseException] = []

    def vote(voter: Voter) -> None:
        try:
            voter.vote_until_it_breaks()
        except BaseException as fault:
            faults.append(fault)

    threads = [threading.Thread(target=vote, args=(voter,)) for voter in voters]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for thread in threads:
            thread.join()
        assert not faults


def wait_for_votes(voters: list[Voter], more: int) -> None:
    """Wait until so many more votes are confirmed; the next ones are then on their way."""
    wanted = sum(voter.votes for voter in voters) + more
    ends = time.monotonic() + PATIENCE
    while sum(voter.votes for voter in voters) < wanted:
        assert time.monotonic() < ends, "people cannot vote"
        time.sleep(random.uniform(0, 0.01))


def close(installation: Installation) -> None:
    """End the vote, from another process than the one in which people vote."""
    with installation.app.app_context(), installation.database.transaction() as session:
        found = get_own_round(session, "killed")
        phases.close_voting(session, found, actor_id=None, now=datetime.now(UTC))


def stored(installation: Installation) -> dict[tuple[bytes, int], int]:
    """Read from the database who said what."""
    with installation.database.reading() as session:
        rows = select(Vote.pid, Statement.number, Vote.value).join(
            Statement, Statement.id == Vote.statement_id
        )
        return {(pid, number): value for pid, number, value in session.execute(rows)}


def check_stored(installation: Installation, voters: list[Voter]) -> None:
    """What is stored is what was confirmed last, or what was on its way after that."""
    kept = stored(installation)
    with installation.database.reading() as session:
        key = keys_of(installation).read(get_own_round(session, "killed").key_name)
    for voter in voters:
        pid = pseudonyms.participant(key, voter.secret)
        for number, possible in voter.possible.items():
            value = kept.get((pid, number))
            allowed: set[int | None] = {VALUES[one] for one in possible}
            assert value in (allowed if number in voter.confirmed else allowed | {None})
    if installation.database.is_sqlite:
        check_sqlite(installation.database_url.removeprefix("sqlite:///"))


def check_count(installation: Installation) -> None:
    """The result holds every vote that is stored, and comes out the same from them again."""
    kept = stored(installation)
    with installation.app.app_context(), installation.database.transaction() as session:
        found = get_own_round(session, "killed")
        counted = counting.count_own(session, found, turnout(session, found))
        result = counting.keep_count(session, found, counted, now=datetime.now(UTC))
        assert result is not None
        again = counting.count_again(session, found, result)
        assert again.fingerprint == result.fingerprint
        assert manifest_of(session, found)["votes"] == len(kept)
        tally = Counter(number for _pid, number in kept)
        shown = counted.shown["staff"]["statements"]
        assert {one["number"]: one["everyone"]["reactions"] for one in shown} == tally
