"""What the demo province shows: a round to join, one that was answered, and one without groups.

Everything but the votes goes through the same operations as real use. Thousands of votes of people
who do not exist are written at once: one by one they would keep who starts the demo waiting.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.notation.yaml_text import plain, read_yaml
from waardewerk_participation import pseudonyms
from waardewerk_participation.demo import simulated
from waardewerk_participation.keys import Keys
from waardewerk_participation.models import BackgroundAnswer, Participant, Point, Round, Vote
from waardewerk_participation.operations import (
    answering,
    counting,
    dossier,
    phases,
    preparing,
    reaching,
    seeding,
    speaking,
    stakeholders,
    tagging,
    translating,
)
from waardewerk_participation.queries.rounds import background_questions, statements_of
from waardewerk_participation.queries.votes import turnout
from waardewerk_participation.statement_files import SeedStatement

ROUNDS = Path(__file__).parent / "rounds.yaml"
LANGUAGES = ("nl", "en", "fy")
#: How many people each camp of the answered round has, and how many joined the other two.
CAMPS = (78, 61, 41)
OPEN_CAMPS = (58, 44, 30)
WITHOUT_CAMPS = 64
DAY = timedelta(days=1)


@dataclass(frozen=True)
class _Cast:
    session: Session
    people: Mapping[str, int]
    keys: Keys
    now: datetime
    secret: str
    #: The language of the installation: in it answers are written, which have one language.
    language: str

    def ago(self, days: int) -> datetime:
        return self.now - days * DAY

    def noon(self, days: int) -> datetime:
        """Return the middle of the day in so many days: nobody chooses the minute of a loading."""
        return (self.now + days * DAY).replace(hour=11, minute=0, second=0, microsecond=0)

    @property
    def holder(self) -> int:
        """The one who holds rounds."""
        return self.people["aanjager"]


def load(
    session: Session,
    people: Mapping[str, int],
    keys: Keys,
    *,
    secret: str,
    language: str,
    now: datetime,
) -> None:
    """Add the demo's rounds, once."""
    if session.scalar(select(Round.id).where(~Round.is_imported).limit(1)) is not None:
        return
    cast = _Cast(session, people, keys, now, secret, language)
    for written in _written():
        _STAGES[written["stage"]](cast, written)


@cache
def _written() -> list[dict[str, Any]]:
    rounds: Any = plain(read_yaml(ROUNDS.read_text(encoding="utf-8")))
    return list(rounds)


def _open(cast: _Cast, written: dict[str, Any]) -> None:
    """A round that everybody can join, with a statement that waits for a moderator."""
    found = _begun(cast, written, began=6, ends=21)
    opinions = [one["camps"] for one in written["statements"]]
    _vote(cast, found, simulated.votes_of_camps(opinions, OPEN_CAMPS, seed=1))
    own = {
        "nl": "Zet bij elke halte een knop om drukte te melden.",
        "en": "Put a button at each stop to report that it is crowded.",
        "fy": "Set by elke halte in knop om drokte te melden.",
    }
    key = cast.keys.read(found.key_name)
    speaking.say(
        cast.session,
        found,
        pseudonyms.participant(key, "person 0"),
        own[cast.language],
        cast.language,
        [],
        secrets.token_hex(16),
        secret=cast.secret,
        now=cast.now,
    )


def _closed(cast: _Cast, written: dict[str, Any]) -> None:
    """A round that was answered and closed."""
    found = _begun(cast, written, began=70, ends=-42)
    opinions = [one["camps"] for one in written["statements"]]
    _vote(cast, found, simulated.votes_of_camps(opinions, CAMPS, seed=2))
    _end(cast, found, 42)
    phases.open_answering(cast.session, found, actor_id=cast.holder, now=cast.ago(40))
    numbers = {one.id: one.number for one in statements_of(cast.session, found)}
    for point in cast.session.scalars(select(Point).where(Point.round_id == found.id)).all():
        said = written["answers"][str(numbers[point.statement_id])]
        answer = said.get(cast.language, said["en"])
        answering.answer_point(
            cast.session,
            found,
            point,
            answering.Answer(**answer, due=day_of(cast.now + 120 * DAY)),
            revision=point.revision,
            actor_id=cast.people["adviseur"],
            now=cast.ago(25),
        )
    phases.close_round(cast.session, found, actor_id=cast.people["adviseur"], now=cast.ago(24))


def _without_groups(cast: _Cast, written: dict[str, Any]) -> None:
    """A round in which no groups of opinion stand out, and of which the points wait for answers."""
    found = _begun(cast, written, began=30, ends=-3)
    people = simulated.votes_without_camps(len(written["statements"]), WITHOUT_CAMPS, seed=3)
    _vote(cast, found, people)
    _end(cast, found, 3)
    phases.open_answering(cast.session, found, actor_id=cast.holder, now=cast.ago(2))


def _end(cast: _Cast, found: Round, days: int) -> None:
    """End the vote so many days ago, and count it."""
    then = cast.ago(days)
    phases.close_voting(cast.session, found, actor_id=cast.holder, now=then)
    count = counting.count_own(cast.session, found, turnout(cast.session, found))
    counting.keep_count(cast.session, found, count, now=then)


_STAGES = {"open": _open, "closed": _closed, "without_groups": _without_groups}


def _begun(cast: _Cast, written: dict[str, Any], *, began: int, ends: int) -> Round:
    """Prepare a round as it was so many days ago, and let people in."""
    before = cast.ago(began + 10)
    own = written["texts"][LANGUAGES[0]]
    found = preparing.prepare_round(
        cast.session,
        preparing.RoundSetUp(
            slug=written["slug"],
            title=own["title"],
            question=own["question"],
            languages=LANGUAGES,
            opens_at=cast.ago(began),
            closes_at=cast.noon(ends - 1),
            answer_by=day_of(cast.now + (ends + 30) * DAY),
        ),
        cast.keys,
        actor_id=cast.holder,
        now=before,
    )
    for language, texts in written["texts"].items():
        dossier.write_texts(
            cast.session,
            found,
            language,
            dossier.Texts(**texts),
            mark=dossier.mark_of_texts(found, language),
            actor_id=cast.holder,
            now=before,
        )
    _map_people(cast, found, before)
    for one in written["statements"]:
        _state(cast, found, one, before)
    phases.open_voting(cast.session, found, actor_id=cast.holder, now=cast.ago(began))
    return found


def _map_people(cast: _Cast, found: Round, before: datetime) -> None:
    """Say whom the subject touches, and ask three coarse things by which they show themselves."""
    for name in ("age", "municipality", "role"):
        stakeholders.ask_background(cast.session, found, name, actor_id=cast.holder, now=before)
    age = background_questions(cast.session, found)[0]
    for group in (
        stakeholders.Group(
            name={"nl": "Jongeren", "fy": "Jongerein"}.get(cast.language, "Young people"),
            touched=3,
            how_reached={
                "nl": "Op school en met een poster in de bus.",
                "fy": "Op skoalle en mei in poster yn de bus.",
            }.get(cast.language, "At school and with a poster in the bus."),
            expected_share=20,
            owner_id=cast.holder,
            question_id=age.id,
            option="to-29",
        ),
        stakeholders.Group(
            name={"nl": "Ouderen", "fy": "Alderein"}.get(cast.language, "Older people"),
            touched=2,
            how_reached={
                "nl": "Met een boekje op papier, in het buurthuis.",
                "fy": "Mei in boekje op papier, yn it buerthûs.",
            }.get(cast.language, "With a booklet on paper, in the community centre."),
            is_vulnerable=True,
            expected_share=20,
            owner_id=cast.holder,
            question_id=age.id,
            option="from-70",
        ),
    ):
        stakeholders.add_group(cast.session, found, group, actor_id=cast.holder, now=before)


def _state(cast: _Cast, found: Round, written: dict[str, Any], before: datetime) -> None:
    """Add one statement in all languages, with the value that it touches."""
    today = day_of(cast.now)
    known = tagging.values_to_choose(cast.session, today, LANGUAGES[0])
    value = written["value"]
    first, *others = LANGUAGES
    made = seeding.add_statement(
        cast.session,
        found,
        SeedStatement(written[first], first, (value,) if value in known else ()),
        today=today,
        actor_id=cast.holder,
        now=before,
    )
    for language in others:
        translating.translate(
            cast.session,
            found,
            made,
            translating.Translated(language, written[language], True, ""),
            actor_id=cast.holder,
            now=before,
        )


def _vote(cast: _Cast, found: Round, votes: Iterable[tuple[int, int, int]]) -> None:
    """Let people who do not exist take part and vote."""
    key = cast.keys.read(found.key_name)
    ids = {one.number: one.id for one in statements_of(cast.session, found)}
    people: dict[int, bytes] = {}
    rows = []
    for person, place, value in votes:
        pid = people.setdefault(person, pseudonyms.participant(key, f"person {person}"))
        rows.append({"pid": pid, "statement_id": ids[place + 1], "value": value})
    joined = [
        {"pid": pid, "round_id": found.id, "channel": "paper" if person % 9 == 0 else "link"}
        for person, pid in people.items()
    ]
    cast.session.execute(insert(Participant), joined)
    cast.session.execute(insert(Vote), rows)
    _tell_of_themselves(cast, found, list(people.values()))


def _tell_of_themselves(cast: _Cast, found: Round, pids: Sequence[bytes]) -> None:
    """Let most of these people answer what is asked about them, and count who was reached."""
    asked = background_questions(cast.session, found)
    questions = [[option["key"] for option in one.options] for one in asked]
    answers = [
        {"pid": pids[person], "question_id": asked[place].id, "option": option}
        for person, place, option in simulated.backgrounds(questions, len(pids), seed=found.id)
    ]
    cast.session.execute(insert(BackgroundAnswer), answers)
    then = min(found.closes_at or cast.now, cast.now)
    reached = reaching.count_reach(cast.session, found, now=then)
    if reached is not None:
        reaching.keep_reach(cast.session, found, reached, now=then)
