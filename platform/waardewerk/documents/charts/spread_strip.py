"""A spread strip: how many people of each level of the organisation chose each step."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from markupsafe import Markup

from waardewerk.documents.charts.drawing import (
    COMPACT,
    LINE,
    STYLES,
    Track,
    Words,
    line,
    listing,
    marks,
    path,
    row,
    svg,
    tag,
    text,
    track_for,
    width_of,
    wrap,
)

_MOST_DOTS = 8
_DOT = 11
_BAR = 88


@dataclass(frozen=True)
class StripGroup:
    """One group and its counts per step; None when the group is too small to show."""

    label: str
    counts: Mapping[int, int] | None


@dataclass(frozen=True)
class _Strip:
    track: Track
    steps: Sequence[int]
    most: int

    @property
    def as_dots(self) -> bool:
        return self.most <= _MOST_DOTS

    def height_of(self, count: int) -> float:
        if self.as_dots:
            return count * (_DOT + 2)
        return max(3.0, _BAR * count / self.most) if count else 0

    @property
    def column(self) -> float:
        return (self.track.right - self.track.left) / len(self.steps)

    def x(self, place: int) -> float:
        return self.track.left + (place + 0.5) * self.column


def spread_strip(
    groups: Sequence[StripGroup],
    steps: Mapping[int, str],
    *,
    words: Words,
    hidden_text: str,
    width: int = COMPACT,
) -> Markup:
    """Draw a dot per person, or a bar where there are many, above the steps' short labels."""
    counts = [n for group in groups if group.counts for n in group.counts.values()]
    strip = _Strip(track_for(width, margin=0), list(steps), max(counts, default=0))
    parts: list[Markup] = []
    top = 0.0
    for group in groups:
        if group.counts is None:
            drawn, top = _hidden(strip, group.label, hidden_text, top)
        else:
            drawn, top = _shown(strip, group.label, group.counts, top)
        parts.append(drawn)
    names, height = _step_names(strip, list(steps.values()), top)
    return svg(words, width, top + height, *parts, names)


def _shown(
    strip: _Strip, label: str, counts: Mapping[int, int], top: float
) -> tuple[Markup, float]:
    height = max(strip.height_of(max(counts.values(), default=0)) + 22, 40)
    name, track_top, bottom = row(strip.track, label, top, height)
    ground = track_top + height - 2
    parts = [name, _ground(strip, ground)]
    for place, step in enumerate(strip.steps):
        if count := counts.get(step, 0):
            parts.append(_stack(strip, strip.x(place), ground, count))
    return Markup("").join(parts), bottom + 14


def _hidden(strip: _Strip, label: str, hidden_text: str, top: float) -> tuple[Markup, float]:
    track = strip.track
    lines = wrap(hidden_text, track.right - track.left - 24)
    height = len(lines) * 18 + 16
    name, track_top, bottom = row(track, label, top, height + 4)
    frame = tag(
        "rect",
        x=track.left + 0.5,
        y=track_top + 4,
        width=track.right - track.left - 1,
        height=height,
        rx=4,
        fill="none",
        stroke="currentColor",
        stroke_opacity=".6",
        stroke_dasharray="4 4",
    )
    return name + frame + text(track.left + 12, track_top + 25, lines), bottom + 14


def _ground(strip: _Strip, y: float) -> Markup:
    ends = (strip.track.left, y), (strip.track.right, y)
    return tag("path", d=path(ends), stroke="currentColor", stroke_opacity=".6")


def _stack(strip: _Strip, x: float, ground: float, count: int) -> Markup:
    height = strip.height_of(count)
    if strip.as_dots:
        spots = [(x, ground - 7.5 - place * (_DOT + 2)) for place in range(count)]
        drawn = marks(STYLES[0], spots, _DOT / 2)
    else:
        side = min(28.0, strip.column * 0.6)
        colour = STYLES[0].colour
        drawn = line(x, ground, x, ground - height, stroke_width=side, stroke=colour)
    return drawn + text(x, ground - height - 5, [str(count)], anchor="middle")


def _step_names(strip: _Strip, names: Sequence[str], top: float) -> tuple[Markup, float]:
    """Name the columns, by number and a list when a name does not fit its column."""
    widest = max(width_of(word) for name in names for word in name.split())
    if widest <= strip.column - 4:
        return _columns(strip, names, top)
    numbers = [str(step) for step in strip.steps]
    below, height = _columns(strip, numbers, top)
    explained, more = listing(numbers, names, strip.track.width, top + height + 10)
    return below + explained, height + 10 + more


def _columns(strip: _Strip, names: Sequence[str], top: float) -> tuple[Markup, float]:
    wrapped = [wrap(name, strip.column - 4) for name in names]
    parts = [
        text(strip.x(place), top + 6, lines, anchor="middle") for place, lines in enumerate(wrapped)
    ]
    return Markup("").join(parts), max(len(lines) for lines in wrapped) * LINE - 6
