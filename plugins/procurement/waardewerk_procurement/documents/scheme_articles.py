"""Articles for a subsidy scheme, ready to paste, and the explanation that belongs to them."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from waardewerk.documents import (
    Column,
    Document,
    Heading,
    Note,
    Paragraph,
    Run,
    Sheet,
    Table,
    Workbook,
)
from waardewerk.documents.tree import Block, plain_text
from waardewerk.i18n import gettext as _
from waardewerk_procurement.documents import words
from waardewerk_procurement.documents.frame import Source, bound, framed, paragraphs, said
from waardewerk_procurement.documents.outline import Item, outline
from waardewerk_procurement.documents.requirements import (
    anchors,
    criteria_sheet,
    evidence,
    proportionality,
    rests_on,
)
from waardewerk_procurement.fixed.snapshot import Criterion, Snapshot


def scheme_articles(source: Source) -> Document:
    """Write the articles on refusal, assessment, ranking and duties, with their explanation."""
    snapshot = source.snapshot
    blocks: list[Block] = [
        Heading(1, _("Articles")),
        Note(_("Number the articles as your scheme does.")),
    ]
    for title, members in _articles(snapshot):
        blocks += [Heading(2, title), *members]
    blocks += _explanation(snapshot)
    return framed(source, _("Articles for the subsidy scheme"), blocks)


def scheme_sheets(source: Source) -> Workbook:
    """Lay out the articles, a row for each member, and the criteria with why they are asked."""
    snapshot = source.snapshot
    rows = [
        [title, plain_text(member.prose)]
        for title, members in _articles(snapshot)
        for member in members
        if isinstance(member, Paragraph)
    ]
    sheets = [
        Sheet(_("Articles"), [_("Article"), _("Text")], rows),
        criteria_sheet(snapshot),
    ]
    return bound(source, _("Articles for the subsidy scheme"), sheets)


def _articles(snapshot: Snapshot) -> Iterator[tuple[str, list[Block]]]:
    """Give each article that there is with its title and what stands in it."""
    written = [found for write in _ARTICLES if (found := list(write(snapshot)))]
    for number, (title, *rest) in enumerate(written, 1):
        heading = _("Article %(number)s %(title)s", number=number, title=title)
        yield heading, [block for block in rest if not isinstance(block, str)]


Written = Iterator[str | Block]


def _of(snapshot: Snapshot, type_: str) -> tuple[Item, ...]:
    return next((one.items for one in outline(snapshot) if one.type == type_), ())


def _members(items: tuple[Item, ...], first: int = 2) -> Iterator[Block]:
    """Give the text of each criterion as a numbered member of an article."""
    for place, item in enumerate(items, first):
        one = item.criterion
        yield Paragraph((Run(f"{place}. "), Run(f"{one.title}. ", emphasis=True), Run(one.text)))


def _refusal(snapshot: Snapshot) -> Written:
    items = _of(snapshot, "refusal_ground")
    if not items:
        return
    yield _("Grounds for refusal")
    yield Paragraph(
        _(
            "1. Beside the grounds in title 4.2 of the Algemene wet bestuursrecht, the subsidy is "
            "refused when one of the following members applies."
        )
    )
    yield from _members(items)


def _assessment(snapshot: Snapshot) -> Written:
    items = _of(snapshot, "assessment_criterion")
    if not items:
        return
    yield _("Assessment criteria")
    yield Paragraph(
        _(
            "1. Applications are scored on the criteria of this article, with the weights "
            "in the table."
        )
    )
    yield from _members(items)
    yield Table(
        _("Weights of the assessment criteria"),
        [Column(_("Member")), Column(_("Criterion")), Column(_("Weight"), numeric=True)],
        [
            [str(place), item.criterion.title, words.weight_of(item.criterion)]
            for place, item in enumerate(items, 2)
        ],
    )


def _ranking(snapshot: Snapshot) -> Written:
    if not _of(snapshot, "assessment_criterion"):
        return
    yield _("Scoring and ranking")
    scale = words.scale_sentence(snapshot.scale.build())
    sentences = [
        f"{words.aggregation_sentence(snapshot)} {scale}",
        _("The annex says what each score asks."),
    ]
    for lot in snapshot.lots:
        above = f"{lot.title}: " if len(snapshot.lots) > 1 else ""
        sentences.append(f"{above}{' '.join(words.tie_sentences(snapshot, lot.tie_rule))}")
        dropped = words.drop_out_sentence(lot.drop_out)
        sentences.append(f"{above}{dropped}")
    yield from (Paragraph(f"{place}. {text}") for place, text in enumerate(sentences, 1))


def _ceiling(snapshot: Snapshot) -> Written:
    sentences = [
        f"{lot.title}: {sentence}" if len(snapshot.lots) > 1 else sentence
        for lot in snapshot.lots
        for sentence in words.ceiling_sentences(lot)
    ]
    if not sentences:
        return
    yield _("Subsidy ceiling and dividing it")
    yield from (Paragraph(f"{place}. {text}") for place, text in enumerate(sentences, 1))


def _amount(snapshot: Snapshot) -> Written:
    sentences = [
        f"{lot.title}: {most}" if len(snapshot.lots) > 1 else most
        for lot in snapshot.lots
        if (most := words.most_that_is_granted(lot.formula.build()))
    ]
    if not sentences:
        return
    yield _("Amount of the subsidy")
    yield from (Paragraph(f"{place}. {text}") for place, text in enumerate(sentences, 1))


def _duties(snapshot: Snapshot) -> Written:
    items = _of(snapshot, "subsidy_duty")
    if not items:
        return
    yield _("Duties of the recipient")
    for place, item in enumerate(items, 1):
        one = item.criterion
        basis = _(" (article %(basis)s of the Awb)", basis=one.duty_basis) if one.duty_basis else ""
        yield Paragraph(
            (Run(f"{place}. "), Run(f"{one.title}. ", emphasis=True), Run(f"{one.text}{basis}"))
        )


_ARTICLES: tuple[Callable[[Snapshot], Written], ...] = (
    _refusal,
    _ceiling,
    _amount,
    _assessment,
    _ranking,
    _duties,
)


def _explanation(snapshot: Snapshot) -> Iterator[Block]:
    yield Heading(1, _("Explanation and annex: what each criterion asks, and why"))
    for section in outline(snapshot):
        yield Heading(2, f"{section.number} {section.title}")
        for item in section.items:
            yield from _explained(snapshot, item)


def _explained(snapshot: Snapshot, item: Item) -> Iterator[Block]:
    one = item.criterion
    yield Heading(min(3 + item.depth, 4), f"{item.number} {one.title}")
    yield from paragraphs(one.text)
    if one.question:
        yield said(_("Question"), one.question)
    yield said(_("Value"), one.value.name + (f" ({one.norm.name})" if one.norm else ""))
    if one.reason:
        yield said(_("Why it is asked"), one.reason)
    yield from proportionality(one)
    for label, text in (
        (_("Basis in the Awb"), _basis(one)),
        (_("Lowest score that is good enough"), one.minimum or ""),
        (_("Already in our terms"), one.in_terms),
        (_("Rests on"), rests_on(one)),
    ):
        if text:
            yield said(label, text)
    yield from evidence(one)
    yield from anchors(snapshot, item)


def _basis(one: Criterion) -> str:
    basis = words.duty_basis_of(one)
    return f"{basis}. {one.duty_reason}" if basis else ""
