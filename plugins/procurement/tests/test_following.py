"""After the award: what the winner must keep is looked after until it was kept or broken."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select

from waardewerk import gate
from waardewerk.audit import AuditEntry
from waardewerk.events import OutcomeRecorded
from waardewerk.refusal import Conflict, Refusal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, at_once, submit
from waardewerk_procurement import promised
from waardewerk_procurement.models import Bid, Decision, Finding, FollowUp, Letter
from waardewerk_procurement.operations import following
from waardewerk_procurement.operations.following import Ending, FollowUpChange, Rewording
from waardewerk_procurement.queries import following as queries

from . import setting_up
from .running import TODAY, Running, decided
from .setting_up import NOW, counted

CHANGED: dict[str, Any] = {
    "evidence": "A test by somebody else.",
    "due": TODAY + timedelta(30),
    "every_months": None,
    "revision": 1,
}


@pytest.fixture
def ready(unit_of_work: UnitOfWork, a_person: AddPerson) -> Running:
    """Give a dossier of which everything was decided and told."""
    return decided(unit_of_work, a_person)


@pytest.fixture
def running(ready: Running) -> Running:
    """Give a dossier that is carried out."""
    return ready.carry_out()


@pytest.fixture
def outcomes(app: Flask, monkeypatch: pytest.MonkeyPatch) -> list[OutcomeRecorded]:
    """Hear what is announced."""
    heard: list[OutcomeRecorded] = []
    send = gate.send

    def listen(event: Any) -> None:
        if isinstance(event, OutcomeRecorded):
            heard.append(event)
        send(event)

    monkeypatch.setattr(gate, "send", listen)
    return heard


def test_what_the_winner_must_keep_gets_an_owner_and_a_day(running: Running) -> None:
    with running.work() as session:
        rows = queries.follow_ups_of(session, running.dossier(session))
        found = {one.row.criterion: one.row for one in rows}
        assert {key: row.kind for key, row in found.items()} == {
            "register": "condition",
            "forget": "promise",
            "explained": "kpi",
        }
        assert {row.owner_id for row in found.values()} == {running.officer_id}
        assert all(row.due > TODAY for row in found.values())
        assert [one.row.due for one in rows] == sorted(row.due for row in found.values())
        assert {one.bidder for one in rows} == {"Noot BV"}
        assert found["register"].norm == "On time."
        assert found["forget"].promise == "Bid B shows on forget what the scale asks for 10."
        assert found["forget"].norm == setting_up.ANCHORS["10"]


def test_a_promise_that_an_indicator_keeps_alive_is_not_asked_twice(running: Running) -> None:
    with running.work() as session:
        kpi = running.follow_up(session, "explained")
        assert "Bid B shows on explain what the scale asks for 10." in kpi.promise
        assert kpi.every_months == 12
        kept = session.scalars(select(FollowUp).where(FollowUp.criterion == "explain")).all()
        assert kept == []


def test_a_norm_can_be_understood_by_itself() -> None:
    anchors = {"4": "One way.", "6": "Two ways.", "8": "Als 6, en getest.", "10": "Als 8, en meer."}
    assert promised.whole_anchor(anchors, "6") == "Two ways."
    assert promised.whole_anchor(anchors, "10") == "Two ways.\nGetest.\nMeer."
    assert promised.whole_anchor(anchors, "2") == ""
    assert promised.whole_anchor({"8": "As 8, and 8."}, "8") == "As 8, and 8."


def test_what_is_asked_of_every_winner_stands_apart_from_what_this_one_offered() -> None:
    assert promised.parts_of("Gone.\n\nAt once.", "kpi", "Gone.") == ("Gone.", "At once.")
    assert promised.parts_of("Gone.", "kpi", "Gone.") == ("Gone.", "")
    assert promised.parts_of("At once.", "promise", "Gone.") == ("", "At once.")
    # Whoever wrote it anew wrote one text.
    assert promised.parts_of("Otherwise.", "kpi", "Gone.") == ("Otherwise.", "")


def test_what_scored_nothing_promises_nothing(ready: Running) -> None:
    with ready.work() as session:
        bid = ready.bid(session)
        session.add(
            setting_up.AgreedScore(
                bid_id=bid.id, criterion="forget", number=2, score="0", reason="No.", agreed_at=NOW
            )
        )
    ready.carry_out()
    with ready.work() as session:
        rows = queries.follow_ups_of(session, ready.dossier(session))
        assert {one.row.criterion for one in rows} == {"register", "explained"}


def without_a_decision(session: Any, ready: Running) -> None:
    session.delete(session.get_one(Decision, ready.dossier(session).lots[0].id))


def with_a_letter_that_waits(session: Any, ready: Running) -> None:
    session.get_one(Letter, ready.bid(session, "C").id).ready_at = None


def within_the_standstill(session: Any, ready: Running) -> None:
    lot = ready.dossier(session).lots[0].id
    session.get_one(Decision, lot).standstill_until = TODAY


def with_a_winner_that_left(session: Any, ready: Running) -> None:
    ready.bid(session).dropped_out_at = NOW


@pytest.mark.parametrize(
    ("spoil", "says"),
    [
        (without_a_decision, "Not every lot has a decision"),
        (with_a_letter_that_waits, "Not every bidder has a letter"),
        (within_the_standstill, "the standstill lasts up to"),
        (with_a_winner_that_left, "A winner dropped out"),
    ],
)
def test_nothing_begins_before_everything_is_decided_and_told(
    ready: Running, spoil: Any, says: str
) -> None:
    with ready.work() as session:
        spoil(session, ready)
    with pytest.raises(Conflict, match=says):
        ready.carry_out()
    with ready.work() as session:
        assert ready.dossier(session).state == "decision"
        assert session.scalars(select(FollowUp)).all() == []


def test_on_the_day_after_the_standstill_it_begins(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    found = decided(unit_of_work, a_person, until=TODAY)
    found.do(following.carry_out, now=NOW + timedelta(1))
    with found.work() as session:
        assert found.dossier(session).state == "execution"


def test_without_a_winner_it_runs_with_nothing_to_look_after(ready: Running) -> None:
    with ready.work() as session:
        session.get_one(Decision, ready.dossier(session).lots[0].id).winner = None
    ready.carry_out()
    with ready.work() as session:
        assert queries.follow_ups_of(session, ready.dossier(session)) == []


def test_a_button_that_is_pressed_twice_begins_once(ready: Running) -> None:
    came = at_once(lambda _n: ready.do(following.carry_out), range(2))
    assert sorted(isinstance(one, Conflict) for one in came) == [False, True]
    with ready.work() as session:
        assert len(queries.follow_ups_of(session, ready.dossier(session))) == 3


def test_owner_and_day_can_change(running: Running, a_person: AddPerson) -> None:
    other = a_person(name="Nel Nieuw")
    wanted = FollowUpChange(owner_id=other.id, **CHANGED)
    running.do(following.change, running.follow_up, wanted)
    with running.work() as session:
        one = queries.get_follow_up(
            session, running.dossier(session), running.follow_up(session).id
        )
        assert (one.owner, one.row.due, one.row.revision) == ("Nel Nieuw", CHANGED["due"], 2)
    # Sent twice it is the same; built on what was read before, it is a conflict.
    running.do(following.change, running.follow_up, wanted)
    older = FollowUpChange(owner_id=None, **CHANGED)
    with pytest.raises(Conflict, match="Somebody else changed"):
        running.do(following.change, running.follow_up, older)


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"every_months": 0}, "comes back after"),
        ({"every_months": 61}, "comes back after"),
        ({"owner_id": 2_000_000_000}, "somebody who works here"),
        ({"evidence": "x" * 4001}, "longer than 4000"),
    ],
)
def test_a_change_that_cannot_be_is_refused(
    running: Running, changes: dict[str, Any], says: str
) -> None:
    wanted = FollowUpChange(**{"owner_id": None, **CHANGED, **changes})
    with pytest.raises(Refusal, match=says):
        running.do(following.change, running.follow_up, wanted)


def other_words(**changes: Any) -> Rewording:
    """Write down what was promised in other words."""
    given: dict[str, Any] = {
        "promise": "Images go at once.",
        "norm": "No image is older than a minute.",
        "reason": "The contract was changed on 3 May.",
        "revision": 1,
    }
    return Rewording(**{**given, **changes})


def test_what_a_promise_said_before_stays_when_its_words_change(running: Running) -> None:
    with running.work() as session:
        row = running.follow_up(session)
        before = (row.promise, row.norm)
    for _time in range(2):
        running.do(following.reword, running.follow_up, other_words())
    with running.work() as session:
        row = running.follow_up(session)
        assert (row.promise, row.revision) == ("Images go at once.", 2)
        (earlier,) = queries.earlier_wordings_of(session, row)
        assert (earlier.promise, earlier.norm) == before
        assert earlier.reason == "The contract was changed on 3 May."
        assert earlier.changed_by == running.officer_id
    with pytest.raises(Conflict, match="Somebody else changed"):
        running.do(following.reword, running.follow_up, other_words(norm="Older words."))


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"promise": " "}, "what was promised"),
        ({"norm": ""}, "counts as kept"),
        ({"reason": " "}, "why the words change"),
    ],
)
def test_words_change_to_whole_ones_and_with_a_reason(
    running: Running, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(Refusal, match=says):
        running.do(following.reword, running.follow_up, other_words(**changes))


def test_only_who_answers_for_a_promise_changes_its_words(
    running: Running, a_person: AddPerson, sign_in: SignIn
) -> None:
    owner, keeper, other = (a_person({"civil_servant"}, name=n) for n in ("Ot", "Kee", "An"))
    with running.work() as session:
        running.follow_up(session).owner_id = owner.id
        running.dossier(session).keeper_id = keeper.id
        one = f"/procurement/{running.dossier_id}/promises/{running.follow_up(session).id}"
    may = {
        who.name: [sign_in(who).get(f"{one}/{page}").status_code for page in ("change", "reword")]
        for who in (owner, keeper, other)
    }
    assert may == {"Ot": [200, 403], "Kee": [200, 200], "An": [403, 403]}
    words = {"promise": "At once.", "norm": "Within a minute.", "reason": "By agreement."}
    assert submit(sign_in(keeper), f"{one}/reword", {**words, "revision": "1"}).status_code == 303
    assert "What it said before" in sign_in(other).get(one).text


def test_findings_are_added_and_never_changed(running: Running) -> None:
    for colour, reason in (("green", "The test went well."), ("amber", "The second did not.")):
        running.do(following.find, running.follow_up, colour, reason)
    running.do(following.find, running.follow_up, "amber", "The second did not.")
    with running.work() as session:
        row = running.follow_up(session)
        found = queries.findings_of(session, row)
        assert [(one.row.colour, one.by) for one in found] == [
            ("amber", "Otto Officer"),
            ("green", "Otto Officer"),
        ]
        one = queries.get_follow_up(session, running.dossier(session), row.id)
        assert one.finding is not None
        assert one.finding.colour == "amber"


@pytest.mark.parametrize(
    ("colour", "reason", "says"),
    [("green", "  ", "what you saw"), ("purple", "Yes.", "how it stands")],
)
def test_a_colour_needs_a_reason(running: Running, colour: str, reason: str, says: str) -> None:
    with pytest.raises(Refusal, match=says):
        running.do(following.find, running.follow_up, colour, reason)


def test_what_was_kept_is_announced_and_stays_as_it_is(
    running: Running, outcomes: list[OutcomeRecorded]
) -> None:
    ending = Ending(verdict="kept", reason="Every test went well.", revision=1)
    running.do(following.end, running.follow_up, ending)
    (heard,) = outcomes
    with running.work() as session:
        row = running.follow_up(session)
        assert row.ended == "kept"
        assert heard.source == "procurement.promise"
        assert heard.title == "Promise kept: Forget what was seen"
        assert heard.url == f"/procurement/{running.dossier_id}/promises/{row.id}"
        assert heard.owner == "Otto Officer"
        newest = queries.findings_of(session, row)[0].row
        assert (newest.colour, newest.reason) == ("green", "Every test went well.")
    for operation, given in (
        (following.end, (ending,)),
        (following.find, ("red", "After all not.")),
        (following.change, (FollowUpChange(owner_id=None, **CHANGED),)),
    ):
        with pytest.raises(Conflict, match="ended already"):
            running.do(operation, running.follow_up, *given)
    assert len(outcomes) == 1


BROKEN: dict[str, Any] = {
    "verdict": "broken",
    "reason": "Images were kept for a month.",
    "follows": "A talk with the supplier.\nThen a plan.",
    "follows_by": TODAY + timedelta(14),
    "revision": 1,
}


@pytest.mark.parametrize(
    ("changes", "says"),
    [
        ({"follows": ""}, "what follows"),
        ({"follows_by": None}, "by which day"),
        ({"follows_by": TODAY - timedelta(1)}, "ahead"),
    ],
)
def test_what_was_broken_needs_what_follows_and_a_day(
    running: Running, changes: dict[str, Any], says: str
) -> None:
    with pytest.raises(Refusal, match=says):
        running.do(following.end, running.follow_up, Ending(**{**BROKEN, **changes}))
    with running.work() as session:
        assert running.follow_up(session).ended == ""


def test_what_follows_from_a_broken_promise_is_looked_after_like_a_promise(
    running: Running, outcomes: list[OutcomeRecorded]
) -> None:
    running.do(following.end, running.follow_up, Ending(**BROKEN))
    (heard,) = outcomes
    day = BROKEN["follows_by"]
    assert (heard.title, heard.due) == ("Promise broken: Forget what was seen", day)
    with running.work() as session:
        broken = running.follow_up(session)
        assert queries.findings_of(session, broken)[0].row.colour == "red"
        (remedy,) = queries.remedies_of(session, running.dossier(session), broken)
        assert (remedy.owner, remedy.row.due) == ("Otto Officer", day)
        assert remedy.row.title == "A talk with the supplier. Then a plan."
        assert remedy.row.promise == BROKEN["follows"]
        assert queries.broken_before(session, remedy.row) is broken
        # It has to be done: its owner sees it from the first day.
        due = queries.open_of(session, running.officer_id, TODAY)
        assert [row for row, _dossier in due] == [remedy.row]
        # A dossier cannot be closed before somebody says what became of it.
        assert queries.count_open(session, running.dossier(session)) == 3


def test_what_follows_is_for_who_leads_when_nobody_looked_after_the_promise(
    running: Running, a_person: AddPerson
) -> None:
    keeper = a_person(name="Kee")
    with running.work() as session:
        running.dossier(session).keeper_id = keeper.id
        running.follow_up(session).owner_id = None
    running.do(following.end, running.follow_up, Ending(**BROKEN))
    with running.work() as session:
        found = queries.remedies_of(session, running.dossier(session), running.follow_up(session))
        assert [one.owner for one in found] == ["Kee"]


def test_what_comes_back_can_be_broken_again_and_what_followed_too(running: Running) -> None:
    for revision in (1, 2):
        ending = Ending(**{**BROKEN, "revision": revision})
        running.do(following.end, lambda s: running.follow_up(s, "explained"), ending)

    def remedies(session: Any) -> list[FollowUp]:
        row = running.follow_up(session, "explained")
        return [one.row for one in queries.remedies_of(session, running.dossier(session), row)]

    running.do(following.end, lambda s: remedies(s)[0], Ending(**BROKEN))
    with running.work() as session:
        assert [row.ended for row in remedies(session)] == ["broken", ""]
        again = queries.remedies_of(session, running.dossier(session), remedies(session)[0])
        assert len(again) == 1


def test_a_broken_promise_and_what_follows_point_at_each_other(
    running: Running, sign_in: SignIn, a_person: AddPerson
) -> None:
    with running.work() as session:
        number = running.follow_up(session).id
    reader = sign_in(a_person({"civil_servant"}, name="Nel"))
    one = f"/procurement/{running.dossier_id}/promises/{number}"
    given = {"verdict": "broken", "reason": "No.", "revision": "1"}
    refused = submit(reader, f"{one}/end", given)
    assert refused.status_code == 422
    # Both are missing: each error stands beside its field, with a link on top.
    for name in ("follows", "follows_by"):
        assert f'href="#{name}"' in refused.text
    day = BROKEN["follows_by"].isoformat()
    whole = {**given, "follows": "A talk.", "follows_by": day}
    assert submit(reader, f"{one}/end", whole).status_code == 303
    with running.work() as session:
        found = queries.remedies_of(session, running.dossier(session), running.follow_up(session))
        remedy = f"/procurement/{running.dossier_id}/promises/{found[0].row.id}"
    assert f'href="{remedy}"' in reader.get(one).text
    page = reader.get(remedy).text
    assert f'href="{one}"' in page
    assert "What is to be done" in page
    assert "What the bidder offered" not in page


def test_a_promise_whose_day_has_passed_says_how_it_stops_being_late(
    running: Running, sign_in: SignIn, a_person: AddPerson
) -> None:
    owner, other = (a_person({"civil_servant"}, name=name) for name in ("Ot", "An"))
    running.do(following.find, running.follow_up, "green", "It went well.")
    with running.work() as session:
        row = running.follow_up(session)
        row.owner_id, row.due = owner.id, TODAY - timedelta(1)
        one = f"/procurement/{running.dossier_id}/promises/{row.id}"
    (mine, others) = (sign_in(who).get(one).text for who in (owner, other))
    warned = "it stays late until somebody does one of these"
    for page, links in ((mine, 2), (others, 1)):
        assert warned in page
        alert = page.split(warned)[1].split("</ul>")[0]
        assert alert.count("<a href=") == links
    assert "or choose a new day" in sign_in(owner).get("/").text


def test_what_comes_back_begins_its_next_period_and_keeps_its_history(
    running: Running, outcomes: list[OutcomeRecorded]
) -> None:
    with running.work() as session:
        first = running.follow_up(session, "explained").due
    measured = Ending(verdict="kept", reason="Eight out of ten understood it.", revision=1)
    running.do(following.end, lambda s: running.follow_up(s, "explained"), measured)
    # A form that is sent twice ends one period.
    with pytest.raises(Conflict, match="Somebody else"):
        running.do(following.end, lambda s: running.follow_up(s, "explained"), measured)
    with running.work() as session:
        row = running.follow_up(session, "explained")
        assert (row.ended, row.due) == ("", promised.months_after(first, 12))
        assert len(queries.findings_of(session, row)) == 1
    last = Ending(verdict="kept", reason="And nine.", is_last=True, revision=2)
    running.do(following.end, lambda s: running.follow_up(s, "explained"), last)
    with running.work() as session:
        row = running.follow_up(session, "explained")
        assert row.ended == "kept"
        assert len(queries.findings_of(session, row)) == 2
    assert len(outcomes) == 2


def test_before_and_after_it_runs_nothing_is_found(ready: Running) -> None:
    ready.carry_out()
    with ready.work() as session:
        ready.dossier(session).state = "closed"
    with pytest.raises(Conflict):
        ready.do(following.find, ready.follow_up, "green", "Fine.")


def test_the_trail_tells_what_was_done_and_names_nobody(running: Running) -> None:
    running.do(following.find, running.follow_up, "green", "Otto Officer saw it.")
    with running.work() as session:
        own = select(AuditEntry).where(AuditEntry.subject == f"dossier:{running.dossier_id}")
        entries = session.scalars(own).all()
        assert [one.action for one in entries] == ["procurement.carried_out", "procurement.found"]
        assert "Otto" not in str([one.details for one in entries])


def test_what_is_due_or_late_is_shown_to_who_looks_after_it(running: Running) -> None:
    with running.work() as session:
        row = running.follow_up(session)
        row.due = TODAY - timedelta(1)
        session.flush()
        found = queries.open_of(session, running.officer_id, TODAY)
        assert [one.id for one, _dossier in found] == [row.id]
        one = queries.get_follow_up(session, running.dossier(session), row.id)
        assert one.is_late(TODAY)
        assert not one.is_late(TODAY - timedelta(1))


def test_a_list_of_promises_asks_the_database_a_fixed_number_of_questions(
    running: Running,
) -> None:
    with running.work() as session:
        dossier = running.dossier(session)
        with counted(session) as few:
            queries.follow_ups_of(session, dossier)
        bid = running.bid(session)
        session.add_all(
            FollowUp(
                dossier_id=dossier.id,
                bid_id=bid.id,
                criterion=f"more-{number}",
                kind="promise",
                title="More",
                promise="More.",
                due=TODAY,
            )
            for number in range(20)
        )
        session.flush()
        with counted(session) as many:
            assert len(queries.follow_ups_of(session, dossier)) == 23
    assert len(many) <= len(few)


@pytest.mark.parametrize(
    ("day", "months", "then"),
    [
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 15), 14, date(2029, 1, 15)),
        (date(2026, 12, 1), 12, date(2027, 12, 1)),
    ],
)
def test_some_months_later_is_the_same_day_or_the_last_of_a_shorter_month(
    day: date, months: int, then: date
) -> None:
    assert promised.months_after(day, months) == then


def test_a_reason_of_a_finding_is_kept_as_one_row(running: Running) -> None:
    running.do(following.find, running.follow_up, "red", "Line one.\r\nLine two.")
    with running.work() as session:
        assert session.scalars(select(Finding.reason)).all() == ["Line one.\nLine two."]


def test_each_winner_of_each_lot_has_its_own(unit_of_work: UnitOfWork, a_person: AddPerson) -> None:
    found = decided(unit_of_work, a_person)
    with found.work() as session:
        dossier = found.dossier(session)
        lot = setting_up.Lot(
            key="lot-2",
            position=2,
            title="The north",
            formula=setting_up.BAND,
            drop_out="rank-again",
        )
        dossier.lots.append(lot)
        session.flush()
        setting_up.fix(session, dossier, number=2)
        dossier.state = "decision"
        bid = Bid(lot_id=lot.id, key="A", bidder="Vuur BV", added_at=NOW)
        session.add(bid)
        session.flush()
        session.add(
            Decision(
                lot_id=lot.id,
                award_file="{}",
                award_sha256="0" * 64,
                snapshot_number=2,
                winner="A",
                decided_at=NOW,
            )
        )
        session.add(Letter(bid_id=bid.id, ready_at=NOW, changed_at=NOW))
    found.carry_out()
    with found.work() as session:
        rows = queries.follow_ups_of(session, found.dossier(session))
        by_lot = {(one.lot.key, one.bidder, one.row.criterion) for one in rows}
    assert ("lot-2", "Vuur BV", "register") in by_lot
    assert ("lot-1", "Noot BV", "register") in by_lot
    assert ("lot-2", "Vuur BV", "forget") not in by_lot
