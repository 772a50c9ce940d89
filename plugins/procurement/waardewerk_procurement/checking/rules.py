"""What is checked, as data: read from strict YAML, and in force on some days only."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from typing import Annotated, Literal

from pydantic import AfterValidator, ValidationInfo, field_validator, model_validator

from waardewerk.notation.fields import Day, Flag, Key, Language, NoRepeats, Part, Whole, holding
from waardewerk.notation.local_text import LocalText
from waardewerk.notation.parts import Place, misfits, read_part
from waardewerk.notation.problems import _, quoted
from waardewerk.notation.yaml_text import Node, TextNode, node_at
from waardewerk_procurement.criteria import Technology, Type

DossierKind = Literal["european", "national", "request", "subsidy"]
#: Whether there is AI in it.
Answer = Literal["no", "later", "unknown", "yes"]
Severity = Literal["stops", "warns", "hint"]
#: What is printed of a criterion.
Read = Literal["title", "text", "question", "evidence", "anchors"]
EVERY_KIND: tuple[DossierKind, ...] = ("european", "national", "request", "subsidy")


@dataclass
class Reading:
    """Every rule speaks all languages of the file."""

    languages: tuple[str, ...] = ()

    @property
    def required(self) -> tuple[str, ...]:
        """The languages in which every text must be there."""
        return self.languages


def _said(text: str) -> str:
    return text.strip()


Words = Annotated[tuple[Annotated[str, AfterValidator(_said)], ...], holding(0, 100), NoRepeats]


class ForSchemes(Part):
    """What a rule says otherwise of a subsidy scheme; what is left out is said alike."""

    message: LocalText | None = None
    advice: LocalText | None = None
    sources: Annotated[tuple[str, ...], holding(0, 10), NoRepeats] = ()


class Rule(Part):
    """One thing that is checked: what is said about it, its source, and with what it is checked."""

    key: Key
    #: The name of a check in ``gate.CHECKS``.
    check: Key
    kinds: Annotated[tuple[DossierKind, ...], holding(1, 4), NoRepeats] = EVERY_KIND
    severity: Severity
    message: LocalText
    advice: LocalText
    sources: Annotated[tuple[str, ...], holding(1, 10), NoRepeats]
    valid_from: Day
    #: Nothing: until somebody changes the rule.
    valid_until: Day | None = None
    #: Schemes rest on another law, and have applicants instead of bidders.
    for_schemes: ForSchemes | None = None
    #: Its figures or dates were not read in the law itself.
    to_confirm: Flag = False
    #: Said only when nothing else stops: it computes with whole lots, and would repeat what others
    #: say better. It is never about a criterion.
    unless_stopped: Flag = False
    # What checks are told; each uses a few of these.
    field: str = ""
    of: Literal["", "chosen", "core", "explained"] = ""
    basis: str = ""
    number: Whole = 0
    words: Words = ()
    #: In which texts of a criterion the words are looked for.
    reads: Annotated[tuple[Read, ...], holding(1, 5), NoRepeats] = ("text", "question")
    #: Words that make it right when they stand beside.
    beside: Words = ()
    #: Empty: every type of criterion.
    types: Annotated[tuple[Type, ...], holding(0, 10), NoRepeats] = ()
    technologies: Annotated[tuple[Technology, ...], holding(0, 10), NoRepeats] = ()
    answers: Annotated[
        tuple[Literal["no", "later", "unknown", "yes"], ...], holding(0, 4), NoRepeats
    ] = ()

    def told_for(self, kind: str) -> Rule:
        """Give the rule in the words, and with the law, of a kind of dossier."""
        if self.for_schemes is None or kind != "subsidy":
            return self
        said = {name: getattr(self.for_schemes, name) for name in ("message", "advice", "sources")}
        return self.model_copy(update={name: told for name, told in said.items() if told})

    def holds_on(self, day: date) -> bool:
        """Tell whether it is in force on a day."""
        return self.valid_from <= day and (self.valid_until is None or day <= self.valid_until)

    def is_about(self, type_: str) -> bool:
        """Tell whether it looks at criteria of this type."""
        return not self.types or type_ in self.types


class Rules(Part):
    """All that is checked."""

    format: Literal["waardewerk/checks@1"]
    languages: Annotated[tuple[Language, ...], holding(1, 10), NoRepeats]
    rules: Annotated[tuple[Rule, ...], holding(1, 200)]

    @field_validator("languages")
    @classmethod
    def _remember(
        cls, languages: tuple[str, ...], info: ValidationInfo[Reading | None]
    ) -> tuple[str, ...]:
        if info.context:
            info.context.languages = languages
        return languages

    @model_validator(mode="after")
    def _has_each_key_once(self) -> Rules:
        keys = [rule.key for rule in self.rules]
        twice = [place for place, key in enumerate(keys) if key in keys[:place]]
        if twice:
            message = _("The key “%(text)s” is used twice.")
            raise misfits(*((("rules", n, "key"), message, {"text": keys[n]}) for n in twice))
        return self


def load_rules(text: str | bytes) -> tuple[Rule, ...]:
    """Read rules from YAML; raise ``DefinitionError`` with all that is wrong with them."""
    otherwise = _("The file must hold the fields of a list of checks, such as “rules”.")
    return read_part(text, Rules, Reading(), _rule_at, otherwise).rules


@cache
def shipped_rules() -> tuple[Rule, ...]:
    """Return the rules that come with the product."""
    return load_rules((files("waardewerk_procurement.checking") / "rules.yaml").read_bytes())


def run_out(rules: Iterable[Rule], today: date) -> list[Rule]:
    """List the rules that hold no longer: somebody has to look for what came after them."""
    return [rule for rule in rules if rule.valid_until is not None and rule.valid_until < today]


def _rule_at(path: Place, root: Node) -> str | None:
    match path:
        case ("rules", int(place), *_rest):
            match node_at(root, ("rules", place, "key")):
                case TextNode(text=key):
                    return quoted(key)
    return None
