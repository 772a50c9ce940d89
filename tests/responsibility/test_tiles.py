"""What stands on the first page."""

from __future__ import annotations

from waardewerk.people.models import Person
from waardewerk.responsibility.operations.placing import Holder
from waardewerk.responsibility.tiles import MOST_FINDINGS
from waardewerk.testing import SignIn, SignInAs

from .conftest import A_DAY, TODAY, Province


def test_who_keeps_the_register_sees_the_most_pressing_and_how_many_more(
    province: Province, sign_in: SignIn
) -> None:
    page = sign_in(province.keeper).get("/").text
    assert page.count("Not placed yet") == MOST_FINDINGS
    assert "3 more things stand on the register" in page


def test_what_ran_out_and_who_is_alone_do_not_hide_behind_what_is_not_placed(
    province: Province, asker: Person, sign_in: SignIn
) -> None:
    function = Holder(kind="function", function="Head of roads")
    ran_out = {"since": TODAY - 9 * A_DAY, "until": TODAY - A_DAY}
    province.place(function, title="Watches", question="portfolio", **ran_out)
    province.place(Holder(kind="person", person_id=asker.id), question="adviseur")
    page = sign_in(province.keeper).get("/").text
    assert page.count("Not placed yet") == 2
    told = ("Not placed yet", "ran out on", "is placed with one person", "more things stand")
    assert sorted(told, key=page.index) == list(told), "the most pressing first"


def test_others_see_the_way_in_and_no_findings(sign_in_as: SignInAs) -> None:
    page = sign_in_as("executive_member").get("/").text
    assert "Not placed yet" not in page
    assert 'href="/responsibility/"' in page
    assert 'href="/advice/"' in page


def test_who_only_answers_when_asked_sees_none_of_it(sign_in_as: SignInAs) -> None:
    page = sign_in_as("respondent").get("/").text
    assert 'href="/responsibility/"' not in page
    assert 'href="/advice/"' not in page


def test_advisers_see_what_waits_and_the_asker_does_not(
    province: Province, asker: Person, advisers: tuple[Person, Person], sign_in: SignIn
) -> None:
    request = province.ask(asker)
    waiting = f'href="/advice/{request}"'
    assert waiting in sign_in(advisers[0]).get("/").text
    assert waiting not in sign_in(asker).get("/").text
    assert waiting not in sign_in(province.keeper).get("/").text
