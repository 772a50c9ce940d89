"""Lists of criteria as documents: read from strict YAML, checked, written back, and searched.

A criterion says what one or more values ask of an offer, a supplier or a subsidised activity, in
words that can stand in a tender or a subsidy scheme. A ``CriteriaList`` never changes, so one
instance may serve all threads of a process. It stands on its own: whatever keeps a promise of one
of its criteria is in the same list. Only a list of one criterion is a part of a library.

Keys of values and norms are those of a value framework; the list does not hold them to one,
because each province has its own.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, cached_property
from importlib.resources import files
from types import MappingProxyType
from typing import Annotated, Final, Literal

from pydantic import AfterValidator, Field, ValidationInfo, field_validator, model_validator

from waardewerk.notation.fields import KEY_FORM, Key, Language, NoRepeats, Part, Urn, Whole, holding
from waardewerk.notation.local_text import FrozenMapping, LocalText, schema_error
from waardewerk.notation.parts import Misfit, Place, misfits, read_part, write_part
from waardewerk.notation.problems import DefinitionError, Problem, _, quoted
from waardewerk.notation.yaml_text import Node, TextNode, node_at
from waardewerk.values.framework import key_in

__all__ = [
    "EXCLUSION_GROUNDS",
    "KINDS",
    "TECHNOLOGIES",
    "Compliance",
    "CriteriaList",
    "Criterion",
    "DefinitionError",
    "Kind",
    "KnockOut",
    "LocalText",
    "Problem",
    "Scale",
    "Steps",
    "WeightRange",
    "find_criteria",
    "load_criteria",
    "related",
    "shipped_criteria",
    "shipped_lists",
    "unkept",
    "write_criteria",
]

FORMAT: Final = "waardewerk/criteria@1"
MOST_CRITERIA = 500
LONGEST_SOURCE = 200

Type = Literal[
    "exclusion_ground",
    "suitability_requirement",
    "minimum_requirement",
    "wish",
    "award_criterion",
    "contract_condition",
    "kpi",
    "refusal_ground",
    "subsidy_duty",
    "assessment_criterion",
]
ScaleForm = Literal["steps", "knock_out", "compliance"]


@dataclass(frozen=True, slots=True)
class Kind:
    """What the law and the process make of a type of criterion."""

    #: Translated where it is shown.
    title: str
    used_in: Literal["tender", "subsidy"]
    scale: ScaleForm
    #: It counts in a comparison of offers or applications, so it carries a weight.
    weighed: bool = False
    #: It puts a question that the answer is scored on.
    asks: bool = False
    #: The types that can keep a promise of this one alive after the award.
    kept_by: frozenset[Type] = frozenset()


_CONTRACT: frozenset[Type] = frozenset({"contract_condition", "kpi"})
_DUTY: frozenset[Type] = frozenset({"subsidy_duty"})

#: The closed list of types, in the order in which a procedure meets them.
KINDS: Mapping[Type, Kind] = {
    "exclusion_ground": Kind(_("Exclusion ground"), "tender", "knock_out"),
    "suitability_requirement": Kind(
        _("Suitability requirement"), "tender", "knock_out", kept_by=_CONTRACT
    ),
    "minimum_requirement": Kind(_("Minimum requirement"), "tender", "knock_out", kept_by=_CONTRACT),
    "wish": Kind(_("Wish"), "tender", "steps", weighed=True, kept_by=_CONTRACT),
    "award_criterion": Kind(
        _("Award criterion"), "tender", "steps", weighed=True, asks=True, kept_by=_CONTRACT
    ),
    "contract_condition": Kind(
        _("Contract condition"), "tender", "compliance", kept_by=frozenset({"kpi"})
    ),
    "kpi": Kind(_("Performance indicator (KPI)"), "tender", "steps"),
    "refusal_ground": Kind(_("Ground for refusal"), "subsidy", "knock_out", kept_by=_DUTY),
    "assessment_criterion": Kind(
        _("Assessment criterion"), "subsidy", "steps", weighed=True, asks=True, kept_by=_DUTY
    ),
    "subsidy_duty": Kind(_("Subsidy duty"), "subsidy", "compliance"),
}

Technology = Literal[
    "ai",
    "generative_ai",
    "algorithm",
    "sensor",
    "camera",
    "software",
    "custom",
    "dataset",
    "platform",
    "infrastructure",
]

#: The closed list of kinds of technology; titles are translated where they are shown.
TECHNOLOGIES: Mapping[Technology, str] = {
    "ai": _("AI that learns from data"),
    "generative_ai": _("Generative AI"),
    "algorithm": _("Algorithm with fixed rules"),
    "sensor": _("Sensors and connected devices"),
    "camera": _("Cameras and drones"),
    "software": _("Software as a service"),
    "custom": _("Custom software"),
    "dataset": _("Data sets and open data"),
    "platform": _("Platform or app for residents"),
    "infrastructure": _("Computing power and storage"),
}

Ground = Literal[
    "2.86-1",
    "2.86-4",
    "2.87-1-a",
    "2.87-1-b",
    "2.87-1-c",
    "2.87-1-d",
    "2.87-1-e",
    "2.87-1-f",
    "2.87-1-g",
    "2.87-1-h",
    "2.87-1-i",
    "2.87-1-j",
]

#: The closed list of articles 2.86 and 2.87 of the Aanbestedingswet 2012, by article, paragraph and
#: letter. Nobody can add to it: an exclusion ground that the law does not have is not lawful.
EXCLUSION_GROUNDS: Mapping[Ground, str] = {
    "2.86-1": _("Final conviction for an offence that the law names"),
    "2.86-4": _("Taxes or social contributions not paid, by a final decision"),
    "2.87-1-a": _("Breach of environmental, social or labour law"),
    "2.87-1-b": _("Bankruptcy, liquidation or a comparable state"),
    "2.87-1-c": _("Serious professional misconduct that calls integrity into question"),
    "2.87-1-d": _("Agreements with others that distort competition"),
    "2.87-1-e": _("Conflict of interest that cannot be solved otherwise"),
    "2.87-1-f": _("Distortion of competition by earlier involvement in the preparation"),
    "2.87-1-g": _("Significant or persistent shortcomings in an earlier public contract"),
    "2.87-1-h": _("False statements or information held back"),
    "2.87-1-i": _("Improper influence on the decision"),
    "2.87-1-j": _("Taxes or social contributions not paid, shown otherwise"),
}


@dataclass
class Reading:
    """What the schema has met so far; only the first language has to be there everywhere."""

    languages: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """The language in which the list was written first."""
        return self.languages[:1]


Info = ValidationInfo[Reading | None]


def _short(text: str) -> str:
    if not 0 < len(text.strip()) <= LONGEST_SOURCE:
        raise schema_error(
            _("“%(field)s” must hold 1 to %(longest)s characters."), longest=LONGEST_SOURCE
        )
    return text.strip()


Source = Annotated[str, AfterValidator(_short)]
Percent = Annotated[Whole, Field(ge=1, le=100)]


class Steps(Part):
    """An anchor for each step, so that two assessors mean the same by one score.

    The score is the highest step that is wholly reached.
    """

    zero: LocalText = Field(alias="0")
    two: LocalText = Field(alias="2")
    four: LocalText = Field(alias="4")
    six: LocalText = Field(alias="6")
    eight: LocalText = Field(alias="8")
    ten: LocalText = Field(alias="10")

    @property
    def anchors(self) -> tuple[tuple[int, LocalText], ...]:
        """The points of each step with their anchor, from low to high."""
        texts = (self.zero, self.two, self.four, self.six, self.eight, self.ten)
        return tuple(zip((0, 2, 4, 6, 8, 10), texts, strict=True))


class KnockOut(Part):
    """When it is met, and when the offer, the supplier or the application falls out."""

    met: LocalText
    failed: LocalText


class Compliance(Part):
    """What counts as kept, as partly kept and as broken; less than partly kept is broken."""

    full: LocalText
    partial: LocalText
    none: LocalText


class Scale(Part):
    """How it is judged: in exactly one of three forms, which its type decides."""

    steps: Steps | None = None
    knock_out: KnockOut | None = None
    compliance: Compliance | None = None

    @property
    def forms(self) -> tuple[str, ...]:
        """The forms that were filled in."""
        return tuple(name for name in type(self).model_fields if getattr(self, name) is not None)


class WeightRange(Part):
    """Between which percentages a weight is sensible; never the weight itself."""

    least: Percent
    most: Percent


class Proportionality(Part):
    """What asking this does to a supplier or applicant, and when not to ask it."""

    #: What it costs a small firm, association or farmer to answer and to comply.
    cost: LocalText
    avoid: LocalText


class Legal(Part):
    """Where it rests on, and what a lawyer must look at before it is used."""

    sources: Annotated[tuple[Source, ...], holding(1, 10), NoRepeats]
    check: LocalText


class Criterion(Part):
    """One thing that values ask, in words that can stand in a tender or a subsidy scheme."""

    #: Stays the same wherever it travels; its last part is the key.
    id: Urn
    type: Type
    #: Criteria that ask the same thing at another moment share a family.
    family: Key | None = None
    values: Annotated[tuple[Key, ...], holding(1, 5), NoRepeats]
    norms: Annotated[tuple[Key, ...], holding(0, 5), NoRepeats] = ()
    #: Empty: it suits every kind of technology.
    technologies: Annotated[tuple[Technology, ...], holding(0, len(TECHNOLOGIES)), NoRepeats] = ()
    #: 1 basic, 2 significant, 3 ambitious.
    ambition: Annotated[Whole, Field(ge=1, le=3)]
    title: LocalText
    summary: LocalText
    text: LocalText
    #: What the answer is scored on.
    question: LocalText | None = None
    #: The item of the closed list on which an exclusion ground rests.
    ground: Ground | None = None
    #: Whether a subsidy duty rests on Awb 4:38 or 4:39, put as a question to the officer.
    duty_question: LocalText | None = None
    #: What the officer has to add to the documents before this can be asked.
    prepare: LocalText | None = None
    evidence: Annotated[tuple[LocalText, ...], holding(1, 6)]
    scale: Scale
    weight: WeightRange | None = None
    proportionality: Proportionality
    #: The criteria that keep the promise alive after the award, by key.
    kept_by: Annotated[tuple[Key, ...], holding(0, 5), NoRepeats] = ()
    #: What purchasing conditions or the law often say already.
    in_terms: LocalText | None = None
    legal: Legal

    @property
    def key(self) -> str:
        """The short name by which dossiers and other criteria point at it."""
        return key_in(self.id)

    @field_validator("id")
    @classmethod
    def _ends_in_a_key(cls, urn: str) -> str:
        if not KEY_FORM.fullmatch(key_in(urn)):
            raise schema_error(
                _("“%(text)s” must end in a key of small letters, such as uitleg-begrepen."),
                text=quoted(urn),
            )
        return urn

    @property
    def kind(self) -> Kind:
        """What its type means for the procedure."""
        return KINDS[self.type]

    def suits(self, technology: str) -> bool:
        """Tell whether it can be used for a kind of technology."""
        return not self.technologies or technology in self.technologies

    def misfits(self) -> Iterator[tuple[str, str, Mapping[str, object]]]:
        """Give each field that does not fit its type, with the message about it."""
        kind = self.kind
        if self.scale.forms != (kind.scale,):
            yield "scale", _("This type needs exactly the scale “%(form)s”."), {"form": kind.scale}
        for name, needed in (
            ("weight", kind.weighed),
            ("question", kind.asks),
            ("ground", self.type == "exclusion_ground"),
            ("duty_question", self.type == "subsidy_duty"),
        ):
            given = getattr(self, name) is not None
            if needed and not given:
                yield name, _("A criterion of this type needs “%(field)s”."), {}
            if given and not needed:
                yield name, _("A criterion of this type has no “%(field)s”."), {}
        if self.weight and self.weight.least >= self.weight.most:
            yield "weight", _("“%(field)s” is a range: it must end higher than it begins."), {}


class CriteriaList(Part):
    """Criteria that can be read, carried over and searched together."""

    format: Literal["waardewerk/criteria@1"]
    id: Urn
    #: The first is the one in which every text is there.
    languages: Annotated[tuple[Language, ...], holding(1, 10), NoRepeats]
    title: LocalText
    intro: LocalText | None = None
    #: Whose they are, in that organisation's own words.
    owner: Source | None = None
    criteria: Annotated[tuple[Criterion, ...], holding(1, MOST_CRITERIA)]

    @cached_property
    def by_key(self) -> Mapping[str, Criterion]:
        """The criteria by their keys."""
        return FrozenMapping({one.key: one for one in self.criteria})

    @field_validator("languages")
    @classmethod
    def _remember(cls, languages: tuple[str, ...], info: Info) -> tuple[str, ...]:
        if info.context:
            info.context.languages = languages
        return languages

    @model_validator(mode="after")
    def _hangs_together(self) -> CriteriaList:
        if found := [*self._repeated(), *self._unfitting(), *self._unkept()]:
            raise misfits(*found)
        return self

    def _repeated(self) -> Iterator[Misfit]:
        seen: set[str] = set()
        for nth, one in enumerate(self.criteria):
            if one.key in seen:
                message = _("The key “%(text)s” is used twice.")
                yield ("criteria", nth, "id"), message, {"text": quoted(one.key)}
            seen.add(one.key)

    def _unfitting(self) -> Iterator[Misfit]:
        for nth, one in enumerate(self.criteria):
            for field, message, arguments in one.misfits():
                yield ("criteria", nth, field), message, {"field": field, **arguments}

    def _unkept(self) -> Iterator[Misfit]:
        if len(self.criteria) == 1:
            # It cannot keep its own promise: a library knows what does (see ``unkept``).
            return
        for nth, one in enumerate(self.criteria):
            for place, message, arguments in unkept(one, self.by_key):
                yield ("criteria", nth, "kept_by", place), message, arguments


def unkept(
    criterion: Criterion, known: Mapping[str, Criterion]
) -> Iterator[tuple[int, str, Mapping[str, object]]]:
    """Give each place where what should keep a promise is unknown or cannot do so, and why."""
    for place, key in enumerate(criterion.kept_by):
        keeper = known.get(key)
        if keeper is None:
            message = _("There is no criterion with the key “%(text)s” in this list.")
            yield place, message, {"text": quoted(key)}
        elif keeper.type not in criterion.kind.kept_by:
            message = _("“%(text)s” is of a type that cannot keep this one alive.")
            yield place, message, {"text": quoted(key)}


#: What is said of a file that holds no fields at all.
NO_FIELDS = _("The file must hold the fields of a list of criteria, such as “title”.")


def load_criteria(text: str | bytes) -> CriteriaList:
    """Read a list from YAML; raise ``DefinitionError`` with all that is wrong with it."""
    return read_part(text, CriteriaList, Reading(), _criterion_at, NO_FIELDS)


def write_criteria(criteria: CriteriaList) -> str:
    """Write a list as YAML in the one form that it has."""
    return write_part(criteria)


def _criterion_at(path: Place, root: Node) -> str | None:
    match path:
        case ("criteria", int(place), *_rest):
            match node_at(root, ("criteria", place, "id")):
                case TextNode(text=urn):
                    return quoted(key_in(urn))
    return None


#: In the order in which they are offered: that of the principles which their values serve.
_FILES = (
    "participation.yaml",
    "value-for-society.yaml",
    "human-rights.yaml",
    "procedural-justice.yaml",
    "quality-of-governing.yaml",
    "responsibility.yaml",
)


@cache
def shipped_lists() -> tuple[CriteriaList, ...]:
    """Return the lists that come with the product."""
    folder = files("waardewerk_procurement") / "library"
    return tuple(load_criteria((folder / name).read_bytes()) for name in _FILES)


@cache
def shipped_criteria() -> tuple[Criterion, ...]:
    """Return every criterion that comes with the product, in the order of the lists."""
    return tuple(one for found in shipped_lists() for one in found.criteria)


def find_criteria(
    among: Iterable[Criterion],
    *,
    value: str | None = None,
    kind: str | None = None,
    technology: str | None = None,
    ambition: int | None = None,
    words: str = "",
    names: Mapping[str, str] = MappingProxyType({}),
) -> tuple[Criterion, ...]:
    """Keep the criteria that fit everything that is asked, in the order in which they came.

    Each of the ``words`` must occur somewhere in the texts, or in what its values and technologies
    are called (``names``, by key), whatever its case and accents.
    """
    wanted = _folded(words).split()
    return tuple(
        one
        for one in among
        if (value is None or value in one.values)
        and (kind is None or kind == one.type)
        and (technology is None or one.suits(technology))
        and (ambition is None or ambition == one.ambition)
        and _holds_all(one, wanted, names)
    )


def related(criterion: Criterion, among: Iterable[Criterion]) -> tuple[Criterion, ...]:
    """Give the criteria of another type that serve the same value or norm, family first."""
    found = [
        one
        for one in among
        if one.type != criterion.type
        and (
            _same_family(one, criterion)
            or not set(criterion.values).isdisjoint(one.values)
            or not set(criterion.norms).isdisjoint(one.norms)
        )
    ]
    return tuple(sorted(found, key=lambda one: not _same_family(one, criterion)))


def _same_family(one: Criterion, other: Criterion) -> bool:
    return one.family is not None and one.family == other.family


def _holds_all(criterion: Criterion, wanted: list[str], names: Mapping[str, str]) -> bool:
    if not wanted:
        return True
    texts = (criterion.title, criterion.summary, criterion.text, criterion.question)
    written = [" ".join(text.values()) for text in texts if text is not None]
    called = [names.get(key, "") for key in (*criterion.values, *criterion.technologies)]
    said = _folded(" ".join((*written, *called)))
    return all(word in said for word in wanted)


def _folded(text: str) -> str:
    decomposed = unicodedata.normalize("NFKD", text.casefold())
    return "".join(letter for letter in decomposed if not unicodedata.combining(letter))
