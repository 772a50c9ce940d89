"""The pages of the values."""

from waardewerk.values.views import (
    accenting,
    adopting,
    drafting,
    importing,
    looking,
    practising,
    reading,
    reviewing,
    signalling,
    starting,
    triaging,
)
from waardewerk.values.views.blueprint import pages

__all__ = [
    "accenting",
    "adopting",
    "drafting",
    "importing",
    "looking",
    "pages",
    "practising",
    "reading",
    "reviewing",
    "signalling",
    "starting",
    "triaging",
]
