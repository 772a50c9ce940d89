"""The form to answer on: knock-outs, questions, conditions, and the amount of an application."""

from __future__ import annotations

from collections.abc import Iterator

from waardewerk.documents import (
    Document,
    Heading,
    Note,
    Paragraph,
    Sheet,
    Workbook,
)
from waardewerk.documents.tree import Block
from waardewerk.i18n import gettext as _
from waardewerk_procurement.anchor_words import shuts_out
from waardewerk_procurement.award.formulas import FixedPrice, Formula
from waardewerk_procurement.documents import words
from waardewerk_procurement.documents.frame import Source, bound, framed, paragraphs, said
from waardewerk_procurement.documents.outline import Item, items_of
from waardewerk_procurement.documents.requirements import anchors, evidence
from waardewerk_procurement.fixed.snapshot import Lot, Snapshot

_BOX = "[   ]"
#: Where somebody writes.
_OPEN = "…"


def answer_form(source: Source) -> Document:
    """Write the form, with room to answer."""
    snapshot = source.snapshot
    blocks = [
        *_who(snapshot),
        *_amount(snapshot),
        *_knock_outs(snapshot),
        *_questions(snapshot),
        *_conditions(snapshot),
        *_sign(),
    ]
    return framed(source, _("Answer form for bidders"), blocks)


def answer_sheets(source: Source) -> Workbook:
    """Lay out the form as a workbook; the last columns are for the answers."""
    snapshot = source.snapshot
    sheets = [
        Sheet(
            _("What you apply for"),
            [_("Lot"), _("At most"), _("Amount that you apply for, in euros")],
            [[lot.title, " ".join(_most(lot)), ""] for lot in _applied_for(snapshot)],
        ),
        Sheet(
            _("What you must meet"),
            [
                *_titles(),
                _("Evidence that is asked"),
                _("What we ask"),
                _("Your answer"),
                _("Where is the evidence?"),
            ],
            [
                [*_cells(item), "\n".join(item.criterion.evidence), _asked(item), "", ""]
                for item in _knocking(snapshot)
            ],
        ),
        Sheet(
            _("Questions"),
            [*_titles(), _("Question"), _("Weight"), _("How it is judged"), _("Your answer")],
            [_question_row(snapshot, item) for item in _asking(snapshot)],
        ),
        Sheet(
            _("Conditions"),
            [*_titles(), _("Do you agree?"), _("Remark")],
            [[*_cells(item), "", ""] for item in _binding(snapshot)],
        ),
    ]
    return bound(source, _("Answer form for bidders"), sheets)


def _titles() -> list[str]:
    return [_("Number"), _("Title"), _("Text")]


def _cells(item: Item) -> list[str]:
    return [item.number, item.criterion.title, item.criterion.text]


def _question_row(snapshot: Snapshot, item: Item) -> list[str]:
    one = item.criterion
    judged = "\n".join(f"{score}: {text}" for score, text in words.anchor_rows(snapshot, one))
    answer = _("Answer the parts below.") if one.key in _divided(snapshot) else ""
    return [*_cells(item), one.question, words.weight_of(one), judged, answer]


def _knocking(snapshot: Snapshot) -> list[Item]:
    return [item for item in items_of(snapshot) if item.criterion.kind.scale == "knock_out"]


def _asking(snapshot: Snapshot) -> list[Item]:
    """Give what is scored, with what is divided right before its parts."""
    return [item for item in items_of(snapshot) if item.criterion.kind.weighed]


def _divided(snapshot: Snapshot) -> frozenset[str]:
    """Give the keys of what is answered by its parts."""
    return frozenset(one.parent for one in snapshot.criteria if one.parent)


def _binding(snapshot: Snapshot) -> list[Item]:
    bound = {"contract_condition", "kpi", "subsidy_duty"}
    return [item for item in items_of(snapshot) if item.criterion.type in bound]


def _who(snapshot: Snapshot) -> Iterator[Block]:
    yield Heading(1, _("Who answers"))
    yield said(_("Name of the organisation"), _OPEN)
    yield said(_("Number in the trade register"), _OPEN)
    if len(snapshot.lots) > 1:
        yield said(_("Lots that you answer for"), _OPEN)
    yield said(_("Where we can reach you"), _OPEN)


def _applied_for(snapshot: Snapshot) -> list[Lot]:
    """Give the parts of a scheme in which an applicant names an amount.

    None of a tender: its prices stay hidden until the quality is final, so they are sent apart
    from these answers. The amount of an application is a part of it, and judged with it.
    """
    if not snapshot.is_subsidy:
        return []
    return [lot for lot in snapshot.lots if not _is_set(lot.formula.build())]


def _is_set(formula: Formula) -> bool:
    """Tell whether every application brings the same amount."""
    return isinstance(formula, FixedPrice) and formula.price is not None


def _amount(snapshot: Snapshot) -> Iterator[Block]:
    lots = _applied_for(snapshot)
    if lots:
        yield Heading(1, _("What you apply for"))
    for lot in lots:
        if len(snapshot.lots) > 1:
            yield Heading(2, lot.title)
        yield from (Paragraph(sentence) for sentence in _most(lot))
        yield said(_("Amount that you apply for, in euros"), f"€ {_OPEN}")


def _most(lot: Lot) -> list[str]:
    """Say how much one application brings at most, and how much there is for all."""
    most = words.most_that_is_granted(lot.formula.build())
    return [one for one in (most, *words.ceiling_sentences(lot)[:1]) if one]


def _opened(snapshot: Snapshot, item: Item) -> Iterator[Block]:
    yield Heading(2, f"{item.number} {item.criterion.title}")
    if len(snapshot.lots) > 1:
        yield said(_("Lot"), words.lot_of(snapshot, item.criterion))
    yield from paragraphs(item.criterion.text)


def _knock_outs(snapshot: Snapshot) -> Iterator[Block]:
    items = _knocking(snapshot)
    if not items:
        return
    yield Heading(1, _("What you must meet"))
    for item in items:
        yield from _opened(snapshot, item)
        yield from anchors(snapshot, item)
        yield from evidence(item.criterion)
        yield _room(_knock_out_question(item), _yes_or_no())
        yield Paragraph(_what_follows(item))
        yield said(_("Where is the evidence? Name of the file and page"), _OPEN)


def _knock_out_question(item: Item) -> str:
    """Ask what is met, or whether a ground applies: with a ground an honest no is the good one."""
    if not shuts_out(item.criterion.type):
        return _("Do you meet this?")
    if item.criterion.type == "refusal_ground":
        return _("Does this apply to your application?")
    return _("Does this apply to you?")


def _what_follows(item: Item) -> str:
    if not shuts_out(item.criterion.type):
        return _("Who answers no, or leaves this open, cannot be ranked.")
    if item.criterion.type == "refusal_ground":
        return _("Who answers yes gets no subsidy.")
    return _("Who answers yes is shut out, unless measures were taken to be reliable again.")


def _asked(item: Item) -> str:
    return f"{_knock_out_question(item)} {_what_follows(item)}"


def _questions(snapshot: Snapshot) -> Iterator[Block]:
    items = _asking(snapshot)
    if not items:
        return
    yield Heading(1, _("What you offer"))
    yield Paragraph(_("Each answer is scored with the table below its question."))
    divided = _divided(snapshot)
    for item in items:
        one = item.criterion
        yield from _opened(snapshot, item)
        if one.question:
            yield said(_("Question"), one.question)
        if words.weight_of(one):
            yield said(_("Weight"), words.weight_of(one))
        if one.minimum:
            yield said(_("Lowest score that is good enough"), one.minimum)
        yield from evidence(one)
        if one.key in divided:
            yield Paragraph(_("Answer the parts below."))
            continue
        yield from anchors(snapshot, item)
        yield _room(_("Your answer"), _("Write your answer here."))


def _conditions(snapshot: Snapshot) -> Iterator[Block]:
    items = _binding(snapshot)
    if not items:
        return
    yield Heading(1, _("What you agree with"))
    yield Paragraph(_("These hold for whoever is chosen. We ask later on how they are kept."))
    for item in items:
        yield from _opened(snapshot, item)
        yield from anchors(snapshot, item)
        yield _room(_("Do you agree?"), _yes_or_no())


def _yes_or_no() -> str:
    return _("Yes %(box)s   No %(box)s", box=_BOX)


def _room(title: str, text: str) -> Note:
    return Note(text, kind="example", title=title)


def _sign() -> Iterator[Block]:
    yield Heading(1, _("Signed"))
    for label in (_("Name and function"), _("Place and date"), _("Signature")):
        yield said(label, _OPEN)
