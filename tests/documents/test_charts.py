import datetime as dt
import re
from collections.abc import Callable
from itertools import pairwise
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.documents import Figure, png_of, printable
from waardewerk.documents.charts import (
    Axis,
    DotRow,
    GapRow,
    Moment,
    Point,
    Series,
    StripGroup,
    TrendRow,
    Words,
    dot_plot,
    gap_bars,
    radar,
    spread_strip,
    trend,
)
from waardewerk.documents.charts.drawing import width_of, wrap

SVG = "{http://www.w3.org/2000/svg}"
THEMES = [
    "Organisatie, governance en intern toezicht",
    "Kennis en vaardigheden",
    "Risicobeheersing en processen voor databeheer",
    "Inkoop en subsidies",
    "Betrekken van belanghebbenden",
    "Cultuur rond digitale ethiek",
]
LONG = [f"{theme} {'verantwoordelijkheidsverdelingen' * 2}" for theme in THEMES]
WORDS = Words("grafiek", "Niveau per thema", "Nu en gewenst")

Chart = Callable[[list[str], int], str]


def a_radar(labels: list[str], width: int) -> str:
    series = [Series("Nu", [1, 2, 3, 4, 5, 1]), Series("Gewenst", [3, 3, None, 4, 5, 2])]
    return radar([Axis(label) for label in labels], series, words=WORDS, width=width)


def a_dot_plot(labels: list[str], width: int) -> str:
    points = [Point("Nu", 2), Point("Gewenst", 4)]
    return dot_plot(
        [DotRow(label, points, 1, 3.5) for label in labels],
        series=["Nu", "Gewenst"],
        arrow=("Nu", "Gewenst"),
        range_label="Laagste en hoogste antwoord",
        words=WORDS,
        width=width,
    )


def a_spread_strip(labels: list[str], width: int) -> str:
    groups = [StripGroup(label, {1: 3, 2: 8, 5: 1}) for label in labels[:2]]
    groups.append(StripGroup(labels[2], None))
    steps = {step: str(step) for step in range(1, 6)}
    return spread_strip(groups, steps, words=WORDS, hidden_text="Te weinig mensen", width=width)


def some_gap_bars(labels: list[str], width: int) -> str:
    values = [2, -1, 0, None, 4, 1.5]
    rows = [GapRow(*pair, "2 stappen") for pair in zip(labels, values, strict=True)]
    return gap_bars(rows, words=WORDS, width=width)


def a_trend(labels: list[str], width: int) -> str:
    series = [Series("Nu", [1, None, 3]), Series("Gewenst", [3, 4, 5])]
    moments = [Moment(dt.date(year, 3, 1), f"maart {year}") for year in (2024, 2025, 2026)]
    rows = [TrendRow(label, series) for label in labels]
    return trend(rows, moments, words=WORDS, width=width)


CHARTS = [a_radar, a_dot_plot, a_spread_strip, some_gap_bars, a_trend]


@pytest.fixture(params=CHARTS, ids=[chart.__name__ for chart in CHARTS])
def chart(request: pytest.FixtureRequest) -> Chart:
    draw: Chart = request.param
    return draw


def texts_of(svg: str) -> list[str]:
    texts = ElementTree.fromstring(svg).iter(f"{SVG}text")
    return [" ".join(text.itertext()) for text in texts]


def colours_of(svg: str) -> set[str]:
    return set(re.findall(r'"(#[0-9a-f]{6})"', svg))


def brightness(colour: str) -> float:
    def linear(part: int) -> float:
        share = part / 255
        return share / 12.92 if share <= 0.03928 else float(((share + 0.055) / 1.055) ** 2.4)

    red, green, blue = (linear(int(colour[at : at + 2], 16)) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


@pytest.mark.parametrize("width", [320, 640])
def test_a_chart_may_stand_in_a_document(chart: Chart, width: int) -> None:
    assert Figure(chart(THEMES, width), "Een grafiek", "").svg.startswith("<svg")


def test_a_chart_has_a_name_and_a_description(chart: Chart) -> None:
    root = ElementTree.fromstring(chart(THEMES, 320))
    named = {element.get("id"): element.text for element in root.iter() if element.get("id")}
    labels = root.get("aria-labelledby", "").split()
    assert root.get("role") == "img"
    assert [named[label] for label in labels] == ["Niveau per thema", "Nu en gewenst"]


def test_a_chart_uses_presentation_attributes_only(chart: Chart) -> None:
    svg = chart(THEMES, 320)
    assert "style=" not in svg
    assert "class=" not in svg


@pytest.mark.parametrize("width", [320, 640])
def test_a_chart_stays_small(chart: Chart, width: int) -> None:
    assert len(chart(THEMES, width).encode()) < 7000


def test_the_letters_of_a_chart_are_readable_on_a_narrow_screen(chart: Chart) -> None:
    root = ElementTree.fromstring(chart(THEMES, 320))
    sizes = [
        float(element.get("font-size", "0")) for element in root.iter() if element.get("font-size")
    ]
    # A screen of 320 pixels leaves about 288 for the chart.
    assert min(sizes) * 288 / 320 >= 12


def test_colours_differ_enough_from_white_and_from_black(chart: Chart) -> None:
    for colour in colours_of(chart(THEMES, 320)):
        assert 1.05 / (brightness(colour) + 0.05) >= 3
        assert (brightness(colour) + 0.05) / 0.05 >= 3


@pytest.mark.parametrize("labels", [THEMES, LONG], ids=["usual", "long"])
@pytest.mark.parametrize("width", [320, 640])
def test_no_text_leaves_the_chart(chart: Chart, labels: list[str], width: int) -> None:
    root = ElementTree.fromstring(chart(labels, width))
    _, _, right, bottom = map(float, root.get("viewBox", "").split())
    for text in root.iter(f"{SVG}text"):
        for part in list(text) or [text]:
            size = width_of(part.text or "")
            before = {"middle": size / 2, "end": size}.get(text.get("text-anchor", ""), 0)
            left = float(part.get("x", "0")) - before
            assert left >= -1
            assert left + size <= right + 1
            assert 0 < float(part.get("y", "0")) <= bottom


@pytest.mark.parametrize("labels", [THEMES, LONG], ids=["usual", "long"])
def test_a_chart_says_every_label(chart: Chart, labels: list[str]) -> None:
    said = "".join(texts_of(chart(labels, 320))).replace("-", "").replace(" ", "")
    for label in labels[:3]:
        assert label.replace(" ", "") in said


def test_a_chart_writes_labels_as_text(chart: Chart) -> None:
    labels = ["<script>alert(1)</script>", '"onload="x', "&amp;", "nul\x00", "\ud800", "x"]
    svg = chart(labels, 320)
    assert "<script" not in svg
    assert ElementTree.fromstring(svg).get("onload") is None


def test_a_prefix_that_is_no_id_is_refused() -> None:
    with pytest.raises(ValueError, match="prefix"):
        Words('"><script>', "Titel", "Beschrijving")


def test_a_hidden_group_shows_words_and_no_dots() -> None:
    steps = {1: "1", 2: "2"}
    groups = [StripGroup("Bestuurlijk", None)]
    svg = spread_strip(groups, steps, words=WORDS, hidden_text="Te weinig mensen")
    assert "Te weinig mensen" in texts_of(svg)
    assert colours_of(svg) == set()


def test_a_stack_says_how_many_people_it_holds() -> None:
    steps = {step: str(step) for step in range(1, 6)}
    groups = [StripGroup("Ambtelijk", {2: 143, 3: 7})]
    said = texts_of(spread_strip(groups, steps, words=WORDS, hidden_text=""))
    assert {"143", "7"} <= set(said)


def test_step_names_that_do_not_fit_are_listed_by_number() -> None:
    steps = {1: "Nog niet begonnen", 2: "Vanzelfsprekend", 3: "Vastgelegd", 4: "Geleerd", 5: "Af"}
    said = texts_of(spread_strip([StripGroup("A", {1: 1})], steps, words=WORDS, hidden_text=""))
    assert "Vanzelfsprekend" in said
    assert said.count("2") == 2


def test_series_differ_by_shape_and_dash_and_not_by_colour_alone() -> None:
    axes = [Axis(label) for label in THEMES]
    lines = [
        radar(axes, [Series("", [1] * 6)] * index + [Series("Laatste", [2] * 6)], words=WORDS)
        for index in range(4)
    ]
    dashes = [set(re.findall(r'stroke-dasharray="([^"]+)"', line)) for line in lines]
    assert [len(dash) for dash in dashes] == [0, 1, 2, 3]


def test_a_fifth_series_is_refused() -> None:
    with pytest.raises(ValueError, match="at most 4 series"):
        radar([Axis(label) for label in THEMES], [Series("", [1] * 6)] * 5, words=WORDS)


def test_a_radar_with_two_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="at least three axes"):
        radar([Axis("A"), Axis("B")], [], words=WORDS)


def test_a_series_that_does_not_fit_the_axes_is_refused() -> None:
    with pytest.raises(ValueError, match="one value per axis"):
        radar([Axis("A"), Axis("B"), Axis("C")], [Series("Nu", [1])], words=WORDS)


def test_equal_values_do_not_cover_each_other() -> None:
    series = ["Beleid", "Praktijk", "Resultaat"]
    row = DotRow("Kennis", [Point(name, 3) for name in series])
    svg = dot_plot([row], series=series, words=WORDS)
    marks = [
        float(path.get("d", "").split()[1].split("a")[0].split("L")[0].split("h")[0])
        for path in list(ElementTree.fromstring(svg))
        if path.tag == f"{SVG}path" and path.get("stroke-opacity") is None
    ]
    assert len(marks) == 3
    assert all(abs(one - other) >= 10 for one, other in pairwise(sorted(marks)))


def test_an_arrow_is_drawn_between_now_and_wanted_only_when_they_differ() -> None:
    def arrows(now: float, wanted: float) -> int:
        row = DotRow("Kennis", [Point("Nu", now), Point("Gewenst", wanted)])
        svg = dot_plot([row], series=["Nu", "Gewenst"], arrow=("Nu", "Gewenst"), words=WORDS)
        return svg.count('stroke-width="2"')

    assert arrows(2, 4) == 1
    assert arrows(3, 3) == 0


def test_a_picture_of_a_chart_is_a_png(chart: Chart) -> None:
    assert png_of(chart(THEMES, 320)).startswith(b"\x89PNG\r\n")


@given(st.text(max_size=120), st.integers(60, 400))
def test_wrapped_lines_fit_and_lose_nothing(text: str, width: int) -> None:
    words = text.replace("-", "")
    lines = wrap(words, width)
    assert all(width_of(line) <= width for line in lines)
    kept = "".join(lines).replace("-", "").replace(" ", "")
    assert kept == "".join(printable(words).split())
