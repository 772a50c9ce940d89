"""What stands on the first page."""

from __future__ import annotations

from waardewerk.people.models import Person
from waardewerk.responsibility.tiles import MOST_FINDINGS
from waardewerk.testing import SignIn, SignInAs

from .conftest import Province


def test_who_keeps_the_register_sees_the_most_pressing_and_how_many_more(
    province: Province, sign_in: SignIn
) -> None:
    page = sign_in(province.keeper).get("/").text
    assert page.count("Not placed yet") == MOST_FINDINGS
    assert "4 more things stand on the register" in page


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
