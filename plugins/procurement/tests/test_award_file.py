from __future__ import annotations

import copy
import hashlib
import json
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import waardewerk_procurement
from waardewerk_procurement.award import award_result
from waardewerk_procurement.award.award_file import json_schema
from waardewerk_procurement.award.award_reading import (
    FORMAT,
    MOST_PROBLEMS,
    WrongAwardFile,
    canonical,
    read_award_file,
)
from waardewerk_procurement.award.strict_json import MOST_BYTES

SCHEMA = Path(waardewerk_procurement.__file__).parent / "schema" / "award.schema.json"
GOOD: dict[str, Any] = {
    "format": FORMAT,
    "title": "Counting traffic with cameras",
    "rules": {
        "scales": {
            "ten": {"kind": "linear", "lowest": "0", "highest": "10", "step": "2"},
            "named": {"kind": "steps", "shares": {"good": "100", "fair": "40", "NR": "-50"}},
        },
        "lots": [
            {
                "key": "whole",
                "title": "The whole contract",
                "formula": {
                    "name": "price-band",
                    "price_weight": 5000,
                    "floor": "50000.00",
                    "ceiling": "150000.00",
                },
                "criteria": [
                    {"key": "plan", "title": "Plan", "weight": 2000, "scale": "named"},
                    {
                        "key": "control",
                        "title": "People stay in control",
                        "weight": 3000,
                        "criteria": [
                            {
                                "key": "stop",
                                "title": "Stop",
                                "weight": 6000,
                                "scale": "ten",
                                "minimum": "4",
                                "value": "human-control",
                            },
                            {"key": "learn", "title": "Learn", "weight": 4000, "scale": "ten"},
                        ],
                    },
                ],
                "knock_outs": [{"key": "export", "title": "Data can be taken out"}],
                "tie_rule": [{"by": "value", "of": "human-control"}, {"by": "lots"}],
                "drop_out": "keep-totals",
            }
        ],
    },
    "bids": [
        {
            "key": key,
            "lot": "whole",
            "price": price,
            "scores": {"plan": "good", "stop": "8", "learn": "6"},
            "knock_outs": {"export": True},
        }
        for key, price in {"A": "100000.00", "B": "100000"}.items()
    ],
    "drawn": {"whole": ["B", "A"]},
}
SHA256 = "0123456789abcdef" * 4
FIXED = {"number": 2, "sha256": SHA256}
Change = Callable[[Any], object]


def written(change: Change = lambda _content: None) -> bytes:
    """Write the good file with one change."""
    content = copy.deepcopy(GOOD)
    change(content)
    return json.dumps(content).encode()


def put(value: object, *path: str | int) -> Change:
    """Make the change that puts a value somewhere."""

    def change(content: Any) -> None:
        for step in path[:-1]:
            content = content[step]
        content[path[-1]] = value

    return change


def lack(*path: str | int) -> Change:
    """Make the change that takes something away."""

    def change(content: Any) -> None:
        for step in path[:-1]:
            content = content[step]
        del content[path[-1]]

    return change


def problems_of(data: bytes) -> list[tuple[str | None, str]]:
    with pytest.raises(WrongAwardFile) as refused:
        read_award_file(data)
    return [(problem.subject, problem.text()) for problem in refused.value.problems]


def test_a_good_file_is_read_and_awarded() -> None:
    (lot,) = award_result.compute(read_award_file(written()))
    assert lot.award.winner == "B"
    # 25 for the price, 20 for the plan, 30 · (0.6 · 0.8 + 0.4 · 0.6) for control.
    assert str(float(lot.award.standings[0].total)) == "66.6"


def test_the_schema_in_the_repository_is_that_of_the_code() -> None:
    assert json.loads(SCHEMA.read_text("utf-8")) == json_schema()


def test_a_file_and_its_rules_are_recognised_by_their_digests() -> None:
    data = written()
    read = read_award_file(data)
    assert read.input_sha256 == hashlib.sha256(data).hexdigest()
    assert read.rules_sha256 == hashlib.sha256(canonical(GOOD["rules"])).hexdigest()
    other_bids = read_award_file(written(put("90000.00", "bids", 0, "price")))
    assert other_bids.rules_sha256 == read.rules_sha256
    assert other_bids.input_sha256 != read.input_sha256
    spaced = read_award_file(json.dumps(GOOD, indent=3, sort_keys=True).encode())
    assert spaced.rules_sha256 == read.rules_sha256


def test_a_file_may_say_which_fixed_version_its_rules_are() -> None:
    assert read_award_file(written()).fixed is None
    assert read_award_file(written(put(None, "fixed"))).fixed is None
    said = read_award_file(written(put(FIXED, "fixed")))
    assert said.fixed is not None
    assert said.fixed.model_dump() == FIXED
    assert said.rules_sha256 == read_award_file(written()).rules_sha256


RULES = ("rules", "lots", 0)
FIRST = (*RULES, "criteria", 0)
IN_LOT = "rules.lots[0]"
DECIMAL = 'must be a decimal number as text, such as "125000.00"'
WEIGHT = "must be a weight in hundredths of a percent, a whole number: 25 percent is 2500"
VERSION = "must be the number of a fixed version, a whole number from 1"
NO_SHA256 = "must be a SHA-256: 64 digits and small letters from a to f"
SCORE = 'must be a score as text, such as "8"; “not applicable” is no score'


@pytest.mark.parametrize(
    ("change", "place", "message"),
    [
        (put(1, "secret"), "secret", "does not belong in this file"),
        (put(1, *FIRST, "secret"), f"{IN_LOT}.criteria[0].secret", "does not belong in this file"),
        (put(1, *RULES, "formula", "x"), f"{IN_LOT}.formula.x", "does not belong in this file"),
        (lack("title"), "title", "is missing"),
        (lack(*RULES, "drop_out"), f"{IN_LOT}.drop_out", "is missing"),
        (lack(*RULES, "formula", "floor"), f"{IN_LOT}.formula.floor", "is missing"),
        (lack(*RULES, "formula", "name"), f"{IN_LOT}.formula", "must say of which kind"),
        (put("best", *RULES, "formula", "name"), f"{IN_LOT}.formula", "must be one of"),
        (put("later", *RULES, "drop_out"), f"{IN_LOT}.drop_out", "must be 'rank-again' or"),
        (put([], *RULES, "tie_rule"), f"{IN_LOT}.tie_rule", "holds too few"),
        (put([], "rules", "lots"), "rules.lots", "holds too few"),
        (put({}, "rules", "lots"), "rules.lots", "must be a list"),
        (put([], "rules"), "rules", "must be an object"),
        (put("", "title"), "title", "is empty"),
        (put("x" * 201, "title"), "title", "is too long"),
        (put("a\x1b[2Jb", "title"), "title", "holds a character that cannot be printed"),
        (put("a\u202eb", "title"), "title", "holds a character that cannot be printed"),
        (put("a\ud800b", "title"), "title", "is not what may stand here"),
        (put("a\nb", "title"), "title", "must be one line"),
        (put(7, "title"), "title", "must be text"),
        (put(SHA256, "fixed"), "fixed", "must be an object"),
        (put({"number": 1}, "fixed"), "fixed.sha256", "is missing"),
        (put({**FIXED, "secret": 1}, "fixed"), "fixed.secret", "does not belong in this file"),
        (put({**FIXED, "number": 0}, "fixed"), "fixed.number", VERSION),
        (put({**FIXED, "number": "2"}, "fixed"), "fixed.number", VERSION),
        (put({**FIXED, "number": True}, "fixed"), "fixed.number", VERSION),
        (put({**FIXED, "number": 2.0}, "fixed"), "fixed.number", VERSION),
        (put({**FIXED, "sha256": SHA256.upper()}, "fixed"), "fixed.sha256", NO_SHA256),
        (put({**FIXED, "sha256": SHA256[1:]}, "fixed"), "fixed.sha256", NO_SHA256),
        (put({**FIXED, "sha256": f"{SHA256}\n"}, "fixed"), "fixed.sha256", NO_SHA256),
        (put({**FIXED, "sha256": 7}, "fixed"), "fixed.sha256", NO_SHA256),
        (put(100000, "bids", 0, "price"), "bids[0].price", DECIMAL),
        (put(100000.5, "bids", 0, "price"), "bids[0].price", DECIMAL),
        (put("1e5", "bids", 0, "price"), "bids[0].price", DECIMAL),
        (put("100.000,00", "bids", 0, "price"), "bids[0].price", DECIMAL),
        (put("NaN", "bids", 0, "price"), "bids[0].price", DECIMAL),
        (put("9" * 13, "bids", 0, "price"), "bids[0].price", DECIMAL),
        (put(None, "bids", 0, "price"), "bids[0].price", DECIMAL),
        (put("0.00", "bids", 0, "price"), "bids[0].price", "first ask the bidder"),
        (put("-5", "bids", 0, "price"), "bids[0].price", "first ask the bidder"),
        (put(20.5, *FIRST, "weight"), f"{IN_LOT}.criteria[0].weight", WEIGHT),
        (put(2000.0, *FIRST, "weight"), f"{IN_LOT}.criteria[0].weight", WEIGHT),
        (put("2000", *FIRST, "weight"), f"{IN_LOT}.criteria[0].weight", WEIGHT),
        (put(True, *FIRST, "weight"), f"{IN_LOT}.criteria[0].weight", WEIGHT),
        (put(0, *FIRST, "weight"), f"{IN_LOT}.criteria[0].weight", WEIGHT),
        (put(1999, *FIRST, "weight"), IN_LOT, "The weights are together 99.99 %"),
        (
            put(5999, *RULES, "criteria", 1, "criteria", 0, "weight"),
            f"{IN_LOT}.criteria[1]",
            "The nearest that fits: stop 60.00, learn 40.00",
        ),
        (put(None, "bids", 0, "scores", "plan"), "bids[0].scores.plan", SCORE),
        (put(8, "bids", 0, "scores", "stop"), "bids[0].scores.stop", SCORE),
        (put("n/a", "bids", 0, "scores", "stop"), "bids[0].scores.stop", "is no step of"),
        (put("7", "bids", 0, "scores", "stop"), "bids[0].scores.stop", "(0, 2, 4, 6, 8, 10)"),
        (lack("bids", 0, "scores", "stop"), "bids[0]", "“stop” is not scored"),
        (put("2", "bids", 0, "scores", "other"), "bids[0]", "“other” is scored and is no"),
        (put("yes", "bids", 0, "knock_outs", "export"), "bids[0].knock_outs.export", "true or"),
        (put(1, "bids", 0, "dropped_out"), "bids[0].dropped_out", "must be true or false"),
        (lack("bids", 0, "knock_outs"), "bids[0]", "Say whether the bid meets “export”"),
        (put("other", "bids", 0, "lot"), "bids[0].lot", "There is no lot “other”"),
        (put("A", "bids", 1, "key"), "bids", "Bid “A” is there twice"),
        (put("../a", "bids", 1, "key"), "bids[1].key", "is no key"),
        (put(["C"], "drawn", "whole"), "drawn.whole", "“C”, which is no bid"),
        (put(["A"], "drawn", "other"), "drawn.other", "There is no lot “other”"),
        (put("none", *FIRST, "scale"), f"{IN_LOT}.criteria[0].scale", "Name one of the scales"),
        (put("bad", *FIRST, "minimum"), f"{IN_LOT}.criteria[0].minimum", "is no step of"),
        (put("ten", *RULES, "criteria", 1, "scale"), f"{IN_LOT}.criteria[1]", "has no scale"),
        (put("5", *FIRST, "worth"), IN_LOT, "this formula asks weights"),
        (put("3", "rules", "scales", "ten", "step"), "rules.scales.ten", "exactly from the lowest"),
        (put({}, "rules", "scales", "T!"), "rules.scales.T!", "is no key"),
        (put("1", *RULES, "formula", "ceiling"), f"{IN_LOT}.formula", "below its ceiling"),
        (
            put({"name": "relative-inverse", "price_weight": 5000}, *RULES, "formula"),
            IN_LOT,
            "Say why it is needed",
        ),
        (put({"by": "value"}, *RULES, "tie_rule", 0), f"{IN_LOT}.tie_rule[0]", "names a criterion"),
        (
            put({"by": "criterion", "of": "x"}, *RULES, "tie_rule", 0),
            IN_LOT,
            "“x”, which is not here",
        ),
    ],
)
def test_one_clear_line_says_where_and_what_is_wrong(
    change: Change, place: str, message: str
) -> None:
    found = problems_of(written(change))
    assert place in [where for where, _what in found]
    assert any(message in what for where, what in found if where == place), found
    assert all("\n" not in what for _where, what in found)


def test_lots_and_knock_outs_have_keys_of_their_own() -> None:
    def twice(content: Any) -> None:
        lot = content["rules"]["lots"][0]
        lot["knock_outs"] *= 2
        content["rules"]["lots"] *= 2

    found = problems_of(written(twice))
    assert ("rules.lots[1].key", "“whole” is here twice.") in found
    assert ("rules.lots[0].knock_outs[1].key", "“export” is here twice.") in found


def test_everything_that_is_wrong_is_said_at_once_up_to_a_limit() -> None:
    def many(content: Any) -> None:
        content["bids"] = [{**content["bids"][0], "key": f"b{n}", "price": "0"} for n in range(100)]

    assert len(problems_of(written(many))) == MOST_PROBLEMS
    assert (
        len(problems_of(written(lambda c: [put("0", "bids", n, "price")(c) for n in (0, 1)]))) == 2
    )


def text_with(price: str) -> bytes:
    return written().replace(b'"price": "100000.00"', f'"price": {price}'.encode(), 1)


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"", "is not JSON; see line 1"),
        (b"{\n\n,", "is not JSON; see line 3"),
        (b"[" * 100_000, "is nested too deeply"),
        (b'{"a": ' * 50_000, "is nested too deeply"),
        (b"\xff\xfe{}", "is not text (UTF-8)"),
        (b" " * (10 * 1024 * 1024), "is larger than 5 MB"),
        (b" " * (MOST_BYTES + 1), "is larger than 5 MB"),
        (b'{"format": 1, "format": 2}', "holds “format” twice"),
        (b"[]", "is not in the format waardewerk/award@1"),
        (b"null", "is not in the format waardewerk/award@1"),
        (b"12", "is not in the format waardewerk/award@1"),
        (written(put("waardewerk/award@2", "format")), "is not in the format waardewerk/award@1"),
        (written(put(None, "format")), "is not in the format waardewerk/award@1"),
    ],
)
def test_a_hostile_file_gets_one_line(data: bytes, message: str) -> None:
    ((where, what),) = problems_of(data)
    assert where == "file"
    assert message in what


@pytest.mark.parametrize(
    "number", ["NaN", "Infinity", "-Infinity", "1e999", "1.5", "9" * 5_000, "-" + "9" * 100_000]
)
def test_a_number_that_is_nonsense_is_refused_where_it_stands(number: str) -> None:
    assert problems_of(text_with(number)) == [("bids[0].price", DECIMAL)]
    weighed = written().replace(b'"weight": 2000', f'"weight": {number}'.encode())
    assert problems_of(weighed) == [(f"{IN_LOT}.criteria[0].weight", WEIGHT)]


def test_a_field_that_is_there_twice_deep_in_the_file_is_refused() -> None:
    data = written().replace(b'"stop": "8"', b'"stop": "8", "stop": "10"', 1)
    ((where, what),) = problems_of(data)
    assert (where, what) == ("file", "holds “stop” twice in one object")


def test_a_place_in_a_message_cannot_steer_a_terminal() -> None:
    ((where, _what),) = problems_of(written(put(1, "\x1b[2J" + "x" * 200)))
    assert where is not None
    assert where.isprintable()
    assert len(where) <= 60


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(data: bytes) -> None:
    assert problems_of(data)


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=5),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3)
    ),
    max_leaves=5,
)
PLACES: list[tuple[str | int, ...]] = [
    ("title",),
    ("fixed",),
    ("rules",),
    ("rules", "scales"),
    ("rules", "scales", "ten"),
    ("rules", "lots"),
    RULES,
    (*RULES, "formula"),
    (*RULES, "formula", "floor"),
    (*RULES, "criteria"),
    FIRST,
    (*FIRST, "scale"),
    (*RULES, "tie_rule"),
    (*RULES, "tie_rule", 0),
    (*RULES, "knock_outs"),
    ("bids",),
    ("bids", 0),
    ("bids", 0, "key"),
    ("bids", 0, "scores"),
    ("bids", 0, "scores", "stop"),
    ("drawn",),
    ("drawn", "whole"),
]


@settings(deadline=None)
@given(st.sampled_from(PLACES), json_values)
def test_whatever_stands_somewhere_it_is_read_or_refused(
    place: tuple[str | int, ...], value: object
) -> None:
    with suppress(WrongAwardFile):
        award_result.compute(read_award_file(written(put(value, *place))))
