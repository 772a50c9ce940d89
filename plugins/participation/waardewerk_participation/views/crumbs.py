"""Where one is on the pages for those who hold a round."""

from __future__ import annotations

from flask import current_app, url_for

from waardewerk.i18n import gettext as _
from waardewerk_participation.models import Round


def crumbs(found: Round, *below: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the path to a page of a round, as titles with addresses."""
    above = (
        (_("Participation"), "participation.rounds", None),
        (found.title, "participation.round", found.slug),
    )
    return [
        *(
            (title, url_for(endpoint, slug=slug))
            for title, endpoint, slug in above
            if endpoint in current_app.view_functions
        ),
        *below,
    ]
