"""Measures the pages and files of a dossier of 200 criteria, 30 bids and 7 assessors.

python bench/procurement.py [--criteria 200] [--bids 30] [--assessors 7] [--times 5] [--at STAGE …]

In one process, on SQLite in a temporary folder. It walks every address of the plugin that can be
read, whatever there is, for an officer and an assessor: from concept to a decision with a letter to
every bidder, and a follow-up for each criterion. What is no page then is named with its status.
With --at only the named stages are walked; on the way there nothing is measured.
"""

from __future__ import annotations

import argparse
import itertools
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from sqlalchemy import event, insert
from sqlalchemy.orm import Session
from werkzeug.routing import AnyConverter, IntegerConverter, Rule

from waardewerk import db
from waardewerk.app import create_app
from waardewerk.config import load_config
from waardewerk.i18n import day_of
from waardewerk.people.operations import accounts, rights, sign_ins
from waardewerk.serving import prepare
from waardewerk_procurement.award import standstill
from waardewerk_procurement.models import (
    AgreedScore,
    Dossier,
    DossierCriterion,
    KnockOutAnswer,
    Letter,
    Lot,
    Score,
)
from waardewerk_procurement.operations import deciding, following
from waardewerk_procurement.queries.decisions import bids_of, ranking_of
from waardewerk_procurement.views.documents import KINDS

sys.path.insert(0, str(Path(__file__).parents[1] / "plugins" / "procurement" / "tests"))
import setting_up

NOW = datetime.now(UTC)
#: Scored criteria under one that is not scored itself.
PARTS = 10
REASON = "De inschrijver laat op bladzijde 3 zien hoe, met bewijs dat bij de opdracht past. " * 2
TEXT = "Laat zien hoe een medewerker een uitkomst uitlegt aan een inwoner. " * 4
#: What is tried for a part of an address that this file does not know.
TRIED = (
    "json",
    "html",
    "docx",
    "odt",
    "xlsx",
    "pdf",
    "csv",
    "yaml",
    "docx.zip",
    "odt.zip",
    "pdf.zip",
)
STAGES = ("concept", "review", "alone", "conversation", "final", "decided", "execution")
#: In milliseconds: what a page may take, and a file.
PAGE_BAR, FILE_BAR = 200, 5000
#: A file that takes so long is not asked for twice: the walk would last an hour.
SLOW_FILE = 1000


@dataclass(frozen=True)
class Size:
    """How large the dossier is."""

    criteria: int
    bids: int
    assessors: int


@dataclass(frozen=True)
class Made:
    """What stands in the database."""

    dossier: int
    lot: str
    criterion: str
    officer: int
    assessors: tuple[int, ...]


@dataclass(frozen=True)
class Figure:
    """What one address cost."""

    address: str
    milliseconds: float
    #: Of those, how many a processor worked on it: what else the machine does is not in it.
    worked: float
    questions: int
    size: int
    is_file: bool

    @property
    def is_slow(self) -> bool:
        """Tell whether it is over the bar."""
        return self.milliseconds > (FILE_BAR if self.is_file else PAGE_BAR)


@dataclass(frozen=True)
class Skipped:
    """An address that is nothing to measure at a stage."""

    address: str
    status: str


# What stands in the database ---------------------------------------------------------------------


def fill(session: Session, size: Size) -> Made:
    """Put the dossier there, as a concept."""
    people = [_person(session, f"Person {number}") for number in range(size.assessors + 1)]
    dossier = setting_up.a_concept(session, people[0], assessors=size.assessors)
    _write_criteria(session, dossier, size)
    setting_up.look_wider(session, dossier)
    scored = next(one.key for one in dossier.criteria if one.parent_id is not None)
    return Made(dossier.id, "lot-1", scored, people[0], tuple(people[1:]))


def _score(session: Session, dossier: Dossier, people: Sequence[int]) -> None:
    """Let everybody score everything."""
    assessors, bids = setting_up.assess(session, dossier, people)
    keys = [one.key for one in dossier.criteria if one.parent_id is not None]
    session.execute(
        insert(Score),
        [
            {
                "assessor_id": one.id,
                "bid_id": bid.id,
                "criterion": key,
                "number": 1,
                "score": ("4", "6", "8", "10")[(number + one.number) % 4],
                "reason": REASON,
                "given_at": NOW,
            }
            for one in assessors
            for bid in bids
            for number, key in enumerate(keys)
        ],
    )


def _person(session: Session, name: str) -> int:
    email = f"{name.lower().replace(' ', '.')}@province.example"
    person = accounts.add_person(session, name=name, email=email, level="civil_servant", now=NOW)
    rights.assign_roles(session, person, {"adviseur", "beheerder"}, actor_id=None, now=NOW)
    return person.id


def _write_criteria(session: Session, dossier: Dossier, size: Size) -> None:
    """Replace the criteria of a small dossier by many: groups of ten, and a knock-out."""
    groups = -(-size.criteria // PARTS)
    dossier.criteria = []
    session.flush()
    dossier.criteria = [
        setting_up.a_criterion(
            f"group-{number}", "award_criterion", f"Group {number}", weight=weight, position=number
        )
        for number, weight in enumerate(_shares(6000, groups))
    ]
    dossier.criteria.append(
        setting_up.a_criterion(
            "three-cases",
            "minimum_requirement",
            "Show three cases",
            anchors=setting_up.KNOCK_OUT,
            position=groups,
        )
    )
    session.flush()
    for number, group in enumerate(dossier.criteria[:groups]):
        here = min(PARTS, size.criteria - number * PARTS)
        dossier.criteria += [
            _part(group, number * PARTS + place, weight)
            for place, weight in enumerate(_shares(10_000, here))
        ]
    session.flush()
    setting_up.BIDDERS.clear()
    setting_up.BIDDERS.update({f"B{number}": f"Bidder {number}" for number in range(size.bids)})


def _part(group: DossierCriterion, number: int, weight: int) -> DossierCriterion:
    made: DossierCriterion = setting_up.a_criterion(
        f"part-{number}",
        "award_criterion",
        f"Criterion number {number}",
        text=TEXT,
        question="How do you do that?",
        weight=weight,
        position=100 + number,
        parent_id=group.id,
    )
    return made


def _shares(whole: int, count: int) -> list[int]:
    """Divide a weight into whole hundredths that are together exactly that."""
    return [whole // count + (place < whole % count) for place in range(count)]


def go_to(session: Session, made: Made, stage: str) -> None:
    """Let the dossier be at a stage."""
    dossier = session.get_one(Dossier, made.dossier)
    lot = dossier.lots[0]
    match stage:
        case "review":
            dossier.state, dossier.submitted_by = "review", made.officer
        case "alone":
            setting_up.fix(session, dossier)
            _score(session, dossier, made.assessors)
        case "conversation":
            lot.revealed_at = NOW
            _agree(session, dossier, lot)
        case "final":
            lot.quality_final_at = NOW
            dossier.state = "decision"
        case "decided":
            _decide(session, dossier, lot)
        case "execution":
            # Long enough afterwards for every term of the law to be over.
            following.carry_out(session, dossier, actor_id=made.officer, now=NOW + timedelta(90))


def _agree(session: Session, dossier: Dossier, lot: Lot) -> None:
    bids = [row.id for row in session.query(setting_up.Bid).filter_by(lot_id=lot.id)]
    session.execute(
        insert(KnockOutAnswer),
        [
            {"bid_id": bid, "criterion": "three-cases", "is_met": True, "written_at": NOW}
            for bid in bids
        ],
    )
    session.execute(
        insert(AgreedScore),
        [
            {
                "bid_id": bid,
                "criterion": one.key,
                "number": 1,
                "score": "8",
                "reason": REASON,
                "agreed_at": NOW,
            }
            for bid in bids
            for one in dossier.criteria
            if one.parent_id is not None
        ],
    )


def _decide(session: Session, dossier: Dossier, lot: Lot) -> None:
    """Decide on prices that are all different, and write every letter."""
    bids = bids_of(session, lot)
    for place, bid in enumerate(bids):
        bid.price = 8_000_000 + place
    session.flush()
    deciding.decide(
        session,
        dossier,
        lot,
        deciding.Chosen(
            awards=True,
            reason=REASON,
            standstill_until=standstill.last_day(dossier.kind, day_of(NOW)),
            seen=ranking_of(session, dossier, lot).sha256,
        ),
        actor_id=None,
        now=NOW,
    )
    session.add_all(
        Letter(bid_id=bid.id, advantages={}, closing=TEXT, ready_at=NOW, changed_at=NOW)
        for bid in bids
    )


# What is asked -----------------------------------------------------------------------------------


def addresses(app: Flask, made: Made) -> Iterator[str]:
    """Give every address of the plugin about this dossier that can be read."""
    adapter = app.url_map.bind("localhost")
    for rule in sorted(app.url_map.iter_rules(), key=lambda rule: rule.rule):
        is_ours = rule.endpoint.startswith("procurement.")
        if not is_ours or "GET" not in (rule.methods or ()) or rule.endpoint.endswith("static"):
            continue
        names = sorted(rule.arguments)
        for values in itertools.product(*(_values(rule, name, made) for name in names)):
            yield adapter.build(rule.endpoint, dict(zip(names, values, strict=True)))


def _values(rule: Rule, name: str, made: Made) -> Sequence[object]:
    known: dict[str, object] = {
        "dossier_id": made.dossier,
        "bid_id": 1,
        "bid_key": "B0",
        "lot": made.lot,
        "criterion": made.criterion,
        "criterion_key": made.criterion,
        "key": made.criterion,
        "lot_key": made.lot,
    }
    if name in known:
        return (known[name],)
    converter = rule._converters[name]
    if isinstance(converter, AnyConverter):
        return tuple(converter.items)
    if name == "document":
        return tuple(kind.slug for kind in KINDS)
    return (1,) if isinstance(converter, IntegerConverter) else TRIED


def browser_of(app: Flask, person_id: int) -> FlaskClient:
    """Sign somebody in."""
    with app.app_context(), db.current().transaction() as session:
        person = accounts.get_person(session, person_id)
        token = sign_ins.sign_in(
            session, person, device="bench", lasts=timedelta(hours=1), now=datetime.now(UTC)
        )
    client = app.test_client()
    client.set_cookie("waardewerk", token)
    return client


class Questions:
    """Counts what is asked of the database."""

    def __init__(self, app: Flask) -> None:
        self.count = 0
        with app.app_context():
            event.listen(db.current().engine, "before_cursor_execute", self._hear)

    def _hear(self, *_what: Any) -> None:
        self.count += 1


def measure(
    client: FlaskClient, address: str, questions: Questions, times: int
) -> Figure | Skipped:
    """Ask for an address once to warm up, then a number of times; or say why it was skipped.

    A file takes so much longer than a page that once more will do, and a slow one not even that.
    """
    first = _ask(client, address, questions)
    if isinstance(first, Skipped):
        return first
    if first.is_file and first.milliseconds > SLOW_FILE:
        return first
    again = [_ask(client, address, questions) for _time in range(1 if first.is_file else times)]
    asked = [one for one in again if isinstance(one, Figure)]
    return replace(
        first,
        milliseconds=statistics.median(one.milliseconds for one in asked),
        worked=statistics.median(one.worked for one in asked),
        questions=asked[-1].questions,
    )


def _ask(client: FlaskClient, address: str, questions: Questions) -> Figure | Skipped:
    before, began, began_working = questions.count, time.perf_counter(), time.process_time()
    answer = client.get(address)
    if answer.status_code != 200:
        return Skipped(address, answer.status)
    # What streams is made while it is read.
    size = len(answer.data)
    return Figure(
        address=address,
        milliseconds=(time.perf_counter() - began) * 1000,
        worked=(time.process_time() - began_working) * 1000,
        questions=questions.count - before,
        size=size,
        is_file="Content-Disposition" in answer.headers,
    )


def show(stage: str, who: str, trivial: Figure, found: Sequence[Figure]) -> None:
    """Print a table."""
    print(f"\n{stage}, {who}; a trivial page: {trivial.milliseconds:.1f} ms")
    print(f"{'address':<52} {'ms':>8} {'CPU':>8} {'x':>6} {'asked':>6} {'kB':>7}")
    for one in found:
        figures = f"{one.milliseconds:8.1f} {one.worked:8.1f} {one.worked / trivial.worked:6.1f}"
        slow = "  over the bar" if one.is_slow else ""
        print(f"{one.address:<52} {figures} {one.questions:6} {one.size / 1000:7.1f}{slow}")


def show_skipped(found: Sequence[Skipped]) -> None:
    """Print what was not measured, by the answer that it gave."""
    for status, alike in itertools.groupby(
        sorted(found, key=lambda one: one.status), key=lambda one: one.status
    ):
        print(f"skipped, {status}: {', '.join(one.address for one in alike)}")


def walk(app: Flask, made: Made, stage: str, questions: Questions, times: int) -> None:
    """Measure every address at one stage, for an officer and for an assessor."""
    for who, person_id in (("officer", made.officer), ("assessor", made.assessors[0])):
        client = browser_of(app, person_id)
        trivial = measure(client, "/contact", questions, times)
        assert isinstance(trivial, Figure)
        walked = [measure(client, address, questions, times) for address in addresses(app, made)]
        show(stage, who, trivial, [one for one in walked if isinstance(one, Figure)])
        show_skipped([one for one in walked if isinstance(one, Skipped)])


def main() -> None:
    """Fill a database and walk through it, stage by stage."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--criteria", type=int, default=200)
    parser.add_argument("--bids", type=int, default=30)
    parser.add_argument("--assessors", type=int, default=7)
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--at", nargs="+", choices=STAGES, default=STAGES, metavar="STAGE")
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        app = create_app(load_config(var=Path(folder)))
        prepare(app)
        database: db.Database = app.extensions[db.EXTENSION]
        with app.app_context(), database.transaction() as session:
            made = fill(session, Size(given.criteria, given.bids, given.assessors))
        questions = Questions(app)
        for stage in STAGES:
            with app.app_context(), database.transaction() as session:
                go_to(session, made, stage)
            if stage in given.at:
                walk(app, made, stage, questions, given.times)
        database.dispose()


if __name__ == "__main__":
    main()
