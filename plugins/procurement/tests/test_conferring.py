"""Scores are revealed by one act; people talk, agree on a step, and dissent stays sealed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.audit import entries_about
from waardewerk.refusal import Conflict, NotAllowed, NotFound, Refusal
from waardewerk.testing import AddPerson, SignIn, UnitOfWork, every_row, submit
from waardewerk_procurement import seeing
from waardewerk_procurement.award.scales import LinearScale, Scale, StepScale
from waardewerk_procurement.documents.report import build_report
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    Dossier,
    Lot,
    MinorityNote,
    Score,
)
from waardewerk_procurement.operations import assessing, conferring, declaring
from waardewerk_procurement.operations.assessing import Met
from waardewerk_procurement.operations.conferring import steps_beside
from waardewerk_procurement.operations.declaring import Declared
from waardewerk_procurement.queries.procedure import procedure_of

from .setting_up import NOW, a_concept, assess, fix, score_all

LATER = NOW + timedelta(hours=1)
REASON = "Page 3 shows it, with evidence."
SECRET = "what only the installation knows"


@dataclass
class Scene:
    """An assessment in which everybody scored everything, in the middle of a transaction."""

    session: Session
    dossier: Dossier
    assessors: list[Assessor]
    bids: list[Bid]

    def reveal(self) -> None:
        conferring.reveal(
            self.session, self.dossier, self.dossier.lots[0], actor_id=None, now=LATER
        )

    def agree(
        self,
        score: str = "8",
        *,
        bid: int = 0,
        criterion: str = "explain",
        reason: str = REASON,
        seen: int = 0,
    ) -> AgreedScore:
        return conferring.agree(
            self.session,
            self.dossier,
            self.bids[bid],
            criterion,
            score=score,
            reason=reason,
            seen=seen,
            actor_id=None,
            now=LATER,
        )

    def agree_all(self) -> None:
        for place in range(len(self.bids)):
            for criterion in ("explain", "forget"):
                self.agree(bid=place, criterion=criterion)

    def meets(self, *, is_met: bool = True, bids: tuple[int, ...] = (0, 1, 2)) -> None:
        answer = {"three-cases": Met(is_met=is_met, reason="Seen on page 3.")}
        for place in bids:
            saved = assessing.answer_knock_outs(
                self.session, self.dossier, self.bids[place], answer, actor_id=None, now=LATER
            )
            assert not saved.problems

    def finish(self) -> None:
        assessing.finish_quality(
            self.session, self.dossier, self.dossier.lots[0], actor_id=None, now=LATER
        )

    def note(self, text: str, assessor: int = 0) -> MinorityNote:
        return conferring.write_note(
            self.session,
            self.dossier,
            self.assessors[assessor],
            self.bids[0],
            "explain",
            text,
            secret=SECRET,
            now=LATER,
        )


OpenScene = Callable[..., AbstractContextManager[Scene]]


@pytest.fixture
def scene(unit_of_work: UnitOfWork, a_person: AddPerson) -> OpenScene:
    """Give what begins an assessment of two assessors who scored everything."""
    people = [a_person("adviseur", name=name) for name in ("Ada One", "Bo Two")]

    @contextmanager
    def begin(
        *, has_scores: bool = True, more: Sequence[int] = (), **changes: object
    ) -> Iterator[Scene]:
        with unit_of_work() as session:
            dossier = a_concept(session, **{"assessors": 2 + len(more), **changes})  # type: ignore[arg-type]
            fix(session, dossier)
            assessors, bids = assess(session, dossier, [*(one.id for one in people), *more])
            if has_scores:
                score_all(session, assessors, bids)
            yield Scene(session, dossier, assessors, bids)

    return begin


def give(it: Scene, assessor: int, score: str, number: int = 2) -> None:
    """Let an assessor score the first place otherwise."""
    it.session.add(
        Score(
            assessor_id=it.assessors[assessor].id,
            bid_id=it.bids[0].id,
            criterion="explain",
            number=number,
            score=score,
            reason="Otherwise, on reading again.",
            given_at=NOW,
        )
    )
    it.session.flush()


# The reveal --------------------------------------------------------------------------------------


def test_the_reveal_is_one_act_in_the_trail(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        it.reveal()
        assert it.dossier.lots[0].revealed_at == LATER
        (entry,) = entries_about(it.session, f"dossier:{it.dossier.id}")
        assert (entry.action, entry.details) == (
            "procurement.scores_revealed",
            {"lot": "lot-1", "assessors": 2},
        )


def test_nothing_is_revealed_before_everybody_scored_everything(scene: OpenScene) -> None:
    with scene(has_scores=False) as it:
        score_all(it.session, it.assessors[:1], it.bids)
        with pytest.raises(Conflict, match="scored everything"):
            it.reveal()
        it.assessors[1].ended_at = NOW
        it.session.flush()
        with pytest.raises(Conflict, match="fewer than two"):
            it.reveal()


def test_nothing_is_revealed_before_everybody_declared(scene: OpenScene) -> None:
    with scene() as it:
        for one in it.session.scalars(select(ConflictDeclaration)):
            it.session.delete(one)
        it.session.flush()
        with pytest.raises(Conflict, match="declared"):
            it.reveal()


def test_with_fewer_people_than_was_published_the_reveal_asks_why(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person("civil_servant")
    people = [a_person("adviseur") for _number in range(3)]
    with unit_of_work() as session:
        dossier = a_concept(session, officer_id=officer.id)
        fix(session, dossier)
        assessors, bids = assess(session, dossier, [one.id for one in people])
        score_all(session, assessors, bids)
        assessors[2].ended_at = NOW
        number = dossier.id
    leads = sign_in(officer)
    page, act = f"/procurement/{number}/bids", f"/procurement/{number}/lots/lot-1/reveal"
    refused = submit(leads, act, {"lot-1-why": "Ill."}, on=page)
    assert refused.status_code == 422
    assert "in a sentence why fewer people assess" in refused.text
    sent = {"lot-1-why": "One of three fell ill."}
    assert submit(leads, act, sent, on=page).status_code == 303
    with unit_of_work() as session:
        dossier = session.get_one(Dossier, number)
        assert dossier.lots[0].fewer_why == "One of three fell ill."
        report = build_report(procedure_of(session, dossier), organisation="Province")
        assert "One of three fell ill." in str(report.blocks)


def test_a_bid_needs_two_people_without_an_interest(scene: OpenScene) -> None:
    with scene() as it:
        it.session.add(
            ConflictDeclaration(
                assessor_id=it.assessors[0].id,
                bid_id=it.bids[2].id,
                has_interest=True,
                explanation="Shares.",
                declared_at=LATER,
            )
        )
        it.session.flush()
        with pytest.raises(Conflict, match="Bid C has fewer than two"):
            it.reveal()


def test_a_bid_that_is_out_of_it_is_not_waited_for(scene: OpenScene) -> None:
    with scene(has_scores=False) as it:
        it.meets(is_met=False, bids=(0, 1))
        it.bids[2].dropped_out_at = NOW
        it.session.flush()
        it.reveal()


def test_a_bid_that_was_out_of_it_at_the_reveal_does_not_come_back(scene: OpenScene) -> None:
    with scene() as it:
        it.meets(is_met=False, bids=(0,))
        it.reveal()
        answer = {"three-cases": Met(is_met=True, reason="After all.")}
        saved = assessing.answer_knock_outs(
            it.session, it.dossier, it.bids[0], answer, actor_id=None, now=LATER
        )
        assert isinstance(saved.problems["three-cases"], Conflict)


def test_who_was_mistaken_after_the_reveal_can_take_a_knock_out_back(scene: OpenScene) -> None:
    with scene() as it:
        it.meets()
        it.reveal()
        for minutes, is_met in enumerate((False, True), 1):
            answer = {"three-cases": Met(is_met=is_met, reason="Read again, page 4.")}
            saved = assessing.answer_knock_outs(
                it.session,
                it.dossier,
                it.bids[0],
                answer,
                actor_id=None,
                now=LATER + timedelta(minutes=minutes),
            )
            assert saved.kept == ("three-cases",)
        it.agree()


# Agreeing ----------------------------------------------------------------------------------------


def test_nothing_is_agreed_before_the_reveal(scene: OpenScene) -> None:
    with scene() as it, pytest.raises(Conflict, match="not revealed"):
        it.agree()


def test_a_correction_of_what_was_agreed_adds_a_row(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        it.agree("8")
        it.agree("8")
        it.agree("6", seen=1)
        found = it.session.scalars(select(AgreedScore).order_by(AgreedScore.number))
        assert [(one.number, one.score) for one in found] == [(1, "8"), (2, "6")]
        with pytest.raises(Conflict, match="Somebody else"):
            it.agree("4", seen=1)


def test_an_agreed_score_is_a_step_with_a_reason(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        with pytest.raises(Refusal, match="no step"):
            it.agree("7")
        with pytest.raises(NotFound):
            it.agree(criterion="three-cases")
        with pytest.raises(Refusal, match="why"):
            conferring.agree(
                it.session,
                it.dossier,
                it.bids[0],
                "explain",
                score="8",
                reason=" ",
                seen=0,
                actor_id=None,
                now=LATER,
            )


def test_where_the_documents_say_mean_the_mean_is_the_score(scene: OpenScene) -> None:
    with scene(aggregation="mean") as it:
        give(it, 0, "4")
        it.reveal()
        with pytest.raises(Refusal, match="it can be 6"):
            it.agree("8")
        assert it.agree("6").score == "6"


def test_a_mean_between_two_steps_is_never_rounded_silently(scene: OpenScene) -> None:
    with scene(aggregation="mean") as it:
        give(it, 0, "6")
        it.reveal()
        with pytest.raises(Refusal, match="it can be 6, 8"):
            it.agree("4")
        assert it.agree("6").score == "6"
        assert it.agree("8", seen=1).score == "8"


SCALES = st.sampled_from(
    [
        LinearScale(Decimal(0), Decimal(10), Decimal(2)),
        LinearScale(Decimal(1), Decimal(5), Decimal(1)),
        StepScale((("bad", Decimal(-20)), ("fair", Decimal(40)), ("good", Decimal(100)))),
    ]
)


@given(SCALES, st.fractions(0, 1))
def test_the_steps_beside_a_figure_hold_it_and_nothing_between(
    scale: Scale, part: Fraction
) -> None:
    numbers = [scale.number_of(step.score) for step in scale.steps]
    figure = numbers[0] + (numbers[-1] - numbers[0]) * part
    found = [scale.number_of(score) for score in steps_beside(scale, figure)]
    assert found[0] <= figure <= found[-1]
    assert [one for one in numbers if found[0] < one < found[-1]] == []
    assert (len(found) == 1) == (figure in numbers)


def test_scores_of_somebody_with_an_interest_known_late_do_not_count(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        it.session.add(
            ConflictDeclaration(
                assessor_id=it.assessors[0].id,
                bid_id=it.bids[0].id,
                has_interest=True,
                explanation="Shares.",
                declared_at=LATER,
            )
        )
        it.session.flush()
        from waardewerk_procurement.queries.assessment import assessment_of

        found = assessment_of(it.session, it.dossier)
        given_by = seeing.counting_scores(it.session, found, it.bids[:1], "explain")[
            it.bids[0].id, "explain"
        ]
        assert [one.assessor.number for one in given_by] == [2]


# The quality is final ----------------------------------------------------------------------------


def test_the_quality_is_final_when_everything_is_agreed(scene: OpenScene) -> None:
    with scene() as it:
        with pytest.raises(Conflict, match="not revealed"):
            it.finish()
        it.reveal()
        with pytest.raises(Conflict, match="bid A, B, C whether it meets"):
            it.finish()
        it.meets()
        with pytest.raises(Conflict, match="no agreed score yet for bid A"):
            it.finish()
        it.agree_all()
        it.finish()
        assert it.dossier.state == "decision"
        assert it.dossier.lots[0].quality_final_at == LATER


def test_a_dossier_waits_for_its_last_lot(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = a_concept(session)
        first = dossier.lots[0]
        rules = {"formula": first.formula, "tie_rule": first.tie_rule, "drop_out": first.drop_out}
        dossier.lots.append(Lot(key="lot-2", position=2, title="The other lot", **rules))
        session.flush()
        fix(session, dossier)
        _assessors, bids = assess(session, dossier, [])
        second = dossier.lots[1]
        session.add(Bid(lot_id=second.id, key="A", bidder="Wim BV", added_at=NOW))
        for lot in dossier.lots:
            lot.revealed_at = NOW
        for bid in (*bids, *session.scalars(select(Bid).where(Bid.lot_id == second.id))):
            bid.dropped_out_at = NOW
        session.flush()
        assessing.finish_quality(session, dossier, first, actor_id=None, now=LATER)
        assert dossier.state == "assessment"
        assessing.finish_quality(session, dossier, second, actor_id=None, now=LATER)
        assert dossier.state == "decision"


def test_a_bid_that_is_knocked_out_needs_no_agreed_score(scene: OpenScene) -> None:
    with scene() as it:
        it.meets(is_met=False, bids=(2,))
        it.meets(bids=(0, 1))
        it.reveal()
        for place in (0, 1):
            for criterion in ("explain", "forget"):
                it.agree(bid=place, criterion=criterion)
        with pytest.raises(Conflict, match="needs no scores"):
            it.agree(bid=2)
        it.finish()
        assert it.dossier.state == "decision"


def reveal_and_agree(it: Scene) -> None:
    it.meets()
    it.reveal()
    it.agree_all()


def tell_of_interest(it: Scene, assessor: int) -> None:
    told = {it.bids[0].id: Declared(has_interest=True, explanation="Shares.")}
    saved = declaring.declare(it.session, it.dossier, it.assessors[assessor], told, now=LATER)
    assert saved.kept


def test_the_quality_is_not_final_when_too_few_are_left_without_an_interest(
    scene: OpenScene,
) -> None:
    with scene() as it:
        reveal_and_agree(it)
        tell_of_interest(it, 0)
        with pytest.raises(Conflict, match="Bid A has fewer than two"):
            it.finish()


def test_a_mean_of_which_a_score_fell_away_is_agreed_again(
    scene: OpenScene, a_person: AddPerson
) -> None:
    third = a_person("adviseur")
    with scene(aggregation="mean", more=[third.id]) as it:
        give(it, 2, "2")
        it.meets()
        it.reveal()
        for place, score in enumerate(("8", "10", "6")):
            for criterion in ("explain", "forget"):
                is_lower = (place, criterion) == (0, "explain")
                it.agree("6" if is_lower else score, bid=place, criterion=criterion)
        tell_of_interest(it, 2)
        with pytest.raises(Conflict, match="Agree again about bid A on “Explain"):
            it.finish()
        it.agree("8", seen=1)
        it.finish()
        assert it.dossier.state == "decision"


def test_one_word_is_no_reason_for_an_agreed_score(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        with pytest.raises(Refusal, match="in a sentence why you agreed"):
            it.agree(reason="Good.")


def test_once_the_quality_is_final_nothing_changes(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        it.meets()
        it.agree_all()
        it.finish()
        with pytest.raises(Conflict):
            it.agree("6", seen=1)
        with pytest.raises(Conflict):
            it.meets(is_met=False)
        with pytest.raises(Conflict):
            it.note("I think otherwise, still.")


def test_a_long_scale_is_typed_and_not_chosen(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer = a_person("civil_servant")
    people = [a_person("adviseur") for _number in range(2)]
    hundred = {"kind": "linear", "lowest": "0", "highest": "100", "step": "1"}
    with unit_of_work() as session:
        dossier = a_concept(session, officer_id=officer.id, scale=hundred, assessors=2)
        fix(session, dossier)
        assessors, bids = assess(session, dossier, [one.id for one in people])
        score_all(session, assessors, bids)
        root, bid = f"/procurement/{dossier.id}", bids[0].id
    alone, page = sign_in(people[0]), f"{root}/assess/{bid}"
    filled = {"explain-score": "81", "explain-reason": "A little more than that."}
    assert submit(alone, page, {**filled, "explain-number": "1"}).status_code == 303
    assert 'name="explain-score" type="text" value="81"' in alone.get(page).text
    leads, place = sign_in(officer), f"{root}/talk/{bid}/explain"
    assert submit(leads, f"{root}/lots/lot-1/reveal", on=f"{root}/bids").status_code == 303
    sent = {"typed": "81.5", "reason": REASON, "number": "0"}
    refused = submit(leads, place, sent)
    assert refused.status_code == 422
    assert "no step of the published scale (0, 1 … 100)" in refused.text
    assert submit(leads, place, {**sent, "typed": "82"}).status_code == 303


# Sealed notes ------------------------------------------------------------------------------------


def test_a_note_is_nowhere_in_the_database_in_words(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        it.note("The xylophone was not tried.")
        assert "xylophone" not in str(every_row(it.session))


def test_a_note_is_read_back_by_its_writer_only(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        note = it.note("I would have given four.")
        assert it.note("I would have given four.").id == note.id
        assert seeing.read_note(note, secret=SECRET) == "I would have given four."
        assert seeing.read_note(note, secret="another") is None
        note.bid_id = it.bids[1].id
        assert seeing.read_note(note, secret=SECRET) is None


def test_a_note_is_opened_after_the_assessment_with_a_reason(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        note = it.note("I would have given four.")
        with pytest.raises(Conflict):
            conferring.open_note(it.session, it.dossier, note, "Asked.", actor_id=1, now=LATER)
        it.meets()
        it.agree_all()
        it.finish()
        with pytest.raises(Refusal, match="why"):
            conferring.open_note(it.session, it.dossier, note, " ", actor_id=None, now=LATER)
        conferring.open_note(it.session, it.dossier, note, "Objection.", actor_id=None, now=LATER)
        assert (note.opened_at, note.opened_why) == (LATER, "Objection.")
        newest = entries_about(it.session, f"dossier:{it.dossier.id}")[0]
        assert (newest.action, newest.details) == ("procurement.note_opened", {"note": note.id})


def test_who_has_an_interest_writes_no_note(scene: OpenScene) -> None:
    with scene() as it:
        it.reveal()
        it.assessors[0].ended_at = LATER
        with pytest.raises(NotAllowed):
            it.note("I think otherwise.")


# The pages ---------------------------------------------------------------------------------------


def test_people_go_from_the_reveal_to_a_final_quality_on_the_pages(
    unit_of_work: UnitOfWork, a_person: AddPerson, sign_in: SignIn
) -> None:
    officer, adviser = a_person("civil_servant"), a_person("adviseur")
    people = [a_person("adviseur", name=name) for name in ("Ada One", "Bo Two")]
    with unit_of_work() as session:
        dossier = a_concept(session, officer_id=officer.id, assessors=2)
        fix(session, dossier)
        assessors, bids = assess(session, dossier, [one.id for one in people])
        score_all(session, assessors, bids)
        number, places = dossier.id, [bid.id for bid in bids]
    leads, takes_part = sign_in(officer), sign_in(people[0])
    root = f"/procurement/{number}"
    assert leads.get(f"{root}/talk/{places[0]}").status_code == 403
    before = leads.get(f"{root}/bids").text
    assert "3 requirements are not answered yet" in before
    assert submit(leads, f"{root}/lots/lot-1/reveal", on=f"{root}/bids").status_code == 303
    assert "Explain a count" in leads.get(f"{root}/talk/{places[0]}").text
    place = f"{root}/talk/{places[0]}/explain"
    shown = leads.get(place).text
    assert "Ada One: 8" in shown
    assert "Everybody gave the same: 8." in shown
    assert "From 8 to 8" not in shown
    assert " checked" not in shown
    missing = leads.get(f"{root}/bids").text
    for bid in places:
        assert f'{root}/talk/{bid}"' in missing
    assert missing.count("agree on the scores of 2 criteria.") == len(places)
    assert missing.count("say whether it meets the requirements.") == len(places)
    assert submit(leads, place, {"reason": REASON, "number": "0"}).status_code == 422
    with_score = {"score": "8", "reason": REASON, "number": "0"}
    assert submit(takes_part, place, with_score).status_code == 403
    for bid in places:
        for key in ("explain", "forget"):
            done = submit(leads, f"{root}/talk/{bid}/{key}", with_score)
            assert done.status_code == 303
        agenda, is_last = leads.get(f"{root}/talk/{bid}").text, bid == places[-1]
        assert ("Go on with" in agenda) is not is_last
        assert ("Make the quality final" in agenda) is is_last
        met = {"three-cases-met": "yes", "three-cases-reason": "Seen."}
        assert submit(leads, f"{root}/bids/{bid}", met).status_code == 303
    assert leads.get(f"{root}/bids").text.count("meets every requirement") == len(places)
    note = {"text": "I would have given four."}
    assert submit(takes_part, f"{place}/note", note, on=place).status_code == 303
    assert "given four" in takes_part.get(place).text
    assert "given four" not in sign_in(people[1]).get(place).text
    assert "given four" not in leads.get(place).text
    reads = sign_in(adviser)
    assert "can be opened once" in reads.get(f"{root}/notes").text
    assert submit(leads, f"{root}/lots/lot-1/quality", on=f"{root}/bids").status_code == 303
    with unit_of_work() as session:
        assert session.get_one(Dossier, number).state == "decision"
        kept = session.scalars(select(MinorityNote)).one()
    page, opening = f"{root}/notes", f"{root}/notes/{kept.id}"
    assert "given four" not in reads.get(page).text
    assert submit(reads, opening, {"why": ""}, on=page).status_code == 422
    assert submit(reads, opening, {"why": "An objection."}, on=page).status_code == 303
    assert "given four" in reads.get(page).text
    assert leads.get(page).status_code == 403
