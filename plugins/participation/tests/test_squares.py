from __future__ import annotations

import re
from xml.etree import ElementTree

import numpy as np
import pytest
import segno
from hypothesis import given, settings
from hypothesis import strategies as st

from waardewerk.notation.codes import ALPHABET
from waardewerk_participation.squares import BORDER, Squares, drawn, square_of

BEGINS = (
    "https://x.nl/r/a/c/",
    "https://praatmee.provincie.example/r/cameras/c/",
    "https://praatmee.provincie-met-een-lange-naam.example/r/cameras-bij-de-halte-in-2026/c/",
)
SQUARES = {begin: Squares(begin, 12) for begin in BEGINS}
CODES = st.text(ALPHABET, min_size=12, max_size=12)


@given(begin=st.sampled_from(BEGINS), code=CODES)
@settings(deadline=None)
def test_a_square_is_the_one_that_the_library_makes(begin: str, code: str) -> None:
    made = segno.make_qr(begin + code, error="m", mask=3, mode="byte")
    assert SQUARES[begin].modules(code).tolist() == [
        [bool(one) for one in row] for row in made.matrix
    ]


@given(seed=st.integers(0, 2**32 - 1), side=st.integers(1, 40))
def test_a_drawing_darkens_the_modules_and_nothing_else(seed: int, side: int) -> None:
    dark = np.random.default_rng(seed).random((side, side)) < 0.5
    svg = ElementTree.fromstring(drawn(dark))
    (path,) = svg
    painted = np.zeros_like(dark)
    for row in re.findall(r"M[^M]+", path.get("d", "")):
        moves = re.match(r"M(\d+) (\d+)\.5", row)
        assert moves is not None
        x, y = int(moves[1]) - BORDER, int(moves[2]) - BORDER
        for kind, length in re.findall(r"([mh])(\d+)", row):
            if kind == "h":
                painted[y, x : x + int(length)] = True
            x += int(length)
    assert (painted == dark).all()


@pytest.mark.parametrize("address", ["https://x.nl/r/a", "https://x.nl/" + "a" * 200])
def test_a_poster_has_the_square_of_its_address(address: str) -> None:
    assert square_of(address).startswith("<svg")
