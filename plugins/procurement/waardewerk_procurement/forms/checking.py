"""A criterion as it is being typed, and the bids and prices that somebody wants to try."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any, cast

from werkzeug.datastructures import MultiDict
from wtforms import HiddenField, SelectField, StringField, TextAreaField
from wtforms.validators import Length

from waardewerk.forms import PlainForm
from waardewerk.i18n import gettext, lazy
from waardewerk.refusal import Refusal
from waardewerk_procurement.award.figures import decimal_of
from waardewerk_procurement.award.scales import Step
from waardewerk_procurement.award.simulation import Estimate, Offer
from waardewerk_procurement.checking.weighing import steps_of
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS, Ground
from waardewerk_procurement.draft import NEW, Criterion, Draft, Lot
from waardewerk_procurement.money import read_positive_euros, write_euros
from waardewerk_procurement.typed import read_percent

MOST_BIDS = 12
LONGEST_TEXT = 4_000
_NAMES = "ABCDEFGHIJKL"
_TEXTS = (
    "value",
    "norm",
    "title",
    "text",
    "question",
    "reason",
    "risk",
    "small_firms",
    "link",
    "minimum",
    "ground",
    "duty_basis",
    "duty_reason",
)
_LISTS = ("evidence", "legal_sources")
#: What stands in front of the place of a step, in the names of the fields of anchors.
_ANCHOR = "anchor_"


def typed_criterion(draft: Draft, fields: MultiDict[str, str]) -> Criterion:
    """Read a criterion as it is being typed: what was not sent stays as it was kept.

    ``key`` names the criterion; a new one has a ``type`` and, as a part, a ``parent``. What cannot
    be read is left out, so that the checks miss it; saving says what is wrong with it.
    """
    kept = draft.by_key.get(fields.get("key", "")) or _new(draft, fields)
    typed: dict[str, Any] = {name: fields[name][:LONGEST_TEXT] for name in _TEXTS if name in fields}
    for name in _LISTS:
        if name in fields:
            typed[name] = tuple(_lines(fields.getlist(name)))
    anchors = dict(_anchors(draft, kept, fields))
    return replace(kept, **typed, **_figures(fields), anchors={**kept.anchors, **anchors})


def _new(draft: Draft, fields: MultiDict[str, str]) -> Criterion:
    parent = draft.by_key.get(fields.get("parent", ""))
    ground = EXCLUSION_GROUNDS.get(cast("Ground", fields.get("ground", "")), "")
    return Criterion(
        key=NEW,
        type=parent.type if parent else fields.get("type", ""),
        parent=parent.key if parent else None,
        lot=parent.lot if parent else None,
        # The law has the words of an exclusion ground; nobody types them.
        text=ground,
        anchors={},
    )


def _lines(texts: list[str]) -> Iterator[str]:
    for text in texts:
        yield from (line.strip() for line in text[:LONGEST_TEXT].splitlines() if line.strip())


def _figures(fields: MultiDict[str, str]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for name, read in (("weight", read_percent), ("worth", read_positive_euros)):
        if name in fields:
            found[name] = _read(read, fields[name])
    # A box that is not ticked is not sent; a form that was sent has a reason in it.
    if "reason" in fields:
        found["announced"] = "announced" in fields
    return found


def _read(read: Callable[[str], int], text: str) -> int | None:
    try:
        return read(text)
    except Refusal:
        return None


def _anchors(
    draft: Draft, kept: Criterion, fields: MultiDict[str, str]
) -> Iterator[tuple[str, str]]:
    for place, step in enumerate(steps_of(draft, kept)):
        if (name := f"{_ANCHOR}{place}") in fields:
            yield step, fields[name][:LONGEST_TEXT]


class TryForm(PlainForm):
    """Prices and bids to try rules with; sent as an address, and kept nowhere."""

    lot = HiddenField()
    lowest = StringField(
        lazy("Lowest price that you expect"),
        [Length(max=30)],
        description=lazy("In euros. Only for trying: nobody outside sees it."),
    )
    highest = StringField(lazy("Highest price that you expect"), [Length(max=30)])
    best = SelectField(
        lazy("Best score that you expect"),
        description=lazy(
            "For working out what really weighs. The best score on everything is rare."
        ),
    )
    bids = TextAreaField(
        lazy("Bids of your own"),
        [Length(max=1_000)],
        description=lazy(
            "One bid on a line: the price, a space, and the points for quality. For example: "
            "100000 32. Leave it empty to try the bids that we made up."
        ),
    )

    def estimate(self) -> Estimate | None:
        """Give the prices that are expected; nothing, with an error beside the field, if wrong."""
        lowest, highest = (self._euros(field) for field in (self.lowest, self.highest))
        if lowest is None or highest is None:
            return None
        try:
            return Estimate(lowest, highest)
        except Refusal as refusal:
            self.refuse(refusal, self.lowest)
            return None

    def best_share(self, steps: Sequence[Step]) -> Fraction:
        """Give the share of full marks of the best score that is expected: all, if nobody said."""
        shares = {step.score: step.share for step in steps}
        if self.best.data in shares:
            return shares[self.best.data]
        self.refuse(Refusal("Choose a score of the scale."), self.best)
        return Fraction(1)

    def offers(self) -> list[Offer]:
        """Give the bids that were typed; lines that cannot be read are named beside the field."""
        lines = [line for line in (self.bids.data or "").splitlines() if line.strip()]
        if len(lines) > MOST_BIDS:
            self.refuse(Refusal("Try at most %(most)s bids at once.", most=MOST_BIDS), self.bids)
            return []
        found = [self._offer(place, line) for place, line in enumerate(lines)]
        return [one for one in found if one is not None]

    def _offer(self, place: int, line: str) -> Offer | None:
        price, _space, points = line.strip().rpartition(" ")
        quality = decimal_of(points.replace(",", "."))
        try:
            if quality is None or not price:
                raise Refusal("Write a price, a space and the points for quality.")
            cents = read_positive_euros(price)
        except Refusal as refusal:
            self.bids.errors = [*self.bids.errors, _numbered(place, refusal)]
            return None
        return Offer(_NAMES[place], Fraction(cents, 100), Fraction(quality))

    def _euros(self, field: StringField) -> Decimal | None:
        text = (field.data or "").strip()
        if not text:
            return None
        try:
            return Decimal(read_positive_euros(text)) / 100
        except Refusal as refusal:
            self.refuse(refusal, field)
            return None


def _numbered(place: int, refusal: Refusal) -> str:
    problem = gettext(refusal.message, **refusal.details)
    return gettext("Line %(line)s: %(problem)s", line=place + 1, problem=problem)


def try_form(asked: MultiDict[str, str], lot: Lot, steps: Sequence[Step]) -> TryForm:
    """Make the form with what was asked, or with the prices that are expected for the lot.

    ``steps`` are the scores that can be given and bring something.
    """
    kept = {
        "lowest": write_euros(lot.expected_lowest) if lot.expected_lowest else "",
        "highest": write_euros(lot.expected_highest) if lot.expected_highest else "",
    }
    form = TryForm(formdata=asked if "lowest" in asked else None, data=kept)
    form.lot.data = lot.key
    form.best.choices = [(step.score, step.score) for step in reversed(steps)]
    if "best" not in asked:
        form.best.data = steps[-1].score
    return form
