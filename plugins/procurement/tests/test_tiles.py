"""Who is awaited between the last score and the last letter sees so on the first page."""

from __future__ import annotations

from flask import Flask

from waardewerk.contract import Viewer
from waardewerk.people.models import Person
from waardewerk.testing import AddPerson, UnitOfWork
from waardewerk_procurement.models import Bid, ConflictDeclaration, Letter, Lot
from waardewerk_procurement.queries.decisions import bids_of
from waardewerk_procurement.tiles import deciding_tiles, talking_tiles

from .deciding_on import assessed, decide, give_prices
from .setting_up import (
    NOW,
    a_concept,
    agree_all,
    assess,
    counted,
    finish_quality,
    fix,
    score_all,
)

RIGHTS = frozenset({"procurement.prepare", "procurement.read"})


def test_the_officer_sees_each_step_that_is_theirs(
    app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    officer, first, second = (a_person("adviseur") for _number in range(3))
    viewer = Viewer(person_id=officer.id, permissions=RIGHTS)
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id)
        fix(session, dossier)
        assessors, bids = assess(session, dossier, [first.id, second.id])

        def texts() -> list[str]:
            session.flush()
            with app.test_request_context(headers={"Accept-Language": "en"}):
                return [tile.text for tile in deciding_tiles(session, viewer)]

        assert texts() == ["Say of each bid whether it meets the requirements."]
        score_all(session, assessors, bids)
        assert texts() == ["All scores are in. You can reveal them."]
        dossier.lots[0].revealed_at = NOW
        assert texts() == ["Say of each bid whether it meets the requirements."]
        finish_quality(session, dossier, bids)
        dossier.state, dossier.lots[0].quality_final_at = "assessment", None
        assert texts() == ["Everything is agreed. You can make the quality final."]
        dossier.state, dossier.lots[0].quality_final_at = "decision", NOW
        assert texts() == ["The quality is final. Fill in the prices."]
        give_prices(session, dossier)
        assert texts() == []
        decide(session, dossier)
        assert texts() == ["3 letters to write."]
        session.add_all(
            Letter(bid_id=bid.id, ready_at=NOW, changed_at=NOW)
            for bid in bids_of(session, dossier.lots[0])[:2]
        )
        assert texts() == ["1 letter to write."]


def test_the_officer_sees_the_step_of_each_lot(
    app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    officer, first, second = (a_person("adviseur") for _number in range(3))
    viewer = Viewer(person_id=officer.id, permissions=RIGHTS)
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id)
        north = dossier.lots[0]
        south = Lot(
            key="lot-2",
            position=2,
            title="South",
            formula=north.formula,
            tie_rule=north.tie_rule,
            drop_out=north.drop_out,
        )
        dossier.lots.append(south)
        session.flush()
        fix(session, dossier)
        assessors, bids = assess(session, dossier, [first.id, second.id])
        session.add(Bid(lot_id=south.id, key="A", bidder="Zuid BV", added_at=NOW))
        score_all(session, assessors, bids)
        session.flush()

        def tiles() -> list[tuple[str, str]]:
            with app.test_request_context(headers={"Accept-Language": "en"}):
                return [(tile.title, tile.text) for tile in deciding_tiles(session, viewer)]

        assert tiles() == [
            (f"{dossier.title}, {north.title}", "All scores are in. You can reveal them."),
            (f"{dossier.title}, South", "Say of each bid whether it meets the requirements."),
        ]
        north.revealed_at = north.quality_final_at = NOW
        assert [title for title, _text in tiles()] == [f"{dossier.title}, South"]


def test_who_talks_about_bids_is_asked_to_until_everything_is_agreed(
    app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    officer, first, second, other = (a_person("adviseur") for _number in range(4))
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id)
        fix(session, dossier)
        assessors, bids = assess(session, dossier, [first.id, second.id])
        score_all(session, assessors, bids)

        def texts(person: Person) -> list[str]:
            session.flush()
            rights = frozenset({"procurement.prepare", "procurement.assess"})
            viewer = Viewer(person_id=person.id, permissions=rights)
            with app.test_request_context(headers={"Accept-Language": "en"}):
                return [tile.text for tile in talking_tiles(session, viewer)]

        assert texts(first) == texts(officer) == []
        dossier.lots[0].revealed_at = NOW
        session.add(
            ConflictDeclaration(
                assessor_id=assessors[1].id, bid_id=bids[0].id, has_interest=True, declared_at=NOW
            )
        )
        assert texts(first) == ["Talk about 3 bids: not everything is agreed yet."]
        assert texts(officer) == texts(first)
        assert texts(second) == ["Talk about 2 bids: not everything is agreed yet."]
        assert texts(other) == []
        agree_all(session, bids)
        assert texts(first) == texts(officer) == texts(second) == []


def test_the_first_page_asks_as_much_for_many_conversations_as_for_one(
    app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person("adviseur")
    viewer = Viewer(person_id=person.id, permissions=frozenset({"procurement.assess"}))
    with unit_of_work() as session:

        def asked_for(several: int) -> int:
            for _number in range(several):
                dossier = a_concept(session)
                fix(session, dossier)
                assess(session, dossier, [person.id])
                dossier.lots[0].revealed_at = NOW
            session.flush()
            session.expire_all()
            with app.test_request_context(), counted(session) as asked:
                assert talking_tiles(session, viewer)
            return len(asked)

        assert asked_for(1) == asked_for(4)


def test_who_decides_sees_what_is_ranked_but_not_what_they_assessed(
    app: Flask, unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    decider, assessor = a_person("adviseur"), a_person("adviseur")
    with unit_of_work() as session:
        dossier = assessed(session, assessors=(assessor.id,))

        def texts(person_id: int) -> list[str]:
            viewer = Viewer(person_id=person_id, permissions=frozenset({"procurement.decide"}))
            with app.test_request_context(headers={"Accept-Language": "en"}):
                return [tile.text for tile in deciding_tiles(session, viewer)]

        assert texts(decider.id) == []
        give_prices(session, dossier)
        assert texts(decider.id) == ["Everything is priced and ranked. You can decide."]
        assert texts(assessor.id) == []
        decide(session, dossier)
        assert texts(decider.id) == []
