"""Forms: begin a dossier, set it up, its lots and how price and quality become one figure."""

from __future__ import annotations

import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from wtforms import (
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional
from wtforms.widgets import CheckboxInput, ListWidget

from waardewerk.forms import Form, MomentField, options_under, tidy
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk_procurement import scale_choices, words
from waardewerk_procurement.criteria import KINDS
from waardewerk_procurement.forms.days import DayField
from waardewerk_procurement.forms.figures import EurosField, PercentField, PointsField, SeenField
from waardewerk_procurement.models import Dossier, DossierCriterion, Lot
from waardewerk_procurement.money import as_decimal, from_decimal
from waardewerk_procurement.operations.preparing import (
    ASSESSORS,
    LONGEST_BASIS,
    LONGEST_TEXT,
    LONGEST_TITLE,
    MOST_TIE_STEPS,
    LotRules,
    SetUp,
)

NEEDED = InputRequired(lazy("Fill this in."))
CHOOSE = InputRequired(lazy("Choose one."))
People = Sequence[tuple[int, str]]

# The dossier -----------------------------------------------------------------------------------


class AboutForm(Form):
    """What a dossier is about, when it goes out and who leads it."""

    kind = RadioField(
        lazy("What do you prepare?"), [CHOOSE], choices=list(words.KIND_TITLES.items())
    )
    title = StringField(
        lazy("Title"),
        [NEEDED, Length(max=LONGEST_TITLE)],
        filters=[tidy],
        description=lazy("A few words, such as: counting traffic with cameras."),
    )
    subject = TextAreaField(
        lazy("What is it about, and what is it for?"),
        [Optional(), Length(max=LONGEST_TEXT)],
        filters=[tidy],
        description=lazy("In two or three sentences, for a reader who knows nothing of it."),
    )
    technologies = SelectMultipleField(
        lazy("Which kinds of technology does it touch?"),
        [Optional()],
        choices=list(words.TECHNOLOGY_TITLES.items()),
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=lazy("The library shows first what suits these."),
    )
    ai = RadioField(
        lazy("Does it contain AI, or may it later?"),
        [CHOOSE],
        choices=list(words.AI_TITLES.items()),
    )
    legal_basis = StringField(
        lazy("On which regulation does the scheme rest?"),
        [Optional(), Length(max=LONGEST_BASIS)],
        filters=[tidy],
        description=lazy("Only for a subsidy scheme."),
    )
    publish_on = DayField(lazy("Publish on"), [Optional()])
    closes_at = MomentField(
        lazy("Closing moment"),
        [Optional()],
        description=lazy(
            "Until when bids or applications can be sent in, in Dutch time. After it nothing of "
            "the dossier changes."
        ),
    )
    officer_id = SelectField(lazy("Who leads the dossier?"), coerce=int)

    def set_up(self) -> SetUp:
        """Return what was filled in, for the operation."""
        return SetUp(**self._begun())

    def _begun(self) -> dict[str, Any]:
        return {
            "kind": self.kind.data or "",
            "title": self.title.data or "",
            "subject": self.subject.data or "",
            "technologies": tuple(self.technologies.data or ()),
            "ai": self.ai.data or "",
            "legal_basis": self.legal_basis.data or "",
            "publish_on": self.publish_on.data,
            "closes_at": self.closes_at.at,
            "officer_id": self.officer_id.data or None,
        }


class BeginForm(AboutForm):
    """What is needed to begin: one screen."""

    request_key = HiddenField(
        validators=[InputRequired(), Length(max=64)], default=lambda: secrets.token_urlsafe(24)
    )


class SetUpForm(AboutForm):
    """The same, with how bids are scored."""

    revision = SeenField()
    scale = RadioField(
        lazy("Scale of scores"),
        [CHOOSE],
        choices=list(words.SCALE_TITLES.items()),
        description=lazy(
            "On another scale a text stays with the step that brings as much. A text without such "
            "a step goes."
        ),
    )
    aggregation = RadioField(
        lazy("How does one score come from several?"),
        [CHOOSE],
        choices=list(words.AGGREGATION_TITLES.items()),
    )
    assessors = IntegerField(
        lazy("How many assessors score each bid?"),
        [
            InputRequired(lazy("Fill in a number.")),
            NumberRange(
                ASSESSORS[0], ASSESSORS[-1], message=lazy("Fill in a number from 2 to 15.")
            ),
        ],
        description=lazy(
            "Three is usual, and two the fewest: somebody alone has nobody to talk with. The "
            "documents say the number beforehand."
        ),
    )

    def set_up(self) -> SetUp:
        """Return what was filled in, for the operation."""
        return SetUp(
            **self._begun(),
            scale=self.scale.data,
            aggregation=self.aggregation.data,
            assessors=self.assessors.data or 0,
        )

    @property
    def known_revision(self) -> int:
        """Return the revision of the dossier that the writer saw."""
        return self.revision.number


def begin_form(officers: People, viewer_id: int | None) -> BeginForm:
    """Return an empty form, led by who fills it in."""
    form = BeginForm(data={"officer_id": viewer_id or 0})
    form.officer_id.choices = [*officers]
    return form


def set_up_form(dossier: Dossier, officers: People) -> SetUpForm:
    """Return the form with a dossier as it is set up."""
    names = ("kind", "title", "subject", "technologies", "ai", "legal_basis", "publish_on")
    also = ("closes_at", "officer_id", "aggregation", "assessors", "revision")
    data = {name: getattr(dossier, name) for name in (*names, *also)}
    form = SetUpForm(data={**data, "scale": scale_choices.name_of(dossier.scale)})
    known = {number for number, _name in officers}
    gone = [] if dossier.officer_id in known else [(0, lazy("Choose somebody"))]
    form.officer_id.choices = [*gone, *officers]
    return form


# Lots ------------------------------------------------------------------------------------------


class AddLotForm(Form):
    """The title of a lot that is added."""

    title = StringField(
        lazy("Title of the lot"), [NEEDED, Length(max=LONGEST_TITLE)], filters=[tidy]
    )


class LotForm(AddLotForm):
    """What is said about a lot beside its formula."""

    revision = SeenField()
    expected_lowest = EurosField(
        lazy("Lowest price that you expect"),
        [Optional()],
        description=lazy("In euros. To try formulas with; never published."),
    )
    expected_highest = EurosField(lazy("Highest price that you expect"), [Optional()])
    ceiling = EurosField(
        lazy("Subsidy ceiling"),
        [Optional()],
        description=lazy("In euros, for all applications together. It is published beforehand."),
    )
    beyond = RadioField(
        lazy("What becomes of the first application that does not fit any more?"),
        [Optional()],
        choices=list(words.BEYOND_TITLES.items()),
    )
    drop_out = RadioField(
        lazy("What if a bid drops out after the ranking?"),
        [Optional()],
        choices=list(words.DROP_OUT_TITLES.items()),
    )

    @property
    def tie_fields(self) -> list[SelectField]:
        """Return the steps of the tie rule, in their order."""
        return [self[f"tie_{place}"] for place in range(MOST_TIE_STEPS)]

    @property
    def known_revision(self) -> int:
        """Return the revision of the dossier that the writer saw."""
        return self.revision.number

    def rules(self) -> LotRules:
        """Return what was filled in, for the operation."""
        chosen = [field.data.partition(":") for field in self.tie_fields if field.data]
        return LotRules(
            title=self.title.data or "",
            tie_rule=tuple({"by": by, "of": of or None} for by, _sign, of in chosen),
            drop_out=self.drop_out.data or "",
            ceiling=self.ceiling.number if self.ceiling else None,
            beyond=(self.beyond.data or "") if self.beyond else "",
            expected_lowest=self.expected_lowest.number,
            expected_highest=self.expected_highest.number,
        )


def lot_form(
    lot: Lot,
    criteria: Sequence[DossierCriterion],
    names: Mapping[str, str],
    dossier: Dossier,
) -> LotForm:
    """Return the form with a lot as it is; only a subsidy scheme has a ceiling."""
    labels = [lazy("First look at"), *[lazy("Still equal? Then at")] * (MOST_TIE_STEPS - 1)]
    fields: dict[str, Any] = {
        f"tie_{place}": SelectField(label, [Optional()]) for place, label in enumerate(labels)
    }
    if not dossier.is_subsidy:
        fields |= {"ceiling": None, "beyond": None}
    form: LotForm = type("OneLotForm", (LotForm,), fields)(data=_lot_data(lot, dossier.revision))
    choices = _tie_choices(criteria, names)
    for place, field in enumerate(form.tie_fields):
        field.choices = choices if place else [("", lazy("not chosen yet")), *choices[1:]]
    return form


def _lot_data(lot: Lot, revision: int) -> dict[str, Any]:
    data: dict[str, Any] = {
        "revision": revision,
        "title": lot.title,
        "expected_lowest": lot.expected_lowest,
        "expected_highest": lot.expected_highest,
        "drop_out": lot.drop_out,
        "ceiling": lot.ceiling,
        "beyond": lot.beyond,
    }
    for place, step in enumerate(lot.tie_rule):
        data[f"tie_{place}"] = f"{step['by']}:{step['of']}" if step["of"] else step["by"]
    return data


def _tie_choices(criteria: Sequence[DossierCriterion], names: Mapping[str, str]) -> list[Any]:
    weighed = [one for one in criteria if KINDS[one.type].weighed]  # type: ignore[index]
    of_values = dict.fromkeys(one.value for one in weighed if one.value)
    return [
        ("", lazy("nothing more")),
        *words.TIE_TITLES.items(),
        *options_under(
            _("The most points on one criterion"),
            [(f"criterion:{one.key}", one.title) for one in weighed],
        ),
        *options_under(
            _("The most points on one value"),
            [(f"value:{key}", names.get(key, key)) for key in of_values],
        ),
    ]


# The formula -----------------------------------------------------------------------------------

#: What each formula needs, by the names of ``award_file``.
NEEDS: Mapping[str, tuple[str, ...]] = {
    "relative-inverse": ("price_weight",),
    "relative-linear": ("price_weight",),
    "relative-range": ("price_weight",),
    "price-band": ("price_weight", "floor", "ceiling"),
    "award-on-value": (),
    "price-per-point": (),
    "logarithmic": ("price_weight", "points_per_doubling", "reference"),
    "fixed-price": ("price", "ceiling"),
}
_LABELS = {
    "price_weight": lazy("Weight of the price, in percent"),
    "floor": lazy("Floor of the price band, in euros"),
    "ceiling": lazy("Ceiling of the price, in euros"),
    "points_per_doubling": lazy("Points that a doubling of the price costs"),
    "reference": lazy("Reference price, in euros"),
    "price": lazy("Fixed price, in euros"),
}
_HELP = {
    "reference": lazy("Without one the lowest price that is offered is the reference."),
    "price": lazy("Fill in either a fixed price or a ceiling."),
}
_OPTIONAL = {"reference", "price"}


class FormulaForm(Form):
    """The numbers of one formula, and why it was chosen."""

    revision = SeenField()
    reason = TextAreaField(
        lazy("Why this formula?"), [Optional(), Length(max=LONGEST_TEXT)], filters=[tidy]
    )
    chosen = ""

    @property
    def numbers(self) -> list[Any]:
        """Return the fields that this formula needs, in their order."""
        return [self[name] for name in NEEDS[self.chosen]]

    @property
    def known_revision(self) -> int:
        """Return the revision of the dossier that the writer saw."""
        return self.revision.number

    def formula(self) -> dict[str, Any]:
        """Return what was filled in, in the shape of ``award_file.Formula``."""
        given = {name: self[name].number for name in NEEDS[self.chosen]}
        return {
            "name": self.chosen,
            **{name: _in_file(name, number) for name, number in given.items() if number},
        }


def formula_form(name: str, lot: Lot, revision: int) -> FormulaForm:
    """Return the form with the numbers of a formula; those of the lot when it is the one it has."""
    fields: dict[str, Any] = {one: _number_field(name, one) for one in NEEDS[name]}
    fields["chosen"] = name
    is_own = lot.formula is not None and lot.formula["name"] == name
    data = {one: _as_kept(one, (lot.formula or {}).get(one)) for one in NEEDS[name]}
    known = {"reason": lot.formula_reason, **data} if is_own else {}
    form: FormulaForm = type("OneFormulaForm", (FormulaForm,), fields)(
        data={"revision": revision, **known}
    )
    return form


def _number_field(formula: str, name: str) -> Any:
    is_optional = name in _OPTIONAL or formula == "fixed-price"
    kinds = {"price_weight": PercentField, "points_per_doubling": PointsField}
    return kinds.get(name, EurosField)(
        _LABELS[name],
        [Optional() if is_optional else NEEDED],
        description=_HELP.get(name, ""),
    )


def _in_file(name: str, number: int) -> int | str:
    """Write a number as an award file has it: weights whole, amounts as decimal text."""
    return number if name == "price_weight" else as_decimal(number)


def _as_kept(name: str, written: Any) -> int | None:
    if written is None or name == "price_weight":
        return written  # type: ignore[no-any-return]
    return from_decimal(str(written))
