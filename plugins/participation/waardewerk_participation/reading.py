"""A published count in words, tables and drawings: the page and the report say the same."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from waardewerk.documents.charts import Drawing
from waardewerk.i18n import format_number, ngettext
from waardewerk.i18n import gettext as _
from waardewerk.values.ordering import Ordering
from waardewerk_participation import drawings
from waardewerk_participation.drawings import BarRow
from waardewerk_participation.figure_tables import FigureTable, table_of
from waardewerk_participation.models import BackgroundQuestion
from waardewerk_participation.models.rounds import VOTING
from waardewerk_participation.queries.results import Published
from waardewerk_participation.result_words import (
    CHANNEL_TITLES,
    ORIGIN_TITLES,
    OTHER_TITLES,
    PATTERN_TITLES,
    STATE_TITLES,
    say_group,
    say_number,
    say_outcome,
    say_share,
)
from waardewerk_participation.showing import (
    Background,
    Comparison,
    Figures,
    OpinionMap,
    Part,
    Shown,
    StatementFigures,
)
from waardewerk_participation.texts import label_in, statement_in

#: How the text of a statement is written: plainly, or marked with its language for a page.
Write = Callable[[int], str]


@dataclass(frozen=True)
class Item:
    """One statement with what people made of it."""

    #: Names it on the page: a statement can stand under two headings.
    key: str
    number: int
    text: str
    language: str
    sentence: str
    drawing: Drawing
    table: FigureTable


@dataclass(frozen=True)
class Section:
    """Statements of one kind."""

    key: str
    title: str
    explanation: str
    items: Sequence[Item]
    #: What is said when there are none.
    none: str


@dataclass(frozen=True)
class Reading:
    """All that is said of a published count, in one language."""

    published: Published
    language: str
    ordering: Ordering
    #: What a reason for not showing a statement is called.
    reasons: Mapping[str, str]

    @property
    def shown(self) -> Shown:
        """The figures."""
        return self.published.shown

    @cached_property
    def texts(self) -> dict[int, tuple[str, str]]:
        """Per number the text of a statement and its language, of those that are seen now."""
        return {
            number: statement_in(statement, self.language)
            for number, statement in self.published.statements.items()
        }

    def plain(self, number: int) -> str:
        """Write a statement with its number."""
        return f"{number}. {self.texts[number][0]}"

    @cached_property
    def figures(self) -> list[StatementFigures]:
        """The figures of the statements that are seen now, by number."""
        return [one for one in self.shown.statements if one.number in self.texts]

    @property
    def says_nothing(self) -> bool:
        """Tell whether too few people took part to show anything of what they think."""
        return all(one.everyone.is_hidden for one in self.figures)

    # Sentences -----------------------------------------------------------------------------

    def turnout(self) -> str:
        """Say how many took part."""
        shown = self.shown
        if shown.people is None:
            return _("Fewer than %(least)s people took part.", least=shown.k)
        if shown.is_final:
            return _(
                "%(people)s people took part and reacted %(votes)s times to %(statements)s "
                "statements.",
                people=format_number(shown.people),
                votes=format_number(shown.votes or 0),
                statements=len(self.figures),
            )
        return _(
            "About %(people)s people took part and reacted about %(votes)s times to "
            "%(statements)s statements.",
            people=format_number(shown.people),
            votes=format_number(shown.votes or 0),
            statements=len(self.figures),
        )

    def so_far(self) -> str:
        """Say why figures are rounded, for a count that is not the last one."""
        if self.published.found.phase in VOTING:
            return _("People can still vote: these figures are rounded and can change.")
        return _("These figures are rounded: they were counted before the vote ended.")

    def outcome(self) -> str:
        """Say whether there are groups."""
        return say_outcome(self.shown.outcome, len(self.shown.groups))

    def sections(self) -> list[Section]:
        """Return the statements that come first: what people share, what divides, who objects."""
        if self.says_nothing:
            return []
        sentences, has_groups = self.shown.borne_out, bool(self.shown.groups)
        sections = [
            Section(
                "agreed",
                _("What all groups agree with") if has_groups else _("What most people agree with"),
                _("Every group counts the same here, however large it is.")
                if has_groups
                else _("More than half of all who reacted clearly agree."),
                self._items("agreed", sentences.agreed_with),
                self._none(
                    _("Nothing is clearly agreed with by all groups.")
                    if has_groups
                    else _("Nothing is clearly agreed with by most people.")
                ),
            ),
            Section(
                "rejected",
                _("What all groups disagree with")
                if has_groups
                else _("What most people disagree with"),
                _("This is shared too: every group is against it.")
                if has_groups
                else _("More than half of all who reacted clearly disagree."),
                self._items("rejected", sentences.rejected),
                self._none(_("Nothing is clearly rejected together.")),
            ),
            Section(
                "dividing",
                _("Where groups differ") if has_groups else _("What divides people"),
                _("One group mostly agrees with this and another mostly does not.")
                if has_groups
                else _("About as many people agree with this as disagree."),
                self._items("dividing", sentences.dividing),
                self._none(
                    _("On no statement do groups clearly stand against each other.")
                    if has_groups
                    else _("No statement divides people in two.")
                ),
            ),
        ]
        if has_groups:
            sections.append(self._objections())
        return sections

    def _objections(self) -> Section:
        items = [
            self._item(
                "objection",
                one.number,
                _(
                    "%(group)s: %(against)s disagrees, while of everybody %(agree)s agrees.",
                    group=say_group(one.group),
                    against=say_share(one.against),
                    agree=say_share(one.agreement_of_all),
                ),
                suffix=one.group.lower(),
            )
            for one in self.shown.borne_out.objections
            if one.number in self.texts
        ]
        return Section(
            "objections",
            _("What a smaller group opposes"),
            _("Most people agree with this. Look at who cannot live with it before you decide."),
            items,
            self._none(_("No smaller group clearly opposes what most people agree with.")),
        )

    def _none(self, sentence: str) -> str:
        """Say that there is nothing of a kind, if every figure that tells so can be seen."""
        if any(one.is_hidden for found in self.figures for one in found.groups.values()):
            return _("We cannot show this: the groups are too small.")
        if any(found.everyone.is_hidden for found in self.figures):
            return _("We cannot show this: too few people reacted to some statements.")
        return sentence

    def _items(self, key: str, numbers: Iterable[int]) -> list[Item]:
        return [self._item(key, number) for number in numbers if number in self.texts]

    def _item(self, key: str, number: int, sentence: str = "", suffix: str = "") -> Item:
        found = self.shown.of(number)
        assert found is not None  # sentences name statements that have figures
        text, language = self.texts[number]
        said = sentence or (_disagreement(found) if key == "rejected" else _agreement(found))
        rows = self._rows(found)
        name = f"{key}-{number}{suffix}"
        return Item(
            name,
            number,
            text,
            language,
            said,
            drawings.bars(
                name,
                _("Statement %(number)s: who agrees and who disagrees", number=number),
                said,
                [BarRow(label, figures) for label, figures in rows],
            ),
            self._figures_table(number, rows),
        )

    def _rows(self, found: StatementFigures) -> list[tuple[str, Figures]]:
        return [
            (_("Everybody"), found.everyone),
            *((say_group(letter), figures) for letter, figures in found.groups.items()),
        ]

    def _figures_table(self, number: int, rows: Sequence[tuple[str, Figures]]) -> FigureTable:
        return table_of(
            _("Who reacted how to statement %(number)s", number=number),
            [_("Who"), _("Reactions"), _("Agrees"), _("Disagrees"), _("Does not know")],
            [
                [
                    label,
                    say_number(figures.reactions, self.shown),
                    say_share(figures.agree),
                    say_share(figures.disagree),
                    say_share(figures.passed),
                ]
                for label, figures in rows
            ],
        )

    # Tables --------------------------------------------------------------------------------

    def groups(self) -> FigureTable | None:
        """Lay out the groups with how many people are in them."""
        if not self.shown.groups:
            return None
        return table_of(
            _("Opinion groups"),
            [_("Group"), _("People")],
            [[say_group(g.letter), say_number(g.people, self.shown)] for g in self.shown.groups],
        )

    def characteristics(self) -> list[tuple[str, list[str]]]:
        """Say per group with what it stands apart."""
        told = []
        for group in self.shown.groups:
            lines = [
                _("%(share)s agrees: %(statement)s", share=say_share(one.share), statement=text)
                if one.side == "agree"
                else _(
                    "%(share)s disagrees: %(statement)s",
                    share=say_share(one.share),
                    statement=text,
                )
                for one in group.characteristics
                if one.number in self.texts and (text := self.plain(one.number))
            ]
            told.append((say_group(group.letter), lines))
        return told

    def all_statements(self, write: Write | None = None) -> FigureTable:
        """Lay out every statement with what everybody and each group made of it."""
        letters = self.shown.letters
        titles = [_("Statement"), _("Reactions"), _("Agrees"), _("Disagrees")]
        titles += [_("%(group)s agrees", group=say_group(letter)) for letter in letters]
        return table_of(
            _("All statements"),
            titles,
            [
                [
                    (write or self.plain)(one.number),
                    say_number(one.everyone.reactions, self.shown),
                    say_share(one.everyone.agree),
                    say_share(one.everyone.disagree),
                    *(say_share(one.groups.get(letter, Figures()).agree) for letter in letters),
                ]
                for one in self.figures
            ],
        )

    def values(self) -> FigureTable | None:
        """Lay out agreement per value; what has an accent comes first, and nothing else changes."""
        found = sorted(
            self.shown.values, key=lambda one: (-self.ordering.weight([one.key]), one.key)
        )
        if not found:
            return None
        letters = self.shown.letters
        return table_of(
            _("Agreement per value"),
            [
                _("Value"),
                _("Statements"),
                _("Everybody"),
                *(say_group(letter) for letter in letters),
            ],
            [
                [
                    self.ordering.names.get(one.key, one.key),
                    str(len(one.statements)),
                    say_share(one.everyone),
                    *(say_share(one.groups[letter]) for letter in letters),
                ]
                for one in found
            ],
            people_from=2,
        )

    def channels(self) -> FigureTable | None:
        """Lay out how people came in."""
        if not self.shown.channels:
            return None
        titles = {key: str(title) for key, title in CHANNEL_TITLES.items()}
        return self._parts(_("How people took part"), _("Took part"), self.shown.channels, titles)

    def contrasts(self) -> list[str]:
        """Say on which statements those of one channel differ from all together."""
        return [
            _(
                "Of those who took part %(channel)s %(here)s agrees, of everybody %(all)s: "
                "%(statement)s",
                channel=CHANNEL_TITLES[one.channel],
                here=say_share(one.here),
                all=say_share(one.everyone),
                statement=self.plain(one.number),
            )
            for one in self.shown.contrasts
            if one.number in self.texts
        ]

    def background(self) -> list[FigureTable]:
        """Lay out what people said about themselves."""
        questions = {question.id: question for question in self.published.questions}
        return [
            self._background(questions[one.question_id], one)
            for one in self.shown.background
            if one.question_id in questions
        ]

    def _background(self, question: BackgroundQuestion, found: Background) -> FigureTable:
        titles = {
            str(one["key"]): label_in(one["label"], self.language) for one in question.options
        }
        titles[""] = _("No answer")
        return self._parts(
            label_in(question.label, self.language), _("Answer"), found.parts, titles
        )

    def _parts(
        self, caption: str, first: str, parts: Sequence[Part], titles: Mapping[str, str]
    ) -> FigureTable:
        letters = self.shown.letters
        return table_of(
            caption,
            [first, _("People"), *(say_group(letter) for letter in letters)],
            [
                [
                    titles.get(part.key, part.key),
                    say_number(part.people, self.shown),
                    *(say_share(part.groups[letter]) for letter in letters),
                ]
                for part in parts
            ],
        )

    def moderation(self) -> list[FigureTable]:
        """Lay out what became of the statements that were brought in."""
        told = self.shown.moderation
        tables = [
            (_("What became of statements"), _("Status"), told.by_state, STATE_TITLES),
            (_("Where statements came from"), _("Statements"), told.by_origin, ORIGIN_TITLES),
            (_("Why statements are not shown"), _("Reason"), told.by_reason, self.reasons),
        ]
        return [
            table_of(
                caption,
                [first, _("How many")],
                [[str(titles.get(key, key)), str(count)] for key, count in counts.items()],
            )
            for caption, first, counts, titles in tables
            if counts
        ]

    def decisions(self) -> list[str]:
        """Say which votes do not count, and why."""
        return [
            _(
                "%(pattern)s: %(reason)s",
                pattern=PATTERN_TITLES[one.pattern],
                reason=one.reason,
            )
            for one in self.published.decisions
        ]

    def comparisons(self) -> FigureTable | None:
        """Lay other counts of the same round beside this one."""
        shown = self.shown
        if not shown.comparisons or self.says_nothing:
            return None
        own = [_("This count"), "–", self.outcome(), self._numbers(shown.sentences.agreed_with)]
        return table_of(
            _("The same round counted otherwise"),
            [_("Count"), _("People more or fewer"), _("Groups"), _("Most agreed with")],
            [own, *(self._comparison(one) for one in shown.comparisons)],
        )

    def _comparison(self, one: Comparison) -> list[str]:
        title = str(OTHER_TITLES[one.which])
        if one.difference is None:
            return [title, _("too few to compare"), "–", "–"]
        return [
            title,
            f"{one.difference:+d}" if one.difference else "0",
            say_outcome(one.outcome, one.groups),
            self._numbers(one.agreed_with),
        ]

    def _numbers(self, numbers: Sequence[int]) -> str:
        return ", ".join(str(number) for number in numbers if number in self.texts) or "–"

    # Map and provenance --------------------------------------------------------------------

    def map(self) -> tuple[Drawing, FigureTable] | None:
        """Draw where people stand, with the same in a table."""
        found = self.shown.map
        if found is None:
            return None
        table = table_of(
            _("Where people stand on the map"),
            [_("Place on the map"), _("People")],
            [
                [place, say_number(people, self.shown)]
                for place, people in _people_per_place(found, self.shown.letters).items()
            ],
        )
        return drawings.opinion_map(found, self.shown.letters, self._map_sentence()), table

    def no_map(self) -> str:
        """Say why there is no map; nothing when there is one, or nothing to make one of."""
        shown = self.shown
        if shown.map is not None or shown.outcome == "too_few_people" or self.says_nothing:
            return ""
        return _("There is no map: too few people stand close enough to others to be drawn.")

    def _map_sentence(self) -> str:
        found = self.shown.map
        assert found is not None  # asked for when there is one
        here = sum(spot.people for spot in found.spots)
        said = ngettext(
            "%(count)s circle stands for %(people)s people.",
            "%(count)s circles stand for %(people)s people.",
            len(found.spots),
            people=format_number(here),
        )
        if found.elsewhere:
            said += " " + _(
                "%(people)s people stand where too few others do, and are not drawn.",
                people=format_number(found.elsewhere),
            )
        return f"{said} {self._without_place(here + found.elsewhere)}".strip()

    def _without_place(self, people: int) -> str:
        """Say how many have no place, when they are enough to say so and numbers are exact."""
        shown = self.shown
        without = (shown.people or 0) - people
        if not shown.is_final or without <= 0:
            return ""
        if without < shown.k:
            return _("Who reacted to too few statements has no place, and is not drawn.")
        return _(
            "%(people)s people reacted to too few statements to have a place, and are not drawn.",
            people=format_number(without),
        )

    def provenance(self) -> list[Mapping[str, str]]:
        """Say how it was counted, as names with values."""
        told = self.shown.provenance
        facts = [
            (_("Engine"), f"{told.engine}, {_('version')} {told.engine_version}"),
            (_("Calculated with"), told.made_with),
            (_("Seed"), str(told.seed)),
            (_("How sure the groups are"), _figure(told.stability)),
        ]
        if told.silhouettes:
            clearest = max(told.silhouettes.values())
            facts.append((_("How clearly the clearest division stands apart"), _figure(clearest)))
        if told.noise_clearest is not None:
            facts.append((_("How clearly chance alone would"), _figure(told.noise_clearest)))
        if told.input_hash:
            facts.append((_("Hash of the votes"), told.input_hash))
            facts.append((_("Fingerprint of the result"), told.fingerprint))
        if self.published.trail:
            facts.append((_("Code of the record of changes, at publishing"), self.published.trail))
        return [{"key": name, "value": value} for name, value in facts]


def _agreement(found: StatementFigures) -> str:
    parts = [_("Of everybody %(share)s agrees.", share=say_share(found.everyone.agree))]
    parts += [
        _("%(group)s: %(share)s agrees.", group=say_group(letter), share=say_share(one.agree))
        for letter, one in found.groups.items()
    ]
    return " ".join(parts)


def _disagreement(found: StatementFigures) -> str:
    parts = [_("Of everybody %(share)s disagrees.", share=say_share(found.everyone.disagree))]
    parts += [
        _("%(group)s: %(share)s disagrees.", group=say_group(letter), share=say_share(one.disagree))
        for letter, one in found.groups.items()
    ]
    return " ".join(parts)


def _figure(number: float | None) -> str:
    return "–" if number is None else format_number(round(number, 2))


def _people_per_place(found: OpinionMap, letters: Sequence[str]) -> dict[str, int]:
    """Count people per place that has a name; several circles can share one."""
    people: dict[str, int] = {}
    for spot in found.spots:
        across, up = _across(spot.x), _up(spot.y)
        place = (
            _("%(group)s, %(across)s and %(up)s", group=say_group(spot.group), across=across, up=up)
            if spot.group in letters
            else _("%(across)s and %(up)s", across=across, up=up)
        )
        people[place] = people.get(place, 0) + spot.people
    return people


def _across(x: float) -> str:
    if abs(x) < 1 / 3:
        return _("in the middle")
    return _("on the left") if x < 0 else _("on the right")


def _up(y: float) -> str:
    if abs(y) < 1 / 3:
        return _("halfway up")
    return _("low down") if y < 0 else _("high up")
