"""A dot plot: for each theme where we are and where we want to be."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from waardewerk.documents.charts.drawing import (
    COMPACT,
    GREY,
    Key,
    Track,
    Words,
    legend,
    marks,
    path,
    row,
    series_key,
    style_of,
    svg,
    tag,
    text,
    track_for,
    wrap,
)

_LANE = 16
_RANGE = 18


@dataclass(frozen=True)
class Point:
    """A value of one of the plot's series."""

    series: str
    value: float


@dataclass(frozen=True)
class DotRow:
    """One line of the plot; `note` stands in the row, for example when there is no value yet."""

    label: str
    points: Sequence[Point]
    low: float | None = None
    high: float | None = None
    note: str = ""


@dataclass(frozen=True)
class _Plot:
    track: Track
    maximum: int
    series: Sequence[str]
    arrow: tuple[str, str] | None

    def x(self, value: float) -> float:
        return self.track.at((value - 1) / (self.maximum - 1))


def dot_plot(
    rows: Sequence[DotRow],
    *,
    series: Sequence[str],
    words: Words,
    arrow: tuple[str, str] | None = None,
    range_label: str = "",
    maximum: int = 5,
    width: int = COMPACT,
) -> Markup:
    """Draw the rows in the order given, on a scale from 1; an arrow joins two series."""
    plot = _Plot(track_for(width), maximum, series, arrow)
    keys = [series_key(index, label, with_line=False) for index, label in enumerate(series)]
    if range_label:
        keys.append(Key(_range(0, 28, 0), 28, range_label))
    key, height = legend(keys, width, 0)
    parts = [key]
    top = height + 8
    if plot.track.beside:
        parts.append(_scale(plot, top))
        top += 22
    for one in rows:
        drawn, top = _row(plot, one, top)
        parts.append(drawn)
    return svg(words, width, top, *parts)


def _scale(plot: _Plot, top: float) -> Markup:
    numbers = (
        text(plot.x(value), top + 14, [str(value)], anchor="middle")
        for value in range(1, plot.maximum + 1)
    )
    return tag("g", *numbers, fill_opacity=".8")


def _row(plot: _Plot, one: DotRow, top: float) -> tuple[Markup, float]:
    lanes = _lanes(one.points, plot)
    has_range = one.low is not None and one.high is not None
    note = wrap(one.note, plot.track.right - plot.track.left) if one.note else []
    dots = _LANE * (max(lanes, default=0) + 1) + 10 if one.points else 0
    height = dots + (_RANGE if has_range else 0) + 18 * len(note)
    scale = 18 if height > 18 * len(note) and not plot.track.beside else 0
    label, track_top, bottom = row(plot.track, one.label, top, height + scale)
    base = track_top + dots - 13
    parts = [label]
    if one.points or has_range:
        ground = track_top + dots + (_RANGE if has_range else 0)
        parts.append(_ground(plot, track_top + 2, ground))
        if scale:
            parts.append(_scale(plot, ground - 1))
    if one.low is not None and one.high is not None:
        parts.append(_range(plot.x(one.low), plot.x(one.high), base + 20))
    parts.append(_arrow(plot, one, base))
    for point, lane in zip(one.points, lanes, strict=True):
        style = style_of(plot.series.index(point.series))
        parts.append(marks(style, [(plot.x(point.value), base - lane * _LANE)]))
    if note:
        parts.append(text(plot.track.left, bottom - scale - 18 * (len(note) - 1) - 4, note))
    return Markup("").join(parts), bottom + 14


def _ground(plot: _Plot, top: float, bottom: float) -> Markup:
    steps = "".join(
        path([(plot.x(value), top), (plot.x(value), bottom)])
        for value in range(1, plot.maximum + 1)
    )
    return tag("path", d=steps, stroke="currentColor", stroke_opacity=".25")


def _range(low: float, high: float, y: float) -> Markup:
    ends = path([(low, y - 5), (low, y + 5)]) + path([(high, y - 5), (high, y + 5)])
    return tag("path", d=path([(low, y), (high, y)]) + ends, stroke=GREY, stroke_width=2)


def _arrow(plot: _Plot, one: DotRow, y: float) -> Markup:
    if plot.arrow is None:
        return Markup("")
    values = {point.series: point.value for point in one.points}
    start, end = (values.get(name) for name in plot.arrow)
    if start is None or end is None or start == end:
        return Markup("")
    way = 1 if end > start else -1
    tip = plot.x(end) - way * 9
    if abs(tip - plot.x(start)) < 18:
        return Markup("")
    colour = style_of(plot.series.index(plot.arrow[1])).colour
    head = path([(tip - way * 8, y - 5), (tip, y), (tip - way * 8, y + 5)])
    shaft = path([(plot.x(start) + way * 8, y), (tip, y)])
    return tag("path", d=shaft + head, fill="none", stroke=colour, stroke_width=2)


def _lanes(points: Sequence[Point], plot: _Plot) -> list[int]:
    """Give points that would cover each other a lane of their own, arrow ends the lowest."""
    first = sorted(
        range(len(points)),
        key=lambda index: points[index].series not in (plot.arrow or ()),
    )
    lanes = [0] * len(points)
    taken: list[tuple[int, float]] = []
    for index in first:
        x = plot.x(points[index].value)
        while any(lane == lanes[index] and abs(x - other) < _LANE for lane, other in taken):
            lanes[index] += 1
        taken.append((lanes[index], x))
    return lanes
