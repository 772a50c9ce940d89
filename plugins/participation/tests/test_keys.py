"""The key of a round, and what can be made with it."""

from __future__ import annotations

import stat
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from waardewerk.notation import codes
from waardewerk_participation import pseudonyms
from waardewerk_participation.keys import KeyGone, Keys


@pytest.fixture
def keys(tmp_path: Path) -> Keys:
    """Give a folder for keys that is not there yet."""
    return Keys(tmp_path / "keys")


def test_a_key_is_32_bytes_that_only_its_owner_reads(keys: Keys) -> None:
    name = keys.make()
    assert len(keys.read(name)) == 32
    assert keys.read(name) != keys.read(keys.make())
    (file, _other) = sorted(keys.folder.iterdir(), key=lambda one: one.stem != name)
    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert stat.S_IMODE(keys.folder.stat().st_mode) == 0o700


def test_a_destroyed_key_is_gone_for_good(keys: Keys) -> None:
    name = keys.make()
    key = keys.read(name)
    assert keys.destroy(name)
    assert not keys.has(name)
    assert not keys.destroy(name)
    with pytest.raises(KeyGone):
        keys.read(name)
    assert all(key not in file.read_bytes() for file in keys.folder.iterdir())


@pytest.mark.parametrize("name", ["", "../secret", "x" * 32, "0" * 31, "0" * 32 + "/.."])
def test_only_names_that_were_given_out_lead_to_a_file(keys: Keys, name: str) -> None:
    keys.folder.mkdir()
    with pytest.raises(KeyGone):
        keys.read(name)


@given(st.binary(min_size=32, max_size=32), st.text(max_size=40))
def test_what_a_secret_is_made_into_depends_on_the_key_and_on_what_it_is_for(
    key: bytes, secret: str
) -> None:
    pid = pseudonyms.participant(key, secret)
    assert len(pid) == pseudonyms.LENGTH
    assert pid == pseudonyms.participant(key, secret)
    assert pid != pseudonyms.participant(bytes(32)[:31] + b"\1" + key[:0], secret)
    assert pid != pseudonyms.invitation(key, secret)[: pseudonyms.LENGTH]
    assert pid.hex() not in pseudonyms.form_token(key, pid)


@given(st.binary(min_size=32, max_size=32), st.binary(min_size=16, max_size=16))
def test_a_receipt_is_a_code_that_can_be_read_aloud(key: bytes, pid: bytes) -> None:
    code = pseudonyms.receipt_code(key, pid)
    assert codes.as_typed(codes.printed(code).lower()) == code
    assert len(pseudonyms.receipt_hash("secret", code)) == 32
