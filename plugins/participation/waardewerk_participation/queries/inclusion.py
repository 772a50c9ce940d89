"""Who takes part, against who is touched: which groups stay silent."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk_participation.models import (
    BackgroundQuestion,
    Outreach,
    Reach,
    Round,
    StakeholderGroup,
)
from waardewerk_participation.small_cells import INTERNAL, Share, shown_share, shown_shares

Row = TypeVar("Row", BackgroundQuestion, StakeholderGroup)


@dataclass(frozen=True)
class OptionReach:
    """One answer to a background question, and which share of those who answered gave it."""

    key: str
    label: dict[str, str]
    share: Share


@dataclass(frozen=True)
class QuestionReach:
    """A background question, who answered it, and what they said."""

    question: BackgroundQuestion
    answered: Share
    options: tuple[OptionReach, ...]


@dataclass(frozen=True)
class GroupReach:
    """A group of people, which share of participants it is, and what is done to reach it."""

    group: StakeholderGroup
    #: Nothing when it shows itself by no answer, or when nothing was counted yet.
    share: Share | None
    outreach: tuple[Outreach, ...]

    @property
    def is_silent(self) -> bool:
        """Tell whether clearly fewer take part than would be fair: less than half of it."""
        expected = self.group.expected_share
        if expected is None or self.share is None or self.share.percent is None:
            return False
        if self.share.kind == "below":
            return self.share.percent <= expected
        return self.share.kind == "about" and 2 * self.share.percent < expected

    @property
    def is_left_alone(self) -> bool:
        """Tell whether it is silent and nobody is going to do something about that."""
        return self.is_silent and all(one.done_on is not None for one in self.outreach)


@dataclass(frozen=True)
class Inclusion:
    """Who takes part in a round, in steps, and never fewer than five people together."""

    found: Round
    counted_at: datetime | None
    people: int
    questions: tuple[QuestionReach, ...]
    groups: tuple[GroupReach, ...]


@dataclass(frozen=True)
class PeopleReached:
    """How many people took part at the last step, and when that was."""

    people: int
    counted_at: datetime


def people_reached(session: Session, found: Round) -> PeopleReached | None:
    """Return how many took part, in steps; nothing before the first."""
    reach = session.get(Reach, found.id)
    return PeopleReached(reach.people, reach.counted_at) if reach else None


def has_groups(session: Session, found: Round) -> bool:
    """Tell whether somebody wrote down whom a round touches."""
    mapped = select(StakeholderGroup.id).where(StakeholderGroup.round_id == found.id).limit(1)
    return session.scalar(mapped) is not None


def inclusion_of(session: Session, found: Round) -> Inclusion:
    """Return who takes part in a round."""
    return inclusion_of_all(session, [found])[0]


def inclusion_of_all(session: Session, rounds: Sequence[Round]) -> list[Inclusion]:
    """Return who takes part in each of these rounds, with as many questions as for one."""
    if not rounds:
        return []
    ids = [found.id for found in rounds]
    reaches = session.scalars(select(Reach).where(Reach.round_id.in_(ids)))
    reached = {one.round_id: one for one in reaches}
    questions = _by_round(
        session.scalars(
            select(BackgroundQuestion)
            .where(BackgroundQuestion.round_id.in_(ids))
            .order_by(BackgroundQuestion.position)
        )
    )
    groups = _by_round(
        session.scalars(
            select(StakeholderGroup)
            .where(StakeholderGroup.round_id.in_(ids))
            .order_by(StakeholderGroup.touched.desc(), StakeholderGroup.name)
        )
    )
    plans = _outreach_of(session, [one.id for every in groups.values() for one in every])
    return [
        _inclusion(found, reached.get(found.id), questions[found.id], groups[found.id], plans)
        for found in rounds
    ]


def _inclusion(
    found: Round,
    reach: Reach | None,
    questions: Iterable[BackgroundQuestion],
    groups: Iterable[StakeholderGroup],
    plans: dict[int, list[Outreach]],
) -> Inclusion:
    seen = tuple(_question(one, reach) for one in questions) if reach else ()
    shares = {(one.question.id, o.key): o.share for one in seen for o in one.options}
    return Inclusion(
        found=found,
        counted_at=reach.counted_at if reach else None,
        people=reach.people if reach else 0,
        questions=seen,
        groups=tuple(
            GroupReach(one, shares.get((one.question_id or 0, one.option)), tuple(plans[one.id]))
            for one in groups
        ),
    )


def _question(question: BackgroundQuestion, reach: Reach) -> QuestionReach:
    counts = reach.counts.get(str(question.id), {})
    numbers = [counts.get(option["key"], 0) for option in question.options]
    shares = shown_shares(numbers, INTERNAL)
    return QuestionReach(
        question=question,
        answered=shown_share(sum(numbers), reach.people, INTERNAL),
        options=tuple(
            OptionReach(option["key"], option["label"], share)
            for option, share in zip(question.options, shares, strict=True)
        ),
    )


def _outreach_of(session: Session, group_ids: list[int]) -> dict[int, list[Outreach]]:
    plans: dict[int, list[Outreach]] = defaultdict(list)
    rows = select(Outreach).where(Outreach.group_id.in_(group_ids)).order_by(Outreach.due)
    for one in session.scalars(rows):
        plans[one.group_id].append(one)
    return plans


def _by_round(rows: Iterable[Row]) -> dict[int, list[Row]]:
    found: dict[int, list[Row]] = defaultdict(list)
    for one in rows:
        found[one.round_id].append(one)
    return found
