"""Where dossiers use a value, what was decided with it, and what came of that.

Used: a criterion of a dossier serves the value. Decided: a lot was decided in which the value is
scored. Result: promises about it that were kept or broken in the end, and how those that still run
stand as far as somebody looked.

A page about practice asks for each value in turn, so all values are gathered at the first
question and kept for the request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence

from flask import g, url_for
from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from waardewerk.contract import Value, ValueUsage
from waardewerk.i18n import lazy, ngettext
from waardewerk_procurement.criteria import KINDS
from waardewerk_procurement.models import (
    Decision,
    Dossier,
    DossierCriterion,
    Finding,
    FollowUp,
    Lot,
)

_SCORED = tuple(key for key, kind in KINDS.items() if kind.weighed)
_ENDED = {"kept": lazy("kept"), "broken": lazy("broken")}
_COLOURS = {"green": lazy("green"), "amber": lazy("amber"), "red": lazy("red")}
#: A value in a dossier.
Place = tuple[str, int]


def usages_of(session: Session, value: Value) -> list[ValueUsage]:
    """Return the dossiers in which a criterion serves this value."""
    if "procurement_usages" not in g:
        g.procurement_usages = _gather(session)
    found: list[ValueUsage] = g.procurement_usages.get(value.key, [])
    return found


def _gather(session: Session) -> Mapping[str, list[ValueUsage]]:
    used = (
        select(DossierCriterion.value, Dossier.id, Dossier.title)
        .join(Dossier, Dossier.id == DossierCriterion.dossier_id)
        .where(DossierCriterion.value != "")
        .distinct()
        .order_by(DossierCriterion.value, Dossier.id)
    )
    decided, results = _decided(session), _results(session)
    found: dict[str, list[ValueUsage]] = defaultdict(list)
    for value, dossier_id, title in session.execute(used):
        usage = ValueUsage(
            title=title,
            url=url_for("procurement.ladder", dossier_id=dossier_id, _anchor=f"value-{value}"),
            decided=(value, dossier_id) in decided,
            result="; ".join(results.get((value, dossier_id), ())),
        )
        found[value].append(usage)
    return found


def _decided(session: Session) -> set[Place]:
    """Find the values that are scored in a lot on which somebody decided."""
    in_lot = or_(DossierCriterion.lot_id.is_(None), DossierCriterion.lot_id == Lot.id)
    scored = (
        select(DossierCriterion.value, DossierCriterion.dossier_id)
        .join(Lot, (Lot.dossier_id == DossierCriterion.dossier_id) & in_lot)
        .join(Decision, Decision.lot_id == Lot.id)
        .where(DossierCriterion.type.in_(_SCORED))
        .distinct()
    )
    return {(value, dossier_id) for value, dossier_id in session.execute(scored)}


def _results(session: Session) -> Mapping[Place, list[str]]:
    """Say of each promise that ended whether it was kept, and how those that run stand."""
    found: dict[Place, list[str]] = defaultdict(list)
    running: dict[Place, list[str]] = defaultdict(list)
    for value, dossier_id, title, ended, colour in session.execute(_promises()):
        if ended:
            found[value, dossier_id].append(f"{title}: {_ENDED[ended]}")
        else:
            running[value, dossier_id].append(colour or "")
    for place, colours in running.items():
        found[place].extend(_how_they_run(colours))
    return found


def _promises() -> Select[str, int, str, str, str]:
    """Read every promise with the colour of what was found last; no remedy of a broken one."""
    newest = select(func.max(Finding.id)).group_by(Finding.follow_up_id)
    return (
        select(FollowUp.value, FollowUp.dossier_id, FollowUp.title, FollowUp.ended, Finding.colour)
        .outerjoin(Finding, (Finding.follow_up_id == FollowUp.id) & Finding.id.in_(newest))
        .where(FollowUp.follows_id.is_(None))
        .order_by(FollowUp.id)
    )


def _how_they_run(colours: Sequence[str]) -> Iterator[str]:
    """Count the promises that run by their colour; where nobody looked there is no result."""
    counts = [
        f"{colours.count(colour)} {word}" for colour, word in _COLOURS.items() if colour in colours
    ]
    if counts:
        yield ngettext(
            "one promise runs, of which %(counts)s",
            "%(count)s promises run, of which %(counts)s",
            len(colours),
            counts=", ".join(counts),
        )
