"""Write criteria: take from the library, write one's own, change, order, divide, weigh, hand on.

A save may be incomplete, because a concept grows; what makes no sense is refused here all the same.
What must be there before others look at it is a matter of the checks.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from waardewerk import db
from waardewerk.refusal import Conflict, NotFound, NotNow, Refusal
from waardewerk.wording import tidy_texts, tidy_words
from waardewerk_procurement import criteria as library
from waardewerk_procurement import keys, scale_choices, weighed, words
from waardewerk_procurement.award import divisions
from waardewerk_procurement.award.weights import WHOLE
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS, KINDS
from waardewerk_procurement.fixed.snapshot import read_snapshot
from waardewerk_procurement.models import Dossier, DossierCriterion, HandOver, Lot
from waardewerk_procurement.models.dossiers import DUTY_BASES
from waardewerk_procurement.money import MOST_CENTS
from waardewerk_procurement.operations.holding import hold_for_writing, record
from waardewerk_procurement.operations.preparing import (
    LONGEST_TEXT,
    LONGEST_TITLE,
    lot_numbered,
    lots_of,
)
from waardewerk_procurement.queries import criteria as reads
from waardewerk_procurement.queries import dossiers

MOST_CRITERIA = 500
MOST_LINES = 20
LONGEST_TERMS = 400
LONGEST_SOURCE = 200
#: Names of pages that stand where the key of a criterion stands in an address.
RESERVED = frozenset({"new", "library"})


@dataclass(frozen=True, kw_only=True)
class Wording:
    """Everything that can be written about a criterion."""

    value: str = ""
    norm: str = ""
    lot_id: int | None = None
    title: str = ""
    text: str = ""
    question: str = ""
    reason: str = ""
    risk: str = ""
    small_firms: str = ""
    link: str = ""
    evidence: tuple[str, ...] = ()
    anchors: Mapping[str, str] = field(default_factory=dict)
    #: In hundredths of a percent.
    weight: int | None = None
    #: In cents.
    worth: int | None = None
    minimum: str = ""
    ground: str = ""
    duty_basis: str = ""
    duty_reason: str = ""
    in_terms: str = ""
    announced: bool = True
    legal_sources: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class Taking:
    """What somebody says who takes a criterion from the library."""

    value: str
    #: Why it is asked here, and what it means in this dossier.
    reason: str
    #: May be said later on.
    risk: str = ""
    link: str = ""
    lot_id: int | None = None


# Coming in -------------------------------------------------------------------------------------


def take(
    session: Session,
    dossier: Dossier,
    found: library.Criterion,
    taking: Taking,
    *,
    actor_id: int | None,
    now: datetime,
) -> DossierCriterion:
    """Copy a criterion of the library into a dossier; who takes it says what it means here.

    What was taken already for the same lot is not taken twice; for another lot that is refused,
    because one criterion has one place and nothing that was typed may get lost.
    """
    hold_for_writing(session, dossier, now=now)
    own = reads.criteria_of(session, dossier)
    if (known := next((one for one in own if one.source == found.id), None)) is not None:
        if known.lot_id != taking.lot_id:
            raise _elsewhere(dossier, known)
        return known
    if not taking.value:
        raise Refusal("Choose the value that this criterion is there for.")
    if not taking.reason.strip():
        raise Refusal("Write why you ask this here, and what it means in this dossier.")
    said = _copied(session, dossier, found, taking)
    row = _add(session, dossier, found.type, said, own, actor_id, now, key=found.key)
    row.source = found.id
    if found.type == "exclusion_ground" and found in library.shipped_criteria():
        # Ours keep to the law; those of others may not add to it.
        row.title, row.text = said.title, said.text
    _log(session, dossier, row, "criterion_taken", actor_id, now, source=found.id)
    return row


def _elsewhere(dossier: Dossier, known: DossierCriterion) -> Refusal:
    if known.lot_id is None:
        return Refusal("This criterion is in the dossier already, for all lots.")
    title = next(lot.title for lot in dossier.lots if lot.id == known.lot_id)
    return Refusal(
        "This criterion is in the dossier already, for %(lot)s. Let it count for all lots there, "
        "or write one of your own.",
        lot=title,
    )


def write_own(
    session: Session,
    dossier: Dossier,
    type_: str,
    said: Wording,
    *,
    actor_id: int | None,
    now: datetime,
) -> DossierCriterion:
    """Write a criterion of one's own."""
    hold_for_writing(session, dossier, now=now)
    own = reads.criteria_of(session, dossier)
    said = _tidied(said)
    if (known := _sent_before(own, type_, None, said, actor_id)) is not None:
        return known
    row = _add(session, dossier, type_, said, own, actor_id, now)
    _log(session, dossier, row, "criterion_written", actor_id, now)
    return row


def divide(
    session: Session,
    dossier: Dossier,
    parent: DossierCriterion,
    said: Wording,
    *,
    actor_id: int | None,
    now: datetime,
) -> DossierCriterion:
    """Add a part to a criterion; parts are scored instead of the whole, and weigh inside it."""
    _hold(session, dossier, parent, now)
    if not _kind_of(parent.type).weighed:
        raise Refusal("Only a criterion that is scored can be divided.")
    if parent.parent_id is not None:
        raise Refusal("A part is not divided further.")
    own = reads.criteria_of(session, dossier)
    said = replace(_tidied(said), lot_id=parent.lot_id)
    if (known := _sent_before(own, parent.type, parent.id, said, actor_id)) is not None:
        return known
    row = _add(session, dossier, parent.type, said, own, actor_id, now, parent=parent)
    _log(session, dossier, row, "criterion_divided", actor_id, now, parent=parent.key)
    return row


def _copied(
    session: Session, dossier: Dossier, found: library.Criterion, taking: Taking
) -> Wording:
    norms = {one.key for one in reads.norms_in_view(session, dossier, words.LANGUAGE)}
    return Wording(
        value=taking.value,
        norm=next((norm for norm in found.norms if norm in norms), ""),
        lot_id=taking.lot_id,
        reason=tidy_words(taking.reason, LONGEST_TEXT),
        risk=tidy_words(taking.risk, LONGEST_TEXT),
        link=tidy_words(taking.link, LONGEST_TEXT),
        title=_in_documents(found.title),
        text=_in_documents(found.text),
        question=_in_documents(found.question) if found.question else "",
        small_firms=_in_documents(found.proportionality.cost),
        evidence=tuple(_in_documents(one) for one in found.evidence),
        anchors=anchors_of(found, dossier),
        ground=found.ground or "",
        legal_sources=found.legal.sources,
    )


def _in_documents(text: library.LocalText) -> str:
    return text.for_language(words.LANGUAGE)


def anchors_of(found: library.Criterion, dossier: Dossier) -> dict[str, str]:
    """Give when each step applies, in words, on the scale of a dossier."""
    scale = found.scale
    if scale.steps is not None:
        written = {str(points): _in_documents(text) for points, text in scale.steps.anchors}
        return scale_choices.moved(
            written, scale_choices.SCALES[scale_choices.DEFAULT], dossier.scale
        )
    texts = scale.knock_out or scale.compliance
    assert texts is not None
    return {
        name: _in_documents(getattr(texts, name))
        for name in scale_choices.places_of(found.type, dossier.scale)
    }


def _sent_before(
    own: Iterable[DossierCriterion],
    type_: str,
    parent_id: int | None,
    said: Wording,
    actor_id: int | None,
) -> DossierCriterion | None:
    """Find what a form that is sent twice made the first time."""
    newest = max(own, key=lambda one: one.id, default=None)
    if newest is None or newest.revision > 1 or newest.changed_by != actor_id:
        return None
    same_place = (newest.type, newest.parent_id) == (type_, parent_id)
    is_same = all(_kept(newest, name) == _plain(said, name) for name in _fields_of(type_))
    return newest if same_place and is_same else None


def _add(
    session: Session,
    dossier: Dossier,
    type_: str,
    said: Wording,
    own: list[DossierCriterion],
    actor_id: int | None,
    now: datetime,
    *,
    key: str = "",
    parent: DossierCriterion | None = None,
) -> DossierCriterion:
    if len(own) >= MOST_CRITERIA:
        raise Refusal("A dossier has at most %(most)s criteria.", most=MOST_CRITERIA)
    check_type(dossier, type_)
    said = _by_law(type_, said)
    _check(session, dossier, type_, said, is_part=parent is not None)
    taken = {one.key for one in own} | _fixed_keys(session, dossier) | RESERVED
    row = DossierCriterion(
        dossier_id=dossier.id,
        parent_id=parent.id if parent else None,
        key=keys.unused(key, taken) if key else keys.key_from(said.title, taken),
        position=max((one.position for one in own), default=0) + 1,
        type=type_,
        changed_at=now,
        changed_by=actor_id,
    )
    for name in Wording.__dataclass_fields__:
        setattr(row, name, _plain(said, name))
    session.add(row)
    session.flush()
    return row


def _fixed_keys(session: Session, dossier: Dossier) -> set[str]:
    """Give the keys that were fixed once: scores and promises may rest on them."""
    found = dossiers.last_snapshot(session, dossier)
    return {one.key for one in read_snapshot(found.content).criteria} if found else set()


# Changing --------------------------------------------------------------------------------------


def change(
    session: Session,
    dossier: Dossier,
    row: DossierCriterion,
    said: Wording,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> list[str]:
    """Change what is written about a criterion; return the names of what became different."""
    _hold(session, dossier, row, now)
    if row.revision != revision:
        raise Conflict("Somebody else changed this criterion. Load the page again; yours is below.")
    said = _tidied(said)
    if row.parent_id is not None:
        said = replace(said, lot_id=row.lot_id)
    said = _by_law(row.type, said, row)
    _check(session, dossier, row.type, said, is_part=row.parent_id is not None)
    names = (*_fields_of(row.type), "title", "text")
    changed = [name for name in names if _kept(row, name) != _plain(said, name)]
    changed = list(dict.fromkeys(changed))
    for name in changed:
        setattr(row, name, _plain(said, name))
    if not changed:
        return []
    row.revision += 1
    row.changed_at, row.changed_by = now, actor_id
    if "lot_id" in changed:
        for part in reads.parts_of(session, row):
            part.lot_id = row.lot_id
    _log(session, dossier, row, "criterion_changed", actor_id, now, changed=changed)
    return changed


def move(
    session: Session,
    dossier: Dossier,
    row: DossierCriterion,
    way: str,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Put a criterion before or after its neighbour of the same value and type."""
    _hold(session, dossier, row, now)
    if way not in {"up", "down"}:
        raise Refusal("A criterion goes up or down.")
    place = (row.parent_id, row.value, row.type)
    beside = [
        one
        for one in reads.criteria_of(session, dossier)
        if (one.parent_id, one.value, one.type) == place
    ]
    there = beside.index(row) + (1 if way == "down" else -1)
    if not 0 <= there < len(beside):
        return
    other = beside[there]
    row.position, other.position = other.position, row.position
    _log(session, dossier, row, "criterion_moved", actor_id, now, way=way)


def remove(
    session: Session,
    dossier: Dossier,
    row: DossierCriterion,
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Take a criterion out, with its parts; not while a tie rule looks at it."""
    _hold(session, dossier, row, now)
    parts = reads.parts_of(session, row)
    keys_gone = {one.key for one in (row, *parts)}
    for lot in lots_of(session, dossier):
        if any(step["by"] == "criterion" and step["of"] in keys_gone for step in lot.tie_rule):
            raise NotNow(
                "The tie rule of lot “%(lot)s” looks at this criterion. Change that first.",
                lot=lot.title,
            )
    key = row.key
    # The database takes parts and hand-overs along.
    for part in parts:
        session.expunge(part)
    session.delete(row)
    dossier.revision += 1
    session.flush()
    session.expire(dossier, ["criteria"])
    record(session, "criterion_removed", dossier, actor_id=actor_id, now=now, criterion=key)


def hand_over(
    session: Session,
    dossier: Dossier,
    row: DossierCriterion,
    keeper_ids: Collection[int],
    *,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Say which conditions, indicators or duties keep a promise alive after the award."""
    _hold(session, dossier, row, now)
    possible = {one.id for one in reads.possible_keepers(session, dossier, row)}
    if not set(keeper_ids) <= possible:
        raise Refusal("Choose conditions, indicators or duties of this dossier.")
    own = select(HandOver).where(HandOver.criterion_id == row.id)
    before = {one.keeper_id for one in session.scalars(own)}
    if before == set(keeper_ids):
        return
    session.execute(delete(HandOver).where(HandOver.criterion_id == row.id))
    session.add_all(HandOver(criterion_id=row.id, keeper_id=keeper) for keeper in set(keeper_ids))
    _log(session, dossier, row, "handed_over", actor_id, now, count=len(set(keeper_ids)))


# Weighing --------------------------------------------------------------------------------------


@dataclass(frozen=True, kw_only=True)
class Weighing:
    """All weights of a dossier at once: by key of the criterion, and of the lot for the price."""

    #: In hundredths of a percent.
    weights: Mapping[str, int | None]
    #: In cents.
    worths: Mapping[str, int | None] = field(default_factory=dict)
    prices: Mapping[str, int] = field(default_factory=dict)
    #: What the writer had in sight, by the name in the form; see ``weighed``.
    seen: weighed.Numbers = field(default_factory=dict)

    def numbers(self) -> weighed.Numbers:
        """Give everything by the name in the form."""
        return {
            **{f"weight-{key}": number for key, number in self.weights.items()},
            **{f"worth-{key}": number for key, number in self.worths.items()},
            **{f"price-{key}": number for key, number in self.prices.items()},
        }

    def only(self, names: Collection[str]) -> Weighing:
        """Leave out everything that has none of these names."""
        return Weighing(
            weights={k: v for k, v in self.weights.items() if f"weight-{k}" in names},
            worths={k: v for k, v in self.worths.items() if f"worth-{k}" in names},
            prices={k: v for k, v in self.prices.items() if f"price-{k}" in names},
        )


def weigh(
    session: Session,
    dossier: Dossier,
    weighing: Weighing,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Write down weights; whether they are 100 % together is for the checks, not for a concept.

    Of an older ``revision`` only what the writer changed is written, and only where nobody else
    changed weights that are 100 % together with it.
    """
    hold_for_writing(session, dossier, now=now)
    rows = {one.key: one for one in reads.criteria_of(session, dossier)}
    if revision != dossier.revision:
        found = divisions.divisions(lots_of(session, dossier), list(rows.values()))
        weighing = weighing.only(weighed.own_changes(found, weighing.numbers(), weighing.seen))
    changed: list[str] = []
    for name, given in (("weight", weighing.weights), ("worth", weighing.worths)):
        for key, number in given.items():
            row = _weighed(rows, key)
            _check_number(name, number, is_part=row.parent_id is not None)
            if getattr(row, name) != number:
                setattr(row, name, number)
                row.revision += 1
                changed.append(key)
    for lot in lots_of(session, dossier):
        if lot.key in weighing.prices and _reprice(lot, weighing.prices[lot.key]):
            changed.append(lot.key)
    if not changed:
        return
    dossier.revision += 1
    session.flush()
    record(session, "weighed", dossier, actor_id=actor_id, now=now, changed=changed)


def fit_weights(
    session: Session,
    dossier: Dossier,
    lot_key: str,
    parent_key: str,
    *,
    revision: int,
    actor_id: int | None,
    now: datetime,
) -> None:
    """Fill in the nearest weights that are 100 %, in a lot or inside a criterion."""
    hold_for_writing(session, dossier, now=now, revision=revision)
    rows = reads.criteria_of(session, dossier)
    found = next(
        (
            one
            for one in divisions.divisions(lots_of(session, dossier), rows)
            if one.lot.key == lot_key and (one.parent.key if one.parent else "") == parent_key
        ),
        None,
    )
    if found is None:
        raise NotFound("There is nothing here that divides 100 percent.")
    if not found.offer:
        raise NotNow("There is no division to fill in: fill in every weight first.")
    offer = dict(found.offer)
    price = offer.pop(divisions.PRICE, None)
    weighing = Weighing(weights=offer, prices={lot_key: price} if price is not None else {})
    weigh(session, dossier, weighing, revision=revision, actor_id=actor_id, now=now)


def _weighed(rows: Mapping[str, DossierCriterion], key: str) -> DossierCriterion:
    row = rows.get(key)
    if row is None:
        raise NotFound("There is no such criterion.")
    if not _kind_of(row.type).weighed:
        raise Refusal("A criterion of this type is not weighed.")
    return row


def _reprice(lot: Lot, weight: int) -> bool:
    if lot.formula is None or "price_weight" not in lot.formula:
        raise Refusal("The formula of this lot gives the price no weight.")
    _check_number("weight", weight, is_part=False)
    before = lot.formula["price_weight"]
    lot.formula = {**lot.formula, "price_weight": weight}
    return bool(before != weight)


# What can be said ------------------------------------------------------------------------------

_ALWAYS = (
    "value",
    "norm",
    "lot_id",
    "reason",
    "risk",
    "small_firms",
    "link",
    "evidence",
    "anchors",
    "in_terms",
    "legal_sources",
)


def _fields_of(type_: str) -> tuple[str, ...]:
    """Name what can be written about a criterion of this type."""
    kind = _kind_of(type_)
    return (
        *_ALWAYS,
        *(("ground",) if type_ == "exclusion_ground" else ("title", "text")),
        *(("question",) if kind.asks else ()),
        *(("weight", "worth", "minimum") if kind.weighed else ()),
        *(("duty_basis", "duty_reason") if type_ == "subsidy_duty" else ()),
        *(("announced",) if type_ == "kpi" else ()),
    )


def _plain(said: Wording, name: str) -> Any:
    given = getattr(said, name)
    if isinstance(given, tuple):
        return list(given)
    return dict(given) if isinstance(given, Mapping) else given


def _kept(row: DossierCriterion, name: str) -> Any:
    return getattr(row, name)


def _tidied(said: Wording) -> Wording:
    tidied = tidy_texts(said, LONGEST_TEXT)
    return replace(
        tidied,
        evidence=_lines(said.evidence, LONGEST_TEXT),
        legal_sources=_lines(said.legal_sources, LONGEST_SOURCE),
        anchors={
            place: words_
            for place, text in said.anchors.items()
            if (words_ := tidy_words(text, LONGEST_TEXT))
        },
        title=" ".join(tidy_words(said.title, LONGEST_TITLE).split()),
        in_terms=tidy_words(said.in_terms, LONGEST_TERMS),
    )


def _lines(given: Iterable[str], longest: int) -> tuple[str, ...]:
    lines = tuple(line for one in given if (line := tidy_words(one, longest)))
    if len(lines) > MOST_LINES:
        raise Refusal("A list here has at most %(most)s lines.", most=MOST_LINES)
    return lines


def _by_law(type_: str, said: Wording, before: DossierCriterion | None = None) -> Wording:
    """Give an exclusion ground the words of the law: nobody adds to the closed list."""
    if type_ != "exclusion_ground":
        return said
    if before is not None and before.ground == said.ground:
        return replace(said, title=before.title, text=before.text)
    if said.ground not in EXCLUSION_GROUNDS:
        raise Refusal("Choose an exclusion ground from the list of the law.")
    title, text = words.ground_in_documents(said.ground)
    return replace(said, title=title, text=text)


def check_type(dossier: Dossier, type_: str) -> None:
    """Refuse a type that this kind of dossier does not have."""
    used_in = "subsidy" if dossier.is_subsidy else "tender"
    if _kind_of(type_).used_in != used_in:
        raise Refusal("A dossier of this kind has no criteria of this type.")


def _kind_of(type_: str) -> library.Kind:
    kind = next((kind for key, kind in KINDS.items() if key == type_), None)
    if kind is None:
        raise Refusal("Choose a type of criterion from the list.")
    return kind


def _check(session: Session, dossier: Dossier, type_: str, said: Wording, *, is_part: bool) -> None:
    if not said.title:
        raise Refusal("Give the criterion a title.")
    lot_numbered(session, dossier, said.lot_id)
    _check_fits_type(type_, said)
    _check_serves(session, dossier, said)
    places = scale_choices.places_of(type_, dossier.scale)
    if not set(said.anchors) <= set(places):
        raise Refusal("This criterion has an anchor for a step that the scale does not have.")
    if said.minimum and said.minimum not in places:
        raise Refusal("The lowest score that is good enough is a step of the scale.")
    if said.duty_basis and said.duty_basis not in DUTY_BASES:
        raise Refusal("Choose on which article the duty rests.")
    _check_number("weight", said.weight, is_part=is_part)
    _check_number("worth", said.worth, is_part=is_part)


def _check_fits_type(type_: str, said: Wording) -> None:
    empty = Wording()
    allowed = {*_fields_of(type_), "title", "text", "announced"}
    for name in Wording.__dataclass_fields__:
        if name not in allowed and getattr(said, name) != getattr(empty, name):
            raise Refusal("A criterion of this type has no “%(field)s”.", field=name)


def _check_serves(session: Session, dossier: Dossier, said: Wording) -> None:
    if said.value:
        known = {one.key for one in reads.values_in_view(session, dossier, words.LANGUAGE)}
        if said.value not in known:
            raise Refusal("Choose a value that is in view for this dossier.")
    if said.norm:
        norms = {one.key for one in reads.norms_in_view(session, dossier, words.LANGUAGE)}
        if said.norm not in norms:
            raise Refusal("Choose a norm of the value framework.")


def _check_number(name: str, number: int | None, *, is_part: bool) -> None:
    if number is None:
        return
    if name == "weight" and not 0 < number <= WHOLE:
        raise Refusal("A weight is more than 0 and at most 100 percent.")
    if name == "worth" and is_part:
        raise Refusal("A sub-criterion has a weight inside its parent, no worth of its own.")
    if name == "worth" and not 0 < number <= MOST_CENTS:
        raise Refusal("An amount is more than 0 and at most a hundred billion euros.")


def _hold(session: Session, dossier: Dossier, row: DossierCriterion, now: datetime) -> None:
    """Hold a dossier and read one of its criteria again: who waited sees what the other wrote."""
    hold_for_writing(session, dossier, now=now)
    db.hold(session, row)


def _log(
    session: Session,
    dossier: Dossier,
    row: DossierCriterion,
    action: str,
    actor_id: int | None,
    now: datetime,
    **details: Any,
) -> None:
    dossier.revision += 1
    session.flush()
    session.expire(dossier, ["criteria"])
    record(session, action, dossier, actor_id=actor_id, now=now, criterion=row.key, **details)
