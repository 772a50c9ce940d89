"""Reading an award file: what is wrong with it and where, or what is ready to compute."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from types import MappingProxyType
from typing import Any, ClassVar, Literal, TypeVar

from pydantic import ValidationError
from pydantic_core import ErrorDetails

from waardewerk.notation.problems import Problem
from waardewerk.refusal import Refusal, marked
from waardewerk_procurement.award import award_file, awarding, scales, scoring
from waardewerk_procurement.award.strict_json import WrongJson, printable, read_json

FORMAT: Literal["waardewerk/award@1"] = "waardewerk/award@1"
MOST_PROBLEMS = 20
NOTHING: Mapping[str, object] = MappingProxyType({})

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
    #: What it says about where its rules come from; that is not looked up.
    fixed: award_file.Fixed | None
    lots: tuple[LotToAward, ...]
    input_sha256: str
    rules_sha256: str


def read_award_file(data: bytes) -> ToAward:
    """Read and check a file; raise ``WrongAwardFile`` that says what is wrong, and where."""
    content = _content_of(data)
    try:
        file = award_file.AwardFile.model_validate(content)
    except ValidationError as error:
        found = error.errors(include_url=False, include_input=False)[:MOST_PROBLEMS]
        raise WrongAwardFile([_problem(content, one) for one in found]) from None
    lots = _Reader(file).lots()
    return ToAward(
        title=file.title,
        fixed=file.fixed,
        lots=lots,
        input_sha256=hashlib.sha256(data).hexdigest(),
        rules_sha256=hashlib.sha256(canonical(content["rules"])).hexdigest(),
    )


def read_rules(rules: award_file.Rules) -> dict[str, awarding.Rules]:
    """Make the rules of each lot, by key; raise ``WrongAwardFile`` when they cannot be used."""
    file = award_file.AwardFile(format=FORMAT, title="-", rules=rules, bids=[])
    return {lot.key: lot.rules for lot in _Reader(file).lots()}


def _content_of(data: bytes) -> dict[str, Any]:
    try:
        content = read_json(data)
    except WrongJson as refusal:
        problem = Problem(None, "file", refusal.message, refusal.details)
        raise WrongAwardFile([problem]) from None
    if isinstance(content, dict) and content.get("format") == FORMAT:
        return content
    message = marked("is not in the format %(format)s")
    raise WrongAwardFile([Problem(None, "file", message, {"format": FORMAT})])


def canonical(content: object) -> bytes:
    """Write JSON in the one form that it has: sorted keys, no spaces, UTF-8."""
    return json.dumps(
        content, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode()


class _Reader:
    """Makes rules and bids of a file, and collects what is wrong with them."""

    def __init__(self, file: award_file.AwardFile) -> None:
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
            self._add(path, refusal.message, refusal.details)
            return None

    def _add(self, path: Path, message: str, details: Mapping[str, object] = NOTHING) -> None:
        self._problems.append(Problem(None, _shown(path), message, details))
        if len(self._problems) >= MOST_PROBLEMS:
            raise WrongAwardFile(self._problems)

    def _check_repeats(self, path: Path, keys: Sequence[str]) -> None:
        for place, key in enumerate(keys):
            if key in keys[:place]:
                self._add((*path, place, "key"), _TWICE, {"key": key})

    def _check_lots_exist(self, keys: set[str]) -> None:
        for place, bid in enumerate(self._file.bids):
            if bid.lot not in keys:
                self._add(("bids", place, "lot"), _NO_LOT, {"key": bid.lot})
        for key in self._file.drawn:
            if key not in keys:
                self._add(("drawn", key), _NO_LOT, {"key": key})

    def _lot(self, path: Path, lot: award_file.Lot, known: Scales) -> LotToAward | None:
        rules = self._rules(path, lot, known)
        if rules is None:
            return None
        drawn = tuple(self._file.drawn.get(lot.key, ()))
        bids = self._bids(lot.key, rules)
        self._made(("bids",), partial(awarding.check_bids, bids))
        if len(bids) == sum(bid.lot == lot.key for bid in self._file.bids):
            self._made(("drawn", lot.key), partial(awarding.check_drawn, bids, drawn))
        return LotToAward(lot.key, lot.title, rules, bids, drawn)

    def _rules(self, path: Path, lot: award_file.Lot, known: Scales) -> awarding.Rules | None:
        self._check_repeats((*path, "knock_outs"), [one.key for one in lot.knock_outs])
        formula = self._made((*path, "formula"), lot.formula.build)
        criteria = self._criteria((*path, "criteria"), lot.criteria, known)
        steps = [
            self._made((*path, "tie_rule", place), step.build)
            for place, step in enumerate(lot.tie_rule)
        ]
        tie_rule = tuple(step for step in steps if step is not None)
        if formula is None or criteria is None or len(tie_rule) < len(steps):
            return None
        try:
            ceiling = lot.build_ceiling()
        except Refusal as refusal:
            self._add((*path, "ceiling"), refusal.message, refusal.details)
            return None
        return self._made(
            path,
            lambda: awarding.Rules(
                formula=formula,
                criteria=criteria,
                tie_rule=tie_rule,
                drop_out=lot.drop_out,
                knock_outs=tuple(one.key for one in lot.knock_outs),
                reason=lot.reason,
                ceiling=ceiling,
            ),
        )

    def _criteria(
        self, path: Path, criteria: Sequence[award_file.Criterion], known: Scales
    ) -> tuple[scoring.AnyCriterion, ...] | None:
        made = [self._criterion((*path, place), one, known) for place, one in enumerate(criteria)]
        whole = tuple(one for one in made if one is not None)
        return whole if len(whole) == len(made) else None

    def _criterion(
        self, path: Path, one: award_file.Criterion, known: Scales
    ) -> scoring.AnyCriterion | None:
        if one.criteria is not None:
            return self._group(path, one, one.criteria, known)
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

    def _group(
        self,
        path: Path,
        one: award_file.Criterion,
        criteria: Sequence[award_file.Criterion],
        known: Scales,
    ) -> scoring.CriterionGroup | None:
        if one.scale or one.minimum or one.value:
            self._add(path, _ONLY_LEAVES)
            return None
        parts = self._criteria((*path, "criteria"), criteria, known)
        if parts is None:
            return None
        return self._made(
            path, lambda: scoring.CriterionGroup(one.key, parts, one.weight, one.worth)
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
        self, path: Path, bid: award_file.Bid, rules: awarding.Rules, leaves: Sequence[scoring.Leaf]
    ) -> awarding.Bid | None:
        made = self._made(
            (*path, "price"),
            lambda: awarding.Bid(bid.key, bid.price, bid.scores, bid.knock_outs, bid.dropped_out),
        )
        if made is None or self._has_wrong_scores((*path, "scores"), bid, leaves):
            return None
        if self._made(path, lambda: awarding.points_of(rules, leaves, made)) is None:
            return None
        return made

    def _has_wrong_scores(
        self, path: Path, bid: award_file.Bid, leaves: Sequence[scoring.Leaf]
    ) -> bool:
        wrong = [
            key
            for leaf in leaves
            if (key := leaf.criterion.key) in bid.scores
            and self._made((*path, key), partial(leaf.criterion.scale.share_of, bid.scores[key]))
            is None
        ]
        return bool(wrong)


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
    text = "".join(f"[{step}]" if isinstance(step, int) else f".{printable(step)}" for step in path)
    return text.removeprefix(".") or "file"
