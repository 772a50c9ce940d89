"""Keeps the province's logo: checked by its first bytes, named by its content."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection
from pathlib import Path

from waardewerk.refusal import NotFound, Refusal

LARGEST = 200_000
#: SVG is left out on purpose: it can carry script.
KINDS = {"png": "image/png", "webp": "image/webp"}
NAME = re.compile(r"[0-9a-f]{16}\.(png|webp)")


def keep(folder: Path, content: bytes) -> str:
    """Store a logo and return its name; the name changes when the picture does."""
    if len(content) > LARGEST:
        raise Refusal("This picture is larger than 200 kB. Choose a smaller one.")
    name = f"{hashlib.sha256(content).hexdigest()[:16]}.{kind_of(content)}"
    folder.mkdir(parents=True, exist_ok=True)
    (folder / name).write_bytes(content)
    return name


def kind_of(content: bytes) -> str:
    """Tell PNG from WebP by what is in the file, not by what it is called."""
    if content.startswith(b"\x89PNG\r\n\x1a\n"):
        return "png"
    if content[:4] == b"RIFF" and content[8:12] == b"WEBP":
        return "webp"
    raise Refusal("This is not a PNG or WebP picture. Choose another file.")


def read(folder: Path, name: str) -> tuple[bytes, str]:
    """Return a logo and its media type."""
    if not NAME.fullmatch(name):
        raise NotFound("There is no such picture.")
    try:
        return (folder / name).read_bytes(), KINDS[name.rpartition(".")[2]]
    except FileNotFoundError:
        raise NotFound("There is no such picture.") from None


def forget_others(folder: Path, kept: Collection[str]) -> None:
    """Remove every logo but those."""
    for file in folder.glob("*"):
        if NAME.fullmatch(file.name) and file.name not in kept:
            file.unlink(missing_ok=True)
