"""Drawings that may stand in a document, and their pictures."""

import json
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING
from xml.etree import ElementTree

if TYPE_CHECKING:
    import typst

FONTS = Path(__file__).parent / "fonts"

_SVG = "{http://www.w3.org/2000/svg}"
_VIEW_BOX = re.compile(r"0 0 (?P<width>\d+(\.\d+)?) (?P<height>\d+(\.\d+)?)")
_SHAPES = {"path", "line", "circle", "ellipse", "rect", "polygon", "polyline"}
_DRAWING_ELEMENTS = {"svg", "g", "title", "desc", "text", "tspan"} | _SHAPES
_PICTURE = b"""
#set page(width: auto, height: auto, margin: 0pt)
#image(bytes(json(bytes(sys.inputs.data))), format: "svg")
"""


def require_plain_drawing(svg: str) -> None:
    """Refuse an SVG that holds more than shapes and text, for it is put into pages as it is."""
    if "<!" in svg or "<?" in svg:
        raise ValueError("Leave declarations, comments and entities out of the figure's SVG.")
    try:
        root = ElementTree.fromstring(svg)  # noqa: S314 - no declaration, so no entities
    except ElementTree.ParseError as error:
        raise ValueError(f"Mend the figure's SVG, it is not well-formed: {error}.") from error
    if root.tag != f"{_SVG}svg":
        raise ValueError("A figure starts with <svg xmlns='http://www.w3.org/2000/svg'>.")
    if not _VIEW_BOX.fullmatch(root.get("viewBox", "")):
        raise ValueError("Give the figure a viewBox, for example viewBox='0 0 320 200'.")
    for element in root.iter():
        _require_plain_element(element)


def png_of(svg: str, *, pixels_per_inch: int = 220) -> bytes:
    """Return the drawing as a PNG picture."""
    import typst

    require_plain_drawing(svg)
    picture = typst.compile(
        _PICTURE,
        format="png",
        ppi=pixels_per_inch,
        font_paths=fonts((FONTS,)),
        sys_inputs={"data": json.dumps(svg)},
    )
    assert isinstance(picture, bytes)
    return picture


def size_of(svg: str) -> tuple[float, float]:
    """Return the width and height of the drawing in CSS pixels, from its view box."""
    box = _VIEW_BOX.search(svg)
    assert box is not None  # a plain drawing has one
    return float(box["width"]), float(box["height"])


@cache
def fonts(folders: tuple[Path, ...]) -> "typst.Fonts":
    """Return the fonts of these folders and of Typst itself, never those of the machine."""
    import typst

    return typst.Fonts(
        include_system_fonts=False,
        include_embedded_fonts=True,
        font_paths=[str(folder) for folder in folders],
    )


def _require_plain_element(element: ElementTree.Element) -> None:
    name = element.tag.removeprefix(_SVG)
    if name not in _DRAWING_ELEMENTS:
        raise ValueError(f"Leave <{name}> out of the figure: it may hold shapes and text only.")
    for attribute, value in element.attrib.items():
        local = attribute.rpartition("}")[2].lower()
        if local.startswith("on") or local in {"style", "href", "src"} or "url(" in value.lower():
            raise ValueError(f"Leave {local}= out of the figure: it may hold shapes and text only.")
