"""Fills a database of the product: one scan, its respondents, and all answers if wanted."""

from __future__ import annotations

import random
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.app import create_app
from waardewerk.config import load_config
from waardewerk.i18n import day_of
from waardewerk.people.models import Person
from waardewerk.people.operations import accounts, passwords, rights
from waardewerk.questionnaires import codes, registry
from waardewerk.questionnaires.definition import Definition, Question, Section
from waardewerk.questionnaires.models import Respondent
from waardewerk.questionnaires.operations import agreeing, answering, inquiring
from waardewerk.questionnaires.operations.answering import Filled
from waardewerk.serving import prepare
from waardewerk_maturity.models import Scan
from waardewerk_maturity.operations import opening, shipping

CHAIR = "chair@province.example"
PASSWORD = "correct horse battery staple"
DURATION = timedelta(days=14)
#: What people agree on in the end: policy, practice, result.
AGREED = (3, 2, 1)


@dataclass(frozen=True)
class Invited:
    """Somebody who is asked, with the personal code from the letter."""

    id: int
    code: str


@dataclass(frozen=True)
class Province:
    """What stands in the database."""

    scan_id: int
    inquiry_id: int
    invited: list[Invited]
    definition: Definition


def fill(var: Path, levels: Sequence[str], *, agreed: bool = False) -> Province:
    """Open one scan in a new database under ``var``, with one respondent for each level given.

    With ``agreed`` everybody has answered everything, and people agreed on all of it.
    """
    app = create_app(load_config(var=var))
    prepare(app)
    database: db.Database = app.extensions[db.EXTENSION]
    secret, now = str(app.secret_key), datetime.now(UTC)
    with app.app_context(), database.transaction() as session:
        chair = _add_chair(session, now)
        scan = _open_scan(session, chair, now)
        definition = registry.definition_of(scan.inquiry.version)
        asked = _ask(session, scan, levels, secret, chair, now)
        if agreed:
            _answer(session, scan, definition, asked, now)
            _agree(session, scan, definition, chair, now)
        invited = [Invited(r.id, codes.code_for(secret, r.id, r.code_number)) for r in asked]
        province = Province(scan.id, scan.inquiry_id, invited, definition)
    database.dispose()
    return province


def _add_chair(session: Session, now: datetime) -> Person:
    chair = accounts.add_person(session, name="Chair", email=CHAIR, level="civil_servant", now=now)
    chair.password_hash = passwords.hash_password(PASSWORD, chair)
    rights.assign_roles(session, chair, {"aanjager"}, actor_id=None, now=now)
    return chair


def _open_scan(session: Session, chair: Person, now: datetime) -> Scan:
    version = shipping.publish_shipped_scan(session, actor_id=chair.id, now=now)
    wanted = opening.ScanOpening(
        title="Scan",
        version_id=version.id,
        opens_on=day_of(now),
        closes_on=day_of(now + DURATION),
        chair_id=chair.id,
    )
    return opening.open_scan(session, wanted, organisation="Province", actor_id=chair.id, now=now)


def _ask(
    session: Session, scan: Scan, levels: Sequence[str], secret: str, chair: Person, now: datetime
) -> list[Respondent]:
    invitees = [
        inquiring.Invitee(name=f"Respondent {n}", email=f"respondent{n}@x.example", level=level)
        for n, level in enumerate(levels)
    ]
    return inquiring.ask_people(
        session, scan.inquiry, invitees, secret=secret, actor_id=chair.id, now=now
    )


def _answer(
    session: Session,
    scan: Scan,
    definition: Definition,
    respondents: Sequence[Respondent],
    now: datetime,
) -> None:
    choose = random.Random(1)
    subject = scan.inquiry.subjects[0]
    for respondent in respondents:
        asked = definition.sections_for(respondent.level)
        questions = [question for section in asked for question in section.questions]
        filled = [one for question in questions for one in _filled(question, choose)]
        answering.save_answers(session, respondent, subject.id, filled, now=now)
        answering.hand_in(session, respondent, now=now)


def _filled(question: Question, choose: random.Random) -> Iterator[Filled]:
    for lens in question.lenses:
        yield Filled(question=question.id, lens=lens, raw=[str(choose.randint(1, 5))])
    yield Filled(question=question.id, lens="", raw=[], reason=f"That is how we see {question.id}.")


def _agree(
    session: Session, scan: Scan, definition: Definition, chair: Person, now: datetime
) -> None:
    for phase in ("spread", "conversation"):
        inquiring.move_phase(session, scan.inquiry, phase, actor_id=chair.id, now=now)
    for section in definition.sections:
        for target in (*(question.id for question in section.questions), section.id):
            _agree_on(session, scan, section, target, chair, now)
    inquiring.move_phase(session, scan.inquiry, "agreed", actor_id=chair.id, now=now)


def _agree_on(
    session: Session, scan: Scan, section: Section, target: str, chair: Person, now: datetime
) -> None:
    lenses = section.questions[0].lenses
    agreed = agreeing.Agreed(
        target=target,
        values=dict(zip(lenses, AGREED, strict=True)),
        reason="We have it on paper, and not much more.",
        present="The chair and six others",
    )
    subject = scan.inquiry.subjects[0]
    agreeing.record_agreement(session, scan.inquiry, subject.id, agreed, actor_id=chair.id, now=now)
