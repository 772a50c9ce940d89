"""A dossier of which texts and rules can change, for who may change it."""

from __future__ import annotations

from waardewerk import db
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.operations.holding import demand_writable
from waardewerk_procurement.views.blueprint import now, own_dossier


def writable_dossier(dossier_id: int) -> Dossier:
    """Return a dossier to write, or answer why it cannot be written: before, not after, typing."""
    found = own_dossier(dossier_id)
    demand_writable(db.session(), found, now())
    return found
