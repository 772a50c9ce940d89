"""The document as data: for machines that read what people read."""

import dataclasses
import datetime as dt
import json
from typing import Any

from waardewerk.documents.tree import Document


def to_json(document: Document) -> bytes:
    """Return the document as JSON, each block with the name of its element; drawings stay out."""
    content = {
        field.name: _plain(getattr(document, field.name))
        for field in dataclasses.fields(document)
        if field.name != "blocks"
    }
    content["blocks"] = [{"element": block.element, **_plain(block)} for block in document.blocks]
    return (json.dumps(content, ensure_ascii=False, indent=2) + "\n").encode()


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value):
        fields = dataclasses.fields(value)
        return {f.name: _plain(getattr(value, f.name)) for f in fields if f.name != "svg"}
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value.isoformat() if isinstance(value, dt.date) else value
