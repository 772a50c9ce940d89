"""Paper: booklets are typed over twice, compared, counted, and can be taken out again.

What is on paper counts as what is said on the site, with two differences. It may come in until
the round is answered, for the post takes its time. And it never replaces what the same person
said on the site: nobody knows which of the two came last, and only the site shows a person what
they said.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from sqlalchemy import Select, and_, delete, exists, insert, select, union, update
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.i18n import day_of
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.wording import tidy_words
from waardewerk_participation import numbering, pseudonyms
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import (
    BackgroundAnswer,
    BackgroundQuestion,
    PaperBatch,
    PaperEntry,
    PaperVote,
    Participant,
    Round,
    Statement,
    Vote,
)
from waardewerk_participation.operations.inviting import use_on_paper
from waardewerk_participation.operations.trail import log
from waardewerk_participation.queries.paper import entries_of
from waardewerk_participation.queries.rounds import next_number
from waardewerk_participation.queries.visible import is_visible
from waardewerk_participation.typed import Booklet, differences, settled

#: Paper is taken from the first day of voting until the round is answered.
TAKES_PAPER = ("vote", "second_vote", "analyse")
LONGEST_LABEL = 100
LONGEST_STATEMENT = 280
LONGEST_NUMBERS = 400
HIGHEST_BOOKLET = 99_999
#: Every booklet is typed over by two people.
TURNS = 2
IN_THE_DATABASE = {"synchronize_session": False}


def check_takes_paper(session: Session, found: Round) -> None:
    """Read the round again and hold it as it is; refuse when paper comes too early or too late."""
    session.flush()
    session.refresh(found, with_for_update={"of": Round, "read": True})
    _check_phase(found)


def _check_phase(found: Round) -> None:
    if found.phase == "prepare":
        raise NotNow("Voting has not begun: there are no booklets to type over yet.")
    if found.phase not in TAKES_PAPER:
        raise NotNow("This round is being answered: booklets no longer count.")


def open_batch(
    session: Session,
    found: Round,
    *,
    label: str,
    statements: str,
    actor_id: int | None,
    now: datetime,
) -> PaperBatch:
    """Begin with a pile of booklets; ``statements`` are the numbers that are printed in them."""
    check_takes_paper(session, found)
    numbers = numbering.read(statements)
    printed = numbering.written(numbers)
    if len(printed) > LONGEST_NUMBERS:
        raise Refusal(
            "These numbers take more than %(most)s characters. Print statements in a row: "
            "1-30 is short.",
            most=LONGEST_NUMBERS,
        )
    of_it = select(Statement.number).where(Statement.round_id == found.id)
    unknown = set(numbers) - set(session.scalars(of_it))
    if unknown:
        raise Refusal(
            "There is no statement with number %(numbers)s.", numbers=numbering.written(unknown)
        )
    batch = PaperBatch(
        round_id=found.id,
        label=tidy_words(label, LONGEST_LABEL),
        statements=printed,
        state="typing",
        made_on=day_of(now),
        made_by=actor_id,
    )
    session.add(batch)
    session.flush()
    _log(session, "round.paper_opened", found, batch, {}, actor_id=actor_id, now=now)
    return batch


def batch_of(session: Session, found: Round, batch_id: int) -> PaperBatch:
    """Return a batch of booklets of this round, or refuse."""
    batch = session.get(PaperBatch, batch_id)
    if batch is None or batch.round_id != found.id:
        raise NotFound("This batch of booklets does not exist.")
    return batch


def type_over(
    session: Session,
    found: Round,
    batch: PaperBatch,
    number: int,
    read: Booklet,
    *,
    code: str,
    turn: int,
    keys: Keys,
    actor_id: int | None,
    now: datetime,
) -> PaperEntry:
    """Store what somebody read in a booklet; the second time it is compared with the first."""
    _hold_typing(session, found, batch)
    if not 1 <= number <= HIGHEST_BOOKLET:
        raise Refusal("A booklet has a number from 1 to %(most)s.", most=HIGHEST_BOOKLET)
    pid = use_on_paper(session, found, code, keys) if code.strip() else None
    said = _checked(session, found, batch, replace(read, pid=pid))
    earlier = entries_of(session, batch.id, number)
    same = next((one for one in earlier if one.turn == turn and one.typed_by == actor_id), None)
    if same is not None and not differences(booklet_of(same), said):
        # The form was sent twice.
        return same
    if same is not None or len(earlier) == TURNS:
        raise NotNow("A booklet with this number was typed over already. Look at its number.")
    entry = PaperEntry(
        batch_id=batch.id, booklet=number, turn=len(earlier) + 1, typed_by=actor_id, **_row(said)
    )
    session.add(entry)
    session.flush()
    details = {"booklet": number, "turn": entry.turn}
    _log(session, "round.paper_typed", found, batch, details, actor_id=actor_id, now=now)
    return entry


def settle(
    session: Session,
    found: Round,
    batch: PaperBatch,
    number: int,
    chosen: Mapping[str, int],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Store which of two readings is right, for every difference in a booklet."""
    _hold_typing(session, found, batch)
    entries = entries_of(session, batch.id, number)
    if len(entries) < TURNS:
        raise NotFound("This booklet was not typed over twice.")
    first, second = map(booklet_of, entries)
    found_differences = differences(first, second)
    if any(one.part not in chosen for one in found_differences):
        raise Refusal("Choose for every difference what is in the booklet.")
    agreed = _row(settled(first, second, chosen))
    for entry in entries:
        for name, said in agreed.items():
            setattr(entry, name, said)
    details = {"booklet": number, "differences": len(found_differences)}
    _log(session, "round.paper_settled", found, batch, details, actor_id=actor_id, now=now)


def start_again(
    session: Session,
    found: Round,
    batch: PaperBatch,
    number: int,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Forget what was typed of a booklet, so that it can be typed anew."""
    _hold_typing(session, found, batch)
    of_it = and_(PaperEntry.batch_id == batch.id, PaperEntry.booklet == number)
    session.execute(delete(PaperEntry).where(of_it))
    details = {"booklet": number}
    _log(session, "round.paper_begun_anew", found, batch, details, actor_id=actor_id, now=now)


@dataclass(frozen=True)
class Counted:
    """What came of counting a batch."""

    booklets: int
    #: Of booklets that hold a code: how many are of somebody who said something on the site too.
    also_on_site: int


def count(
    session: Session,
    found: Round,
    batch: PaperBatch,
    *,
    keys: Keys,
    secret: str,
    actor_id: int | None,
    now: datetime,
) -> Counted:
    """Let the booklets of a batch count, once every one of them was typed twice and agrees.

    ``secret`` is the installation's, under which receipts are kept.
    """
    # Nobody votes or writes a statement meanwhile: numbers of statements are given out here.
    db.hold(session, found)
    _check_phase(found)
    _check_typing(session, batch)
    booklets = _agreed(session, batch)
    key = keys.read(found.key_name)
    people = _people(batch, booklets, key)
    known = _join(session, found, batch, people)
    _keep_votes(session, found, batch, booklets, people, known)
    _keep_background(session, booklets, people, known)
    receipts = _receipts(booklets, key, secret)
    _keep_statements(session, found, booklets, people, receipts, now)
    session.execute(delete(PaperEntry).where(PaperEntry.batch_id == batch.id))
    batch.state = "counted"
    batch.booklets = len(booklets)
    details = {"booklets": len(booklets)}
    _log(session, "round.paper_counted", found, batch, details, actor_id=actor_id, now=now)
    return Counted(len(booklets), sum(pid in known for pid in people.values()))


def undo(
    session: Session, found: Round, batch: PaperBatch, *, actor_id: int | None, now: datetime
) -> None:
    """Take the votes of a counted batch out again, and nothing that was said on the site."""
    # Nobody votes or tells about themselves meanwhile: people are removed here.
    db.hold(session, found)
    _check_phase(found)
    db.hold(session, batch)
    if batch.state == "undone":
        return
    if batch.state != "counted":
        raise NotNow("This batch was not counted yet.")
    _take_out_statements(session, found, batch)
    _take_out_votes(session, batch)
    _take_out_people(session, batch)
    batch.state = "undone"
    _log(session, "round.paper_undone", found, batch, {}, actor_id=actor_id, now=now)


def booklet_of(entry: PaperEntry) -> Booklet:
    """Return what was read, from where it is stored."""
    return Booklet(
        votes={int(number): value for number, value in entry.votes.items()},
        background={int(number): option for number, option in entry.background.items()},
        pid=entry.pid,
        statement=entry.statement,
        language=entry.language,
    )


def _row(read: Booklet) -> dict[str, Any]:
    return {
        "pid": read.pid,
        "votes": {str(number): value for number, value in read.votes.items()},
        "background": {str(number): option for number, option in read.background.items()},
        "statement": read.statement,
        "language": read.language,
    }


def _hold_typing(session: Session, found: Round, batch: PaperBatch) -> None:
    check_takes_paper(session, found)
    _check_typing(session, batch)


def _check_typing(session: Session, batch: PaperBatch) -> None:
    db.hold(session, batch)
    if batch.state != "typing":
        raise Conflict("This batch was counted already: begin with another one.")


def _checked(session: Session, found: Round, batch: PaperBatch, read: Booklet) -> Booklet:
    """Return what was read without loose ends; refuse what cannot be in this booklet."""
    if set(read.votes) - set(numbering.read(batch.statements)):
        raise Refusal("This statement is not in these booklets.")
    if set(read.votes.values()) - {-1, 0, 1}:
        raise Refusal("Choose agree, disagree or do not know.")
    options = {
        question.id: {option["key"] for option in question.options}
        for question in session.scalars(_questions(found))
    }
    if any(option not in options.get(one, ()) for one, option in read.background.items()):
        raise Refusal("This answer does not exist.")
    statement = tidy_words(" ".join(read.statement.split()), LONGEST_STATEMENT)
    language = read.language if statement else ""
    if language and language not in found.languages:
        raise Refusal("This round is not held in this language.")
    return replace(read, statement=statement, language=language)


def _questions(found: Round) -> Select[BackgroundQuestion]:
    return select(BackgroundQuestion).where(BackgroundQuestion.round_id == found.id)


def _agreed(session: Session, batch: PaperBatch) -> dict[int, Booklet]:
    """Return the booklets of a batch; refuse when one was typed once, or holds a difference."""
    read: dict[int, list[Booklet]] = {}
    for entry in entries_of(session, batch.id):
        read.setdefault(entry.booklet, []).append(booklet_of(entry))
    if not read:
        raise Refusal("There are no booklets in this batch yet.")
    if any(len(both) < TURNS or differences(*both) for both in read.values()):
        raise NotNow("Not every booklet was typed over twice with the same result yet.")
    return {number: both[0] for number, both in read.items()}


def _people(batch: PaperBatch, booklets: Mapping[int, Booklet], key: bytes) -> dict[int, bytes]:
    """Return whose each booklet is: of a letter's code, or of nobody but this booklet."""
    return {
        number: read.pid or pseudonyms.participant(key, f"paper:{batch.id}:{number}")
        for number, read in booklets.items()
    }


def _join(
    session: Session, found: Round, batch: PaperBatch, people: Mapping[int, bytes]
) -> set[bytes]:
    """Let people take part on paper; return who took part already."""
    everybody = set(people.values())
    known = set(session.scalars(select(Participant.pid).where(Participant.pid.in_(everybody))))
    given = {"round_id": found.id, "channel": "paper", "paper_batch_id": batch.id}
    if everybody - known:
        rows = [{"pid": pid, **given} for pid in sorted(everybody - known)]
        session.execute(insert(Participant), rows)
    return known


def _keep_votes(
    session: Session,
    found: Round,
    batch: PaperBatch,
    booklets: Mapping[int, Booklet],
    people: Mapping[int, bytes],
    known: set[bytes],
) -> None:
    """Store votes where this person has none yet, on statements that nobody rejected since."""
    visible = select(Statement.number, Statement.id).where(is_visible(found))
    ids = dict(session.execute(visible).all())
    of_known = select(Vote.statement_id, Vote.pid).where(Vote.pid.in_(known))
    taken = {(statement, pid) for statement, pid in session.execute(of_known)}
    votes: dict[tuple[int, bytes], int] = {}
    for number, read in booklets.items():
        for statement, value in read.votes.items():
            cell = (ids.get(statement, 0), people[number])
            if cell[0] and cell not in taken:
                votes.setdefault(cell, value)
    rows = [{"statement_id": one, "pid": pid, "value": votes[one, pid]} for one, pid in votes]
    if rows:
        session.execute(insert(Vote), rows)
        cells = [{"statement_id": one, "pid": pid, "batch_id": batch.id} for one, pid in votes]
        session.execute(insert(PaperVote), cells)


def _keep_background(
    session: Session,
    booklets: Mapping[int, Booklet],
    people: Mapping[int, bytes],
    known: set[bytes],
) -> None:
    """Store what new people said about themselves; who took part already said so there."""
    answers = {
        (people[number], question): option
        for number, read in booklets.items()
        for question, option in read.background.items()
        if people[number] not in known
    }
    session.add_all(
        BackgroundAnswer(pid=pid, question_id=question, option=option)
        for (pid, question), option in answers.items()
    )


def _receipts(booklets: Mapping[int, Booklet], key: bytes, secret: str) -> dict[int, bytes]:
    """Return the receipt of each booklet with a letter's code: the one its owner has on the site.

    Whoever sent a booklet without a code has nothing with which to ask for it.
    """
    return {
        number: pseudonyms.receipt_hash(secret, pseudonyms.receipt_code(key, read.pid))
        for number, read in booklets.items()
        if read.pid is not None
    }


def _keep_statements(
    session: Session,
    found: Round,
    booklets: Mapping[int, Booklet],
    people: Mapping[int, bytes],
    receipts: Mapping[int, bytes],
    now: datetime,
) -> None:
    """Hand what people wrote to the moderators."""
    said = [(booklet, read) for booklet, read in booklets.items() if read.statement]
    session.add_all(
        Statement(
            round_id=found.id,
            number=number,
            text=read.statement,
            language=read.language,
            origin="paper",
            state="waiting",
            author=people[booklet],
            receipt=receipts.get(booklet),
            received_on=day_of(now),
        )
        for number, (booklet, read) in enumerate(said, start=next_number(session, found))
    )
    session.flush()


def _take_out_statements(session: Session, found: Round, batch: PaperBatch) -> None:
    """Remove statements of this batch that nobody judged yet; others reacted to the rest."""
    authors = union(
        select(Participant.pid).where(Participant.paper_batch_id == batch.id),
        select(PaperVote.pid).where(PaperVote.batch_id == batch.id),
    )
    session.execute(
        delete(Statement).where(
            Statement.round_id == found.id,
            Statement.origin == "paper",
            Statement.state == "waiting",
            Statement.author.in_(authors),
        ),
        execution_options=IN_THE_DATABASE,
    )


def _take_out_votes(session: Session, batch: PaperBatch) -> None:
    """Remove the votes that came from this batch and that nobody gave on the site since."""
    from_paper = select(PaperVote.statement_id).where(
        PaperVote.batch_id == batch.id,
        PaperVote.statement_id == Vote.statement_id,
        PaperVote.pid == Vote.pid,
    )
    gone = delete(Vote).where(exists(from_paper))
    session.execute(gone, execution_options=IN_THE_DATABASE)


def _take_out_people(session: Session, batch: PaperBatch) -> None:
    """Remove who said nothing on the site since; who did is somebody of the site from now on."""
    of_batch = Participant.paper_batch_id == batch.id
    votes = exists(select(Vote.pid).where(Vote.pid == Participant.pid))
    stays = update(Participant).where(of_batch, votes)
    session.execute(
        stays.values(channel="letter", paper_batch_id=None), execution_options=IN_THE_DATABASE
    )
    session.execute(delete(Participant).where(of_batch), execution_options=IN_THE_DATABASE)


def _log(
    session: Session,
    action: str,
    found: Round,
    batch: PaperBatch,
    details: Mapping[str, int],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    log(session, action, found, actor_id, now, {"batch": batch.id, **details})
