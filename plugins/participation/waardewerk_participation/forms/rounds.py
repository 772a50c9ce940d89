"""How a round is set up: one screen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from wtforms import (
    DateField,
    HiddenField,
    IntegerField,
    RadioField,
    SelectField,
    SelectMultipleField,
    StringField,
    TextAreaField,
)
from wtforms.validators import InputRequired, Length, NumberRange, Optional, Regexp
from wtforms.widgets import CheckboxInput, ListWidget

from waardewerk import i18n
from waardewerk.forms import Form, MomentField, tidy
from waardewerk.i18n import lazy
from waardewerk_participation.operations.preparing import (
    KEEP_MONTHS,
    KEY_DAYS,
    LONGEST_QUESTION,
    LONGEST_SLUG,
    LONGEST_TEXT,
    LONGEST_TITLE,
    QUOTAS,
    SLUG,
    TERMS,
    RoundSetUp,
    own_text,
)
from waardewerk_participation.round_words import JOINING_TITLES, MODERATION_TITLES

if TYPE_CHECKING:
    from waardewerk_participation.models import Round

NEEDED = InputRequired(lazy("Fill this in."))
CHOOSE_A_MOMENT = InputRequired(lazy("Choose a day and a time."))


class SetUpForm(Form):
    """What is chosen about a round, and can be changed until people take part."""

    revision = HiddenField()
    title = StringField(
        lazy("Title"),
        [NEEDED, Length(max=LONGEST_TITLE)],
        filters=[tidy],
        description=lazy("A few words, such as the subject."),
    )
    question = StringField(
        lazy("Question"),
        [NEEDED, Length(max=LONGEST_QUESTION)],
        filters=[tidy],
        description=lazy("What you want to know from people, in one open question."),
    )
    language = SelectField(
        lazy("Language of the round"),
        description=lazy("Title and question above are in this language."),
    )
    also_in = SelectMultipleField(
        lazy("Other languages to take part in"),
        [Optional()],
        widget=ListWidget(prefix_label=False),
        option_widget=CheckboxInput(),
        description=lazy("You write the texts in these languages later."),
    )
    joining = RadioField(lazy("Who may join?"), choices=list(JOINING_TITLES.items()))
    opens_at = MomentField(
        lazy("The vote begins"),
        [CHOOSE_A_MOMENT],
        description=lazy("What people are told. You open the vote yourself, with a button."),
    )
    closes_at = MomentField(
        lazy("The vote ends"),
        [CHOOSE_A_MOMENT],
        description=lazy("In Dutch time. From then on no vote is taken; that happens by itself."),
    )
    second_closes_at = MomentField(
        lazy("A second vote ends"),
        [Optional()],
        description=lazy(
            "Only when people vote again on everything that was said. It begins when the first "
            "vote ends."
        ),
    )
    answer_by = DateField(
        lazy("People have an answer on"),
        [Optional()],
        description=lazy("The day on which you say what you do with what people said."),
    )
    moderation = RadioField(
        lazy("When are new statements read?"), choices=list(MODERATION_TITLES.items())
    )
    quota = IntegerField(
        lazy("How many statements may one person add?"),
        [
            InputRequired(lazy("Fill in a number.")),
            NumberRange(QUOTAS[0], QUOTAS[-1], message=lazy("Fill in a number from 0 to 10.")),
        ],
    )
    key_days = IntegerField(
        lazy("The key is destroyed so many days after closing"),
        [
            InputRequired(lazy("Fill in a number.")),
            NumberRange(KEY_DAYS[0], KEY_DAYS[-1], message=lazy("Fill in a number from 7 to 90.")),
        ],
        description=lazy(
            "Until then people can look at their own answers. After it nobody can tell who a "
            "participant was."
        ),
    )
    keep_months = IntegerField(
        lazy("Votes are removed so many months after closing"),
        [
            InputRequired(lazy("Fill in a number.")),
            NumberRange(
                KEEP_MONTHS[0], KEEP_MONTHS[-1], message=lazy("Fill in a number from 1 to 60.")
            ),
        ],
        description=lazy("Until then the result can be counted again. The result itself stays."),
    )
    policy = TextAreaField(
        lazy("What moderators go by"),
        [Optional(), Length(max=LONGEST_TEXT)],
        filters=[tidy],
        description=lazy("In your own words, for everybody to read. The reasons are fixed."),
    )

    def set_up(self, slug: str) -> RoundSetUp:
        """Return what was filled in, for the operation."""
        assert self.opens_at.at is not None
        assert self.closes_at.at is not None
        assert self.quota.data is not None
        assert self.key_days.data is not None
        assert self.keep_months.data is not None
        own = self.language.data
        return RoundSetUp(
            slug=slug,
            title=self.title.data or "",
            question=self.question.data or "",
            languages=(own, *(one for one in self.also_in.data or () if one != own)),
            joining=self.joining.data,
            opens_at=self.opens_at.at,
            closes_at=self.closes_at.at,
            second_closes_at=self.second_closes_at.at,
            answer_by=self.answer_by.data,
            moderation=self.moderation.data,
            quota=self.quota.data,
            policy=self.policy.data or "",
            key_days=self.key_days.data,
            keep_months=self.keep_months.data,
        )

    @property
    def taken_twice(self) -> list[str]:
        """List the times that come twice that night, as typed: the later one was taken."""
        fields = (self.opens_at, self.closes_at, self.second_closes_at)
        return [f"{f.data:%H:%M}" for f in fields if f.moment and f.moment.is_second]


class PrepareForm(SetUpForm):
    """The same, with the name that the round has in addresses."""

    slug = StringField(
        lazy("Name in the address"),
        [
            NEEDED,
            Length(max=LONGEST_SLUG),
            Regexp(
                rf"^{SLUG.pattern}$",
                message=lazy("Use small letters, digits and hyphens, such as cameras-2027."),
            ),
        ],
        filters=[tidy],
        description=lazy("Short, because it is in letters and on posters. It cannot change later."),
    )


def new_form() -> PrepareForm:
    """Return the form for a round that is not there yet, with the choices that fit most."""
    own = i18n.language()
    form = PrepareForm(
        data={
            "joining": "open",
            "moderation": "before",
            "quota": 3,
            "language": own,
            **{name: getattr(RoundSetUp, name) for name in TERMS},
        }
    )
    _offer_languages(form)
    return form


def form_of(found: Round) -> SetUpForm:
    """Return the form with a round as it is set up."""
    own, *others = found.languages
    data = {name: getattr(found, name) for name in ("joining", "moderation", "quota", "policy")}
    moments = ("opens_at", "closes_at", "second_closes_at", "answer_by", "revision")
    data |= {name: getattr(found, name) for name in (*moments, *TERMS)}
    text = own_text(found)
    data |= {"title": text.title, "question": text.question, "language": own, "also_in": others}
    form = SetUpForm(data=data)
    _offer_languages(form, found.languages)
    return form


def _offer_languages(form: SetUpForm, chosen: list[str] | None = None) -> None:
    offered = dict(i18n.languages())
    others = (one for one in chosen or () if one not in offered)
    named = [*offered.items(), *((one, i18n.own_name(one)) for one in others)]
    form.language.choices = named
    form.also_in.choices = named
