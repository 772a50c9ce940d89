"""Checks of weights, worths, parts and scales: what has to add up before anybody bids."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from fractions import Fraction

from pydantic import TypeAdapter, ValidationError

from waardewerk.refusal import Refusal, marked
from waardewerk_procurement.award import award_file, weights
from waardewerk_procurement.award.awarding import Note
from waardewerk_procurement.award.scales import Scale
from waardewerk_procurement.checking.findings import Findings, Found, Share
from waardewerk_procurement.checking.rules import Rule
from waardewerk_procurement.criteria import Kind
from waardewerk_procurement.draft import Criterion, Draft, Lot

#: More steps than this are no scale that anybody writes anchors for.
MOST_NAMED = 6
_SCALE: TypeAdapter[award_file.LinearScale | award_file.StepScale] = TypeAdapter(award_file.Scale)
_FORMS: dict[str, dict[str, str]] = {
    "knock_out": {"met": marked("met"), "failed": marked("not met")},
    "compliance": {
        "full": marked("kept"),
        "partial": marked("partly kept"),
        "none": marked("broken"),
    },
}
_PRICE = marked("price")


def weight_missing(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find weighed criteria without a weight above 0, where their formula asks one."""
    for one in draft.criteria:
        has_weight = 0 < (one.weight or 0) <= weights.WHOLE
        if one.is_weighed and not has_weight and _asks(draft, one) == "weight":
            yield Found(criterion=one.key, field="weight")


def worth_missing(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find criteria without a worth above 0, in an award on value."""
    for one in draft.criteria:
        if one.is_weighed and (one.worth or 0) <= 0 and _asks(draft, one) == "worth":
            yield Found(criterion=one.key, field="worth")


def weight_or_worth_out_of_place(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find a worth where a weight belongs, and the other way round."""
    for one in draft.criteria:
        asked = _asks(draft, one)
        if not one.is_weighed or not asked:
            continue
        other = "worth" if asked == "weight" else "weight"
        if getattr(one, other) is not None:
            yield Found(criterion=one.key, field=other)


def weights_not_whole(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find weights that are not exactly 100 %, per lot and per criterion that is divided."""
    told: set[str | None] = set()
    for lot in draft.lots:
        for parent in (None, *sorted(draft.divided)):
            # The parts of a criterion for all lots are the same in each.
            if parent in told or (parent is None and not _is_in_points(lot)):
                continue
            held = draft.weighed_in(lot.key, parent)
            if not held or any(one.weight is None for one in held):
                continue
            if parent is not None:
                told.add(parent)
            yield from _unless_whole(lot, parent, held)


def _unless_whole(lot: Lot, parent: str | None, held: Sequence[Criterion]) -> Findings:
    given: list[tuple[str, int]] = [(one.title, one.weight or 0) for one in held]
    price = _price_weight(lot) if parent is None else 0
    with_price = [("", price), *given] if price else given
    total = sum(weight for _name, weight in with_price)
    if total == weights.WHOLE:
        return
    division = weights.nearest(with_price) if total > 0 else ()
    yield Found(
        criterion=parent or "",
        lot="" if parent else lot.key,
        field="weight",
        details={"total": Fraction(total, 100), "division": tuple(map(_share, division))},
    )


def _share(part: tuple[str, int]) -> Share:
    name, weight = part
    # The price has no title of its own.
    return Share(name or Note("price", _PRICE), Fraction(weight, 100))


def weight_far_above(draft: Draft, rule: Rule, _today: date) -> Findings:
    """Find weights more than so many percent above the range that the library finds sensible."""
    for one in draft.criteria:
        least, most = draft.ranges.get(one.key, (0, weights.WHOLE))
        if (one.weight or 0) > (most + rule.number) * 100:
            yield Found(
                criterion=one.key,
                field="weight",
                details={
                    "weight": Fraction(one.weight or 0, 100),
                    "least": least,
                    "most": most,
                },
            )


def part_out_of_place(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find parts of something that is not weighed, that is not there, or of another lot."""
    for one in draft.criteria:
        if one.parent is None:
            continue
        parent = draft.by_key.get(one.parent)
        fits = parent and parent.is_weighed and one.is_weighed and parent.lot == one.lot
        if not fits:
            yield Found(criterion=one.key, field="parent")


def nothing_weighed(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find lots in which only the price counts."""
    for lot in draft.lots:
        if not draft.weighed_in(lot.key):
            yield Found(lot=lot.key)


def anchors_missing(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find criteria that do not say of each step when it applies."""
    scale = scale_of(draft)
    steps = [step.score for step in scale.steps] if scale else []
    for one in draft.criteria:
        if one.key in draft.divided or one.kind is None:
            continue
        missing = [
            name for key, name in _steps(one.kind, steps) if not one.anchors.get(key, "").strip()
        ]
        if missing:
            yield Found(criterion=one.key, field="anchors", details={"missing": _listed(missing)})


def minimum_no_step(draft: Draft, _rule: Rule, _today: date) -> Findings:
    """Find minimum scores that the scale does not have."""
    scale = scale_of(draft)
    for one in draft.criteria:
        if not one.minimum or not one.is_weighed or scale is None:
            continue
        try:
            scale.share_of(one.minimum)
        except Refusal:
            yield Found(criterion=one.key, field="minimum", details={"minimum": one.minimum})


def scale_of(draft: Draft) -> Scale | None:
    """Make the scale of a draft; nothing when it cannot be one."""
    try:
        return _SCALE.validate_python(draft.scale).build()
    except (ValidationError, Refusal):
        return None


def steps_of(draft: Draft, one: Criterion) -> list[str]:
    """Give what asks an anchor: the answers of a form, or the steps of the scale."""
    if one.kind is None:
        return []
    if one.kind.scale in _FORMS:
        return list(_FORMS[one.kind.scale])
    scale = scale_of(draft)
    return [step.score for step in scale.steps] if scale else []


def _steps(kind: Kind, steps: Sequence[str]) -> Iterator[tuple[str, str | Note]]:
    """Give what asks an anchor with its name."""
    if kind.scale in _FORMS:
        yield from ((key, Note(key, name)) for key, name in _FORMS[kind.scale].items())
    else:
        yield from zip(steps, steps, strict=True)


def _listed(missing: Sequence[str | Note]) -> tuple[str | Note, ...]:
    """Name what is missing; of a long scale the first few."""
    more = ("…",) if len(missing) > MOST_NAMED else ()
    return (*missing[:MOST_NAMED], *more)


def _asks(draft: Draft, one: Criterion) -> str:
    """Tell what a criterion needs: a weight, a worth, or nothing while no formula is chosen."""
    if one.parent is not None:
        return "weight"
    lots = [lot for lot in draft.lots if one.lot in (None, lot.key) and lot.formula is not None]
    if not lots:
        return ""
    return "weight" if any(_is_in_points(lot) for lot in lots) else "worth"


def _is_in_points(lot: Lot) -> bool:
    return lot.formula is not None and lot.formula.get("name") != "award-on-value"


def _price_weight(lot: Lot) -> int:
    held = (lot.formula or {}).get("price_weight")
    return held if isinstance(held, int) else 0


CHECKS = {
    "weight-missing": weight_missing,
    "worth-missing": worth_missing,
    "weight-or-worth-out-of-place": weight_or_worth_out_of_place,
    "weights-not-whole": weights_not_whole,
    "weight-far-above": weight_far_above,
    "part-out-of-place": part_out_of_place,
    "nothing-weighed": nothing_weighed,
    "anchors-missing": anchors_missing,
    "minimum-no-step": minimum_no_step,
}
