"""The strokes that all charts are drawn with: text that wraps, marks, lines, a legend.

Presentation attributes only, so that a strict content security policy and Typst both take the
drawing as it is. Text takes the colour of the page; the other colours keep a contrast of at least
4.4 : 1 on white and on black.
"""

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from markupsafe import Markup, escape

from waardewerk.documents.characters import printable

FONT_SIZE = 14
LINE = 18
COMPACT = 320
WIDE_FROM = 480
GREY = "#767676"

_PREFIX = re.compile(r"[A-Za-z][\w-]*")
_WIDTHS = {
    character: width
    for width, characters in {
        0.30: " '!,.:;Jijl()-`",
        0.37: "/I[]\\ft",
        0.45: '"r{}?_z',
        0.52: "FLcsvyk",
        0.68: "ABCP#",
        0.78: "DGHNUOQw&",
        0.95: "mMW@%",
    }.items()
    for character in characters
}


Spot = tuple[float, float]


@dataclass(frozen=True)
class Style:
    """How a series looks: a colour, and a shape and a dash for who does not see the colour."""

    colour: str
    shape: str
    dash: str = ""


STYLES = (
    Style("#2f78b8", "disc"),
    Style("#b7601c", "diamond", "7 4"),
    Style("#2f8573", "triangle", "2 4"),
    Style("#8b5fb3", "square", "9 3 2 3"),
)


@dataclass(frozen=True)
class Series:
    """One value per axis or moment; None where there is none."""

    label: str
    values: Sequence[float | None]


@dataclass(frozen=True)
class Words:
    """What a chart says to who cannot see it, and the prefix that makes its ids unique."""

    prefix: str
    title: str
    description: str

    def __post_init__(self) -> None:
        if not _PREFIX.fullmatch(self.prefix):
            raise ValueError(
                f"Start the prefix {self.prefix!r} with a letter and go on with letters, digits, "
                "- or _: it becomes part of an id."
            )


def style_of(index: int) -> Style:
    """Return the look of a series by its place; there are as many looks as shapes."""
    if index >= len(STYLES):
        raise ValueError(
            f"Draw at most {len(STYLES)} series in one chart: more cannot be told apart."
        )
    return STYLES[index]


def tag(name: str, *children: str, **attributes: object) -> Markup:
    """Return one SVG element; attributes that are None are left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{escape(_short(value))}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = Markup("").join(children)
    whole = f"<{name}{written}>{inside}</{name}>" if inside else f"<{name}{written}/>"
    return Markup(whole)  # noqa: S704 - every part is escaped above


def svg(words: Words, width: float, height: float, *parts: str) -> Markup:
    """Return the whole drawing, named and described."""
    title, description = f"{words.prefix}-title", f"{words.prefix}-desc"
    return tag(
        "svg",
        tag("title", escape(printable(words.title)), id=title),
        tag("desc", escape(printable(words.description)), id=description),
        *parts,
        xmlns="http://www.w3.org/2000/svg",
        role="img",
        aria_labelledby=f"{title} {description}",
        viewBox=f"0 0 {_short(width)} {_short(height)}",
        width=width,
        height=height,
        font_family="Noto Sans, sans-serif",
        font_size=FONT_SIZE,
        fill="currentColor",
    )


def text(
    x: float, y: float, lines: Sequence[str], *, anchor: str | None = None, bold: bool = False
) -> Markup:
    """Return lines of text, the first with its baseline at y."""
    weight = "bold" if bold else None
    if len(lines) == 1:
        return tag("text", escape(lines[0]), x=x, y=y, text_anchor=anchor, font_weight=weight)
    spans = (
        tag("tspan", escape(line), x=x, y=y + number * LINE) for number, line in enumerate(lines)
    )
    return tag("text", *spans, text_anchor=anchor, font_weight=weight)


def wrap(words: str, width: float) -> list[str]:
    """Break a text into lines of at most this width; a word that is too long gets a hyphen."""
    lines = [""]
    for word in printable(words).split():
        *broken, last = _break_word(word, width)
        for piece in broken:
            lines += [f"{piece}-"]
        longer = f"{lines[-1]} {last}".strip()
        if not broken and width_of(longer) <= width:
            lines[-1] = longer
        else:
            lines += [last]
    return [line for line in lines if line] or [""]


def width_of(words: str) -> float:
    """Return about how wide a text is drawn; rather too wide than too narrow."""
    return FONT_SIZE * sum(map(_character_width, words))


def line(x1: float, y1: float, x2: float, y2: float, **attributes: object) -> Markup:
    """Return a straight line."""
    return tag("path", d=path([(x1, y1), (x2, y2)]), **attributes)


def path(points: Iterable[Spot], *, closed: bool = False) -> str:
    """Return path data through these points."""
    return "M" + "L".join(f"{_short(x)} {_short(y)}" for x, y in points) + ("Z" if closed else "")


def marks(style: Style, spots: Iterable[Spot], radius: float = 6) -> Markup:
    """Return the marks of a series, centred on these spots, as one element."""
    outline = _OUTLINES[style.shape]
    data = "".join(outline(x, y, radius) for x, y in spots)
    if not data:
        return Markup("")
    if style.shape in {"disc", "triangle"}:
        return tag("path", d=data, fill=style.colour)
    return tag("path", d=data, fill="none", stroke=style.colour, stroke_width=2.5)


def _disc(x: float, y: float, r: float) -> str:
    return f"M{_short(x - r)} {_short(y)}a{r} {r} 0 1 0 {2 * r} 0a{r} {r} 0 1 0-{2 * r} 0"


def _diamond(x: float, y: float, r: float) -> str:
    return path([(x, y - r), (x + r, y), (x, y + r), (x - r, y)], closed=True)


def _triangle(x: float, y: float, r: float) -> str:
    return path([(x, y - r), (x + r, y + 0.8 * r), (x - r, y + 0.8 * r)], closed=True)


def _square(x: float, y: float, r: float) -> str:
    left, top, side = _short(x - r + 1), _short(y - r + 1), _short(2.0 * r - 2)
    return f"M{left} {top}h{side}v{side}h-{side}Z"


_OUTLINES = {"disc": _disc, "diamond": _diamond, "triangle": _triangle, "square": _square}


def runs_of_points(
    points: Iterable[Spot | None],
) -> list[list[Spot]]:
    """Return the stretches without a gap."""
    runs: list[list[Spot]] = [[]]
    for point in points:
        if point is None:
            runs.append([])
        else:
            runs[-1].append(point)
    return [run for run in runs if run]


@dataclass(frozen=True)
class Key:
    """One entry of a legend: a sample drawn around y = 0, how wide it is, and its words."""

    sample: Markup
    width: float
    label: str


def series_key(index: int, label: str, *, with_line: bool = True) -> Key:
    """Return the legend's entry of a series."""
    style = style_of(index)
    if not with_line:
        return Key(marks(style, [(7, 0)]), 14, label)
    dash = style.dash or None
    stroke = line(0, 0, 28, 0, stroke=style.colour, stroke_width=2, stroke_dasharray=dash)
    return Key(stroke + marks(style, [(14, 0)]), 28, label)


def legend(keys: Sequence[Key], width: float, top: float) -> tuple[Markup, float]:
    """Return a legend that flows over as many lines as it needs, and its height."""
    parts: list[Markup] = []
    x, y, lowest = 0.0, top, top
    for key in keys:
        indent = key.width + 8
        lines = wrap(key.label, width - indent)
        size = indent + max(map(width_of, lines))
        if x and x + size > width:
            x, y = 0.0, lowest
        parts.append(tag("g", key.sample, transform=f"translate({_short(x)} {_short(y + 9)})"))
        parts.append(text(x + indent, y + 14, lines))
        lowest = max(lowest, y + len(lines) * LINE + 4)
        x += size + 18
    return Markup("").join(parts), lowest - top


def listing(
    names: Sequence[str], labels: Sequence[str], width: float, top: float
) -> tuple[Markup, float]:
    """Return what short names stand for, one below the other, and the height."""
    parts = []
    y = top
    for name, label in zip(names, labels, strict=True):
        lines = wrap(label, width - 24)
        parts += [text(0, y + 14, [name], bold=True), text(24, y + 14, lines)]
        y += len(lines) * LINE + 2
    return Markup("").join(parts), y - top


@dataclass(frozen=True)
class Track:
    """Where the rows of a chart draw: beside their labels when wide, below them when narrow."""

    width: float
    beside: bool
    label_width: float
    left: float
    right: float

    def label(self, words: str) -> list[str]:
        """Return the lines of a row's label."""
        # The label is drawn bold, which takes more room than `width_of` reckons with.
        return wrap(words, self.label_width / 1.08)

    def at(self, share: float) -> float:
        """Return the x at this share of the track, from 0 to 1."""
        return self.left + share * (self.right - self.left)


def track_for(width: float, *, margin: float = 12) -> Track:
    """Divide the width between labels and tracks."""
    if width < WIDE_FROM:
        return Track(width, False, width, margin, width - margin)
    label_width = width * 0.36
    return Track(width, True, label_width, label_width + 16 + margin, width - margin)


def row(track: Track, label: str, top: float, height: float) -> tuple[Markup, float, float]:
    """Return a row's label, the top of its track, and the bottom of the row."""
    lines = track.label(label)
    if not track.beside:
        track_top = top + len(lines) * LINE
        return text(0, top + 14, lines, bold=True), track_top, track_top + height
    block = len(lines) * LINE
    bottom = top + max(block, height)
    middle = (top + bottom) / 2
    return (
        text(0, middle - block / 2 + 14, lines, bold=True),
        middle - height / 2,
        bottom,
    )


def _break_word(word: str, width: float) -> list[str]:
    """Break into pieces of about equal width, for a tail of one letter reads badly."""
    wide = width_of(word)
    if wide <= width:
        return [word]
    room = width - width_of("-")
    aim = wide / math.ceil(wide / room)
    pieces = [""]
    for character in word:
        filled = width_of(pieces[-1])
        if pieces[-1] and (filled >= aim or filled + width_of(character) > room):
            pieces.append("")
        pieces[-1] += character
    return pieces


def _character_width(character: str) -> float:
    usual = 0.6 if ord(character) < 0x2E80 else 1.0
    return _WIDTHS.get(character, usual)


def _short(value: object) -> object:
    if not isinstance(value, float):
        return value
    rounded = round(value, 1)
    return int(rounded) if math.isclose(rounded, int(rounded)) else rounded
