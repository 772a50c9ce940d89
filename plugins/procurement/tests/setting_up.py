"""What tests of dossiers share: a dossier at each point of its way, put there row by row.

Rows and not operations: a test of one operation must not fail because another one is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.values.operations import looking
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.models import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    Decision,
    Dossier,
    DossierCriterion,
    HandOver,
    KnockOutAnswer,
    Letter,
    Lot,
    Score,
    Snapshot,
)
from waardewerk_procurement.queries.dossiers import LENS

if TYPE_CHECKING:
    from waardewerk.values.models import ProjectLens

NOW = datetime.now(UTC).replace(microsecond=0)
TEN = {"kind": "linear", "lowest": "0", "highest": "10", "step": "2"}
BAND = {"name": "price-band", "price_weight": 4000, "floor": "50000.00", "ceiling": "150000.00"}
ANCHORS = {
    "0": "No answer.",
    "2": "General words only.",
    "4": "Partly, without evidence.",
    "6": "Whole and plausible.",
    "8": "Also made for this contract, with evidence.",
    "10": "Also tried in practice and promised in figures.",
}
KNOCK_OUT = {"met": "Three of three.", "failed": "Fewer than three."}
COMPLIANCE = {"full": "On time.", "partial": "Too late.", "none": "Not at all."}
BIDDERS = {"A": "Aap BV", "B": "Noot BV", "C": "Mies BV"}


def a_criterion(key: str, type_: str, title: str, **changes: Any) -> DossierCriterion:
    """Make a criterion that no check objects to."""
    given: dict[str, Any] = {
        "key": key,
        "type": type_,
        "title": title,
        "position": 1,
        "value": "privacy",
        "text": f"{title}, in the words of the documents.",
        "reason": "Residents asked for it in the round about cameras.",
        "risk": "People are followed without knowing.",
        "small_firms": "Half a day of work.",
        "link": "It is about the cameras that are bought.",
        "evidence": ["A page of text."],
        "anchors": ANCHORS,
        "changed_at": NOW,
    }
    return DossierCriterion(**{**given, **changes})


def a_concept(session: Session, officer_id: int | None = None, **changes: Any) -> Dossier:
    """Add a dossier as it is when everything is filled in and nobody looked it over yet.

    Two award criteria of 30 %, a price of 40 %, a knock-out, a condition and a KPI that keeps the
    promise of the first award criterion.
    """
    given: dict[str, Any] = {
        "kind": "european",
        "title": "Counting traffic with cameras",
        "subject": "Cameras that count cars and bicycles at twelve crossings.",
        "technologies": ["camera"],
        "ai": "yes",
        "scale": TEN,
        "publish_on": day_of(NOW + timedelta(10)),
        "closes_at": NOW + timedelta(60),
        "officer_id": officer_id,
        "made_at": NOW,
        "made_by": officer_id,
    }
    dossier = Dossier(**{**given, **changes})
    lot = Lot(
        key="lot-1",
        position=1,
        title="The whole contract",
        formula=BAND,
        tie_rule=[{"by": "quality", "of": None}, {"by": "lots", "of": None}],
        drop_out="keep-totals",
        expected_lowest=6_000_000,
        expected_highest=14_000_000,
    )
    dossier.lots = [lot]
    dossier.criteria = [
        a_criterion(
            "three-cases", "minimum_requirement", "Show three cases", anchors=KNOCK_OUT, position=1
        ),
        a_criterion(
            "explain",
            "award_criterion",
            "Explain a count to a resident",
            value="uitlegbaarheid",
            question="How do you explain it?",
            weight=3000,
            position=2,
        ),
        a_criterion(
            "forget",
            "award_criterion",
            "Forget what was seen",
            question="How soon is it forgotten?",
            weight=3000,
            minimum="4",
            position=3,
        ),
        a_criterion(
            "register",
            "contract_condition",
            "Keep the algorithm register up to date",
            anchors=COMPLIANCE,
            position=4,
        ),
        a_criterion("explained", "kpi", "Residents understand", value="uitlegbaarheid", position=5),
    ]
    session.add(dossier)
    session.flush()
    by_key = {one.key: one.id for one in dossier.criteria}
    session.add(HandOver(criterion_id=by_key["explain"], keeper_id=by_key["explained"]))
    session.flush()
    return dossier


def a_scheme(session: Session, officer_id: int | None = None, **changes: Any) -> Dossier:
    """Add a subsidy scheme: a ground for refusal, two assessment criteria and two duties.

    At most € 50,000 for each application, and € 80,000 for all together.
    """
    types = {
        "three-cases": "refusal_ground",
        "explain": "assessment_criterion",
        "forget": "assessment_criterion",
        "register": "subsidy_duty",
        "explained": "subsidy_duty",
    }
    given: dict[str, Any] = {
        "kind": "subsidy",
        "title": "Subsidy for counting traffic together",
        "legal_basis": "General subsidy regulation, article 4",
    }
    dossier = a_concept(session, officer_id, **{**given, **changes})
    for one in dossier.criteria:
        one.type = types[one.key]
        if one.type == "assessment_criterion":
            one.weight = 5000
        if one.type == "subsidy_duty":
            one.anchors, one.duty_basis = COMPLIANCE, "4:38"
            one.duty_reason = "Residents decide along."
    dossier.lots[0].formula = {"name": "fixed-price", "price": None, "ceiling": "50000.00"}
    dossier.lots[0].ceiling, dossier.lots[0].beyond = 8_000_000, "partial"
    session.flush()
    return dossier


def fix(session: Session, dossier: Dossier, *, number: int = 1) -> Snapshot:
    """Fix a dossier as it is now, as the freeze does."""
    content = snapshot.write_snapshot(_as_fixed(session, dossier, number))
    row = Snapshot(
        dossier_id=dossier.id,
        number=number,
        content=content,
        sha256=snapshot.sha256_of(content),
        estimates={lot.key: [lot.expected_lowest, lot.expected_highest] for lot in dossier.lots},
        made_at=NOW,
    )
    session.add(row)
    dossier.state = "fixed"
    lens = looking.lens_of(session, LENS, dossier.id)
    if lens is not None:
        lens.closed_at = NOW
    session.flush()
    return row


def _as_fixed(session: Session, dossier: Dossier, number: int) -> snapshot.Snapshot:
    keys = {one.id: one.key for one in dossier.criteria}
    lots = {one.id: one.key for one in dossier.lots}
    kept_by: dict[int, list[str]] = {}
    for row in session.query(HandOver).filter(HandOver.criterion_id.in_(keys)):
        kept_by.setdefault(row.criterion_id, []).append(keys[row.keeper_id])
    return snapshot.Snapshot.model_validate(
        {
            "format": snapshot.FORMAT,
            "number": number,
            "dossier": dossier.id,
            "kind": dossier.kind,
            "title": dossier.title,
            "subject": dossier.subject,
            "technologies": dossier.technologies,
            "ai": dossier.ai,
            "legal_basis": dossier.legal_basis,
            "closes_at": dossier.closes_at,
            "framework": None,
            "lens": {"nothing_else": "We looked at the rights of others and found none touched."},
            "scale": dossier.scale,
            "aggregation": dossier.aggregation,
            "assessors": dossier.assessors,
            "lots": [
                {
                    "key": lot.key,
                    "title": lot.title,
                    "formula": lot.formula,
                    "formula_reason": lot.formula_reason,
                    "tie_rule": lot.tie_rule,
                    "drop_out": lot.drop_out,
                    "ceiling": None if lot.ceiling is None else f"{lot.ceiling / 100:.2f}",
                    "beyond": lot.beyond or None,
                }
                for lot in dossier.lots
            ],
            "criteria": [
                {
                    "key": one.key,
                    "lot": lots.get(one.lot_id or 0),
                    "parent": keys.get(one.parent_id or 0),
                    "type": one.type,
                    "value": {"key": one.value, "name": one.value.capitalize()},
                    "norm": None,
                    "title": one.title,
                    "text": one.text,
                    "question": one.question,
                    "reason": one.reason,
                    "proportionality": {
                        "risk": one.risk,
                        "small_firms": one.small_firms,
                        "link": one.link,
                    },
                    "evidence": one.evidence,
                    "anchors": one.anchors,
                    "weight": one.weight,
                    "worth": None if one.worth is None else f"{one.worth / 100:.2f}",
                    "minimum": one.minimum or None,
                    "ground": one.ground or None,
                    "duty_basis": one.duty_basis or None,
                    "duty_reason": one.duty_reason,
                    "in_terms": one.in_terms,
                    "announced": one.announced,
                    "kept_by": kept_by.get(one.id, []),
                    "legal_sources": one.legal_sources,
                    "source": one.source,
                }
                for one in dossier.criteria
            ],
        }
    )


def assess(
    session: Session, dossier: Dossier, people: Sequence[int], *, are_cleared: bool = True
) -> tuple[list[Assessor], list[Bid]]:
    """Begin the assessment of a fixed dossier: three bids, and these people appointed."""
    dossier.state = "assessment"
    dossier.closes_at = NOW - timedelta(1)
    lot = dossier.lots[0]
    bids = [Bid(lot_id=lot.id, key=key, bidder=name, added_at=NOW) for key, name in BIDDERS.items()]
    assessors = [
        Assessor(dossier_id=dossier.id, person_id=person, number=number, appointed_at=NOW)
        for number, person in enumerate(people, 1)
    ]
    session.add_all([*bids, *assessors])
    session.flush()
    if are_cleared:
        session.add_all(
            ConflictDeclaration(
                assessor_id=one.id, bid_id=bid.id, has_interest=False, declared_at=NOW
            )
            for one in assessors
            for bid in bids
        )
    session.flush()
    return assessors, bids


def score_all(session: Session, assessors: Sequence[Assessor], bids: Sequence[Bid]) -> None:
    """Let every assessor score every bid on both criteria."""
    session.add_all(
        Score(
            assessor_id=one.id,
            bid_id=bid.id,
            criterion=criterion,
            number=1,
            score=score,
            reason=f"Page {one.number} says how, as the scale asks.",
            given_at=NOW,
        )
        for one in assessors
        for bid, score in zip(bids, ("8", "10", "6"), strict=True)
        for criterion in ("explain", "forget")
    )
    session.flush()


def finish_quality(session: Session, dossier: Dossier, bids: Sequence[Bid]) -> None:
    """Write down what people agreed on, and end the assessment of quality."""
    agree_all(session, bids)
    lot = dossier.lots[0]
    lot.revealed_at = lot.quality_final_at = NOW
    dossier.state = "decision"
    session.flush()


def agree_all(session: Session, bids: Sequence[Bid]) -> None:
    """Write down what people agreed on: A 8, B 10, C 6."""
    for bid, score in zip(bids, ("8", "10", "6"), strict=True):
        session.add(
            KnockOutAnswer(bid_id=bid.id, criterion="three-cases", is_met=True, written_at=NOW)
        )
        session.add_all(
            AgreedScore(
                bid_id=bid.id,
                criterion=criterion,
                number=1,
                score=score,
                reason=f"Bid {bid.key} shows on {criterion} what the scale asks for {score}.",
                agreed_at=NOW,
            )
            for criterion in ("explain", "forget")
        )
    session.flush()


def with_letters(session: Session, officer: int, criteria: int) -> Dossier:
    """Decide on a dossier with this many criteria, and call every letter whole."""
    dossier = a_concept(session, officer)
    group = dossier.criteria[1]
    dossier.criteria.extend(
        a_criterion(
            f"part-{number}",
            "award_criterion",
            f"Part {number}",
            parent_id=group.id,
            weight=10_000 // (criteria - 1),
            position=10 + number,
        )
        for number in range(criteria - 1)
    )
    session.flush()
    fix(session, dossier)
    _people, bids = assess(session, dossier, ())
    dossier.state = "decision"
    for bid in bids:
        bid.price = 8_000_000
    session.add(
        Decision(
            lot_id=dossier.lots[0].id,
            award_file="{}",
            award_sha256="0" * 64,
            snapshot_number=1,
            decided_at=NOW,
        )
    )
    session.add_all(Letter(bid_id=bid.id, ready_at=NOW, changed_at=NOW) for bid in bids)
    session.flush()
    return dossier


def look_wider(session: Session, dossier: Dossier) -> ProjectLens:
    """Open the lens of a dossier and say why nothing outside the core is touched."""
    lens = looking.open_lens(
        session, kind=LENS, subject_id=dossier.id, title=dossier.title, actor_id=None, now=NOW
    )
    reason = "We looked at the rights of others and found none touched."
    looking.say_nothing_else(session, lens, reason, actor_id=None, now=NOW)
    return lens


@contextmanager
def counted(session: Session) -> Iterator[list[str]]:
    """Keep what is asked of the database meanwhile."""
    asked: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_more: Any) -> None:
        asked.append(statement)

    connection = session.connection()
    event.listen(connection, "before_cursor_execute", note)
    yield asked
    event.remove(connection, "before_cursor_execute", note)
