"""For all tests, of the core and of plugins: no figure of time decides whether one passes."""

from __future__ import annotations

import gc

from hypothesis import HealthCheck, settings

# A busy machine makes examples slowly; that says nothing about the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")

#: How many objects more there may be before Python looks which of them nobody needs.
BETWEEN_COLLECTIONS = 50_000


def pytest_collection_finish() -> None:
    """Look for garbage among what tests make, and seldom: it took a quarter of their time.

    All modules and all collected tests stay to the end, so there is nothing to find among them.
    """
    gc.collect()
    gc.freeze()
    gc.set_threshold(BETWEEN_COLLECTIONS)
