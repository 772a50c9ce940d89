"""Files in one ZIP that leaves while it is being made."""

from __future__ import annotations

import zipfile
from collections.abc import Iterable, Iterator
from typing import IO, cast


def packed(files: Iterable[tuple[str, bytes]]) -> Iterator[bytes]:
    """Give a ZIP part by part: each file, with its name, as soon as it is there."""
    outlet = _Outlet()
    with zipfile.ZipFile(cast("IO[bytes]", outlet), "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files:
            archive.writestr(name, content)
            yield outlet.taken()
    yield outlet.taken()


class _Outlet:
    """A file that is written from front to back: what was taken from it is sent already."""

    def __init__(self) -> None:
        self._held = bytearray()

    def write(self, data: bytes) -> int:
        """Take in what comes next."""
        self._held += data
        return len(data)

    def flush(self) -> None:
        """Hold nothing back: there is nothing behind it."""

    def taken(self) -> bytes:
        """Hand over what came in since the last time."""
        taken = bytes(self._held)
        self._held.clear()
        return taken
