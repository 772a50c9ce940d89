"""The file that an award is computed from: published rules, and bids with their agreed scores.

Decimal numbers travel as text, so that no program on the way makes a binary fraction of them.
Whatever the format does not know is refused, with the place in the file. The schema in
``schema/award.schema.json`` is made from the models below.
"""

from __future__ import annotations

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import partial
from itertools import accumulate
from typing import Annotated, Any, ClassVar, Literal, TypeVar

from pydantic import (
    AfterValidator,
    BaseModel,
    BeforeValidator,
    ConfigDict,
    Field,
    StrictBool,
    StringConstraints,
    ValidationError,
    WithJsonSchema,
)
from pydantic_core import ErrorDetails

from waardewerk.notation.local_text import schema_error
from waardewerk.notation.problems import Problem
from waardewerk.refusal import Refusal, marked
from waardewerk_procurement import awarding, formulas, scales, scoring
from waardewerk_procurement.figures import DECIMAL, decimal_of

FORMAT = "waardewerk/award@1"
SCHEMA_ID = "urn:waardewerk:schema:award:1"
MOST_BYTES = 5 * 1024 * 1024
MOST_DEPTH = 20
MOST_PROBLEMS = 20
#: A whole number with more digits than this is nonsense here, and slow to read.
_MOST_DIGITS = 12
_LONGEST_STEP = 60

Path = tuple[str | int, ...]
#: The scales of a file by key; None for one that is wrong.
Scales = Mapping[str | None, scales.Scale | None]

T = TypeVar("T")


class WrongAwardFile(Refusal):
    """A file that no award can be computed from; each problem says where (its subject) and why."""

    code: ClassVar[str] = "wrong-award-file"

    def __init__(self, problems: Sequence[Problem]) -> None:
        super().__init__(marked("No award can be computed from this file."))
        self.problems = tuple(problems[:MOST_PROBLEMS])

    def __str__(self) -> str:
        return "\n".join(f"{problem.subject}: {problem.text()}" for problem in self.problems)


# Fields ----------------------------------------------------------------------------------------


def _amount(value: object) -> object:
    if isinstance(value, str) and (number := decimal_of(value)) is not None:
        return number
    raise schema_error('must be a decimal number as text, such as "125000.00"')


def _hundredths(value: object) -> object:
    if isinstance(value, int) and not isinstance(value, bool) and 0 < value <= 10_000:
        return value
    raise schema_error(
        "must be a weight in hundredths of a percent, a whole number: 25 percent is 2500"
    )


def _score(value: object) -> object:
    if isinstance(value, str) and 0 < len(value) <= 40 and value.isprintable():
        return value
    raise schema_error('must be a score as text, such as "8"; “not applicable” is no score')


def _printable(text: str) -> str:
    # What is printed on a terminal must not be able to steer it, or to turn a line around.
    if all(character.isprintable() or character in "\n\xa0" for character in text):
        return text
    raise schema_error("holds a character that cannot be printed")


def _one_line(text: str) -> str:
    if "\n" in text:
        raise schema_error(marked("must be one line"))
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

    def build(self) -> awarding.TieStep:
        """Make the step."""
        return awarding.TieStep(self.by, self.of or "")


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


class Rules(_Part):
    """All that was published and frozen."""

    scales: Annotated[dict[Key, Scale], Field(max_length=100)]
    lots: Annotated[list[Lot], Field(min_length=1, max_length=100)]


class Bid(_Part):
    """One bid for one lot, with the scores that people agreed on."""

    key: BidKey
    lot: Key
    price: Amount
    scores: dict[Key, Score]
    knock_outs: dict[Key, StrictBool] = {}
    #: It was ranked, and then withdrew or was set aside.
    dropped_out: StrictBool = False


class AwardFile(_Part):
    """Rules and bids."""

    format: Literal["waardewerk/award@1"]
    title: Title
    rules: Rules
    bids: Annotated[list[Bid], Field(max_length=2000)]
    #: By lot: the order in which people drew lots, the first to go first.
    drawn: dict[Key, list[BidKey]] = {}


# Reading ---------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LotToAward:
    """One lot with its bids, ready to compute."""

    key: str
    title: str
    rules: awarding.Rules
    bids: tuple[awarding.Bid, ...]
    drawn: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class ToAward:
    """A file that was read: its lots, and what it and its rules are recognised by."""

    title: str
    lots: tuple[LotToAward, ...]
    input_sha256: str
    rules_sha256: str


def read_award_file(data: bytes) -> ToAward:
    """Read and check a file; raise ``WrongAwardFile`` that says what is wrong, and where."""
    content = _json_of(data)
    if not isinstance(content, dict) or content.get("format") != FORMAT:
        raise _unreadable(marked("is not in the format %(format)s"), format=FORMAT)
    try:
        file = AwardFile.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)
        raise WrongAwardFile([_problem(content, one) for one in found]) from None
    lots = _Reader(file).lots()
    return ToAward(
        title=file.title,
        lots=lots,
        input_sha256=hashlib.sha256(data).hexdigest(),
        rules_sha256=hashlib.sha256(canonical(content["rules"])).hexdigest(),
    )


def canonical(content: object) -> bytes:
    """Write JSON in the one form that it has: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


def json_schema() -> dict[str, Any]:
    """Return the JSON Schema 2020-12 of the file."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": SCHEMA_ID,
        **AwardFile.model_json_schema(mode="validation"),
    }


class _Reader:
    """Makes rules and bids of a file, and collects what is wrong with them."""

    def __init__(self, file: AwardFile) -> None:
        self._file = file
        self._problems: list[Problem] = []

    def lots(self) -> tuple[LotToAward, ...]:
        """Make every lot with its bids, or refuse the file."""
        known: Scales = {
            key: self._made(("rules", "scales", key), scale.build)
            for key, scale in self._file.rules.scales.items()
        }
        lots = self._file.rules.lots
        self._check_repeats(("rules", "lots"), [lot.key for lot in lots])
        self._check_lots_exist({lot.key for lot in lots})
        made = [self._lot(("rules", "lots", place), lot, known) for place, lot in enumerate(lots)]
        if self._problems:
            raise WrongAwardFile(self._problems)
        return tuple(lot for lot in made if lot is not None)

    def _made(self, path: Path, make: Callable[[], T]) -> T | None:
        """Make one part; note why, when it is refused."""
        try:
            return make()
        except Refusal as refusal:
            self._add(path, refusal.message, **refusal.details)
            return None

    def _add(self, path: Path, message: str, **details: object) -> None:
        self._problems.append(Problem(None, _shown(path), message, details))

    def _check_repeats(self, path: Path, keys: Sequence[str]) -> None:
        for place, key in enumerate(keys):
            if key in keys[:place]:
                self._add((*path, place, "key"), _TWICE, key=key)

    def _check_lots_exist(self, keys: set[str]) -> None:
        for place, bid in enumerate(self._file.bids):
            if bid.lot not in keys:
                self._add(("bids", place, "lot"), _NO_LOT, key=bid.lot)
        for key in self._file.drawn:
            if key not in keys:
                self._add(("drawn", key), _NO_LOT, key=key)

    def _lot(self, path: Path, lot: Lot, known: Scales) -> LotToAward | None:
        self._check_repeats((*path, "knock_outs"), [one.key for one in lot.knock_outs])
        formula = self._made((*path, "formula"), lot.formula.build)
        criteria = self._criteria((*path, "criteria"), lot.criteria, known)
        tie_rule = [
            self._made(
                (*path, "tie_rule", place), partial(awarding.TieStep, step.by, step.of or "")
            )
            for place, step in enumerate(lot.tie_rule)
        ]
        if formula is None or criteria is None or None in tie_rule:
            return None
        rules = self._made(
            path,
            lambda: awarding.Rules(
                formula=formula,
                criteria=criteria,
                tie_rule=tuple(step for step in tie_rule if step),
                drop_out=lot.drop_out,
                knock_outs=tuple(one.key for one in lot.knock_outs),
                reason=lot.reason,
            ),
        )
        if rules is None:
            return None
        drawn = tuple(self._file.drawn.get(lot.key, ()))
        bids = self._bids(lot.key, rules)
        self._made(("bids",), partial(awarding.check_bids, bids))
        if len(bids) == sum(bid.lot == lot.key for bid in self._file.bids):
            self._made(("drawn", lot.key), partial(awarding.check_drawn, bids, drawn))
        return LotToAward(lot.key, lot.title, rules, bids, drawn)

    def _criteria(
        self, path: Path, criteria: Sequence[Criterion], known: Scales
    ) -> tuple[scoring.AnyCriterion, ...] | None:
        made = [self._criterion((*path, place), one, known) for place, one in enumerate(criteria)]
        whole = tuple(one for one in made if one is not None)
        return whole if len(whole) == len(made) else None

    def _criterion(self, path: Path, one: Criterion, known: Scales) -> scoring.AnyCriterion | None:
        if one.criteria is not None:
            if one.scale or one.minimum or one.value:
                self._add(path, _ONLY_LEAVES)
                return None
            parts = self._criteria((*path, "criteria"), one.criteria, known)
            if parts is None:
                return None
            return self._made(
                path, lambda: scoring.CriterionGroup(one.key, parts, one.weight, one.worth)
            )
        if one.scale not in known:
            self._add((*path, "scale"), _NO_SCALE)
            return None
        scale = known[one.scale]
        if scale is None:
            return None
        return self._made(
            (*path, "minimum"),
            lambda: scoring.Criterion(
                one.key, scale, one.weight, one.worth, one.value or "", one.minimum
            ),
        )

    def _bids(self, lot: str, rules: awarding.Rules) -> tuple[awarding.Bid, ...]:
        leaves = rules.leaves
        made = [
            self._bid(("bids", place), bid, rules, leaves)
            for place, bid in enumerate(self._file.bids)
            if bid.lot == lot
        ]
        return tuple(bid for bid in made if bid is not None)

    def _bid(
        self, path: Path, bid: Bid, rules: awarding.Rules, leaves: Sequence[scoring.Leaf]
    ) -> awarding.Bid | None:
        made = self._made(
            (*path, "price"),
            lambda: awarding.Bid(bid.key, bid.price, bid.scores, bid.knock_outs, bid.dropped_out),
        )
        scale_of = {leaf.criterion.key: leaf.criterion.scale for leaf in leaves}
        wrong = [
            key
            for key, score in bid.scores.items()
            if key in scale_of
            and self._made((*path, "scores", key), partial(scale_of[key].share_of, score)) is None
        ]
        if made is None or wrong:
            return None
        if self._made(path, lambda: awarding.points_of(rules, leaves, made)) is None:
            return None
        return made


# What is wrong ---------------------------------------------------------------------------------

_TWICE = marked("“%(key)s” is here twice.")
_NO_LOT = marked("There is no lot “%(key)s”.")
_NO_SCALE = marked("Name one of the scales under rules.scales, or divide this into criteria.")
_ONLY_LEAVES = marked(
    "What is divided into criteria has no scale, minimum or value itself; its criteria have."
)

_SAID = {
    "missing": marked("is missing"),
    "extra_forbidden": marked("does not belong in this file"),
    "string_type": marked("must be text"),
    "string_pattern_mismatch": marked(
        "is no key: use letters and digits, with . _ or - between them, and capitals for a bid only"
    ),
    "string_too_short": marked("is empty"),
    "string_too_long": marked("is too long"),
    "bool_type": marked("must be true or false"),
    "too_short": marked("holds too few"),
    "too_long": marked("holds too many"),
    "list_type": marked("must be a list"),
    "dict_type": marked("must be an object"),
    "model_type": marked("must be an object"),
    "model_attributes_type": marked("must be an object"),
    "literal_error": marked("must be %(expected)s"),
    "union_tag_not_found": marked("must say of which kind it is, in %(discriminator)s"),
    "union_tag_invalid": marked("must be one of %(expected_tags)s"),
}


def _unreadable(message: str, **details: object) -> WrongAwardFile:
    return WrongAwardFile([Problem(None, "file", message, details)])


def _problem(content: object, detail: ErrorDetails) -> Problem:
    context = detail.get("ctx", {})
    refused = detail["type"] == "refused"
    known = _SAID.get(detail["type"], marked("is not what may stand here"))
    message = context["message"] if refused else known
    return Problem(None, _place(content, detail["loc"]), message, context)


def _place(content: object, steps: Sequence[str | int]) -> str:
    """Name a place in the file, without the steps that only the checker knows."""
    path: list[str | int] = []
    node: Any = content
    for number, step in enumerate(steps):
        inside = isinstance(node, dict) and step in node
        if inside or (isinstance(node, list) and isinstance(step, int)):
            node = node[step]
        elif step == "[key]" or number < len(steps) - 1:
            continue
        path.append(step)
    return _shown(tuple(path))


def _shown(path: Path) -> str:
    """Write a place in the file, such as rules.lots[0].formula."""
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{_quoted(step)}" for step in path)
    return text.removeprefix(".") or "file"


def _quoted(step: str) -> str:
    return "".join(c if c.isprintable() else "�" for c in step[:_LONGEST_STEP])


# JSON ------------------------------------------------------------------------------------------


def _json_of(data: bytes) -> Any:
    if len(data) > MOST_BYTES:
        raise _unreadable(marked("is larger than %(most)s MB"), most=MOST_BYTES // 1024**2)
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise _unreadable(marked("is not text (UTF-8)")) from None
    if _depth(text) > MOST_DEPTH:
        raise _unreadable(marked("is nested too deeply"))
    try:
        return json.loads(text, object_pairs_hook=_without_repeats, parse_int=_whole)
    except json.JSONDecodeError as error:
        raise _unreadable(marked("is not JSON; see line %(line)s"), line=error.lineno) from None


def _depth(text: str) -> int:
    """Count the deepest nesting; brackets in texts count too, which only refuses more."""
    steps = (1 if c in "[{" else -1 for c in text if c in "[]{}")
    return max(accumulate(steps), default=0)


def _without_repeats(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) < len(pairs):
        counted = Counter(name for name, _value in pairs)
        twice = counted.most_common(1)[0][0]
        raise _unreadable(marked("holds “%(key)s” twice in one object"), key=_quoted(twice))
    return found


def _whole(digits: str) -> int | float:
    """Read a whole number; one that is absurd becomes a float, which no field takes."""
    return int(digits) if len(digits) <= _MOST_DIGITS else float(digits)
