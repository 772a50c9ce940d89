from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import select

from waardewerk.audit import entries_about, verify
from waardewerk.contract import Viewer
from waardewerk.i18n import ZONE, day_of
from waardewerk.people.operations import accounts
from waardewerk.questionnaires import queries
from waardewerk.questionnaires.models import Inquiry, Respondent
from waardewerk.questionnaires.operations import answering, inquiring, publishing
from waardewerk.questionnaires.operations.answering import Filled
from waardewerk.questionnaires.operations.inquiring import Invitee
from waardewerk.refusal import Conflict, NotAllowed, Refusal
from waardewerk.testing import submit

NOW = datetime.now(UTC)


def find(session, inquiry_id):
    return inquiring.get_inquiry(session, inquiry_id)


# Opening


@pytest.mark.parametrize(
    ("choices", "message"),
    [
        ({"title": "  "}, "Give it a name"),
        ({"title": "x" * 201}, "longer than 200"),
        ({"title": "a\x00b"}, "cannot be stored"),
        ({"title": "a\ud800b"}, "cannot be stored"),
        ({"subjects": []}, "what it is about"),
        ({"subjects": ["The province", " "]}, "what it is about"),
        ({"subjects": ["x" * 201]}, "longer than 200"),
        ({"privacy": "anonymous"}, "who sees what"),
        ({"smallest_group": 2}, "3 to 50"),
        ({"smallest_group": 51}, "3 to 50"),
        ({"closes_on": date(2000, 1, 1)}, "last day"),
        ({"chair_id": None}, "who leads"),
        ({"chair_id": 99_999}, "who leads"),
        ({"kind": "maturity"}, "another kind"),
        ({"request_key": "k" * 65}, "cannot be used"),
    ],
)
def test_an_inquiry_that_cannot_be_held_is_not_opened(inquiries, choices, message):
    with pytest.raises(Refusal, match=message):
        inquiries.open(**choices)


def test_who_was_let_go_cannot_lead(inquiries, unit_of_work):
    with unit_of_work() as session:
        accounts.get_person(session, inquiries.chair.id).is_active = False
    with pytest.raises(Refusal, match="who leads"):
        inquiries.open()


def test_a_form_that_is_sent_twice_opens_one_inquiry(inquiries):
    version_id = inquiries.version_id
    first = inquiries.open(version_id, request_key="once")
    assert inquiries.open(version_id, request_key="once") == first
    assert inquiries.open(version_id, request_key="another") != first
    assert inquiries.open(version_id) != inquiries.open(version_id)


def test_a_form_that_is_sent_twice_at_the_same_moment_opens_one_inquiry(inquiries, unit_of_work):
    version_id = inquiries.publish()
    opening = inquiries.opening(request_key="once")

    def send(session):
        version = publishing.get_version(session, version_id)
        inquiring.open_inquiry(session, version, opening, actor_id=None, now=NOW)

    assert inquiries.meanwhile(send, send) is None
    with unit_of_work() as session:
        assert len(session.scalars(select(Inquiry)).all()) == 1


def test_opening_stands_in_the_audit_trail(inquiries, inquiry_id, unit_of_work):
    with unit_of_work() as session:
        entry = entries_about(session, f"inquiry:{inquiry_id}")[0]
        assert (entry.action, entry.actor_id) == ("inquiry.opened", inquiries.chair.id)
        assert entry.details["privacy"] == "grouped"


# What was promised about privacy


@pytest.fixture
def promise(unit_of_work, inquiry_id, chair):
    def change(privacy, smallest_group=5):
        with unit_of_work() as session:
            inquiring.change_privacy(
                session,
                find(session, inquiry_id),
                privacy=privacy,
                smallest_group=smallest_group,
                actor_id=chair.id,
                now=NOW,
            )

    return change


def test_privacy_can_change_before_anybody_answered(promise, inquiry_id, anna, unit_of_work):
    promise("confidential")
    promise("grouped", 7)
    with unit_of_work() as session:
        inquiry = find(session, inquiry_id)
        assert (inquiry.privacy, inquiry.smallest_group) == ("grouped", 7)


@pytest.mark.parametrize("change", [("confidential", 5), ("grouped", 3), ("grouped", 8)])
def test_the_first_answer_freezes_what_was_promised(promise, inquiries, anna, change):
    inquiries.save(anna, Filled(question="rules.written", lens="policy", raw=["1"]))
    with pytest.raises(Conflict, match="what was promised"):
        promise(*change)
    promise("grouped", 5)


def test_looking_at_a_page_without_answering_freezes_nothing(promise, inquiries, anna):
    inquiries.save(anna, Filled(question="rules.written", lens="policy", raw=[]))
    promise("confidential")


def test_the_first_answer_and_another_promise_do_not_pass_each_other(
    inquiries, inquiry_id, anna, unit_of_work
):
    def answer(session):
        respondent = inquiring.get_respondent(session, anna.id)
        filled = Filled(question="rules.written", lens="policy", raw=["1"])
        answering.save_answer(session, respondent, None, filled, now=NOW)

    def show_names(session):
        inquiring.change_privacy(
            session,
            find(session, inquiry_id),
            privacy="confidential",
            smallest_group=5,
            actor_id=1,
            now=NOW,
        )

    assert isinstance(inquiries.meanwhile(answer, show_names), Conflict)


def test_who_answers_while_the_promise_changes_is_asked_first(inquiries, inquiry_id, anna):
    def show_names(session):
        inquiry = find(session, inquiry_id)
        inquiring.change_privacy(
            session, inquiry, privacy="confidential", smallest_group=5, actor_id=1, now=NOW
        )

    def answer(session):
        respondent = inquiring.get_respondent(session, anna.id)
        filled = Filled(question="rules.written", lens="policy", raw=["1"])
        answering.save_answer(session, respondent, None, filled, now=NOW)

    assert isinstance(inquiries.meanwhile(show_names, answer), answering.ConsentNeeded)


# Asking people


def test_somebody_is_asked_once_however_the_address_is_written(inquiries, inquiry_id, unit_of_work):
    inquiries.ask(inquiry_id, [("Anna", "political")])
    with unit_of_work() as session:
        added = inquiring.ask_people(
            session,
            find(session, inquiry_id),
            [Invitee(name="Anna again", email=" ANNA@example.nl ", level="executive")] * 2,
            secret=inquiries.secret,
            actor_id=None,
            now=NOW,
        )
        assert added == []
        assert [r.name for r in queries.respondents_of(session, find(session, inquiry_id))] == [
            "Anna"
        ]


def test_people_without_an_address_are_each_asked(inquiries, inquiry_id, unit_of_work):
    with unit_of_work() as session:
        added = inquiring.ask_people(
            session,
            find(session, inquiry_id),
            [Invitee(name="Resident", email=None, level="political") for _ in range(3)],
            secret=inquiries.secret,
            actor_id=None,
            now=NOW,
        )
        assert len({r.code_hash for r in added}) == 3


def test_no_more_people_are_asked_than_the_pages_can_bear(
    inquiries, inquiry_id, unit_of_work, monkeypatch
):
    monkeypatch.setattr(inquiring, "MOST_RESPONDENTS", 3)
    crowd = [Invitee(name="Resident", email=None, level="political") for _ in range(2)]

    def ask(session):
        inquiring.ask_people(
            session,
            find(session, inquiry_id),
            crowd,
            secret=inquiries.secret,
            actor_id=None,
            now=NOW,
        )

    with unit_of_work() as session:
        ask(session)
    with pytest.raises(Refusal, match="At most 3"), unit_of_work() as session:
        ask(session)


@pytest.mark.parametrize(
    "person",
    [
        Invitee(name="", email=None, level="political"),
        Invitee(name="x" * 201, email=None, level="political"),
        Invitee(name="a\x00b", email=None, level="political"),
        Invitee(name="a\udfffb", email=None, level="political"),
        Invitee(name="Anna", email="anna", level="political"),
        Invitee(name="Anna", email="anna@example.nl\r\nBcc: all@example.nl", level="political"),
        Invitee(name="Anna", email=None, level="resident"),
    ],
)
def test_one_wrong_person_stops_the_whole_list(inquiries, inquiry_id, unit_of_work, person):
    good = Invitee(name="Bram", email="bram@example.nl", level="executive")
    with pytest.raises(Refusal), unit_of_work() as session:
        inquiring.ask_people(
            session,
            find(session, inquiry_id),
            [good, person],
            secret=inquiries.secret,
            actor_id=None,
            now=NOW,
        )
    with unit_of_work() as session:
        assert queries.turnout(session, find(session, inquiry_id)) == []


def test_the_same_list_sent_twice_at_the_same_moment_asks_everybody_once(
    inquiries, inquiry_id, unit_of_work
):
    def ask(session):
        inquiring.ask_people(
            session,
            find(session, inquiry_id),
            [Invitee(name="Anna", email="anna@example.nl", level="political")],
            secret=inquiries.secret,
            actor_id=None,
            now=NOW,
        )

    assert inquiries.meanwhile(ask, ask) is None
    with unit_of_work() as session:
        assert len(session.scalars(select(Respondent)).all()) == 1


def test_nobody_is_added_once_the_spread_is_open(inquiries, inquiry_id, anna):
    inquiries.answer(anna)
    inquiries.move(inquiry_id, "spread")
    with pytest.raises(Conflict, match="nobody can be added"):
        inquiries.ask(inquiry_id, [("Carla", "civil_servant")])


def test_who_has_an_account_can_answer_without_a_link(inquiries, inquiry_id, a_person, sign_in):
    person = a_person(name="Dirk")
    asked = inquiries.ask(inquiry_id, [("Dirk", "civil_servant")])[0]
    assert sign_in(person).get(f"/answers/{asked.id}").status_code == 200


def test_who_got_an_account_after_being_asked_is_the_same_person(
    inquiries, inquiry_id, a_person, sign_in
):
    asked = inquiries.ask(inquiry_id, [("Dirk", "civil_servant")])[0]
    browser = sign_in(a_person(name="Dirk"))
    assert browser.get(f"/answers/{asked.id}").status_code == 200


def test_who_handed_in_cannot_be_taken_out(inquiries, anna, unit_of_work):
    inquiries.answer(anna)
    with unit_of_work() as session:
        respondent = inquiring.get_respondent(session, anna.id)
        with pytest.raises(Conflict, match="cannot be taken out"):
            inquiring.take_out(session, respondent, actor_id=1, now=NOW)


def test_who_was_asked_by_mistake_leaves_with_their_answers(inquiries, anna, unit_of_work):
    inquiries.answer(anna, hands_in=False)
    browser = inquiries.come_in(anna)
    with unit_of_work() as session:
        respondent = inquiring.get_respondent(session, anna.id)
        inquiring.take_out(session, respondent, actor_id=1, now=NOW)
    assert browser.get(f"/answers/{anna.id}").status_code == 303
    with unit_of_work() as session:
        assert session.execute(select(answering.Answer)).all() == []


# Codes


def test_the_code_in_the_letter_finds_the_person(inquiries, anna, unit_of_work):
    with unit_of_work() as session:
        typed = f" {anna.code[:4].lower()} {anna.code[4:]} "
        assert inquiring.find_by_code(session, typed, secret=inquiries.secret).id == anna.id


def test_renewing_a_code_ends_the_old_one_and_the_browsers_that_used_it(
    inquiries, anna, client, unit_of_work
):
    browser = inquiries.come_in(anna)
    assert browser.get(f"/answers/{anna.id}").status_code == 200
    with unit_of_work() as session:
        respondent = inquiring.get_respondent(session, anna.id)
        inquiring.renew_code(session, respondent, secret=inquiries.secret, actor_id=1, now=NOW)
    assert browser.get(f"/answers/{anna.id}").status_code == 303
    assert client.get(f"/a/{anna.code}").status_code == 404
    renewed = inquiring.codes.code_for(inquiries.secret, anna.id, 2)
    assert submit(client, f"/a/{renewed}").status_code == 303
    assert client.get(f"/answers/{anna.id}").status_code == 200


def test_renewing_a_code_leaves_the_answers_as_they_are(inquiries, anna, unit_of_work):
    inquiries.answer(anna, 4, hands_in=False)
    with unit_of_work() as session:
        respondent = inquiring.get_respondent(session, anna.id)
        inquiring.renew_code(session, respondent, secret=inquiries.secret, actor_id=1, now=NOW)
    with unit_of_work() as session:
        own = queries.all_own_answers(session, inquiring.get_respondent(session, anna.id))
        assert {a.value for by_slot in own.values() for a in by_slot.values()} == {4, None}


# Phases


def test_phases_go_forward_one_by_one(inquiries, inquiry_id, anna, unit_of_work):
    inquiries.answer(anna)
    inquiries.move(inquiry_id, "spread", "conversation")
    inquiries.agree_on_everything(inquiry_id)
    inquiries.move(inquiry_id, "agreed")
    with unit_of_work() as session:
        inquiry = find(session, inquiry_id)
        assert inquiry.phase == "agreed"
        assert inquiry.agreed_at is not None
        moves = [
            (entry.details["before"], entry.details["after"])
            for entry in entries_about(session, f"inquiry:{inquiry_id}")
            if entry.action == "inquiry.phase"
        ]
        assert moves == [
            ("conversation", "agreed"),
            ("spread", "conversation"),
            ("alone", "spread"),
        ]
        assert verify(session)[1] is None


@pytest.mark.parametrize("to", ["alone", "conversation", "agreed", "closed", ""])
def test_a_phase_is_never_skipped_or_made_up(inquiries, inquiry_id, anna, to):
    inquiries.answer(anna)
    with pytest.raises(Conflict, match="does not follow"):
        inquiries.move(inquiry_id, to)


@pytest.mark.parametrize("to", ["alone", "spread"])
def test_there_is_no_way_back(inquiries, inquiry_id, anna, to):
    inquiries.answer(anna)
    inquiries.move(inquiry_id, "spread")
    with pytest.raises(Conflict, match="does not follow"):
        inquiries.move(inquiry_id, to)


def test_a_spread_of_nobody_is_not_opened(inquiries, inquiry_id, anna):
    inquiries.answer(anna, hands_in=False)
    with pytest.raises(Refusal, match="Nobody has handed in"):
        inquiries.move(inquiry_id, "spread")


def test_of_two_who_move_at_once_one_is_told(inquiries, inquiry_id, anna, unit_of_work):
    inquiries.answer(anna)

    def move(session):
        inquiry = find(session, inquiry_id)
        inquiring.move_phase(session, inquiry, "spread", actor_id=None, now=NOW)

    assert isinstance(inquiries.meanwhile(move, move), Conflict)
    with unit_of_work() as session:
        moves = [e.action for e in entries_about(session, f"inquiry:{inquiry_id}")]
        assert moves.count("inquiry.phase") == 1


def test_an_answer_that_is_being_saved_comes_in_before_the_spread_opens(
    inquiries, inquiry_id, anna, bram, unit_of_work
):
    inquiries.answer(anna)
    inquiries.answer(bram, hands_in=False)

    def hand_in(session):
        answering.hand_in(session, inquiring.get_respondent(session, bram.id), now=NOW)

    def open_spread(session):
        inquiry = find(session, inquiry_id)
        inquiring.move_phase(session, inquiry, "spread", actor_id=None, now=NOW)

    assert inquiries.meanwhile(hand_in, open_spread) is None
    with unit_of_work() as session:
        turnout = queries.turnout(session, find(session, inquiry_id))
        assert sum(one.handed_in for one in turnout) == 2


def test_no_answer_comes_in_once_the_spread_is_being_opened(inquiries, inquiry_id, anna, bram):
    inquiries.answer(anna)
    inquiries.answer(bram, hands_in=False)

    def open_spread(session):
        inquiry = find(session, inquiry_id)
        inquiring.move_phase(session, inquiry, "spread", actor_id=None, now=NOW)

    def hand_in(session):
        answering.hand_in(session, inquiring.get_respondent(session, bram.id), now=NOW)

    refused = inquiries.meanwhile(open_spread, hand_in)
    assert isinstance(refused, Conflict)
    assert "The spread is open" in str(refused)


def test_it_cannot_be_closed_before_everything_is_agreed(inquiries, inquiry_id, anna):
    inquiries.answer(anna)
    inquiries.move(inquiry_id, "spread", "conversation")
    inquiries.agree(inquiry_id, "rules", dict.fromkeys(inquiries.lenses, 2))
    with pytest.raises(Refusal, match="Not agreed yet: Mensen; Achtergrond"):
        inquiries.move(inquiry_id, "agreed")


def test_a_section_that_only_asks_for_background_needs_no_agreement(
    inquiries, inquiry_id, anna, unit_of_work
):
    with unit_of_work() as session:
        assert inquiring.sections_to_agree(session, find(session, inquiry_id)) == [
            "rules",
            "people",
            "background",
        ]


def test_every_subject_needs_its_own_agreement(inquiries, unit_of_work):
    inquiry_id = inquiries.open(subjects=["Bid A", "Bid B"])
    inquiries.answer(*inquiries.ask(inquiry_id, [("Anna", "political")]))
    inquiries.move(inquiry_id, "spread", "conversation")
    inquiries.agree_on_everything(inquiry_id)
    with pytest.raises(Refusal, match="Not agreed yet"):
        inquiries.move(inquiry_id, "agreed")


# Who leads


def test_the_chair_leads_and_another_does_not(inquiries, inquiry_id, a_person, sign_in):
    assert sign_in(inquiries.chair).get(f"/inquiries/{inquiry_id}").status_code == 200
    assert sign_in(a_person({"beheerder"})).get(f"/inquiries/{inquiry_id}").status_code == 403
    assert sign_in(a_person({"aanjager"})).get(f"/inquiries/{inquiry_id}").status_code == 200


def test_who_may_not_lead_moves_nothing(inquiries, inquiry_id, anna, sign_in_as, unit_of_work):
    inquiries.answer(anna)
    for browser in (sign_in_as({"beheerder"}), sign_in_as({"executive_member"})):
        response = submit(
            browser, f"/inquiries/{inquiry_id}/phase", {"to": "spread"}, on="/account"
        )
        assert response.status_code == 403
    with unit_of_work() as session:
        assert find(session, inquiry_id).phase == "alone"


def test_an_inquiry_is_not_led_by_who_is_not_signed_in(inquiries, inquiry_id, unit_of_work):
    nobody = Viewer(person_id=None)
    with unit_of_work() as session:
        find(session, inquiry_id).chair_id = None
        session.flush()
        with pytest.raises(NotAllowed):
            inquiring.inquiry_to_lead(session, inquiry_id, nobody)


def test_the_first_day_is_a_day_in_the_netherlands(inquiries, unit_of_work):
    opens_on = day_of(datetime.now(UTC)) + timedelta(3)
    inquiry_id = inquiries.open(opens_on=opens_on, closes_on=opens_on)
    anna = inquiries.ask(inquiry_id, [("Anna", "political")])[0]
    filled = Filled(question="rules.written", lens="policy", raw=["1"])
    midnight = datetime(opens_on.year, opens_on.month, opens_on.day, tzinfo=ZONE)
    with unit_of_work() as session:
        respondent = inquiring.get_respondent(session, anna.id)
        early = midnight - timedelta(minutes=1)
        with pytest.raises(Conflict, match="You can answer from"):
            answering.save_answer(session, respondent, None, filled, now=early)
        assert answering.save_answer(session, respondent, None, filled, now=midnight) is not None
