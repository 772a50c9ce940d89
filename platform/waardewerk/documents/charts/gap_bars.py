"""Gap bars: how far apart two levels are, per theme."""

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from waardewerk.documents.charts.drawing import (
    COMPACT,
    STYLES,
    Track,
    Words,
    line,
    row,
    svg,
    tag,
    text,
    track_for,
    width_of,
)

_HEIGHT = 30


@dataclass(frozen=True)
class GapRow:
    """One gap, None when it is not known, and the words that stand beside it."""

    label: str
    value: float | None
    text: str


def gap_bars(
    rows: Sequence[GapRow], *, words: Words, maximum: int = 4, width: int = COMPACT
) -> Markup:
    """Draw a bar per row; a gap below zero goes to the left and is hollow."""
    chart = _chart_for(rows, track_for(width, margin=1), maximum)
    parts: list[Markup] = []
    top = 0.0
    for one in rows:
        label, track_top, bottom = row(chart.track, one.label, top, _HEIGHT)
        parts += [label, _bar(chart, one, track_top)]
        top = bottom + 12
    return svg(words, width, top, *parts)


@dataclass(frozen=True)
class _Chart:
    track: Track
    zero: float
    step: float


def _chart_for(rows: Sequence[GapRow], track: Track, maximum: int) -> _Chart:
    """Keep room for the words at the ends, so that they never cover a bar or a label."""
    ahead = [one for one in rows if (one.value or 0) >= 0]
    behind = [one for one in rows if (one.value or 0) < 0]
    right = track.right - max((width_of(one.text) + 8 for one in ahead), default=0)
    left = track.left + max((width_of(one.text) + 8 for one in behind), default=0)
    sides = bool(behind) + 1
    step = max(right - left, 0) / (sides * maximum)
    return _Chart(track, left + (maximum * step if behind else 0), step)


def _bar(chart: _Chart, one: GapRow, top: float) -> Markup:
    value = one.value or 0
    end = chart.zero + value * chart.step
    x, anchor = (end + 8, None) if value >= 0 else (end - 8, "end")
    zero = line(
        chart.zero, top, chart.zero, top + _HEIGHT, stroke="currentColor", stroke_opacity=".6"
    )
    return zero + _block(chart.zero, end, top + 5) + text(x, top + 20, [one.text], anchor=anchor)


def _block(zero: float, end: float, top: float) -> Markup:
    if end > zero:
        return tag("rect", x=zero, y=top, width=end - zero, height=20, fill=STYLES[0].colour)
    if end == zero:
        return Markup("")
    look = {"fill": "none", "stroke": STYLES[1].colour, "stroke_width": "2"}
    return tag("rect", x=end + 1, y=top + 1, width=zero - end - 2, height=18, **look)
