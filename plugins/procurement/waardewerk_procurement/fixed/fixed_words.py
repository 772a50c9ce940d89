"""What was fixed and what changed in it, in the words of whoever reads: for pages and notices."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any, cast

from markupsafe import Markup

from waardewerk.i18n import format_date, format_datetime, format_number, lazy
from waardewerk.i18n import gettext as _
from waardewerk.refusal import marked
from waardewerk_procurement.anchor_words import in_words, place_title, shuts_out
from waardewerk_procurement.award import award_file
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS, KINDS, TECHNOLOGIES, Type
from waardewerk_procurement.fixed.comparing import Advice, Change, Room
from waardewerk_procurement.fixed.snapshot import (
    Consideration,
    Criterion,
    Lot,
    Named,
    Proportionality,
    Snapshot,
)
from waardewerk_procurement.money import say_euros

KIND_TITLES: Mapping[str, str] = {
    "european": lazy("European tender"),
    "national": lazy("Tender below the European threshold"),
    "request": lazy("Request to several suppliers"),
    "subsidy": lazy("Subsidy scheme"),
}
AI_TITLES: Mapping[str, str] = {
    "no": lazy("No"),
    "later": lazy("Not now, but it may later"),
    "unknown": lazy("Not known yet"),
    "yes": lazy("Yes"),
}
AGGREGATION_TITLES: Mapping[str, str] = {
    "agreed": lazy("The assessors agree on a score"),
    "mean": lazy("The mean of the scores"),
    "median": lazy("The middle one of the scores"),
}
DROP_OUT_TITLES: Mapping[str, str] = {
    "rank-again": lazy("The bids that are left are ranked again"),
    "keep-totals": lazy("Totals stay; who comes next moves up"),
}
BEYOND_TITLES: Mapping[str, str] = {
    "partial": lazy("The first application that does not fit any more gets what is left"),
    "stop": lazy("The first application that does not fit is refused, and all below it"),
    "next": lazy("What does not fit is refused; the next one that fits is granted"),
}
TIE_TITLES: Mapping[str, str] = {
    "quality": lazy("most points for quality"),
    "criterion": lazy("most points on “%(of)s”"),
    "value": lazy("most points for the value “%(of)s”"),
    "price": lazy("the lowest price"),
    "lots": lazy("drawing lots"),
}
DIRECTION_TITLES: Mapping[str, str] = {
    "positive": lazy("for better"),
    "negative": lazy("for worse"),
}
EFFECT_TITLES: Mapping[str, str] = {**DIRECTION_TITLES, "none": lazy("not touched")}
#: What each field is called where a change in it is told.
FIELD_TITLES: Mapping[Room, Mapping[str, str]] = {
    "dossier": {
        "kind": marked("Procedure"),
        "title": marked("Title"),
        "subject": marked("What it is about"),
        "technologies": marked("Kinds of technology"),
        "ai": marked("Is there AI in it?"),
        "legal_basis": marked("Regulation on which it rests"),
        "closes_at": marked("Closing date"),
        "framework": marked("Version of the value framework"),
        "scale": marked("Scale of the scores"),
        "aggregation": marked("How one score comes from several"),
        "assessors": marked("Number of assessors"),
    },
    "lot": {
        "title": marked("Title"),
        "formula": marked("Formula"),
        "formula_reason": marked("Why this formula"),
        "tie_rule": marked("What decides between equal totals"),
        "drop_out": marked("When a bid drops out"),
        "ceiling": marked("Subsidy ceiling"),
        "beyond": marked("When the ceiling is reached"),
    },
    "criterion": {
        "title": marked("Title"),
        "type": marked("Type"),
        "lot": marked("Lot"),
        "parent": marked("Part of"),
        "value": marked("Value"),
        "norm": marked("Norm"),
        "text": marked("Text"),
        "question": marked("Question"),
        "reason": marked("Why it is asked"),
        "proportionality": marked("Why it is in proportion"),
        "evidence": marked("Evidence"),
        "anchors": marked("When each score is given"),
        "weight": marked("Weight"),
        "worth": marked("What full marks take off the price"),
        "minimum": marked("Lowest score that is enough"),
        "ground": marked("Place in the closed list"),
        "duty_basis": marked("Basis in the Awb"),
        "duty_reason": marked("Why on this basis"),
        "in_terms": marked("Covered already by"),
        "announced": marked("Announced beforehand"),
        "kept_by": marked("Kept alive by"),
        "legal_sources": marked("Legal sources"),
        "source": marked("Taken from the library"),
    },
    "lens": {
        "in_view": marked("Values in view"),
        "wider": marked("Values outside the core"),
        "nothing_else": marked("Why there is nothing else"),
        "considerations": marked("Considerations"),
        "tensions": marked("Choices between values"),
    },
}


@dataclass(frozen=True, slots=True)
class ShownChange:
    """A change as `diff.diff` shows it."""

    kind: str
    title: str
    before: str
    after: str


def shown_changes(
    changes: Iterable[Change], before: Snapshot, after: Snapshot
) -> list[ShownChange]:
    """Put changes between two snapshots into words."""
    return [_shown(one, before, after) for one in changes]


def _shown(change: Change, before: Snapshot, after: Snapshot) -> ShownChange:
    return ShownChange(
        change.kind,
        _title(change),
        _words(change, before, change.before),
        _words(change, after, change.after),
    )


def _title(change: Change) -> str:
    if not change.field:
        whole = {
            "lot": _("Lot “%(name)s”", name=change.name),
            "criterion": _("Criterion “%(name)s”", name=change.name),
        }
        return whole[change.room]
    field = _field_name(change.room, change.field)
    return f"{change.name}: {field}" if change.name else field


def _words(change: Change, snapshot: Snapshot, value: Any) -> str:
    if isinstance(value, Criterion):
        return _criterion_in_short(value, snapshot)
    if isinstance(value, Lot):
        return formula_words(value.formula)
    criterion = snapshot.by_key.get(change.key) if change.room == "criterion" else None
    return field_words(change.field, value, snapshot, criterion.type if criterion else "")


def _criterion_in_short(one: Criterion, snapshot: Snapshot) -> str:
    fields = ("type", "lot", "parent", "weight", "worth", "minimum", "text")
    said = [(field, field_words(field, getattr(one, field), snapshot)) for field in fields]
    return "\n".join(
        f"{_field_name('criterion', field)}: {words}" for field, words in said if words
    )


# Values of fields ------------------------------------------------------------------------------


def field_words(field: str, value: Any, snapshot: Snapshot, type_: str = "") -> str:
    """Put what a field of a snapshot holds into words; empty where it holds nothing.

    What a scale in words is called depends on the type of its criterion.
    """
    if value is None or value == "" or value == ():
        return ""
    if field == "anchors":
        return _anchors(value, type_)
    if field in _POINTING:
        return _POINTING[field](value, snapshot)
    return _WORDS[field](value) if field in _WORDS else str(value)


def _lines(texts: Iterable[object]) -> str:
    return "\n".join(str(text) for text in texts)


def percent(hundredths: int) -> str:
    """Write a weight as a percentage: *33,33 %*."""
    return f"{format_number(hundredths / 100)} %"


def _in_euros(amount: str) -> str:
    return say_euros(Decimal(amount))


def scale_words(scale: award_file.LinearScale | award_file.StepScale) -> str:
    """Say which scores can be given."""
    if isinstance(scale, award_file.LinearScale):
        return _(
            "From %(lowest)s to %(highest)s, in steps of %(step)s",
            lowest=format_number(float(scale.lowest)),
            highest=format_number(float(scale.highest)),
            step=format_number(float(scale.step)),
        )
    shares = scale.shares.items()
    return _lines(f"{score}: {percent(int(share * 100))}" for score, share in shares)


def formula_words(formula: award_file.Formula) -> str:
    """Name a formula with its numbers."""
    said = [_(formula.build().title)]
    for name, title in _NUMBERS.items():
        number = getattr(formula, name, None)
        if number is not None:
            shown = percent(number) if name == "price_weight" else _number(name, number)
            said.append(f"{title}: {shown}")
    return _lines(said)


def _number(name: str, number: Decimal) -> str:
    return format_number(float(number)) if name == "points_per_doubling" else say_euros(number)


_NUMBERS: Mapping[str, str] = {
    "price_weight": lazy("Weight of the price"),
    "floor": lazy("Lower end of the band"),
    "ceiling": lazy("Upper end"),
    "points_per_doubling": lazy("Points off for each doubling of the price"),
    "reference": lazy("Price from which doublings are counted"),
    "price": lazy("Fixed price"),
}


def _tie_rule(steps: Sequence[award_file.TieStep], snapshot: Snapshot) -> str:
    names = {one.value.key: one.value.name for one in snapshot.criteria}
    titles = {one.key: one.title for one in snapshot.criteria}
    known = {"criterion": titles, "value": names}

    def step(one: award_file.TieStep) -> str:
        of = known.get(one.by, {}).get(one.of or "", one.of)
        return str(TIE_TITLES[one.by] % {"of": of}) if one.of else str(TIE_TITLES[one.by])

    return _lines(f"{place}. {step(one)}" for place, one in enumerate(steps, 1))


def _proportionality(said: Proportionality) -> str:
    parts = (
        (_("Risk"), said.risk),
        (_("What it costs small firms"), said.small_firms),
        (_("Link to the subject"), said.link),
    )
    return _lines(f"{title}: {text}" for title, text in parts if text)


def _anchors(anchors: Mapping[str, str], type_: str) -> str:
    return _lines(
        f"{place_title(type_, score) or score}: {anchors[score]}" for score in in_order(anchors)
    )


def in_order(anchors: Mapping[str, str]) -> list[str]:
    """Give the scores of anchors from low to high; words from good to bad, others behind them."""
    said = in_words(anchors)

    def place(score: str) -> tuple[bool, Decimal, str]:
        is_number = score.removeprefix("-").replace(".", "", 1).isdigit()
        return (not is_number, Decimal(score) if is_number else Decimal(0), score)

    return [*said, *sorted(anchors.keys() - set(said), key=place)]


def _wider(values: Iterable[Any]) -> str:
    return _lines(f"{one.name} ({DIRECTION_TITLES[one.direction]}): {one.reason}" for one in values)


def _in_view(values: Iterable[Named]) -> str:
    return "; ".join(one.name for one in values)


def _considerations(written: Iterable[Consideration]) -> str:
    return _lines(map(_consideration, written))


def _consideration(one: Consideration) -> str:
    touched = "; ".join(text for text in (str(EFFECT_TITLES[one.effect]), one.for_whom) if text)
    return f"{one.value.name} ({touched}): {one.reason}"


def _tensions(choices: Iterable[Any]) -> str:
    return _lines(
        _(
            "%(value)s before %(against)s: %(choice)s Given up: %(gives_up)s (%(who)s, %(day)s)",
            value=one.value,
            against=one.against,
            choice=one.choice,
            gives_up=one.gives_up,
            who=one.decided_by,
            day=format_date(one.decided_on),
        )
        for one in choices
    )


def _name(named: Named) -> str:
    return named.name


def _yes_or_no(said: object) -> str:
    return _("Yes") if said else _("No")


def _of(titles: Mapping[Any, str]) -> Callable[[Any], str]:
    return lambda key: _(str(titles[key])) if key in titles else str(key)


_WORDS: Mapping[str, Callable[[Any], str]] = {
    "kind": lambda key: str(KIND_TITLES[key]),
    "technologies": lambda keys: ", ".join(_(TECHNOLOGIES[key]) for key in keys),
    "ai": lambda key: str(AI_TITLES[key]),
    "closes_at": lambda moment: format_datetime(moment),
    "framework": lambda found: _("Version %(number)s", number=found.version),
    "scale": scale_words,
    "aggregation": lambda key: str(AGGREGATION_TITLES[key]),
    "formula": formula_words,
    "drop_out": lambda key: str(DROP_OUT_TITLES[key]),
    "ceiling": _in_euros,
    "beyond": lambda key: str(BEYOND_TITLES[key]),
    "type": lambda key: _(KINDS[key].title),
    "value": _name,
    "norm": _name,
    "proportionality": _proportionality,
    "evidence": _lines,
    "weight": percent,
    "worth": _in_euros,
    "ground": _of(EXCLUSION_GROUNDS),
    "announced": _yes_or_no,
    "legal_sources": _lines,
    "in_view": _in_view,
    "wider": _wider,
    "considerations": _considerations,
    "tensions": _tensions,
}
_POINTING: Mapping[str, Callable[[Any, Snapshot], str]] = {
    "lot": lambda key, snapshot: snapshot.lot(key).title,
    "parent": lambda key, snapshot: snapshot.by_key[key].title,
    "kept_by": lambda keys, snapshot: _lines(snapshot.by_key[key].title for key in keys),
    "tie_rule": _tie_rule,
}


# What bidders are told -------------------------------------------------------------------------


def notice_of(
    changes: Sequence[ShownChange],
    snapshot: Snapshot,
    number: int,
    reason: str,
    closes_at: datetime,
) -> str:
    """Write the text for the nota van inlichtingen, to be read over before it is sent."""
    opening = _(
        "Rectification %(number)s of “%(title)s”",
        number=number - 1,
        title=snapshot.title,
    )
    told = _(
        "The documents of this procedure are changed as follows. What is not named here stays as "
        "it was."
    )
    ends = _(
        "Closing date and time: %(moment)s.",
        moment=format_datetime(closes_at),
    )
    parts = [opening, f"{_('Reason')}: {reason}", told]
    parts += [_told(place, one) for place, one in enumerate(changes, 1)]
    return "\n\n".join([*parts, ends])


def _told(place: int, change: ShownChange) -> str:
    words = {"added": _("new"), "removed": _("no longer there"), "changed": _("changed")}
    lines = [f"{place}. {change.title} ({words[change.kind]})"]
    if change.before:
        lines.append(_("Was: %(text)s", text=change.before))
    if change.after:
        lines.append(_("Becomes: %(text)s", text=change.after))
    return "\n".join(lines)


def advice_words(advice: Advice, kind: str) -> str:
    """Say what is advised about the closing date, on which articles, and who has to look."""
    said = {
        "essential": _(
            "This changes who can take part, what is offered or who wins. Give bidders more time: "
            "choose a later closing date."
        ),
        "judge": _(
            "Read whether this changes what bidders have to offer. If it does, choose a later "
            "closing date."
        ),
        "small": _(
            "This changes nothing for what bidders offer. A later closing date is not needed."
        ),
    }[advice.matter]
    late = _(
        "Fewer than ten days are left before the closing date: bidders may not have enough time "
        "for a change that matters."
    )
    ask = _("This is no legal advice. Let a lawyer look: %(sources)s.", sources=SOURCES[kind])
    return " ".join([said, *([late] if advice.is_late and advice.matter != "small" else []), ask])


#: Where it says that all get the same information in time, by kind of procedure.
SOURCES: Mapping[str, str] = {
    "european": lazy(
        "Aanbestedingswet 2012, articles 1.8, 1.9, 1.10, 2.54 and 2.115; Directive 2014/24/EU, "
        "article 47, paragraph 3"
    ),
    "national": lazy("Aanbestedingswet 2012, articles 1.12 and 1.13; Gids Proportionaliteit"),
    "request": lazy("Aanbestedingswet 2012, articles 1.15 and 1.16; Gids Proportionaliteit"),
    "subsidy": lazy(
        "Awb, articles 3:2, 3:4 and 4:23 to 4:26: a change of a scheme is a decision of whoever "
        "adopted it, and is published as the scheme was"
    ),
}


# The whole document ----------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Said:
    """One field with its words, as `tables.data_list` shows it."""

    key: str
    value: str


@dataclass(frozen=True, slots=True)
class Part:
    """One part of what was fixed: the dossier, a lot or a criterion."""

    key: str
    title: str
    said: tuple[Said, ...]


@dataclass(frozen=True, slots=True)
class Document:
    """What was fixed, for people to read."""

    whole: Part
    lens: Part
    lots: tuple[Part, ...]
    criteria: tuple[Part, ...]


def document_of(snapshot: Snapshot) -> Document:
    """Put all that a snapshot says into words."""
    return Document(
        whole=_part("dossier", snapshot, snapshot, "", snapshot.title),
        lens=_part("lens", snapshot.lens, snapshot, "", ""),
        lots=tuple(_part("lot", one, snapshot, one.key, one.title) for one in snapshot.lots),
        criteria=tuple(
            _part("criterion", one, snapshot, one.key, one.title) for one in snapshot.criteria
        ),
    )


def _part(room: Room, part: Any, snapshot: Snapshot, key: str, title: str) -> Part:
    titles = FIELD_TITLES[room]
    type_ = getattr(part, "type", "")
    words = {field: field_words(field, getattr(part, field), snapshot, type_) for field in titles}
    said = tuple(
        Said(
            _field_title(room, field, type_),
            PRESERVED.format(text) if "\n" in text else text,
        )
        for field, text in words.items()
        if text and field != "title" and not _goes_without_saying(field, part)
    )
    return Part(key, title, said)


def _field_name(room: Room, field: str) -> str:
    return _(FIELD_TITLES[room][field])


def _field_title(room: Room, field: str, type_: str) -> str:
    if field == "anchors" and KINDS[cast("Type", type_)].scale != "steps":
        return _("When it is met") if not shuts_out(type_) else _("When it applies")
    return _field_name(room, field)


def _goes_without_saying(field: str, part: Any) -> bool:
    """Tell whether a field says nothing to a reader.

    Only a KPI can come without being announced; the address in the library is for machines.
    """
    return field == "source" or (field == "announced" and part.type != "kpi")


#: Lines stay lines.
PRESERVED = Markup('<span class="ww-preserve">{}</span>')
