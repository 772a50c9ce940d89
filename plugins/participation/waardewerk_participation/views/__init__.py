"""Pages: for those who hold rounds, for those who take part, and for those who left an address."""

from waardewerk_participation.views.blueprint import following, staff, taking_part

__all__ = ["following", "staff", "taking_part"]
