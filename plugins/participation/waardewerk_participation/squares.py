"""QR codes of many addresses that differ in a code of fixed length, drawn as SVG. Pure.

Making one takes a library 10 milliseconds, which is too long for twenty thousand letters. But the
checks in a QR code are sums without carry: when one bit of the text turns over, the same modules
turn over whatever else is in it. So each bit is tried once, and every further code is a few sums.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np
import segno
from numpy.typing import NDArray

Modules = NDArray[np.bool_]
#: White around the square, in modules: a camera finds it by that.
BORDER = 4
_BITS = 8


class Squares:
    """Draws the QR code of ``begin`` and a code of ``length`` characters after it."""

    def __init__(self, begin: str, length: int) -> None:
        self._begin = begin.encode()
        self._length = length

    def modules(self, code: str) -> Modules:
        """Return which modules are dark."""
        dark = self._blank.copy()
        bits = np.unpackbits(np.frombuffer(code.encode("ascii"), dtype=np.uint8))
        assert len(bits) == self._length * _BITS
        for turned in self._turned[bits.astype(bool)]:
            dark ^= turned
        return dark

    def svg(self, code: str) -> str:
        """Return the drawing."""
        return drawn(self.modules(code))

    @cached_property
    def _blank(self) -> Modules:
        return self._made(bytes(self._length))

    @cached_property
    def _turned(self) -> Modules:
        """Which modules turn over with each bit of the code."""
        bits = np.eye(self._length * _BITS, dtype=np.uint8)
        return np.array([self._made(np.packbits(row).tobytes()) ^ self._blank for row in bits])

    def _made(self, code: bytes) -> Modules:
        # The mask stands still: with another one all modules would be others.
        square: Any = segno.make_qr(self._begin + code, error="m", mask=3, mode="byte")
        return np.array(square.matrix, dtype=bool)


def square_of(address: str) -> str:
    """Draw the QR code of one address."""
    return drawn(np.array(segno.make_qr(address, error="m").matrix, dtype=bool))


def drawn(dark: Modules) -> str:
    """Draw modules as plain SVG, each row of them as a dashed line."""
    side = len(dark) + 2 * BORDER
    rows = "".join(_row(row, place) for place, row in enumerate(dark))
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}" '
        f'width="{side}" height="{side}"><path stroke="#000" d="{rows}"/></svg>'
    )


def _row(row: Modules, place: int) -> str:
    turns = np.flatnonzero(np.diff(row, prepend=False, append=False))
    path = [f"M{BORDER} {place + BORDER}.5"]
    at = 0
    for begin, end in zip(turns[::2], turns[1::2], strict=True):
        path.append(f"m{begin - at} 0h{end - begin}" if begin > at else f"h{end - begin}")
        at = end
    return "".join(path)
