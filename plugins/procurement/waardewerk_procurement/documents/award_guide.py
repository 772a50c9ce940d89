"""The part of the award guide, or of the assessment of a scheme, about how answers are judged."""

from __future__ import annotations

from collections.abc import Iterator
from fractions import Fraction

from waardewerk.documents import BulletList, Column, Document, Heading, Note, Paragraph, Table
from waardewerk.documents.tree import Block
from waardewerk.i18n import gettext as _
from waardewerk_procurement.award import awarding
from waardewerk_procurement.award.award_reading import read_rules
from waardewerk_procurement.award.formulas import FixedPrice, PriceField
from waardewerk_procurement.award.published import rules_in_file
from waardewerk_procurement.award.scoring import Leaf
from waardewerk_procurement.documents import words
from waardewerk_procurement.documents.example import Example, worked_example
from waardewerk_procurement.documents.formula_words import explained, worked
from waardewerk_procurement.documents.frame import Source, framed, paragraphs, said
from waardewerk_procurement.documents.outline import Item, items_of
from waardewerk_procurement.documents.requirements import anchors, evidence
from waardewerk_procurement.fixed.snapshot import Lot, Snapshot


def award_guide(source: Source) -> Document:
    """Write how offers or applications are judged, ranked and compared."""
    snapshot = source.snapshot
    rules = read_rules(rules_in_file(snapshot))
    short: list[Block] = [Heading(1, _("How it goes, in short")), BulletList(steps(snapshot))]
    blocks = [*short, *_knock_outs(snapshot), *_scale(snapshot)]
    for lot in snapshot.lots:
        blocks += _lot(snapshot, lot, rules[lot.key])
    blocks += _criteria(snapshot)
    return framed(source, _("Award guide: how bids are judged"), blocks)


def steps(snapshot: Snapshot) -> list[str]:
    """Say how judging goes, from the first step to the last."""
    set_aside = _("Whoever does not meet a knock-out is set aside with a reason and is not ranked.")
    return [
        *([set_aside] if _knocking(snapshot) else []),
        words.aggregation_sentence(snapshot),
        _("Only then is the price opened, and the total computed with the formula below."),
        _("Everybody gets the reason of each score, and what the winner did better."),
    ]


def _knocking(snapshot: Snapshot) -> list[Item]:
    return [item for item in items_of(snapshot) if item.criterion.kind.scale == "knock_out"]


def _knock_outs(snapshot: Snapshot) -> list[Block]:
    found = _knocking(snapshot)
    if not found:
        return []
    blocks: list[Block] = [Heading(1, _("What must be met first"))]
    for item in found:
        blocks += [
            Heading(2, f"{item.number} {item.criterion.title}"),
            *paragraphs(item.criterion.text),
            *anchors(snapshot, item),
        ]
    return blocks


def _scale(snapshot: Snapshot) -> Iterator[Block]:
    scale = snapshot.scale.build()
    yield Heading(1, _("The scale"))
    yield Paragraph(words.scale_sentence(scale))
    rows = words.scale_rows(scale)
    if rows:
        yield Table(
            _("Scores, and the share of full marks that each brings"),
            [Column(_("Score")), Column(_("Share of full marks"), numeric=True)],
            rows,
            row_headers=True,
        )


def _lot(snapshot: Snapshot, lot: Lot, rules: awarding.Rules) -> Iterator[Block]:
    yield Heading(1, lot.title if len(snapshot.lots) > 1 else _("Weights and formula"))
    yield from _weights(snapshot, lot, rules)
    yield from _formula(lot, rules)
    yield from _example(snapshot, rules)
    yield Heading(2, _("When totals are equal"))
    yield BulletList(words.tie_sentences(snapshot, lot.tie_rule))
    if sentences := words.ceiling_sentences(lot):
        yield Heading(2, _("The ceiling, and how it is divided"))
        yield BulletList(sentences)
    yield Heading(2, _("When somebody drops out"))
    yield Paragraph(words.drop_out_sentence(lot.drop_out))


def _weights(snapshot: Snapshot, lot: Lot, rules: awarding.Rules) -> Iterator[Block]:
    yield Table(
        _("What counts, and how much"),
        [
            Column(_("Number")),
            Column(_("Criterion")),
            Column(_("Weight"), numeric=True),
            Column(full_marks(rules), numeric=True),
            Column(_("Minimum"), numeric=True),
        ],
        weighed_rows(snapshot, lot, rules),
    )
    yield Paragraph(
        _(
            "A part of a criterion is weighed inside that criterion. A bid below a minimum is set "
            "aside."
        )
    )


def full_marks(rules: awarding.Rules) -> str:
    """Name what full marks bring under a formula."""
    in_euros = rules.formula.quality_in == "euros"
    return _("Worth of full marks") if in_euros else _("Points for full marks")


def weighed_rows(snapshot: Snapshot, lot: Lot, rules: awarding.Rules) -> list[list[str]]:
    """Give what counts in a lot: number, title, weight, what full marks bring, minimum."""
    in_euros = rules.formula.quality_in == "euros"
    stakes = {leaf.criterion.key: leaf.stake for leaf in rules.leaves}
    rows = [
        [
            item.number,
            item.criterion.title,
            words.weight_of(item.criterion),
            _stake(stakes.get(item.criterion.key), in_euros),
            item.criterion.minimum or "–",
        ]
        for item in items_of(snapshot)
        if item.criterion.kind.weighed and item.criterion.lot in (None, lot.key)
    ]
    if rules.formula.price_weight:
        weight = rules.formula.price_weight
        rows.append(
            ["–", _("Price"), words.percent(weight), words.figure(Fraction(weight, 100)), "–"]
        )
    return rows


def _stake(stake: Fraction | None, in_euros: bool) -> str:
    if stake is None:
        return _("by its parts")
    return words.money(stake) if in_euros else words.figure(stake)


def _formula(lot: Lot, rules: awarding.Rules) -> Iterator[Block]:
    formula = rules.formula
    yield Heading(2, _("The formula: %(title)s", title=_(formula.title)))
    yield BulletList(explained(formula))
    if lot.formula_reason:
        yield said(_("Why this formula"), lot.formula_reason)


def _example(snapshot: Snapshot, rules: awarding.Rules) -> Iterator[Block]:
    example = worked_example(rules)
    yield Heading(2, _("A worked example"))
    yield Note(
        _("The bids A, B and C do not exist. Prices and scores were made up to show the formula."),
        kind="example",
    )
    if example.leaves:
        yield _example_scores(snapshot, example)
    yield _example_totals(example)
    if not isinstance(rules.formula, FixedPrice):
        # There the total is the quality: nothing is computed that could be written out.
        yield Paragraph(_("The totals written out:"))
        yield BulletList(_written_out(rules, example))


def _example_scores(snapshot: Snapshot, example: Example) -> Table:
    bids = [Column(_("Bid %(key)s", key=one.key), numeric=True) for one in example.bids]
    return Table(
        _("Scores of the example, and what each brings"),
        [Column(_("Criterion")), *bids],
        [_example_row(snapshot, leaf, example) for leaf in example.leaves],
        row_headers=True,
    )


def _example_row(snapshot: Snapshot, leaf: Leaf, example: Example) -> list[str]:
    key = leaf.criterion.key
    cells = [
        f"{bid.scores[key]} → {words.figure(standing.points[key])}"
        for bid, standing in zip(example.bids, example.standings, strict=True)
    ]
    return [snapshot.by_key[key].title, *cells]


def _example_totals(example: Example) -> Table:
    return Table(
        _("Totals of the example"),
        [
            Column(_("Bid")),
            Column(_("Price"), numeric=True),
            Column(_("Quality"), numeric=True),
            Column(_("Total"), numeric=True),
            Column(_("Rank"), numeric=True),
        ],
        [
            [
                one.bid,
                words.money(one.price),
                words.figure(one.quality),
                words.figure(one.total),
                str(one.rank),
            ]
            for one in example.standings
        ],
        row_headers=True,
    )


def _written_out(rules: awarding.Rules, example: Example) -> list[str]:
    prices = [one.price for one in example.standings]
    field = PriceField(min(prices), max(prices))
    return [
        f"{one.bid}: {worked(rules.formula, one.price, one.quality, field)}"
        for one in example.standings
    ]


def _criteria(snapshot: Snapshot) -> list[Block]:
    found = [item for item in items_of(snapshot) if item.criterion.kind.weighed]
    if not found:
        return []
    blocks: list[Block] = [Heading(1, _("What each score asks"))]
    above = 1
    for item in found:
        above = min(2 + item.depth, above + 1, 4)
        blocks += _asked(snapshot, item, above)
    return blocks


def _asked(snapshot: Snapshot, item: Item, level: int) -> Iterator[Block]:
    one = item.criterion
    yield Heading(level, f"{item.number} {one.title}")
    yield from paragraphs(one.text)
    if one.question:
        yield said(_("Question"), one.question)
    yield said(_("Value"), one.value.name)
    if one.reason:
        yield said(_("Why it is asked"), one.reason)
    yield from evidence(one)
    yield from anchors(snapshot, item)
