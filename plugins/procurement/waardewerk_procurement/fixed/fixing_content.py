"""From rows to what is fixed: the snapshot of a dossier, and what it still lacks to be one.

Names of values and norms are looked up here, once, because a snapshot stands on its own.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.notation.problems import Problem
from waardewerk.refusal import Refusal, marked
from waardewerk.values import lenses
from waardewerk.values import queries as values
from waardewerk.values.editing import name_of
from waardewerk.values.framework import Framework, key_in
from waardewerk.values.operations import looking
from waardewerk.values.registry import framework_of
from waardewerk.values.starting import starting_points
from waardewerk_procurement.award import award_file
from waardewerk_procurement.award.award_reading import WrongAwardFile, read_rules
from waardewerk_procurement.award.published import rules_in_file
from waardewerk_procurement.award.scales import LinearScale, Scale, StepScale
from waardewerk_procurement.criteria import KINDS
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.models import Dossier, DossierCriterion, HandOver, Lot
from waardewerk_procurement.money import as_decimal
from waardewerk_procurement.queries.dossiers import LENS

#: The language of tenders and schemes here: names of values come in it where they have it.
LANGUAGE = "nl"
#: A scale with more steps than this has an anchor at its ends at least.
MOST_ANCHORED = 12
#: What has to be said of every criterion, and how a sentence names it.
_SAID = {
    "title": marked("“%(name)s” has no title."),
    "text": marked("“%(name)s” has no text."),
    "value": marked("“%(name)s” serves no value yet."),
}
_SCALES: TypeAdapter[award_file.LinearScale | award_file.StepScale] = TypeAdapter(award_file.Scale)
_ANCHORS = {"knock_out": ("met", "failed"), "compliance": ("full", "partial", "none")}


def snapshot_of(session: Session, dossier: Dossier, number: int) -> snapshot.Snapshot:
    """Write down a dossier as it is now, as the snapshot with this number."""
    names = _Names(session, dossier)
    return snapshot.Snapshot.model_validate(
        {
            "format": snapshot.FORMAT,
            "number": number,
            "dossier": dossier.id,
            "kind": dossier.kind,
            "title": dossier.title,
            "subject": dossier.subject,
            "technologies": dossier.technologies,
            "ai": dossier.ai,
            "legal_basis": dossier.legal_basis,
            "closes_at": dossier.closes_at,
            "framework": names.framework,
            "lens": _lens(session, dossier),
            "scale": dossier.scale,
            "aggregation": dossier.aggregation,
            "assessors": dossier.assessors,
            "lots": [_lot(one) for one in dossier.lots],
            "criteria": list(_criteria(session, dossier, names)),
        }
    )


def written_so_far(session: Session, dossier: Dossier, number: int) -> snapshot.Snapshot | None:
    """Write down a dossier that may lack so much that it is no snapshot yet; then nothing."""
    try:
        return snapshot_of(session, dossier, number)
    except ValidationError:
        return None


def drafted(session: Session, dossier: Dossier) -> snapshot.Snapshot | None:
    """Write down a concept when it is far enough for documents: its rules can rank a bid."""
    written = written_so_far(session, dossier, 1)
    if written is None:
        return None
    try:
        read_rules(rules_in_file(written))
    except WrongAwardFile:
        return None
    return written


class _Names:
    """What values and norms are called in the version with which a dossier looks."""

    def __init__(self, session: Session, dossier: Dossier) -> None:
        self.framework: dict[str, Any] | None = None
        self._known: dict[str, str] = {}
        for shipped in starting_points():
            self._learn(shipped)
        for found in _wider(looking.lens_of(session, LENS, dossier.id)):
            self._known[key_in(found.urn)] = found.name
        if dossier.values_version is not None:
            version = values.get_version(session, dossier.values_version)
            self.framework = {"version": version.number, "sha256": version.sha256}
            self._learn(framework_of(version))

    def _learn(self, framework: Framework) -> None:
        wanted = (LANGUAGE, framework.languages[0])
        self._known |= {
            key: name_of(one).for_language(*wanted) for key, one in framework.elements.items()
        }

    def of(self, key: str) -> dict[str, str]:
        """Give a value or norm with its name; what nobody knows is called by its key."""
        return {"key": key, "name": self._known.get(key, key)}


def _wider(lens: Any) -> Iterable[Any]:
    return lens.wider if lens is not None else ()


def _lens(session: Session, dossier: Dossier) -> dict[str, Any]:
    lens = looking.lens_of(session, LENS, dossier.id)
    if lens is None:
        return {}
    names = {one.urn: one.name for one in lenses.values_in_view(session, lens, LANGUAGE)}
    # What was chosen is called as it was then: the list that it came from may change.
    names |= {one.urn: one.name for one in lens.wider}
    return {
        "in_view": [{"key": key_in(urn), "name": name} for urn, name in names.items()],
        "wider": [
            {"urn": one.urn, "name": one.name, "direction": one.direction, "reason": one.reason}
            for one in lens.wider
        ],
        "nothing_else": lens.nothing_else,
        "considerations": [
            {
                # A value that was taken out of view again is called by its key.
                "value": {
                    "key": key_in(one.urn),
                    "name": names.get(one.urn, key_in(one.urn)),
                },
                "effect": one.effect,
                "for_whom": one.for_whom,
                "reason": one.reason,
            }
            for one in lens.considerations
        ],
        "tensions": [
            {
                "value": names.get(one.urn, one.urn),
                "against": names.get(one.against, one.against),
                "choice": one.choice,
                "gives_up": one.gives_up,
                "decided_by": one.decided_by,
                "decided_on": one.decided_on,
            }
            for one in lens.tensions
        ],
    }


def estimates_of(dossier: Dossier) -> dict[str, Any]:
    """Give between which prices bids are expected, by lot; kept beside what is fixed."""
    return {lot.key: [lot.expected_lowest, lot.expected_highest] for lot in dossier.lots}


def _lot(lot: Lot) -> dict[str, Any]:
    return {
        "key": lot.key,
        "title": lot.title,
        "formula": lot.formula,
        "formula_reason": lot.formula_reason,
        "tie_rule": lot.tie_rule,
        "drop_out": lot.drop_out,
        "ceiling": None if lot.ceiling is None else as_decimal(lot.ceiling),
        "beyond": lot.beyond or None,
    }


def _criteria(session: Session, dossier: Dossier, names: _Names) -> Iterator[dict[str, Any]]:
    keys = {one.id: one.key for one in dossier.criteria}
    lots = {one.id: one.key for one in dossier.lots}
    kept_by = keepers_of(session, dossier)
    for one in dossier.criteria:
        yield {
            "key": one.key,
            "lot": lots[one.lot_id] if one.lot_id is not None else None,
            "parent": keys[one.parent_id] if one.parent_id is not None else None,
            "type": one.type,
            "value": names.of(one.value),
            "norm": names.of(one.norm) if one.norm else None,
            "proportionality": {
                "risk": one.risk,
                "small_firms": one.small_firms,
                "link": one.link,
            },
            "worth": None if one.worth is None else as_decimal(one.worth),
            "minimum": one.minimum or None,
            "ground": one.ground or None,
            "duty_basis": one.duty_basis or None,
            "kept_by": kept_by.get(one.key, ()),
            **{field: getattr(one, field) for field in AS_IT_IS},
        }


#: What a criterion says in its row exactly as in a snapshot.
AS_IT_IS = (
    "title",
    "text",
    "question",
    "reason",
    "evidence",
    "anchors",
    "weight",
    "duty_reason",
    "in_terms",
    "announced",
    "legal_sources",
    "source",
)


def keepers_of(session: Session, dossier: Dossier) -> Mapping[str, tuple[str, ...]]:
    """Give per criterion, by key, those that keep its promise, in the order of the dossier."""
    keys = {one.id: one.key for one in dossier.criteria}
    places = {one.id: place for place, one in enumerate(dossier.criteria)}
    rows = session.scalars(select(HandOver).where(HandOver.criterion_id.in_(keys)))
    found: dict[str, tuple[str, ...]] = {}
    for row in sorted(rows, key=lambda row: places[row.keeper_id]):
        key = keys[row.criterion_id]
        found[key] = (*found.get(key, ()), keys[row.keeper_id])
    return found


# What is missing -------------------------------------------------------------------------------


def _lacks(message: str, **details: object) -> Problem:
    return Problem(None, None, message, details)


def whats_missing(
    session: Session, dossier: Dossier, written: snapshot.Snapshot | None = None
) -> tuple[Problem, ...]:
    """Say what a dossier lacks to be fixed: all that a snapshot and its ranking cannot do without.

    The last line of defence: whether it is wise as well is asked by the checks. What was
    ``written`` down of it already is not written again.
    """
    found = tuple(_missing(session, dossier))
    return found or tuple(_uncomputable(session, dossier, written))


def _missing(session: Session, dossier: Dossier) -> Iterator[Problem]:
    yield from _of_the_whole(session, dossier)
    scale = _scale(dossier)
    if scale is None:
        yield _lacks(marked("The scale of the scores cannot be used."))
    divided = {one.parent_id for one in dossier.criteria}
    for one in dossier.criteria:
        yield from _of_criterion(one, None if one.id in divided else scale)
    for lot in dossier.lots:
        yield from _of_lot(dossier, lot)


def _of_the_whole(session: Session, dossier: Dossier) -> Iterator[Problem]:
    if dossier.officer_id is None:
        yield _lacks(marked("Nobody leads this dossier."))
    if dossier.closes_at is None:
        yield _lacks(marked("Nobody said until when bids or applications can be sent in."))
    if not dossier.lots:
        yield _lacks(marked("There is no lot."))
    if not dossier.criteria:
        yield _lacks(marked("There is no criterion yet."))
    lens = looking.lens_of(session, LENS, dossier.id)
    if lens is None or not looking.is_wide_enough(lens):
        yield _lacks(
            marked(
                "Nobody looked further than the core values. Choose what else is touched, or say "
                "why there is nothing else."
            )
        )


def _scale(dossier: Dossier) -> Scale | None:
    try:
        return _SCALES.validate_python(dossier.scale).build()
    except (ValidationError, Refusal):
        return None


def _of_criterion(one: DossierCriterion, scale: Scale | None) -> Iterator[Problem]:
    name = one.title or one.key
    for field, message in _SAID.items():
        if not getattr(one, field).strip():
            yield _lacks(message, name=name)
    kind = KINDS.get(one.type)  # type: ignore[call-overload]
    if kind is None:
        yield _lacks(marked("“%(name)s” is of a type that does not exist."), name=name)
        return
    wanted = _ANCHORS.get(kind.scale) or _anchored(scale)
    without = [score for score in wanted if not str(one.anchors.get(score, "")).strip()]
    if without:
        yield _lacks(
            marked("“%(name)s” does not say when each score is given: %(scores)s."),
            name=name,
            scores=", ".join(without),
        )


def _anchored(scale: Scale | None) -> tuple[str, ...]:
    """Give the scores that need an anchor; none for what is divided further."""
    if isinstance(scale, StepScale):
        return tuple(step.score for step in scale.steps)
    if isinstance(scale, LinearScale):
        if len(scale) <= MOST_ANCHORED:
            return tuple(step.score for step in scale.steps)
        return (scale.step_at(0).score, scale.step_at(len(scale) - 1).score)
    return ()


def _of_lot(dossier: Dossier, lot: Lot) -> Iterator[Problem]:
    if lot.formula is None:
        yield _lacks(marked("“%(name)s” has no formula yet."), name=lot.title)
    if not lot.tie_rule:
        yield _lacks(
            marked("“%(name)s” does not say what decides between equal totals."), name=lot.title
        )
    if not lot.drop_out:
        yield _lacks(
            marked("“%(name)s” does not say what follows when a bid drops out."), name=lot.title
        )
    if dossier.is_subsidy and lot.ceiling is None:
        yield _lacks(marked("“%(name)s” has no ceiling yet."), name=lot.title)
    if dossier.is_subsidy and not lot.beyond:
        yield _lacks(
            marked("“%(name)s” does not say what follows when the ceiling is reached."),
            name=lot.title,
        )
    here = (one for one in dossier.criteria if one.lot_id in (None, lot.id))
    kinds = (KINDS.get(one.type) for one in here)  # type: ignore[call-overload]
    if not any(kind is not None and kind.weighed for kind in kinds):
        yield _lacks(marked("“%(name)s” has nothing that is scored."), name=lot.title)


def _uncomputable(
    session: Session, dossier: Dossier, written: snapshot.Snapshot | None
) -> Iterator[Problem]:
    """Say why the rules cannot rank a bid, such as weights that are not together 100 %."""
    try:
        read_rules(rules_in_file(written or snapshot_of(session, dossier, 1)))
    except WrongAwardFile as refusal:
        yield from (_of_its_lot(problem, dossier) for problem in refusal.problems)
    except ValidationError as error:
        message = marked("This cannot be fixed as it is: %(place)s.")
        for detail in error.errors(include_url=False, include_input=False):
            yield _lacks(message, place=".".join(str(step) for step in detail["loc"]))


def _of_its_lot(problem: Problem, dossier: Dossier) -> Problem:
    """Name the lot that a problem of an award file is about by its title, not by its place."""
    place = (problem.subject or "").partition("rules.lots[")[2].partition("]")[0]
    name = dossier.lots[int(place)].title if place.isdigit() else dossier.title
    return Problem(None, name, problem.message, problem.arguments)
