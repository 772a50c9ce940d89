"""Advice: two names under one text, dissent beside it, and who learns from it."""

from __future__ import annotations

from typing import Any

import pytest

from waardewerk import access
from waardewerk.contract import ROLES, Viewer
from waardewerk.people.models import Person
from waardewerk.refusal import Conflict, NotAllowed, NotFound, Refusal
from waardewerk.responsibility.operations import advising, offering
from waardewerk.responsibility.queries import advice
from waardewerk.testing import AddPerson

from .conftest import A_DAY, NOW, TODAY, Province, answered, asked

Advisers = tuple[Person, Person]


def counsel(province: Province, request_id: int) -> advice.Counsel:
    with province.work() as session:
        found = advice.counsel(session, advice.get_request(session, request_id))
        # Read now: the answer's names are asked for after the session closed.
        _ = [one.text for one in found.request.answers], list(found.request.offers)
        return found


def state(province: Province, request_id: int) -> str:
    return counsel(province, request_id).request.state


def test_a_form_that_is_sent_twice_asks_once(province: Province, asker: Person) -> None:
    first = province.ask(asker, request_key="once")
    assert province.ask(asker, request_key="once") == first


@pytest.mark.parametrize(
    "wrong",
    [
        {"title": ""},
        {"title": "x" * 201},
        {"about": " "},
        {"question": ""},
        {"thoughts": "x" * 4001},
        {"about": "a\x00b"},
        {"wanted_by": TODAY - A_DAY},
    ],
    ids=str,
)
def test_a_question_that_cannot_be_is_refused(
    province: Province, asker: Person, wrong: dict[str, Any]
) -> None:
    with pytest.raises(Refusal):
        province.ask(asker, **wrong)


def test_one_name_is_no_answer_and_two_are(
    province: Province, asker: Person, advisers: Advisers
) -> None:
    request = province.ask(asker)
    province.take_up(request, advisers[0])
    text = province.write(request, advisers[0])
    assert province.sign(request, text, advisers[0]) == "taken_up"
    assert province.sign(request, text, advisers[1]) == "answered"


def test_a_changed_text_needs_the_names_again(
    province: Province, asker: Person, advisers: Advisers, a_person: AddPerson
) -> None:
    third = a_person("adviseur", name="Cas")
    request = province.ask(asker)
    province.take_up(request, advisers[0])
    first = province.write(request, advisers[0])
    second = province.write(request, third, builds_on=first, text="With a wire, and a sign.")
    assert [one.name for one in counsel(province, request).signed] == ["Cas"]
    with pytest.raises(Conflict, match="changed"):
        province.sign(request, first, advisers[1])
    assert state(province, request) == "taken_up"
    assert province.sign(request, second, advisers[0]) == "answered"
    assert [one.text for one in counsel(province, request).earlier] == [answered().text]


def test_two_who_write_at_once_lose_nothing(
    province: Province, asker: Person, advisers: Advisers
) -> None:
    request = province.ask(asker)
    province.take_up(request, advisers[0])
    first = province.write(request, advisers[0])
    with pytest.raises(Conflict, match="below"):
        province.write(request, advisers[1], text="Mine")
    assert province.write(request, advisers[1], text=answered().text) == first


def test_dissent_stays_beside_the_answer_through_every_text(
    province: Province, asker: Person, advisers: Advisers, a_person: AddPerson
) -> None:
    third = a_person("adviseur", name="Cas")
    request = province.ask(asker)
    province.take_up(request, advisers[0])
    with province.work() as session, pytest.raises(Conflict):
        advising.dissent(session, request, "No.", actor_id=third.id, now=NOW)
    first = province.write(request, advisers[0])
    with province.work() as session:
        for _ in range(2):
            advising.dissent(session, request, "A wire counts too.", actor_id=third.id, now=NOW)
    second = province.write(request, advisers[0], builds_on=first, text="Another text.")
    province.sign(request, second, advisers[1])
    with province.work() as session:
        advising.dissent(session, request, "Still no.", actor_id=third.id, now=NOW)
    said = counsel(province, request).dissent
    assert [(one.name, one.text) for one in said] == [
        ("Cas", "A wire counts too."),
        ("Cas", "Still no."),
    ]


def test_who_asked_has_no_part_in_the_answer(province: Province, advisers: Advisers) -> None:
    one, other = advisers
    request = province.ask(one)
    with pytest.raises(NotAllowed):
        province.take_up(request, one)
    province.take_up(request, other)
    text = province.write(request, other)
    with pytest.raises(NotAllowed, match="yourself"):
        province.sign(request, text, one)


@pytest.mark.parametrize("role", [role for role in ROLES if role != "adviseur"])
def test_only_advisers_answer_whatever_door_they_come_through(
    province: Province, asker: Person, advisers: Advisers, a_person: AddPerson, role: str
) -> None:
    request = province.ask(asker)
    other = a_person(role, name="Other")
    with pytest.raises(NotAllowed):
        province.take_up(request, other)
    province.take_up(request, advisers[0])
    text = province.write(request, advisers[0])
    with pytest.raises(NotAllowed):
        province.sign(request, text, other)
    for act in (advising.contribute, advising.dissent, advising.refer):
        with province.work() as session, pytest.raises(NotAllowed):
            act(session, request, "Words", actor_id=other.id, now=NOW)
    with province.work() as session, pytest.raises(NotAllowed):
        offering.offer(session, request, offered_on=TODAY, actor_id=other.id, now=NOW)


def test_an_adviser_who_left_answers_nothing(
    province: Province, asker: Person, advisers: Advisers
) -> None:
    request = province.ask(asker)
    province.let_go(advisers[0])
    with pytest.raises(NotAllowed):
        province.take_up(request, advisers[0])


def test_the_owner_is_an_adviser_who_did_not_ask(
    province: Province, asker: Person, advisers: Advisers
) -> None:
    request = province.ask(asker)
    for owner_id, day in ((asker.id, TODAY), (999, TODAY), (advisers[1].id, TODAY - A_DAY)):
        with province.work() as session, pytest.raises(Refusal):
            advising.take_up(
                session,
                request,
                owner_id=owner_id,
                answer_by=day,
                actor_id=advisers[0].id,
                now=NOW,
            )


def test_an_answer_is_written_after_somebody_took_it_up(
    province: Province, asker: Person, advisers: Advisers
) -> None:
    request = province.ask(asker)
    with pytest.raises(Conflict, match="takes this request up"):
        province.write(request, advisers[0])
    province.take_up(request, advisers[0])
    for wrong in ({"text": ""}, {"follow_up": " "}, {"follow_up": "x" * 201}):
        with pytest.raises(Refusal):
            province.write(request, advisers[0], **wrong)


def test_a_closed_request_stays_closed(
    province: Province, asker: Person, advisers: Advisers
) -> None:
    request = province.ask(asker)
    with province.work() as session:
        with pytest.raises(Refusal, match="why"):
            advising.refer(session, request, " ", actor_id=advisers[0].id, now=NOW)
        advising.refer(session, request, "Ask the lawyer.", actor_id=advisers[0].id, now=NOW)
    for act in (advising.contribute, advising.refer):
        with province.work() as session, pytest.raises(Conflict):
            act(session, request, "More", actor_id=advisers[0].id, now=NOW)
    with province.work() as session, pytest.raises(Conflict):
        advising.withdraw(session, request, "Never mind", actor_id=asker.id, now=NOW)
    with pytest.raises(Conflict):
        province.take_up(request, advisers[0])
    assert state(province, request) == "referred"


def test_only_who_asked_takes_it_back_reads_it_and_lets_names_travel(
    province: Province, asker: Person, advisers: Advisers
) -> None:
    request = province.answer(asker, *advisers)
    other = advisers[0].id
    with province.work() as session:
        for act in (
            lambda: advising.withdraw(session, request, "x", actor_id=other, now=NOW),
            lambda: advising.mark_read(session, request, actor_id=other, now=NOW),
            lambda: advising.let_names_travel(
                session, request, may_travel=True, actor_id=other, now=NOW
            ),
        ):
            with pytest.raises(NotAllowed):
                act()


def viewer_of(person: Person, *roles: str) -> Viewer:
    permissions = access.permissions_of(roles, access.permissions(), {})
    return Viewer(person_id=person.id, roles=frozenset(roles), permissions=permissions)


def sees(province: Province, request_id: int, person: Person, *roles: str) -> bool:
    with province.work() as session:
        try:
            advice.request_for(session, request_id, viewer_of(person, *roles))
        except NotFound:
            return False
    return True


def test_it_is_shared_once_the_asker_and_an_adviser_agree_and_either_takes_it_back(
    province: Province, asker: Person, advisers: Advisers, a_person: AddPerson
) -> None:
    request = province.answer(asker, *advisers)
    other = a_person(name="Other")
    shown = []
    for person, shared in (
        (asker, True),
        (advisers[1], True),
        (asker, False),
        (asker, True),
        (advisers[0], False),
    ):
        with province.work() as session:
            advising.share(session, request, shared=shared, actor_id=person.id, now=NOW)
        shown.append(sees(province, request, other, "civil_servant"))
    assert shown == [False, True, False, True, False]
    assert not sees(province, request, other, "respondent")


def test_what_is_not_answered_is_not_shared(
    province: Province, asker: Person, advisers: Advisers, a_person: AddPerson
) -> None:
    request = province.ask(asker)
    with province.work() as session, pytest.raises(Conflict):
        advising.share(session, request, shared=True, actor_id=asker.id, now=NOW)
    done = province.answer(asker, *advisers, title="Done")
    stranger = a_person()
    with province.work() as session, pytest.raises(NotAllowed):
        advising.share(session, done, shared=True, actor_id=stranger.id, now=NOW)


def test_what_waits_for_whom(province: Province, asker: Person, advisers: Advisers) -> None:
    def waits(person: Person, *roles: str) -> tuple[int, ...]:
        with province.work() as session:
            found = advice.waiting_for(session, viewer_of(person, *roles))
        return tuple(map(len, (found.to_take_up, found.to_answer, found.to_sign, found.to_read)))

    request = province.ask(asker)
    assert waits(advisers[0], "adviseur") == (1, 0, 0, 0)
    assert waits(asker, "adviseur") == (0, 0, 0, 0)
    province.take_up(request, advisers[0])
    text = province.write(request, advisers[0])
    assert waits(advisers[0], "adviseur") == (0, 1, 0, 0)
    assert waits(advisers[1], "adviseur") == (0, 0, 1, 0)
    province.sign(request, text, advisers[1])
    assert waits(asker, "civil_servant") == (0, 0, 0, 1)
    with province.work() as session:
        advising.mark_read(session, request, actor_id=asker.id, now=NOW)
    assert waits(asker, "civil_servant") == (0, 0, 0, 0)


def test_what_waits_and_what_is_ones_own_is_listed_however_much_was_answered_since(
    province: Province,
    asker: Person,
    advisers: Advisers,
    a_person: AddPerson,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    waiting, own = province.ask(asker), province.answer(asker, *advisers, title="Own")
    for _number in range(3):
        province.answer(a_person("civil_servant"), *advisers, title="Later")
    monkeypatch.setattr(advice, "MOST_SHOWN", 2)
    with province.work() as session:
        found = advice.desk(session, viewer_of(asker, "civil_servant"))
        assert [one.id for one in found.own] == [own, waiting]
        opened = advice.desk(session, viewer_of(advisers[0], "adviseur")).open
        assert [one.id for one in opened] == [waiting]


def test_what_came_back_from_the_committee_stands_beside_the_answer(
    province: Province, asker: Person, advisers: Advisers
) -> None:
    one = advisers[0].id
    request = province.ask(asker)
    with province.work() as session, pytest.raises(Conflict):
        offering.offer(session, request, offered_on=TODAY, actor_id=one, now=NOW)
    province.take_up(request, advisers[0])
    with province.work() as session:
        with pytest.raises(Refusal):
            offering.offer(session, request, offered_on=TODAY + A_DAY, actor_id=one, now=NOW)
        made, again = (
            offering.offer(session, request, offered_on=TODAY - A_DAY, actor_id=one, now=NOW).id
            for _ in range(2)
        )
    assert made == again
    for wrong in (
        {"words": ""},
        {"returned_on": TODAY - 2 * A_DAY},
        {"returned_on": TODAY + A_DAY},
    ):
        with pytest.raises(Refusal):
            give_back(province, made, one, **wrong)
    for _ in range(2):
        give_back(province, made, one)
    with pytest.raises(Conflict):
        give_back(province, made, one, words="Something else")
    with pytest.raises(NotFound):
        give_back(province, 999, one)
    (offer,) = counsel(province, request).request.offers
    assert (offer.returned_on, offer.returned) == (TODAY, "Other provinces count with a wire.")


def give_back(province: Province, offer_id: int, adviser: int, **changes: Any) -> None:
    filled = {"returned_on": TODAY, "words": "Other provinces count with a wire.", **changes}
    with province.work() as session:
        offering.record_return(session, offer_id, actor_id=adviser, now=NOW, **filled)


def test_a_request_key_of_somebody_else_finds_nothing_of_theirs(
    province: Province, asker: Person, advisers: Advisers
) -> None:
    mine = province.ask(asker, request_key="taken")
    with province.work() as session:
        question = asked(request_key="taken")
        theirs = advising.ask(session, question, actor_id=advisers[0].id, now=NOW)
    assert theirs.id != mine
