"""A late interest that leaves one assessor: somebody comes, scores alone, and all agree again."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

import pytest
from flask.testing import FlaskClient
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import i18n
from waardewerk.audit import entries_about
from waardewerk.documents.tree import Document
from waardewerk.people.models import Person
from waardewerk.refusal import Conflict, NotAllowed, Refusal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, every_row, submit
from waardewerk_procurement.documents.report import build_report
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    Dossier,
    FormerOfficer,
    KnockOutAnswer,
    StandIn,
)
from waardewerk_procurement.operations import (
    appointing,
    assessing,
    conferring,
    declaring,
    leading,
    scoring_alone,
    standing_in,
)
from waardewerk_procurement.operations.declaring import Declared
from waardewerk_procurement.operations.scoring_alone import Filled
from waardewerk_procurement.queries.assessment import assessment_of
from waardewerk_procurement.queries.decisions import agreed_reasons, ranking_of
from waardewerk_procurement.queries.following import offered_by
from waardewerk_procurement.queries.procedure import procedure_of

from .setting_up import NOW, a_concept, agree_all, assess, fix, score_all

LATER = NOW + timedelta(hours=1)
LATEST = NOW + timedelta(hours=2)
WHY = "An interest came to light after the reveal."
CRITERIA = ("explain", "forget")
OTHERS = "says how, as the scale asks."


@dataclass
class Scene:
    """A lot of which everything is agreed, until one of two assessors tells of an interest."""

    session: Session
    dossier: Dossier

    @property
    def bids(self) -> list[Bid]:
        return list(assessment_of(self.session, self.dossier).bids)

    @property
    def assessors(self) -> list[Assessor]:
        return list(assessment_of(self.session, self.dossier).assessors)

    def stand_in(self, person_id: int, *, bid: int = 0, why: str = WHY) -> StandIn:
        return standing_in.stand_in(
            self.session, self.dossier, self.bids[bid], person_id, why, actor_id=None, now=LATER
        )

    def declare(self, assessor: Assessor, *, has_interest: bool = False, bid: int = 0) -> bool:
        said = {self.bids[bid].id: Declared(has_interest, "Shares." if has_interest else "")}
        return not declaring.declare(self.session, self.dossier, assessor, said, now=LATER).problems

    def score(self, assessor: Assessor, *criteria: str, score: str = "6") -> None:
        filled = {key: Filled(score, "Page 4 says it in part.") for key in criteria}
        saved = scoring_alone.save_scores(
            self.session, self.dossier, assessor, self.bids[0], filled, now=LATER
        )
        assert not saved.problems

    def agree(self, criterion: str, *, seen: int = 1) -> AgreedScore:
        return conferring.agree(
            self.session,
            self.dossier,
            self.bids[0],
            criterion,
            score="8",
            reason=f"Bid A shows on {criterion} what the scale asks for 8.",
            seen=seen,
            actor_id=None,
            now=LATEST,
        )

    def finish(self) -> None:
        assessing.finish_quality(
            self.session, self.dossier, self.dossier.lots[0], actor_id=None, now=LATEST
        )


@pytest.fixture
def people(a_person: AddPerson) -> dict[str, Person]:
    """Give an officer, two assessors and two people who are new to the dossier."""
    roles = {"officer": "civil_servant", "ada": "adviseur", "bo": "adviseur"}
    new = {"cy": "adviseur", "di": "adviseur"}
    return {name: a_person(role, name=name.title()) for name, role in (roles | new).items()}


@pytest.fixture
def dossier_id(unit_of_work: UnitOfWork, people: dict[str, Person]) -> int:
    """Give an assessment in which all is agreed, and Ada then tells of an interest in bid A."""
    with unit_of_work() as session:
        dossier = a_concept(session, people["officer"].id, assessors=2)
        fix(session, dossier)
        assessors, bids = assess(session, dossier, [people["ada"].id, people["bo"].id])
        score_all(session, assessors, bids)
        agree_all(session, bids)
        dossier.lots[0].revealed_at = NOW
        session.add(
            ConflictDeclaration(
                assessor_id=assessors[0].id,
                bid_id=bids[0].id,
                has_interest=True,
                explanation="Shares.",
                declared_at=LATER,
            )
        )
        return dossier.id


def test_with_one_assessor_left_somebody_comes_and_the_quality_can_be_final(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        with pytest.raises(Conflict, match="Appoint a stand-in"):
            it.finish()
        with pytest.raises(Conflict, match="Appoint a stand-in"):
            it.agree("explain")
        it.stand_in(people["cy"].id)
        cy = it.assessors[2]
        with pytest.raises(NotAllowed):
            it.score(cy, *CRITERIA)
        assert it.declare(cy)
        it.score(cy, "explain")
        with pytest.raises(Conflict, match="Appoint a stand-in"):
            it.finish()
        it.score(cy, "forget")
        # What was agreed with who has an interest, and without who came, is agreed again.
        with pytest.raises(Conflict, match="no agreed score yet for bid A"):
            it.finish()
        assert [it.agree(criterion).number for criterion in CRITERIA] == [2, 2]
        it.finish()
        assert it.dossier.state == "decision"
        done = [one.action for one in entries_about(session, f"dossier:{dossier_id}")]
        assert {"procurement.stand_in_appointed", "procurement.stand_in_joined"} <= set(done)


def test_who_stands_in_sees_nothing_before_scoring_all_and_changes_nothing_after_it(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        it.stand_in(people["cy"].id)
        cy, bid = it.assessors[2], it.bids[0]
        it.declare(cy)
        it.score(cy, "explain")
        assert not assessment_of(session, it.dossier).takes_part(cy, bid)
        assert cy not in assessment_of(session, it.dossier).scorers_of(bid)
        it.score(cy, "forget")
        assert cy in assessment_of(session, it.dossier).scorers_of(bid)
        with pytest.raises(Conflict, match="change no more"):
            it.score(cy, "explain", score="10")


def test_who_stands_in_comes_near_no_other_bid(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        it.stand_in(people["cy"].id)
        cy = it.assessors[2]
        assert not it.declare(cy, bid=1)
        found = assessment_of(session, it.dossier)
        assert not found.is_cleared(cy, it.bids[1])
        assert cy not in found.active


@pytest.mark.parametrize("name", ["officer", "led before", "ada", "bo"])
def test_who_knows_scores_cannot_stand_in(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int, name: str
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        if name == "led before":
            it.dossier.lots[0].revealed_by, it.dossier.officer_id = people["di"].id, None
            session.flush()
        before = every_row(session)
        with pytest.raises(Refusal, match="knows scores of this dossier"):
            it.stand_in(people[name if name in people else "di"].id)
        assert every_row(session) == before


def test_who_led_after_the_reveal_is_remembered_when_the_dossier_goes_on(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int, a_person: AddPerson
) -> None:
    first = people["officer"]
    between, last = a_person("civil_servant"), a_person("civil_servant")
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        it.dossier.lots[0].revealed_by = None
        for leads in (between, first, between, last):
            leading.hand_over(session, it.dossier, leads.id, None, actor_id=None, now=LATER)
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        for knows in (first, between, last):
            with pytest.raises(Refusal, match="knows scores of this dossier"):
                it.stand_in(knows.id)
        remembered = session.scalars(select(FormerOfficer.person_id)).all()
        assert sorted(filter(None, remembered)) == sorted([first.id, between.id])
        it.stand_in(people["di"].id)


def test_who_led_before_the_reveal_saw_no_scores(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int, a_person: AddPerson
) -> None:
    other = a_person("civil_servant").id
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        lot = it.dossier.lots[0]
        lot.revealed_at = None
        leading.hand_over(session, it.dossier, other, None, actor_id=None, now=NOW)
        lot.revealed_at, lot.revealed_by = LATER, other
        session.flush()
        it.stand_in(people["officer"].id)


def test_what_counts_no_more_is_in_no_award_file_and_in_no_letter(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        it.stand_in(people["cy"].id)
        it.declare(it.assessors[2])
        it.score(it.assessors[2], *CRITERIA)
        # Before the two agree again, the bid turns out not to meet what it must.
        bid, lot = it.bids[0], it.dossier.lots[0]
        session.add(
            KnockOutAnswer(bid_id=bid.id, criterion="three-cases", is_met=False, written_at=LATEST)
        )
        it.finish()
        for one in it.bids:
            one.price = 10_000_000
        ranked = ranking_of(session, it.dossier, lot)
        assert ranked.file is not None
        (written,) = [one for one in ranked.lot_to_award.bids if one.key == bid.key]
        assert not written.scores
        assert agreed_reasons(session, bid) == {bid.id: {}}
        assert offered_by(session, [bid]) == {}


def test_no_more_people_come_than_are_missing_and_each_for_a_reason(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        with pytest.raises(Refusal, match="in a sentence why somebody has to come"):
            it.stand_in(people["cy"].id, why="Needed.")
        with pytest.raises(Conflict, match="enough people"):
            it.stand_in(people["cy"].id, bid=1)
        first = it.stand_in(people["cy"].id)
        assert it.stand_in(people["cy"].id) is first
        with pytest.raises(Conflict, match="enough people"):
            it.stand_in(people["di"].id)
        with pytest.raises(Conflict, match="stands in for a bid"):
            appointing.appoint(session, it.dossier, people["cy"].id, actor_id=None, now=LATER)


def test_before_the_reveal_nobody_stands_in(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        it.dossier.lots[0].revealed_at = None
        with pytest.raises(Conflict):
            it.stand_in(people["cy"].id)


@pytest.mark.parametrize("why_gone", ["an interest", "ill"])
def test_a_stand_in_who_cannot_go_on_makes_room_for_another(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int, why_gone: str
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        it.stand_in(people["cy"].id)
        cy = it.assessors[2]
        if why_gone == "ill":
            it.declare(cy)
            it.score(cy, "explain")
            appointing.end_appointment(session, it.dossier, cy, actor_id=None, now=LATER)
        else:
            it.declare(cy, has_interest=True)
        it.stand_in(people["di"].id)
        di = it.assessors[3]
        it.declare(di)
        it.score(di, *CRITERIA)
        scorers = assessment_of(session, it.dossier).scorers_of(it.bids[0])
        assert [one.number for one in scorers] == [2, 4]


def test_who_handed_in_does_not_leave(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        it.stand_in(people["cy"].id)
        cy = it.assessors[2]
        it.declare(cy)
        it.score(cy, *CRITERIA)
        with pytest.raises(Conflict, match="nobody leaves"):
            appointing.end_appointment(session, it.dossier, cy, actor_id=None, now=LATER)


def test_the_report_says_who_came_and_why(
    unit_of_work: UnitOfWork, people: dict[str, Person], dossier_id: int
) -> None:
    with unit_of_work() as session:
        it = Scene(session, session.get_one(Dossier, dossier_id))
        it.stand_in(people["cy"].id)
        cy = it.assessors[2]
        assert "Assessor 3 came" not in str(_report(session, it.dossier).blocks)
        it.declare(cy)
        it.score(cy, *CRITERIA)
        text = str(_report(session, it.dossier).blocks)
        assert "Assessor 3 came on" in text
        assert WHY in text
        assert "Cy" not in text


def _report(session: Session, dossier: Dossier) -> Document:
    with i18n.speaking("en"):
        return build_report(procedure_of(session, dossier), organisation="Province")


def test_the_officer_finds_the_way_out_and_who_comes_scores_blind(
    unit_of_work: UnitOfWork,
    people: dict[str, Person],
    dossier_id: int,
    sign_in: SignIn,
) -> None:
    with unit_of_work() as session:
        bid = session.scalars(select(Bid.id).order_by(Bid.id)).first()
    root = f"/procurement/{dossier_id}"
    officer = sign_in(people["officer"])
    assert "Appoint a stand-in" in officer.get(f"{root}/bids").text
    # Ada scored bid A too, before she had an interest in it.
    assert "2 of 2 scored" in officer.get(f"{root}/assessors").text
    page = officer.get(f"{root}/bids/{bid}").text
    assert "1 person too few assesses this bid" in page
    assert 'value="' + str(people["ada"].id) + '">Ada' not in page
    asked = {"stand-in-person": str(people["cy"].id), "stand-in-why": "Late."}
    refused = officer.post(f"{root}/bids/{bid}/stand-in", data=asked | _token(officer, root, bid))
    assert refused.status_code == 422
    assert "in a sentence why somebody has to come" in refused.text
    asked["stand-in-why"] = WHY
    sent = officer.post(f"{root}/bids/{bid}/stand-in", data=asked | _token(officer, root, bid))
    assert sent.status_code == 303
    assert "a stand-in scores it alone" in officer.get(f"{root}/bids").text
    assert "stands in for A" in officer.get(f"{root}/assessors").text

    cy = sign_in(people["cy"])
    assert "First declare your interests" in cy.get("/").text
    overview = cy.get(f"{root}/assess").text
    assert "Aap BV" in overview
    assert "Noot BV" not in overview
    assert submit(cy, f"{root}/assess/interests", {f"{bid}-interest": "no"}).status_code == 303
    for place in ("assess", f"assess/{bid}", "talk", f"talk/{bid}", f"talk/{bid}/explain"):
        assert OTHERS not in cy.get(f"{root}/{place}").text
    assert "First score this bid." in cy.get(f"{root}/talk/{bid}").text
    assert "your scores change no more, and you see" in cy.get(f"{root}/assess/{bid}").text
    given = {
        f"{key}-{field}": value
        for key in CRITERIA
        for field, value in (("score", "6"), ("reason", "Page 4 says it in part."))
    }
    assert submit(cy, f"{root}/assess/{bid}", given).status_code == 303
    assert OTHERS in cy.get(f"{root}/talk/{bid}/explain").text
    talk = officer.get(f"{root}/talk/{bid}/explain").text
    assert "Agree again" in talk
    assert "What you agreed on" not in talk


def _token(browser: FlaskClient, root: str, bid: int | None) -> dict[str, str]:
    page = browser.get(f"{root}/bids/{bid}").text
    return {"csrf_token": page.split('name="csrf_token"')[1].split('value="')[1].split('"')[0]}
