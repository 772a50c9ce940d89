from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from waardewerk_procurement.commands import procurement

from .test_award_file import FIXED, GOOD, SHA256, lack, put, written

Run = Callable[..., Result]


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Give what computes an award from the bytes of a file."""

    def invoke(data: bytes, *options: str) -> Result:
        file = tmp_path / "award.json"
        file.write_bytes(data)
        return CliRunner().invoke(procurement, ["award", str(file), *options])

    return invoke


def test_the_table_shows_totals_ranking_ties_and_digests(run: Run) -> None:
    said = run(written()).output
    assert "   1  B    100000.00    41.60  66.60" in said
    assert "tie at 66.60: B, A: B goes first by lots" in said
    assert "winner: B" in said
    assert "input_sha256: " in said
    assert "computed_by: waardewerk-procurement 0.1.0" in said


def test_the_fixed_version_that_a_file_names_is_shown_and_nothing_when_it_names_none(
    run: Run,
) -> None:
    named = written(put(FIXED, "fixed"))
    assert f"fixed_version: 2\nfixed_sha256: {SHA256}\ninput_sha256: " in run(named).output
    assert json.loads(run(named, "--format", "json").output)["fixed"] == FIXED
    assert "fixed_" not in run(written()).output
    assert json.loads(run(written(), "--format", "json").output)["fixed"] is None


def test_json_holds_figures_unrounded_and_rounded(run: Run) -> None:
    thirds = put("NR", "bids", 0, "scores", "plan")
    result = json.loads(run(written(thirds), "--format", "json").output)
    assert result["format"] == "waardewerk/award-result@1"
    (lot,) = result["lots"]
    assert lot["winner"] == "B"
    assert [one["bid"] for one in lot["ranking"]] == ["B", "A"]
    assert lot["ranking"][1]["criteria"]["plan"] == {"unrounded": "-10", "rounded": "-10.00"}
    assert lot["ranking"][0]["total"] == {"unrounded": "66.6", "rounded": "66.60"}
    assert {note["code"] for note in lot["warnings"]} == {"formula", "lots-not-used"}


def test_the_same_file_gives_the_same_bytes_and_the_order_of_bids_does_not_show(run: Run) -> None:
    data = written()
    assert run(data, "--format", "json").output == run(data, "--format", "json").output
    turned = json.loads(run(written(put(GOOD["bids"][::-1], "bids")), "--format", "json").output)
    straight = json.loads(run(data, "--format", "json").output)
    assert turned["lots"] == straight["lots"]


def test_an_undrawn_tie_and_a_bid_that_is_set_aside_are_shown(run: Run) -> None:
    said = run(written(lack("drawn"))).output
    assert "winner: none" in said
    assert "tie at 66.60: A, B: nothing decides" in said
    assert "note: A, B tie, and the rules ask for drawing lots." in said
    aside = run(written(put(False, "bids", 0, "knock_outs", "export"))).output
    assert "set aside: A: Does not meet “export”." in aside


def test_what_is_wrong_stands_on_a_line_each_and_ends_in_failure(run: Run) -> None:
    result = run(written(lambda c: [put("0", "bids", n, "price")(c) for n in (0, 1)]))
    assert result.exit_code == 1
    first, *lines = result.output.splitlines()
    assert first == "Error: No award can be computed from this file."
    assert [line.partition(":")[0] for line in lines] == ["bids[0].price", "bids[1].price"]


def test_a_lot_without_an_outcome_is_named(run: Run) -> None:
    half = put(["A"], "drawn", "whole")
    result = run(written(half))
    assert result.exit_code == 1
    assert "rules.lots[0]: Lots were not drawn for “B”, which ties too." in result.output


def test_a_relative_formula_shows_its_reason_its_defect_and_the_reversal(run: Run) -> None:
    def change(content: dict[str, object]) -> None:
        formula = {"name": "relative-inverse", "price_weight": 5000}
        put(formula, "rules", "lots", 0, "formula")(content)
        put("No\nband is known.", "rules", "lots", 0, "reason")(content)
        bids = [
            {
                **GOOD["bids"][0],
                "key": key,
                "price": price,
                "scores": {**GOOD["bids"][0]["scores"], **scores},
            }
            for key, price, scores in [
                ("A", "100000", {"stop": "4", "learn": "4"}),
                ("B", "125000", {}),
                ("C", "60000", {"plan": "NR"}),
            ]
        ]
        put(bids, "bids")(content)
        put({}, "drawn")(content)

    said = run(written(change)).output
    assert "reason: No band is known." in said
    assert "note: Rank reversal: whoever has the lowest price" in said
    assert "note: Without C, A would be first instead of B." in said


def test_no_application_and_no_database_is_needed(tmp_path: Path) -> None:
    file = tmp_path / "award.json"
    file.write_bytes(written())
    code = (
        "import sys; from waardewerk_procurement.commands import procurement;"
        f"procurement(['award', {str(file)!r}], standalone_mode=False);"
        "print(sorted({'flask', 'sqlalchemy', 'waardewerk.app'} & set(sys.modules)))"
    )
    said = subprocess.check_output([sys.executable, "-c", code], text=True, cwd=tmp_path)
    assert said.splitlines()[-1] == "[]"
    assert list(tmp_path.iterdir()) == [file]


def with_a_ceiling(**parts: str) -> bytes:
    """Write the file as that of a scheme, with these parts of a ceiling."""
    return written(lambda content: content["rules"]["lots"][0].update(parts))


def test_a_ceiling_is_divided_down_the_ranking(run: Run) -> None:
    asked = with_a_ceiling(ceiling="150000.00", beyond="partial")
    (lot,) = json.loads(run(asked, "--format", "json").output)["lots"]
    assert "winner" not in lot
    first, second = lot["granted"]
    assert (first["bid"], first["granted"]["rounded"], first["left"]["rounded"]) == (
        "B",
        "100000.00",
        "50000.00",
    )
    assert (second["bid"], second["granted"]["rounded"]) == ("A", "50000.00")
    said = run(asked).output
    assert "ceiling: 150000.00, beyond it: partial" in said
    assert "winner" not in said


def test_half_a_ceiling_is_told_where_it_stands(run: Run) -> None:
    refused = run(with_a_ceiling(ceiling="150000.00"))
    assert refused.exit_code == 1
    assert "rules.lots[0].ceiling: Give a ceiling and what happens where it ends" in refused.output
