"""The yardstick: the same 18 questions in a plain Flask + SQLAlchemy app, and nothing more.

It has what anybody would write first: tables, a form per section, a token against forged forms,
a signed cookie. It has no roles, plugins, translations, revisions, audit trail or headers.
Addresses and names of inputs are those of the product, so that one client drives both.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from flask import Blueprint, Flask, abort, current_app, redirect, render_template, request, session
from flask_wtf.csrf import CSRFProtect
from sqlalchemy import ForeignKey, UniqueConstraint, create_engine, event, select
from sqlalchemy.orm import (
    DeclarativeBase,
    Mapped,
    Session,
    mapped_column,
    relationship,
    selectinload,
    sessionmaker,
)
from werkzeug import Response

if TYPE_CHECKING:
    from waardewerk.questionnaires.definition import Definition
    from waardewerk.questionnaires.question_types import LevelQuestion


class Base(DeclarativeBase):
    """The tables."""


class Section(Base):
    """A page of questions."""

    __tablename__ = "section"

    id: Mapped[int] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    intro: Mapped[str]
    questions: Mapped[list[Question]] = relationship(order_by="Question.id")


class Question(Base):
    """A question with its ladder."""

    __tablename__ = "question"

    id: Mapped[int] = mapped_column(primary_key=True)
    section_id: Mapped[int] = mapped_column(ForeignKey("section.id"), index=True)
    key: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    help: Mapped[str]
    levels: Mapped[list[Level]] = relationship(order_by="Level.number")


class Level(Base):
    """One step of a ladder."""

    __tablename__ = "level"

    id: Mapped[int] = mapped_column(primary_key=True)
    question_id: Mapped[int] = mapped_column(ForeignKey("question.id"), index=True)
    number: Mapped[int]
    name: Mapped[str]
    descriptor: Mapped[str]


class Respondent(Base):
    """Somebody who answers."""

    __tablename__ = "respondent"

    id: Mapped[int] = mapped_column(primary_key=True)
    code: Mapped[str] = mapped_column(unique=True)
    handed_in_at: Mapped[datetime | None]


class Answer(Base):
    """One answer through one lens; the reason and the example stand in the row without lens."""

    __tablename__ = "answer"
    __table_args__ = (UniqueConstraint("respondent_id", "question", "lens"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    respondent_id: Mapped[int] = mapped_column(ForeignKey("respondent.id"))
    question: Mapped[str]
    lens: Mapped[str]
    value: Mapped[str] = mapped_column(default="")
    reason: Mapped[str] = mapped_column(default="")
    example: Mapped[str] = mapped_column(default="")
    saved_at: Mapped[datetime]


LENSES = {
    "policy": ("Op papier", "Wat is afgesproken of opgeschreven?"),
    "practice": ("In de praktijk", "Wat doen mensen echt?"),
    "result": ("Resultaat", "Wat verandert er zichtbaar?"),
}
WITH_LEVELS = selectinload(Section.questions).selectinload(Question.levels)


def make_sessions(database: Path) -> sessionmaker[Session]:
    """Open the database as durably as the product does."""
    engine = create_engine(f"sqlite:///{database}", connect_args={"timeout": 15})

    @event.listens_for(engine, "connect")
    def prepare(connection: Any, _record: object) -> None:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("PRAGMA synchronous=FULL")
        connection.execute("PRAGMA foreign_keys=ON")

    return sessionmaker(engine, expire_on_commit=False)


def fill(database: Path, definition: Definition, respondents: Iterable[tuple[int, str]]) -> None:
    """Put the product's own questions and respondents into the tables."""
    sessions = make_sessions(database)
    with sessions() as db:
        Base.metadata.create_all(db.get_bind())
        for part in definition.sections:
            intro = part.intro.for_language("nl") if part.intro else ""
            questions = [_question(cast("LevelQuestion", one)) for one in part.questions]
            title = part.title.for_language("nl")
            db.add(Section(key=part.id, title=title, intro=intro, questions=questions))
        db.add_all(Respondent(id=number, code=code) for number, code in respondents)
        db.commit()


def _question(one: LevelQuestion) -> Question:
    steps = zip(one.step_names, one.levels.values(), strict=True)
    return Question(
        key=one.id,
        title=one.title.for_language("nl"),
        help=one.help.for_language("nl") if one.help else "",
        levels=[
            Level(number=number, name=name.for_language("nl"), descriptor=text.for_language("nl"))
            for number, (name, text) in enumerate(steps, start=1)
        ],
    )


pages = Blueprint("bare", __name__)


def create_app(database: Path) -> Flask:
    """Build the app."""
    app = Flask(__name__)
    app.config["SECRET_KEY"] = "only for measuring"
    app.extensions["sessions"] = make_sessions(database)
    CSRFProtect(app)
    app.register_blueprint(pages)
    return app


def open_session() -> Session:
    """Open a unit of work for one request."""
    sessions: sessionmaker[Session] = current_app.extensions["sessions"]
    return sessions()


@pages.get("/health")
def health() -> str:
    """Tell that the app is there."""
    return "ok"


@pages.get("/a/<code>")
def landing(code: str) -> str:
    """Show the page behind the link in the letter."""
    with open_session() as db:
        found = db.scalar(select(Respondent).where(Respondent.code == code)) or abort(404)
        return render_template("bare.html", title="Scan", respondent=found, code=code)


@pages.post("/a/<code>")
def start(code: str) -> Response:
    """Begin on this device."""
    with open_session() as db:
        found = db.scalar(select(Respondent).where(Respondent.code == code)) or abort(404)
        session["respondent"] = found.id
        return redirect(f"/answers/{found.id}", 303)


@pages.get("/answers/<int:respondent_id>")
def overview(respondent_id: int) -> str:
    """List the sections."""
    with open_session() as db:
        found = _own(db, respondent_id)
        listed = db.scalars(select(Section).order_by(Section.id)).all()
        return render_template("bare.html", title="Scan", respondent=found, listed=listed)


@pages.get("/answers/<int:respondent_id>/hand-in")
def check(respondent_id: int) -> str:
    """Ask whether to hand in."""
    with open_session() as db:
        found = _own(db, respondent_id)
        return render_template("bare.html", title="Insturen", respondent=found, hand_in=True)


@pages.post("/answers/<int:respondent_id>/hand-in")
def hand_in(respondent_id: int) -> Response:
    """Hand in."""
    with open_session() as db:
        _own(db, respondent_id).handed_in_at = datetime.now(UTC)
        db.commit()
    return redirect(f"/answers/{respondent_id}", 303)


@pages.get("/answers/<int:respondent_id>/<key>")
def section(respondent_id: int, key: str) -> str:
    """Show one section, or all of them, with one's own answers."""
    with open_session() as db:
        found = _own(db, respondent_id)
        shown = _sections(db, key)
        return render_template(
            "bare.html",
            title=shown[0].title,
            respondent=found,
            key=key,
            sections=shown,
            lenses=LENSES,
            answers=_answers(db, respondent_id, shown),
        )


@pages.post("/answers/<int:respondent_id>/<key>")
def save_section(respondent_id: int, key: str) -> Response:
    """Save a whole page."""
    with open_session() as db:
        _own(db, respondent_id)
        shown = _sections(db, key)
        stored = _answers(db, respondent_id, shown)
        for question in (q for one in shown for q in one.questions):
            for lens in (*LENSES, ""):
                slot = (question.key, lens)
                _save(db, respondent_id, *slot, stored.get(slot))
        db.commit()
        following = select(Section.key).where(Section.id > shown[-1].id).order_by(Section.id)
        return redirect(
            f"/answers/{respondent_id}/{db.scalars(following).first() or 'hand-in'}", 303
        )


@pages.post("/answers/<int:respondent_id>/save/<question>/")
@pages.post("/answers/<int:respondent_id>/save/<question>/<lens>")
def save(respondent_id: int, question: str, lens: str = "") -> str:
    """Save one answer."""
    with open_session() as db:
        _own(db, respondent_id)
        db.scalar(select(Question.id).where(Question.key == question)) or abort(404)
        stored = db.scalar(
            select(Answer).where(
                Answer.respondent_id == respondent_id,
                Answer.question == question,
                Answer.lens == lens,
            )
        )
        answer = _save(db, respondent_id, question, lens, stored)
        db.commit()
        return render_template("bare_saved.html", saved_at=answer.saved_at)


def _own(db: Session, respondent_id: int) -> Respondent:
    if session.get("respondent") != respondent_id:
        abort(404)
    return db.get(Respondent, respondent_id) or abort(404)


def _sections(db: Session, key: str) -> list[Section]:
    """Read one section with its questions and their levels, or ``all`` of them."""
    wanted = select(Section).order_by(Section.id).options(WITH_LEVELS)
    if key != "all":
        wanted = wanted.where(Section.key == key)
    return list(db.scalars(wanted)) or abort(404)


def _answers(
    db: Session, respondent_id: int, shown: list[Section]
) -> dict[tuple[str, str], Answer]:
    questions = [question.key for section in shown for question in section.questions]
    stored = select(Answer).where(
        Answer.respondent_id == respondent_id, Answer.question.in_(questions)
    )
    return {(answer.question, answer.lens): answer for answer in db.scalars(stored)}


def _save(
    db: Session, respondent_id: int, question: str, lens: str, answer: Answer | None
) -> Answer:
    if answer is None:
        answer = Answer(respondent_id=respondent_id, question=question, lens=lens)
        db.add(answer)
    answer.value = request.form.get(f"{question}:{lens}:value", "")
    answer.reason = request.form.get(f"{question}:{lens}:reason", "")
    answer.example = request.form.get(f"{question}:{lens}:example", "")
    answer.saved_at = datetime.now(UTC)
    return answer


def from_environment() -> Flask:
    """Build the app for gunicorn."""
    return create_app(Path(os.environ["BARE_DATABASE"]))
