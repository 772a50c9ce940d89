from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from waardewerk.i18n import day_of
from waardewerk.questionnaires import keeping, queries
from waardewerk.questionnaires.models import Answer, Inquiry, Respondent
from waardewerk.questionnaires.operations import inquiring
from waardewerk.questionnaires.operations.answering import Filled

KEEP = timedelta(days=180)


@pytest.fixture
def expire(unit_of_work):
    def go():
        with unit_of_work() as session:
            return keeping.expire(session, KEEP)

    return go


@pytest.fixture
def respondent(unit_of_work):
    def read(asked):
        with unit_of_work() as session:
            return inquiring.get_respondent(session, asked.id)

    return read


@pytest.fixture
def age(unit_of_work, inquiry_id):
    """Let an inquiry be agreed, or at least closed, so many days ago."""

    def set_back(days, *, agreed=True):
        moment = datetime.now(UTC) - timedelta(days=days)
        with unit_of_work() as session:
            inquiry = session.get_one(Inquiry, inquiry_id)
            inquiry.opens_on = inquiry.closes_on = day_of(moment)
            if agreed:
                inquiry.phase, inquiry.agreed_at = "agreed", moment

    return set_back


def test_names_leave_half_a_year_after_the_agreement(
    inquiries, anna, bram, age, expire, respondent
):
    inquiries.answer(anna)
    age(179)
    assert expire() == 0
    age(181)
    assert expire() == 2
    found = respondent(anna)
    assert (found.name, found.email, found.person_id) == (None, None, None)
    assert expire() == 0


def test_an_inquiry_that_was_never_agreed_is_forgotten_too(anna, age, expire):
    age(300, agreed=False)
    assert expire() == 0
    age(361, agreed=False)
    assert expire() == 1


def test_what_was_handed_in_stays_and_what_was_not_goes(
    inquiries, anna, bram, age, expire, unit_of_work
):
    inquiries.answer(anna)
    inquiries.answer(bram, hands_in=False)
    age(181)
    expire()
    with unit_of_work() as session:
        assert set(session.scalars(select(Answer.respondent_id))) == {anna.id}


def test_the_letter_of_who_is_forgotten_leads_nowhere(inquiries, anna, client, age, expire):
    browser = inquiries.come_in(anna)
    age(181)
    expire()
    assert client.get(f"/a/{anna.code}").status_code == 404
    assert browser.get(f"/answers/{anna.id}").status_code == 303


def test_a_person_gets_everything_that_is_kept(inquiries, anna, bram, unit_of_work):
    inquiries.answer(anna, 4, reason="Mine.", questions=["rules.known"])
    inquiries.answer(bram, 2, reason="Not hers.")
    with unit_of_work() as session:
        found = keeping.export(session, " Anna@Example.NL ")
    assert [one["name"] for one in found] == ["Anna"]
    assert found[0]["email"] == "anna@example.nl"
    assert found[0]["handed_in_at"] is not None
    assert [a["value"] for a in found[0]["answers"]] == [4, 4, 4, None]
    assert found[0]["answers"][-1]["reason"] == "Mine."
    assert "Not hers." not in str(found)


def test_who_answered_by_account_is_found_by_its_address(
    inquiries, inquiry_id, a_person, unit_of_work
):
    a_person(name="Dirk")
    asked = inquiries.ask(inquiry_id, [("Dirk", "civil_servant")])[0]
    with unit_of_work() as session:
        inquiring.get_respondent(session, asked.id).email = "dirk.at.work@example.nl"
    with unit_of_work() as session:
        assert len(keeping.export(session, "dirk@example.nl")) == 1


def test_of_somebody_unknown_nothing_is_kept(anna, unit_of_work):
    with unit_of_work() as session:
        assert keeping.export(session, "nobody@example.nl") == []
        assert keeping.erase(session, "nobody@example.nl") == 0


def test_erasing_takes_one_person_and_keeps_what_they_handed_in(
    inquiries, inquiry_id, anna, bram, unit_of_work
):
    inquiries.answer(anna, reason="Mine.")
    inquiries.answer(bram)
    with unit_of_work() as session:
        assert keeping.erase(session, "ANNA@example.nl") == 1
    with unit_of_work() as session:
        people = session.scalars(select(Respondent).order_by(Respondent.id)).all()
        assert [p.name for p in people] == [None, "Bram"]
        assert keeping.export(session, "anna@example.nl") == []
        turnout = queries.turnout(session, inquiring.get_inquiry(session, inquiry_id))
        assert sum(one.handed_in for one in turnout) == 2
        reasons = session.scalars(select(Answer.reason).where(Answer.respondent_id == anna.id))
        assert "Mine." in set(reasons)


def test_erasing_takes_answers_that_were_not_handed_in(inquiries, anna, bram, unit_of_work):
    for one in (anna, bram):
        inquiries.save(one, Filled(question="rules.written", lens="", raw=[], reason="Draft."))
    with unit_of_work() as session:
        keeping.erase(session, "anna@example.nl")
    with unit_of_work() as session:
        assert set(session.scalars(select(Answer.respondent_id))) == {bram.id}


def test_two_who_are_forgotten_can_stand_beside_each_other(inquiries, anna, bram, unit_of_work):
    with unit_of_work() as session:
        for address in ("anna@example.nl", "bram@example.nl"):
            assert keeping.erase(session, address) == 1
