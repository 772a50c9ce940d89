"""One chart in two widths: for a wide screen or paper, and for a phone."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from markupsafe import Markup

from waardewerk.documents.charts.drawing import Words

#: In pixels.
WIDE = 640
COMPACT = 320


@dataclass(frozen=True)
class Drawing:
    """A chart twice, with its title and the sentence that says what it means."""

    title: str
    sentence: str
    wide: Markup
    compact: Markup


def drawn_twice(
    prefix: str, title: str, sentence: str, draw: Callable[[Words, int], Markup]
) -> Drawing:
    """Draw a chart in both widths; ``draw`` gets the chart's words and its width in pixels."""
    return Drawing(
        title,
        sentence,
        draw(Words(f"{prefix}-wide", title, sentence), WIDE),
        draw(Words(f"{prefix}-compact", title, sentence), COMPACT),
    )
