"""A trend: how each theme moved from scan to scan, one small panel per theme."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from markupsafe import Markup

from waardewerk.documents.charts.drawing import (
    COMPACT,
    LINE,
    Series,
    Track,
    Words,
    legend,
    marks,
    path,
    row,
    runs_of_points,
    series_key,
    style_of,
    svg,
    tag,
    text,
    track_for,
    width_of,
)

_STEP = 14
_ROOM = 24


@dataclass(frozen=True)
class Moment:
    """A date on the trend and the words for it."""

    date: date
    label: str


@dataclass(frozen=True)
class TrendRow:
    """One panel; each series has one value per moment."""

    label: str
    series: Sequence[Series]


@dataclass(frozen=True)
class _Panel:
    track: Track
    moments: Sequence[Moment]
    maximum: int

    @property
    def height(self) -> float:
        return (self.maximum - 1) * _STEP + 20

    def x(self, place: int) -> float:
        first, last = self.moments[0].date, self.moments[-1].date
        days = (last - first).days
        share = (self.moments[place].date - first).days / days if days else 0.5
        return self.track.at(share)


def trend(
    rows: Sequence[TrendRow],
    moments: Sequence[Moment],
    *,
    words: Words,
    maximum: int = 5,
    width: int = COMPACT,
) -> Markup:
    """Draw a panel per row over the moments, which come in order of date."""
    whole = track_for(width)
    track = Track(whole.width, whole.beside, whole.label_width, whole.left + _ROOM, whole.right)
    panel = _Panel(track, moments, maximum)
    names = list(dict.fromkeys(one.label for each in rows for one in each.series))
    keys, height = legend([series_key(index, name) for index, name in enumerate(names)], width, 0)
    parts = [keys]
    top = height + 8
    for each in rows:
        label, track_top, bottom = row(track, each.label, top, panel.height)
        parts += [label, _panel(panel, each, names, track_top)]
        top = bottom + 14
    dates, date_height = _dates(panel, top)
    return svg(words, width, top + date_height, *parts, dates)


def _panel(panel: _Panel, each: TrendRow, names: Sequence[str], top: float) -> Markup:
    def y(value: float) -> float:
        return top + 10 + (panel.maximum - value) * _STEP

    left, right = panel.track.left - 10, panel.track.right + 10
    levels = range(1, panel.maximum + 1)
    grid = "".join(path([(left, y(level)), (right, y(level))]) for level in levels)
    parts = [tag("path", d=grid, stroke="currentColor", stroke_opacity=".2")]
    parts += [text(left - 6, y(n) + 5, [str(n)], anchor="end") for n in (1, panel.maximum)]
    parts += [_line(panel, one, names.index(one.label), y) for one in each.series]
    return Markup("").join(parts)


def _line(panel: _Panel, one: Series, index: int, y: Callable[[float], float]) -> Markup:
    style = style_of(index)
    spots = [
        None if value is None else (panel.x(place), y(value))
        for place, value in enumerate(one.values)
    ]
    stroke = tag(
        "path",
        d="".join(map(path, runs_of_points(spots))),
        fill="none",
        stroke=style.colour,
        stroke_width=2,
        stroke_dasharray=style.dash or None,
    )
    return stroke + marks(style, (spot for spot in spots if spot is not None), radius=5)


def _dates(panel: _Panel, top: float) -> tuple[Markup, float]:
    """Put the moments below the panels, on a further line where they would touch."""
    parts = []
    ends: list[float] = []
    for place, moment in enumerate(panel.moments):
        size = width_of(moment.label)
        left = min(max(panel.x(place) - size / 2, 0), panel.track.width - size)
        lane = next((n for n, end in enumerate(ends) if end + 8 <= left), len(ends))
        ends[lane : lane + 1] = [left + size]
        parts.append(text(left + size / 2, top + 12 + lane * LINE, [moment.label], anchor="middle"))
    return Markup("").join(parts), max(len(ends), 1) * LINE
