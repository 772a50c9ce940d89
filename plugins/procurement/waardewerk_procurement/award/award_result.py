"""The award of a file, as JSON or as a plain table: the same bytes for the same file."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from fractions import Fraction
from importlib import metadata
from itertools import zip_longest
from typing import Any

from waardewerk.notation.problems import Problem
from waardewerk.refusal import Refusal, marked
from waardewerk_procurement.award.award_reading import LotToAward, ToAward, WrongAwardFile
from waardewerk_procurement.award.awarding import Award, Note, Standing, award
from waardewerk_procurement.award.figures import rounded, unrounded
from waardewerk_procurement.award.granting import Grant
from waardewerk_procurement.award.simulation import Offer, reversals
from waardewerk_procurement.award.ties import Parting, Tie

FORMAT = "waardewerk/award-result@1"
_DISTRIBUTION = "waardewerk-procurement"


@dataclass(frozen=True, slots=True)
class Awarded:
    """One lot and what came of it."""

    lot: LotToAward
    award: Award
    notes: tuple[Note, ...]


def compute(file: ToAward) -> list[Awarded]:
    """Compute the award of every lot; raise ``WrongAwardFile`` for a lot that has no outcome."""
    return [_awarded(f"rules.lots[{place}]", lot) for place, lot in enumerate(file.lots)]


def as_json(file: ToAward, awarded: Sequence[Awarded]) -> str:
    """Write the result as JSON."""
    content = {
        "format": FORMAT,
        "title": file.title,
        "fixed": file.fixed.model_dump() if file.fixed else None,
        "lots": [_lot(one) for one in awarded],
        **_origin(file),
    }
    return json.dumps(content, ensure_ascii=False, indent=2)


def as_table(file: ToAward, awarded: Sequence[Awarded]) -> str:
    """Write the result as a plain table."""
    lines = [file.title]
    for one in awarded:
        lines += ["", *_lot_lines(one)]
    lines += ["", *_fixed_lines(file), *(f"{name}: {of}" for name, of in _origin(file).items())]
    return "\n".join(lines)


def _awarded(place: str, lot: LotToAward) -> Awarded:
    try:
        outcome = award(lot.rules, lot.bids, lot.drawn)
    except Refusal as refusal:
        problem = Problem(None, place, refusal.message, refusal.details)
        raise WrongAwardFile([problem]) from None
    return Awarded(lot, outcome, (*outcome.notes, *_reversals(lot, outcome)))


def _reversals(lot: LotToAward, outcome: Award) -> Iterator[Note]:
    """Say which bids decided who wins without winning themselves."""
    if not lot.rules.formula.is_relative or len(outcome.standings) < 3:
        return
    offers = [Offer(one.bid, one.price, one.quality) for one in outcome.standings]
    for found in reversals(lot.rules.formula, offers):
        yield Note(
            "rank-reversal",
            marked("Without %(bid)s, %(then)s would be first instead of %(now)s."),
            {
                "bid": found.without,
                "then": ", ".join(found.winners_then),
                "now": ", ".join(found.winners),
            },
        )


def _origin(file: ToAward) -> dict[str, str]:
    return {
        "input_sha256": file.input_sha256,
        "rules_sha256": file.rules_sha256,
        "computed_by": f"{_DISTRIBUTION} {metadata.version(_DISTRIBUTION)}",
    }


# JSON ------------------------------------------------------------------------------------------


def _lot(one: Awarded) -> dict[str, Any]:
    formula = one.lot.rules.formula
    return {
        "key": one.lot.key,
        "title": one.lot.title,
        "formula": {
            "name": formula.name,
            "relative": formula.is_relative,
            "lowest_wins": formula.lowest_wins,
            "quality_in": formula.quality_in,
            "reason": one.lot.rules.reason,
        },
        **_outcome(one.award),
        "ranking": [_standing(standing) for standing in one.award.standings],
        "ties": [_tie(tie) for tie in one.award.ties],
        "set_aside": [
            {"bid": bid.bid, "reasons": [_note(note) for note in bid.reasons]}
            for bid in one.award.set_aside
        ],
        "warnings": [_note(note) for note in one.notes],
    }


def _outcome(award: Award) -> dict[str, Any]:
    """Say who wins or, under a ceiling, how it is divided."""
    if award.granting is None:
        return {"winner": award.winner}
    return {
        "granted": [_grant(one) for one in award.granting.grants],
        "left": _figure(award.granting.left),
        "undecided": list(award.granting.undecided),
    }


def _grant(one: Grant) -> dict[str, Any]:
    return {
        "rank": one.rank,
        "bid": one.bid,
        "applied": _figure(one.applied),
        "granted": _figure(one.amount),
        "left": _figure(one.left),
        "why_not": one.why_not,
    }


def _standing(one: Standing) -> dict[str, Any]:
    return {
        "rank": one.rank,
        "bid": one.bid,
        "price": _figure(one.price),
        "quality": _figure(one.quality),
        "total": _figure(one.total),
        "criteria": {key: _figure(points) for key, points in one.points.items()},
    }


def _tie(tie: Tie) -> dict[str, Any]:
    return {
        "bids": list(tie.bids),
        "total": _figure(tie.total),
        "decided": [_parting(parting) for parting in tie.partings],
    }


def _parting(parting: Parting) -> dict[str, str | None]:
    found: dict[str, str | None] = {"before": parting.before, "after": parting.after, "by": None}
    if parting.step is not None:
        found["by"] = parting.step.by
    if parting.step is not None and parting.step.of:
        found["of"] = parting.step.of
    return found


def _note(note: Note) -> dict[str, str]:
    return {"code": note.code, "message": note.text()}


def _figure(value: Fraction) -> dict[str, str]:
    return {"unrounded": unrounded(value), "rounded": rounded(value)}


# Table -----------------------------------------------------------------------------------------

_HEADINGS = ("rank", "bid", "price", "quality", "total")
_GRANT_HEADINGS = ("rank", "bid", "applied", "granted", "left")


def _fixed_lines(file: ToAward) -> Iterator[str]:
    if file.fixed is not None:
        yield f"fixed_version: {file.fixed.number}"
        yield f"fixed_sha256: {file.fixed.sha256}"


def _lot_lines(one: Awarded) -> Iterator[str]:
    formula = one.lot.rules.formula
    yield f"{one.lot.key}: {one.lot.title}"
    yield f"formula: {formula.name}, {'lowest' if formula.lowest_wins else 'highest'} total first"
    if formula.is_relative:
        yield f"reason: {' '.join(one.lot.rules.reason.split())}"
    if one.award.standings:
        yield ""
        yield from _columns(_HEADINGS, map(_standing_cells, one.award.standings))
    yield ""
    yield from _outcome_lines(one.award)
    for tie in one.award.ties:
        yield from _tie_lines(tie)
    for bid in one.award.set_aside:
        yield f"set aside: {bid.bid}: {' '.join(reason.text() for reason in bid.reasons)}"
    for note in one.notes:
        yield f"note: {note.text()}"


def _outcome_lines(award: Award) -> Iterator[str]:
    if award.granting is None:
        yield f"winner: {award.winner or 'none'}"
        return
    ceiling = award.granting.ceiling
    yield f"ceiling: {rounded(Fraction(ceiling.amount))}, beyond it: {ceiling.beyond}"
    if award.granting.grants:
        yield from _columns(_GRANT_HEADINGS, map(_grant_cells, award.granting.grants))
    if award.granting.undecided:
        yield f"not to be said before lots are drawn: {', '.join(award.granting.undecided)}"


def _grant_cells(one: Grant) -> tuple[str, ...]:
    return (str(one.rank), one.bid, *map(rounded, (one.applied, one.amount, one.left)))


def _standing_cells(one: Standing) -> tuple[str, ...]:
    return (str(one.rank), one.bid, *map(rounded, (one.price, one.quality, one.total)))


def _columns(headings: tuple[str, ...], rows: Iterable[tuple[str, ...]]) -> Iterator[str]:
    cells = [headings, *rows]
    widths = [max(map(len, column)) for column in zip_longest(*cells)]
    for row in cells:
        rank, bid, *rest = (
            cell.ljust(width) if place == 1 else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join((rank, bid, *rest))


def _tie_lines(tie: Tie) -> Iterator[str]:
    for parting in tie.partings:
        if parting.step is None:
            decided = "nothing decides"
        else:
            of = f" {parting.step.of}" if parting.step.of else ""
            decided = f"{parting.before} goes first by {parting.step.by}{of}"
        yield f"tie at {rounded(tie.total)}: {parting.before}, {parting.after}: {decided}"
