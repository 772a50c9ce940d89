"""What a start of the application loads of this plugin."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path


def test_a_start_loads_nothing_that_counts_or_draws(tmp_path: Path) -> None:
    heavy = ("numpy", "scipy", "segno")
    code = (
        "import sys; from waardewerk.app import create_app; from waardewerk.config import Config;"
        f"create_app(Config(var={str(tmp_path)!r}, secret_key='0123456789abcdefghijklmnopqrstuv'));"
        "print('waardewerk_participation.views' in sys.modules,"
        f" [one for one in {heavy!r} if one in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "True []"
