"""Letters to bidders: what was decided, why, and what they can do, criterion by criterion.

The winner is named; of no other bidder a name or score is in it, and of the winner no reason: only
what the officer wrote about what the winner did better. Under a ceiling the last application before
it that was granted stands in the place of the winner, and is not named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from waardewerk import i18n
from waardewerk.documents.tree import (
    Block,
    BulletList,
    Column,
    Document,
    Heading,
    Note,
    PageBreak,
    Paragraph,
    Run,
    Table,
)
from waardewerk.i18n import day_of, format_date, ngettext
from waardewerk.i18n import gettext as _
from waardewerk.refusal import NotNow
from waardewerk_procurement import saying
from waardewerk_procurement.award.formulas import FixedPrice
from waardewerk_procurement.award.granting import Grant
from waardewerk_procurement.documents.words import fingerprint
from waardewerk_procurement.money import say_euros
from waardewerk_procurement.queries.letters import Compared, LetterFacts


@dataclass(frozen=True, slots=True)
class Sender:
    """The organisation that decided, and how it can be asked something; empty: not known here."""

    name: str
    contact: str = ""


def build_letter(facts: LetterFacts, *, sender: Sender) -> Document:
    """Build the letter to one bidder, in the language of who makes it."""
    return _one(facts, sender, title_of(facts), _day(facts), _letter(facts, sender, level=1))


def build_concept(facts: LetterFacts, *, sender: Sender, today: date) -> Document:
    """Build the letter as it was kept last, for who still writes it; it says so on each page."""
    if facts.is_ready:
        raise NotNow("This letter is ready. Save the letter itself.")
    warning = Note(_("This is a concept. Do not send it: it can still change."), kind="attention")
    title = _("Concept: %(title)s", title=title_of(facts))
    return _one(facts, sender, title, today, [warning, *_letter(facts, sender, level=1)])


def _one(
    facts: LetterFacts, sender: Sender, title: str, day: date, blocks: Sequence[Block]
) -> Document:
    return Document(
        title=title,
        language=i18n.language(),
        author=sender.name,
        date=day,
        subtitle=_addressed_to(facts),
        description=_("Letter about an award, with reasons"),
        blocks=blocks,
    )


def build_all(letters: Sequence[LetterFacts], *, sender: Sender) -> Document:
    """Build one document of all letters, each on a page of its own."""
    ranking = letters[0].ranking
    blocks: list[Block] = []
    for place, facts in enumerate(letters):
        blocks += [PageBreak()] if place else []
        blocks.append(Heading(1, f"{title_of(facts)}: {_addressed_to(facts)}"))
        blocks += _letter(facts, sender, level=2)
    return Document(
        title=_("Letters: %(dossier)s", dossier=ranking.dossier.title),
        language=i18n.language(),
        author=sender.name,
        date=max(_day(facts) for facts in letters),
        description=_("Letters about an award, with reasons"),
        blocks=blocks,
    )


def title_of(facts: LetterFacts) -> str:
    """Say in a few words what was decided for this bidder."""
    title = facts.ranking.fixed.title
    if facts.is_winner:
        return _("Award decision: %(title)s", title=title)
    return _("Your bid was not chosen: %(title)s", title=title)


def _day(facts: LetterFacts) -> date:
    if facts.letter is None or facts.letter.ready_at is None:
        raise NotNow("This letter is not ready yet. Say first that it is whole.")
    return day_of(facts.letter.ready_at)


def _addressed_to(facts: LetterFacts) -> str:
    if len(facts.ranking.fixed.lots) == 1:
        return facts.bid.bidder
    return f"{facts.bid.bidder}, {facts.ranking.lot.title}"


def _letter(facts: LetterFacts, sender: Sender, level: int) -> list[Block]:
    return [
        Heading(level, _("What we decided")),
        *_outcome(facts),
        *_why_set_aside(facts),
        *_duties(facts, level),
        *_totals(facts, level),
        *_criteria(facts, level),
        *_what_you_can_do(facts, level),
        *_closing(facts),
        *_sent_by(sender, level),
        *_rests_on(facts, level),
    ]


# What was decided ------------------------------------------------------------------------------


def _outcome(facts: LetterFacts) -> list[Block]:
    if not facts.decision.goes_to:
        return [
            Paragraph(_("We award this contract to nobody.")),
            _said(_("Why"), facts.decision.reason),
        ]
    if facts.decision.granted:
        return _granted(facts) if facts.is_winner else _not_granted(facts)
    return _won() if facts.is_winner else _lost(facts)


def _granted(facts: LetterFacts) -> list[Block]:
    """Say how much is granted and, when it is not all that was applied for, why."""
    grant = facts.grant
    assert grant is not None
    amount = _("We grant you a subsidy of %(amount)s at most.", amount=say_euros(grant.amount))
    if grant.is_whole:
        whole = _("That is the amount that you applied for.")
        return [Paragraph(f"{amount} {whole} {_place(facts)}")]
    why = _(
        "You applied for %(applied)s. The subsidy ceiling is %(ceiling)s, and after the "
        "applications before yours %(left)s was left. The rule that was published gives you that.",
        applied=say_euros(grant.applied),
        ceiling=_ceiling(facts),
        left=say_euros(grant.before),
    )
    return [Paragraph(f"{amount} {_place(facts)}"), Paragraph(why)]


def _not_granted(facts: LetterFacts) -> list[Block]:
    lines = [_("We do not grant you the subsidy that you applied for."), _place(facts)]
    blocks: list[Block] = [Paragraph(" ".join(lines))]
    if facts.grant is not None:
        blocks.append(Paragraph(_beyond_the_ceiling(facts, facts.grant)))
    return blocks


def _beyond_the_ceiling(facts: LetterFacts, grant: Grant) -> str:
    granting = facts.ranking.granting
    assert granting is not None
    reached = _(
        "There was no room for your application: the subsidy ceiling of %(ceiling)s was reached at "
        "place %(rank)s of the ranking (Awb, 4:25).",
        ceiling=_ceiling(facts),
        rank=granting.reached_at,
    )
    if grant.why_not == "stopped":
        stopped = _("By the rule that was published nothing is granted below that place.")
        return f"{reached} {stopped}"
    turn = _(
        "You applied for %(applied)s. When it was your turn, %(left)s was left.",
        applied=say_euros(grant.applied),
        left=say_euros(grant.before),
    )
    return f"{reached} {turn}"


def _ceiling(facts: LetterFacts) -> str:
    assert facts.ranking.granting is not None
    return say_euros(facts.ranking.granting.ceiling.amount)


def _won() -> list[Block]:
    won = _(
        "We intend to award this contract to you. Your bid is the best by the rules that were "
        "published."
    )
    return [Paragraph(won)]


def _lost(facts: LetterFacts) -> list[Block]:
    winner = facts.winner
    assert winner is not None
    lost = _("We intend to award this contract to %(winner)s.", winner=winner.bidder)
    return [Paragraph(f"{lost} {_place(facts)}")]


def _place(facts: LetterFacts) -> str:
    if facts.standing is None:
        return _("Yours was set aside and not ranked.")
    count = len(facts.ranking.standing_by_key)
    return _("Yours ended at place %(rank)s of %(count)s.", rank=facts.standing.rank, count=count)


def _why_set_aside(facts: LetterFacts) -> list[Block]:
    if facts.set_aside is None:
        return []
    reasons: list[str] = []
    for one in facts.set_aside.reasons:
        said = [saying.note(one, facts.ranking.fixed)]
        if one.code == "knocked-out":
            said.append(facts.knock_out_reasons.get(str(one.details["key"]), ""))
        if one.code == "dropped-out":
            said.append(facts.bid.dropped_out_why)
        reasons.append(" ".join(filter(None, said)))
    return [Paragraph(_("This is why it was set aside:")), BulletList(reasons)]


def _duties(facts: LetterFacts, level: int) -> list[Block]:
    """Say what whoever is granted a subsidy must do for it."""
    fixed = facts.ranking.fixed
    duties = [one for one in fixed.kept_after(facts.ranking.lot.key) if one.type == "subsidy_duty"]
    if not (facts.is_winner and duties):
        return []
    said = [f"{one.title}. {one.text} (Awb, {one.duty_basis})" for one in duties]
    return [Heading(level, _("What you must do for it")), BulletList(said)]


# Totals ----------------------------------------------------------------------------------------


def _totals(facts: LetterFacts, level: int) -> list[Block]:
    own, best = facts.standing, None
    if facts.winner is not None:
        best = facts.ranking.standing_by_key.get(facts.winner.key)
    if own is None:
        return []
    formula = facts.ranking.lot_to_award.rules.formula
    columns = [Column(_("What")), Column(_("Your bid"), numeric=True)]
    shown = [own]
    if best is not None and not facts.is_winner:
        columns.append(Column(_("The winner"), numeric=True))
        shown.append(best)
    # The formula is published: what the price brought the winner, or their total beside their
    # quality, gives their price away.
    is_told = isinstance(formula, FixedPrice)
    untold = ["–" for _one in shown[1:]]
    rows = [[saying.quality_title(formula), *(saying.figure(one.quality) for one in shown)]]
    if formula.price_weight:
        rows.append([_("What the price brings"), saying.figure(own.price_points), *untold])
    totals = [saying.figure(one.total) for one in shown]
    rows.append([saying.total_title(formula), *(totals if is_told else [totals[0], *untold])])
    which = (
        _("The lowest total is best.") if formula.lowest_wins else _("The highest total is best.")
    )
    blocks: list[Block] = [
        Heading(level, _("The totals")),
        Table(_("Totals, rounded to two decimals"), columns, rows, row_headers=True),
        Paragraph(which),
    ]
    if untold and not is_told:
        left_out = _("The total of the winner is left out: it would give their price away.")
        blocks.append(Paragraph(left_out))
    is_divided = facts.ranking.granting is not None
    if best is not None and not facts.is_winner and not is_divided and best.price < own.price:
        blocks.append(Paragraph(_("The price of the winner is lower than yours.")))
    return [*blocks, *_how_the_tie_was_parted(facts)]


def _how_the_tie_was_parted(facts: LetterFacts) -> list[Block]:
    """Say what decided between the winner and this bid, when their totals were the same."""
    award, winner = facts.ranking.award, facts.winner
    if award is None or winner is None or facts.is_winner:
        return []
    tie = next((t for t in award.ties if {winner.key, facts.bid.key} <= set(t.bids)), None)
    if tie is None:
        return []
    text = _(
        "Your total and that of the winner are the same. The tie rule that was published decided."
    )
    lots = facts.ranking.lot.drawn_before
    if lots and any(one.step and one.step.by == "lots" for one in tie.partings):
        text += " " + _("Lots were drawn in the presence of: %(people)s.", people=lots)
    return [Paragraph(text)]


# Criteria --------------------------------------------------------------------------------------


def _criteria(facts: LetterFacts, level: int) -> list[Block]:
    if not facts.criteria:
        return []
    blocks: list[Block] = [Heading(level, _("Criterion by criterion"))]
    for one in facts.criteria:
        blocks += _criterion(facts, one, level + 1)
    return blocks


def _criterion(facts: LetterFacts, one: Compared, level: int) -> list[Block]:
    scores = _("Your score: %(score)s.", score=one.score)
    if facts.standing is not None:
        scores = _brought(facts, one)
    if one.winner_score and not facts.is_winner:
        scores += " " + _("Score of the winner: %(score)s.", score=one.winner_score)
    blocks: list[Block] = [
        Heading(level, one.criterion.title),
        Paragraph((Run(scores, strong=True),)),
        _said(_("Why"), one.reason),
    ]
    advantage = (facts.letter.advantages if facts.letter else {}).get(one.criterion.key, "")
    if advantage and one.is_behind:
        blocks.append(_said(_("What the winner did better"), advantage))
    return blocks


def _brought(facts: LetterFacts, one: Compared) -> str:
    assert facts.standing is not None
    points = saying.figure(facts.standing.points[one.criterion.key])
    if facts.ranking.lot_to_award.rules.formula.quality_in == "euros":
        return _("Your score: %(score)s, worth € %(points)s.", score=one.score, points=points)
    return _(
        "Your score: %(score)s, which brings %(points)s points.", score=one.score, points=points
    )


def _said(label: str, text: str) -> Paragraph:
    return Paragraph((Run(f"{label}: ", strong=True), Run(text)))


# Rights, and what it rests on ------------------------------------------------------------------


def _what_you_can_do(facts: LetterFacts, level: int) -> list[Block]:
    heading = Heading(level, _("What you can do"))
    if facts.ranking.fixed.is_subsidy:
        return [heading, *map(Paragraph, _objection(facts))]
    return [heading, *map(Paragraph, _standstill(facts))]


def _objection(facts: LetterFacts) -> list[str]:
    weeks = 6
    return [
        ngettext(
            "Do you disagree? You can object within %(count)s week after the day on which we sent "
            "you this decision (Awb, 6:7).",
            "Do you disagree? You can object within %(count)s weeks after the day on which we sent "
            "you this decision (Awb, 6:7).",
            weeks,
        ),
        _(
            "Write to Gedeputeerde Staten of the province. Say who you are, the date, which "
            "decision it is about (%(title)s) and why you disagree, and sign it.",
            title=facts.ranking.fixed.title,
        ),
    ]


def _standstill(facts: LetterFacts) -> list[str]:
    until = facts.open_until
    if until is None:
        return [_("Do you disagree, or do you have a question? Tell us as soon as you can.")]
    day = format_date(until)
    if facts.is_winner:
        return [
            _(
                "This decision stands still up to and including %(day)s. Others can go to court "
                "until then. It does not yet mean that your offer is accepted.",
                day=day,
            )
        ]
    return [
        _(
            "Do you disagree? Start summary proceedings (kort geding) at the court on %(day)s at "
            "the latest. After that day we carry the decision out, and you are too late.",
            day=day,
        ),
        _("Do you have a question about this letter? Ask it before that day."),
    ]


def _closing(facts: LetterFacts) -> list[Block]:
    text = facts.letter.closing if facts.letter else ""
    return [Paragraph(part) for part in text.split("\n\n") if part.strip()]


def _sent_by(sender: Sender, level: int) -> list[Block]:
    """Say who sends it, and whom to ask."""
    lines = [line.strip() for line in sender.contact.splitlines() if line.strip()]
    asked = [Paragraph((Run(_("Do you have a question?"), strong=True),))] if lines else []
    return [
        Heading(level, _("Who sends you this letter")),
        Paragraph(sender.name),
        *asked,
        *map(Paragraph, lines),
    ]


def _rests_on(facts: LetterFacts, level: int) -> list[Block]:
    return [
        Heading(level, _("What this letter rests on")),
        BulletList(
            [
                _(
                    "What was published: version %(number)s, SHA-256 %(sha)s.",
                    number=facts.ranking.fixed_as.number,
                    sha=fingerprint(facts.ranking.fixed_as.sha256),
                ),
                _(
                    "The file that the award was computed from: SHA-256 %(sha)s. Anybody who has "
                    "the file can compute the award again.",
                    sha=fingerprint(facts.decision.award_sha256),
                ),
            ]
        ),
    ]
