"""Make a dossier and set it up: what it is about, when, by which scale and rules, in which lots."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any, get_args

from pydantic import TypeAdapter, ValidationError
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.i18n import day_of
from waardewerk.refusal import NotFound, NotNow, Refusal
from waardewerk.values import queries as values
from waardewerk.values.operations import looking
from waardewerk.wording import tidy_words
from waardewerk_procurement import keys, scale_choices, words
from waardewerk_procurement.award import award_file, awarding, divisions, granting
from waardewerk_procurement.award.formulas import Formula, formulas_for
from waardewerk_procurement.criteria import KINDS, TECHNOLOGIES
from waardewerk_procurement.fixed.snapshot import read_snapshot
from waardewerk_procurement.models import Dossier, DossierCriterion, Lot
from waardewerk_procurement.models.dossiers import AGGREGATIONS, AI_ANSWERS, DOSSIER_KINDS
from waardewerk_procurement.operations.conferring import FEWEST_SCORES
from waardewerk_procurement.operations.holding import hold_for_writing, record
from waardewerk_procurement.queries import dossiers
from waardewerk_procurement.queries.dossiers import LENS
from waardewerk_procurement.queries.officers import may_lead
from waardewerk_procurement.scale_choices import SCALES

LONGEST_TITLE = 200
LONGEST_TEXT = 4000
LONGEST_BASIS = 400
ASSESSORS = range(FEWEST_SCORES, 16)
MOST_LOTS = 50
MOST_TIE_STEPS = 6
DROP_OUTS = get_args(awarding.DropOutRule)
BEYONDS = get_args(granting.Beyond)
_formulas: TypeAdapter[Any] = TypeAdapter(award_file.Formula)


@dataclass(frozen=True, kw_only=True)
class SetUp:
    """What a dossier is about, who leads it, when it goes out and how it is scored."""

    kind: str
    title: str
    officer_id: int | None
    subject: str = ""
    technologies: tuple[str, ...] = ()
    ai: str = "no"
    legal_basis: str = ""
    publish_on: date | None = None
    closes_at: datetime | None = None
    #: A key of ``scale_choices.SCALES``.
    scale: str = scale_choices.DEFAULT
    aggregation: str = "agreed"
    assessors: int = 3


@dataclass(frozen=True, kw_only=True)
class LotRules:
    """What is said about a lot beside its formula. Prices are in cents and are never published."""

    title: str
    #: In the shape of a list of ``award_file.TieStep``.
    tie_rule: tuple[Mapping[str, Any], ...] = ()
    drop_out: str = ""
    #: Only of a subsidy scheme: in cents, and a word of ``BEYONDS``.
    ceiling: int | None = None
    beyond: str = ""
    expected_lowest: int | None = None
    expected_highest: int | None = None


# The dossier -----------------------------------------------------------------------------------


def make_dossier(
    session: Session, setup: SetUp, *, request_key: str, actor_id: int | None, now: datetime
) -> Dossier:
    """Make a dossier with one lot, that looks with the value framework of today.

    A form that is sent twice makes one.
    """
    same = select(Dossier).where(Dossier.request_key == request_key)
    if (earlier := session.scalar(same)) is not None:
        return _own(earlier, actor_id)
    setup = _tidied(setup)
    _check(session, setup, now)
    version = values.version_in_force(session, day_of(now))
    made = Dossier(
        kind=setup.kind,
        title=setup.title,
        scale=dict(SCALES[setup.scale]),
        values_version=version.number if version else None,
        made_at=now,
        made_by=actor_id,
        request_key=request_key,
        lots=[_first_lot(setup)],
    )
    for name, value in _plain(setup).items():
        setattr(made, name, value)
    kept = db.add_once(session, made, same)
    if kept is not made:
        return _own(kept, actor_id)
    session.flush()
    record(session, "prepared", made, actor_id=actor_id, now=now, kind=made.kind)
    return made


def change_set_up(
    session: Session,
    dossier: Dossier,
    setup: SetUp,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> Dossier:
    """Change what a dossier is about and how it is scored.

    On another scale an anchor stays with the step that brings the same share; one without such a
    step goes.
    """
    hold_for_writing(session, dossier, now=now, revision=revision)
    setup = _tidied(setup)
    _check(session, setup, now, before=dossier)
    _check_kind_fits(session, dossier, setup.kind)
    given = _plain(setup)
    if setup.scale != scale_choices.name_of(dossier.scale):
        scale = dict(SCALES[setup.scale])
        _carry_over(session, dossier, scale)
        given["scale"] = scale
    changed = [name for name, value in given.items() if getattr(dossier, name) != value]
    if "kind" in changed:
        _call_the_whole(session, dossier, setup.kind)
    for name in changed:
        setattr(dossier, name, given[name])
    if not dossier.is_subsidy:
        _drop_ceilings(session, dossier)
    if changed:
        dossier.revision += 1
        record(session, "set_up", dossier, actor_id=actor_id, now=now, changed=changed)
    return dossier


def _drop_ceilings(session: Session, dossier: Dossier) -> None:
    """Take away what only a scheme has: it would be published with a tender."""
    for lot in lots_of(session, dossier):
        lot.ceiling, lot.beyond = None, ""


def open_lens(
    session: Session, dossier: Dossier, url: str, *, actor_id: int | None, now: datetime
) -> int:
    """Open the lens of a dossier, with the version of the framework with which it looks."""
    if (found := looking.lens_of(session, LENS, dossier.id)) is not None:
        return found.id
    hold_for_writing(session, dossier, now=now)
    lens = looking.open_lens(
        session,
        kind=LENS,
        subject_id=dossier.id,
        title=dossier.title,
        url=url,
        version_number=dossier.values_version,
        actor_id=actor_id,
        now=now,
    )
    return lens.id


def _own(earlier: Dossier, actor_id: int | None) -> Dossier:
    if earlier.made_by != actor_id:
        raise Refusal("This form was used already. Load the page again.")
    return earlier


def _first_lot(setup: SetUp) -> Lot:
    title = words.whole_contract(is_subsidy=setup.kind == "subsidy")
    return Lot(key=keys.next_lot(()), position=1, title=title)


def _call_the_whole(session: Session, dossier: Dossier, kind: str) -> None:
    """Call the only lot after its new kind, unless somebody gave it a title."""
    before, after = (
        words.whole_contract(is_subsidy=one == "subsidy") for one in (dossier.kind, kind)
    )
    for lot in lots_of(session, dossier):
        if lot.title == before:
            lot.title = after


def _plain(setup: SetUp) -> dict[str, Any]:
    """Give what is kept as it was given."""
    return {
        "kind": setup.kind,
        "title": setup.title,
        "subject": setup.subject,
        "technologies": list(setup.technologies),
        "ai": setup.ai,
        "legal_basis": setup.legal_basis,
        "publish_on": setup.publish_on,
        "closes_at": setup.closes_at,
        "officer_id": setup.officer_id,
        "aggregation": setup.aggregation,
        "assessors": setup.assessors,
    }


def _tidied(setup: SetUp) -> SetUp:
    is_subsidy = setup.kind == "subsidy"
    return replace(
        setup,
        title=tidy_words(setup.title, LONGEST_TITLE),
        subject=tidy_words(setup.subject, LONGEST_TEXT),
        technologies=tuple(dict.fromkeys(setup.technologies)),
        # Only a scheme rests on a regulation.
        legal_basis=tidy_words(setup.legal_basis, LONGEST_BASIS) if is_subsidy else "",
    )


def _check(session: Session, setup: SetUp, now: datetime, before: Dossier | None = None) -> None:
    if setup.kind not in DOSSIER_KINDS:
        raise Refusal("Choose what kind of dossier it is.")
    if not setup.title:
        raise Refusal("Give the dossier a title.")
    if setup.ai not in AI_ANSWERS:
        raise Refusal("Say whether it contains AI, or may later.")
    if not set(setup.technologies) <= set(TECHNOLOGIES):
        raise Refusal("Choose kinds of technology from the list.")
    if setup.officer_id is None or not may_lead(session, setup.officer_id):
        raise Refusal("Choose an officer who may lead a dossier.")
    _check_scoring(setup)
    _check_moments(setup, now, before)


def _check_scoring(setup: SetUp) -> None:
    if setup.scale not in SCALES:
        raise Refusal("Choose a scale.")
    if setup.aggregation not in AGGREGATIONS:
        raise Refusal("Choose how one score comes from several.")
    if setup.assessors not in ASSESSORS:
        fewest, most = ASSESSORS[0], ASSESSORS[-1]
        raise Refusal("Choose from %(fewest)s to %(most)s assessors.", fewest=fewest, most=most)


def _check_moments(setup: SetUp, now: datetime, before: Dossier | None) -> None:
    if setup.closes_at is None:
        return
    is_new = before is None or before.closes_at != setup.closes_at
    if is_new and setup.closes_at <= now:
        raise Refusal("The closing moment must lie ahead.")
    if setup.publish_on is not None and day_of(setup.closes_at) <= setup.publish_on:
        raise Refusal("The closing moment comes after the day of publication.")


def _check_kind_fits(session: Session, dossier: Dossier, kind: str) -> None:
    if (kind == "subsidy") == dossier.is_subsidy:
        return
    own = select(func.count()).where(DossierCriterion.dossier_id == dossier.id)
    if session.scalar(own):
        raise NotNow(
            "The law has other types of criteria for a tender than for a subsidy scheme. Remove "
            "the criteria first, or make another dossier."
        )
    possible = formulas_for(is_subsidy=kind == "subsidy")
    for lot in lots_of(session, dossier):
        if lot.formula and type(built(lot.formula)) not in possible:
            raise NotNow(
                "A subsidy scheme has no formula like that of “%(lot)s”. Choose another one first.",
                lot=lot.title,
            )


def _carry_over(session: Session, dossier: Dossier, scale: dict[str, Any]) -> None:
    own = select(DossierCriterion).where(DossierCriterion.dossier_id == dossier.id)
    scores = {step.score for step in scale_choices.steps_of(scale)}
    for row in session.scalars(own):
        if KINDS[row.type].scale != "steps":  # type: ignore[index]
            continue
        row.anchors = scale_choices.moved(row.anchors, dossier.scale, scale)
        if row.minimum not in scores:
            row.minimum = ""
        row.revision += 1


# Lots ------------------------------------------------------------------------------------------


def add_lot(
    session: Session, dossier: Dossier, title: str, *, actor_id: int | None, now: datetime
) -> Lot:
    """Divide a dossier further: add a lot that is awarded by itself."""
    hold_for_writing(session, dossier, now=now)
    title = _lot_title(title)
    own = lots_of(session, dossier)
    if (known := next((one for one in own if one.title == title), None)) is not None:
        return known
    if len(own) >= MOST_LOTS:
        raise Refusal("A dossier has at most %(most)s lots.", most=MOST_LOTS)
    lot = Lot(
        dossier_id=dossier.id,
        key=keys.next_lot(_lot_keys_ever(session, dossier, own)),
        position=max((one.position for one in own), default=0) + 1,
        title=title,
    )
    session.add(lot)
    _raise(session, dossier, "lot_added", actor_id, now, lot=lot.key)
    return lot


def change_lot(
    session: Session,
    dossier: Dossier,
    lot: Lot,
    rules: LotRules,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Change what is said about a lot."""
    hold_for_writing(session, dossier, now=now, revision=revision)
    db.hold(session, lot)
    title = _lot_title(rules.title)
    if any(one.title == title for one in lots_of(session, dossier) if one.id != lot.id):
        raise Refusal("Another lot has this title already.")
    if rules.drop_out not in ("", *DROP_OUTS):
        raise Refusal("Choose what happens when a bid drops out after the ranking.")
    tie_rule = _checked_tie_rule(session, dossier, rules.tie_rule)
    _check_ceiling(dossier, rules)
    _check_estimate(rules.expected_lowest, rules.expected_highest)
    lot.title, lot.tie_rule, lot.drop_out = title, tie_rule, rules.drop_out
    lot.ceiling, lot.beyond = rules.ceiling, rules.beyond
    lot.expected_lowest, lot.expected_highest = rules.expected_lowest, rules.expected_highest
    if session.is_modified(lot):
        _raise(session, dossier, "lot_changed", actor_id, now, lot=lot.key)


def _check_ceiling(dossier: Dossier, rules: LotRules) -> None:
    if not dossier.is_subsidy and (rules.ceiling is not None or rules.beyond):
        raise Refusal("Only a subsidy scheme has a ceiling.")
    if rules.ceiling is not None and rules.ceiling <= 0:
        raise Refusal("The ceiling must be above 0.")
    if rules.beyond not in ("", *BEYONDS):
        raise Refusal("Choose what happens when the ceiling is reached.")


def choose_formula(
    session: Session,
    dossier: Dossier,
    lot: Lot,
    formula: Mapping[str, Any],
    reason: str,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Choose how price and quality of a lot become one figure; a relative one asks a reason.

    Weights in percent go where every lot counts in euros now, and the other way round.
    """
    hold_for_writing(session, dossier, now=now, revision=revision)
    db.hold(session, lot)
    reason = tidy_words(reason, LONGEST_TEXT)
    made = built(formula)
    if type(made) not in formulas_for(is_subsidy=dossier.is_subsidy):
        raise Refusal("A subsidy scheme has no such formula. Choose another one.")
    if made.is_relative and not reason:
        raise Refusal("This formula compares bids with each other. Say why it is needed.")
    lot.formula, lot.formula_reason = dict(formula), reason
    if session.is_modified(lot):
        _drop_other_unit(session, dossier)
        _raise(session, dossier, "formula_chosen", actor_id, now, lot=lot.key, name=formula["name"])


def _drop_other_unit(session: Session, dossier: Dossier) -> None:
    lots = lots_of(session, dossier)
    own = select(DossierCriterion).where(DossierCriterion.dossier_id == dossier.id)
    for row in session.scalars(own):
        units = divisions.units_of(row, lots)
        if not units.percent:
            row.weight = None
        if not units.euros:
            row.worth = None


def remove_lot(
    session: Session, dossier: Dossier, lot: Lot, *, actor_id: int | None, now: datetime
) -> None:
    """Take a lot away; not the last one, and not one that has criteria of its own."""
    hold_for_writing(session, dossier, now=now)
    db.hold(session, lot)
    if len(lots_of(session, dossier)) == 1:
        raise NotNow("A dossier keeps at least one lot.")
    own = select(func.count()).where(DossierCriterion.lot_id == lot.id)
    if session.scalar(own):
        raise NotNow("This lot has criteria of its own. Move or remove those first.")
    key = lot.key
    session.delete(lot)
    _raise(session, dossier, "lot_removed", actor_id, now, lot=key)


def built(formula: Mapping[str, Any]) -> Formula:
    """Make the formula that was filled in, or say what is wrong with it."""
    try:
        made: Formula = _formulas.validate_python(dict(formula)).build()
    except ValidationError as fault:
        raise Refusal("Fill in every number that this formula needs.") from fault
    return made


def lots_of(session: Session, dossier: Dossier) -> list[Lot]:
    """List the lots of a dossier as they are now, in their order."""
    own = select(Lot).where(Lot.dossier_id == dossier.id)
    return list(session.scalars(own.order_by(Lot.position)))


def lot_numbered(session: Session, dossier: Dossier, lot_id: int | None) -> Lot | None:
    """Find a lot of this dossier by number; nothing for all lots."""
    if lot_id is None:
        return None
    lot = session.get(Lot, lot_id)
    if lot is None or lot.dossier_id != dossier.id:
        raise NotFound("There is no such lot.")
    return lot


def _lot_title(title: str) -> str:
    title = " ".join(tidy_words(title, LONGEST_TITLE).split())
    if not title:
        raise Refusal("Give the lot a title.")
    return title


def _lot_keys_ever(session: Session, dossier: Dossier, own: Sequence[Lot]) -> set[str]:
    fixed = (read_snapshot(one.content) for one in dossiers.snapshots_of(session, dossier))
    return {one.key for one in own} | {lot.key for one in fixed for lot in one.lots}


def _checked_tie_rule(
    session: Session, dossier: Dossier, steps: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    plain = [{"by": step["by"], "of": step.get("of")} for step in steps]
    if len(plain) > MOST_TIE_STEPS:
        raise Refusal("A tie rule has at most %(most)s steps.", most=MOST_TIE_STEPS)
    if any(step in plain[:place] for place, step in enumerate(plain)):
        raise Refusal("A tie rule looks at each thing once.")
    if any(step["by"] == "lots" for step in plain[:-1]):
        raise Refusal("After drawing lots there is nothing left to decide.")
    own = select(DossierCriterion).where(DossierCriterion.dossier_id == dossier.id)
    weighed = [row for row in session.scalars(own) if KINDS[row.type].weighed]  # type: ignore[index]
    known = {"criterion": {one.key for one in weighed}, "value": {one.value for one in weighed}}
    for step in plain:
        if step["by"] not in {*words.TIE_TITLES, *known}:
            raise Refusal("Choose the steps of the tie rule from the list.")
        if (step["of"] or "") not in known.get(step["by"], {""}):
            raise Refusal("The tie rule looks at “%(of)s”, which is not here.", of=step["of"])
    return plain


def _check_estimate(lowest: int | None, highest: int | None) -> None:
    if (lowest is None) != (highest is None):
        raise Refusal("Fill in both the lowest and the highest price that you expect, or neither.")
    if lowest is not None and highest is not None and not 0 < lowest < highest:
        raise Refusal("The lowest price that you expect is below the highest, and above 0.")


def _raise(
    session: Session,
    dossier: Dossier,
    action: str,
    actor_id: int | None,
    now: datetime,
    **details: Any,
) -> None:
    dossier.revision += 1
    session.flush()
    session.expire(dossier, ["lots"])
    record(session, action, dossier, actor_id=actor_id, now=now, **details)
