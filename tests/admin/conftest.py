"""Who administers."""

from __future__ import annotations

import pytest
from flask.testing import FlaskClient

from waardewerk.testing import SignInAs


@pytest.fixture
def administrator(sign_in_as: SignInAs) -> FlaskClient:
    """An administrator, signed in."""
    return sign_in_as("administrator", name="Ada")
