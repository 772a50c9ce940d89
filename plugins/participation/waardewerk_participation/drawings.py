"""The drawings of a result: a bar per group of people, and the map. Wide, and for a phone.

What differs in colour differs in shape and in words too: who agrees is a filled bar from the left,
who disagrees an open one from the right, what only a bound is known of is striped, and a group is
known by its letter.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from waardewerk.documents.charts import Drawing, Words, drawn_twice
from waardewerk.documents.charts.drawing import (
    GREY,
    STYLES,
    Track,
    line,
    row,
    svg,
    tag,
    text,
    track_for,
)
from waardewerk.i18n import gettext as _
from waardewerk_participation.result_words import say_share
from waardewerk_participation.showing import Figures, OpinionMap, Spot
from waardewerk_participation.small_cells import Share

_BAR, _ROW, _BETWEEN = 18, 42, 10
_STRIPE = 5
_LARGEST_MAP = 440
_SMALLEST_SPOT = 11


@dataclass(frozen=True)
class BarRow:
    """What some people made of a statement."""

    label: str
    figures: Figures


def bars(prefix: str, title: str, sentence: str, rows: Sequence[BarRow]) -> Drawing:
    """Draw who agrees and who disagrees, a row for everybody and for each group."""
    return drawn_twice(prefix, title, sentence, lambda words, width: _bars(rows, words, width))


def _bars(rows: Sequence[BarRow], words: Words, width: int) -> Markup:
    track = track_for(width, margin=1)
    parts: list[Markup] = []
    top = 0.0
    for one in rows:
        label, track_top, bottom = row(track, one.label, top, _ROW)
        parts += [label, _bar(track, one.figures, track_top)]
        top = bottom + _BETWEEN
    return svg(words, width, top, *parts)


def _bar(track: Track, figures: Figures, top: float) -> Markup:
    if figures.is_hidden:
        return text(track.left, top + 26, [_("too few people to show")])
    frame = tag(
        "rect",
        x=track.left,
        y=top + 1,
        width=track.right - track.left,
        height=_BAR,
        fill="none",
        stroke=GREY,
    )
    sure_agree, most_agree = _bounds(figures.agree)
    sure_disagree, most_disagree = _bounds(figures.disagree)
    agree, disagree = track.at(sure_agree), track.at(1 - sure_disagree)
    filled = tag(
        "rect",
        x=track.left,
        y=top + 1,
        width=max(agree - track.left, 0),
        height=_BAR,
        fill=STYLES[0].colour,
    )
    look = {"fill": "none", "stroke": STYLES[1].colour, "stroke_width": 3}
    hollow = tag(
        "rect",
        x=disagree + 1.5,
        y=top + 2.5,
        width=max(track.right - disagree - 3, 0),
        height=_BAR - 3,
        **look,
    )
    # The two that are not sure can overlap: who agrees is above, who disagrees below.
    unsure = _hatched(agree, track.at(most_agree), top + 1, STYLES[0].colour)
    unsure += _hatched(track.at(1 - most_disagree), disagree, top + 1 + _BAR / 2, STYLES[1].colour)
    agrees = _("%(share)s agrees", share=say_share(figures.agree))
    disagrees = _("%(share)s disagrees", share=say_share(figures.disagree))
    said = text(track.left, top + _ROW - 6, [agrees])
    said += text(track.right, top + _ROW - 6, [disagrees], anchor="end")
    return frame + filled + (hollow if sure_disagree else Markup("")) + unsure + said


def _bounds(share: Share) -> tuple[float, float]:
    """Return how much it is for sure, and how much at most."""
    if share.percent is None:
        return 0.0, 0.0
    known = share.percent / 100
    return {"below": (0.0, known), "above": (known, 1.0)}.get(share.kind, (known, known))


def _hatched(left: float, right: float, top: float, colour: str) -> Markup:
    """Draw what is possible and not sure: half as high, and stripes instead of a bar."""
    stripes = range(math.floor(left) + _STRIPE, math.ceil(right), _STRIPE)
    drawn = (line(x, top, x, top + _BAR / 2, stroke=colour, stroke_width=2) for x in stripes)
    return Markup("").join(drawn)


def opinion_map(found: OpinionMap, letters: Sequence[str], sentence: str) -> Drawing:
    """Draw where people stand: a circle per square, the larger the more people."""
    return drawn_twice(
        "map",
        _("Where people stand"),
        sentence,
        lambda words, width: _map(found, letters, words, width),
    )


def _map(found: OpinionMap, letters: Sequence[str], words: Words, width: int) -> Markup:
    size = min(width, _LARGEST_MAP)
    left = (width - size) / 2
    middle = size / 2
    most = max(spot.people for spot in found.spots)
    largest = size / 13
    room = middle - largest - 4
    parts = [
        tag("rect", x=left + 1, y=1, width=size - 2, height=size - 2, fill="none", stroke=GREY),
        line(left + middle, 1, left + middle, size - 1, stroke=GREY, stroke_dasharray="2 6"),
        line(left + 1, middle, left + size - 1, middle, stroke=GREY, stroke_dasharray="2 6"),
    ]
    for spot in sorted(found.spots, key=lambda one: (-one.people, one.x, one.y)):
        radius = max(largest * math.sqrt(spot.people / most), _SMALLEST_SPOT)
        x, y = left + middle + spot.x * room, middle - spot.y * room
        parts.append(_circle(spot, letters, x, y, radius))
    return svg(words, width, size, *parts)


def _circle(spot: Spot, letters: Sequence[str], x: float, y: float, radius: float) -> Markup:
    is_group = spot.group in letters
    colour = _colour(letters.index(spot.group)) if is_group else GREY
    circle = tag(
        "circle",
        cx=x,
        cy=y,
        r=radius,
        fill=colour,
        fill_opacity=".2",
        stroke=colour,
        stroke_width=2,
    )
    if not is_group:
        return circle
    return circle + text(x, y + 5, [spot.group], anchor="middle", bold=True)


def _colour(place: int) -> str:
    return STYLES[place].colour if place < len(STYLES) else GREY
