"""The yardstick for votes: a statement, three buttons and an insert in plain Flask and SQLAlchemy.

It has what anybody would write first: two tables, a row per vote, a statement drawn by chance. It
has no rounds, phases, keys, tokens, tallies, translations, moderation, headers or style, and it
checks nothing.
"""

from __future__ import annotations

import os
import random
from pathlib import Path
from typing import cast

from flask import Flask, render_template_string, request
from sqlalchemy import create_engine, event, func, select
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, sessionmaker

CARD = """<form id="card" method="post" action="/vote">
<input type="hidden" name="statement" value="{{ statement.id }}">
<blockquote>{{ statement.text }}</blockquote>
<button name="vote" value="1">Agree</button> <button name="vote" value="-1">Disagree</button>
<button name="vote" value="0">I don't know</button></form>"""


class Base(DeclarativeBase):
    """The tables."""


class Statement(Base):
    """A sentence to react to."""

    __tablename__ = "statement"

    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str]


class Vote(Base):
    """A reaction."""

    __tablename__ = "vote"

    id: Mapped[int] = mapped_column(primary_key=True)
    person: Mapped[str] = mapped_column(index=True)
    statement_id: Mapped[int]
    value: Mapped[int]


def create_app(url: str) -> Flask:
    """Build the app on a database."""
    engine = create_engine(url)
    if engine.dialect.name == "sqlite":
        event.listen(engine, "connect", _prepare)
    make_session = sessionmaker(engine)
    app = Flask(__name__)

    @app.get("/health")
    def health() -> str:
        return "ok"

    @app.post("/vote")
    def vote() -> str:
        with make_session() as session:
            session.add(
                Vote(
                    person=request.cookies["person"],
                    statement_id=int(request.form["statement"]),
                    value=int(request.form["vote"]),
                )
            )
            session.commit()
            count = cast("int", session.scalar(select(func.max(Statement.id))))
            following = session.get(Statement, random.randint(1, count))
            return render_template_string(CARD, statement=following)

    return app


def fill(url: str, statements: int) -> None:
    """Make the tables, and so many statements."""
    engine = create_engine(url)
    Base.metadata.drop_all(engine)
    Base.metadata.create_all(engine)
    with sessionmaker(engine).begin() as session:
        session.add_all(Statement(text=f"Statement {n} is something.") for n in range(statements))
    engine.dispose()


def _prepare(connection: object, _record: object) -> None:
    cursor = connection.cursor()  # type: ignore[attr-defined]
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA busy_timeout=15000")
    cursor.close()


def from_environment() -> Flask:
    """Build the app for gunicorn."""
    return create_app(os.environ.get("BARE_URL") or f"sqlite:///{Path('bare.db').absolute()}")
