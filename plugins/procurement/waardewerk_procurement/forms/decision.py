"""Forms: prices, lots that were drawn, who drops out, the decision, and a letter."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from wtforms import HiddenField, RadioField, SelectField, StringField, TextAreaField
from wtforms.validators import InputRequired, Length, Optional

from waardewerk.forms import Form, tidy
from waardewerk.i18n import lazy
from waardewerk.refusal import Refusal
from waardewerk_procurement.forms.days import DayField
from waardewerk_procurement.forms.figures import SeenField
from waardewerk_procurement.models import Bid, Letter
from waardewerk_procurement.money import read_euros, write_euros
from waardewerk_procurement.operations import pricing
from waardewerk_procurement.operations.deciding import Chosen, Drawn
from waardewerk_procurement.operations.motivating import BareMatrix
from waardewerk_procurement.queries.letters import LetterFacts

LONGEST = 10_000
_CHOOSE = lazy("Choose one.")


def _words(label: Any, *, description: Any = "", required: bool = True) -> TextAreaField:
    needed = InputRequired(lazy("Fill this in.")) if required else Optional()
    return TextAreaField(
        label, [needed, Length(max=LONGEST)], description=description, filters=[tidy]
    )


class PricesForm(Form):
    """The prices of all bids of a lot; ``for_bids`` adds a field for each."""

    seen = HiddenField()

    @classmethod
    def for_bids(cls, bids: Sequence[Bid]) -> PricesForm:
        """Make the form for these bids, filled with what is known."""
        fields = {
            _price(bid): StringField(
                f"{bid.bidder} ({bid.key})",
                [Optional(), Length(max=40)],
                filters=[tidy],
                default="" if bid.price is None else write_euros(bid.price),
            )
            for bid in bids
        }
        made: PricesForm = type("PricesOfBids", (cls,), fields)()
        if not made.is_submitted():
            made.seen.data = pricing.as_seen(bids)
        made.bids = bids
        return made

    bids: Sequence[Bid] = ()

    def price_fields(self) -> list[Any]:
        """Give the fields in the order of the bids."""
        return [self[_price(bid)] for bid in self.bids]

    def prices(self) -> dict[int, int | None] | None:
        """Give the prices in cents by bid; None when one is wrong, which its field then says."""
        found = {bid.id: self._cents(bid) for bid in self.bids}
        return None if self.errors else found

    def _cents(self, bid: Bid) -> int | None:
        field = self[_price(bid)]
        if not field.data:
            return None
        try:
            cents = read_euros(field.data)
            pricing.check_price(bid, cents)
        except Refusal as refusal:
            self.refuse(refusal, field)
            return None
        return cents


def _price(bid: Bid) -> str:
    return f"price_{bid.id}"


class DrawnForm(Form):
    """In which order bids that tie were drawn; ``for_bids`` adds a place for each."""

    before: StringField
    bids: Sequence[Bid] = ()

    @classmethod
    def for_bids(cls, bids: Sequence[Bid]) -> DrawnForm:
        """Make the form for the bids that tie."""
        places = [(str(place), str(place)) for place in range(1, len(bids) + 1)]
        fields: dict[str, Any] = {
            f"place_{bid.id}": SelectField(
                f"{bid.bidder} ({bid.key})",
                [InputRequired(_CHOOSE)],
                choices=[("", lazy("Choose a place")), *places],
            )
            for bid in bids
        }
        # Errors are told in the order in which fields are made.
        fields["before"] = StringField(
            lazy("In whose presence?"),
            [InputRequired(lazy("Fill this in.")), Length(max=400)],
            filters=[tidy],
            description=lazy("Functions, no names. For example: civil-law notary and team leader."),
        )
        made: DrawnForm = type("DrawnBids", (cls,), fields)()
        made.bids = bids
        return made

    def place_fields(self) -> list[Any]:
        """Give the fields in the order of the bids."""
        return [self[f"place_{bid.id}"] for bid in self.bids]

    def drawn(self) -> Drawn:
        """Give what was drawn; equal places are refused by the operation, which misses a bid."""
        by_place = {self[f"place_{bid.id}"].data: bid.key for bid in self.bids}
        return Drawn(
            order=[by_place[place] for place in sorted(by_place, key=int)],
            before=self.before.data or "",
        )


class DropOutForm(Form):
    """Why a bid drops out after the ranking."""

    reason = _words(
        lazy("Why does it drop out?"),
        description=lazy("For example: the bidder withdrew, with the date of that message."),
    )


class DecideForm(Form):
    """What is decided about one lot."""

    seen = HiddenField()
    awards = RadioField(
        lazy("What do you decide?"),
        [InputRequired(_CHOOSE)],
        choices=[("yes", lazy("Follow the ranking")), ("no", lazy("Award nothing"))],
    )
    reason = _words(
        lazy("Why?"),
        description=lazy(
            "Name no bidder here. When nothing is awarded, this stands in every letter."
        ),
    )
    standstill_until = DayField(lazy("Standstill period up to and including"), [Optional()])
    standstill_reason = _words(
        lazy("Why another day than is advised?"),
        description=lazy("Only when you change the day."),
        required=False,
    )

    def chosen(self) -> Chosen:
        """Give what was decided."""
        return Chosen(
            awards=self.awards.data == "yes",
            reason=self.reason.data or "",
            standstill_until=self.standstill_until.data,
            standstill_reason=self.standstill_reason.data or "",
            seen=self.seen.data or "",
        )


class LetterForm(Form):
    """What the officer writes in a letter; ``for_facts`` adds a text for each advantage."""

    revision = SeenField()
    closing = _words(
        lazy("Anything else?"),
        description=lazy("Stands at the end of the letter. For example whom to call."),
        required=False,
    )
    places: dict[str, str]

    @classmethod
    def for_facts(cls, facts: LetterFacts) -> LetterForm:
        """Make the form for one letter, filled with what was written before."""
        places = {one.criterion.key: f"advantage_{place}" for place, one in enumerate(facts.behind)}
        written = facts.letter.advantages if facts.letter else {}
        titles = {one.criterion.key: one.criterion.title for one in facts.behind}
        fields = {
            place: TextAreaField(
                titles[key],
                [Optional(), Length(max=LONGEST)],
                filters=[tidy],
                default=written.get(key, ""),
            )
            for key, place in places.items()
        }
        made: LetterForm = type("LetterToBidder", (cls,), fields)(data=_known(facts.letter))
        made.places = places
        return made

    def advantages(self) -> dict[str, str]:
        """Give the texts by the key of the criterion."""
        return {key: self[place].data or "" for key, place in self.places.items()}

    def refuse_bare(self, refusal: BareMatrix, shown: Iterable[str]) -> None:
        """Say beside each criterion what is missing; what has no field is said on top."""
        self.refuse(refusal)
        for key in shown:
            if key in self.places and key in refusal.criteria:
                self.refuse(Refusal(refusal.criteria[key]), self[self.places[key]])


def _known(letter: Letter | None) -> dict[str, Any]:
    if letter is None:
        return {"revision": 0}
    return {"revision": letter.revision, "closing": letter.closing}
