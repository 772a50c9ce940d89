"""The ladder: from a value to what came of it, back again, and the rungs that are missing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from typing import Any

import pytest
from flask.testing import FlaskClient
from sqlalchemy import event, select
from sqlalchemy.engine import Engine
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.testing import AddPerson, SignIn, SignInAs, UnitOfWork
from waardewerk.values import lenses
from waardewerk.values.framework import key_in
from waardewerk.values.models import ProjectLens
from waardewerk.values.operations import looking
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.fixed.fixing_content import snapshot_of
from waardewerk_procurement.ladder import Asked, Named, Result, WonWith, build_ladder
from waardewerk_procurement.models import Decision, Dossier, Finding, FollowUp, Snapshot
from waardewerk_procurement.operations import preparing
from waardewerk_procurement.queries.climbing import ladder_of

from .setting_up import NOW, a_concept, a_criterion, assess, finish_quality, fix, look_wider
from .test_writing import adopt

PRIVACY = Named(key="privacy", name="Privacy")
TRUST = Named(key="trust", name="Trust")
FORGET = Named(key="forget", name="Forget what is not needed", serves=("privacy",))
DUE = date(2027, 6, 1)


def asks(key: str, type_: Any = "award_criterion", **changes: Any) -> Asked:
    given: dict[str, Any] = {"title": key.capitalize(), "value": PRIVACY, "norm": FORGET}
    return Asked(key=key, type=type_, **{**given, **changes})


def climb(*asked: Asked, **changes: Any) -> Any:
    given: dict[str, Any] = {
        "values": [PRIVACY, TRUST],
        "norms": [FORGET],
        "won_with": {},
        "results": {},
    }
    return build_ladder(asked=asked, **{**given, **changes})


def test_a_value_for_which_nobody_asks_anything_stands_there_empty() -> None:
    ladder = climb(asks("one"))
    assert [rung.value for rung in ladder.values] == [PRIVACY, TRUST]
    assert [rung.value for rung in ladder.empty_values] == [TRUST]


def test_a_value_that_is_in_view_no_longer_stands_after_the_others() -> None:
    gone = Named(key="gone", name="Gone")
    ladder = climb(asks("one", value=gone, norm=None))
    assert [rung.value for rung in ladder.values] == [PRIVACY, TRUST, gone]


def test_criteria_stand_under_their_norm_and_beside_each_other() -> None:
    ladder = climb(asks("one"), asks("two", "kpi"), asks("three", norm=None))
    (norm, loose) = ladder.values[0].norms
    assert norm.norm == FORGET
    assert [rung.asked.key for rung in norm.criteria] == ["one", "two"]
    assert [rung.asked.key for rung in loose.criteria] == ["three"]


def test_a_norm_that_nothing_asks_for_stands_there_empty() -> None:
    (norm,) = climb().values[0].norms
    assert norm.norm == FORGET
    assert norm.criteria == ()


def test_a_criterion_without_a_value_is_loose() -> None:
    ladder = climb(asks("one", value=Named(key="", name=""), norm=None))
    assert [rung.asked.key for rung in ladder.loose] == ["one"]


def test_a_promise_is_lost_when_nothing_keeps_it_alive() -> None:
    ladder = climb(asks("one"), asks("two", kept_by=("kpi",)), asks("kpi", "kpi"))
    assert [rung.asked.key for rung in ladder.lost] == ["one"]
    kpi = ladder.values[0].criteria[2]
    assert [one.key for one in kpi.keeps] == ["two"]


def test_what_keeps_a_criterion_alive_does_so_for_its_parts_and_the_other_way_round() -> None:
    above = climb(asks("one", kept_by=("kpi",)), asks("part", parent="one"), asks("kpi", "kpi"))
    assert above.lost == []
    below = climb(asks("one"), asks("part", parent="one", kept_by=("kpi",)), asks("kpi", "kpi"))
    assert below.lost == []


def test_read_back_what_went_wrong_stands_first() -> None:
    results = {
        "one": [Result(number=1, title="Fine", due=DUE, colour="green")],
        "two": [
            Result(number=2, title="Later", due=DUE),
            Result(number=3, title="Wrong", due=DUE, colour="red"),
        ],
    }
    ladder = climb(asks("one"), asks("two"), asks("three"), results=results)
    assert [rung.result.title for rung in ladder.results] == ["Wrong", "Fine", "Later"]
    assert [rung.criterion.asked.key for rung in ladder.results] == ["two", "one", "two"]
    assert [rung.asked.key for rung in ladder.unfollowed] == ["three"]


def test_a_score_stands_with_its_criterion() -> None:
    ladder = climb(asks("one"), won_with={"one": [WonWith(lot="All", bidder="Aap BV", score="8")]})
    assert ladder.values[0].criteria[0].won_with[0].score == "8"


def test_read_back_a_promise_stands_with_the_score_of_its_own_lot() -> None:
    won = [
        WonWith(lot="North", bidder="Aap BV", score="8"),
        WonWith(lot="South", bidder="Noot BV", score="6"),
    ]
    results = {"one": [Result(number=1, title="One", due=DUE, lot="South", bidder="Noot BV")]}
    (rung,) = climb(asks("one"), won_with={"one": won}, results=results).results
    assert [one.score for one in rung.won_with] == ["6"]


# From the rows ---------------------------------------------------------------------------------


def decide(session: Session, dossier: Dossier, winner: str) -> None:
    """Write down who won."""
    session.add(
        Decision(
            lot_id=dossier.lots[0].id,
            award_file="{}",
            award_sha256="0" * 64,
            snapshot_number=1,
            winner=winner,
            decided_at=NOW,
        )
    )
    session.flush()


def follow(session: Session, dossier: Dossier, bid_id: int, *colours: str) -> None:
    """Follow the indicator of a dossier, and find these colours one after another."""
    row = FollowUp(
        dossier_id=dossier.id,
        bid_id=bid_id,
        criterion="explained",
        value="uitlegbaarheid",
        kind="kpi",
        title="Residents understand the count",
        promise="Nine of ten understand it.",
        due=day_of(NOW + timedelta(90)),
    )
    session.add(row)
    session.flush()
    for place, colour in enumerate(colours):
        session.add(
            Finding(
                follow_up_id=row.id,
                colour=colour,
                reason=f"Found {place}",
                found_at=NOW + timedelta(place),
            )
        )
        session.flush()


def test_before_the_freeze_the_ladder_is_of_what_is_written(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        ladder = ladder_of(session, a_concept(session), "nl", sees_winners=True)
    keys = [rung.asked.key for value in ladder.values for rung in value.criteria]
    assert sorted(keys) == ["explain", "explained", "forget", "register", "three-cases"]
    assert [rung.asked.key for rung in ladder.lost] == ["forget"]


def test_after_the_freeze_it_is_of_what_was_fixed(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        dossier.criteria[1].title = "Something else"
        dossier.state, dossier.rectification = "fixed", "writing"
        session.flush()
        ladder = ladder_of(session, dossier, "nl", sees_winners=True)
    titles = [rung.asked.title for value in ladder.values for rung in value.criteria]
    assert "Explain a count to a resident" in titles
    assert "Something else" not in titles


def fix_for_real(session: Session, dossier: Dossier) -> None:
    """Fix what a dossier holds, with its lens and the names of its framework."""
    content = snapshot.write_snapshot(snapshot_of(session, dossier, 1))
    session.add(Snapshot(dossier_id=dossier.id, number=1, content=content, sha256="x", made_at=NOW))
    dossier.state = "fixed"
    session.flush()


def test_after_the_freeze_values_and_norms_are_those_of_what_was_fixed(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        adopt(session, dossier)
        lens = preparing.open_lens(session, dossier, "/", actor_id=None, now=NOW)
        found = session.get_one(ProjectLens, lens)
        card = lenses.cards_for(session, found)[0]
        touched = looking.Touched(urn=card.urn, direction="positive", reason="It helps them all.")
        chosen = looking.choose_card(session, found, touched, actor_id=None, now=NOW)
        before = names_on(ladder_of(session, dossier, "nl", sees_winners=True))
        fix_for_real(session, dossier)
        assert names_on(ladder_of(session, dossier, "nl", sees_winners=True)) == before
        assert key_in(card.urn) in before[0]
        assert before[1]
        session.delete(chosen)
        found.version, dossier.values_version = None, None
        session.flush()
        session.expire_all()
        assert names_on(ladder_of(session, dossier, "nl", sees_winners=True)) == before


def names_on(ladder: Any) -> tuple[set[str], set[str]]:
    values = {rung.value.key for rung in ladder.values}
    norms = {one.norm.key for rung in ladder.values for one in rung.norms if one.norm}
    return values, norms


def test_scores_are_those_of_who_won_and_nobody_sees_them_before(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    people = [a_person().id]
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, people)
        finish_quality(session, dossier, bids)
        assert scores(ladder_of(session, dossier, "nl", sees_winners=True)) == {}
        decide(session, dossier, "B")
        assert scores(ladder_of(session, dossier, "nl", sees_winners=True)) == {
            "explain": ["10"],
            "forget": ["10"],
        }


def test_before_it_is_carried_out_who_only_reads_does_not_see_who_won(
    unit_of_work: UnitOfWork, a_person: AddPerson, reader: FlaskClient, sign_in: SignIn
) -> None:
    officer, people = a_person("civil_servant"), [a_person().id]
    with unit_of_work() as session:
        dossier = a_concept(session, officer.id)
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, people)
        finish_quality(session, dossier, bids)
        decide(session, dossier, "B")
        address = f"/procurement/{dossier.id}/ladder"
    leads = sign_in(officer)
    for page in (address, f"{address}?from=result"):
        assert "Score of who won" not in reader.get(page).text
    assert "Score of who won" in leads.get(address).text
    with unit_of_work() as session:
        session.scalars(select(Dossier)).one().state = "execution"
    assert "Score of who won" in reader.get(address).text


def scores(ladder: Any) -> dict[str, list[str]]:
    return {
        rung.asked.key: [one.score for one in rung.won_with]
        for value in ladder.values
        for rung in value.criteria
        if rung.won_with
    }


def test_the_result_is_what_was_found_last(unit_of_work: UnitOfWork, a_person: AddPerson) -> None:
    people = [a_person().id]
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, people)
        follow(session, dossier, bids[1].id, "green", "red")
        (one,) = ladder_of(session, dossier, "nl", sees_winners=True).results
    assert (one.result.colour, one.result.reason) == ("red", "Found 1")
    assert one.criterion.asked.value.key == "uitlegbaarheid"


def test_a_promise_that_runs_is_not_kept_yet(
    unit_of_work: UnitOfWork, a_person: AddPerson, reader: FlaskClient
) -> None:
    people = [a_person().id]
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, people)
        follow(session, dossier, bids[1].id, "green")
        address = f"/procurement/{dossier.id}/ladder"
        promise = session.scalars(select(FollowUp)).one().id
    for page in (address, f"{address}?from=result"):
        text = reader.get(page).text
        assert "Runs, green" in text
        assert ">Kept<" not in text
        assert f"/promises/{promise}" in text
        assert "Noot BV" in text
    with unit_of_work() as session:
        session.get_one(FollowUp, promise).ended = "kept"
    text = reader.get(address).text
    assert ">Kept<" in text
    assert "Runs, green" not in text


def test_a_criterion_that_a_rectification_takes_away_links_to_no_missing_page(
    unit_of_work: UnitOfWork, reader: FlaskClient
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        fix(session, dossier)
        number, gone = dossier.id, dossier.criteria[1]
        key, title = gone.key, gone.title
        dossier.state, dossier.rectification = "fixed", "writing"
        session.flush()
        dossier.criteria.remove(gone)
    page = reader.get(f"/procurement/{number}/ladder").text
    assert title in page
    assert f'/criteria/{key}"' not in page


def test_a_value_for_which_nothing_is_asked_is_named_once(
    unit_of_work: UnitOfWork, reader: FlaskClient
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        for one in dossier.criteria:
            one.value = "uitlegbaarheid"
        number = dossier.id
        adopt(session, dossier)
        look_wider(session, dossier)
        empty = ladder_of(session, dossier, "en", sees_winners=True).empty_values
    page = reader.get(f"/procurement/{number}/ladder").text
    assert empty
    for rung in empty:
        assert page.count(f"You ask nothing for {rung.value.name} yet.") == 1
        assert f'id="value-{rung.value.key}"' not in page


def test_a_value_that_was_weighed_and_left_alone_stands_there_with_the_reason(
    unit_of_work: UnitOfWork, reader: FlaskClient
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        adopt(session, dossier)
        lens = look_wider(session, dossier)
        empty = ladder_of(session, dossier, "en", sees_winners=True).empty_values
        left_alone, forgotten = (rung.value for rung in empty[:2])
        urn = next(
            one.urn
            for one in lenses.values_in_view(session, lens)
            if key_in(one.urn) == left_alone.key
        )
        weighed = looking.Weighed(urn=urn, effect="none", for_whom="", reason="No people in it.")
        looking.consider(session, lens, weighed, actor_id=None, now=NOW)
        number = dossier.id
    address = f"/procurement/{number}/ladder"
    explained = f"Nothing is asked for {left_alone.name}. The explanation: No people in it."
    written = reader.get(address).text
    assert explained in written
    assert f"You ask nothing for {forgotten.name} yet." in written
    with unit_of_work() as session:
        fix_for_real(session, session.get_one(Dossier, number))
    # Nothing is asked for it any more, whatever anybody wants.
    fixed = reader.get(address).text
    assert explained in fixed
    assert f"Nothing is asked for {forgotten.name}." in fixed
    assert "You ask nothing" not in fixed


# The page --------------------------------------------------------------------------------------


@pytest.fixture
def reader(a_person: AddPerson, sign_in: SignIn) -> FlaskClient:
    return sign_in(a_person({"civil_servant"}))


def test_gaps_are_said_in_words(unit_of_work: UnitOfWork, reader: FlaskClient) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        dossier.criteria.append(a_criterion("loose", "wish", "Loose", value="", position=9))
        session.flush()
        number = dossier.id
    page = reader.get(f"/procurement/{number}/ladder").text
    assert "“Loose” serves no value." in page
    assert "Nothing keeps the promise of “Forget what was seen” alive." in page
    assert "Serves no norm" in page
    back = reader.get(f"/procurement/{number}/ladder?from=result").text
    assert "No results yet" in back
    assert "Promises and conditions without a result" in back


def test_an_empty_dossier_says_where_the_ladder_begins(
    unit_of_work: UnitOfWork, reader: FlaskClient
) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        dossier.criteria = []
        session.flush()
        number = dossier.id
    assert "There is nothing on this ladder yet" in reader.get(f"/procurement/{number}/ladder").text


@contextmanager
def counted_queries() -> Iterator[list[str]]:
    """Note every statement that goes to a database."""
    said: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        said.append(statement)

    event.listen(Engine, "before_cursor_execute", note)
    try:
        yield said
    finally:
        event.remove(Engine, "before_cursor_execute", note)


@pytest.mark.parametrize("page", ["ladder", "checks", "trial", "review"])
def test_two_hundred_criteria_cost_no_more_queries_than_five(
    unit_of_work: UnitOfWork, sign_in_as: SignInAs, page: str
) -> None:
    reader = sign_in_as("adviseur")

    def with_more(count: int) -> int:
        with unit_of_work() as session:
            dossier = a_concept(session)
            dossier.criteria.extend(
                a_criterion(f"k-{n}", "minimum_requirement", f"Requirement {n}", position=10 + n)
                for n in range(count)
            )
            session.flush()
            return dossier.id

    few, many = with_more(0), with_more(200)
    reader.get(f"/procurement/{few}/{page}")
    with counted_queries() as for_few:
        reader.get(f"/procurement/{few}/{page}")
    with counted_queries() as for_many:
        answer = reader.get(f"/procurement/{many}/{page}")
    assert answer.status_code == 200
    assert len(for_many) == len(for_few) <= 20
