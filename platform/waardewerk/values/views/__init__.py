"""The pages of the values."""

from waardewerk.values.views.blueprint import pages

__all__ = ["pages"]
