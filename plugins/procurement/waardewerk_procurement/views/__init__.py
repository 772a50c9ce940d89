"""Pages: for officers and assessors, and for suppliers with a link."""

from waardewerk_procurement.views import (
    assessing,
    bids,
    checks,
    criteria,
    deciding,
    documents,
    dossiers,
    fixing,
    following,
    leading,
    learning,
    letters,
    library,
    library_files,
    stocking,
    supplier_forms,
    talking,
)
from waardewerk_procurement.views.blueprint import pages, supplying

__all__ = [
    "assessing",
    "bids",
    "checks",
    "criteria",
    "deciding",
    "documents",
    "dossiers",
    "fixing",
    "following",
    "leading",
    "learning",
    "letters",
    "library",
    "library_files",
    "pages",
    "stocking",
    "supplier_forms",
    "supplying",
    "talking",
]
