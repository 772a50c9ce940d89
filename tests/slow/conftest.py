"""Marks what is slow."""

from __future__ import annotations

from pathlib import Path

import pytest

HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder: it starts servers, and ends them without mercy."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker("slow")
