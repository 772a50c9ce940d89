"""The programme of requirements: every criterion with its text, evidence, scale and reason."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence

from waardewerk.documents import (
    BulletList,
    Column,
    Document,
    Heading,
    Paragraph,
    Run,
    Sheet,
    Table,
    Workbook,
)
from waardewerk.documents.tree import Block
from waardewerk.i18n import gettext as _
from waardewerk.refusal import marked
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS
from waardewerk_procurement.documents import words
from waardewerk_procurement.documents.frame import (
    Source,
    bound,
    framed,
    paragraphs,
    said,
    subject,
)
from waardewerk_procurement.documents.outline import Item, items_of, outline
from waardewerk_procurement.fixed.snapshot import Criterion, Snapshot


def requirements(source: Source) -> Document:
    """Write the programme of requirements of a tender."""
    snapshot = source.snapshot
    numbers = _numbers(snapshot)
    blocks = subject(source)
    for section in outline(snapshot):
        blocks.append(Heading(1, f"{section.number} {section.title}"))
        for item in section.items:
            blocks += _criterion(snapshot, item, numbers)
    return framed(source, _("Programme of requirements"), blocks)


def requirement_sheets(source: Source) -> Workbook:
    """Lay out the criteria as a sheet, a row for each."""
    return bound(source, _("Programme of requirements"), [criteria_sheet(source.snapshot)])


def criteria_sheet(snapshot: Snapshot) -> Sheet:
    """Give all criteria as a sheet, with what only this kind of dossier asks of some of them."""
    numbers = _numbers(snapshot)
    found = items_of(snapshot)
    said = _SAID_OF_A_SCHEME if snapshot.is_subsidy else _SAID_OF_A_TENDER
    titles = [
        _("Number"),
        _("Type"),
        _("Lot"),
        _("Value"),
        _("Norm"),
        _("Title"),
        _("Text"),
        _("Question"),
        _("Evidence"),
        _("How it is judged"),
        _("Weight"),
        _("Lowest score that is good enough"),
        _("Why it is asked"),
        _("Risk that it meets"),
        _("Link to the subject"),
        _("Kept after the award by"),
        *(_(title) for title, _say in said),
        _("Already in our terms"),
        _("Rests on"),
        _("Key"),
    ]
    rows = [
        _row(snapshot, item, numbers, [say(item.criterion) for _t, say in said]) for item in found
    ]
    return Sheet(_("Criteria"), titles, rows)


def proportionality(one: Criterion) -> Iterator[Block]:
    """Say in one paragraph why asking this is in proportion; nothing when nobody wrote why.

    What it costs a small firm is weighed inside the house and is fixed, but bidders do not read
    it: the library speaks there to the officer, and who has to do the work knows better.
    """
    given = one.proportionality
    parts = ((_("Risk that it meets"), given.risk), (_("Link to the subject"), given.link))
    runs = [Run(f" {label}: {_ended(text)}") for label, text in parts if text]
    if runs:
        yield Paragraph((Run(_("Why this is in proportion."), strong=True), *runs))


def evidence(one: Criterion) -> Iterator[Block]:
    """List what is asked as evidence."""
    if one.evidence:
        yield Paragraph((Run(_("Evidence that is asked:"), strong=True),))
        yield BulletList(one.evidence)


def anchors(snapshot: Snapshot, item: Item) -> list[Block]:
    """Give what each score of a criterion asks; nothing for one that is divided."""
    rows = words.anchor_rows(snapshot, item.criterion)
    if not rows:
        return []
    return [
        Table(
            _("How %(number)s is judged", number=item.number),
            [Column(_anchored(item.criterion)), Column(_("When"))],
            rows,
            row_headers=True,
        )
    ]


def _anchored(one: Criterion) -> str:
    """Name what an anchor stands beside: what is met or kept has no score."""
    return _("Score") if one.kind.scale == "steps" else _("Outcome")


def rests_on(one: Criterion) -> str:
    """Name the articles on which a criterion rests, that of an exclusion ground first."""
    return "; ".join([*_ground(one), *one.legal_sources])


def _ground(one: Criterion) -> list[str]:
    if not one.ground:
        return []
    article, paragraph, *letter = one.ground.split("-")
    place = _(
        "Aanbestedingswet 2012, article %(article)s, paragraph %(paragraph)s",
        article=article,
        paragraph=paragraph,
    )
    under = [_("letter %(letter)s", letter=each) for each in letter]
    meanings = [_(text) for ground, text in EXCLUSION_GROUNDS.items() if ground == one.ground]
    return [", ".join([place, *under, *meanings])]


def _numbers(snapshot: Snapshot) -> dict[str, str]:
    return {item.criterion.key: item.number for item in items_of(snapshot)}


def _criterion(snapshot: Snapshot, item: Item, numbers: dict[str, str]) -> Iterator[Block]:
    one = item.criterion
    yield Heading(min(2 + item.depth, 4), f"{item.number} {one.title}")
    yield from paragraphs(one.text)
    if one.question:
        yield said(_("Question"), one.question)
    yield said(_("Value"), one.value.name + (f" ({one.norm.name})" if one.norm else ""))
    if one.reason:
        yield said(_("Why it is asked"), one.reason)
    yield from proportionality(one)
    for label, text in _facts(snapshot, one, numbers):
        if text:
            yield said(label, text)
    yield from evidence(one)
    yield from anchors(snapshot, item)


def _facts(snapshot: Snapshot, one: Criterion, numbers: dict[str, str]) -> list[tuple[str, str]]:
    return [
        (_("Lot"), words.lot_of(snapshot, one) if len(snapshot.lots) > 1 else ""),
        (_("Weight"), words.weight_of(one)),
        (_("Lowest score that is good enough"), one.minimum or ""),
        (_("Kept after the award by"), _kept_by(one, numbers)),
        (_("Bidders know beforehand that it is measured"), _announced(one)),
        (_("Already in our terms"), one.in_terms),
        (_("Rests on"), rests_on(one)),
    ]


def _kept_by(one: Criterion, numbers: dict[str, str]) -> str:
    return ", ".join(numbers[key] for key in one.kept_by if key in numbers)


def _announced(one: Criterion) -> str:
    if one.type != "kpi":
        return ""
    return _("yes") if one.announced else _("no")


def _row(snapshot: Snapshot, item: Item, numbers: dict[str, str], said: Sequence[str]) -> list[str]:
    one = item.criterion
    judged = "\n".join(f"{name}: {text}" for name, text in words.anchor_rows(snapshot, one))
    return [
        item.number,
        words.type_title(one.type),
        words.lot_of(snapshot, one),
        one.value.name,
        one.norm.name if one.norm else "",
        one.title,
        one.text,
        one.question,
        "\n".join(one.evidence),
        judged,
        words.weight_of(one),
        one.minimum or "",
        one.reason,
        one.proportionality.risk,
        one.proportionality.link,
        _kept_by(one, numbers),
        *said,
        one.in_terms,
        rests_on(one),
        one.key,
    ]


Said = tuple[tuple[str, Callable[[Criterion], str]], ...]
#: Indicators are of tenders alone, and duties of schemes alone.
_SAID_OF_A_TENDER: Said = ((marked("Bidders know beforehand that it is measured"), _announced),)
_SAID_OF_A_SCHEME: Said = (
    (marked("Basis in the Awb"), words.duty_basis_of),
    (marked("Why that article"), lambda one: one.duty_reason),
)


def _ended(text: str) -> str:
    stripped = text.strip()
    return stripped if stripped.endswith((".", "!", "?")) else f"{stripped}."
