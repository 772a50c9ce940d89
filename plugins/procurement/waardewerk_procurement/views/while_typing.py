"""What the checks say of a criterion that is being typed."""

from __future__ import annotations

from werkzeug.datastructures import MultiDict

from waardewerk import db
from waardewerk_procurement import check_words, checking
from waardewerk_procurement.forms.checking import typed_criterion
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.queries.checking import draft_of
from waardewerk_procurement.views.blueprint import today

#: The button that asks what the checks say, and saves nothing.
CHECK = "check"


def findings_on_typed(dossier: Dossier, fields: MultiDict[str, str]) -> list[check_words.Shown]:
    """Check a criterion as it was typed; ``fields`` also say which criterion it is."""
    written = draft_of(db.session(), dossier, *check_words.languages())
    typed = typed_criterion(written, fields)
    # Those that wait until nothing stops compute with whole lots, and say nothing of a criterion.
    rules = (rule for rule in checking.shipped_rules() if not rule.unless_stopped)
    found = checking.check(written.with_criterion(typed), rules, today())
    return check_words.shown(one for one in found if one.place.criterion == typed.key)
