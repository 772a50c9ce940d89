"""A criterion as a row and back, and what a file offers beside what is there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from waardewerk.documents.sheets import Sheet, Workbook, to_xlsx
from waardewerk.notation.problems import DefinitionError
from waardewerk.notation.yaml_text import Writable, write_yaml
from waardewerk.refusal import Refusal
from waardewerk_procurement.criteria import (
    KINDS,
    MOST_CRITERIA,
    Criterion,
    load_criteria,
    shipped_criteria,
    write_criteria,
)
from waardewerk_procurement.library import fields as library_fields
from waardewerk_procurement.library import intake
from waardewerk_procurement.library import sheet as library_sheet
from waardewerk_procurement.library.intake import MOST_OWN, Judged, Offer
from waardewerk_procurement.library.sheet import offers_in, whole_in
from waardewerk_procurement.library.sheet_reading import Fault, Row, WrongSheet, read_sheet
from waardewerk_procurement.library.sheet_reading import Sheet as ReadSheet

SHIPPED = shipped_criteria()
BY_KEY = {one.key: one for one in SHIPPED}
KEPT = next(one for one in SHIPPED if one.kept_by)
ALONE = next(one for one in SHIPPED if one.type == "kpi")


def own(criterion: Criterion, key: str, **changes: Any) -> Criterion:
    """Make another criterion of one that is there."""
    return criterion.model_copy(update={"id": f"urn:waardewerk:criterion:ons:{key}", **changes})


def tree(criterion: Criterion, **changes: Writable) -> dict[str, Writable]:
    """Give the fields of a criterion as a file holds them."""
    cells = library_fields.cells_of(criterion)
    found = library_fields.tree_of(cells, library_fields.languages_of(criterion))
    return {**found, **changes}


def judged(*offered: Mapping[str, Writable], room: int = MOST_OWN) -> tuple[Judged, ...]:
    """Judge what a file offers beside the shipped criteria."""
    offers = [Offer(place, one) for place, one in enumerate(offered, start=2)]
    return intake.judge(offers, BY_KEY, owner="Provincie Voorbeeld", room=room)


def verdicts(*offered: Mapping[str, Writable], room: int = MOST_OWN) -> list[str]:
    return [one.verdict for one in judged(*offered, room=room)]


def why(one: Judged) -> str:
    return "; ".join(problem.text() for problem in one.problems)


def sheet_of(*criteria: Criterion) -> Sheet:
    return library_sheet.workbook(criteria, str).sheets[0]


def back(sheet: Sheet) -> tuple[Offer, ...]:
    """Write a sheet as a file and read that."""
    return offers_in(read_sheet(to_xlsx(Workbook("x", [sheet]))))


class TestFields:
    """One list of fields says what a criterion is made of."""

    @pytest.mark.parametrize("one", SHIPPED, ids=lambda one: one.key)
    def test_a_criterion_comes_back_from_its_cells_as_it_was(self, one: Criterion) -> None:
        assert intake.read_tree(tree(one)) == one

    def test_every_field_of_a_criterion_is_in_the_list(self) -> None:
        steps = {field.path[0] for field in library_fields.FIELDS}
        assert steps == set(Criterion.model_fields)

    def test_no_two_fields_end_in_the_same_step(self) -> None:
        ends = [field.path[-1] for field in library_fields.FIELDS]
        assert len(set(ends)) == len(ends)

    @pytest.mark.parametrize("type_", KINDS)
    def test_a_type_has_the_fields_that_its_criteria_fill(self, type_: str) -> None:
        kind = KINDS[type_]  # type: ignore[index]
        fitting = {one.name for one in library_fields.FIELDS if one.fits(kind, type_)}
        for criterion in (one for one in SHIPPED if one.type == type_):
            for name in library_fields.cells_of(criterion):
                column = library_fields.parse_column(name)
                assert column is not None
                assert column[0].name in fitting

    def test_texts_in_another_language_stay_beside_their_own(self) -> None:
        cells = {"evidence_nl": "een\ntwee\ndrie", "evidence_en": "one\n\nthree"}
        found = library_fields.tree_of(cells, ("nl", "en"))
        assert found["evidence"] == [
            {"nl": "een", "en": "one"},
            {"nl": "twee"},
            {"nl": "drie", "en": "three"},
        ]

    def test_a_third_language_has_its_own_columns(self) -> None:
        frisian = tree(ALONE, title={"nl": "Uitleg", "fy": "Utlis"})
        criterion = intake.read_tree(frisian)
        names = [name for name, _field, _code in library_fields.columns_for([criterion])]
        assert "title_fy" in names
        assert "text_fy" not in names

    @pytest.mark.parametrize("name", ["", "title", "title_", "id_nl", "nothing_nl", "__class__"])
    def test_a_column_that_nobody_knows(self, name: str) -> None:
        assert library_fields.parse_column(name) is None


class TestNumbers:
    """Numbers are understood as people and spreadsheets write them."""

    @pytest.mark.parametrize(
        ("typed", "read"),
        [
            ("10", "10"),
            ("10,0", "10"),
            ("10.0", "10"),
            ("10 %", "10"),
            ("10%", "10"),
            ("0.1", "10"),
            ("0,07", "7"),
            ("0.07000000000000001", "7"),
            ("1E1", "10"),
            ("12,5", "12,5"),
            ("0,5 %", "0,5 %"),
            ("tien", "tien"),
            ("", ""),
            ("NaN", "NaN"),
            ("1e999999", "1e999999"),
        ],
    )
    def test_a_percentage(self, typed: str, read: str) -> None:
        assert whole_in(typed) == read

    @given(st.integers(1, 100), st.sampled_from(["{}", "{},0", "{}.00", " {} ", "{} %", "{}%"]))
    def test_a_whole_percentage_in_any_form(self, number: int, form: str) -> None:
        assert whole_in(form.format(number)) == str(number)

    @given(st.integers(1, 99))
    def test_a_cell_that_is_shown_as_a_percentage(self, number: int) -> None:
        assert whole_in(repr(number / 100)) == str(number)

    def test_half_a_percent_is_refused_with_its_field(self) -> None:
        wished = next(one for one in SHIPPED if one.type == "wish")
        sheet = sheet_of(own(wished, "half"))
        place = sheet.columns.index("weight_least")
        row = ["12,5" if nth == place else text for nth, text in enumerate(sheet.rows[0])]
        (offer,) = back(Sheet("x", sheet.columns, [row]))
        assert why(judged(offer.tree)[0]) == "“least” must be a whole number."


class TestSheet:
    """The sheet that leaves is the sheet that comes back."""

    def test_everything_that_is_shipped_goes_round(self) -> None:
        offers = back(sheet_of(*SHIPPED))
        assert [intake.read_tree(one.tree) for one in offers] == list(SHIPPED)

    def test_rows_are_numbered_as_in_the_sheet(self) -> None:
        assert [one.place for one in back(sheet_of(KEPT, ALONE))] == [2, 3]

    def test_columns_are_found_in_any_order_and_case(self) -> None:
        sheet = sheet_of(ALONE)
        turned = Sheet("x", [one.upper() for one in sheet.columns][::-1], [sheet.rows[0][::-1]])
        assert intake.read_tree(back(turned)[0].tree) == ALONE

    def test_a_text_that_looks_like_a_formula_stays_a_text(self) -> None:
        risky = own(ALONE, "risky", title=ALONE.title.__class__({"nl": "=HYPERLINK(1)"}))
        (offer,) = back(sheet_of(risky))
        assert offer.problems == ()
        assert intake.read_tree(offer.tree).title["nl"] == "=HYPERLINK(1)"

    def test_closed_lists_can_be_chosen_from(self) -> None:
        sheet = sheet_of(ALONE)
        offered = {sheet.columns[place]: list(found) for place, found in sheet.choices.items()}
        assert offered["type"] == list(KINDS)
        assert offered["ambition"] == ["1", "2", "3"]
        assert set(offered) == {"type", "ambition", "ground"}

    def test_a_closed_list_is_in_the_file_and_fits_in_what_excel_takes(self) -> None:
        from io import BytesIO

        import openpyxl

        book = openpyxl.load_workbook(BytesIO(to_xlsx(library_sheet.workbook((), str))))
        first = book.worksheets[0]
        rules = first.data_validations.dataValidation
        assert len(rules) == 3
        assert all(rule.type == "list" and len(rule.formula1) <= 257 for rule in rules)
        assert [one.title for one in book.worksheets] == ["Criteria", "Explanation"]

    def test_the_second_sheet_explains_every_column(self) -> None:
        first, second = library_sheet.workbook(SHIPPED, str).sheets
        assert [row[0] for row in second.rows] == list(first.columns)
        assert all(row[1] for row in second.rows)

    def test_a_sheet_without_rows_offers_nothing(self) -> None:
        assert back(sheet_of()) == ()

    @pytest.mark.parametrize(
        ("first", "message"),
        [
            ({}, "empty"),
            ({0: "kop"}, "“type, title_nl” is missing"),
            ({0: "type"}, "“title_nl” is missing"),
            ({0: "type", 1: "title_nl", 2: "Type"}, "“type” is there twice"),
        ],
    )
    def test_a_first_row_that_names_no_columns(self, first: dict[int, str], message: str) -> None:
        rows = (Row(1, first),) if first else ()
        with pytest.raises(WrongSheet, match=message):
            offers_in(ReadSheet(rows))

    def test_what_is_wrong_with_a_cell_stays_with_its_row(self) -> None:
        head = Row(1, {0: "type", 1: "title_nl"})
        wrong = Row(2, {0: "kpi"}, (Fault("B", "This cell holds a formula."),))
        aside = Row(3, {0: "kpi", 5: "a note"})
        found = offers_in(ReadSheet((head, wrong, aside)))
        said = [[(one.line, one.subject, one.text()) for one in offer.problems] for offer in found]
        assert said == [
            [(2, "B", "This cell holds a formula.")],
            [(3, "F", "There is something in a column without a known name: “a note”.")],
        ]


class TestJudging:
    """Of every row it is said what becomes of it, and nothing is overwritten."""

    def test_what_is_new_is_taken_and_what_is_there_stays(self) -> None:
        assert verdicts(
            tree(own(ALONE, "nieuw")), tree(ALONE), tree(ALONE, ambition=ALONE.ambition % 3 + 1)
        ) == ["taken", "same", "differs"]

    def test_a_new_one_is_named_after_its_title_and_whose_it_is(self) -> None:
        (one,) = judged(tree(ALONE, id="", title={"nl": "Hoé zit dat?"}))
        assert one.criterion is not None
        assert one.criterion.id == "urn:waardewerk:criterion:provincie-voorbeeld:hoe-zit-dat"

    def test_the_same_file_twice_offers_nothing_new(self) -> None:
        first = intake.taken_from(judged(tree(ALONE, id="", title={"nl": "Nieuw"})))
        again = [Offer(2, tree(ALONE, id="", title={"nl": "Nieuw"}))]
        known = {**BY_KEY, **{one.key: one for one in first}}
        found = intake.judge(again, known, owner="Provincie Voorbeeld", room=1)
        assert [one.verdict for one in found] == ["same"]

    def test_a_key_names_one_criterion(self) -> None:
        (here,) = judged(tree(own(ALONE, KEPT.key)))
        assert "belongs to another criterion" in why(here)
        _first, second = judged(tree(own(ALONE, "twee")), tree(own(ALONE, "twee")))
        assert "used twice" in why(second)

    def test_all_that_is_wrong_with_a_row_is_said_and_the_rest_is_kept(self) -> None:
        wrong, good = judged(
            {"type": "wens", "title": {"nl": "Met alleen een titel"}}, tree(own(ALONE, "goed"))
        )
        assert (wrong.place, wrong.name, wrong.verdict) == (2, "Met alleen een titel", "refused")
        assert "“type” must be one of" in why(wrong)
        assert "“values” is missing" in why(wrong)
        assert good.verdict == "taken"

    def test_what_was_wrong_with_a_cell_refuses_the_row(self) -> None:
        problem = intake.Problem(2, "B", "A formula.")
        offers = [Offer(2, tree(own(ALONE, "formule")), (problem,))]
        (found,) = intake.judge(offers, BY_KEY, owner="x", room=1)
        assert (found.verdict, found.problems) == ("refused", (problem,))

    def test_dutch_has_to_be_there(self) -> None:
        (found,) = judged(tree(ALONE, id="", title={"en": "Only English"}))
        assert "“title” has no text in nl" in why(found)

    def test_a_promise_can_be_kept_by_something_in_the_file_or_in_the_library(self) -> None:
        keeper = own(BY_KEY[KEPT.kept_by[0]], "houdt-vast")
        mine = own(KEPT, "belofte", kept_by=("houdt-vast",))
        assert verdicts(tree(mine), tree(keeper)) == ["taken", "taken"]
        assert verdicts(tree(own(KEPT, "van-hier"))) == ["taken"]

    def test_a_promise_falls_with_what_keeps_it(self) -> None:
        broken = tree(own(ALONE, "kapot"), values=[])
        condition = next(one for one in SHIPPED if one.type == "contract_condition")
        between = tree(own(condition, "ertussen", kept_by=("kapot",)))
        first = tree(own(KEPT, "belofte", kept_by=("ertussen",)))
        found = judged(first, between, broken)
        assert [one.verdict for one in found] == ["refused"] * 3
        assert "no criterion with the key “ertussen”" in why(found[0])

    def test_a_keeper_must_be_of_a_type_that_keeps(self) -> None:
        wish = next(one for one in SHIPPED if one.type == "wish")
        (found,) = judged(tree(own(KEPT, "belofte", kept_by=(wish.key,))))
        assert "cannot keep this one alive" in why(found)

    def test_what_does_not_fit_is_refused_as_a_whole(self) -> None:
        two = (tree(own(ALONE, "een")), tree(own(ALONE, "twee")), tree(ALONE))
        assert verdicts(*two, room=1) == ["refused", "refused", "same"]
        assert verdicts(*two, room=2) == ["taken", "taken", "same"]

    @given(st.lists(st.sampled_from(SHIPPED), max_size=6), st.integers(0, 6))
    def test_no_row_gets_lost(self, chosen: Sequence[Criterion], room: int) -> None:
        offered = [tree(own(one, f"k{nth}")) for nth, one in enumerate(chosen)]
        found = judged(*offered, room=room)
        assert [one.place for one in found] == list(range(2, len(chosen) + 2))
        assert len(intake.taken_from(found)) in (0, len(chosen))


class TestLists:
    """A list that leaves can be read by everybody."""

    def test_a_file_goes_round_byte_for_byte(self) -> None:
        text = intake.written(SHIPPED, owner="Provincie Voorbeeld")
        assert write_criteria(load_criteria(text)) == text
        assert load_criteria(text).criteria == SHIPPED

    def test_what_keeps_a_promise_goes_along(self) -> None:
        whole = intake.standing_alone([KEPT], BY_KEY)
        assert {one.key for one in whole} >= {KEPT.key, *KEPT.kept_by}
        assert load_criteria(intake.written(whole, owner="")).criteria[0] == KEPT

    def test_one_criterion_is_kept_without_what_keeps_its_promise(self) -> None:
        content = intake.write_one(KEPT)
        assert load_criteria(content).criteria == (KEPT,)
        assert intake.write_one(intake.read_one(content)) == content

    def test_of_several_what_keeps_a_promise_is_among_them(self) -> None:
        with pytest.raises(ValidationError):
            intake.list_of([KEPT, own(KEPT, "nog-een")], urn=KEPT.id, title="x")

    def test_the_library_fits_in_one_file(self) -> None:
        assert len(SHIPPED) + MOST_OWN <= MOST_CRITERIA

    def test_what_does_not_fit_in_one_file_is_refused(self) -> None:
        many = [own(ALONE, f"k{nth}") for nth in range(MOST_CRITERIA + 1)]
        with pytest.raises(Refusal, match="too much for one file"):
            intake.written(many, owner="")

    def test_a_list_is_read_line_by_line(self) -> None:
        text = write_yaml({"criteria": [tree(own(ALONE, "een")), "los", {"id": "x"}]})
        offers = intake.offers_in_yaml(text)
        found = intake.judge(offers, BY_KEY, owner="", room=9)
        assert [one.verdict for one in found] == ["taken", "refused", "refused"]
        lines = text.splitlines()
        assert [lines[one.place - 1].strip()[:5] for one in found] == ["- id:", '- "lo', "- id:"]

    @pytest.mark.parametrize(
        ("text", "message"),
        [
            ("- x\n", "must hold the fields of a list"),
            ("title: x\n", "no criteria in this file"),
            ("criteria: []\n", "no criteria in this file"),
            ("criteria:\n" + "  - x\n" * (MOST_CRITERIA + 1), "more than 500 criteria"),
            ("criteria: {a: 1}\n", "no criteria in this file"),
            ("criteria: [\n", ""),
        ],
    )
    def test_a_file_without_criteria(self, text: str, message: str) -> None:
        with pytest.raises(DefinitionError) as refused:
            intake.offers_in_yaml(text)
        assert message in str(refused.value)
