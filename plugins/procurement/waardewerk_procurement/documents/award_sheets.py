"""The award guide, or the assessment guide of a scheme, as sheets to sort and to calculate with."""

from __future__ import annotations

from collections.abc import Iterator

from waardewerk.documents import Sheet, Workbook
from waardewerk.i18n import gettext as _
from waardewerk_procurement.award import awarding
from waardewerk_procurement.award.award_reading import read_rules
from waardewerk_procurement.award.published import rules_in_file
from waardewerk_procurement.documents import words
from waardewerk_procurement.documents.award_guide import full_marks, steps, weighed_rows
from waardewerk_procurement.documents.formula_words import explained
from waardewerk_procurement.documents.frame import Source, bound
from waardewerk_procurement.documents.outline import items_of
from waardewerk_procurement.fixed.snapshot import Lot, Snapshot


def award_sheets(source: Source) -> Workbook:
    """Lay out what counts in each lot, what each score asks and brings, and the rules."""
    snapshot = source.snapshot
    rules = read_rules(rules_in_file(snapshot))
    sheets = [
        *(_weights(snapshot, lot, rules[lot.key]) for lot in snapshot.lots),
        _scores(snapshot),
        _scale(snapshot),
        _rules(snapshot, rules),
    ]
    return bound(source, _("Award guide: how bids are judged"), sheets)


def _weights(snapshot: Snapshot, lot: Lot, rules: awarding.Rules) -> Sheet:
    """Give a lot a sheet of its own: what full marks bring has its own unit in each."""
    above = {item.number: _above(item.number, item.depth) for item in items_of(snapshot)}
    titles = [
        _("Number"),
        _("Criterion"),
        _("Weight"),
        full_marks(rules),
        _("Minimum"),
        _("Part of"),
    ]
    rows = [[*row, above.get(row[0], "")] for row in weighed_rows(snapshot, lot, rules)]
    title = _("Weights")
    return Sheet(f"{title} {lot.title}" if len(snapshot.lots) > 1 else title, titles, rows)


def _above(number: str, depth: int) -> str:
    """Give the number of what this is a part of; nothing for what stands by itself."""
    return number.rpartition(".")[0] if depth else ""


def _scores(snapshot: Snapshot) -> Sheet:
    titles = [_("Number"), _("Criterion"), _("Lot"), _("Score or outcome"), _("When")]
    rows = [
        [item.number, item.criterion.title, words.lot_of(snapshot, item.criterion), score, text]
        for item in items_of(snapshot)
        if item.criterion.kind.weighed or item.criterion.kind.scale == "knock_out"
        for score, text in words.anchor_rows(snapshot, item.criterion)
    ]
    return Sheet(_("What each score asks"), titles, rows)


def _scale(snapshot: Snapshot) -> Sheet:
    titles = [_("Score"), _("Share of full marks")]
    return Sheet(_("The scale"), titles, words.scale_rows(snapshot.scale.build()))


def _rules(snapshot: Snapshot, rules: dict[str, awarding.Rules]) -> Sheet:
    everywhere = [
        (_("How it goes, in short"), "\n".join(steps(snapshot))),
        (_("The scale"), words.scale_sentence(snapshot.scale.build())),
    ]
    rows = [[_("All lots"), *fact] for fact in everywhere]
    for lot in snapshot.lots:
        rows += [[lot.title, *fact] for fact in _of_lot(snapshot, lot, rules[lot.key])]
    return Sheet(_("Rules"), [_("Lot"), _("What"), _("Says")], rows)


def _of_lot(snapshot: Snapshot, lot: Lot, rules: awarding.Rules) -> Iterator[tuple[str, str]]:
    formula = rules.formula
    yield _("The formula: %(title)s", title=_(formula.title)), "\n".join(explained(formula))
    if lot.formula_reason:
        yield _("Why this formula"), lot.formula_reason
    yield _("When totals are equal"), "\n".join(words.tie_sentences(snapshot, lot.tie_rule))
    if sentences := words.ceiling_sentences(lot):
        yield _("The ceiling, and how it is divided"), "\n".join(sentences)
    yield _("When somebody drops out"), words.drop_out_sentence(lot.drop_out)
