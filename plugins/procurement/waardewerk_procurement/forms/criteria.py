"""Forms: look in the library, take a criterion, write one, hand it over, weigh."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from wtforms import (
    BooleanField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from waardewerk.addresses import number_in
from waardewerk.forms import Form, PlainForm, options_under, tidy
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk_procurement import scale_choices, weighed, words
from waardewerk_procurement.award import divisions
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS, KINDS, Criterion
from waardewerk_procurement.forms.figures import EurosField, PercentField, SeenField
from waardewerk_procurement.models import Dossier, DossierCriterion, Lot
from waardewerk_procurement.operations.preparing import LONGEST_TEXT, LONGEST_TITLE
from waardewerk_procurement.operations.writing import LONGEST_TERMS, Taking, Weighing, Wording
from waardewerk_procurement.queries.criteria import InView, NormInView, Wanted

NEEDED = InputRequired(lazy("Fill this in."))
ALL_LOTS = 0
NO_VALUE = ""
#: Asks for every kind of technology, and not only those of the dossier.
EVERYTHING = "all"
#: A norm is a sentence or two; a choice shows how it begins.
_MOST_SHOWN = 90


@dataclass(frozen=True)
class Choices:
    """What a criterion can be about here."""

    values: Sequence[InView]
    norms: Sequence[NormInView]
    lots: Sequence[Lot]


# The library -----------------------------------------------------------------------------------


class SearchForm(PlainForm):
    """What somebody looks for; sent in the address, so that a search can be kept."""

    words = StringField(lazy("Words"), [Optional(), Length(max=200)], filters=[tidy])
    value = SelectField(lazy("Value"), [Optional()])
    type = SelectField(lazy("Type"), [Optional()])
    technology = SelectField(lazy("Kind of technology"), [Optional()])
    ambition = SelectField(lazy("Ambition"), [Optional()])
    #: The dossier says which kinds of technology it touches; nothing else asked, those are meant.
    touches = False

    def wanted(self) -> Wanted:
        """Return what was asked; what is not in a list is not asked."""
        asked = {name: _known(self[name]) for name in ("value", "type", "technology")}
        suits_dossier = not asked["technology"] and self.touches
        if asked["technology"] == EVERYTHING:
            asked["technology"] = ""
        return Wanted(
            **asked,
            suits_dossier=suits_dossier,
            ambition=number_in(_known(self.ambition)) or None,
            words=(self.words.data or "")[:200],
        )


def _known(field: SelectField) -> str:
    known = {str(value) for value, *_rest in field.iter_choices()}
    return field.data if field.data in known else ""


def search_form(
    asked: Any, values: Sequence[InView], types: Sequence[str], technologies: Sequence[str]
) -> SearchForm:
    """Return the form with what was asked in the address; ``technologies`` are the dossier's."""
    form = SearchForm(formdata=asked)
    every = ("", lazy("all"))
    form.value.choices = [every, *((one.key, one.name) for one in values)]
    form.type.choices = [every, *((one, words.TYPE_TITLES[one]) for one in types)]
    form.touches = bool(technologies)
    own = [("", lazy("What this dossier touches")), (EVERYTHING, lazy("all"))]
    form.technology.choices = [
        *(own if technologies else [every]),
        *words.TECHNOLOGY_TITLES.items(),
    ]
    form.ambition.choices = [every, *((str(n), t) for n, t in words.AMBITION_TITLES.items())]
    return form


def _text(label: str, description: str = "", *, longest: int = LONGEST_TEXT) -> TextAreaField:
    return TextAreaField(
        label, [Optional(), Length(max=longest)], filters=[tidy], description=description
    )


def _risk() -> TextAreaField:
    return _text(lazy("Which risk does it meet?"), lazy("This comes in the documents."))


def _link() -> TextAreaField:
    return _text(
        lazy("How does it hang together with the subject?"),
        lazy(
            "What is bought or subsidised, and not what the bidder does elsewhere. This comes in "
            "the documents."
        ),
    )


class TakeForm(Form):
    """What somebody says who takes a criterion from the library."""

    value = SelectField(
        lazy("For the sake of which value?"), [InputRequired(lazy("Choose a value."))]
    )
    reason = TextAreaField(
        lazy("Why do you ask this here, and what does it mean in this dossier?"),
        [NEEDED, Length(max=LONGEST_TEXT)],
        filters=[tidy],
        description=lazy(
            "In your own words: which people, which situation, which harm or good. This is "
            "published with the criterion."
        ),
    )
    # No library can know these two, and a dossier is not fixed without them.
    risk = _risk()
    link = _link()
    lot_id = SelectField(lazy("For which lot?"), coerce=int)

    def taking(self) -> Taking:
        """Return what was filled in, for the operation."""
        return Taking(
            value=self.value.data or "",
            reason=self.reason.data or "",
            risk=self.risk.data or "",
            link=self.link.data or "",
            lot_id=self.lot_id.data or None,
        )


def take_form(found: Criterion, choices: Choices) -> TakeForm:
    """Return the form; a value is chosen beforehand only when the criterion names it.

    Otherwise whoever takes it chooses: what is chosen here is published as the reason for asking.
    """
    known = {one.key for one in choices.values}
    named = next((key for key in found.values if key in known), NO_VALUE)
    form = TakeForm(data={"value": named, "lot_id": ALL_LOTS})
    form.value.choices = _choosing_a_value(choices.values, found.values)
    form.lot_id.choices = _lot_choices(choices.lots)
    return form


# A criterion -----------------------------------------------------------------------------------


class CriterionForm(Form):
    """What is written about a criterion of any type; a subclass adds what its type needs."""

    revision = SeenField()
    value = SelectField(
        lazy("For the sake of which value?"),
        [Optional()],
        description=lazy("A value from the wider look is there too, once its card was chosen."),
    )
    norm = SelectField(lazy("Which norm of ours does it serve?"), [Optional()])
    lot_id = SelectField(lazy("For which lot?"), coerce=int)
    reason = _text(
        lazy("Why do you ask this here, and what does it mean in this dossier?"),
        lazy("This is published with the criterion."),
    )
    risk = _risk()
    small_firms = _text(
        lazy("What does it cost a small firm or association?"),
        lazy(
            "To answer it, and to keep to it. In hours, days or euros. This is fixed with the "
            "criterion and does not come in the documents."
        ),
    )
    link = _link()
    evidence = _text(
        lazy("What shows it? One thing on each line"),
        lazy("A page of text, a report, a demonstration. Beside a standard say: or equivalent."),
    )
    in_terms = StringField(
        lazy("Do your own terms cover this already? Which article?"),
        [Optional(), Length(max=LONGEST_TERMS)],
        filters=[tidy],
        description=lazy("Empty: they do not."),
    )
    legal_sources = _text(lazy("On which articles of law does it rest? One on each line"))
    #: By place in the scale, the name of the field that holds its anchor.
    places: Mapping[str, str] = {}
    #: What is known of the row for which the form has no field.
    kept: Mapping[str, Any] = {}

    @property
    def anchors(self) -> list[Any]:
        """Return the fields that say when each score applies, in the order of the scale."""
        return [self[name] for name in self.places.values()]

    @property
    def known_revision(self) -> int:
        """Return the revision of the criterion that the writer saw."""
        return self.revision.number

    def wording(self) -> Wording:
        """Return what was filled in, for the operation."""
        given: dict[str, Any] = {name: self._given(name) for name in Wording.__dataclass_fields__}
        given["anchors"] = {place: self[name].data or "" for place, name in self.places.items()}
        return Wording(**given)

    def _given(self, name: str) -> Any:
        if name not in self:
            return self.kept.get(name, getattr(_NOTHING, name, None))
        field = self[name]
        if name in ("evidence", "legal_sources"):
            return tuple((field.data or "").split("\n"))
        if name in ("weight", "worth"):
            return field.number
        if name == "lot_id":
            return field.data or None
        return bool(field.data) if name == "announced" else field.data or ""


_NOTHING = Wording()


def criterion_form(
    dossier: Dossier,
    type_: str,
    choices: Choices,
    row: DossierCriterion | None = None,
    parent: DossierCriterion | None = None,
) -> CriterionForm:
    """Return the form for a criterion of one type, as it is or for a new one.

    It has exactly the fields that the type needs: an exclusion ground is chosen and not written.
    """
    is_part = parent is not None or (row is not None and row.parent_id is not None)
    places = scale_choices.places_of(type_, dossier.scale)
    fields = {**_what_fields(type_), **_anchor_fields(type_, places)}
    fields |= _weight_fields(type_, dossier, choices.lots, row, is_part=is_part)
    fields["places"] = {place: f"anchor_{nth}" for nth, place in enumerate(places)}
    fields["kept"] = _kept_of(row)
    if is_part:
        fields["lot_id"] = None
    shown = _data_of(row, places) if row is not None else _data_of_new(parent)
    form: CriterionForm = type("OneCriterionForm", (CriterionForm,), fields)(data=shown)
    form.value.choices = _choosing_a_value(choices.values)
    form.norm.choices = [("", lazy("None")), *_norm_choices(choices)]
    if not is_part:
        form.lot_id.choices = _lot_choices(choices.lots)
    return form


def _what_fields(type_: str) -> dict[str, Any]:
    fields: dict[str, Any] = {}
    if type_ == "exclusion_ground":
        grounds = [(key, words.ground_name(key)) for key in EXCLUSION_GROUNDS]
        fields["ground"] = SelectField(
            lazy("Which ground of the law?"),
            choices=grounds,
            description=lazy("Nobody can add to this list: another ground is not lawful."),
        )
    else:
        fields["title"] = StringField(
            lazy("Title"), [NEEDED, Length(max=LONGEST_TITLE)], filters=[tidy]
        )
        fields["text"] = _text(
            lazy("Text of the criterion"), lazy("As it will stand in the documents, in Dutch.")
        )
    if KINDS[type_].asks:  # type: ignore[index]
        fields["question"] = _text(
            lazy("Which question is answered?"), lazy("The answer is what is scored.")
        )
    if type_ == "subsidy_duty":
        fields["duty_basis"] = RadioField(
            lazy("On which article of the Awb does this duty rest?"),
            [Optional()],
            choices=list(words.DUTY_TITLES.items()),
        )
        fields["duty_reason"] = _text(
            lazy("Why that article?"),
            lazy("With 4:39 also: which article of your regulation makes this duty possible?"),
        )
    if type_ == "kpi":
        fields["announced"] = BooleanField(lazy("Bidders are told beforehand that it is measured"))
    return fields


def _anchor_fields(type_: str, places: Iterable[str]) -> dict[str, Any]:
    return {
        f"anchor_{nth}": _text(words.place_title(type_, place) or _("Score %(score)s", score=place))
        for nth, place in enumerate(places)
    }


def _weight_fields(
    type_: str,
    dossier: Dossier,
    lots: Sequence[Lot],
    row: DossierCriterion | None,
    *,
    is_part: bool,
) -> dict[str, Any]:
    if not KINDS[type_].weighed:  # type: ignore[index]
        return {}
    shape = DossierCriterion(type=type_, parent_id=0 if is_part else None, lot_id=None)
    if row is not None:
        shape.lot_id = row.lot_id
    units = divisions.units_of(shape, lots)
    fields: dict[str, Any] = {}
    if units.percent:
        inside = lazy("Weight inside its criterion, in percent")
        fields["weight"] = PercentField(
            inside if is_part else lazy("Weight, in percent"),
            [Optional()],
            description=lazy("Such as 30 or 33,33. The page of weights shows the sum."),
        )
    if units.euros:
        fields["worth"] = EurosField(lazy("What are full marks worth, in euros?"), [Optional()])
    scores = [(step.score, step.score) for step in scale_choices.steps_of(dossier.scale)]
    fields["minimum"] = SelectField(
        lazy("Lowest score that is good enough"),
        [Optional()],
        choices=[("", lazy("none")), *scores],
        description=lazy("Who scores lower drops out, however cheap the offer."),
    )
    return fields


def _kept_of(row: DossierCriterion | None) -> dict[str, Any]:
    """Give what a form has no field for and that stays as it is."""
    if row is None:
        return {}
    return {name: getattr(row, name) for name in ("title", "text", "lot_id", "announced")}


def _data_of(row: DossierCriterion, places: Sequence[str]) -> dict[str, Any]:
    data = {name: getattr(row, name) for name in (*Wording.__dataclass_fields__, "revision")}
    data["lot_id"] = row.lot_id or ALL_LOTS
    data["evidence"] = "\n".join(row.evidence)
    data["legal_sources"] = "\n".join(row.legal_sources)
    data |= {f"anchor_{nth}": row.anchors.get(place, "") for nth, place in enumerate(places)}
    return data


def _data_of_new(parent: DossierCriterion | None) -> dict[str, Any]:
    if parent is None:
        return {"announced": True, "lot_id": ALL_LOTS}
    same = ("value", "norm", "reason", "risk", "small_firms", "link")
    return {name: getattr(parent, name) for name in same}


def _choosing_a_value(values: Sequence[InView], first: Sequence[str] = ()) -> list[Any]:
    """Group the values: those that the library names, the others that came by themselves, cards.

    Before them stands none at all, so that no value is chosen by nobody.
    """
    named = [(one.key, one.name) for one in values if one.key in first]
    core = [(one.key, one.name) for one in values if one.is_core and one.key not in first]
    wider = [(one.key, one.name) for one in values if not one.is_core and one.key not in first]
    return [
        (NO_VALUE, lazy("Choose a value")),
        *options_under(_("What the library says it serves"), named),
        *options_under(_("Our values"), core),
        *options_under(_("From the wider look"), wider),
    ]


def _norm_choices(choices: Choices) -> list[Any]:
    names = {one.key: one.name for one in choices.values}
    grouped: dict[str, list[tuple[str, str]]] = {}
    for norm in choices.norms:
        served = next((names[key] for key in norm.serves if key in names), _("Other norms"))
        grouped.setdefault(served, []).append((norm.key, _beginning(norm.text)))
    return [one for title, norms in grouped.items() for one in options_under(title, norms)]


def _beginning(text: str) -> str:
    return text if len(text) <= _MOST_SHOWN else f"{text[:_MOST_SHOWN].rsplit(' ', 1)[0]} …"


def _lot_choices(lots: Sequence[Lot]) -> list[tuple[int, str]]:
    return [(ALL_LOTS, lazy("All lots")), *((lot.id, lot.title) for lot in lots)]


# Handing over and weighing ---------------------------------------------------------------------


class HandOverForm(Form):
    """What keeps a promise alive after the award."""

    keepers = SelectMultipleField(
        lazy("What keeps this alive after the award?"),
        [Optional()],
        coerce=int,
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=lazy(
            "A condition, an indicator or a duty. What is promised is followed there."
        ),
    )


def hand_over_form(possible: Iterable[DossierCriterion], chosen: Iterable[int]) -> HandOverForm:
    """Return the form with what was chosen."""
    form = HandOverForm(data={"keepers": list(chosen)})
    form.keepers.choices = [
        (one.id, f"{one.title} – {words.type_name(one.type)}") for one in possible
    ]
    return form


class WeightsForm(Form):
    """All weights of a dossier; its fields are made for it."""

    revision = SeenField()
    seen = SeenField()

    @property
    def known_revision(self) -> int:
        """Return the revision of the dossier that the writer saw."""
        return self.revision.number

    def weighing(self) -> Weighing:
        """Return what was filled in, for the operation."""
        given: dict[str, dict[str, Any]] = {"weight": {}, "worth": {}, "price": {}}
        for field in self:
            kind, sign, key = field.name.partition("-")
            # A criterion that came after the page was read is not on it, and is not sent.
            if sign and kind in given and field.raw_data:
                given[kind][key] = field.number
        prices = {key: number for key, number in given["price"].items() if number is not None}
        return Weighing(
            weights=given["weight"],
            worths=given["worth"],
            prices=prices,
            seen=weighed.read_seen(self.seen.data or ""),
        )


def weights_form(
    dossier: Dossier, found: Sequence[divisions.Division], lots: Sequence[Lot]
) -> WeightsForm:
    """Return the form with every weight, named ``weight-``, ``worth-`` or ``price-`` and a key."""
    fields: dict[str, Any] = {}
    seen = weighed.write_seen(weighed.numbers_of(found))
    data: dict[str, Any] = {"revision": dossier.revision, "seen": seen}
    for one in found:
        if one.price:
            name = f"price-{one.lot.key}"
            fields[name] = PercentField(_("Price"), [NEEDED])
            data[name] = one.price
        for row in one.criteria:
            units = divisions.units_of(row, lots)
            if units.percent:
                fields[f"weight-{row.key}"] = PercentField(row.title, [Optional()])
                data[f"weight-{row.key}"] = row.weight
            if units.euros:
                fields[f"worth-{row.key}"] = EurosField(row.title, [Optional()])
                data[f"worth-{row.key}"] = row.worth
    form: WeightsForm = type("AllWeightsForm", (WeightsForm,), fields)(data=data)
    return form
