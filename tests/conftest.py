"""What the core's own tests share beside the fixtures of ``waardewerk.testing``."""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from types import ModuleType

import pytest
from sqlalchemy.orm import Session

from waardewerk.plugins import Plugins
from waardewerk.testing import UnitOfWork

SAMPLE = Path(__file__).parent / "sample_plugin"


@pytest.fixture
def plugins() -> Plugins:
    """Test the core without any plugin; a test that needs one says so."""
    return Plugins()


@pytest.fixture(scope="session")
def sample_module() -> ModuleType:
    """Import the sample plugin as if it were installed."""
    sys.path.insert(0, str(SAMPLE))
    return import_module("waardewerk_sample.plugin")


@pytest.fixture
def sample(sample_module: ModuleType) -> Plugins:
    """Load the sample plugin, as an outsider's plugin is loaded."""
    plugins = Plugins()
    plugins.add("sample", sample_module)
    return plugins


class AbandonedError(Exception):
    """The transaction fails, after all."""


@pytest.fixture
def abandon(unit_of_work: UnitOfWork) -> Callable[[Callable[[Session], object]], None]:
    """Give what does something in a transaction that then fails."""

    def run(act: Callable[[Session], object]) -> None:
        with suppress(AbandonedError), unit_of_work() as session:
            act(session)
            raise AbandonedError

    return run
