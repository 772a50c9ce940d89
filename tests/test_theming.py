"""A province's colours: written as CSS, and checked for contrast."""

import re
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.theming import (
    DEFAULT_THEME,
    Theme,
    contrast,
    contrast_problems,
    theme_css,
)

STYLE_SHEET = Path(__file__).parent.parent / "platform/waardewerk/static/app.css"
A_COLOUR = st.integers(min_value=0, max_value=0xFFFFFF).map("#{:06x}".format)


def declared(css: str) -> dict[str, str]:
    return dict(re.findall(r"(--theme-[a-z-]+):\s*([^;]+);", css))


def test_the_default_theme_has_enough_contrast_everywhere() -> None:
    assert contrast_problems(DEFAULT_THEME) == ()


def test_the_style_sheet_starts_from_the_default_theme() -> None:
    # Pages that fetch no font say so after it, for themselves alone.
    everywhere, _rule, _of_those_pages = STYLE_SHEET.read_text().partition(":root.ww-own-letters")
    assert declared(everywhere) == declared(theme_css(DEFAULT_THEME))


def test_every_colour_and_font_reaches_the_style_sheet() -> None:
    css = declared(theme_css(replace(DEFAULT_THEME, brand="#00ff7f", heading_font="georgia")))
    assert css["--theme-brand"] == "#00ff7f"
    assert css["--theme-heading-font"] == "Georgia, Cambria, serif"
    assert len(css) == 12


def test_black_on_white_is_twenty_one() -> None:
    assert contrast("#000000", "#ffffff") == pytest.approx(21)


def test_a_known_grey_on_white_is_just_enough_for_text() -> None:
    assert contrast("#767676", "#FFFFFF") == pytest.approx(4.54, abs=0.005)
    assert contrast("#777777", "#ffffff") < 4.5


@given(A_COLOUR, A_COLOUR)
def test_contrast_does_not_depend_on_which_colour_is_in_front(one: str, other: str) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.0001


def test_pale_text_is_reported_with_what_it_stands_on() -> None:
    problems = contrast_problems(replace(DEFAULT_THEME, text="#cccccc"))
    assert {(p.front, p.back) for p in problems} == {
        ("text", "page"),
        ("text", "surface"),
        ("text", "selected"),
    }


def test_the_worst_pair_comes_first() -> None:
    problems = contrast_problems(replace(DEFAULT_THEME, text="#999999", border="#fdfdfd"))
    ratios = [problem.contrast / problem.needed for problem in problems]
    assert problems[0].front == "border"
    assert ratios == sorted(ratios)


@pytest.mark.parametrize(
    "colour",
    ["red", "#fff", "123456", "#12345g", "#123456;}", "#123456\n", "", "# 12345", "#１２３４５６"],
)
def test_only_six_hexadecimal_digits_are_a_colour(colour: str) -> None:
    with pytest.raises(ValueError, match="#rrggbb"):
        Theme(brand=colour)
    with pytest.raises(ValueError, match="#rrggbb"):
        contrast(colour, "#ffffff")


def test_a_font_that_is_not_offered_is_refused() -> None:
    with pytest.raises(ValueError, match="not one of the fonts"):
        Theme(font='x"; } body { display: none')
