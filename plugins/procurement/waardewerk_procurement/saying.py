"""How an award is said to people: figures, notes, what parted a tie, what a value changed."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from fractions import Fraction
from functools import lru_cache

from babel import numbers

from waardewerk import i18n
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.refusal import Refusal
from waardewerk_procurement.award.award_reading import WrongAwardFile
from waardewerk_procurement.award.awarding import Note
from waardewerk_procurement.award.decisive import WithoutValue
from waardewerk_procurement.award.figures import rounded, unrounded
from waardewerk_procurement.award.formulas import Formula
from waardewerk_procurement.award.granting import Grant
from waardewerk_procurement.award.ties import Parting
from waardewerk_procurement.fixed.snapshot import Snapshot
from waardewerk_procurement.models import Bid, Decision, WithdrawnDecision
from waardewerk_procurement.money import say_cents, say_euros
from waardewerk_procurement.queries.decisions import Ranking

DROP_OUT_RULES = {
    "rank-again": lazy("When a bid drops out, totals are computed anew without it."),
    "keep-totals": lazy("When a bid drops out, the totals of the others stay as they are."),
}


def figure(value: Fraction) -> str:
    """Write a figure with two decimals, as this language does."""
    return _written(rounded(value), i18n.language())


# Two hundred criteria with a few scores each come back in every letter.
@lru_cache(maxsize=4096)
def _written(decimals: str, language: str) -> str:
    text: str = numbers.format_decimal(Decimal(decimals), format="#,##0.00", locale=language)
    return text


def price_title(fixed: Snapshot) -> str:
    """Call what a bid asks: in the list of words a price is no more than *Amount*."""
    return _("Amount applied for") if fixed.is_subsidy else _("Price")


def quality_title(formula: Formula) -> str:
    """Call the figure for quality with what it is counted in."""
    return _("Quality (euros)") if formula.quality_in == "euros" else _("Quality (points)")


def total_title(formula: Formula) -> str:
    """Call the total with what it is counted in; price for each point is neither."""
    if formula.quality_in == "euros":
        return _("Total (euros)")
    return _("Total") if formula.lowest_wins else _("Total (points)")


def whole_figure(value: Fraction) -> str:
    """Write a figure without rounding: as a decimal number where it ends, else as a fraction."""
    text = unrounded(value)
    return text if i18n.language() == "en" else text.replace(".", ",")


def bid_name(bid: Bid) -> str:
    """Name a bid so that it can be found in the award file as well."""
    return f"{bid.bidder} ({bid.key})"


def bid_names(bids: Sequence[Bid]) -> str:
    """Name several bids one after the other."""
    return listed([bid_name(bid) for bid in bids])


def note(one: Note, fixed: Snapshot) -> str:
    """Say a note with the titles of criteria in place of their keys."""
    details = dict(one.details)
    key = details.get("key")
    if isinstance(key, str) and key in fixed.by_key:
        details["key"] = fixed.by_key[key].title
    return _(one.message, **details)


def outcome(decision: Decision | WithdrawnDecision, ranking: Ranking) -> str:
    """Say what was decided: who it goes to or, under a ceiling, who is granted how much."""
    if decision.winner:
        return _("It goes to %(bid)s.", bid=bid_name(ranking.bid_by_key[decision.winner]))
    if decision.granted:
        return _("Granted: %(grants)s.", grants=grants(decision.granted, ranking))
    return _("Nothing is awarded.")


def grants(granted: Mapping[str, int], ranking: Ranking) -> str:
    """Name who is granted how many cents, the best first."""
    ranks = {key: one.rank for key, one in ranking.standing_by_key.items()}
    best_first = sorted(granted, key=lambda key: (ranks.get(key, 0), len(key), key))
    said = [f"{bid_name(ranking.bid_by_key[key])} {say_cents(granted[key])}" for key in best_first]
    return listed(said)


def grant(one: Grant | None) -> str:
    """Say what an application is granted, in the cell of a table."""
    if one is None:
        return _("Not certain before lots are drawn")
    if one.why_not == "stopped":
        return _("Refused: the dividing had stopped")
    if one.why_not:
        return _("Refused: more than was left")
    amount = say_euros(one.amount)
    return amount if one.is_whole else _("%(amount)s, all that was left", amount=amount)


def left_after(one: Grant | None) -> str:
    """Say what is left of the ceiling after an application."""
    return say_euros(one.left) if one else "–"


def refusal_lines(refusal: Refusal) -> list[str]:
    """Say why nothing could be computed."""
    if isinstance(refusal, WrongAwardFile):
        return [problem.text(_) for problem in refusal.problems]
    return [_(refusal.message, **refusal.details)]


def parting(one: Parting, fixed: Snapshot) -> str:
    """Say what decided between two bids with the same total."""
    pair = {"before": one.before, "after": one.after}
    if one.step is None:
        return _("%(before)s and %(after)s: nothing decides between them yet.", **pair)
    by = one.step.by
    if by == "quality":
        return _("%(before)s before %(after)s: more points for quality.", **pair)
    if by == "price":
        return _("%(before)s before %(after)s: a lower price.", **pair)
    if by == "lots":
        return _("%(before)s before %(after)s: lots were drawn.", **pair)
    what = value_name(one.step.of, fixed)
    if by == "criterion":
        what = fixed.by_key[one.step.of].title if one.step.of in fixed.by_key else one.step.of
    return _("%(before)s before %(after)s: more points for “%(what)s”.", what=what, **pair)


def value_name(key: str, fixed: Snapshot) -> str:
    """Name a value as it was called when the dossier was fixed."""
    return next((one.value.name for one in fixed.criteria if one.value.key == key), key)


def without_value(one: WithoutValue, ranking: Ranking) -> str:
    """Say in one sentence whether a value decided who wins."""
    value = value_name(one.value, ranking.fixed)
    names = [bid_name(ranking.bid_by_key[key]) for key in one.first]
    if ranking.granting is not None:
        return _granted_without(one, value, names)
    if not names:
        return _("Without %(value)s there would be no ranking at all.", value=value)
    if not one.is_decisive:
        return _("Without %(value)s, %(bid)s would have won too.", value=value, bid=names[0])
    if len(names) > 1:
        return _("Without %(value)s, %(bids)s would be equal.", value=value, bids=listed(names))
    return _("Without %(value)s, %(bid)s would have won.", value=value, bid=names[0])


def _granted_without(one: WithoutValue, value: str, names: Sequence[str]) -> str:
    """Say whether a value decided who is granted something."""
    if one.is_open:
        return _("Without %(value)s, lots would decide who is granted something.", value=value)
    if not one.is_decisive:
        return _("Without %(value)s, the same applications would be granted.", value=value)
    if not names:
        return _("Without %(value)s, nothing would be granted.", value=value)
    return _(
        "Without %(value)s, these would be granted: %(bids)s.", value=value, bids=listed(names)
    )


def listed(names: Sequence[str]) -> str:
    """Write names one after the other: A, B and C."""
    if len(names) < 2:
        return "".join(names)
    return _("%(first)s and %(last)s", first=", ".join(names[:-1]), last=names[-1])
