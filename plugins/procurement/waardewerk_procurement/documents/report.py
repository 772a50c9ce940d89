"""The report of a procedure: from what was fixed to what was decided, and on which reasons.

For a tender it is what article 2.132 of the Aanbestedingswet 2012 asks; for a subsidy scheme it is
the memo that goes with the decision. Assessors have a number and no name, and nobody's own scores
are in it.
"""

from __future__ import annotations

from waardewerk import i18n
from waardewerk.documents.tree import (
    Block,
    BulletList,
    Column,
    Document,
    Heading,
    Note,
    Paragraph,
    Run,
    Table,
)
from waardewerk.i18n import day_of, format_date, ngettext
from waardewerk.i18n import gettext as _
from waardewerk_procurement import saying
from waardewerk_procurement.documents.words import fingerprint
from waardewerk_procurement.money import say_cents
from waardewerk_procurement.queries.decisions import Ranking
from waardewerk_procurement.queries.procedure import Procedure


def build_report(facts: Procedure, *, organisation: str) -> Document:
    """Build the report in the language of who makes it."""
    days = [one.decision.decided_at for one in facts.rankings if one.decision]
    days += [one.made_at for one in facts.snapshots]
    return Document(
        title=_("Report of the procedure"),
        language=i18n.language(),
        author=organisation,
        date=day_of(max(days)),
        subtitle=facts.dossier.title,
        description=_("What was fixed, how bids were assessed, and what was decided"),
        blocks=[
            Heading(1, _("What it is about")),
            *_about(facts),
            Heading(1, _("What was fixed")),
            *_fixed(facts),
            Heading(1, _("Who assessed")),
            *_assessors(facts),
            *(block for one in facts.rankings for block in _lot(facts, one)),
        ],
    )


def _about(facts: Procedure) -> list[Block]:
    content = facts.rankings[0].fixed
    blocks: list[Block] = [Paragraph(content.subject or content.title)]
    if content.legal_basis:
        blocks.append(_said(_("Rests on"), content.legal_basis))
    if facts.dossier.stopped_why:
        blocks.append(_said(_("Why the procedure was stopped"), facts.dossier.stopped_why))
    return blocks


def _fixed(facts: Procedure) -> list[Block]:
    rows = [
        [str(one.number), format_date(one.made_at), one.reason or "–", fingerprint(one.sha256)]
        for one in facts.snapshots
    ]
    return [
        Table(
            _("Versions that were fixed"),
            [Column(_("Version")), Column(_("Day")), Column(_("Why")), Column("SHA-256")],
            rows,
            row_headers=True,
        )
    ]


def _assessors(facts: Procedure) -> list[Block]:
    if not facts.assessors:
        return [Paragraph(_("No assessors were appointed."))]
    named = [
        _("assessor %(number)s, who left before the end", number=one.number)
        if one.ended_at
        else _("assessor %(number)s", number=one.number)
        for one in facts.assessors
    ]
    said = [
        _("Appointed: %(assessors)s.", assessors=saying.listed(named)),
        ngettext(
            "%(count)s declaration about interests was given.",
            "%(count)s declarations about interests were given.",
            facts.declared.given,
        ),
        ngettext(
            "%(count)s of them told of an interest; that assessor had no access to that bid.",
            "%(count)s of them told of an interest; those assessors had no access to those bids.",
            facts.declared.with_interest,
        )
        if facts.declared.with_interest
        else _("Nobody told of an interest."),
        ngettext(
            "%(count)s sealed note of an assessor who disagreed was kept.",
            "%(count)s sealed notes of assessors who disagreed were kept.",
            facts.minority_notes,
        )
        if facts.minority_notes
        else _("There are no sealed notes of assessors who disagreed."),
    ]
    return [BulletList(said)]


# One lot ---------------------------------------------------------------------------------------


def _lot(facts: Procedure, one: Ranking) -> list[Block]:
    return [
        Heading(1, one.lot.title),
        *_fewer(one),
        *_stood_in(facts, one),
        *_decided(facts, one),
        *_withdrawn(facts, one),
        *_ranked(one),
        *_set_aside(one),
        *_ties(one),
        *_notes(one),
        *_values(one),
    ]


def _fewer(one: Ranking) -> list[Block]:
    if not one.lot.fewer_why:
        return []
    return [_said(_("Why fewer people assessed than was published"), one.lot.fewer_why)]


def _stood_in(facts: Procedure, one: Ranking) -> list[Block]:
    """Tell who came after the reveal: they scored alone, and the others agreed again with them."""
    said = [
        _(
            "Assessor %(number)s came on %(day)s, after the reveal, for %(bid)s, and scored it"
            " alone without seeing what others gave. Then every score was agreed on again. Why:"
            " %(why)s",
            number=assessor.number,
            day=format_date(row.appointed_at),
            bid=saying.bid_name(bid),
            why=row.why,
        )
        for bid in one.bids
        for assessor, row in facts.stand_ins.get(bid.id, ())
    ]
    return [Heading(2, _("Who stood in")), BulletList(said)] if said else []


def _decided(facts: Procedure, one: Ranking) -> list[Block]:
    decision = one.decision
    if decision is None and facts.dossier.stopped_why:
        return []
    if decision is None:
        return [Note(_("Nothing is decided about this lot yet."), kind="attention")]
    blocks: list[Block] = [
        Heading(2, _("What was decided")),
        Paragraph(saying.outcome(decision, one)),
        _said(_("Why"), decision.reason),
        _said(_("Decided on"), format_date(decision.decided_at)),
    ]
    until = facts.standstills.get(one.lot.id)
    if until is not None:
        blocks.append(_said(_("Standstill period up to and including"), format_date(until)))
    blocks.append(_said(_("Award file, SHA-256"), fingerprint(decision.award_sha256)))
    return blocks


def _withdrawn(facts: Procedure, one: Ranking) -> list[Block]:
    blocks: list[Block] = []
    for each in facts.withdrawn.get(one.lot.id, ()):
        blocks += [
            Heading(2, _("Withdrawn on %(day)s", day=format_date(each.withdrawn_at))),
            Paragraph(saying.outcome(each, one)),
            _said(_("Why"), each.reason),
            _said(_("Decided on"), format_date(each.decided_at)),
            _said(_("Why it was withdrawn"), each.withdrawn_why),
            _said(_("Award file, SHA-256"), fingerprint(each.award_sha256)),
        ]
    return blocks


def _ranked(one: Ranking) -> list[Block]:
    if not one.standing_by_key:
        return [Paragraph(_("There is no ranking."))]
    columns = [
        Column(_("Bidder")),
        Column(_("Rank"), numeric=True),
        Column(saying.price_title(one.fixed), numeric=True),
        Column(_("Quality"), numeric=True),
        Column(_("Total"), numeric=True),
    ]
    rows = [
        [
            saying.bid_name(one.bid_by_key[key]),
            str(standing.rank),
            say_cents(one.bid_by_key[key].price or 0),
            saying.figure(standing.quality),
            saying.figure(standing.total),
            *_granted(one, key),
        ]
        for key, standing in one.standing_by_key.items()
    ]
    if one.granting is not None:
        columns += [Column(_("Granted")), Column(_("Left of the ceiling"), numeric=True)]
    return [
        Heading(2, _("The ranking")),
        Table(_("Ranking by the rules"), columns, rows, row_headers=True),
    ]


def _granted(one: Ranking, key: str) -> list[str]:
    if one.granting is None:
        return []
    grant = one.grant_by_key.get(key)
    return [saying.grant(grant), saying.left_after(grant)]


def _set_aside(one: Ranking) -> list[Block]:
    told = {
        each.bid: [saying.note(note, one.fixed) for note in each.reasons] for each in one.set_aside
    }
    said = []
    for bid in one.bids:
        why = [*told.get(bid.key, ()), *([bid.dropped_out_why] if bid.dropped_out_at else ())]
        if why:
            said.append(f"{saying.bid_name(bid)}: {' '.join(why)}")
    return [Heading(2, _("Not ranked, and why")), BulletList(said)] if said else []


def _ties(one: Ranking) -> list[Block]:
    if one.award is None or not one.award.ties:
        return []
    partings = [each for tie in one.award.ties for each in tie.partings]
    said = [saying.parting(each, one.fixed) for each in partings]
    if one.lot.drawn_before:
        said.append(
            _("Lots were drawn in the presence of: %(people)s.", people=one.lot.drawn_before)
        )
    return [Heading(2, _("Equal totals")), BulletList(said)]


def _notes(one: Ranking) -> list[Block]:
    if not one.notes:
        return []
    reason = one.fixed.lot(one.lot.key).formula_reason
    blocks: list[Block] = [
        Heading(2, _("About the formula")),
        BulletList([saying.note(each, one.fixed) for each in one.notes]),
    ]
    if reason:
        blocks.append(_said(_("Why this formula"), reason))
    return blocks


def _values(one: Ranking) -> list[Block]:
    found = one.without_each_value()
    if not found:
        return []
    sentences = [saying.without_value(each, one) for each in found]
    return [Heading(2, _("Did the values decide anything?")), BulletList(sentences)]


def _said(label: str, text: str) -> Paragraph:
    return Paragraph((Run(f"{label}: ", strong=True), Run(text)))
