"""The key of a round: a file beside the database, never in it and never in its backups.

Whoever has the database without the key finds only participants that lead to nobody. When the key
is destroyed nobody can make them again: not from a cookie, not from a letter, not from the
printer's list.
"""

from __future__ import annotations

import os
import secrets
from dataclasses import dataclass
from pathlib import Path

from waardewerk.refusal import Refusal

LENGTH = 32


class KeyGone(Refusal):
    """The key of this round was destroyed, or is not on this machine."""

    status = 410
    code = "key-gone"


@dataclass(frozen=True)
class Keys:
    """The folder in which the keys of rounds are kept, readable by its owner alone."""

    folder: Path

    def make(self) -> str:
        """Make a key, on disk when this ends; return the name by which a round knows it."""
        self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        name = secrets.token_hex(16)
        handle = os.open(self._file(name), os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(secrets.token_bytes(LENGTH))
            file.flush()
            os.fsync(file.fileno())
        self._settle()
        return name

    def read(self, name: str) -> bytes:
        """Return a key, or refuse when it is gone."""
        try:
            key = self._file(name).read_bytes()
        except OSError:
            key = b""
        if len(key) != LENGTH:
            raise KeyGone("The key of this round is gone: what was said can be linked to nobody.")
        return key

    def has(self, name: str) -> bool:
        """Tell whether a key is there."""
        return bool(name) and self._file(name).is_file()

    def destroy(self, name: str) -> bool:
        """Write over a key and remove it; tell whether it was there."""
        file = self._file(name)
        try:
            with file.open("r+b") as old:
                old.write(secrets.token_bytes(LENGTH))
                old.flush()
                os.fsync(old.fileno())
            file.unlink()
        except FileNotFoundError:
            return False
        self._settle()
        return True

    def _file(self, name: str) -> Path:
        # Names come from the database: only what `make` gives can be one.
        if len(name) != 32 or set(name) - set("0123456789abcdef"):
            raise KeyGone("The key of this round is gone: what was said can be linked to nobody.")
        return self.folder / f"{name}.key"

    def _settle(self) -> None:
        """Bring the folder itself to disk: a new name, or that one is gone."""
        handle = os.open(self.folder, os.O_RDONLY)
        try:
            os.fsync(handle)
        finally:
            os.close(handle)
