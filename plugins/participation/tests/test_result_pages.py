from __future__ import annotations

import re

import pytest
from flask.testing import FlaskClient

from waardewerk import db
from waardewerk.documents import Paragraph
from waardewerk.documents.charts.drawing import STYLES
from waardewerk.testing import SignInAs
from waardewerk_participation import clockwork
from waardewerk_participation.drawings import BarRow, bars, opinion_map
from waardewerk_participation.figure_tables import table_of
from waardewerk_participation.models import (
    BackgroundAnswer,
    BackgroundQuestion,
    Participant,
    Statement,
    StatementValue,
    Vote,
)
from waardewerk_participation.showing import Figures, OpinionMap, Spot
from waardewerk_participation.small_cells import Share

from .conftest import OwnRounds, camps
from .counted import TWO_CAMPS, close, conclude, count, of_statements, queries_of, shown


@pytest.fixture
def counted(own_rounds: OwnRounds) -> OwnRounds:
    """Give a round in which two camps voted, closed and counted."""
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    conclude(own_rounds)
    return own_rounds


def test_everybody_reads_what_was_found(counted: OwnRounds, client: FlaskClient) -> None:
    response = client.get("/r/cameras/results")
    assert response.status_code == 200
    assert "100 people took part" in response.text
    assert "2 opinion groups" in response.text
    assert "Set-Cookie" not in response.headers
    headings = re.findall(r"<h2[^>]*>([^<]*)", response.text)
    assert headings[:2] == ["In short", "What all groups agree with"]
    assert headings.index("Where people stand") > headings.index("What a smaller group opposes")


def test_those_who_hold_the_round_see_the_same_and_how_counting_goes(
    counted: OwnRounds, sign_in_as: SignInAs
) -> None:
    response = sign_in_as("adviseur").get("/participation/cameras/results")
    assert response.status_code == 200
    assert "groups from 5 people" in response.text
    assert "2 opinion groups" in response.text


def test_a_page_asks_as_much_of_the_database_for_many_statements_as_for_few(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    asked = []
    for slug, statements in (("few", 8), ("many", 40)):
        own_rounds.open(slug, statements=statements)
        own_rounds.vote(of_statements(camps((30, 20), statements)), slug)
        conclude(own_rounds, slug)
        with own_rounds.work() as session:
            session.query(Vote).delete()
            session.query(Participant).delete()
        # What the first page of all looks up is not the next one's.
        client.get(f"/r/{slug}/results")
        with queries_of(own_rounds) as seen:
            assert client.get(f"/r/{slug}/results").status_code == 200
        asked.append(len(seen))
    assert asked[0] == asked[1]


def test_before_anything_is_published_the_page_says_what_it_waits_for(
    own_rounds: OwnRounds, client: FlaskClient, sign_in_as: SignInAs
) -> None:
    own_rounds.open()
    own_rounds.vote({(person, 1): 1 for person in range(4)})
    count(own_rounds)
    page = client.get("/r/cameras/results").text
    assert "Nothing is published yet" in page
    assert "when 10 people took part" in page
    staff = sign_in_as("adviseur").get("/participation/cameras/results").text
    assert "when 10 people took part" in staff


@pytest.mark.parametrize("before", [1, 13])
def test_no_page_changes_when_one_more_person_takes_part(
    own_rounds: OwnRounds, client: FlaskClient, sign_in_as: SignInAs, before: int
) -> None:
    """Who looks before and after a neighbour voted would know that this neighbour took part."""
    own_rounds.open(joining="code")
    own_rounds.vote({(person, 1): 1 for person in range(before)})
    pages = ("results", "inclusion", "letters", "")
    officer = sign_in_as("adviseur")

    def look() -> list[str]:
        count(own_rounds)
        with own_rounds.app.app_context(), db.current().reading() as session:
            clockwork.count_reach(session, {})
        seen = [officer.get(f"/participation/cameras/{name}").text for name in pages]
        seen.append(client.get("/r/cameras/results").text)
        return [re.sub(r'(nonce|value)="[^"]*"', "", one) for one in seen]

    first = look()
    own_rounds.vote({(900, number): -1 for number in (1, 2, 3)})
    assert look() == first


def test_that_too_few_took_part_is_said_once(own_rounds: OwnRounds, client: FlaskClient) -> None:
    own_rounds.open()
    own_rounds.vote({(person, 1): 1 for person in range(6)})
    conclude(own_rounds)
    page = client.get("/r/cameras/results").text
    assert "Fewer than 10 people took part." in page
    assert page.count("Too few people") == 2, "once as a title, once as the reason under it"
    assert "As Polis counts" not in page


def test_in_a_round_without_groups_the_page_says_so(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open()
    own_rounds.vote(of_statements(camps((60,), 12)))
    conclude(own_rounds)
    page = client.get("/r/cameras/results").text
    assert "No clear groups" in page
    assert "What most people agree with" in page
    assert "A smaller group" not in page


def sections_of(page: str) -> dict[str, str]:
    """Give what stands under each title, without marks."""
    parts = re.findall(r'<section aria-labelledby="([^"]+)-title">(.*?)</section>', page, re.S)
    return {key: " ".join(re.sub(r"<[^>]+>", " ", text).split()) for key, text in parts}


def test_nobody_is_told_that_there_is_nothing_where_groups_are_too_small_to_show(
    own_rounds: OwnRounds, client: FlaskClient, sign_in_as: SignInAs
) -> None:
    own_rounds.open()
    own_rounds.vote(of_statements(camps((40, 14), 12, share=0.97)))
    conclude(own_rounds)
    assert shown(own_rounds, "public").groups
    assert shown(own_rounds, "staff").sentences.dividing
    assert not shown(own_rounds, "public").sentences.dividing
    told = sections_of(client.get("/r/cameras/results").text)
    for key in ("agreed", "rejected", "dividing", "objections"):
        assert "We cannot show this: the groups are too small." in told[key]
    staff = sign_in_as("adviseur").get("/participation/cameras/results").text
    assert "We cannot show this" not in sections_of(staff)["dividing"]
    assert "You see more than everybody: groups from 5 people." in staff


def test_nothing_found_is_said_where_every_figure_can_be_seen(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open()
    halves = {
        (person, number): 1 if (person < 60) == (number % 2 == 0) else -1
        for person in range(120)
        for number in range(1, 13)
    }
    own_rounds.vote(halves)
    conclude(own_rounds)
    public = shown(own_rounds, "public")
    assert len(public.groups) == 2
    assert not any(one.is_hidden for found in public.statements for one in found.groups.values())
    told = sections_of(client.get("/r/cameras/results").text)
    assert "Nothing is clearly rejected together." in told["rejected"]


def test_a_table_of_hidden_figures_is_one_line() -> None:
    rows = [["Young", "too few people"], ["Old", "cannot be shown"]]
    hidden = table_of("How old are you?", ["Answer", "People"], rows)
    assert hidden.in_document() == Paragraph(
        "Too few people to show figures of “How old are you?”."
    )
    assert not table_of("Age", ["Answer", "People"], [*rows, ["Both", "30"]]).instead
    counted = [["privacy", "3", "too few people"]]
    assert table_of("Values", ["Value", "Statements", "All"], counted, people_from=2).instead
    assert not table_of("Nothing", ["Answer", "People"], []).instead


def test_what_only_a_bound_is_known_of_is_striped_and_what_is_sure_is_a_bar() -> None:
    def drawn(agree: Share) -> str:
        figures = Figures(agree=agree, disagree=Share("about", 30))
        return str(bars("one", "Title", "Sentence", [BarRow("All", figures)]).compact)

    sure, above = drawn(Share("about", 60)), drawn(Share("above", 60))
    blue = STYLES[0].colour
    bar = re.compile(rf'<rect [^>]*width="([^"]+)"[^>]*fill="{blue}"')
    assert bar.findall(sure) == bar.findall(above)
    assert f'stroke="{blue}"' not in sure
    assert above.count(f'stroke="{blue}"') > 10
    assert bar.findall(drawn(Share("below", 60))) == ["0"]


def test_circles_have_a_letter_only_when_there_are_groups() -> None:
    spots = OpinionMap(tuple(Spot(x, 0.0, 0.1, "A", 20) for x in (-0.5, 0.0, 0.5)), 0)
    assert ">A</text>" in opinion_map(spots, ("A", "B"), "Sentence").wide
    assert ">A</text>" not in opinion_map(spots, (), "Sentence").wide


def test_before_the_vote_nobody_is_told_that_votes_are_counted(
    own_rounds: OwnRounds, sign_in_as: SignInAs
) -> None:
    own_rounds.open(phase="prepare")
    page = sign_in_as("adviseur").get("/participation/cameras/results").text
    assert "Voting has not begun yet." in page
    assert "being counted" not in page


def test_too_few_people_are_told_and_nothing_else_is(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    for people in (0, 1, 2, 15):
        slug = own_rounds.open(f"round-{people}")
        own_rounds.vote({(1000 * people + one, 1): 1 for one in range(people)}, slug)
        conclude(own_rounds, slug)
        page = client.get(f"/r/{slug}/results")
        assert page.status_code == 200
        assert "Too few people" in page.text
        assert "What most people agree with" not in page.text
        assert client.get(f"/r/{slug}/results.pdf").status_code == 200


def test_values_channels_and_background_stand_on_the_page_as_far_as_they_may(
    own_rounds: OwnRounds, client: FlaskClient
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    with own_rounds.work() as session:
        found = own_rounds.get(session)
        question = BackgroundQuestion(
            round_id=found.id,
            position=1,
            label={"en": "How old are you?", "nl": "Hoe oud bent u?"},
            options=[
                {"key": "young", "label": {"en": "Under 30"}},
                {"key": "old", "label": {"en": "30 or older"}},
            ],
        )
        session.add(question)
        session.flush()
        people = session.query(Participant).order_by(Participant.pid).all()
        for place, person in enumerate(people):
            person.channel = "paper" if place < 30 else "link"
            option = "young" if place < 3 else "old"
            session.add(BackgroundAnswer(pid=person.pid, question_id=question.id, option=option))
        statement = session.query(Statement).filter_by(number=1).one()
        session.add_all(
            StatementValue(statement_id=statement.id, value=key, is_confirmed=confirmed)
            for key, confirmed in (("privacy", True), ("safety", False))
        )
    conclude(own_rounds)
    page = client.get("/r/cameras/results").text
    assert "How old are you?" in page
    assert "on paper" in page
    assert "privacy" in page
    assert "safety" not in page
    found_here = shown(own_rounds, "public")
    parts = {part.key: part.people for part in found_here.background[0].parts}
    assert parts["young"] is None
    # Otherwise three of a hundred would follow from the others.
    assert parts["old"] is None


def test_votes_that_are_not_counted_for_minutes_are_an_alarm(
    own_rounds: OwnRounds, sign_in_as: SignInAs
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    staff = sign_in_as("adviseur")
    assert "is the worker running?" in staff.get("/participation/cameras/results").text
    count(own_rounds)
    assert "is the worker running?" not in staff.get("/participation/cameras/results").text


def test_in_analysis_the_page_says_when_the_result_comes(
    own_rounds: OwnRounds, client: FlaskClient, sign_in_as: SignInAs
) -> None:
    own_rounds.open()
    own_rounds.vote(TWO_CAMPS)
    count(own_rounds)
    close(own_rounds)
    when = "The result is published when the province begins to answer"
    page = client.get("/r/cameras/results").text
    assert when in page
    assert "they were counted before the vote ended" in page
    assert "People can still vote" not in page
    staff = sign_in_as("adviseur")
    assert "being counted" in staff.get("/participation/cameras/results").text
    count(own_rounds)
    page = staff.get("/participation/cameras/results").text
    assert when in page
    assert "The last count is ready" in page


def test_a_lottery_in_which_all_come_up_alike_is_an_alarm(
    own_rounds: OwnRounds, sign_in_as: SignInAs
) -> None:
    own_rounds.open()
    own_rounds.vote({(1, number): 1 for number in range(1, 13)})
    staff = sign_in_as("adviseur")
    assert "equally often" in staff.get("/participation/cameras/results").text
    own_rounds.vote({(person, 1): -1 for person in range(2, 9)})
    assert "equally often" not in staff.get("/participation/cameras/results").text
