"""The core's static files: compressed once, kept for a year, addressed by their content.

Proxies need not compress them, and compression never touches a page with secrets in it.
"""

from __future__ import annotations

import gzip
import hashlib
import logging
import os
import shutil
import tempfile
from pathlib import Path

from flask import Flask
from whitenoise import WhiteNoise

log = logging.getLogger(__name__)

SOURCE = Path(__file__).parent / "static"
COMPRESSIBLE = {".css", ".js", ".svg", ".txt"}
YEAR = 31_536_000


def init_app(app: Flask, var: Path) -> None:
    """Serve the static files in front of the application."""
    app.wsgi_app = WhiteNoise(  # type: ignore[method-assign]
        app.wsgi_app,
        root=str(_with_compressed_copies(var)),
        prefix="static/",
        allow_all_origins=False,
        max_age=YEAR,
    )


def _with_compressed_copies(var: Path) -> Path:
    """Return a folder with every file and its ``.gz``; the source itself where none can be made."""
    target = var / "static" / _digest()
    if target.is_dir():
        return target
    try:
        _make(target)
    except OSError as fault:
        log.warning("static files stay uncompressed: %s", fault)
        return SOURCE
    return target


def _digest() -> str:
    """Return a short hash over all names and contents."""
    digest = hashlib.sha256()
    for file in _files():
        digest.update(str(file.relative_to(SOURCE)).encode())
        digest.update(file.read_bytes())
    return digest.hexdigest()[:16]


def _files() -> list[Path]:
    return sorted(file for file in SOURCE.rglob("*") if file.is_file())


def _make(target: Path) -> None:
    # Made beside its place and moved there whole: another worker never sees half of it.
    target.parent.mkdir(parents=True, exist_ok=True)
    made = Path(tempfile.mkdtemp(dir=target.parent))
    made.chmod(0o755)
    for file in _files():
        copy = made / file.relative_to(SOURCE)
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
        if file.suffix in COMPRESSIBLE:
            packed = gzip.compress(file.read_bytes(), 9, mtime=0)
            copy.with_name(f"{copy.name}.gz").write_bytes(packed)
    try:
        os.replace(made, target)  # noqa: PTH105
    except OSError:
        shutil.rmtree(made, ignore_errors=True)
        if not target.is_dir():
            raise
