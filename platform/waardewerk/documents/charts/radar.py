"""A radar: the shape of all themes at a glance."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from string import ascii_uppercase

from markupsafe import Markup

from waardewerk.documents.charts.drawing import (
    COMPACT,
    LINE,
    WIDE_FROM,
    Series,
    Spot,
    Words,
    legend,
    listing,
    marks,
    path,
    runs_of_points,
    series_key,
    style_of,
    svg,
    tag,
    text,
    wrap,
)


@dataclass(frozen=True)
class Axis:
    """One spoke of a radar."""

    label: str


@dataclass(frozen=True)
class _Web:
    x: float
    y: float
    radius: float
    spokes: int
    maximum: int

    def spot(self, spoke: int, value: float) -> Spot:
        angle = 2 * math.pi * spoke / self.spokes
        reach = self.radius * value / self.maximum
        return self.x + reach * math.sin(angle), self.y - reach * math.cos(angle)


def radar(
    axes: Sequence[Axis],
    series: Sequence[Series],
    *,
    words: Words,
    maximum: int = 5,
    width: int = COMPACT,
) -> Markup:
    """Draw the series over at least three axes; narrow drawings name the axes by letter."""
    _require_matching(axes, series)
    labels = [axis.label for axis in axes]
    wide = width >= WIDE_FROM
    web, height, names = (
        _named_spokes(labels, width, maximum) if wide else _lettered_spokes(labels, width, maximum)
    )
    keys, key_height = legend(
        [series_key(index, one.label) for index, one in enumerate(series)], width, height
    )
    parts = [_rings(web), names, *(_shape(web, index, one) for index, one in enumerate(series))]
    return svg(words, width, height + key_height, *parts, keys)


def _require_matching(axes: Sequence[Axis], series: Sequence[Series]) -> None:
    if len(axes) < 3:
        raise ValueError("A radar needs at least three axes; draw a dot plot instead.")
    for one in series:
        if len(one.values) != len(axes):
            raise ValueError(f"Give series {one.label!r} one value per axis, None where missing.")


def _lettered_spokes(
    labels: Sequence[str], width: float, maximum: int
) -> tuple[_Web, float, Markup]:
    radius = min(width / 2 - 26, 150)
    web = _Web(width / 2, radius + 26, radius, len(labels), maximum)
    letters = [ascii_uppercase[number] for number in range(len(labels))]
    parts = []
    for number, letter in enumerate(letters):
        x, y = _beyond(web, number, 14)
        parts.append(text(x, y + 5, [letter], anchor="middle", bold=True))
    bottom = 2 * radius + 60
    names, height = listing(letters, labels, width, bottom)
    return web, bottom + height + 8, Markup("").join(parts) + names


def _named_spokes(labels: Sequence[str], width: float, maximum: int) -> tuple[_Web, float, Markup]:
    radius = min(width * 0.24, 170)
    room = width / 2 - radius - 26
    wrapped = [
        wrap(label, room if _side(number, len(labels)) else width * 0.5)
        for number, label in enumerate(labels)
    ]
    above = len(wrapped[0]) * LINE + 18
    web = _Web(width / 2, above + radius, radius, len(labels), maximum)
    parts = []
    bottom = web.y + radius
    for number, lines in enumerate(wrapped):
        x, y = _beyond(web, number, 16)
        first = _first_baseline(y, len(lines), number, len(labels))
        parts.append(text(x, first, lines, anchor=_anchor(number, len(labels))))
        bottom = max(bottom, first + (len(lines) - 1) * LINE)
    return web, bottom + 20, Markup("").join(parts)


def _side(spoke: int, spokes: int) -> int:
    sine = math.sin(2 * math.pi * spoke / spokes)
    return 0 if abs(sine) < 0.01 else int(math.copysign(1, sine))


def _anchor(spoke: int, spokes: int) -> str:
    return {0: "middle", 1: "start", -1: "end"}[_side(spoke, spokes)]


def _first_baseline(y: float, lines: int, spoke: int, spokes: int) -> float:
    """Grow upwards at the top and downwards at the bottom, so that no line enters the rings."""
    lift = (1 + math.cos(2 * math.pi * spoke / spokes)) / 2
    return y + 12 - lift * 10 - lift * (lines - 1) * LINE


def _beyond(web: _Web, spoke: int, distance: float) -> Spot:
    return web.spot(spoke, web.maximum * (1 + distance / web.radius))


def _rings(web: _Web) -> Markup:
    rings = "".join(
        path([web.spot(spoke, value) for spoke in range(web.spokes)], closed=True)
        for value in range(1, web.maximum + 1)
    )
    spokes = "".join(path([(web.x, web.y), web.spot(n, web.maximum)]) for n in range(web.spokes))
    numbers = [
        text(web.x - 9, web.spot(0, value)[1] + 5, [str(value)], anchor="end")
        for value in range(1, web.maximum + 1)
    ]
    lines = tag("path", d=rings + spokes, fill="none", stroke="currentColor", stroke_opacity=".25")
    return lines + tag("g", *numbers, fill_opacity=".8")


def _shape(web: _Web, index: int, series: Series) -> Markup:
    style = style_of(index)
    spots = [
        None if value is None else web.spot(spoke, value)
        for spoke, value in enumerate(series.values)
    ]
    whole = None not in spots
    # A gap in the values is a gap in the line; the last spoke stands beside the first.
    runs = runs_of_points(spots if whole else [*spots, spots[0]])
    stroke = tag(
        "path",
        d="".join(path(run, closed=whole) for run in runs),
        fill=style.colour if whole and index == 0 else "none",
        fill_opacity=".12" if whole and index == 0 else None,
        stroke=style.colour,
        stroke_width=2.5,
        stroke_dasharray=style.dash or None,
        stroke_linejoin="round",
    )
    return stroke + marks(style, (spot for spot in spots if spot is not None), radius=5)
