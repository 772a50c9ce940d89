"""What kinds, states, types and choices are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from babel import numbers

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.refusal import marked
from waardewerk_procurement.anchor_words import place_title as place_title
from waardewerk_procurement.award.formulas import FORMULAS
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS, KINDS, TECHNOLOGIES
from waardewerk_procurement.money import from_decimal, say_cents

#: The language in which documents of a dossier are written.
LANGUAGE = "nl"

KIND_TITLES = {
    "european": lazy("European tender"),
    "national": lazy("Tender below the European threshold"),
    "request": lazy("Request to several suppliers"),
    "subsidy": lazy("Subsidy scheme"),
}
KIND_SENTENCES = {
    "european": lazy("Announced in all of Europe, by the second part of the procurement act."),
    "national": lazy("Announced here, by the first part of the procurement act."),
    "request": lazy("You ask a few suppliers to send an offer."),
    "subsidy": lazy("Rules by which people can apply for money, by title 4.2 of the Awb."),
}
STATE_TITLES = {
    "concept": lazy("Concept"),
    "review": lazy("Being checked"),
    "fixed": lazy("Fixed"),
    "assessment": lazy("Assessment"),
    "decision": lazy("Decision"),
    "execution": lazy("Carried out"),
    "closed": lazy("Closed"),
}
#: What happens now, and what after that.
STATE_SENTENCES = {
    "concept": marked(
        "The dossier is being written. When the set-up, the rules and the criteria are there, "
        "somebody else checks it."
    ),
    "review": marked("A second person reads the dossier, and approves it or sends it back."),
    "fixed": marked(
        "Nothing changes any more, except by a rectification before the closing date. After the "
        "closing date the assessment begins."
    ),
    "assessment": marked(
        "Assessors score each bid alone and then talk. Prices stay hidden until quality is final."
    ),
    "decision": marked(
        "Prices are filled in, and the ranking is computed from what was fixed. Then somebody who "
        "did not assess decides."
    ),
    "execution": marked("What was promised is followed until it is kept."),
    "closed": marked("The dossier is closed. What was learned stays."),
}
DECIDED = lazy(
    "It is decided. Every bidder gets a letter from who leads the dossier. When the standstill is "
    "over, the decision is carried out."
)
STOPPED = lazy("The procedure was stopped before anything was decided.")
RECTIFYING = lazy(
    "A rectification is being written. What holds stays as it was until a second person approves."
)
AI_TITLES = {
    "no": lazy("No"),
    "later": lazy("Not now, but it may later"),
    "unknown": lazy("I do not know yet"),
    "yes": lazy("Yes"),
}
AI_SENTENCES = {
    "no": lazy("You have asked, and it does not."),
    "later": lazy("For example by an update. Then ask to be told beforehand."),
    "unknown": lazy("Ask the supplier. Until then the checks reckon with AI."),
    "yes": lazy("The AI Act may ask things of the supplier and of you."),
}
AGGREGATION_TITLES = {
    "agreed": lazy("Assessors agree on one score"),
    "mean": lazy("The mean of their scores"),
    "median": lazy("The middle one of their scores"),
}
AGGREGATION_SENTENCES = {
    "agreed": lazy("They score alone, see how they differ, talk, and choose one step together."),
    "mean": lazy("Only when the documents say so beforehand."),
    "median": lazy("Only when the documents say so beforehand. One extreme score does not count."),
}
SCALE_TITLES = {
    "even": lazy("0, 2, 4, 6, 8, 10"),
    "one-to-ten": lazy("1 to 10, in whole points"),
    "rws": lazy("3, 2, 1, 0 and NR"),
}
SCALE_SENTENCES = {
    "even": lazy("Six steps, each with its own text. The library is written for this scale."),
    "one-to-ten": lazy("1 brings nothing, 10 brings everything."),
    "rws": lazy(
        "3 brings 100 percent, 2 brings 60, 1 brings 25, 0 nothing, and NR takes off 50 percent. "
        "Used with an award on value."
    ),
}
DUTY_TITLES = {
    "4:37": lazy("Article 4:37: on the standard list of the law"),
    "4:38": lazy("Article 4:38: serves the goal of the subsidy"),
    "4:39": lazy("Article 4:39: does not serve the goal of the subsidy"),
}
DROP_OUT_TITLES = {
    "rank-again": lazy("Compute and rank again without that bid"),
    "keep-totals": lazy("Totals stay; the next in the ranking comes up"),
}
#: Of the application that does not fit any more.
BEYOND_TITLES = {
    "partial": lazy("It gets what is left; who comes after it is refused"),
    "stop": lazy("It is refused, and so is everybody who comes after it"),
    "next": lazy("It is refused; the next application that fits is granted"),
}
TIE_TITLES = {
    "quality": lazy("The most points for quality"),
    "price": lazy("The lowest price"),
    "lots": lazy("Drawing lots"),
}
PLACE_TITLES = {
    "met": lazy("Met"),
    "failed": lazy("Not met"),
    "full": lazy("Wholly kept"),
    "partial": lazy("Partly kept"),
    "none": lazy("Not kept"),
}
AMBITION_TITLES = {1: lazy("Basic"), 2: lazy("Significant"), 3: lazy("Ambitious")}
TYPE_TITLES: Mapping[str, str] = {key: lazy(kind.title) for key, kind in KINDS.items()}
TYPE_SENTENCES: Mapping[str, str] = {
    "exclusion_ground": lazy("Keeps a bidder out. Only grounds that the law names."),
    "suitability_requirement": lazy("What a bidder must be able to do. Only for a real risk."),
    "minimum_requirement": lazy("What every offer must meet, or it drops out."),
    "wish": lazy("Brings points when it is there."),
    "award_criterion": lazy("A question about the offer, of which the answer is scored."),
    "contract_condition": lazy("What whoever wins must do during the contract."),
    "kpi": lazy("What is measured during the contract, again and again."),
    "refusal_ground": lazy("When an application is refused."),
    "subsidy_duty": lazy("What whoever receives the subsidy must do."),
    "assessment_criterion": lazy("A question about the plan, of which the answer is scored."),
}
TECHNOLOGY_TITLES: Mapping[str, str] = {key: lazy(title) for key, title in TECHNOLOGIES.items()}
FORMULA_TITLES: Mapping[str, str] = {
    str(formula.name): lazy(str(formula.title)) for formula in FORMULAS
}


def type_name(type_: str) -> str:
    """Name a type inside a sentence; what is written in capitals keeps them."""
    title = str(TYPE_TITLES[type_])
    return title[:1].lower() + title[1:]


def ground_name(ground: str) -> str:
    """Name an exclusion ground with its article: *2.87-1-c* is article 2.87, paragraph 1, c."""
    article, paragraph, *letter = ground.split("-")
    title = _(EXCLUSION_GROUNDS[ground])  # type: ignore[index]
    if letter:
        return _(
            "%(title)s (article %(article)s, paragraph %(paragraph)s, under %(letter)s)",
            title=title,
            article=article,
            paragraph=paragraph,
            letter=letter[0],
        )
    return _(
        "%(title)s (article %(article)s, paragraph %(paragraph)s)",
        title=title,
        article=article,
        paragraph=paragraph,
    )


def ground_in_documents(ground: str) -> tuple[str, str]:
    """Give title and text of an exclusion ground as they stand in the documents of a dossier."""
    with i18n.speaking(LANGUAGE):
        title = _(EXCLUSION_GROUNDS[ground])  # type: ignore[index]
        text = _(
            "We exclude a bidder to whom this applies: %(ground)s. The bidder may show which "
            "measures were taken to be reliable again.",
            ground=ground_name(ground),
        )
    return title, text


#: Whose figures rest on nothing but what was published; the others say where they go wrong.
ADVISED_FORMULAS = ("price-band", "award-on-value", "fixed-price")
#: How each formula works, for who never read one.
FORMULA_SENTENCES: Mapping[str, str] = {
    "price-band": lazy(
        "You name the lowest and the highest price that count. In between the price brings points "
        "along a straight line."
    ),
    "award-on-value": lazy(
        "You say in euros what quality is worth to you. That comes off the price; the lowest "
        "amount wins."
    ),
    "fixed-price": lazy("The price is fixed, or has a ceiling. Only quality decides."),
    "relative-inverse": lazy(
        "The lowest price gets all points. Who asks twice as much gets half of them."
    ),
    "relative-linear": lazy(
        "The lowest price gets all points. Who asks twice as much gets none of them."
    ),
    "relative-range": lazy("The lowest price gets all points, the highest none."),
    "price-per-point": lazy(
        "The price is divided by the points for quality. The lowest amount per point wins."
    ),
    "logarithmic": lazy("Each time that the price doubles, the same number of points goes off."),
}


def formula_in_short(formula: Mapping[str, object]) -> str:
    """Say how a lot is decided in one line: the formula, and the figures that it holds."""
    said = [str(FORMULA_TITLES[str(formula["name"])])]
    if weight := formula.get("price_weight"):
        said.append(_("price %(weight)s", weight=percent(int(str(weight)))))
    floor, ceiling = (_amount(formula.get(name)) for name in ("floor", "ceiling"))
    if floor and ceiling:
        said.append(_("%(floor)s to %(ceiling)s", floor=floor, ceiling=ceiling))
    elif ceiling:
        said.append(_("at most %(ceiling)s", ceiling=ceiling))
    said.extend(filter(None, (_amount(formula.get(name)) for name in ("price", "reference"))))
    return ", ".join(said)


def _amount(written: object) -> str:
    return say_cents(from_decimal(str(written))) if written else ""


def whole_contract(*, is_subsidy: bool) -> str:
    """Name the only lot of a dossier that is not divided, in the language of its documents."""
    with i18n.speaking(LANGUAGE):
        return _("The whole scheme") if is_subsidy else _("The whole contract")


def percent(hundredths: int | None) -> str:
    """Write a weight as this language does."""
    if hundredths is None:
        return "–"
    number = numbers.format_decimal(
        Decimal(hundredths) / 100, format="0.##", locale=i18n.language()
    )
    return f"{number} %"
