"""Signals: what they must say, how they come back to the sender, and what is not kept of who."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import inspect, select, text
from sqlalchemy.orm import Session

from waardewerk import audit, i18n
from waardewerk.i18n import day_of
from waardewerk.jobs import QueuedJob
from waardewerk.questionnaires import codes
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal, TooMany
from waardewerk.testing import AddPerson, SignIn, SignInAs, UnitOfWork, submit
from waardewerk.values import keeping, lenses, signals
from waardewerk.values.course import steps_of
from waardewerk.values.framework import Framework
from waardewerk.values.letters import Sender
from waardewerk.values.models import Consideration, FrameworkVersion, Signal
from waardewerk.values.operations import (
    adopting,
    drafting,
    looking,
    proposing,
    signalling,
)

from .conftest import NOW, Adopt

SECRET = "a secret that only the tests know of"
SENDER = Sender(organisation="Province", base_url="https://example.nl", language="en")
ACTING: dict[str, Any] = {"actor_id": None, "now": NOW}


def send(session: Session, sender_id: int | None = None, **changes: Any) -> signalling.Receipt:
    key = changes.pop("request_key", None)
    now = changes.pop("now", NOW)
    filled = {"kind": "read_otherwise", "value": "privacy", "text": "It means two things."}
    return signalling.send_signal(
        session,
        signalling.Said(**{**filled, **changes}),
        sender_id=sender_id,
        secret=SECRET,
        request_key=key,
        now=now,
    )


def propose(session: Session, signal: Signal | None = None, **changes: Any):
    filled = {"title": "Say it clearer", "value": "privacy", "text": "Name both meanings."}
    return proposing.make_proposal(
        session, proposing.Proposed(**{**filled, **changes}), signal, **ACTING
    )


def decide(session: Session, proposal: Any, *, accepted: bool = True, **changes: Any) -> None:
    filled = {
        "answer": "We write both meanings down.",
        "decided_by": "The directors",
        "decided_on": day_of(NOW),
    }
    decision = proposing.Decision(accepted=accepted, **{**filled, **changes})
    proposing.decide(session, proposal, decision, sender=SENDER, **ACTING)


def letters(session: Session) -> list[dict[str, Any]]:
    return [job.payload for job in session.scalars(select(QueuedJob))]


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"kind": "praise"}, "what you want to tell"),
        ({"text": " "}, "what you saw"),
        ({"value": ""}, "which value"),
        ({"value": "unknown"}, "which value"),
        ({"kind": "clash", "against": "privacy"}, "other value"),
        ({"kind": "clash", "against": ""}, "other value"),
        ({"kind": "unwanted_result"}, "principle is wrong"),
        ({"kind": "unwanted_result", "cause": "bad luck"}, "principle is wrong"),
        ({"text": "x" * 4001}, "longer than"),
    ],
)
def test_a_signal_says_what_it_is_about(
    session: Session, adopted: FrameworkVersion, changes: dict[str, str], message: str
) -> None:
    with pytest.raises(Refusal, match=message):
        send(session, **changes)


def test_each_kind_keeps_what_belongs_to_it(session: Session, adopted: FrameworkVersion) -> None:
    everything = {"value": "privacy", "against": "zeggenschap", "cause": "wrong_principle"}

    def kept(kind: str) -> tuple[str, str, str | None]:
        signal = send(session, kind=kind, **everything).signal
        return signal.value, signal.against, signal.cause

    assert kept("missing") == ("", "", None)
    assert kept("never_used") == ("privacy", "", None)
    assert kept("clash") == ("privacy", "zeggenschap", None)
    assert kept("unwanted_result") == ("privacy", "", "wrong_principle")


def test_before_anything_is_adopted_one_can_say_what_is_missing(session: Session) -> None:
    assert send(session, kind="missing", value="").signal.state == "new"


def test_a_form_that_is_sent_twice_sends_one_signal_with_one_code(
    session: Session, adopted: FrameworkVersion
) -> None:
    first, second = send(session, request_key="k"), send(session, request_key="k")
    assert first.signal is second.signal
    assert first.code == second.code
    assert first.code != send(session, request_key="other").code


def test_the_answer_is_read_with_the_code_however_it_is_typed(
    session: Session, adopted: FrameworkVersion
) -> None:
    receipt = send(session)
    assert receipt.code is not None
    typed = codes.printed(receipt.code).lower().replace("0", "o")
    found = signalling.find_by_receipt(session, typed, secret=SECRET)
    assert found is receipt.signal
    assert receipt.code not in (found.code_hash or "")
    for wrong in ("", "AAAA", "0000-0000-0000", receipt.code + "0"):
        with pytest.raises(NotFound):
            signalling.find_by_receipt(session, wrong, secret=SECRET)


def test_with_a_name_there_is_no_code(
    session: Session, adopted: FrameworkVersion, a_person: AddPerson
) -> None:
    assert send(session, _person(session)).code is None


def _person(session: Session, name: str = "Sam") -> int:
    from waardewerk.people.operations import accounts

    person = accounts.add_person(
        session, name=name, email=f"{name.lower()}@example.nl", level=None, now=NOW
    )
    return person.id


def test_one_person_sends_so_many_signals_a_day_and_all_without_a_name_so_many_together(
    session: Session, adopted: FrameworkVersion
) -> None:
    one, other = _person(session), _person(session, "Kim")
    for _time in range(signalling.MOST_A_DAY):
        send(session, one)
    with pytest.raises(TooMany):
        send(session, one)
    send(session, other)
    for _time in range(signalling.MOST_NAMELESS_A_DAY):
        send(session)
    with pytest.raises(TooMany):
        send(session)
    send(session, now=NOW + timedelta(days=1))


def test_a_signal_is_taken_up_and_answered_once(
    session: Session, adopted: FrameworkVersion
) -> None:
    person = _person(session)
    signal = send(session, person).signal
    with pytest.raises(Refusal):
        signalling.take_up(session, signal, " ", knows="", **ACTING)
    signalling.take_up(session, signal, "I ask the teams.", knows="", **ACTING)
    assert (signal.state, signal.note) == ("taken_up", "I ask the teams.")
    with pytest.raises(Conflict, match="a note meanwhile"):
        signalling.take_up(session, signal, "I do something else.", knows="", **ACTING)
    with pytest.raises(Refusal):
        signalling.answer_signal(session, signal, "", sender=SENDER, **ACTING)
    signalling.answer_signal(session, signal, "Here is why.", sender=SENDER, **ACTING)
    assert (signal.state, signal.answered_on) == ("answered", day_of(NOW))
    for again in (
        lambda: signalling.answer_signal(session, signal, "x", sender=SENDER, **ACTING),
        lambda: signalling.take_up(session, signal, "x", knows="I ask the teams.", **ACTING),
    ):
        with pytest.raises(Conflict):
            again()
    (letter,) = letters(session)
    assert letter["to"] == "sam@example.nl"
    assert "Here is why." in letter["body"]
    assert f"https://example.nl/values/signals/{signal.id}" in letter["body"]


def test_what_waits_is_listed_however_much_was_answered_since(
    session: Session, adopted: FrameworkVersion, monkeypatch: pytest.MonkeyPatch
) -> None:
    waiting = send(session).signal
    waiting.sent_on = day_of(NOW - timedelta(days=400))
    for _number in range(3):
        send(session).signal.state = "answered"
    session.flush()
    monkeypatch.setattr(signals, "MOST_LISTED", 2)
    listed = signals.all_signals(session)
    assert [one.state for one in listed] == ["new", "answered"]


def test_who_left_gets_no_letter(session: Session, adopted: FrameworkVersion) -> None:
    from waardewerk.people.operations import accounts

    person = _person(session)
    signal = send(session, person).signal
    accounts.get_person(session, person).is_active = False
    signalling.answer_signal(session, signal, "Why.", sender=SENDER, **ACTING)
    assert letters(session) == []


def test_one_decision_answers_every_signal_that_asked_for_it(
    session: Session, adopted: FrameworkVersion
) -> None:
    with_name = send(session, _person(session)).signal
    without = send(session).signal
    answered = send(session).signal
    proposal = propose(session, with_name)
    signalling.join_proposal(session, without, proposal, **ACTING)
    signalling.answer_signal(session, answered, "No.", sender=SENDER, **ACTING)
    with pytest.raises(Conflict):
        signalling.join_proposal(session, answered, proposal, **ACTING)
    with pytest.raises(Conflict, match="its decision is the answer"):
        signalling.answer_signal(session, without, "x", sender=SENDER, **ACTING)
    with pytest.raises(Conflict):
        propose(session, with_name)
    decide(session, proposal)
    session.expire_all()
    assert {signal.answer for signal in proposal.signals} == {"We write both meanings down."}
    assert {signal.state for signal in proposal.signals} == {"answered"}
    assert len(letters(session)) == 1
    with pytest.raises(Conflict):
        decide(session, proposal, accepted=False)
    with pytest.raises(Conflict):
        signalling.join_proposal(session, send(session).signal, proposal, **ACTING)


@pytest.mark.parametrize(
    "changes",
    [{"answer": ""}, {"decided_by": " "}, {"decided_on": day_of(NOW) + timedelta(days=1)}],
)
def test_a_decision_says_what_who_and_when(
    session: Session, adopted: FrameworkVersion, changes: dict[str, Any]
) -> None:
    proposal = propose(session)
    with pytest.raises(Refusal):
        decide(session, proposal, **changes)
    assert proposal.state == "open"


@pytest.mark.parametrize("changes", [{"title": " "}, {"text": ""}, {"value": "unknown"}])
def test_a_proposal_says_what_should_change(
    session: Session, adopted: FrameworkVersion, changes: dict[str, str]
) -> None:
    with pytest.raises(Refusal):
        propose(session, **changes)


def test_what_was_accepted_waits_until_it_is_written_in_a_draft(
    session: Session, adopt_now: Adopt, small: Framework
) -> None:
    adopted = adopt_now(session, small, now=NOW - timedelta(days=2))
    accepted, declined = propose(session), propose(session, title="Something else", value="")
    decide(session, accepted)
    decide(session, declined, accepted=False)
    assert signals.to_write_in(session) == [accepted]
    with pytest.raises(NotNow, match="adopted before"):
        proposing.write_in(session, accepted, adopted, **ACTING)
    draft = drafting.start_version(session, small, why="Signals asked for it.", **ACTING)
    with pytest.raises(Conflict):
        proposing.write_in(session, declined, draft, **ACTING)
    proposing.write_in(session, accepted, draft, **ACTING)
    proposing.write_in(session, accepted, draft, **ACTING)
    assert signals.to_write_in(session) == []
    assert signals.written_in(session, draft) == [accepted]
    drafting.drop_draft(session, draft, **ACTING)
    session.expire_all()
    assert signals.to_write_in(session) == [accepted]


def test_what_was_forgotten_until_the_adoption_can_still_be_said_to_stand_in_the_version(
    session: Session, adopted: FrameworkVersion, small: Framework
) -> None:
    accepted = propose(session)
    decide(session, accepted)
    draft = drafting.start_version(session, small, why="Signals.", **ACTING)
    adopting.propose(session, draft, **ACTING)
    adoption = adopting.Adoption(
        body="staten", decided_on=day_of(NOW), reference="PS 1", valid_from=day_of(NOW)
    )
    adopting.adopt(session, draft, adoption, **ACTING)
    assert signals.to_write_in(session) == [accepted]
    with pytest.raises(NotNow, match="adopted before"):
        proposing.write_in(session, accepted, adopted, **ACTING)
    proposing.write_in(session, accepted, draft, **ACTING)
    assert signals.to_write_in(session) == []


def test_the_way_of_a_signal_ends_in_the_framework(
    session: Session, adopted: FrameworkVersion, small: Framework
) -> None:
    signal = send(session).signal

    def way() -> list[str]:
        session.expire_all()
        i18n.speak("en")
        return [f"{step.title}: {step.state}" for step in steps_of(signal)]

    assert way() == ["Sent: done", "Somebody looks at it: current", "Answered: upcoming"]
    signalling.take_up(session, signal, "We look.", knows="", **ACTING)
    assert way() == ["Sent: done", "Taken up: current", "Answered: upcoming"]
    proposal = propose(session, signal)
    before = ["Sent: done", "Taken up: done"]
    assert way() == [*before, "Proposal: current", "Decision: upcoming", "Written in: upcoming"]
    decide(session, proposal)
    assert way() == [*before, "Proposal: done", "Decision: done", "Written in: current"]
    draft = drafting.start_version(session, small, why="Signals.", **ACTING)
    proposing.write_in(session, proposal, draft, **ACTING)
    assert steps_of(signal)[-1].note == "version 2"
    adopting.propose(session, draft, **ACTING)
    adoption = adopting.Adoption(
        body="staten", decided_on=day_of(NOW), reference="PS 1", valid_from=day_of(NOW)
    )
    adopting.adopt(session, draft, adoption, **ACTING)
    assert way()[-1] == "Written in: done"


def everything_stored(session: Session) -> str:
    """Return every value in every table as one text."""
    session.flush()
    found = []
    for table in inspect(session.connection()).get_table_names():
        for row in session.execute(text(f'SELECT * FROM "{table}"')).mappings():
            found += [f"{table}.{column}={value!r}" for column, value in row.items()]
    return "\n".join(sorted(found))


def test_of_who_sends_without_a_name_nothing_is_stored(
    sign_in: SignIn, a_person: AddPerson, unit_of_work: UnitOfWork, in_force: int
) -> None:
    browser = sign_in(a_person("civil_servant", name="Whistle Blower"))
    fields = {"value": "privacy", "text": "Something is wrong.", "nameless": "y"}
    with unit_of_work() as session:
        before = set(everything_stored(session).splitlines())
    sent = submit(browser, "/values/signal/never_used", {**fields, "request_key": "chance"})
    assert sent.status_code == 303
    with unit_of_work() as session:
        after = set(everything_stored(session).splitlines())
        number = session.scalars(select(Signal.id)).one()
    added = after - before
    assert added
    # One row came, in one table: no entry in the trail, no count of tries, no moment.
    assert {line.partition(".")[0] for line in added} == {"values_signal"}
    assert not [line for line in added if re.search(r"datetime\(|\d\d:\d\d", line)]
    columns = {line.partition("=")[0].partition(".")[2]: line for line in added}
    assert columns["sender_id"].endswith("=None")
    assert columns["handled_by"].endswith("=None")
    assert number > 1000
    code = re.search(r'class="ww-code">([\w-]+)<', browser.get("/values/signal/sent").text)
    assert code is not None
    plain = code[1].replace("-", "")
    assert plain not in "\n".join(after)
    assert code[1] not in browser.get("/values/signal/sent").text


def test_a_signal_with_a_name_is_in_the_trail(session: Session, adopted: FrameworkVersion) -> None:
    person = _person(session)
    signal = send(session, person).signal
    (entry,) = audit.entries_about(session, f"signal:{signal.id}")
    assert (entry.action, entry.actor_id) == ("values.signal_sent", person)


def test_senders_and_words_are_forgotten_in_time(
    session: Session, adopted: FrameworkVersion
) -> None:
    now = datetime.now(UTC)

    def answered(years: int) -> Signal:
        then = now - timedelta(days=years * 365 + 5)
        signal = send(session, _person(session, f"P{years}")).signal
        signalling.answer_signal(session, signal, "Why.", sender=SENDER, actor_id=None, now=then)
        return signal

    fresh, older, oldest = answered(0), answered(1), answered(5)
    waiting = send(session, _person(session, "Waiting")).signal
    assert keeping.expire_senders(session, keeping.KEEP_SENDERS) == 2
    assert keeping.expire_words(session, keeping.KEEP_WORDS) == 1
    session.expire_all()
    assert fresh.sender_id
    assert waiting.sender_id
    assert (older.sender_id, older.text) == (None, "It means two things.")
    assert (oldest.sender_id, oldest.text, oldest.answer) == (None, keeping.GONE, "Why.")


def test_what_somebody_sent_is_handed_over_and_forgotten(
    session: Session, adopted: FrameworkVersion
) -> None:
    signal = send(session, _person(session)).signal
    (kept,) = keeping.export_sent(session, "sam@example.nl")
    assert kept["text"] == "It means two things."
    assert keeping.export_sent(session, "nobody@example.nl") == []
    assert keeping.erase_sent(session, "sam@example.nl") == 1
    session.expire_all()
    assert signal.sender_id is None


def test_who_weighed_a_value_is_forgotten_in_time_and_on_request(
    session: Session, adopted: FrameworkVersion
) -> None:
    now = datetime.now(UTC)

    def weigh(name: str, then: datetime) -> Consideration:
        lens = looking.open_lens(session, title=name, actor_id=None, now=NOW)
        weighed = looking.Weighed(
            urn="urn:waardewerk:value:privacy",
            effect="none",
            for_whom="",
            reason=f"{name} and untouched",
        )
        person = _person(session, name)
        return looking.consider(session, lens, weighed, actor_id=person, now=then)

    old = weigh("Old", now - keeping.KEEP_AUTHORS - timedelta(days=2))
    fresh, asked = weigh("Fresh", now), weigh("Asked", now)
    (kept,) = keeping.export_weighed(session, "asked@example.nl")
    assert kept["reason"] == "Asked and untouched"
    assert keeping.expire_authors(session, keeping.KEEP_AUTHORS) == 1
    assert keeping.erase_authors(session, "asked@example.nl") == 1
    session.expire_all()
    assert (old.written_by, asked.written_by) == (None, None)
    assert fresh.written_by
    assert old.reason == "Old and untouched"


def test_whatever_somebody_wrote_in_a_project_is_handed_over_and_can_be_forgotten(
    session: Session, adopted: FrameworkVersion
) -> None:
    person = _person(session, "Asked")
    lens = looking.open_lens(session, title="Bridge", actor_id=None, now=NOW)
    card = lenses.cards_for(session, lens)[0]
    touched = looking.Touched(urn=card.urn, direction="positive", reason="A card that fits")
    chosen = looking.choose_card(session, lens, touched, actor_id=person, now=NOW)
    settled = looking.settle_tension(
        session,
        lens,
        looking.Chosen(
            urn="urn:waardewerk:value:privacy",
            against="urn:waardewerk:value:zeggenschap",
            choice="A choice",
            gives_up="Something",
            decided_by="The directors",
            decided_on=day_of(NOW),
        ),
        actor_id=person,
        now=NOW,
    )
    given = keeping.export_weighed(session, "asked@example.nl")
    assert [row.get("reason") or row["choice"] for row in given] == ["A card that fits", "A choice"]
    assert keeping.erase_authors(session, "asked@example.nl") == 2
    session.expire_all()
    assert (chosen.chosen_by, settled.written_by) == (None, None)
    assert (chosen.reason, settled.choice) == ("A card that fits", "A choice")


def test_who_is_erased_is_no_sender_any_more(session: Session, adopted: FrameworkVersion) -> None:
    from waardewerk.people.operations import accounts, leaving

    person = _person(session)
    signal = send(session, person).signal
    leaving.erase_person(session, accounts.get_person(session, person), **ACTING)
    session.expire_all()
    assert signal.sender_id is None
    assert signal.text == "It means two things."


def test_a_signal_comes_back_to_its_sender_by_pages(
    sign_in: SignIn, a_person: AddPerson, in_force: int, unit_of_work: UnitOfWork
) -> None:
    sender = sign_in(a_person("civil_servant", name="Sam Sender"))
    keeper = sign_in(a_person("beheerder", name="Kim Keeper"))
    path = "/values/signal/clash"
    fields = {"value": "privacy", "against": "zeggenschap", "text": "They pull apart."}
    assert submit(sender, path, {**fields, "against": "privacy"}).status_code == 422
    assert submit(sender, path, {**fields, "value": "unknown"}).status_code == 422
    assert submit(sender, path, fields).status_code == 303
    assert "1 signal from practice waits for you" in keeper.get("/").text
    with unit_of_work() as session:
        number = session.scalars(select(Signal.id)).one()
    page = f"/values/signals/{number}"
    assert "Sam Sender" in keeper.get(page).text
    made = submit(
        keeper,
        f"/values/proposals/new?signal={number}",
        {"title": "Explain", "value": "privacy", "text": "Say which goes first."},
    )
    proposal = made.location
    decision = {"accepted": "no", "answer": "Both stay.", "decided_by": "GS"}
    wrong = submit(keeper, f"{proposal}/decide", {**decision, "answer": ""}, on=proposal)
    assert wrong.status_code == 422
    day = {"decided_on": "2026-01-01"}
    done = submit(keeper, f"{proposal}/decide", {**decision, **day}, on=proposal)
    assert done.status_code == 303
    assert "There is an answer to your signal" in sender.get("/").text
    assert "Both stay." in sender.get(page).text
    late = submit(keeper, f"{page}/answer", {"answer": "Again"}, on="/account")
    assert late.status_code == 409


def test_the_sender_is_known_to_the_keeper_alone(
    sign_in: SignIn, a_person: AddPerson, sign_in_as: SignInAs, in_force: int, unit_of_work
) -> None:
    sender = sign_in(a_person("civil_servant", name="Sam Sender"))
    submit(sender, "/values/signal/never_used", {"value": "privacy", "text": "Nobody asks."})
    with unit_of_work() as session:
        page = f"/values/signals/{session.scalars(select(Signal.id)).one()}"
    assert "Sam Sender" in sign_in_as("beheerder").get(page).text
    colleague = sign_in_as("adviseur").get(page).text
    assert "Nobody asks." in colleague
    assert "Sam Sender" not in colleague


def test_guessing_a_code_is_slowed_down(client, in_force: int) -> None:
    for _time in range(120):
        status = submit(client, "/values/signals/answer", {"code": "0000-0000-0000"}).status_code
        assert status == 404
    refused = submit(client, "/values/signals/answer", {"code": "0000-0000-0000"})
    assert refused.status_code == 429


def test_where_a_signal_comes_from_is_looked_up_and_not_believed(
    sign_in_as: SignInAs, in_force: int, unit_of_work: UnitOfWork
) -> None:
    officer = sign_in_as("civil_servant")
    lens = submit(officer, "/values/lenses/new", {"title": "Sensors"}).location
    number = lens.rpartition("/")[2]
    kinds = officer.get(f"/values/signal?from=values.lens:{number}").text
    assert "It comes from: Sensors." in kinds
    for wrong in (
        "values.lens:99999",
        "values.lens:0x1",
        "values.lens:99999999999999999999",
        f"unknown.kind:{number}",
        "values.lens",
        "javascript:alert(1)",
        "",
    ):
        assert (
            "It comes from" not in officer.get("/values/signal", query_string={"from": wrong}).text
        )
    path = f"/values/signal/never_used?from=values.lens:{number}&title=Other&url=//evil.example"
    submit(officer, path, {"value": "privacy", "text": "Nobody asks."})
    with unit_of_work() as session:
        signal = session.scalars(select(Signal)).one()
        assert (signal.source_kind, signal.source_id) == ("values.lens", int(number))
        assert (signal.source_title, signal.source_url) == ("Sensors", lens)
