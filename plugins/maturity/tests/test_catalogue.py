from __future__ import annotations

import re
from pathlib import Path

from babel.messages.catalog import Message
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po

import waardewerk_maturity

PACKAGE = Path(waardewerk_maturity.__file__).parent
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    **dict.fromkeys(("lazy", "Refusal", "NotFound", "NotAllowed", "Conflict")),
}
PLACE = re.compile(r"%\(\w+\)s")


def translated() -> dict[object, Message]:
    with (PACKAGE / "translations/nl/LC_MESSAGES/maturity.po").open("rb") as file:
        return {message.id: message for message in read_po(file, locale="nl") if message.id}


def test_every_text_has_dutch() -> None:
    known = translated()
    found = extract_from_dir(
        PACKAGE,
        [("**.py", "python"), ("**.html", "jinja2")],
        {"**.html": {"extensions": "jinja2.ext.do,jinja2.ext.i18n", "silent": "false"}},
        KEYWORDS,
    )
    missing = {message for _file, _line, message, _comments, _context in found} - known.keys()
    assert not missing
    assert all(all(_texts(message.string)) for message in known.values())


def test_dutch_fills_the_same_places_as_the_source() -> None:
    for message in translated().values():
        source = set(PLACE.findall(" ".join(_texts(message.id))))
        for text in _texts(message.string):
            assert set(PLACE.findall(text)) <= source, text
        assert set(PLACE.findall(" ".join(_texts(message.string)))) == source, message.id


def _texts(text: object) -> tuple[str, ...]:
    return (text,) if isinstance(text, str) else tuple(text)  # type: ignore[arg-type]
