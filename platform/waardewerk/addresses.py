"""Numbers in addresses: of a record, and so never larger than a database can count.

Without this bound `/advice/99999999999` reaches the database, which refuses it as a fault.
"""

from __future__ import annotations

from typing import Any

from flask import Flask, abort, request
from werkzeug.routing import IntegerConverter, Map

#: The largest number of a row in PostgreSQL's integers.
LARGEST = 2_147_483_647


class RecordNumber(IntegerConverter):
    """What ``<int:…>`` means in every address: a number that a record can have."""

    def __init__(self, map: Map, **bounds: Any) -> None:  # noqa: A002 - the name is Werkzeug's
        super().__init__(map, **{"max": LARGEST, **bounds})


def number_asked(name: str) -> int | None:
    """Return a record's number from the query of this request; nothing when there is none.

    A number that no record can have is not found, as it is in a path.
    """
    text = request.args.get(name, "")
    number = number_in(text)
    if number is None and text.isdecimal():
        abort(404)
    return number


def number_in(text: str) -> int | None:
    """Read a record's number; nothing when the text cannot be one."""
    number = int(text) if text.isascii() and text.isdecimal() and len(text) < 11 else LARGEST + 1
    return number if number <= LARGEST else None


def init_app(app: Flask) -> None:
    """Bound the numbers in addresses; before any address is registered."""
    app.url_map.converters = {**app.url_map.converters, "int": RecordNumber}
