"""Where one is on the pages for those who hold a round."""

from __future__ import annotations

from flask import url_for

from waardewerk.i18n import gettext as _
from waardewerk_participation.models import Round


def crumbs(found: Round, *below: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the path to a page of a round, as titles with addresses."""
    return [
        (_("Participation"), url_for("participation.rounds")),
        (found.title, url_for("participation.round", slug=found.slug)),
        *below,
    ]
