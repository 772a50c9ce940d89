"""How a province looks like itself: ten colours and two fonts become CSS custom properties.

Pure: nothing is stored or read here. The names match ``--theme-…`` in ``static/app.css``, which
maps them to the tokens of the design system.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from types import MappingProxyType

HEX_COLOUR = re.compile(r"#[0-9a-fA-F]{6}")

#: Fonts a province can choose: ours, or what the reader's own device has.
FONTS: Mapping[str, str] = MappingProxyType(
    {
        "noto-sans": '"Noto Sans", system-ui, sans-serif',
        "system": "system-ui, sans-serif",
        "verdana": "Verdana, Geneva, sans-serif",
        "georgia": "Georgia, Cambria, serif",
    }
)

#: Least contrast for text (WCAG 2.2, 1.4.3) and for borders and marks (1.4.11).
TEXT_CONTRAST = 4.5
SHAPE_CONTRAST = 3.0


@dataclass(frozen=True)
class Theme:
    """Ten colours as ``#rrggbb`` and two keys of :data:`FONTS`."""

    #: The bar on top of every page, and the text on it.
    brand: str = "#123f4f"
    on_brand: str = "#ffffff"
    #: Links, buttons and chosen options; and the same under the pointer.
    action: str = "#0a5a78"
    action_hover: str = "#073f55"
    #: Behind a chosen option.
    selected: str = "#e6f1f5"
    text: str = "#17242b"
    text_subtle: str = "#4f5d66"
    page: str = "#ffffff"
    #: Behind quiet blocks, such as the footer.
    surface: str = "#f3f6f7"
    #: Around fields and options.
    border: str = "#6f7f88"
    font: str = "noto-sans"
    heading_font: str = "noto-sans"

    def __post_init__(self) -> None:
        for name, value in self.colours().items():
            if not HEX_COLOUR.fullmatch(value):
                raise ValueError(f"{name}: a colour is written as #rrggbb, not as {value!r}")
        for font in (self.font, self.heading_font):
            if font not in FONTS:
                raise ValueError(f"{font!r} is not one of the fonts: {', '.join(FONTS)}")

    def colours(self) -> dict[str, str]:
        """Return the ten colours by name, in the order of the form."""
        return {name: v for name, v in asdict(self).items() if name not in FONT_FIELDS}


FONT_FIELDS = ("font", "heading_font")
DEFAULT_THEME = Theme()


@dataclass(frozen=True)
class ContrastProblem:
    """Two colours of a theme that are too close to be told apart by everybody."""

    front: str
    back: str
    contrast: float
    needed: float


#: Which colour stands on which, and how much they must differ.
PAIRS: tuple[tuple[str, str, float], ...] = (
    ("on_brand", "brand", TEXT_CONTRAST),
    ("text", "page", TEXT_CONTRAST),
    ("text", "surface", TEXT_CONTRAST),
    ("text", "selected", TEXT_CONTRAST),
    ("text_subtle", "page", TEXT_CONTRAST),
    ("text_subtle", "surface", TEXT_CONTRAST),
    ("text_subtle", "selected", TEXT_CONTRAST),
    ("action", "page", TEXT_CONTRAST),
    ("action", "surface", TEXT_CONTRAST),
    ("action", "selected", TEXT_CONTRAST),
    ("action_hover", "page", TEXT_CONTRAST),
    ("action_hover", "selected", TEXT_CONTRAST),
    ("border", "page", SHAPE_CONTRAST),
)


def theme_css(theme: Theme) -> str:
    """Write a theme as the style sheet that every page loads last."""
    lines = [f"--theme-{name.replace('_', '-')}: {v};" for name, v in theme.colours().items()]
    lines += [
        f"--theme-font: {FONTS[theme.font]};",
        f"--theme-heading-font: {FONTS[theme.heading_font]};",
    ]
    return "\n".join((":root {", *(f"  {line}" for line in lines), "}", ""))


def contrast(front: str, back: str) -> float:
    """Return the WCAG contrast ratio of two colours: 1 (the same) to 21 (black on white)."""
    lighter, darker = sorted((luminance(front), luminance(back)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def luminance(colour: str) -> float:
    """Return the relative luminance of ``#rrggbb``: 0 (black) to 1 (white)."""
    if not HEX_COLOUR.fullmatch(colour):
        raise ValueError(f"a colour is written as #rrggbb, not as {colour!r}")
    red, green, blue = (_linear(int(colour[i : i + 2], 16) / 255) for i in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    if channel <= 0.04045:
        return channel / 12.92
    result: float = ((channel + 0.055) / 1.055) ** 2.4
    return result


def contrast_problems(theme: Theme) -> tuple[ContrastProblem, ...]:
    """List the pairs of a theme that differ too little, worst first."""
    colours = theme.colours()
    found = (
        ContrastProblem(front, back, contrast(colours[front], colours[back]), needed)
        for front, back, needed in PAIRS
    )
    short = (problem for problem in found if problem.contrast < problem.needed)
    return tuple(sorted(short, key=lambda problem: problem.contrast / problem.needed))
