"""Pages: for officers and assessors, and for suppliers with a link."""

from waardewerk_procurement.views import dossiers
from waardewerk_procurement.views.blueprint import pages, supplying

__all__ = ["dossiers", "pages", "supplying"]
