from __future__ import annotations

from datetime import date, timedelta
from fractions import Fraction
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from waardewerk_maturity import scoring
from waardewerk_maturity.scoring import LENSES, Move, Range, ThemeFigures, theme_figures

level = st.integers(1, 5)
agreed_level = st.none() | level
now = st.dictionaries(st.sampled_from(LENSES), agreed_level)
QUESTIONS = ("t.one", "t.two", "t.three")
agreed = st.dictionaries(
    st.tuples(st.sampled_from(("t", *QUESTIONS, "other", "other.one")), st.sampled_from(LENSES)),
    agreed_level,
)


@st.composite
def figures(draw: st.DrawFn) -> list[ThemeFigures]:
    themes = draw(st.lists(st.sampled_from("abcdefgh"), unique=True))
    return [ThemeFigures(theme, draw(now), {}, draw(agreed_level)) for theme in themes]


@given(agreed)
def test_a_theme_has_the_level_people_agreed_on_and_no_other(agreed: scoring.Agreed) -> None:
    found = theme_figures("t", QUESTIONS, agreed)
    for lens in LENSES:
        assert (lens in found.now) == (("t", lens) in agreed)
        assert found.now.get(lens) == agreed.get(("t", lens))


@given(agreed)
def test_the_range_spans_the_agreed_levels_of_the_questions(agreed: scoring.Agreed) -> None:
    found = theme_figures("t", QUESTIONS, agreed)
    for lens in LENSES:
        levels = [agreed[q, lens] for q in QUESTIONS if agreed.get((q, lens)) is not None]
        naive = Range(min(levels), max(levels)) if levels else None
        assert found.ranges.get(lens) == naive


@given(agreed, st.sampled_from(QUESTIONS), st.sampled_from(LENSES))
def test_a_question_that_does_not_apply_changes_no_figure(
    agreed: scoring.Agreed, question: str, lens: str
) -> None:
    without = {key: value for key, value in agreed.items() if key != (question, lens)}
    not_applicable = {**without, (question, lens): None}
    assert theme_figures("t", QUESTIONS, not_applicable) == theme_figures("t", QUESTIONS, without)


@given(now)
def test_breaks_are_policy_minus_practice_and_practice_minus_result(
    now: dict[str, int | None],
) -> None:
    found = {(b.ahead, b.behind): b.size for b in ThemeFigures("t", now).breaks}
    naive = {}
    if now.get("policy") and now.get("practice"):
        naive["policy", "practice"] = now["policy"] - now["practice"]
    if now.get("practice") and now.get("result"):
        naive["practice", "result"] = now["practice"] - now["result"]
    assert found == naive


@given(now)
def test_only_a_break_of_two_levels_ahead_is_flagged(now: dict[str, int | None]) -> None:
    one = ThemeFigures("t", now)
    assert one.flagged == tuple(b for b in one.breaks if b.size in {2, 3, 4})


def test_practice_that_runs_ahead_of_paper_is_not_flagged() -> None:
    assert not ThemeFigures("t", {"policy": 1, "practice": 4, "result": 4}).flagged


@given(now, agreed_level)
def test_the_gap_is_wanted_minus_the_level_in_practice(
    now: dict[str, int | None], wanted: int | None
) -> None:
    practice = now.get("practice")
    naive = None if wanted is None or practice is None else wanted - practice
    assert ThemeFigures("t", now, {}, wanted).gap == naive


def test_a_scan_without_lenses_is_measured_by_its_only_level() -> None:
    assert ThemeFigures("t", {"": 2}, {}, 4).gap == 2


accents = st.dictionaries(st.sampled_from("abcdefgh"), st.sampled_from((0.0, 0.25, 0.5, 1.0)))


@given(figures(), accents)
def test_themes_stand_in_the_order_of_gap_times_one_plus_accent(
    themes: list[ThemeFigures], accents: dict[str, float]
) -> None:
    def naive(one: ThemeFigures) -> Fraction | None:
        if one.gap is None:
            return None
        # Where wanted is already reached there is nothing to do: an accent changes nothing there.
        return one.gap * (1 + (Fraction(accents.get(one.theme, 0)) if one.gap > 0 else 0))

    found = scoring.by_gap(themes, accents)
    known = [weight for one in found if (weight := naive(one)) is not None]
    assert known == sorted(known, reverse=True)
    assert [one.gap is None for one in found] == sorted(one.gap is None for one in themes)
    assert sorted(one.theme for one in found) == sorted(one.theme for one in themes)


@given(figures())
def test_equal_themes_keep_their_order_and_accents_are_neutral_by_default(
    themes: list[ThemeFigures],
) -> None:
    place = {one.theme: number for number, one in enumerate(themes)}
    assert scoring.by_gap(themes) == scoring.by_gap(themes, {})
    found = scoring.by_gap(themes)
    for before, after in pairwise(found):
        if before.gap == after.gap:
            assert place[before.theme] < place[after.theme]


@given(figures(), accents)
def test_an_accent_changes_the_order_and_never_a_level(
    themes: list[ThemeFigures], accents: dict[str, float]
) -> None:
    after = {one.theme: one for one in scoring.by_gap(themes, accents)}
    assert all(after[one.theme] == one for one in themes)


@given(level, level, st.integers(0, 3000))
def test_more_than_two_levels_a_year_is_steep(now: int, wanted: int, days: int) -> None:
    today = date(2026, 1, 1)
    steep = scoring.is_steep(now, wanted, today, today + timedelta(days))
    # A step or two is never steep, however soon.
    years = max(Fraction(days, 365), Fraction(1))
    assert steep == (Fraction(wanted - now) / years > 2)


def test_three_levels_in_a_year_warn_and_in_two_years_do_not() -> None:
    today = date(2026, 1, 1)
    assert scoring.is_steep(1, 4, today, date(2027, 1, 1))
    assert not scoring.is_steep(1, 4, today, date(2028, 1, 1))
    assert not scoring.is_steep(None, 5, today, date(2026, 2, 1))


@given(st.lists(agreed_level), st.randoms())
def test_the_overall_index_is_the_median_of_the_known_levels_in_any_order(
    levels: list[int | None], random: object
) -> None:
    themes = [ThemeFigures(str(n), {"practice": one}) for n, one in enumerate(levels)]
    known = sorted(one for one in levels if one is not None)
    found = scoring.overall_index(themes)
    if not known:
        assert found is None
        return
    middle = (known[(len(known) - 1) // 2] + known[len(known) // 2]) / 2
    assert found == middle
    assert found * 2 == int(found * 2)
    random.shuffle(themes)  # type: ignore[attr-defined]
    assert scoring.overall_index(themes) == found


@given(
    st.dictionaries(st.sampled_from("abcd"), agreed_level),
    st.dictionaries(st.sampled_from("abcd"), agreed_level),
)
def test_a_theme_moves_when_it_has_a_level_both_times(
    before: dict[str, int | None], after: dict[str, int | None]
) -> None:
    naive = {
        theme: (before[theme], after[theme])
        for theme in after
        if before.get(theme) is not None and after[theme] is not None
    }
    assert {m.theme: (m.before, m.after) for m in scoring.moves(before, after)} == naive


def test_one_theme_that_rose_alone_is_named() -> None:
    assert scoring.only_one_rose([Move("a", 1, 2), Move("b", 2, 2)]) == "a"
    assert scoring.only_one_rose([Move("a", 1, 2), Move("b", 2, 3)]) is None
    assert scoring.only_one_rose([Move("a", 2, 1), Move("b", 2, 2)]) is None
    assert scoring.only_one_rose([Move("a", 1, 2)]) is None
