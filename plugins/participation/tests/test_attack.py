"""Somebody takes everything that there is, and looks for who voted what.

They have the database as it is and as it was (tables, files, log, free pages), the installation's
secret, logs, mails, pages and every file beside them, and they know what people held in their
hands: codes of letters, what a browser kept, addresses. What they do not have is the round's key:
it was destroyed, and it was never in a backup.

The same attack with the key finds every person. So it can fail.
"""

from __future__ import annotations

import contextlib
import hashlib
import hmac
import io
import logging
import re
import secrets
import sqlite3
import zipfile
from base64 import b64encode, urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from flask import Flask
from pypdf import PdfReader
from sqlalchemy import Engine, inspect, text

from waardewerk import db, exports, jobs
from waardewerk.config import Config
from waardewerk.i18n import day_of
from waardewerk.notation import codes
from waardewerk.testing import SignInAs, SmtpServer, UnitOfWork, browser_of
from waardewerk_participation import keeping, pseudonyms
from waardewerk_participation.exporters import RECORD
from waardewerk_participation.models import Code, CodeBatch, Participant, Statement, Vote
from waardewerk_participation.operations import answering, phases
from waardewerk_participation.queries import answers

from .counted import count

NOW = datetime.now(UTC)
#: A key is chance: of its 32 bytes hardly any two are equal.
KEY_LENGTH, DIFFERENT = 32, 22
WORD = re.compile(rb"[A-Za-z0-9+/=_.@-]{8,400}")


@pytest.fixture
def config(config: Config, smtp_server: SmtpServer) -> Config:
    """Name a mail server."""
    return config.model_copy(
        update={
            "smtp_host": smtp_server.host,
            "smtp_port": smtp_server.port,
            "smtp_security": "none",
        }
    )


@dataclass
class Loot:
    """All that was taken: by where it comes from, and the cells of every table."""

    pieces: dict[str, bytes] = field(default_factory=dict)
    cells: set[bytes] = field(default_factory=set)
    #: Numbers of participants, which are in the table for anybody who has it.
    participants: set[bytes] = field(default_factory=set)

    def take(self, name: str, content: bytes | str) -> None:
        """Take something along."""
        self.pieces[name] = content.encode() if isinstance(content, str) else content

    def candidates(self) -> set[bytes]:
        """Return every string that could be a key: cells, words, and what looks like chance."""
        found = set(self.cells)
        for piece in self.pieces.values():
            for word in set(WORD.findall(piece)):
                found |= {word, *_decoded(word)}
            found |= _chances(piece)
        return found | {b""}


def _decoded(word: bytes) -> Iterator[bytes]:
    with contextlib.suppress(ValueError):
        yield bytes.fromhex(word.decode())
    with contextlib.suppress(ValueError):
        yield urlsafe_b64decode(word + b"=" * (-len(word) % 4))


def _chances(piece: bytes) -> set[bytes]:
    """Return every stretch of a key's length that looks like chance."""
    if piece.isascii():
        return set()
    found = set()
    for at in range(len(piece) - KEY_LENGTH + 1):
        stretch = piece[at : at + KEY_LENGTH]
        if len(set(stretch)) >= DIFFERENT and max(stretch) > 127:
            found.add(stretch)
    return found


def _forms(secret: str) -> set[str]:
    return {secret, codes.printed(secret)}


def _made_with(key: bytes, secret: str) -> Iterator[bytes]:
    """Make what the program would make, and what somebody else would think of."""
    yield pseudonyms.participant(key, secret)
    plain = secret.encode()
    yield hmac.new(key, plain, hashlib.sha256).digest()[:16]
    yield hmac.new(plain, key, hashlib.sha256).digest()[:16]
    yield hashlib.sha256(key + plain).digest()[:16]
    yield hashlib.sha256(plain + key).digest()[:16]


def people_found(loot: Loot, known: Iterable[str]) -> set[tuple[str, bytes]]:
    """Return which known secrets lead to which participants."""
    return {
        (secret, made)
        for key in loot.candidates()
        for secret in known
        for form in _forms(secret)
        for made in _made_with(key, form)
        if made in loot.participants
    }


def places_of(loot: Loot, secret: str) -> list[str]:
    """Return where a secret stands as it is, or written otherwise."""
    plain = secret.encode()
    written = {form.encode() for form in _forms(secret)}
    written |= {plain.hex().encode(), plain.hex().upper().encode()}
    written |= {b64encode(plain).rstrip(b"="), urlsafe_b64encode(plain).rstrip(b"=")}
    written |= {
        plain[::-1],
        hashlib.sha256(plain).digest(),
        hashlib.sha256(plain).hexdigest().encode(),
    }
    return [name for name, piece in loot.pieces.items() if any(form in piece for form in written)]


# Taking everything ---------------------------------------------------------------------------


def take_database(loot: Loot, engine: Engine, when: str) -> None:
    """Take every cell of every table, a dump, and the files as they lie on the disk."""
    with engine.connect() as connection:
        for name in inspect(connection).get_table_names():
            rows = connection.execute(text(f'SELECT * FROM "{name}"')).all()
            loot.take(f"{when}: table {name}", repr([tuple(row) for row in rows]))
            loot.cells |= {cell for row in rows for cell in map(_as_bytes, row) if cell}
        pids = connection.execute(text("SELECT pid FROM participation_participant"))
        loot.participants |= {bytes(pid) for (pid,) in pids}
    if engine.dialect.name == "sqlite":
        _take_sqlite(loot, Path(str(engine.url.database)), when)
    else:
        _take_postgresql(loot, engine, when)


def _as_bytes(cell: object) -> bytes:
    if isinstance(cell, bytes | memoryview):
        return bytes(cell)
    return str(cell).encode("utf-8", "surrogatepass")


def _take_sqlite(loot: Loot, file: Path, when: str) -> None:
    for one in sorted(file.parent.glob(f"{file.name}*")):
        loot.take(f"{when}: file {one.name}", one.read_bytes())
    with sqlite3.connect(file) as connection:
        loot.take(f"{when}: dump", "\n".join(connection.iterdump()))
    connection.close()


def _take_postgresql(loot: Loot, engine: Engine, when: str) -> None:
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text("CHECKPOINT"))
        folder = Path(connection.scalar(text("SHOW data_directory")) or "")
        paths = connection.scalars(
            text(
                "SELECT pg_relation_filepath(oid) FROM pg_class"
                " WHERE relnamespace = 'public'::regnamespace AND relkind IN ('r', 'i', 't')"
            )
        )
        for path in paths:
            loot.take(f"{when}: file {path}", (folder / path).read_bytes())


def take_the_rest(loot: Loot, config: Config, smtp: SmtpServer, logged: str, when: str) -> None:
    """Take the secret and every other file, the mails and the logs."""
    for file in sorted(config.var.rglob("*")):
        if file.is_file() and "static" not in file.parts and "compiled" not in file.parts:
            loot.take(f"{when}: file {file.name}", file.read_bytes())
    loot.take(f"{when}: mails", "\n".join(one.as_string() for one in smtp.letters))
    loot.take(f"{when}: logs", logged)


def take_exports(loot: Loot, app: Flask) -> None:
    """Take every file in which the result can be saved, and what is packed in it."""
    with app.app_context():
        forms = [one.format for one in exports.exporters_for(RECORD)]
    assert {"pdf", "docx", "odt", "csv", "json", "zip"} <= set(forms)
    for form in forms:
        name = f"results.{form}"
        given = browser_of(app).get(f"/r/cameras/{name}")
        assert given.status_code == 200
        for place, content in enumerate(_unpacked(form, given.data)):
            loot.take(f"{name}, {place}", content)


def _unpacked(form: str, content: bytes) -> Iterator[bytes]:
    if zipfile.is_zipfile(io.BytesIO(content)):
        with zipfile.ZipFile(io.BytesIO(content)) as packed:
            yield from (packed.read(one) for one in packed.namelist())
    elif form == "pdf":
        read = PdfReader(io.BytesIO(content))
        yield repr(read.metadata).encode()
        yield from (page.extract_text().encode() for page in read.pages)
    else:
        yield content


# What happens --------------------------------------------------------------------------------


@dataclass(frozen=True)
class Known:
    """What people held in their hands."""

    code: str
    cookie: str
    address: str
    #: Whom each of them is, for who wants to see whether the attack can work.
    people: frozenset[tuple[str, bytes]]

    @property
    def secrets(self) -> tuple[str, ...]:
        """Return all that an attacker may know of somebody."""
        return (self.code, self.cookie, self.address)


def hold_a_round(app: Flask, own_rounds: Any, unit_of_work: UnitOfWork) -> Known:
    """Let people come with a letter and with a link, vote, speak, and leave an address."""
    own_rounds.open(joining="code")
    code, cookie = codes.spelled(secrets.token_bytes(16)), secrets.token_hex(16)
    address = f"canary{secrets.token_hex(6)}@example.nl"
    by_letter = own_rounds.joins(code, channel="letter")
    by_link = own_rounds.joins(cookie)
    others = [own_rounds.joins(secrets.token_hex(16)) for _ in range(40)]
    with unit_of_work() as session:
        found = own_rounds.get(session)
        key = own_rounds.keys.read(found.key_name)
        letters = CodeBatch(round_id=found.id, label="Town", size=50, made_on=day_of(NOW))
        session.add(letters)
        session.flush()
        hashed = pseudonyms.invitation(key, code)
        session.add(Code(hash=hashed, batch_id=letters.id, state="used"))
        ids = list(session.scalars(_statement_ids(found.id)))
        session.add_all(
            Vote(pid=pid, statement_id=one, value=secrets.choice((-1, 0, 1)))
            for pid in (by_letter, by_link, *others)
            for one in ids
        )
        session.get_one(Statement, ids[0]).author = by_letter
    browser = browser_of(app)
    browser.get(f"/r/cameras/c/{code}")
    browser.set_cookie("ww_cameras", cookie, path="/r/cameras/")
    browser.get("/r/cameras/answers")
    browser.post("/volg/cameras", data={"email": address})
    return Known(code, cookie, address, frozenset({(code, by_letter), (cookie, by_link)}))


def _statement_ids(round_id: int) -> Any:
    from sqlalchemy import select

    return select(Statement.id).where(Statement.round_id == round_id)


def work(app: Flask) -> None:
    """Do all that is due, and what follows from it."""
    while jobs.worker_of(app).run_due(datetime.now(UTC)):
        pass


def close_and_forget(own_rounds: Any, unit_of_work: UnitOfWork) -> None:
    """Close the round as its holders do, and let the night come in which its key goes."""
    with unit_of_work() as session:
        found = own_rounds.get(session)
        phases.close_voting(session, found, actor_id=None, now=NOW)
    count(own_rounds)
    with unit_of_work() as session:
        found = own_rounds.get(session)
        phases.open_answering(session, found, actor_id=None, now=NOW)
        nothing = answering.Answer(we_do_not="We keep the cameras.", why="The law asks it.")
        for point in answers.points(session, found):
            answering.answer_point(
                session, found, point, nothing, revision=1, actor_id=None, now=NOW
            )
        phases.close_round(session, found, actor_id=None, now=NOW)
        found.closed_at = NOW - timedelta(found.key_days)
    with unit_of_work() as session:
        assert keeping.KEYS.expire(session, keeping.KEYS.keep) == 1


@pytest.mark.on_both
def test_whoever_takes_everything_finds_nobody_once_the_key_is_gone(
    app: Flask,
    config: Config,
    own_rounds: Any,
    unit_of_work: UnitOfWork,
    sign_in_as: SignInAs,
    smtp_server: SmtpServer,
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level(logging.DEBUG)
    engine = app.extensions[db.EXTENSION].engine
    holder = sign_in_as("adviseur")
    known = hold_a_round(app, own_rounds, unit_of_work)
    work(app)

    loot = Loot()
    loot.take("secret", str(app.secret_key))
    # The backup of a night while people voted: with the database, and never with the keys.
    take_database(loot, engine, "backup")
    assert _people_are_found_with_the_key(own_rounds, unit_of_work, loot, known)

    close_and_forget(own_rounds, unit_of_work)
    work(app)
    with unit_of_work() as session:
        assert jobs.troubled(session) == []
    take_database(loot, engine, "after")
    take_the_rest(loot, config, smtp_server, _logged(caplog), "after")
    for page in ("answers", "privacy", "results", "moderation"):
        loot.take(page, browser_of(app).get(f"/r/cameras/{page}").data)
    for page in ("answers", "closing", "results", "statements", "inclusion"):
        loot.take(f"inside: {page}", holder.get(f"/participation/cameras/{page}").data)
    take_exports(loot, app)

    assert len(loot.participants) == 42
    assert people_found(loot, known.secrets) == set()
    assert places_of(loot, known.code) == []
    assert places_of(loot, known.cookie) == []
    assert [one for one in places_of(loot, known.address) if "log" in one or "table" in one] == []
    assert known.address in loot.pieces["after: mails"].decode(), "the search can find something"


def _logged(caplog: pytest.LogCaptureFixture) -> str:
    """Return what the product wrote in its log; the test's mail server keeps its own."""
    ours = (one for one in caplog.records if not one.name.startswith("mail."))
    return "\n".join(one.getMessage() for one in ours)


def _people_are_found_with_the_key(
    own_rounds: Any, unit_of_work: UnitOfWork, loot: Loot, known: Known
) -> bool:
    with unit_of_work() as session:
        name = own_rounds.get(session).key_name
    with_key = Loot({"the key": own_rounds.keys.read(name)}, set(), loot.participants)
    return people_found(with_key, known.secrets) == known.people


def test_participants_of_the_backup_and_of_the_end_are_the_same_so_nothing_was_hidden_by_renaming(
    app: Flask, own_rounds: Any, unit_of_work: UnitOfWork
) -> None:
    hold_a_round(app, own_rounds, unit_of_work)
    with unit_of_work() as session:
        before = {bytes(pid) for (pid,) in session.query(Participant.pid)}
    close_and_forget(own_rounds, unit_of_work)
    with unit_of_work() as session:
        assert {bytes(pid) for (pid,) in session.query(Participant.pid)} == before


@pytest.mark.parametrize("write", [str, codes.printed, lambda code: code.encode().hex()])
def test_the_search_sees_a_secret_however_it_is_written(write: Any) -> None:
    code = codes.spelled(secrets.token_bytes(16))
    loot = Loot()
    loot.take("log", f"somebody came with {write(code)} today")
    assert places_of(loot, code) == ["log"]


@pytest.mark.parametrize("write", [bytes, lambda key: key.hex().encode(), urlsafe_b64encode])
def test_the_attack_finds_somebody_when_the_key_lies_anywhere(write: Any) -> None:
    key, code = secrets.token_bytes(32), codes.spelled(secrets.token_bytes(16))
    pid = pseudonyms.participant(key, code)
    loot = Loot(participants={pid})
    loot.take("free page", b"\0" * 100 + b" " + write(key) + b" " + b"\0" * 100)
    assert people_found(loot, [code]) == {(code, pid)}
