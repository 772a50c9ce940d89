"""Where one is on the pages of a dossier."""

from __future__ import annotations

from flask import url_for

from waardewerk.i18n import gettext as _
from waardewerk_procurement.models import Dossier


def crumbs(dossier: Dossier, *below: tuple[str, str]) -> list[tuple[str, str]]:
    """Return the path to a page of a dossier, as titles with addresses."""
    return [
        (_("Procurement and subsidies"), url_for("procurement.dossiers")),
        (dossier.title, url_for("procurement.dossier", dossier_id=dossier.id)),
        *below,
    ]
