"""What checks and trials are called on screen."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from string import ascii_uppercase

from babel import numbers

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.refusal import Refusal
from waardewerk_procurement import checking
from waardewerk_procurement.award.figures import rounded
from waardewerk_procurement.award.formulas import Formula
from waardewerk_procurement.checking import Finding, Rule
from waardewerk_procurement.checking.findings import Speech
from waardewerk_procurement.checking.rules import Severity
from waardewerk_procurement.draft import Draft, Lot
from waardewerk_procurement.money import say_euros
from waardewerk_procurement.trying import Trial

SEVERITY_TITLES: Mapping[Severity, str] = {
    "stops": lazy("Must be put right first"),
    "warns": lazy("Look at this"),
    "hint": lazy("Good to know"),
}
#: What stands beside a finding among others.
SEVERITY_BADGES: Mapping[Severity, tuple[str, str]] = {
    "stops": (lazy("Stops"), "attention"),
    "warns": (lazy("Look"), "neutral"),
    "hint": (lazy("Hint"), "neutral"),
}
FICTITIOUS = {
    "cheapest-just-valid": lazy("Cheapest, only just good enough"),
    "cheap-modest": lazy("Cheap and modest"),
    "middle-good": lazy("Middle price, good"),
    "dear-perfect": lazy("Dearest, full marks"),
}
#: What is mended in the lens.
_IN_THE_LENS = frozenset({"not-looked-wider", "core-not-considered"})
#: By what a check looked at in a criterion, the field of the form on which it is changed.
FIELDS_OF_A_FORM = {
    name: name
    for name in (
        "value",
        "norm",
        "title",
        "text",
        "question",
        "reason",
        "risk",
        "small_firms",
        "link",
        "evidence",
        "weight",
        "worth",
        "minimum",
        "ground",
        "duty_basis",
        "duty_reason",
        "announced",
        "legal_sources",
    )
} | {"anchors": "anchor_0"}
_WITHOUT = "without-"


@dataclass(frozen=True)
class Shown:
    """A finding as it stands on a page."""

    rule: Rule
    message: str
    advice: str
    #: The endpoint of the page on which it is put right; empty: the page of its place.
    mended_on: str = ""
    #: The criterion on whose form it is put right, by key, and the field there.
    criterion: str = ""
    field: str = ""

    @property
    def badge(self) -> tuple[str, str]:
        """The word for how heavy it is, and the kind of its badge."""
        return SEVERITY_BADGES[self.rule.severity]

    @property
    def sources(self) -> str:
        """What the rule rests on, and until when it holds where that is known."""
        named = "; ".join(self.rule.sources)
        if self.rule.valid_until is None:
            return named
        return f"{named}; {_('holds until %(day)s', day=i18n.format_date(self.rule.valid_until))}"


@dataclass(frozen=True)
class Place:
    """A criterion, a lot or the dossier itself, with what was found there."""

    #: By key; empty where it is about something else.
    criterion: str
    lot: str
    title: str
    findings: list[Shown]


@dataclass(frozen=True)
class Bid:
    """A bid that was tried, as it stands on a page."""

    letter: str
    title: str
    price: Fraction
    quality: Fraction


#: The fields of a lot or a criterion without which nothing can be computed.
COMPUTED_WITH = frozenset(
    {
        "formula",
        "tie_rule",
        "drop_out",
        "ceiling",
        "beyond",
        "value",
        "weight",
        "worth",
        "parent",
        "minimum",
    }
)


def languages() -> tuple[str, ...]:
    """Return the languages that who looks can read, the chosen one first."""
    chosen = i18n.language()
    return (chosen, *i18n.BORROWS.get(chosen, ()))


def shown(findings: Iterable[Finding]) -> list[Shown]:
    """Put findings in the language of who looks."""
    speech = Speech(_, number)
    return [
        Shown(
            one.rule,
            one.message(*languages(), speech=speech),
            one.advice(*languages(), speech=speech),
            _mended_on(one),
            one.place.criterion,
            FIELDS_OF_A_FORM.get(one.place.field, ""),
        )
        for one in findings
    ]


def _mended_on(finding: Finding) -> str:
    place = finding.place
    if finding.rule.check in _IN_THE_LENS:
        return "procurement.dossier"
    if place.criterion and place.field in FIELDS_OF_A_FORM:
        return "procurement.change_criterion"
    if place.criterion or place.lot or not place.field:
        return ""
    return "procurement.lots" if place.field == "expected_highest" else "procurement.setup"


def refused(refusal: Refusal) -> str:
    """Say why something is refused."""
    return _(refusal.message, **refusal.details)


def by_severity(draft: Draft, findings: Iterable[Finding]) -> dict[Severity, list[Place]]:
    """Give what was found by how heavy it is, and then by place, in the order of the dossier."""
    found: dict[Severity, list[Place]] = {"stops": [], "warns": [], "hint": []}
    places: dict[tuple[Severity, str, str], Place] = {}
    for one in findings:
        at = (one.severity, one.place.criterion, one.place.lot)
        if at not in places:
            title = _title(draft, one.place.criterion, one.place.lot)
            places[at] = Place(one.place.criterion, one.place.lot, title, [])
            found[one.severity].append(places[at])
        places[at].findings.extend(shown([one]))
    return found


def keeping_from_computing(draft: Draft, *lots: Lot, day: date) -> list[Place]:
    """List what the checks say of the figures of lots; they say it better than a computation."""
    here = {"", *(lot.key for lot in lots)}
    held = here | {one.key for lot in lots for one in draft.criteria_of(lot.key)}
    found = checking.stopping(checking.check(draft, checking.shipped_rules(), day))
    return by_severity(
        draft,
        (
            one
            for one in found
            if one.place.field in COMPUTED_WITH
            and one.place.lot in here
            and one.place.criterion in held
        ),
    )["stops"]


def _title(draft: Draft, criterion: str, lot: str) -> str:
    if criterion:
        return draft.by_key[criterion].title or _("Criterion without a title")
    if lot and len(draft.lots) > 1:
        return next(one.title for one in draft.lots if one.key == lot)
    if lot:
        return _("How the choice is made")
    return _("The whole dossier")


def bids(trial: Trial, names: Mapping[str, str]) -> dict[str, Bid]:
    """Name the bids of a trial, by key; ``names`` are those of values."""
    return {
        offer.key: Bid(letter, _bid_title(offer.key, names), offer.price, offer.quality)
        for letter, offer in zip(letters(), trial.offers, strict=False)
    }


def letters() -> Iterator[str]:
    """Give A, B … Z, AA, AB …: what bids are called."""
    for first in ("", *ascii_uppercase):
        yield from (first + letter for letter in ascii_uppercase)


def _bid_title(key: str, names: Mapping[str, str]) -> str:
    if key.startswith(_WITHOUT):
        value = key.removeprefix(_WITHOUT)
        return _("Good, but only just on %(value)s", value=names.get(value, value))
    return str(FICTITIOUS.get(key) or _("Typed here"))


def number(figure: Fraction) -> str:
    """Write a figure with two decimals."""
    return numbers.format_decimal(
        Decimal(rounded(figure)), format="#,##0.00", locale=i18n.language()
    )


def weight(hundredths: int) -> str:
    """Write a weight as a percentage."""
    return f"{number(Fraction(hundredths, 100))}\N{NO-BREAK SPACE}%"


def total(formula: Formula, figure: Fraction) -> str:
    """Write what a formula makes of a bid: an amount where the lowest wins, else points."""
    sign = "\N{MINUS SIGN}" if figure < 0 else ""
    if formula.lowest_wins:
        return sign + say_euros(abs(figure))
    return sign + _("%(count)s points", count=number(abs(figure)))


def in_unit(trial: Trial, figure: Fraction) -> str:
    """Write quality in the unit of the formula: euros, or points."""
    if trial.formula.quality_in == "euros":
        return say_euros(figure)
    return _("%(count)s points", count=number(figure))
