"""What every document of a dossier carries: its marks, the values behind it, its fingerprint."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from waardewerk import i18n
from waardewerk.documents import (
    BulletList,
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
from waardewerk.documents.tree import Block
from waardewerk.i18n import format_date, format_datetime
from waardewerk.i18n import gettext as _
from waardewerk_procurement.criteria import TECHNOLOGIES
from waardewerk_procurement.documents import words
from waardewerk_procurement.documents.outline import items_of
from waardewerk_procurement.fixed.snapshot import Named, Snapshot


@dataclass(frozen=True, slots=True)
class Stamp:
    """What a fixed version is recognised by; without a fingerprint it is a concept."""

    number: int
    sha256: str
    #: Of a concept: when the document was made.
    fixed_at: datetime
    #: Of a rectification: why there is one.
    reason: str = ""

    @property
    def is_concept(self) -> bool:
        """Tell whether nothing was fixed yet."""
        return not self.sha256

    @property
    def fingerprint(self) -> str:
        """The hash as people read it."""
        return words.fingerprint(self.sha256)


@dataclass(frozen=True, slots=True)
class Source:
    """All that a document is made from."""

    snapshot: Snapshot
    stamp: Stamp
    #: The organisation that speaks.
    organisation: str

    @property
    def formula_defects(self) -> tuple[str, ...]:
        """What the officer has to know about the formulas, and bidders need not read."""
        formulas = (one.formula.build() for one in self.snapshot.lots)
        return tuple(dict.fromkeys(_(one.defect) for one in formulas))

    @property
    def values_without_criterion(self) -> tuple[Named, ...]:
        """The values in view that nothing in the dossier asks for."""
        served = {one.value.key for one in self.snapshot.criteria}
        return tuple(one for one in self.snapshot.lens.in_view if one.key not in served)


def framed(source: Source, title: str, blocks: Sequence[Block]) -> Document:
    """Put what a document says between its marks and its fingerprint."""
    stamp = source.stamp
    return Document(
        # Titles return on each page: nobody takes a page of a concept for what was fixed.
        title=_("Concept, not fixed: %(title)s", title=title) if stamp.is_concept else title,
        language=i18n.language(),
        author=source.organisation,
        date=i18n.day_of(stamp.fixed_at),
        subtitle=source.snapshot.title,
        description=_concept_line() if stamp.is_concept else f"SHA-256 {stamp.sha256}",
        blocks=[*_marks(source), *blocks, *_values(source), *_about(source)],
    )


def said(label: str, text: str) -> Paragraph:
    """Say something after a label in bold."""
    return Paragraph((Run(f"{label}: ", strong=True), Run(text)))


def paragraphs(text: str) -> list[Block]:
    """Give what people wrote, a paragraph for each of their lines."""
    return [Paragraph(line.strip()) for line in text.splitlines() if line.strip()]


def facts(source: Source) -> list[tuple[str, str]]:
    """Give what the dossier is and which version this is, as labels with texts."""
    snapshot, stamp = source.snapshot, source.stamp
    found = [
        (_("Dossier"), f"{snapshot.dossier}: {snapshot.title}"),
        (_("Kind"), str(words.KIND_TITLES[snapshot.kind])),
    ]
    if stamp.is_concept:
        found.append((_("State"), _concept_line()))
        found.append((_("Made on"), format_datetime(stamp.fixed_at)))
    else:
        found.append((_("Fixed version"), str(stamp.number)))
        found.append((_("Fixed on"), format_date(stamp.fixed_at)))
    if stamp.reason:
        found.append((_("Reason of this rectification"), stamp.reason))
    if snapshot.closes_at is not None:
        found.append((_("Closes on"), format_datetime(snapshot.closes_at)))
    if snapshot.legal_basis:
        found.append((_("Legal basis"), snapshot.legal_basis))
    if snapshot.framework is not None:
        framework = snapshot.framework
        found.append((_("Value framework"), _("version %(number)s", number=framework.version)))
    return found


def bound(source: Source, title: str, sheets: Iterable[Sheet]) -> Workbook:
    """Put the sheets that have rows before the one that says what this file is."""
    kept = [sheet for sheet in sheets if sheet.rows]
    return Workbook(f"{title}: {source.snapshot.title}", [*kept, _about_sheet(source)])


def _about_sheet(source: Source) -> Sheet:
    rows = facts(source)
    if not source.stamp.is_concept:
        rows.append(("SHA-256", source.stamp.sha256))
    rows += [(_("Nothing else, because"), one) for one in _nothing_else(source.snapshot)]
    return Sheet(_("About this file"), [_("What"), _("Says")], rows)


def _concept_line() -> str:
    return _("CONCEPT: not fixed, and everything can still change")


def _marks(source: Source) -> Iterator[Block]:
    if source.stamp.is_concept:
        yield Note(_concept_line(), kind="attention")
    else:
        yield said(
            _("Fixed version"), f"{source.stamp.number}, {format_date(source.stamp.fixed_at)}"
        )
        yield said("SHA-256", source.stamp.fingerprint)
    if source.stamp.reason:
        yield Note(source.stamp.reason, title=_("Reason of this rectification"))


def subject(source: Source) -> list[Block]:
    """Say what is bought or subsidised."""
    snapshot = source.snapshot
    about = paragraphs(snapshot.subject or snapshot.title)
    blocks: list[Block] = [Heading(1, _("What is bought")), *about]
    if snapshot.technologies:
        kinds = dict(TECHNOLOGIES.items())
        names = "; ".join(_(kinds[one]) for one in kinds if one in snapshot.technologies)
        blocks.append(said(_("Kinds of technology"), names))
    blocks.append(said(_("AI inside"), _ai(snapshot.ai)))
    if len(snapshot.lots) > 1:
        blocks += [Paragraph(_("The lots:")), BulletList([one.title for one in snapshot.lots])]
    return blocks


def _ai(answer: str) -> str:
    return {
        "no": _("no"),
        "later": _("not now, perhaps later on"),
        "unknown": _("not known yet"),
        "yes": _("yes"),
    }[answer]


def _values(source: Source) -> Iterator[Block]:
    yield Heading(1, _("The values behind this"))
    yield Table(
        _("Values, and what asks for them"),
        [Column(_("Value")), Column(_("Criteria"))],
        _value_rows(source),
        row_headers=True,
    )
    yield from _wider(source.snapshot)
    yield from _tensions(source.snapshot)


def _value_rows(source: Source) -> list[list[str]]:
    numbers: dict[str, list[str]] = {}
    for item in items_of(source.snapshot):
        numbers.setdefault(item.criterion.value.name, []).append(item.number)
    asked = [[name, ", ".join(found)] for name, found in numbers.items()]
    return asked + [[one.name, _none(source, one)] for one in source.values_without_criterion]


def _none(source: Source, value: Named) -> str:
    why = source.snapshot.lens.why_not_asked(value)
    return _("none: %(why)s", why=why) if why else _("none")


def _wider(snapshot: Snapshot) -> Iterator[Block]:
    if snapshot.lens.wider:
        touched = {"positive": _("for the better"), "negative": _("for the worse")}
        yield Table(
            _("Other values that this touches"),
            [Column(_("Value")), Column(_("Touched")), Column(_("Why"))],
            [[one.name, touched[one.direction], one.reason] for one in snapshot.lens.wider],
            row_headers=True,
        )
    for reason in _nothing_else(snapshot):
        yield said(_("We looked wider and found nothing else, because"), reason)


def _nothing_else(snapshot: Snapshot) -> list[str]:
    return [snapshot.lens.nothing_else] if snapshot.lens.nothing_else else []


def _tensions(snapshot: Snapshot) -> Iterator[Block]:
    # Who decided is not said: these documents leave the house, and it may be somebody's name.
    if snapshot.lens.tensions:
        yield Table(
            _("Where values pulled apart"),
            [
                Column(_("Values")),
                Column(_("Choice")),
                Column(_("What it gives up")),
                Column(_("On")),
            ],
            [
                [
                    f"{one.value} – {one.against}",
                    one.choice,
                    one.gives_up,
                    format_date(one.decided_on),
                ]
                for one in snapshot.lens.tensions
            ],
            row_headers=True,
        )


def _about(source: Source) -> Iterator[Block]:
    yield Heading(1, _("About this document"))
    yield Table(
        _("Which version this is"),
        [Column(_("What")), Column(_("Says"))],
        [list(row) for row in facts(source)],
        row_headers=True,
    )
    if source.stamp.is_concept:
        yield Paragraph(_("A concept has no fingerprint. It gets one when it is fixed."))
    else:
        yield Paragraph(
            _(
                "SHA-256 is the fingerprint of what was fixed: %(fingerprint)s. A document with "
                "another fingerprint was made from another version. It is written in groups of "
                "eight, to compare by eye.",
                fingerprint=source.stamp.fingerprint,
            )
        )
