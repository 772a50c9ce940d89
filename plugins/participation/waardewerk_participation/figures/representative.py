"""The statements that say best what sets a group apart from all others, as Polis chooses them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

import numpy as np

from waardewerk_participation.figures.proportions import (
    SURE,
    share,
    sureness,
    sureness_of_more,
)
from waardewerk_participation.grouping.counting import Tallies
from waardewerk_participation.grouping.votes import Flags, Floats, Ints

MOST_SHOWN = 5
Side = Literal["agree", "disagree"]


@dataclass(frozen=True, slots=True)
class Representative:
    """A statement with which a group agrees, or disagrees, more than others do."""

    #: The place of the statement in the tallies.
    statement: int
    side: Side
    #: The share of the group that does so, and how many times that of all others it is.
    share: float
    times_others: float
    score: float


@dataclass(frozen=True, eq=False)
class _Figures:
    """One side, per statement."""

    share: Floats
    sure: Floats
    times: Floats
    sure_more: Floats

    @property
    def is_sufficient(self) -> Flags:
        return (self.sure > SURE) & (self.sure_more > SURE)

    @property
    def score(self) -> Floats:
        return self.times * self.sure_more * self.share * self.sure


def representatives(tallies: Tallies, group: int) -> tuple[Representative, ...]:
    """Choose at most five statements for a group, those it agrees with first.

    The tallies hold no rejected statements. With one group there are no others to differ from.
    """
    if len(tallies.agrees) < 2:
        return ()
    own, others = tallies.of(group), tallies.without(group)
    agree = _figures(own.agrees, own.seen, others.agrees, others.seen)
    disagree = _figures(own.disagrees, own.seen, others.disagrees, others.seen)
    has_opinion = (own.agrees + own.disagrees)[0] > 0
    best_agree = _best_agree(agree, has_opinion)
    leans_to_agree = agree.sure_more > disagree.sure_more
    score = np.where(leans_to_agree, agree.score, disagree.score)
    sufficient = np.flatnonzero(agree.is_sufficient | disagree.is_sufficient)
    ranked = [int(one) for one in sufficient[np.argsort(-score[sufficient], kind="stable")]]
    if not ranked and best_agree is None:
        ranked = _strongest(agree, disagree)
    chosen = [] if best_agree is None else [_as(best_agree, "agree", agree)]
    for statement in ranked:
        if statement != best_agree:
            side: Side = "agree" if leans_to_agree[statement] else "disagree"
            chosen.append(_as(statement, side, agree if side == "agree" else disagree))
    shown = chosen[:MOST_SHOWN]
    return tuple(sorted(shown, key=lambda one: one.side == "disagree"))


def _figures(hits: Ints, seen: Ints, other_hits: Ints, other_seen: Ints) -> _Figures:
    own = share(hits, seen)[0]
    return _Figures(
        share=own,
        sure=sureness(hits, seen)[0],
        times=own / share(other_hits, other_seen)[0],
        sure_more=sureness_of_more(hits, seen, other_hits, other_seen)[0],
    )


def _best_agree(agree: _Figures, has_opinion: Flags) -> int | None:
    """Find the statement that the group agrees with most; going through them one by one.

    As long as the best so far is not agreed with more than elsewhere, a larger agreement wins;
    after that it has to differ from others too.
    """
    best: int | None = None
    # Plain numbers: taking them out of an array one by one takes ten times as long.
    part, sure, times = agree.share.tolist(), agree.sure.tolist(), agree.times.tolist()
    plain, score = (agree.share * agree.sure).tolist(), agree.score.tolist()
    for one in np.flatnonzero(has_opinion).tolist():
        if best is None:
            wins = sure[one] > SURE or (times[one] > 1 and part[one] > 0.5)
        elif times[best] > 1:
            wins = score[one] > score[best]
        else:
            wins = plain[one] > plain[best]
        best = one if wins else best
    return best


def _strongest(agree: _Figures, disagree: _Figures) -> list[int]:
    either = np.maximum(agree.sure_more, disagree.sure_more)
    return [int(np.argmax(either))] if len(either) else []


def _as(statement: int, side: Side, figures: _Figures) -> Representative:
    return Representative(
        statement,
        side,
        share=float(figures.share[statement]),
        times_others=float(figures.times[statement]),
        score=float(figures.score[statement]),
    )
