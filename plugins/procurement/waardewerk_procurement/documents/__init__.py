"""Documents of what was fixed, for the process that an officer already has.

Each is made from a ``Source`` alone: what was fixed, and the stamp that it got. Nothing is looked
up while a document is written, so the same source gives the same document.
"""

from waardewerk_procurement.documents.answer_form import answer_form, answer_sheets
from waardewerk_procurement.documents.award_guide import award_guide
from waardewerk_procurement.documents.award_sheets import award_sheets
from waardewerk_procurement.documents.frame import Source, Stamp
from waardewerk_procurement.documents.requirements import requirement_sheets, requirements
from waardewerk_procurement.documents.scheme_articles import scheme_articles, scheme_sheets

__all__ = [
    "Source",
    "Stamp",
    "answer_form",
    "answer_sheets",
    "award_guide",
    "award_sheets",
    "requirement_sheets",
    "requirements",
    "scheme_articles",
    "scheme_sheets",
]
