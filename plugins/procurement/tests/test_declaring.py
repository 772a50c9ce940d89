"""Before somebody comes near a bid, they declare whether they have an interest in its bidder."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from waardewerk.refusal import Conflict
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, submit
from waardewerk_procurement.models import ConflictDeclaration
from waardewerk_procurement.operations.declaring import Declared, declare
from waardewerk_procurement.queries.assessment import assessment_of

from .setting_up import NOW, a_concept, assess, fix

LATER = NOW + timedelta(hours=1)


def test_a_correction_adds_a_row_and_the_newest_counts(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        (one,), bids = assess(session, dossier, [person.id], are_cleared=False)
        place = bids[0].id
        interest = Declared(has_interest=True, explanation="My brother works there.")
        for said in (Declared(has_interest=False), interest, interest):
            assert not declare(session, dossier, one, {place: said}, now=LATER).problems
        found = assessment_of(session, dossier)
        assert found.has_interest(one, bids[0])
        assert not found.is_cleared(one, bids[0])
        assert not found.is_cleared(one, bids[1])
        assert session.scalar(select(func.count(ConflictDeclaration.id))) == 2


def test_an_interest_without_a_word_about_it_does_not_take_the_others_along(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        (one,), bids = assess(session, dossier, [person.id], are_cleared=False)
        said = {
            bids[0].id: Declared(has_interest=True),
            bids[1].id: Declared(has_interest=False),
        }
        saved = declare(session, dossier, one, said, now=LATER)
        assert (saved.kept, list(saved.problems)) == ((bids[1].id,), [bids[0].id])


def test_an_interest_can_come_to_light_after_the_reveal_but_none_opens_nothing(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        (one,), bids = assess(session, dossier, [person.id])
        dossier.lots[0].revealed_at = NOW
        session.flush()
        late = {bids[0].id: Declared(has_interest=True, explanation="I was offered a job.")}
        assert declare(session, dossier, one, late, now=LATER).kept == (bids[0].id,)
        back = {bids[0].id: Declared(has_interest=False)}
        saved = declare(session, dossier, one, back, now=LATER)
        assert isinstance(saved.problems[bids[0].id], Conflict)
        assert not assessment_of(session, dossier).is_cleared(one, bids[0])


def test_who_left_the_assessment_declares_nothing(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        (one,), bids = assess(session, dossier, [person.id], are_cleared=False)
        one.ended_at = NOW
        with pytest.raises(Conflict):
            declare(session, dossier, one, {bids[0].id: Declared(has_interest=False)}, now=LATER)


def test_a_bid_opens_after_its_declaration_and_stays_closed_with_an_interest(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    person = a_person("adviseur")
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, [person.id], are_cleared=False)
        place = f"/procurement/{dossier.id}/assess"
    browser = sign_in(person)
    overview = browser.get(place).text
    assert "First declare your interests" in overview
    assert "Aap BV" in overview
    refused = browser.get(f"{place}/{bids[0].id}")
    assert refused.status_code == 403
    assert "First say whether you have an interest in this bidder." in refused.text
    said = {
        f"{bids[0].id}-interest": "no",
        f"{bids[1].id}-interest": "yes",
        f"{bids[1].id}-explanation": "",
    }
    form = f"{place}/interests"
    wrong = submit(browser, form, said)
    assert wrong.status_code == 422
    assert "Say which interest it is." in wrong.text
    said[f"{bids[1].id}-explanation"] = "I worked there last year."
    assert submit(browser, form, said).status_code == 303
    assert browser.get(f"{place}/{bids[0].id}").status_code == 200
    refused = browser.get(f"{place}/{bids[1].id}")
    assert refused.status_code == 403
    assert "You declared an interest in this bidder." in refused.text
    assert browser.get(f"{place}/{bids[2].id}").status_code == 403


def test_the_officer_reads_which_interests_there_are(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer, person = a_person("civil_servant"), a_person("adviseur", name="Ada Assessor")
    with unit_of_work() as session:
        dossier = a_concept(session, officer_id=officer.id)
        fix(session, dossier)
        (one,), bids = assess(session, dossier, [person.id], are_cleared=False)
        said = {bids[0].id: Declared(has_interest=True, explanation="Shares.")}
        declare(session, dossier, one, said, now=LATER)
        number = dossier.id
    text = sign_in(officer).get(f"/procurement/{number}/assessors").text
    assert "Shares." in text
    assert 'data-title="Ada Assessor"><span>interest</span>' in text
    assert 'data-title="Ada Assessor"><span>–</span>' in text
    assert "declared about 1 of 3" in text
