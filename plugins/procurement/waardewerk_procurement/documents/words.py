"""How a dossier is said in words: amounts, weights, scales, tie rules. No criterion's own text."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction

from babel.numbers import format_decimal

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.refusal import marked
from waardewerk_procurement.anchor_words import in_words, place_title
from waardewerk_procurement.award import scales
from waardewerk_procurement.award.award_file import TieStep
from waardewerk_procurement.award.figures import decimal_of, rounded
from waardewerk_procurement.award.formulas import FixedPrice, Formula
from waardewerk_procurement.criteria import KINDS, Type
from waardewerk_procurement.fixed.snapshot import Criterion, Lot, Snapshot

KIND_TITLES: Mapping[str, str] = {
    "european": lazy("European tender"),
    "national": lazy("National tender"),
    "request": lazy("Request to several suppliers"),
    "subsidy": lazy("Subsidy scheme"),
}
#: A scale of numbers with more steps than this is told by its ends.
_MOST_LISTED = 12


def type_title(type_: Type) -> str:
    """Name a type of criterion."""
    return _(KINDS[type_].title)


def heading_of(type_: Type, count: int) -> str:
    """Name the criteria of one type, as a heading above so many of them."""
    return type_title(type_) if count == 1 else str(_TOGETHER[type_])


_TOGETHER: Mapping[Type, str] = {
    "exclusion_ground": lazy("Exclusion grounds"),
    "suitability_requirement": lazy("Suitability requirements"),
    "minimum_requirement": lazy("Minimum requirements"),
    "wish": lazy("Wishes"),
    "award_criterion": lazy("Award criteria"),
    "contract_condition": lazy("Contract conditions"),
    "kpi": lazy("Performance indicators (KPIs)"),
    "refusal_ground": lazy("Grounds for refusal"),
    "assessment_criterion": lazy("Assessment criteria"),
    "subsidy_duty": lazy("Subsidy duties"),
}


def figure(value: Fraction) -> str:
    """Write a figure with two decimals, as this language does."""
    return format_decimal(Decimal(rounded(value)), format="#,##0.00", locale=i18n.language())


def money(amount: Fraction | Decimal) -> str:
    """Write an amount in euros; whole euros without cents."""
    exact = Fraction(amount)
    form = "#,##0" if exact.denominator == 1 else "#,##0.00"
    number = format_decimal(Decimal(rounded(exact)), format=form, locale=i18n.language())
    return f"€ {number}"


def percent(hundredths: int | Fraction) -> str:
    """Write hundredths of a percent as a percentage."""
    number = Decimal(rounded(Fraction(hundredths) / 100))
    return f"{format_decimal(number, format='#,##0.##', locale=i18n.language())} %"


def fingerprint(sha256: str) -> str:
    """Write a hash in groups of eight: to compare by eye, and to break over lines."""
    return " ".join(sha256[place : place + 8] for place in range(0, len(sha256), 8))


def weight_of(one: Criterion) -> str:
    """Say what a criterion weighs, or what full marks on it are worth; nothing when neither."""
    if one.worth is not None:
        return money(Decimal(one.worth))
    return "" if one.weight is None else percent(one.weight)


def weight_within(snapshot: Snapshot, one: Criterion) -> str:
    """Say what a criterion weighs and, of a part, inside which criterion it does."""
    weight = weight_of(one)
    if one.parent is None or not weight:
        return weight
    whole = snapshot.by_key[one.parent].title
    return _("%(weight)s of “%(whole)s”", weight=weight, whole=whole)


def duty_basis_of(one: Criterion) -> str:
    """Say on which article of the law a duty rests, and what that is; nothing when on none."""
    return str(_DUTY_BASES.get(one.duty_basis, one.duty_basis)) if one.duty_basis else ""


_DUTY_BASES: Mapping[str, str] = {
    "4:37": lazy("4:37, the standard duties of the law"),
    "4:38": lazy("4:38, a duty that serves the goal of the subsidy"),
    "4:39": lazy("4:39, a duty about the way or the means, which the regulation allows"),
}


def lot_of(snapshot: Snapshot, one: Criterion) -> str:
    """Say for which lot a criterion is."""
    return _("All lots") if one.lot is None else snapshot.lot(one.lot).title


def anchor_rows(snapshot: Snapshot, one: Criterion) -> list[tuple[str, str]]:
    """Give each score of a criterion with what it asks, the lowest first."""
    scale = snapshot.scale.build()
    if one.kind.scale == "steps":
        found = sorted(one.anchors, key=lambda score: _place(scale, score))
    else:
        found = in_words(one.anchors)
    return [(place_title(one.type, name) or name, one.anchors[name]) for name in found]


def _place(scale: scales.Scale, score: str) -> Fraction:
    number = decimal_of(score)
    if number is not None:
        return Fraction(number)
    try:
        return scale.share_of(score)
    except scales.NotAStep:
        # An indicator may have steps of its own: they stand as they were written.
        return Fraction(0)


def scale_rows(scale: scales.Scale) -> list[tuple[str, str]]:
    """Give each score of a scale with the share of full marks that it brings; [] when many."""
    if isinstance(scale, scales.LinearScale) and len(scale) > _MOST_LISTED:
        return []
    return [(step.score, percent(step.share * 10_000)) for step in scale.steps]


def scale_sentence(scale: scales.Scale) -> str:
    """Say between which scores a scale runs."""
    if not isinstance(scale, scales.LinearScale):
        return _("Each score brings the share of full marks that the table says.")
    lowest, second, highest = (scale.step_at(place).score for place in (0, 1, len(scale) - 1))
    return _(
        "Scores run from %(lowest)s, which brings nothing, to %(highest)s, which brings full "
        "marks. The first step up is %(second)s.",
        lowest=lowest,
        highest=highest,
        second=second,
    )


def aggregation_sentence(snapshot: Snapshot) -> str:
    """Say how one score comes from several."""
    assessors = i18n.ngettext(
        "%(count)s assessor scores each answer.",
        "%(count)s assessors score each answer, each alone.",
        snapshot.assessors,
    )
    how = {
        "agreed": lazy("After that they talk, and agree on one score of the scale with a reason."),
        "mean": lazy("The score is the mean of what they gave."),
        "median": lazy("The score is the middle one of what they gave."),
    }
    blind = "" if snapshot.is_subsidy else _("They do not know the price.")
    return " ".join(part for part in (assessors, blind, str(how[snapshot.aggregation])) if part)


def tie_sentences(snapshot: Snapshot, steps: tuple[TieStep, ...]) -> list[str]:
    """Say what decides between equals, step by step, each as a sentence of an article."""
    return [_tie_sentence(snapshot, step, is_first=place == 0) for place, step in enumerate(steps)]


def _tie_sentence(snapshot: Snapshot, step: TieStep, *, is_first: bool) -> str:
    if step.by == "lots":
        return (
            _("If totals are the same, lots are drawn.")
            if is_first
            else _("If that is the same as well, lots are drawn.")
        )
    names = {"best": _tie_best(snapshot, step)}
    if not is_first:
        return _("If that is the same as well, %(best)s goes first.", **names)
    return _("If bids have the same total, %(best)s goes first.", **names)


def _tie_best(snapshot: Snapshot, step: TieStep) -> str:
    """Name the bid that goes first, as part of a sentence."""
    what = {"of": step.of or ""}
    if step.by == "criterion":
        what["of"] = snapshot.by_key[what["of"]].title
    if step.by == "value":
        names = {one.value.key: one.value.name for one in snapshot.criteria}
        what["of"] = names.get(what["of"], what["of"])
    return _(_BEST_BID[step.by], **what)


_BEST_BID: Mapping[str, str] = {
    "quality": marked("the bid with the most points for quality"),
    "criterion": marked("the bid with the most points on “%(of)s”"),
    "value": marked("the bid with the most points for the value “%(of)s”"),
    "price": marked("the bid with the lowest price"),
}


def drop_out_sentence(rule: str) -> str:
    """Say what happens when somebody drops out after ranking."""
    return str(_BID_DROPS_OUT[rule])


_BID_DROPS_OUT: Mapping[str, str] = {
    "rank-again": lazy(
        "If a bid drops out after the ranking, the totals of the others are computed and ranked "
        "again without it."
    ),
    "keep-totals": lazy(
        "If a bid drops out after the ranking, the totals of the others stand and the next one "
        "moves up."
    ),
}


def ceiling_sentences(lot: Lot) -> list[str]:
    """Say how much there is for all applications together, and how it is divided; none without."""
    if lot.ceiling is None or lot.beyond is None:
        return []
    return [
        _("The subsidy ceiling is %(amount)s.", amount=money(Decimal(lot.ceiling))),
        _("Applications are granted in the order of the ranking until the ceiling is reached."),
        str(_BEYOND[lot.beyond]),
    ]


_BEYOND: Mapping[str, str] = {
    "partial": lazy(
        "The first application that does not fit any more gets what is left of the ceiling. "
        "Applications below it are refused."
    ),
    "stop": lazy(
        "The first application that does not fit any more is refused, and so are all applications "
        "below it."
    ),
    "next": lazy(
        "An application that asks more than is left is refused. The next application in the "
        "ranking that does fit is granted."
    ),
}


def most_that_is_granted(formula: Formula) -> str:
    """Say how much one application brings at most; empty where the formula sets no amount."""
    if not isinstance(formula, FixedPrice):
        return ""
    if formula.price is not None:
        return _("The subsidy is %(amount)s for each application.", amount=money(formula.price))
    assert formula.ceiling is not None
    return _(
        "The subsidy is at most %(amount)s for each application. An application for more is not "
        "ranked.",
        amount=money(formula.ceiling),
    )
