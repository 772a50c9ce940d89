"""How long an award or grant stands still before it is carried out, and by which article.

Terms of the law are data: when one changes, a row is added with the day from which it holds. They
count from the day on which bidders are told (Aw 2012, 2.127; Awb, 6:8), and one that would end in a
weekend or on a holiday ends on the next working day (Algemene termijnenwet, 1). A lawyer still has
to confirm that.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from waardewerk_procurement.award.working_days import working_day_from


@dataclass(frozen=True, slots=True)
class Term:
    """How many calendar days bidders have, for some kinds of dossier."""

    kinds: frozenset[str]
    days: int
    source: str
    #: A shorter term is against the law; else the term is advice.
    is_binding: bool
    holds_from: date


#: No decision stands still longer than this.
LONGEST = timedelta(days=366)

TERMS = (
    Term(frozenset({"european"}), 20, "Aw 2012, 2.127", True, date(2016, 7, 1)),
    Term(frozenset({"national", "request"}), 20, "Aw 2012, 2.127", False, date(2016, 7, 1)),
    Term(frozenset({"subsidy"}), 42, "Awb, 6:7", True, date(1994, 1, 1)),
)


def term_for(kind: str, day: date) -> Term:
    """Give the term that holds for a kind of dossier on a day."""
    holding = [one for one in TERMS if kind in one.kinds and one.holds_from <= day]
    return max(holding, key=lambda one: one.holds_from)


def last_day(kind: str, told_on: date) -> date:
    """Give the last day of the term, counted from the day after bidders were told."""
    return working_day_from(told_on + timedelta(term_for(kind, told_on).days))


def ends_on(kind: str, *, decided_on: date, until: date, told_on: date) -> date:
    """Give the day until which a decision stands still when its bidders were told later.

    They get as many days as the law counts, or as were decided where that is less; what was decided
    is the least.
    """
    days = min(term_for(kind, decided_on).days, (until - decided_on).days)
    return max(until, working_day_from(told_on + timedelta(days)))
