"""A decision that no longer holds is taken back, and kept; the lot is decided on again."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, events, gate
from waardewerk.refusal import Conflict, NotAllowed, Refusal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, submit
from waardewerk_procurement.award_exporters import report_of
from waardewerk_procurement.models import AgreedScore, Bid, Decision, Dossier, Letter
from waardewerk_procurement.models import WithdrawnDecision as Withdrawn
from waardewerk_procurement.operations import dropping_out, motivating, withdrawing
from waardewerk_procurement.operations.deciding import WrongTerm
from waardewerk_procurement.queries.decisions import bids_of, withdrawn_of
from waardewerk_procurement.queries.letters import letter_facts

from .deciding_on import TODAY, assessed, decide, give_prices, ranking
from .setting_up import a_concept, assess, finish_quality, fix

WHY = "The winner withdrew on 3 May."


def decided(session: Session, *people: int) -> Decision:
    """Decide on the only lot of a dossier; A wins."""
    dossier = assessed(session, assessors=people)
    give_prices(session, dossier)
    return decide(session, dossier)


def dossier_of(session: Session) -> Dossier:
    return session.scalars(select(Dossier)).one()


def withdraw(
    session: Session, made: Decision, reason: str = WHY, *, actor_id: int | None = None
) -> Withdrawn:
    """Take a decision back."""
    dossier = dossier_of(session)
    return withdrawing.withdraw_decision(
        session,
        dossier,
        dossier.lots[0],
        reason,
        seen=made.award_sha256,
        actor_id=actor_id,
        now=made.decided_at + timedelta(days=3),
    )


def test_what_was_decided_is_kept_as_it_was(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        made = decided(session)
        dossier, file = dossier_of(session), made.award_file
        kept = withdraw(session, made)
        assert (kept.winner, kept.award_file, kept.withdrawn_why) == ("A", file, WHY)
        assert ranking(session, dossier).decision is None
        assert withdrawn_of(session, dossier) == {dossier.lots[0].id: [kept]}
        actions = [one.action for one in audit.entries_about(session, f"dossier:{dossier.id}")]
        assert "procurement.decision_withdrawn" in actions
        assert WHY in str(report_of(session, dossier.id, "en"))


def test_a_winner_that_withdraws_drops_out_and_the_next_is_decided_on(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        withdraw(session, decided(session))
        dossier = dossier_of(session)
        lot, first = dossier.lots[0], bids_of(session, dossier.lots[0])[0]
        now = first.added_at
        dropping_out.drop_out(session, dossier, first, WHY, actor_id=None, now=now)
        session.flush()
        assert decide(session, dossier).winner == "C"
        assert [one.winner for one in withdrawn_of(session, dossier)[lot.id]] == ["A"]


def test_whoever_follows_up_hears_that_the_decision_no_longer_stands(
    unit_of_work: UnitOfWork, monkeypatch: pytest.MonkeyPatch
) -> None:
    heard: list[events.OutcomeRecorded | events.OutcomeWithdrawn] = []
    send = gate.send

    def listen(event: events.Event) -> None:
        if isinstance(event, events.OutcomeRecorded | events.OutcomeWithdrawn):
            heard.append(event)
        send(event)

    monkeypatch.setattr(gate, "send", listen)
    with unit_of_work() as session:
        withdraw(session, decided(session))
        made, back = heard
        assert isinstance(made, events.OutcomeRecorded)
        assert isinstance(back, events.OutcomeWithdrawn)
        assert (back.source, back.title, back.url) == (made.source, made.title, made.url)


def test_everybody_is_told_again(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        made = decided(session)
        dossier = dossier_of(session)
        for bid in bids_of(session, dossier.lots[0]):
            facts = letter_facts(session, dossier, bid.id)
            better = {one.criterion.key: "Residents try it first." for one in facts.behind}
            motivating.write_letter(
                session,
                dossier,
                facts,
                advantages=better,
                closing="",
                revision=0,
                is_ready=True,
                actor_id=None,
                now=made.decided_at,
            )
        session.flush()
        withdraw(session, made)
        letters = list(session.scalars(select(Letter)))
        assert [one.ready_at for one in letters] == [None, None, None]
        assert {one.revision for one in letters} == {2}


def test_a_decision_is_withdrawn_with_a_reason_as_it_was_seen_and_once(
    unit_of_work: UnitOfWork, a_person: AddPerson
) -> None:
    assessor = a_person("civil_servant").id
    with unit_of_work() as session:
        made = decided(session, assessor)
        with pytest.raises(Refusal, match="why this decision is withdrawn"):
            withdraw(session, made, " ")
        with pytest.raises(NotAllowed, match="Who assessed"):
            withdraw(session, made, actor_id=assessor)
        dossier = dossier_of(session)
        with pytest.raises(Conflict, match="decided on again"):
            withdrawing.withdraw_decision(
                session, dossier, dossier.lots[0], WHY, seen="x", actor_id=None, now=made.decided_at
            )
        withdraw(session, made)
        with pytest.raises(Conflict, match="Nothing is decided"):
            withdraw(session, made)


def test_what_is_carried_out_is_not_withdrawn(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        made = decided(session)
        dossier_of(session).state = "execution"
        session.flush()
        with pytest.raises(Conflict):
            withdraw(session, made)


def test_a_decision_stands_still_for_a_year_at_most(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        with pytest.raises(WrongTerm, match="a year at most"):
            decide(
                session,
                dossier,
                standstill_until=TODAY + timedelta(367),
                standstill_reason="A mistake of the keyboard.",
            )


def per_point(session: Session) -> Dossier:
    """Fix a price per point without a minimum, as before the gate stopped that."""
    dossier = a_concept(session)
    dossier.lots[0].formula = {"name": "price-per-point"}
    for one in dossier.criteria:
        if one.weight:
            one.weight, one.minimum = 5000, ""
    session.flush()
    fix(session, dossier)
    _people, bids = assess(session, dossier, [])
    finish_quality(session, dossier, bids)
    return dossier


def test_where_nothing_can_be_computed_nothing_can_still_be_awarded(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = per_point(session)
        bid = bids_of(session, dossier.lots[0])[0]
        for one in session.scalars(select(AgreedScore).where(AgreedScore.bid_id == bid.id)):
            one.score = "0"
        session.flush()
        give_prices(session, dossier)
        assert ranking(session, dossier).refusal is not None
        with pytest.raises(Refusal):
            decide(session, dossier)
        assert decide(session, dossier, awards=False, standstill_until=None).winner is None
        facts = [letter_facts(session, dossier, bid.id) for bid in session.scalars(select(Bid))]
        assert all(one.criteria for one in facts)


def test_who_decides_withdraws_on_a_page_that_keeps_the_old_file(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    decider, officer = a_person("executive_member"), a_person("civil_servant")
    with unit_of_work() as session:
        made = decided(session)
        sha256, file = made.award_sha256, made.award_file
        dossier_of(session).officer_id = officer.id
        here = f"/procurement/{dossier_of(session).id}/lots/lot-1"
    client = sign_in(decider)
    assert f"{here}/withdraw" in client.get(f"{here}/decision").text
    assert sign_in(officer).get(f"{here}/withdraw").status_code == 403
    sent = {"reason": WHY, "seen": sha256}
    assert submit(client, f"{here}/withdraw", sent).status_code == 303
    assert WHY in client.get(f"{here}/decision").text
    assert client.get(f"{here}/withdrawn/1.json").text == file
    assert client.get(f"{here}/withdrawn/2.json").status_code == 404
    assert client.get(f"{here}/withdraw").status_code == 409
