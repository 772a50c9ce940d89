"""The ladder from a value to what came of it, and back, with the rungs that are missing.

A value asks something by a norm, a norm by a criterion; a criterion is scored, its promise is kept
alive after the award, and somebody finds whether it is kept. The ladder is made of what was fixed,
or of what is being written as long as nothing is fixed.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from waardewerk_procurement.checking.lasting import kept_alive
from waardewerk_procurement.criteria import KINDS, Kind, Type

#: What wants a look first stands first; empty: nobody looked yet.
COLOURS = ("red", "amber", "green", "")
_PROMISES: frozenset[Type] = frozenset({"award_criterion", "wish", "assessment_criterion"})


@dataclass(frozen=True, kw_only=True)
class Named:
    """A value or a norm."""

    key: str
    name: str
    #: The values that a norm serves.
    serves: tuple[str, ...] = ()
    #: Of a value: why nothing is asked for it, in the words of who weighed it.
    why_not_asked: str = ""


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A criterion, as it was fixed or is being written."""

    key: str
    title: str
    type: Type
    value: Named
    norm: Named | None
    parent: str | None = None
    weight: int | None = None
    kept_by: tuple[str, ...] = ()
    #: It has a page; what a rectification took away has none.
    is_written: bool = True

    @property
    def kind(self) -> Kind:
        """What its type means for the procedure."""
        return KINDS[self.type]


@dataclass(frozen=True, kw_only=True)
class WonWith:
    """The score with which a lot was won, or with which somebody was granted a part of it."""

    lot: str
    bidder: str
    score: str


@dataclass(frozen=True, kw_only=True)
class Result:
    """A promise that is followed, and what was found last."""

    number: int
    title: str
    due: date
    #: Empty as long as nobody looked.
    colour: str = ""
    reason: str = ""
    #: ``kept`` or ``broken`` once it ended.
    ended: str = ""
    bidder: str = ""
    lot: str = ""

    @property
    def standing(self) -> str:
        """How it stands: ended, running with a colour, or nobody looked."""
        return self.ended or self.colour


@dataclass(frozen=True)
class CriterionRung:
    """A criterion with what stands on either side of it."""

    asked: Asked
    won_with: tuple[WonWith, ...]
    results: tuple[Result, ...]
    #: What keeps its promise alive, and whose promise it keeps alive.
    kept_by: tuple[Asked, ...]
    keeps: tuple[Asked, ...]
    #: It is a promise, and nothing keeps it alive.
    is_lost: bool

    @property
    def serves_no_norm(self) -> bool:
        """Tell whether it stands loose from the norms of the framework."""
        return self.asked.norm is None


@dataclass(frozen=True)
class NormRung:
    """A norm with what it asks; nothing for criteria that serve none."""

    norm: Named | None
    criteria: tuple[CriterionRung, ...]


@dataclass(frozen=True)
class ValueRung:
    """A value with everything below it."""

    value: Named
    norms: tuple[NormRung, ...]

    @property
    def criteria(self) -> list[CriterionRung]:
        """What is asked for it."""
        return [rung for norm in self.norms for rung in norm.criteria]

    @property
    def is_empty(self) -> bool:
        """Tell whether nothing is asked for it."""
        return not self.criteria


@dataclass(frozen=True)
class ResultRung:
    """A result with everything above it."""

    result: Result
    criterion: CriterionRung

    @property
    def won_with(self) -> tuple[WonWith, ...]:
        """The score with which whoever made this promise won."""
        made_by = (self.result.lot, self.result.bidder)
        return tuple(one for one in self.criterion.won_with if (one.lot, one.bidder) == made_by)


@dataclass(frozen=True)
class Ladder:
    """All rungs, in both directions."""

    values: tuple[ValueRung, ...]
    #: Criteria that serve no value at all.
    loose: tuple[CriterionRung, ...]
    results: tuple[ResultRung, ...] = field(default=())
    #: The promises and conditions of which nothing is followed.
    unfollowed: tuple[CriterionRung, ...] = field(default=())

    @property
    def filled_values(self) -> list[ValueRung]:
        """The values for which something is asked."""
        return [rung for rung in self.values if not rung.is_empty]

    @property
    def empty_values(self) -> list[ValueRung]:
        """The values for which nobody asks anything."""
        return [rung for rung in self.values if rung.is_empty]

    @property
    def lost(self) -> list[CriterionRung]:
        """The promises that nothing keeps alive."""
        return [rung for rung in self._criteria() if rung.is_lost]

    def _criteria(self) -> Iterator[CriterionRung]:
        for value in self.values:
            yield from value.criteria
        yield from self.loose


def build_ladder(
    *,
    values: Sequence[Named],
    norms: Sequence[Named],
    asked: Sequence[Asked],
    won_with: Mapping[str, Sequence[WonWith]],
    results: Mapping[str, Sequence[Result]],
) -> Ladder:
    """Put everything on its rung; scores and results by the keys of criteria."""
    rungs = _rungs(asked, won_with, results)
    used = (one.value for one in asked if one.value.key)
    by_key = {one.key: one for one in (*used, *values)}
    # Values in view stand in their own order; what else is served comes after them.
    ordered = [one.key for one in values]
    ordered += [key for key in by_key if key not in set(ordered)]
    return Ladder(
        values=tuple(_value(by_key[key], norms, rungs) for key in ordered),
        loose=tuple(rung for rung in rungs if not rung.asked.value.key),
        results=tuple(_from_results(rungs)),
        unfollowed=tuple(rung for rung in rungs if not rung.results and _is_followed(rung.asked)),
    )


def _rungs(
    asked: Sequence[Asked],
    won_with: Mapping[str, Sequence[WonWith]],
    results: Mapping[str, Sequence[Result]],
) -> list[CriterionRung]:
    by_key = {one.key: one for one in asked}
    alive = kept_alive(asked)
    keeps: dict[str, list[Asked]] = {}
    for one in asked:
        for keeper in one.kept_by:
            keeps.setdefault(keeper, []).append(one)
    return [
        CriterionRung(
            asked=one,
            won_with=tuple(won_with.get(one.key, ())),
            results=tuple(results.get(one.key, ())),
            kept_by=tuple(by_key[key] for key in one.kept_by if key in by_key),
            keeps=tuple(keeps.get(one.key, ())),
            is_lost=one.type in _PROMISES and one.key not in alive and not results.get(one.key),
        )
        for one in asked
    ]


def _value(value: Named, norms: Iterable[Named], rungs: Sequence[CriterionRung]) -> ValueRung:
    own = [rung for rung in rungs if rung.asked.value.key == value.key]
    known = {one.key: one for one in norms if value.key in one.serves}
    known |= {rung.asked.norm.key: rung.asked.norm for rung in own if rung.asked.norm is not None}
    found = [
        NormRung(norm, tuple(rung for rung in own if _norm_key(rung) == key))
        for key, norm in known.items()
    ]
    loose = tuple(rung for rung in own if rung.serves_no_norm)
    return ValueRung(value, (*found, NormRung(None, loose)) if loose else tuple(found))


def _norm_key(rung: CriterionRung) -> str:
    return rung.asked.norm.key if rung.asked.norm else ""


def _from_results(rungs: Iterable[CriterionRung]) -> list[ResultRung]:
    found = [ResultRung(result, rung) for rung in rungs for result in rung.results]
    return sorted(found, key=lambda one: (COLOURS.index(one.result.colour), one.result.due))


def _is_followed(asked: Asked) -> bool:
    """Tell whether something is due to be followed up after the award."""
    return asked.type in {"contract_condition", "kpi", "subsidy_duty"} or asked.type in _PROMISES
