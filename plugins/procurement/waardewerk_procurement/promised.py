"""What is followed up after an award: read from what was fixed and from the agreed scores.

Whoever wins keeps every contract condition, indicator and duty. On top of that comes what the
winner itself offered: what stood in its bid where it scored above the lowest step. Where the
dossier handed a criterion over to an indicator, condition or duty, that one carries the offer too:
nobody is asked twice about one promise.
"""

from __future__ import annotations

import calendar
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Literal

from waardewerk_procurement.criteria import Type
from waardewerk_procurement.fixed.snapshot import Criterion, Snapshot

Kind = Literal["promise", "condition", "kpi", "duty"]

#: An anchor that builds on another step says so first: “Als 6, en …”.
_BUILDS_ON = re.compile(r"\w+ ([^\s,]+), (?:(?:en|and) )?(.+)", re.DOTALL)

#: What a type becomes once a contract or a subsidy runs.
KINDS: Mapping[Type, Kind] = {
    "contract_condition": "condition",
    "kpi": "kpi",
    "subsidy_duty": "duty",
}
#: When something is looked at first, in months after the start, as long as nobody chose a day.
FIRST_AFTER: Mapping[Kind, int] = {"condition": 3, "promise": 6, "kpi": 12, "duty": 12}
#: What is measured comes back; the rest is kept or broken once.
EVERY: Mapping[Kind, int] = {"kpi": 12}


@dataclass(frozen=True, slots=True)
class Offered:
    """What people agreed that a bid offers on one criterion."""

    score: str
    reason: str


@dataclass(frozen=True, slots=True)
class Planned:
    """Something that somebody has to look after, before it has an owner."""

    criterion: str
    value: str
    kind: Kind
    title: str
    promise: str
    norm: str
    evidence: str
    first_after: int
    every_months: int | None


def planned_for(snapshot: Snapshot, lot: str, offered: Mapping[str, Offered]) -> list[Planned]:
    """Give what is followed up when a bid wins a lot; ``offered`` is by criterion key."""
    kept = list(snapshot.kept_after(lot))
    made = {key: one for key, one in offered.items() if _is_worth_something(snapshot, one)}
    by_itself = [
        one
        for one in snapshot.scored_in(lot)
        if one.key in made and not keepers_of(snapshot, lot, one)
    ]
    return [
        *(_of_promise(one, made[one.key]) for one in by_itself),
        *(_of_keeper(snapshot, lot, one, made) for one in kept),
    ]


def keepers_of(snapshot: Snapshot, lot: str, criterion: Criterion) -> tuple[Criterion, ...]:
    """Give what keeps the promise of a criterion alive in a lot."""
    return tuple(one for one in snapshot.kept_after(lot) if one.key in criterion.kept_by)


def kept_alive_by(snapshot: Snapshot, lot: str, keeper: str) -> tuple[Criterion, ...]:
    """Give the criteria whose promise this one keeps alive in a lot."""
    return tuple(one for one in snapshot.criteria_of(lot) if keeper in one.kept_by)


def months_after(day: date, months: int) -> date:
    """Give the same day some months later, or the last day of a shorter month."""
    years, month = divmod(day.month - 1 + months, 12)
    year, month = day.year + years, month + 1
    return date(year, month, min(day.day, calendar.monthrange(year, month)[1]))


def _is_worth_something(snapshot: Snapshot, offered: Offered) -> bool:
    scale = snapshot.scale.build()
    return scale.share_of(offered.score) > scale.lowest_share


def _of_promise(criterion: Criterion, offered: Offered) -> Planned:
    norm = whole_anchor(criterion.anchors, offered.score)
    return _planned(criterion, "promise", offered.reason, norm)


def whole_anchor(anchors: Mapping[str, str], score: str) -> str:
    """Give when a score is earned, after what it builds on: by itself it must be understood."""
    text = anchors.get(score, "")
    below = _BUILDS_ON.match(text)
    if below is None or below[1] == score or below[1] not in anchors:
        return text
    others = {key: anchor for key, anchor in anchors.items() if key != score}
    return f"{whole_anchor(others, below[1])}\n{below[2][:1].upper()}{below[2][1:]}"


def parts_of(promise: str, kind: str, required: str) -> tuple[str, str]:
    """Tell what is asked of every winner apart from what this one offered, in our words."""
    if kind == "promise":
        return "", promise
    if not promise.startswith(required):
        return promise, ""
    return required, promise.removeprefix(required).strip()


def _of_keeper(
    snapshot: Snapshot, lot: str, criterion: Criterion, offered: Mapping[str, Offered]
) -> Planned:
    kind = KINDS[criterion.type]
    norm = criterion.anchors.get("full") or _highest_anchor(snapshot, criterion)
    promises = [
        offered[one.key].reason
        for one in kept_alive_by(snapshot, lot, criterion.key)
        if one.key in offered
    ]
    return _planned(criterion, kind, "\n\n".join((criterion.text, *promises)), norm)


def _highest_anchor(snapshot: Snapshot, criterion: Criterion) -> str:
    return next(_from_the_highest(snapshot, criterion), "")


def _from_the_highest(snapshot: Snapshot, criterion: Criterion) -> Iterator[str]:
    for step in reversed(snapshot.scale.build().steps):
        if step.score in criterion.anchors:
            yield whole_anchor(criterion.anchors, step.score)


def _planned(criterion: Criterion, kind: Kind, promise: str, norm: str) -> Planned:
    return Planned(
        criterion=criterion.key,
        value=criterion.value.key,
        kind=kind,
        title=criterion.title,
        promise=promise,
        norm=norm,
        evidence="\n".join(criterion.evidence),
        first_after=FIRST_AFTER[kind],
        every_months=EVERY.get(kind),
    )
