"""Letters: every score has a reason, every advantage has words, nobody else is in it."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk import audit, documents
from waardewerk.documents import Document, to_json
from waardewerk.i18n import format_date
from waardewerk.refusal import Conflict, NotFound
from waardewerk.testing import UnitOfWork, at_once
from waardewerk_procurement.award import standstill
from waardewerk_procurement.documents import letters
from waardewerk_procurement.documents.words import fingerprint
from waardewerk_procurement.fixed.snapshot import sha256_of
from waardewerk_procurement.kind_words import told_for
from waardewerk_procurement.models import AgreedScore, Bid, Dossier, KnockOutAnswer, Letter
from waardewerk_procurement.operations import motivating
from waardewerk_procurement.operations.motivating import BareMatrix
from waardewerk_procurement.queries.decisions import bids_of
from waardewerk_procurement.queries.dossiers import get_dossier
from waardewerk_procurement.queries.letters import (
    LetterFacts,
    facts_in,
    letter_facts,
    letters_of,
    standstills_of,
)

from .deciding_on import TODAY, assessed, decide, give_prices, ranking
from .setting_up import NOW, counted

PROVINCE = letters.Sender("Province of Waardenland", "Ask Purchasing.\n\n030 123 45 67")
BETTER = "The winner lets residents try the explanation first."
#: With these prices A is first and B, who scores higher, is not; C scores lower on everything.
LOSES_ON_QUALITY = "C"
LOSES_ON_PRICE = "B"


def awarded(session: Session, **changes: Any) -> Dossier:
    """Decide that A wins."""
    dossier = assessed(session, **changes)
    give_prices(session, dossier)
    decide(session, dossier)
    return dossier


def facts_of(session: Session, dossier: Dossier, key: str) -> LetterFacts:
    bid = next(one for one in bids_of(session, dossier.lots[0]) if one.key == key)
    return letter_facts(session, dossier, bid.id)


def write(
    session: Session, dossier: Dossier, key: str, *, is_ready: bool = True, **changes: Any
) -> Letter:
    """Write the letter to one bidder."""
    facts = facts_of(session, dossier, key)
    given: dict[str, Any] = {
        "advantages": dict.fromkeys((one.criterion.key for one in facts.behind), BETTER),
        "closing": "Call the purchaser.",
        "revision": facts.letter.revision if facts.letter else 0,
    }
    return motivating.write_letter(
        session,
        dossier,
        facts,
        **{**given, **changes},
        is_ready=is_ready,
        actor_id=None,
        now=NOW,
    )


def letter(session: Session, dossier: Dossier, key: str, language: str = "en") -> Document:
    """Write the letter to one bidder and build it."""
    write(session, dossier, key)
    session.flush()
    with told_for(language, is_subsidy=dossier.is_subsidy):
        return letters.build_letter(facts_of(session, dossier, key), sender=PROVINCE)


def text_of(document: Document) -> str:
    return json.dumps(json.loads(to_json(document)), ensure_ascii=False)


# What is refused -------------------------------------------------------------------------------


def test_a_bare_matrix_is_refused(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        with pytest.raises(BareMatrix) as refused:
            write(
                session,
                dossier,
                LOSES_ON_QUALITY,
                advantages={"explain": BETTER, "forget": "Much better."},
            )
        assert dict(refused.value.criteria) == {
            "forget": "Say in a sentence what the winner did better here."
        }


def test_a_score_without_an_agreed_reason_is_refused(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        first = bids_of(session, dossier.lots[0])[0]
        session.add(
            AgreedScore(
                bid_id=first.id,
                criterion="explain",
                number=2,
                score="8",
                reason="",
                agreed_at=NOW,
            )
        )
        session.flush()
        with pytest.raises(BareMatrix) as refused:
            write(session, dossier, "A")
        assert dict(refused.value.criteria) == {"explain": "The agreed reason is missing."}


def test_where_a_bid_was_as_good_nothing_has_to_be_written(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        assert facts_of(session, dossier, LOSES_ON_PRICE).behind == []
        kept = write(session, dossier, LOSES_ON_PRICE, advantages={"explain": "Not asked."})
        assert kept.advantages == {}
        assert kept.ready_at == NOW


def test_a_letter_can_be_kept_for_later_and_is_no_file_then(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        write(session, dossier, "C", advantages={"explain": BETTER}, is_ready=False)
        session.flush()
        with pytest.raises(Conflict, match="not ready"):
            letters.build_letter(facts_of(session, dossier, "C"), sender=PROVINCE)


def take_back(session: Session, dossier: Dossier, key: str) -> None:
    """Say that the letter to one bidder is not ready after all."""
    facts = facts_of(session, dossier, key)
    revision = facts.letter.revision if facts.letter else 0
    motivating.take_back(session, dossier, facts, revision=revision, actor_id=None, now=NOW)


def test_a_letter_that_is_ready_changes_only_after_somebody_says_that_it_is_not(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        write(session, dossier, "C")
        assert [one.is_ready for one in letters_of(session, dossier)] == [False, False, True]
        with pytest.raises(Conflict, match="not ready after all"):
            write(session, dossier, "C", is_ready=False)
        take_back(session, dossier, "C")
        assert not [one for one in letters_of(session, dossier) if one.is_ready]
        session.flush()
        trail = audit.entries_about(session, f"dossier:{dossier.id}")
        assert "procurement.letter_taken_back" in [one.action for one in trail]
        assert write(session, dossier, "C", closing="Call us.").closing == "Call us."


def test_letters_stand_still_once_the_decision_is_carried_out(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        write(session, dossier, "C")
        dossier.state = "execution"
        session.flush()
        for change in (write, take_back):
            with pytest.raises(Conflict, match="in the state that the dossier is in"):
                change(session, dossier, "C")


def test_a_bidder_has_its_days_from_the_day_on_which_its_letter_is_ready(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        letter = write(session, dossier, "C")
        letter.ready_at = NOW + timedelta(19)
        session.flush()
        last = standstill.last_day("european", TODAY + timedelta(19))
        assert facts_of(session, dossier, "C").open_until == last
        assert standstills_of(session, dossier) == {dossier.lots[0].id: last}
        told = letters.build_letter(facts_of(session, dossier, "C"), sender=PROVINCE)
        assert format_date(last) in str(told)


@pytest.mark.parametrize("revision", [0, 5, -1])
def test_a_stale_letter_overwrites_nothing(unit_of_work: UnitOfWork, revision: int) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        write(session, dossier, "C")
        with pytest.raises(Conflict, match="Somebody else changed this letter"):
            write(session, dossier, "C", revision=revision, closing="Mine.")


def test_two_who_begin_one_letter_at_once_make_one(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        number = awarded(session).id

    def act(closing: str) -> str:
        with unit_of_work() as session:
            write(session, get_dossier(session, number), "C", closing=closing, revision=0)
        return closing

    came = at_once(act, ["one", "two"])
    assert len([one for one in came if isinstance(one, Conflict)]) == 1
    with unit_of_work() as session:
        assert session.scalars(select(Letter)).one().closing in came


def test_before_the_decision_there_is_no_letter(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        with pytest.raises(Conflict, match="Nothing is decided"):
            facts_of(session, dossier, "A")
        assert letters_of(session, dossier) == []


# What a letter says ----------------------------------------------------------------------------


def test_a_rejection_gives_scores_reasons_and_what_the_winner_did_better(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        text = text_of(letter(session, dossier, "C"))
    assert "We intend to award this contract to Aap BV." in text
    assert "Yours ended at place 2 of 3." in text
    assert text.count("Your score: 6, which brings 18.00 points. Score of the winner: 8.") == 2
    assert text.count(BETTER) == 2
    assert "Bid C shows on forget what the scale asks for 6." in text
    assert "Call the purchaser." in text


def test_of_other_bidders_and_of_the_reasons_of_the_winner_nothing_is_in_it(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        text = text_of(letter(session, dossier, "C"))
    assert "Noot BV" not in text
    assert "Bid A shows" not in text
    assert "80.000" not in text


def test_the_price_of_the_winner_cannot_be_computed_from_a_letter(
    unit_of_work: UnitOfWork,
) -> None:
    with unit_of_work() as session:
        text = text_of(letter(session, awarded(session), LOSES_ON_PRICE))
        own = text_of(letter(session, awarded(session), "A"))
    assert "Your bid" in text
    assert "What the price brings" in text
    assert text.count("–") >= 2, "of the winner no price points and no total"
    assert "The total of the winner is left out" in text
    assert "is left out" not in own


def test_who_loses_on_price_is_told_that_the_winner_is_cheaper(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        text = text_of(letter(session, awarded(session), LOSES_ON_PRICE))
    assert "The price of the winner is lower than yours." in text


def test_the_letter_of_who_was_set_aside_names_each_reason(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        third = bids_of(session, dossier.lots[0])[2]
        session.add(
            KnockOutAnswer(
                bid_id=third.id,
                criterion="three-cases",
                is_met=False,
                reason="Only two cases were shown.",
                written_at=NOW,
            )
        )
        session.add(
            AgreedScore(
                bid_id=third.id,
                criterion="forget",
                number=2,
                score="2",
                reason="Nothing is forgotten.",
                agreed_at=NOW,
            )
        )
        give_prices(session, dossier)
        decide(session, dossier)
        text = text_of(letter(session, dossier, "C"))
    assert "Yours was set aside and not ranked." in text
    assert "Does not meet “Show three cases”. Only two cases were shown." in text
    assert "Scores 2 on “Forget what was seen”; the minimum is 4." in text


def test_the_winner_reads_that_others_can_still_go_to_court(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        text = text_of(letter(session, awarded(session), "A"))
    assert "We intend to award this contract to you." in text
    assert "Others can go to court" in text
    assert "Score of the winner" not in text


def test_when_nothing_is_awarded_every_letter_says_why(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = assessed(session)
        give_prices(session, dossier)
        decide(session, dossier, awards=False, reason="The money is gone.")
        text = text_of(letter(session, dossier, "A"))
    assert "We award this contract to nobody." in text
    assert "The money is gone." in text


def test_a_letter_carries_what_it_rests_on(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        facts = facts_of(session, dossier, "C")
        text = text_of(letter(session, dossier, "C"))
    assert fingerprint(facts.ranking.fixed_as.sha256) in text
    assert fingerprint(sha256_of(facts.decision.award_file)) in text


def test_a_letter_speaks_dutch(app: Flask, unit_of_work: UnitOfWork) -> None:
    assert app
    with unit_of_work() as session:
        text = text_of(letter(session, awarded(session), "C", "nl"))
    assert "Wat de winnaar beter deed" in text
    assert "18,00 punten" in text


@pytest.mark.parametrize("write_as", [documents.to_pdf, documents.to_docx, documents.to_odt])
def test_a_letter_leaves_in_every_format(unit_of_work: UnitOfWork, write_as: Any) -> None:
    with unit_of_work() as session:
        assert len(write_as(letter(session, awarded(session), "C"))) > 5_000


def test_a_letter_says_who_sends_it_and_whom_to_ask(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        text = text_of(letter(session, dossier, "C"))
        assert "Do you have a question?" in text
        assert "030 123 45 67" in text
        facts = facts_of(session, dossier, "C")
        nobody = letters.build_letter(facts, sender=letters.Sender("Province of Waardenland"))
        together = letters.build_all([facts], sender=PROVINCE)
    assert {"element": "paragraph", "prose": "Province of Waardenland"} in json.loads(
        to_json(nobody)
    )["blocks"]
    assert "Do you have a question?" not in text_of(nobody)
    assert "030 123 45 67" in text_of(together)


def test_all_letters_in_one_document_have_a_page_each(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier = awarded(session)
        facts: Sequence[LetterFacts] = []
        for key in "ABC":
            write(session, dossier, key)
        session.flush()
        facts = [facts_of(session, dossier, key) for key in "ABC"]
        document = letters.build_all(facts, sender=PROVINCE)
    breaks = [block for block in document.blocks if block.element == "page_break"]
    assert len(breaks) == 2
    assert document.date >= date(2020, 1, 1)


def test_all_letters_are_gathered_in_as_many_questions_as_one(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        ranked = ranking(session, awarded(session))
        bids = bids_of(session, ranked.lot)
        with counted(session) as for_one:
            facts_in(session, ranked, bids[:1])
        with counted(session) as for_all:
            found = facts_in(session, ranked, bids)
    assert len(for_all) == len(for_one)
    assert [(one.bid.key, one.criteria[0].score) for one in found] == [
        ("A", "8"),
        ("B", "10"),
        ("C", "6"),
    ]


def test_a_bid_of_another_dossier_has_no_letter_here(unit_of_work: UnitOfWork) -> None:
    with unit_of_work() as session:
        dossier, other = awarded(session), awarded(session)
        strange = session.scalars(select(Bid).where(Bid.lot_id == other.lots[0].id)).first()
        assert strange is not None
        with pytest.raises(NotFound, match="no such bid"):
            letter_facts(session, dossier, strange.id)
