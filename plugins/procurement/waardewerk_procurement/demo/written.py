"""Dossiers of the demo as they were written and fixed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime
from typing import Any

from waardewerk.i18n import day_of
from waardewerk.notation.local_text import LocalText
from waardewerk.values import queries as values
from waardewerk.values.lenses import values_in_view
from waardewerk.values.operations import looking
from waardewerk_procurement import criteria
from waardewerk_procurement.demo.cast import Cast
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.fixed.fixing_content import estimates_of, snapshot_of
from waardewerk_procurement.models import (
    Dossier,
    DossierCriterion,
    HandOver,
    Lot,
    Review,
    Snapshot,
)
from waardewerk_procurement.queries.dossiers import LENS

#: Tenders and schemes are written in Dutch, whatever the language of the site.
LANGUAGE = "nl"
TEN = {"kind": "linear", "lowest": "0", "highest": "10", "step": "2"}


def write(cast: Cast, told: dict[str, Any], *, made: int, closes: int) -> Dossier:
    """Write a dossier with its lots and criteria, and look at it through the values."""
    then = cast.ago(made)
    version = values.version_in_force(cast.session, day_of(cast.now))
    dossier = Dossier(
        kind=told["kind"],
        title=told["title"],
        subject=told["subject"],
        technologies=told["technologies"],
        ai=told["ai"],
        legal_basis=told.get("legal_basis", ""),
        values_version=version.number if version else None,
        scale=TEN,
        publish_on=day_of(cast.ago(made - 30)),
        closes_at=cast.ago(closes).replace(hour=11, minute=0, second=0, microsecond=0),
        officer_id=cast.officer,
        made_at=then,
        made_by=cast.officer,
    )
    dossier.lots = [_lot(number, one) for number, one in enumerate(told["lots"], 1)]
    norms = _norms(cast, dossier.values_version)
    dossier.criteria = [
        _criterion(cast, place, one, norms, then) for place, one in enumerate(told["criteria"], 1)
    ]
    cast.session.add(dossier)
    cast.session.flush()
    _hand_over(cast, dossier)
    _look(cast, dossier, told, then)
    return dossier


def _lot(number: int, told: dict[str, Any]) -> Lot:
    return Lot(
        key=f"lot-{number}",
        position=number,
        title=told["title"],
        formula=_formula(told["formula"]),
        tie_rule=[{"by": one["by"], "of": None} for one in told["tie_rule"]],
        drop_out="keep-totals",
        ceiling=int(told["ceiling"]) if "ceiling" in told else None,
        beyond=told.get("beyond", ""),
        expected_lowest=int(told["expected"]["lowest"]),
        expected_highest=int(told["expected"]["highest"]),
    )


def _formula(told: dict[str, str]) -> dict[str, Any]:
    weight = {"price_weight": int(told["price_weight"])} if "price_weight" in told else {}
    return {**told, **weight}


def _norms(cast: Cast, version: int | None) -> dict[str, set[str]]:
    """Give the norms of the framework, each with the values that it serves."""
    framework = values.framework_numbered(cast.session, version)
    norms = framework.norms if framework else ()
    return {norm.key: {edge.key for edge in norm.serves} for norm in norms}


def _criterion(
    cast: Cast, place: int, told: dict[str, Any], norms: dict[str, set[str]], then: datetime
) -> DossierCriterion:
    taken = _in_the_library(told["key"])
    return DossierCriterion(
        key=taken.key,
        position=place,
        type=taken.type,
        value=told["value"],
        norm=_norm((told["norm"],) if "norm" in told else taken.norms, told["value"], norms),
        title=_text(taken.title),
        text=_text(taken.text),
        question=_text(taken.question) if taken.question else "",
        reason=told["reason"],
        risk=told["risk"],
        small_firms=told["small_firms"],
        link=told["link"],
        evidence=[_text(one) for one in taken.evidence],
        anchors=_anchors(taken.scale),
        weight=int(told["weight"]) if "weight" in told else None,
        ground=taken.ground or "",
        duty_basis=told.get("duty_basis", ""),
        duty_reason=told.get("duty_reason", ""),
        legal_sources=list(taken.legal.sources),
        source=taken.id,
        changed_at=then,
        changed_by=cast.officer,
    )


def _norm(named: Iterable[str], value: str, norms: dict[str, set[str]]) -> str:
    """Choose a norm that is named for it: rather one that serves the value here."""
    known = [key for key in named if key in norms]
    return next((key for key in known if value in norms[key]), "".join(known[:1]))


def _in_the_library(key: str) -> criteria.Criterion:
    return next(one for one in criteria.shipped_criteria() if one.key == key)


def _text(text: LocalText) -> str:
    return text.for_language(LANGUAGE)


def _anchors(scale: criteria.Scale) -> dict[str, str]:
    if scale.steps is not None:
        return {str(points): _text(text) for points, text in scale.steps.anchors}
    if scale.knock_out is not None:
        return {"met": _text(scale.knock_out.met), "failed": _text(scale.knock_out.failed)}
    assert scale.compliance is not None
    return {
        "full": _text(scale.compliance.full),
        "partial": _text(scale.compliance.partial),
        "none": _text(scale.compliance.none),
    }


def _hand_over(cast: Cast, dossier: Dossier) -> None:
    """Let each promise be kept alive as the library says, by what the dossier has of it."""
    here = {one.key: one.id for one in dossier.criteria}
    cast.session.add_all(
        HandOver(criterion_id=here[key], keeper_id=here[keeper])
        for key in here
        for keeper in _kept(_in_the_library(key).kept_by, here)
    )
    cast.session.flush()


def _kept(keepers: Iterable[str], here: dict[str, int]) -> list[str]:
    return [keeper for keeper in keepers if keeper in here]


def _look(cast: Cast, dossier: Dossier, told: dict[str, Any], then: datetime) -> None:
    """Let people write what the dossier does to values, and what they chose between two."""
    lens = looking.open_lens(
        cast.session,
        kind=LENS,
        subject_id=dossier.id,
        title=dossier.title,
        url=f"/procurement/{dossier.id}",
        version_number=dossier.values_version,
        actor_id=cast.officer,
        now=then,
    )
    urns = {one.urn.rpartition(":")[2]: one.urn for one in values_in_view(cast.session, lens)}
    who: dict[str, Any] = {"actor_id": cast.officer, "now": then}
    for one in told["considered"]:
        looking.consider(cast.session, lens, _weighed(one, urns), **who)
    for one in told["tensions"]:
        looking.settle_tension(cast.session, lens, _chosen(one, urns, day_of(then)), **who)
    looking.say_nothing_else(cast.session, lens, told["nothing_else"], **who)


def _weighed(told: dict[str, str], urns: dict[str, str]) -> looking.Weighed:
    return looking.Weighed(
        urn=urns[told["value"]],
        effect=told["effect"],
        for_whom=told.get("for_whom", ""),
        reason=told["reason"],
    )


def _chosen(told: dict[str, str], urns: dict[str, str], day: date) -> looking.Chosen:
    return looking.Chosen(
        urn=urns[told["value"]],
        against=urns[told["against"]],
        choice=told["choice"],
        gives_up=told["gives_up"],
        decided_by=told["decided_by"],
        decided_on=day,
    )


def fix(cast: Cast, dossier: Dossier, *, days: int) -> None:
    """Let a second pair of eyes approve a dossier, and fix it."""
    then = cast.ago(days)
    content = snapshot.write_snapshot(snapshot_of(cast.session, dossier, 1))
    cast.session.add_all(
        [
            Review(
                dossier_id=dossier.id,
                revision=dossier.revision,
                verdict="approved",
                reviewed_at=then,
                reviewed_by=cast.second,
            ),
            Snapshot(
                dossier_id=dossier.id,
                number=1,
                content=content,
                sha256=snapshot.sha256_of(content),
                estimates=estimates_of(dossier),
                made_at=then,
                made_by=cast.officer,
                approved_by=cast.second,
            ),
        ]
    )
    dossier.state = "fixed"
    dossier.submitted_by = cast.officer
    lens = looking.lens_of(cast.session, LENS, dossier.id)
    assert lens is not None
    looking.close_lens(cast.session, lens, actor_id=cast.officer, now=then)
    cast.session.flush()
