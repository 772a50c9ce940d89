from __future__ import annotations

import zipfile
from collections.abc import Iterator
from io import BytesIO

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk_procurement.documents.packing import packed

names = st.text("abcdefgh", min_size=1, max_size=8)


@given(st.dictionaries(names, st.binary(max_size=2_000), max_size=5))
def test_what_went_in_comes_out(files: dict[str, bytes]) -> None:
    whole = b"".join(packed(files.items()))
    with zipfile.ZipFile(BytesIO(whole)) as archive:
        assert archive.testzip() is None
        assert {name: archive.read(name) for name in archive.namelist()} == files


def test_a_file_leaves_before_the_next_is_made() -> None:
    made = []

    def files() -> Iterator[tuple[str, bytes]]:
        for name in "ab":
            made.append(name)
            yield name, name.encode() * 100

    leaving = packed(files())
    assert made == []
    assert next(leaving)
    assert made == ["a"]
    assert next(leaving)
    assert made == ["a", "b"]


def test_a_file_that_cannot_be_made_leaves_a_zip_that_cannot_be_opened() -> None:
    def files() -> Iterator[tuple[str, bytes]]:
        yield "a", b"a"
        raise ValueError("no letter")

    leaving = packed(files())
    sent = next(leaving)
    with pytest.raises(ValueError, match="no letter"):
        next(leaving)
    assert not zipfile.is_zipfile(BytesIO(sent))
