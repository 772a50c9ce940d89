"""Who sent in a bid is listed by name, and people are appointed, until the scores are revealed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.audit import entries_about
from waardewerk.people.models import Person
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, submit
from waardewerk_procurement.models import (
    Assessor,
    Bid,
    ConflictDeclaration,
    Dossier,
    KnockOutAnswer,
    Lot,
    SupplierForm,
)
from waardewerk_procurement.operations import appointing, assessing, dropping_out
from waardewerk_procurement.operations.appointing import key_at
from waardewerk_procurement.queries.assessment import assessment_of

from .deciding_on import assessed, decide, give_prices
from .setting_up import NOW, a_concept, assess, fix, score_all

LATER = NOW + timedelta(hours=1)


def closed(session: Session, **changes: object) -> Dossier:
    """Fix a dossier of which the closing date has passed."""
    dossier = a_concept(session, **changes)  # type: ignore[arg-type]
    fix(session, dossier)
    dossier.closes_at = NOW - timedelta(1)
    session.flush()
    return dossier


def list_bid(session: Session, dossier: Dossier, name: str) -> Bid:
    return appointing.add_bid(session, dossier, dossier.lots[0], name, actor_id=None, now=LATER)


def appoint(session: Session, dossier: Dossier, person: Person) -> Assessor:
    return appointing.appoint(session, dossier, person.id, actor_id=None, now=LATER)


@pytest.mark.parametrize(("place", "key"), [(0, "A"), (25, "Z"), (26, "AA"), (701, "ZZ")])
def test_keys_go_on_after_z(place: int, key: str) -> None:
    assert key_at(place) == key


def test_bids_get_keys_in_the_order_in_which_they_are_listed(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = closed(session)
        keys = [list_bid(session, dossier, name).key for name in ("Aap", " Noot  BV ", "Mies")]
        assert keys == ["A", "B", "C"]
        assert [bid.bidder for bid in assessment_of(session, dossier).bids][1] == "Noot BV"


def test_a_form_that_is_sent_twice_lists_one_bid(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = closed(session)
        assert list_bid(session, dossier, "Aap").id == list_bid(session, dossier, "Aap").id
        assert len(entries_about(session, f"dossier:{dossier.id}")) == 1


def test_no_bid_is_listed_before_the_closing_date(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        with pytest.raises(Conflict, match="closing date"):
            list_bid(session, dossier, "Aap")


def test_after_the_reveal_the_list_of_bids_stands_still(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = closed(session)
        _assessors, bids = assess(session, dossier, [])
        dossier.lots[0].revealed_at = NOW
        session.flush()
        with pytest.raises(Conflict, match="revealed"):
            list_bid(session, dossier, "Late BV")
        with pytest.raises(Conflict, match="revealed"):
            appointing.remove_bid(session, dossier, bids[0], actor_id=None, now=LATER)


def test_a_name_can_be_written_better_but_not_like_another(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = closed(session)
        bid = list_bid(session, dossier, "Aap")
        list_bid(session, dossier, "Noot")
        appointing.rename_bid(session, dossier, bid, "Aap BV", actor_id=None, now=LATER)
        assert bid.bidder == "Aap BV"
        with pytest.raises(Refusal, match="already"):
            appointing.rename_bid(session, dossier, bid, "Noot", actor_id=None, now=LATER)


def test_what_was_scored_cannot_be_taken_off_the_list(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = closed(session)
        assessors, bids = assess(session, dossier, [person.id], are_cleared=False)
        appointing.remove_bid(session, dossier, bids[2], actor_id=None, now=LATER)
        assert session.scalar(select(Bid).where(Bid.key == "C")) is None
        bids += [list_bid(session, dossier, "Wim")]
        score_all(session, assessors, [bids[0], bids[1], bids[3]])
        with pytest.raises(Conflict, match="written about this bid already"):
            appointing.remove_bid(session, dossier, bids[0], actor_id=None, now=LATER)


def test_a_bid_drops_out_once_and_with_a_reason(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = closed(session)
        _assessors, bids = assess(session, dossier, [])
        with pytest.raises(Refusal, match="why"):
            dropping_out.drop_out(session, dossier, bids[0], " ", actor_id=None, now=LATER)
        dropping_out.drop_out(session, dossier, bids[0], "Withdrawn.", actor_id=None, now=LATER)
        assert (bids[0].dropped_out_at, bids[0].dropped_out_why) == (LATER, "Withdrawn.")
        with pytest.raises(Conflict, match="already"):
            dropping_out.drop_out(session, dossier, bids[0], "Again.", actor_id=None, now=LATER)


def test_no_more_people_are_appointed_than_the_documents_say(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    people = [a_person("adviseur") for _number in range(3)]
    with unit_of_work() as session:
        dossier = closed(session, assessors=2)
        assert [appoint(session, dossier, one).number for one in people[:2]] == [1, 2]
        assert appoint(session, dossier, people[0]).number == 1
        with pytest.raises(Refusal, match="2 people assess"):
            appoint(session, dossier, people[2])


def test_who_leaves_makes_room_and_can_come_back_under_the_same_number(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    people = [a_person("adviseur") for _number in range(3)]
    with unit_of_work() as session:
        dossier = closed(session, assessors=2)
        first, second = (appoint(session, dossier, one) for one in people[:2])
        appointing.end_appointment(session, dossier, first, actor_id=None, now=LATER)
        assert appoint(session, dossier, people[2]).number == 3
        appointing.end_appointment(session, dossier, second, actor_id=None, now=LATER)
        assert appoint(session, dossier, people[0]).number == 1
        assert first.ended_at is None


def test_who_left_or_has_no_role_is_not_appointed(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    gone, nobody = a_person("adviseur"), a_person()
    with unit_of_work() as session:
        dossier = closed(session)
        session.get_one(Person, gone.id).is_active = False
        session.flush()
        with pytest.raises(Refusal, match="left"):
            appoint(session, dossier, gone)
        with pytest.raises(Refusal, match="may not score"):
            appoint(session, dossier, nobody)
        with pytest.raises(NotFound):
            appointing.appoint(session, dossier, 999_999, actor_id=None, now=LATER)


def test_after_the_reveal_nobody_is_appointed_or_leaves(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    first, second = a_person("adviseur"), a_person("adviseur")
    with unit_of_work() as session:
        dossier = closed(session)
        assessors, _bids = assess(session, dossier, [first.id])
        dossier.lots[0].revealed_at = NOW
        session.flush()
        with pytest.raises(Conflict, match="revealed"):
            appoint(session, dossier, second)
        with pytest.raises(Conflict, match="revealed"):
            appointing.end_appointment(session, dossier, assessors[0], actor_id=None, now=LATER)


def test_the_assessment_begins_when_everything_is_there(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    people = [a_person("adviseur") for _number in range(3)]
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)

        def begin() -> None:
            assessing.begin(session, dossier, actor_id=None, now=LATER)

        with pytest.raises(Conflict, match="closing date"):
            begin()
        dossier.closes_at = NOW
        session.flush()
        with pytest.raises(Conflict, match="Stop the procedure"):
            begin()
        list_bid(session, dossier, "Aap")
        with pytest.raises(Conflict, match="3 people assess; 0 are appointed"):
            begin()
        for one in people:
            appoint(session, dossier, one)
        dossier.rectification = "writing"
        session.flush()
        with pytest.raises(Conflict, match="rectification"):
            begin()
        dossier.rectification = ""
        session.flush()
        begin()
        assert dossier.state == "assessment"
        with pytest.raises(Conflict):
            begin()


def test_the_officer_lists_bids_appoints_and_begins(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person("civil_servant", name="Olga Officer")
    people = [a_person("adviseur", name=f"Assessor {letter}") for letter in "XYZ"]
    with unit_of_work() as session:
        number = closed(session, officer_id=officer.id).id
    browser = sign_in(officer)
    bids, assessors = f"/procurement/{number}/bids", f"/procurement/{number}/assessors"
    add = f"/procurement/{number}/lots/lot-1/bids"
    assert submit(browser, add, {"bidder": ""}, on=bids).status_code == 422
    assert submit(browser, add, {"bidder": "Aap BV"}, on=bids).status_code == 303
    for one in people:
        assert submit(browser, assessors, {"person": one.id}).status_code == 303
    assert "Assessor X" in browser.get(assessors).text
    assert submit(browser, f"/procurement/{number}/begin", on=bids).status_code == 303
    page = browser.get(bids)
    assert "Assessor X declares interests in 1 bidder." in page.text
    with unit_of_work() as session:
        assert session.get_one(Dossier, number).state == "assessment"


def test_the_officer_renames_removes_and_lets_a_bid_drop_out(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person("civil_servant")
    with unit_of_work() as session:
        dossier = closed(session, officer_id=officer.id)
        _assessors, bids = assess(session, dossier, [])
        number, first, last = dossier.id, bids[0].id, bids[2].id
    browser, place = sign_in(officer), f"/procurement/{number}/bids"
    page = f"{place}/{first}"
    taken = submit(browser, f"{page}/name", {"bidder": "Noot BV"}, on=page)
    assert taken.status_code == 422
    assert "on the list already" in taken.text
    assert submit(browser, f"{page}/name", {"bidder": "Aap NV"}, on=page).status_code == 303
    assert submit(browser, f"{page}/drop-out", {"why": ""}, on=page).status_code == 422
    done = submit(browser, f"{page}/drop-out", {"why": "Sent back."}, on=page)
    assert done.status_code == 303
    assert submit(browser, f"{place}/{last}/remove", on=page).status_code == 303
    text = browser.get(place).text
    assert "Aap NV" in text
    assert "dropped out" in text
    assert "Mies BV" not in text
    assert browser.get(f"{place}/{last}").status_code == 404


def test_what_a_bid_must_meet_is_answered_with_a_reason_when_it_does_not(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person("civil_servant")
    with unit_of_work() as session:
        dossier = closed(session, officer_id=officer.id)
        _assessors, bids = assess(session, dossier, [])
        page = f"/procurement/{dossier.id}/bids/{bids[0].id}"
    browser = sign_in(officer)
    refused = submit(browser, page, {"three-cases-met": "no", "three-cases-reason": "No."})
    assert refused.status_code == 422
    assert "Say in a sentence why the bid does not meet this." in refused.text
    said = {"three-cases-met": "no", "three-cases-reason": "Two cases of three."}
    assert submit(browser, page, said).status_code == 303
    assert "does not meet a requirement: it is not compared" in browser.get(page).text
    with unit_of_work() as session:
        found = assessment_of(session, session.get_one(Dossier, dossier.id))
        assert found.is_knocked_out(found.bids[0])
        assert not found.is_knocked_out(found.bids[1])


def test_what_is_sent_in_for_a_subsidy_is_called_an_application(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person("civil_servant")
    with unit_of_work() as session:
        dossier = closed(session, officer_id=officer.id, kind="subsidy")
        assess(session, dossier, [])
        place = f"/procurement/{dossier.id}/bids"
    browser = sign_in(officer)
    assert "<h1>Applications</h1>" in browser.get(place).text
    assert "Application A: Aap BV" in browser.get(f"{place}/1").text


def test_another_officer_does_not_reach_the_bids(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person("civil_servant")
    with unit_of_work() as session:
        number = closed(session, officer_id=officer.id).id
    browser = sign_in(a_person("civil_servant"))
    for page in ("bids", "assessors"):
        assert browser.get(f"/procurement/{number}/{page}").status_code == 403


@pytest.mark.parametrize("said", ["declared", "answered", "handed in"])
def test_what_something_was_said_of_cannot_be_taken_off_the_list(
    unit_of_work: UnitOfWork, a_person: AddPerson, said: str
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = closed(session)
        assessors, bids = assess(session, dossier, [person.id], are_cleared=False)
        place = {"bid_id": bids[0].id}
        rows = {
            "declared": ConflictDeclaration(
                **place, assessor_id=assessors[0].id, has_interest=False, declared_at=NOW
            ),
            "answered": KnockOutAnswer(
                **place, criterion="three-cases", is_met=True, written_at=NOW
            ),
            "handed in": SupplierForm(
                **place,
                purpose="requirements",
                token_hash="0" * 64,
                open_until=NOW,
                made_at=NOW,
                handed_in_at=NOW,
            ),
        }
        session.add(rows[said])
        session.flush()
        with pytest.raises(Conflict, match="written about this bid already"):
            appointing.remove_bid(session, dossier, bids[0], actor_id=None, now=LATER)
        appointing.remove_bid(session, dossier, bids[1], actor_id=None, now=LATER)


def test_no_bid_is_listed_on_a_lot_that_was_not_fixed(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = closed(session)
        added = Lot(key="lot-2", position=2, title="Added by a rectification")
        dossier.lots.append(added)
        session.flush()
        with pytest.raises(NotFound, match="no such lot"):
            appointing.add_bid(session, dossier, added, "Aap", actor_id=None, now=LATER)
        dossier.rectification = "writing"
        session.flush()
        with pytest.raises(Conflict, match="rectification"):
            list_bid(session, dossier, "Aap")


def test_a_name_is_written_better_until_the_lot_is_decided_on(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        bid = session.scalars(select(Bid).where(Bid.key == "A")).one()
        appointing.rename_bid(session, dossier, bid, "Aap NV", actor_id=None, now=LATER)
        assert bid.bidder == "Aap NV"
        newest = entries_about(session, f"dossier:{dossier.id}")[0]
        assert "Aap" not in str(newest.details)
        decide(session, dossier)
        with pytest.raises(Conflict, match="decided on"):
            appointing.rename_bid(session, dossier, bid, "Aap", actor_id=None, now=LATER)


def test_who_left_does_not_come_back_once_scores_were_revealed(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    first, second, other = (a_person("adviseur") for _number in range(3))
    with unit_of_work() as session:
        dossier = a_concept(session, assessors=2)
        one = dossier.lots[0]
        rules = {"formula": one.formula, "tie_rule": one.tie_rule, "drop_out": one.drop_out}
        dossier.lots.append(Lot(key="lot-2", position=2, title="The other lot", **rules))
        session.flush()
        fix(session, dossier)
        assessors, bids = assess(session, dossier, [first.id, second.id])
        appointing.end_appointment(session, dossier, assessors[1], actor_id=None, now=LATER)
        dossier.lots[0].revealed_at = LATER
        session.flush()
        with pytest.raises(Conflict, match="does not come back"):
            appoint(session, dossier, second)
        assert appoint(session, dossier, other).number == 3
        scorers = assessment_of(session, dossier).scorers_of(bids[0])
        assert [scorer.number for scorer in scorers] == [1]
