"""How far the pages of a concept are, in the words of a list of tasks."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from sqlalchemy.orm import Session

from waardewerk.i18n import gettext as _
from waardewerk.i18n import ngettext
from waardewerk_procurement import checking
from waardewerk_procurement.checking import Finding
from waardewerk_procurement.draft import Draft
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.queries.checking import draft_of

#: A word, and the kind of badge that it is.
Progress = tuple[str, str]
_WEIGHTS = {"weight", "worth"}


def progress_of(session: Session, dossier: Dossier, today: date) -> Mapping[str, Progress]:
    """Tell of each page of a concept how far it is, by endpoint; ``lens`` is that of the values."""
    written = draft_of(session, dossier)
    stops = checking.stops_in(written, checking.shipped_rules(), today)
    whole = [one for one in stops if not one.place.criterion and not one.place.lot]
    weights = [one for one in stops if one.place.field in _WEIGHTS]
    lots = [one for one in stops if one.place.lot and one not in weights]
    return {
        "lens": _done(not any(one.rule.check == "not-looked-wider" for one in whole)),
        "procurement.setup": _done(not any(one.place.field for one in whole)),
        "procurement.lots": _done(not lots),
        "procurement.criteria": _criteria(written, stops),
        "procurement.weights": _done(bool(written.criteria) and not weights),
        "procurement.checks": _to_mend(len(stops)),
    }


def _done(is_done: bool) -> Progress:
    return (_("done"), "done") if is_done else (_("still to do"), "attention")


def _criteria(written: Draft, stops: list[Finding]) -> Progress:
    count = len(written.criteria)
    off = {one.place.criterion for one in stops if one.place.field not in _WEIGHTS} - {""}
    if not count:
        return _done(False)
    if not off:
        return ngettext("%(count)s, complete", "%(count)s, complete", count), "done"
    return _("%(count)s, of which %(off)s not complete", count=count, off=len(off)), "attention"


def _to_mend(count: int) -> Progress:
    if not count:
        return _("nothing stops it"), "done"
    return (
        ngettext("%(count)s thing to put right", "%(count)s things to put right", count),
        "attention",
    )
