"""What a supplier says for itself: asked by a link, saved as it goes, handed in once."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select

from waardewerk.audit import AuditEntry
from waardewerk.refusal import Conflict, NotFound, Refusal
from waardewerk.testing import AddPerson, UnitOfWork, at_once
from waardewerk_procurement import asked, supplier_links
from waardewerk_procurement.asked import Question, Said
from waardewerk_procurement.models import SupplierForm
from waardewerk_procurement.operations import asking, following
from waardewerk_procurement.operations.asking import Filled, StaleSaid, UnknownForm
from waardewerk_procurement.queries import following as queries
from waardewerk_procurement.queries.dossiers import fixed

from . import setting_up
from .running import SECRET, TODAY, Running, decided
from .setting_up import NOW

UNTIL = TODAY + timedelta(14)


@pytest.fixture
def ready(unit_of_work: UnitOfWork, a_person: AddPerson) -> Running:
    """Give a dossier that was decided."""
    return decided(unit_of_work, a_person)


@pytest.fixture
def running(ready: Running) -> Running:
    """Give a dossier that is carried out."""
    return ready.carry_out()


def ask(found: Running, **changes: Any) -> str:
    """Make a link for the winner."""
    chosen = {"secret": SECRET, **changes}
    until = chosen.pop("until", UNTIL)
    form = found.do(asking.open_form, found.bid, until, **chosen)
    return asking.link_token(form, SECRET)


def save(found: Running, token: str, *filled: Filled, **more: Any) -> dict[str, Said]:
    """Save what somebody filled in."""
    with found.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        return asking.save(session, whole, filled, **{"now": NOW, **more})


def hand_in(found: Running, token: str) -> list[Question]:
    """Hand in."""
    with found.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        return asking.hand_in(session, whole, now=NOW)


def whole_answers(found: Running, token: str) -> list[Filled]:
    """Answer everything."""
    with found.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        return [Filled(one.key, "yes", "It is so.", 0) for one in whole.questions]


def test_before_the_award_it_asks_what_must_be_met_and_nothing_about_scores(
    ready: Running,
) -> None:
    token = ask(ready)
    with ready.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        assert [(one.key, one.way) for one in whole.questions] == [
            ("three-cases", "meets"),
            ("register", "meets"),
        ]
        assert whole.form.purpose == "requirements"


def test_afterwards_it_asks_how_it_goes_with_each_promise(running: Running) -> None:
    token = ask(running)
    # What follows from a broken promise is for us to look after.
    broken = following.Ending(
        verdict="broken", reason="No.", follows="A talk.", follows_by=TODAY, revision=1
    )
    running.do(following.end, running.follow_up, broken)
    with running.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        assert sorted(one.key for one in whole.questions) == ["explained", "forget", "register"]
        assert {one.choices for one in whole.questions} == {("yes", "partly", "no")}


def test_what_shuts_out_is_asked_the_other_way_around(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    officer = a_person()
    with unit_of_work() as session:
        dossier = setting_up.a_concept(session, officer.id)
        dossier.criteria.append(
            setting_up.a_criterion(
                "convicted",
                "exclusion_ground",
                "No conviction",
                anchors=setting_up.KNOCK_OUT,
                ground="2.86-1",
                position=9,
            )
        )
        session.flush()
        setting_up.fix(session, dossier)
        questions = asked.about_requirements(fixed(session, dossier), "lot-1")
    (one,) = [one for one in questions if one.key == "convicted"]
    assert one.choices == ("no", "yes")
    assert Said("no").is_whole(one)
    assert not Said("yes").is_whole(one)
    assert Said("yes", "We mended it.").is_whole(one)


def test_a_copy_of_the_database_gives_no_link(ready: Running) -> None:
    token = ask(ready)
    assert len(token) == 43
    with ready.work() as session:
        row = session.scalars(select(SupplierForm)).one()
        assert row.token_hash == supplier_links.hash_of(SECRET, token)
        assert supplier_links.hash_of("another secret", token) != row.token_hash
        assert asking.link_token(row, "another secret") != token
        with pytest.raises(UnknownForm):
            asking.find_by_token(session, row.token_hash, secret=SECRET)


@pytest.mark.parametrize("token", ["", "x", "\x00", "\ud800", "é" * 500])
def test_a_link_that_is_none_opens_nothing(ready: Running, token: str) -> None:
    with ready.work() as session, pytest.raises(UnknownForm):
        asking.find_by_token(session, token, secret=SECRET)


def test_one_bidder_has_one_open_form_of_which_the_day_can_change(ready: Running) -> None:
    first = ask(ready)
    assert ask(ready) == first
    assert ask(ready, until=UNTIL + timedelta(7)) == first
    with ready.work() as session:
        (form,) = session.scalars(select(SupplierForm)).all()
        assert form.open_until == UNTIL + timedelta(7)
        own = select(AuditEntry).where(AuditEntry.action == "procurement.form_opened")
        assert len(session.scalars(own).all()) == 2


@pytest.mark.parametrize("until", [TODAY - timedelta(1), TODAY + timedelta(367)])
def test_the_last_day_lies_within_a_year(ready: Running, until: Any) -> None:
    with pytest.raises(Refusal, match="last day"):
        ask(ready, until=until)


def test_nobody_is_asked_in_a_concept(unit_of_work: UnitOfWork, a_person: AddPerson) -> None:
    found = decided(unit_of_work, a_person)
    with found.work() as session:
        found.dossier(session).state = "closed"
    with pytest.raises(Conflict):
        ask(found)


def test_what_is_saved_is_there_when_the_link_is_opened_again(running: Running) -> None:
    token = ask(running)
    said = save(running, token, Filled("forget", "partly", " Half of it. ", 0))
    assert (said["forget"].answer, said["forget"].text) == ("partly", "Half of it.")
    assert (said["forget"].revision, said["forget"].at) == (1, NOW)
    with running.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        assert whole.said("forget") == said["forget"]
        assert whole.said("register") == Said()


def test_an_answer_that_was_changed_elsewhere_is_not_overwritten(running: Running) -> None:
    token = ask(running)
    save(running, token, Filled("forget", "yes", "Phone.", 0))
    with pytest.raises(StaleSaid) as stale:
        save(
            running,
            token,
            Filled("register", "yes", "New.", 0),
            Filled("forget", "no", "Desk.", 0),
        )
    assert stale.value.keys == {"forget"}
    with running.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        assert whole.said("forget").text == "Phone."
        assert whole.said("register") == Said()
    # The same again is no conflict, and whoever read the newest can change it.
    save(running, token, Filled("forget", "yes", "Phone.", 0))
    save(running, token, Filled("forget", "no", "Desk.", 1))


def test_two_devices_that_save_at_once_keep_both_answers(running: Running) -> None:
    token = ask(running)
    filled = [Filled("forget", "yes", "A.", 0), Filled("register", "yes", "B.", 0)]
    at_once(lambda one: save(running, token, one), filled)
    with running.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        assert [whole.said(one.key).text for one in filled] == ["A.", "B."]


@pytest.mark.parametrize(
    ("filled", "refusal"),
    [
        (Filled("explain", "yes", "", 0), NotFound),
        (Filled("forget", "maybe", "", 0), Refusal),
        (Filled("forget", "yes", "x" * 4001, 0), Refusal),
        (Filled("forget", "yes", "\x00", 0), Refusal),
    ],
)
def test_what_is_no_answer_is_refused(
    running: Running, filled: Filled, refusal: type[Refusal]
) -> None:
    token = ask(running)
    with pytest.raises(refusal):
        save(running, token, filled)


def test_handing_in_says_what_is_still_open_and_keeps_what_was_saved(running: Running) -> None:
    token = ask(running)
    save(
        running,
        token,
        Filled("forget", "yes", "", 0),
        Filled("register", "no", "", 0),
        filled_in_by="Project leader",
    )
    assert {one.key for one in hand_in(running, token)} == {"register", "explained"}
    with running.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        assert whole.form.handed_in_at is None
        assert whole.form.filled_in_by == "Project leader"
        assert whole.said("forget").answer == "yes"


def test_what_was_handed_in_stands_beside_the_promises_and_is_no_finding(running: Running) -> None:
    token = ask(running)
    save(running, token, *whole_answers(running, token))
    with running.work() as session:
        row = running.follow_up(session)
        one = queries.get_follow_up(session, running.dossier(session), row.id)
        assert one.said is None
    assert hand_in(running, token) == []
    with running.work() as session:
        row = running.follow_up(session)
        one = queries.get_follow_up(session, running.dossier(session), row.id)
        assert one.said is not None
        assert (one.said["answer"], one.said["text"]) == ("yes", "It is so.")
        assert one.finding is None
        assert queries.findings_of(session, row) == []


def test_after_handing_in_nothing_changes(running: Running) -> None:
    token = ask(running)
    save(running, token, *whole_answers(running, token))
    hand_in(running, token)
    with pytest.raises(Conflict, match="closed"):
        save(running, token, Filled("forget", "no", "After all.", 1))
    with pytest.raises(Conflict, match="closed"):
        hand_in(running, token)
    # Another year, another form.
    assert ask(running) != token


def test_after_its_last_day_or_when_it_is_ended_nothing_changes(running: Running) -> None:
    token = ask(running)
    save(running, token, Filled("forget", "yes", "In time.", 0), now=NOW)
    with pytest.raises(Conflict, match="closed"):
        save(running, token, Filled("forget", "no", "Late.", 1), now=NOW + timedelta(15))
    with running.work() as session:
        form = queries.forms_of(session, running.dossier(session))[0][0].id
    running.do(asking.end_form, lambda s: queries.get_form(s, running.dossier(s), form))
    with pytest.raises(Conflict, match="closed"):
        save(running, token, Filled("forget", "no", "After.", 1))


def test_what_was_asked_before_the_award_closes_when_the_contract_runs(ready: Running) -> None:
    token = ask(ready)
    ready.do(following.carry_out)
    with ready.work() as session:
        whole = asking.find_by_token(session, token, secret=SECRET)
        assert not whole.is_open(TODAY)
    assert ask(ready) != token


def test_the_trail_names_no_supplier(running: Running) -> None:
    token = ask(running)
    save(running, token, *whole_answers(running, token), filled_in_by="Piet")
    hand_in(running, token)
    with running.work() as session:
        own = select(AuditEntry).where(AuditEntry.action == "procurement.form_handed_in")
        entry = session.scalars(own).one()
        assert entry.actor_id is None
        assert set(entry.details) == {"form"}
