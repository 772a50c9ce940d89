"""For all tests, of the core and of plugins: no figure of time decides whether one passes."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

# A busy machine makes examples slowly; that says nothing about the code.
settings.register_profile("patient", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("patient")
