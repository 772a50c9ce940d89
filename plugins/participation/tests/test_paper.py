from __future__ import annotations

import io
import re
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import pypdf
import pytest
from flask.testing import FlaskClient
from sqlalchemy import func, select, update
from sqlalchemy.orm import Session
from werkzeug.test import TestResponse

from waardewerk import audit
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import AddPerson, SignInAs, UnitOfWork, at_once, submit
from waardewerk_participation import pseudonyms
from waardewerk_participation.models import (
    BackgroundAnswer,
    BackgroundQuestion,
    PaperBatch,
    PaperEntry,
    PaperVote,
    Participant,
    Round,
    RoundText,
    Statement,
    Translation,
    Vote,
)
from waardewerk_participation.operations import inviting, joining, typing, voting
from waardewerk_participation.operations.typing import Counted
from waardewerk_participation.queries.receipts import receipts
from waardewerk_participation.typed import Booklet

from .conftest import OwnRounds

NOW = datetime.now(UTC)
SECRET = "of the installation"
OPTIONS = [{"key": "young", "label": {"en": "Young"}}, {"key": "old", "label": {"en": "Old"}}]


@dataclass
class Desk:
    """Where booklets of one batch are typed over."""

    rounds: OwnRounds
    work: UnitOfWork
    batch_id: int = 0

    def begin(self, statements: str = "1-12") -> None:
        with self.work() as session:
            batch = typing.open_batch(
                session,
                self.rounds.get(session),
                label="Bibliotheek",
                statements=statements,
                actor_id=None,
                now=NOW,
            )
            self.batch_id = batch.id

    def _at(self, session: Session) -> tuple[Round, PaperBatch]:
        found = self.rounds.get(session)
        return found, typing.batch_of(session, found, self.batch_id)

    def type(
        self,
        number: int,
        votes: dict[int, int],
        *,
        turn: int = 1,
        who: int | None = 1,
        code: str = "",
        **more: Any,
    ) -> None:
        with self.work() as session:
            found, batch = self._at(session)
            typing.type_over(
                session,
                found,
                batch,
                number,
                Booklet(votes=votes, **more),
                code=code,
                turn=turn,
                keys=self.rounds.keys,
                actor_id=who,
                now=NOW,
            )

    def type_twice(self, number: int, votes: dict[int, int], **more: Any) -> None:
        self.type(number, votes, turn=1, who=1, **more)
        self.type(number, votes, turn=2, who=2, **more)

    def settle(self, number: int, chosen: dict[str, int]) -> None:
        with self.work() as session:
            found, batch = self._at(session)
            typing.settle(session, found, batch, number, chosen, actor_id=None, now=NOW)

    def start_again(self, number: int) -> None:
        with self.work() as session:
            found, batch = self._at(session)
            typing.start_again(session, found, batch, number, actor_id=None, now=NOW)

    def count(self) -> Counted:
        with self.work() as session:
            found, batch = self._at(session)
            return typing.count(
                session,
                found,
                batch,
                keys=self.rounds.keys,
                secret=SECRET,
                actor_id=None,
                now=NOW,
            )

    def undo(self) -> None:
        with self.work() as session:
            found, batch = self._at(session)
            typing.undo(session, found, batch, actor_id=None, now=NOW)

    def entries(self, number: int) -> list[tuple[int, int | None, dict[str, int]]]:
        with self.work() as session:
            rows = session.scalars(
                select(PaperEntry).where(PaperEntry.booklet == number).order_by(PaperEntry.turn)
            )
            return [(row.turn, row.typed_by, row.votes) for row in rows]

    def votes(self) -> dict[bytes, dict[int, int]]:
        """Give everybody's votes by the numbers of statements."""
        said: dict[bytes, dict[int, int]] = {}
        with self.work() as session:
            for pid in session.scalars(select(Participant.pid)):
                said[pid] = {}
            rows = select(Vote.pid, Statement.number, Vote.value).join(
                Statement, Statement.id == Vote.statement_id
            )
            for pid, number, value in session.execute(rows):
                said[pid][number] = value
        return said

    def channels(self) -> list[tuple[str, bool]]:
        with self.work() as session:
            rows = select(Participant.channel, Participant.paper_batch_id).order_by(
                Participant.channel
            )
            return [(channel, batch is not None) for channel, batch in session.execute(rows)]


@pytest.fixture
def desk(own_rounds: OwnRounds, unit_of_work: UnitOfWork) -> Desk:
    """Give a desk at a round that is being voted in, with a batch that was begun."""
    own_rounds.open(joining="code")
    made = Desk(own_rounds, unit_of_work)
    made.begin()
    return made


@pytest.fixture
def codes(own_rounds: OwnRounds, desk: Desk, unit_of_work: UnitOfWork) -> list[str]:
    """Give the codes of letters that were sent about the round."""
    made = inviting.new_codes(50)
    with unit_of_work() as session:
        inviting.keep_codes(
            session,
            own_rounds.get(session),
            made,
            label="Wijk",
            nonce="0" * 32,
            keys=own_rounds.keys,
            actor_id=None,
            now=NOW,
        )
    return made


def move(desk: Desk, phase: str) -> None:
    with desk.work() as session:
        session.execute(update(Round).values(phase=phase))


def vote_on_the_site(desk: Desk, code: str, votes: dict[int, int]) -> bytes:
    """Let the owner of a letter vote as they do on the site."""
    now = datetime.now(UTC)
    with desk.work() as session:
        found = desk.rounds.get(session)
        key = desk.rounds.keys.read(found.key_name)
        pid = joining.join_with_code(session, found, key, code, now=now).pid
        for number, value in votes.items():
            voting.vote(session, found, pid, number, value, now=now)
    return pid


def test_a_booklet_that_two_people_read_alike_counts_as_one_participant(desk: Desk) -> None:
    desk.type_twice(1, {1: 1, 2: -1, 12: 0})
    desk.type_twice(2, {1: -1})
    assert desk.count() == Counted(booklets=2, also_on_site=0)
    said = sorted(desk.votes().values(), key=len)
    assert said == [{1: -1}, {1: 1, 2: -1, 12: 0}]
    assert desk.channels() == [("paper", True), ("paper", True)]
    assert desk.entries(1) == []


def test_a_batch_counts_only_when_every_booklet_was_typed_twice_and_agrees(desk: Desk) -> None:
    desk.type_twice(1, {1: 1})
    desk.type(2, {1: 1}, turn=1, who=1)
    with pytest.raises(Conflict):
        desk.count()
    desk.type(2, {1: -1}, turn=2, who=2)
    with pytest.raises(Conflict):
        desk.count()
    desk.settle(2, {"vote-1": 2})
    assert desk.count().booklets == 2
    assert sorted(one[1] for one in desk.votes().values()) == [-1, 1]


def test_an_empty_batch_is_not_counted(desk: Desk) -> None:
    with pytest.raises(Refusal):
        desk.count()


def test_every_difference_is_settled_before_a_booklet_agrees(desk: Desk) -> None:
    desk.type(1, {1: 1, 2: 1}, turn=1, who=1)
    desk.type(1, {1: -1}, turn=2, who=2)
    with pytest.raises(Refusal):
        desk.settle(1, {"vote-1": 1})
    desk.settle(1, {"vote-1": 1, "vote-2": 2})
    assert [votes for _turn, _who, votes in desk.entries(1)] == [{"1": 1}, {"1": 1}]


def test_a_form_sent_twice_is_not_the_second_reading(desk: Desk) -> None:
    desk.type(1, {1: 1}, turn=1, who=1)
    desk.type(1, {1: 1}, turn=1, who=1)
    assert len(desk.entries(1)) == 1
    with pytest.raises(Conflict):
        desk.type(1, {1: -1}, turn=1, who=1)


def test_two_people_who_begin_with_the_same_booklet_are_its_two_readers(desk: Desk) -> None:
    desk.type(1, {1: 1}, turn=1, who=1)
    desk.type(1, {1: 1}, turn=1, who=2)
    assert [(turn, who) for turn, who, _votes in desk.entries(1)] == [(1, 1), (2, 2)]


def test_the_same_number_on_a_third_booklet_is_refused(desk: Desk) -> None:
    desk.type_twice(1, {1: 1})
    with pytest.raises(Conflict):
        desk.type(1, {1: -1}, turn=1, who=3)


def test_a_booklet_can_be_typed_anew(desk: Desk) -> None:
    desk.type_twice(1, {1: 1})
    desk.start_again(1)
    desk.type_twice(1, {1: -1})
    desk.count()
    assert list(desk.votes().values()) == [{1: -1}]


@pytest.mark.parametrize(
    "wrong",
    [
        {"votes": {13: 1}},
        {"votes": {1: 2}},
        {"votes": {}, "background": {99: "young"}},
        {"votes": {}, "statement": "x" * 281, "language": "en"},
        {"votes": {}, "statement": "More trees.", "language": "fr"},
        {"votes": {}, "code": "0000 0000 0000"},
        {"votes": {}, "code": "short"},
    ],
)
def test_what_cannot_be_in_a_booklet_is_refused(desk: Desk, wrong: dict[str, Any]) -> None:
    with pytest.raises(Refusal):
        desk.type(1, **wrong)
    assert desk.entries(1) == []


@pytest.mark.parametrize("number", [0, -1, 100_000])
def test_a_booklet_has_a_number_that_can_be_written_on_it(desk: Desk, number: int) -> None:
    with pytest.raises(Refusal):
        desk.type(number, {1: 1})


def test_paper_comes_in_until_the_round_is_answered(desk: Desk) -> None:
    move(desk, "analyse")
    desk.type_twice(1, {1: 1})
    desk.count()
    move(desk, "answer")
    with pytest.raises(Conflict):
        desk.undo()
    with pytest.raises(Conflict):
        desk.begin()


def test_nothing_is_typed_over_before_voting_begins(desk: Desk) -> None:
    move(desk, "prepare")
    with pytest.raises(Conflict):
        desk.type(1, {1: 1})


def test_a_code_makes_the_booklet_of_the_same_person_as_on_the_site(
    desk: Desk, codes: list[str]
) -> None:
    desk.type_twice(1, {1: 1}, code=codes[0].lower())
    desk.count()
    pid = vote_on_the_site(desk, codes[0], {2: -1})
    assert desk.votes() == {pid: {1: 1, 2: -1}}


def test_paper_never_replaces_what_the_same_person_said_on_the_site(
    desk: Desk, codes: list[str]
) -> None:
    pid = vote_on_the_site(desk, codes[0], {1: -1})
    desk.type_twice(1, {1: 1, 2: 1}, code=codes[0])
    assert desk.count() == Counted(booklets=1, also_on_site=1)
    assert desk.votes() == {pid: {1: -1, 2: 1}}
    assert desk.channels() == [("letter", False)]


def test_two_booklets_with_one_code_are_one_person(desk: Desk, codes: list[str]) -> None:
    desk.type_twice(1, {1: 1}, code=codes[0])
    desk.type_twice(2, {1: -1, 2: 1}, code=codes[0])
    desk.count()
    assert list(desk.votes().values()) == [{1: 1, 2: 1}]


def test_undoing_a_batch_takes_out_its_people_and_votes(desk: Desk) -> None:
    desk.rounds.joins("somebody else")
    desk.type_twice(1, {1: 1})
    desk.count()
    desk.undo()
    assert list(desk.votes().values()) == [{}]
    assert desk.channels() == [("link", False)]
    with desk.work() as session:
        assert session.scalar(select(func.count()).select_from(PaperVote)) == 0
        assert session.scalars(select(audit.AuditEntry.action)).all()[-1] == "round.paper_undone"
    desk.undo()


def test_undoing_leaves_everything_that_was_said_on_the_site(desk: Desk, codes: list[str]) -> None:
    before = vote_on_the_site(desk, codes[0], {1: -1})
    desk.type_twice(1, {1: 1, 2: 1}, code=codes[0])
    desk.type_twice(2, {1: 1, 2: 1, 3: 1}, code=codes[1])
    desk.type_twice(3, {1: 1}, code=codes[2])
    desk.count()
    after = vote_on_the_site(desk, codes[1], {2: -1, 4: 0})
    desk.undo()
    assert desk.votes() == {before: {1: -1}, after: {2: -1, 4: 0}}
    assert desk.channels() == [("letter", False), ("letter", False)]


def test_a_vote_that_its_owner_gives_again_on_the_site_is_of_the_site(
    desk: Desk, codes: list[str]
) -> None:
    desk.type_twice(1, {1: 1, 2: -1}, code=codes[0])
    desk.count()
    (pid,) = desk.votes()
    with desk.work() as session:
        voting.vote(session, desk.rounds.get(session), pid, 1, 1, now=NOW)
    desk.undo()
    assert desk.votes() == {pid: {1: 1}}
    assert desk.channels() == [("letter", False)]


def test_a_counted_batch_takes_no_more_booklets(desk: Desk) -> None:
    desk.type_twice(1, {1: 1})
    desk.count()
    with pytest.raises(Conflict):
        desk.type(2, {1: 1})
    with pytest.raises(Conflict):
        desk.count()


def test_only_a_counted_batch_can_be_undone(desk: Desk) -> None:
    with pytest.raises(Conflict):
        desk.undo()


def test_a_statement_from_paper_waits_for_a_moderator(desk: Desk) -> None:
    desk.type_twice(1, {1: 1}, statement="  More   trees. ", language="en")
    desk.count()
    with desk.work() as session:
        made = session.scalars(select(Statement).where(Statement.origin == "paper")).one()
        assert (made.number, made.text, made.state) == (13, "More trees.", "waiting")
        assert made.author == session.scalars(select(Participant.pid)).one()
    desk.undo()
    with desk.work() as session:
        assert session.scalar(select(Statement.id).where(Statement.origin == "paper")) is None


def test_the_author_of_a_booklet_with_a_code_has_the_receipt_of_the_site(
    desk: Desk, codes: list[str]
) -> None:
    desk.type_twice(1, {1: 1}, statement="More trees.", language="en", code=codes[0])
    desk.type_twice(2, {1: 1}, statement="Fewer cars.", language="en")
    desk.count()
    with desk.work() as session:
        found = desk.rounds.get(session)
        key = desk.rounds.keys.read(found.key_name)
        code = pseudonyms.receipt_code(key, pseudonyms.participant(key, codes[0]))
        told = receipts(session, found, pseudonyms.receipt_hash(SECRET, code))
        assert [one.statement.text for one in told] == ["More trees."]
        without = select(Statement.receipt).where(Statement.text == "Fewer cars.")
        assert session.scalar(without) is None


def test_a_vote_on_a_statement_that_was_rejected_since_does_not_count(desk: Desk) -> None:
    desk.type_twice(1, {1: 1, 2: 1})
    with desk.work() as session:
        session.execute(update(Statement).where(Statement.number == 2).values(state="rejected"))
    desk.count()
    assert list(desk.votes().values()) == [{1: 1}]


def test_background_is_kept_of_who_takes_part_on_paper_only(desk: Desk, codes: list[str]) -> None:
    with desk.work() as session:
        asked = BackgroundQuestion(
            round_id=desk.rounds.get(session).id, position=1, label={"en": "Age"}, options=OPTIONS
        )
        session.add(asked)
        session.flush()
        question = asked.id
    vote_on_the_site(desk, codes[0], {1: -1})
    desk.type_twice(1, {1: 1}, background={question: "old"}, code=codes[0])
    desk.type_twice(2, {1: 1}, background={question: "young"})
    desk.count()
    with desk.work() as session:
        assert session.scalars(select(BackgroundAnswer.option)).all() == ["young"]


def test_no_code_is_stored_with_what_was_typed(desk: Desk, codes: list[str]) -> None:
    desk.type(1, {1: 1}, code=codes[0])
    with desk.work() as session:
        row = str(session.execute(select(PaperEntry.__table__)).one())
    assert codes[0] not in row


def test_the_code_of_a_revoked_letter_is_refused(desk: Desk, codes: list[str]) -> None:
    with desk.work() as session:
        found = desk.rounds.get(session)
        batch = inviting.batch_of(session, found, 1)
        inviting.revoke(session, found, batch, actor_id=None, now=NOW)
    with pytest.raises(Refusal, match="revoked"):
        desk.type(1, {1: 1}, code=codes[0])


def test_booklets_hold_statements_of_this_round_only(desk: Desk) -> None:
    with pytest.raises(Refusal, match="13"):
        desk.begin("1-13")


def test_numbers_that_do_not_fit_are_refused_however_short_they_were_typed(desk: Desk) -> None:
    with desk.work() as session:
        of_it = desk.rounds.get(session).id
        session.add_all(
            Statement(round_id=of_it, number=number, text="x", language="en")
            for number in range(1001, 1171, 2)
        )
    typed = ",".join(str(number) for number in range(1001, 1160, 2))
    assert len(typed) < typing.LONGEST_NUMBERS
    with pytest.raises(Refusal, match="more than 400 characters"):
        desk.begin(typed)


def test_a_batch_of_another_round_is_not_found(desk: Desk) -> None:
    desk.rounds.open("halte")
    with desk.work() as session, pytest.raises(NotFound):
        typing.batch_of(session, desk.rounds.get(session, "halte"), desk.batch_id)


def test_the_trail_keeps_who_typed_which_booklet_and_not_what_was_in_it(
    desk: Desk, a_person: AddPerson
) -> None:
    who = a_person("civil_servant").id
    desk.type(7, {1: 1}, turn=1, who=who)
    desk.type(7, {1: -1}, turn=2, who=who)
    desk.settle(7, {"vote-1": 1})
    desk.count()
    with desk.work() as session:
        entries = select(audit.AuditEntry).where(audit.AuditEntry.action.startswith("round.paper_"))
        logged = [(one.action, one.actor_id, one.details) for one in session.scalars(entries)]
    batch = desk.batch_id
    assert logged == [
        ("round.paper_opened", None, {"batch": batch}),
        ("round.paper_typed", who, {"batch": batch, "booklet": 7, "turn": 1}),
        ("round.paper_typed", who, {"batch": batch, "booklet": 7, "turn": 2}),
        ("round.paper_settled", None, {"batch": batch, "booklet": 7, "differences": 1}),
        ("round.paper_counted", None, {"batch": batch, "booklets": 1}),
    ]


def test_a_batch_that_two_people_let_count_at_one_moment_counts_once(desk: Desk) -> None:
    desk.type_twice(1, {1: 1})
    done = at_once(lambda _who: desk.count(), range(4))
    assert sum(isinstance(one, Counted) for one in done) == 1
    assert list(desk.votes().values()) == [{1: 1}]


def test_of_two_first_readings_at_one_moment_neither_is_lost(desk: Desk) -> None:
    done = at_once(lambda who: desk.type(1, {1: 1}, turn=1, who=who), (1, 2, 3))
    assert [isinstance(one, Conflict) for one in done].count(True) == 1
    assert [turn for turn, _who, _votes in desk.entries(1)] == [1, 2]


# Through the pages --------------------------------------------------------------------------------

PAGE = "/participation/cameras/paper"


@pytest.fixture
def typist(desk: Desk, sign_in_as: SignInAs) -> FlaskClient:
    """Give the browser of somebody who types booklets over."""
    return sign_in_as("civil_servant")


def typed_on_the_page(browser: FlaskClient, number: int, **fields: str) -> TestResponse:
    """Fill in the page of a booklet and send it."""
    page = f"{PAGE}/1/{number}"
    turn = re.search(r'name="turn"[^>]*value="(\d)"', browser.get(page).text)
    return submit(browser, page, {"turn": turn[1] if turn else "1", "language": "en", **fields})


def test_a_booklet_goes_from_paper_to_votes_through_the_pages(
    desk: Desk, typist: FlaskClient, sign_in_as: SignInAs
) -> None:
    first = {"vote-1": "1", "vote-2": "-1", "statement": "More trees."}
    assert typed_on_the_page(typist, 1, **first).location == f"{PAGE}/1"
    assert "You typed this booklet the first time too" in typist.get(f"{PAGE}/1/1").text
    colleague = sign_in_as("civil_servant")
    assert "You typed this booklet" not in colleague.get(f"{PAGE}/1/1").text
    second = typed_on_the_page(colleague, 1, **{**first, "vote-2": "0"})
    assert second.location == f"{PAGE}/1/1/differences"
    page = colleague.get(second.location).text
    assert "2. Statement 2" in page
    assert "disagree" in page
    assert "do not know" in page
    assert submit(colleague, second.location, {"vote-2": "2"}).location == f"{PAGE}/1"
    assert submit(colleague, f"{PAGE}/1/count", on=f"{PAGE}/1").status_code == 303
    assert "1 booklet counts" in colleague.get(f"{PAGE}/1").text
    assert list(desk.votes().values()) == [{1: 1, 2: 0}]


def test_who_may_only_type_cannot_undo_a_batch(
    desk: Desk, typist: FlaskClient, sign_in_as: SignInAs
) -> None:
    desk.type_twice(1, {1: 1})
    desk.count()
    assert typist.get(f"{PAGE}/1/undo").status_code == 403
    holder = sign_in_as("adviseur")
    assert submit(holder, f"{PAGE}/1/undo").status_code == 303
    assert "This batch was undone" in holder.get(f"{PAGE}/1").text
    assert desk.votes() == {}


def test_a_difference_that_nobody_chose_stays_open(desk: Desk, typist: FlaskClient) -> None:
    desk.type(1, {1: 1}, turn=1, who=1)
    desk.type(1, {1: -1}, turn=2, who=2)
    response = submit(typist, f"{PAGE}/1/1/differences", {"vote-1": "3"})
    assert response.status_code == 422
    assert submit(typist, f"{PAGE}/1/count", on=f"{PAGE}/1").status_code == 409


def test_a_code_that_is_wrong_is_said_beside_its_field(typist: FlaskClient) -> None:
    response = typed_on_the_page(typist, 1, code="0000-0000-0000")
    assert response.status_code == 422
    assert "This code is not from a letter about this round" in response.text


def test_a_booklet_can_be_begun_anew_from_its_page(desk: Desk, typist: FlaskClient) -> None:
    desk.type_twice(1, {1: 1})
    again = submit(typist, f"{PAGE}/1/1/again", on=f"{PAGE}/1/1/differences")
    assert again.location == f"{PAGE}/1/1"
    assert desk.entries(1) == []


def test_a_batch_begins_with_the_numbers_that_are_printed_now(typist: FlaskClient) -> None:
    assert 'value="1-12"' in typist.get(PAGE).text
    wrong = submit(typist, f"{PAGE}/batches", {"label": "x", "statements": "1-99"}, on=PAGE)
    assert wrong.status_code == 422
    assert "There is no statement with number 13-99." in wrong.text
    made = submit(typist, f"{PAGE}/batches", {"label": "x", "statements": "1-5"}, on=PAGE)
    assert made.status_code == 303
    assert "vote-6" not in typist.get(f"{made.location}/1").text


def test_the_number_of_a_booklet_leads_to_its_page(typist: FlaskClient) -> None:
    assert submit(typist, f"{PAGE}/1", {"number": "7"}).location == f"{PAGE}/1/7"
    assert submit(typist, f"{PAGE}/1", {"number": "0"}).status_code == 422


@pytest.mark.parametrize("size", ["normal", "large"])
def test_the_booklet_holds_the_statements_in_the_language_asked_for(
    desk: Desk, typist: FlaskClient, size: str
) -> None:
    with desk.work() as session:
        for one in session.scalars(select(Statement).where(Statement.number <= 3)):
            session.add(
                Translation(
                    statement_id=one.id, language="nl", text=f"Zin {one.number}.", is_approved=True
                )
            )
    given = {"language": "nl", "size": size, "back": "Provincie\nAntwoordnummer 1"}
    response = submit(typist, f"{PAGE}/booklet", given, on=PAGE)
    assert response.mimetype == "application/pdf"
    text = "".join(one.extract_text() for one in pypdf.PdfReader(io.BytesIO(response.data)).pages)
    assert "Wat vindt u?" in text
    assert "Zin 3." in text
    assert "Statement 4." not in text
    assert "Antwoordnummer 1" in text


def test_a_booklet_without_statements_in_a_language_is_not_printed(typist: FlaskClient) -> None:
    given = {"language": "nl", "size": "normal", "back": "Provincie"}
    response = submit(typist, f"{PAGE}/booklet", given, on=PAGE)
    assert response.status_code == 422
    assert "There are no statements in this language yet." in response.text


def test_thirty_statements_of_the_advised_length_fit_on_four_pages(
    desk: Desk, typist: FlaskClient
) -> None:
    with desk.work() as session:
        round_id = desk.rounds.get(session).id
        for number in range(13, 41):
            session.add(Statement(round_id=round_id, number=number, text="x", language="en"))
        session.flush()
        session.execute(
            update(Statement).values(text="A camera " + "may count people " * 7 + "so.")
        )
        session.execute(
            update(RoundText).values(
                introduction="We want to know this. " * 18,
                which_data="Counts of people. " * 11,
                which_technology="A camera that counts. " * 9,
                about_whom="Everybody at the stop. " * 8,
                what_may_go_wrong="It may be hacked some day. " * 7,
            )
        )
        for position in (1, 2, 3):
            session.add(
                BackgroundQuestion(
                    round_id=round_id,
                    position=position,
                    label={"en": "How old are you?"},
                    options=[
                        {"key": str(n), "label": {"en": f"between {n} and {n + 20} years"}}
                        for n in (0, 20, 40, 60)
                    ],
                )
            )
    given = {"language": "en", "size": "normal", "back": "Province\nStreet 1\n1234 AB Town"}
    response = submit(typist, f"{PAGE}/booklet", given, on=PAGE)
    pages = pypdf.PdfReader(io.BytesIO(response.data)).pages
    assert len(pages) <= 4
    assert "statements 1-30" in pages[0].extract_text()
