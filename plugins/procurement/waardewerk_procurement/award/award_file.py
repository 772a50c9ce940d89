"""The file that an award is computed from: published rules, and bids with their agreed scores.

Decimal numbers travel as text, so that no program on the way makes a binary fraction of them.
Whatever the format does not know is refused. ``schema/award.schema.json`` is made from the models
below; ``award_reading`` reads a file.
"""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Annotated, Any, Literal

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    WithJsonSchema,
)
from pydantic_core import PydanticCustomError

from waardewerk.refusal import Refusal, marked
from waardewerk_procurement.award import formulas, granting, scales, ties
from waardewerk_procurement.award.figures import DECIMAL, decimal_of

SCHEMA_ID = "urn:waardewerk:schema:award:1"
_SHA256 = re.compile("[0-9a-f]{64}")


# Fields ----------------------------------------------------------------------------------------


def _refused(message: str) -> PydanticCustomError:
    """Make the error of a field that says itself what is wrong, with a text of the catalogues."""
    return PydanticCustomError("refused", "refused", {"message": message})


def _amount(value: object) -> object:
    if isinstance(value, str) and (number := decimal_of(value)) is not None:
        return number
    raise _refused(marked('must be a decimal number as text, such as "125000.00"'))


def _hundredths(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 10_000:
        return value
    raise _refused(
        marked("must be a weight in hundredths of a percent, a whole number: 25 percent is 2500")
    )


def _version(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and value >= 1:
        return value
    raise _refused(marked("must be the number of a fixed version, a whole number from 1"))


def _sha256(value: object) -> object:
    if isinstance(value, str) and _SHA256.fullmatch(value):
        return value
    raise _refused(marked("must be a SHA-256: 64 digits and small letters from a to f"))


def _score(value: object) -> object:
    if isinstance(value, str) and 0 < len(value) <= 40 and value.isprintable():
        return value
    raise _refused(marked('must be a score as text, such as "8"; “not applicable” is no score'))


def _printable(text: str) -> str:
    # What is printed on a terminal must not be able to steer it, or to turn a line around.
    if all(character.isprintable() or character in "\n\xa0" for character in text):
        return text
    raise _refused(marked("holds a character that cannot be printed"))


def _one_line(text: str) -> str:
    if "\n" in text:
        raise _refused(marked("must be one line"))
    return text


Amount = Annotated[
    Decimal,
    BeforeValidator(_amount),
    WithJsonSchema({"type": "string", "pattern": f"^{DECIMAL.pattern}$"}),
]
Hundredths = Annotated[
    int,
    BeforeValidator(_hundredths),
    WithJsonSchema({"type": "integer", "minimum": 1, "maximum": 10_000}),
]
Version = Annotated[
    int, BeforeValidator(_version), WithJsonSchema({"type": "integer", "minimum": 1})
]
Sha256 = Annotated[
    str,
    BeforeValidator(_sha256),
    WithJsonSchema({"type": "string", "pattern": f"^{_SHA256.pattern}$"}),
]
Score = Annotated[
    str,
    BeforeValidator(_score),
    WithJsonSchema({"type": "string", "minLength": 1, "maxLength": 40}),
]
Key = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9]*([._-][a-z0-9]+)*$", max_length=64)]
BidKey = Annotated[str, StringConstraints(pattern=r"^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$")]
Title = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=200),
    AfterValidator(_one_line),
    AfterValidator(_printable),
]
Reason = Annotated[str, StringConstraints(max_length=4000), AfterValidator(_printable)]


class _Part(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


# Scales ----------------------------------------------------------------------------------------


class LinearScale(_Part):
    """Numbers from nothing to full marks, a fixed step apart."""

    kind: Literal["linear"]
    lowest: Amount
    highest: Amount
    step: Amount

    def build(self) -> scales.Scale:
        """Make the scale."""
        return scales.LinearScale(self.lowest, self.highest, self.step)


class StepScale(_Part):
    """Scores by name, each with the percentage of full marks that it brings."""

    kind: Literal["steps"]
    shares: Annotated[dict[Score, Amount], Field(min_length=2, max_length=100)]

    def build(self) -> scales.Scale:
        """Make the scale."""
        return scales.StepScale(tuple(self.shares.items()))


Scale = Annotated[LinearScale | StepScale, Field(discriminator="kind")]


# Formulas --------------------------------------------------------------------------------------


class RelativeInverse(_Part):
    """Weight · lowest price ÷ price + quality."""

    name: Literal["relative-inverse"]
    price_weight: Hundredths

    def build(self) -> formulas.Formula:
        """Make the formula."""
        return formulas.RelativeInverse(self.price_weight)


class RelativeLinear(_Part):
    """Weight · (2 - price ÷ lowest price), not below 0, + quality."""

    name: Literal["relative-linear"]
    price_weight: Hundredths

    def build(self) -> formulas.Formula:
        """Make the formula."""
        return formulas.RelativeLinear(self.price_weight)


class RelativeRange(_Part):
    """Weight · (highest - price) ÷ (highest - lowest price) + quality."""

    name: Literal["relative-range"]
    price_weight: Hundredths

    def build(self) -> formulas.Formula:
        """Make the formula."""
        return formulas.RelativeRange(self.price_weight)


class PriceBand(_Part):
    """Weight · (ceiling - price) ÷ (ceiling - floor), cut off at both ends, + quality."""

    name: Literal["price-band"]
    price_weight: Hundredths
    floor: Amount
    ceiling: Amount

    def build(self) -> formulas.Formula:
        """Make the formula."""
        return formulas.PriceBand(self.price_weight, self.floor, self.ceiling)


class AwardOnValue(_Part):
    """Price - the worth of the quality in euros; the lowest wins."""

    name: Literal["award-on-value"]

    def build(self) -> formulas.Formula:
        """Make the formula."""
        return formulas.AwardOnValue()


class PricePerPoint(_Part):
    """Price ÷ quality; the lowest wins."""

    name: Literal["price-per-point"]

    def build(self) -> formulas.Formula:
        """Make the formula."""
        return formulas.PricePerPoint()


class Logarithmic(_Part):
    """The same points off for each doubling of the price; without a reference, of the lowest."""

    name: Literal["logarithmic"]
    price_weight: Hundredths
    points_per_doubling: Amount
    reference: Amount | None = None

    def build(self) -> formulas.Formula:
        """Make the formula."""
        return formulas.Logarithmic(self.price_weight, self.points_per_doubling, self.reference)


class FixedPrice(_Part):
    """Quality alone; the price is given, or has a ceiling."""

    name: Literal["fixed-price"]
    price: Amount | None = None
    ceiling: Amount | None = None

    def build(self) -> formulas.Formula:
        """Make the formula."""
        return formulas.FixedPrice(self.price, self.ceiling)


Formula = Annotated[
    RelativeInverse
    | RelativeLinear
    | RelativeRange
    | PriceBand
    | AwardOnValue
    | PricePerPoint
    | Logarithmic
    | FixedPrice,
    Field(discriminator="name"),
]


# Rules and bids --------------------------------------------------------------------------------


class Criterion(_Part):
    """What is scored on a scale, or is divided into criteria of its own."""

    key: Key
    title: Title
    #: Its part of the parent, or of the lot, in hundredths of a percent.
    weight: Hundredths | None = None
    #: In an award on value, what full marks take off the price.
    worth: Amount | None = None
    scale: Key | None = None
    minimum: Score | None = None
    value: Key | None = None
    criteria: Annotated[list[Criterion], Field(min_length=1, max_length=200)] | None = None


class KnockOut(_Part):
    """What a bid must meet to be ranked at all."""

    key: Key
    title: Title


class TieStep(_Part):
    """One step of what decides between equal totals."""

    by: Literal["quality", "criterion", "value", "price", "lots"]
    of: Key | None = None

    def build(self) -> ties.TieStep:
        """Make the step."""
        return ties.TieStep(self.by, self.of or "")


class Lot(_Part):
    """What was published about one lot."""

    key: Key
    title: Title
    formula: Formula
    #: Why a formula that compares bids with each other was chosen.
    reason: Reason = ""
    criteria: Annotated[list[Criterion], Field(max_length=200)]
    knock_outs: Annotated[list[KnockOut], Field(max_length=200)] = []
    tie_rule: Annotated[list[TieStep], Field(min_length=1, max_length=20)]
    drop_out: Literal["rank-again", "keep-totals"]
    #: Of a subsidy scheme: how much there is for all applications together, and what becomes of
    #: the one that does not fit any more. Both or neither.
    ceiling: Amount | None = None
    beyond: granting.Beyond | None = None

    def build_ceiling(self) -> granting.Ceiling | None:
        """Make the ceiling, where there is one."""
        if self.ceiling is None and self.beyond is None:
            return None
        if self.ceiling is None or self.beyond is None:
            raise Refusal("Give a ceiling and what happens where it ends, or neither.")
        return granting.Ceiling(self.ceiling, self.beyond)


class Rules(_Part):
    """All that was published and frozen."""

    scales: Annotated[dict[Key, Scale], Field(max_length=100)]
    lots: Annotated[list[Lot], Field(min_length=1, max_length=100)]


class Bid(_Part):
    """One bid for one lot, with the scores that people agreed on."""

    key: BidKey
    lot: Key
    price: Amount
    scores: Annotated[dict[Key, Score], Field(max_length=1000)]
    knock_outs: Annotated[dict[Key, StrictBool], Field(max_length=200)] = {}
    #: It was ranked, and then withdrew or was set aside.
    dropped_out: StrictBool = False


class Fixed(_Part):
    """The fixed version that the rules were taken from, and the hash of its canonical JSON."""

    number: Version
    sha256: Sha256


class AwardFile(_Part):
    """Rules and bids."""

    format: Literal["waardewerk/award@1"]
    title: Title
    #: Nothing in a file that was written by hand.
    fixed: Fixed | None = None
    rules: Rules
    bids: Annotated[list[Bid], Field(max_length=2000)]
    #: By lot: the order in which people drew lots, the first to go first.
    drawn: dict[Key, list[BidKey]] = {}


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema 2020-12 of the file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **AwardFile.model_json_schema(mode="validation"),
    }
