"""The pages of the scan."""

from waardewerk_maturity.views import (
    comparing,
    people,
    planning,
    reporting,
    results,
    scans,
    versions,
)
from waardewerk_maturity.views.blueprint import pages

__all__ = [
    "comparing",
    "pages",
    "people",
    "planning",
    "reporting",
    "results",
    "scans",
    "versions",
]
