"""The pages of the values."""

from waardewerk.values.views import (
    adopting,
    drafting,
    importing,
    reading,
    reviewing,
    starting,
)
from waardewerk.values.views.blueprint import pages

__all__ = [
    "adopting",
    "drafting",
    "importing",
    "pages",
    "reading",
    "reviewing",
    "starting",
]
