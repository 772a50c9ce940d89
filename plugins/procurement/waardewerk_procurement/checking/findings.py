"""What a check found: the rule, where it is, and what fills its message."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

from waardewerk.notation.local_text import LocalText
from waardewerk_procurement.award.awarding import Note
from waardewerk_procurement.award.figures import rounded
from waardewerk_procurement.checking.rules import Rule, Severity


@dataclass(frozen=True, slots=True)
class Speech:
    """How texts and figures are said in a language."""

    gettext: Callable[[str], str]
    number: Callable[[Fraction], str]

    def say(self, held: object) -> str:
        """Say what fills a message: a note, a figure, several of these, or what it is."""
        match held:
            case Note():
                return held.text(self.gettext)
            case Fraction():
                return self.number(held)
            case tuple():
                return ", ".join(map(self.say, held))
            case Share():
                return f"{self.say(held.of)} {self.number(held.percent)}"
            case _:
                return str(held)


@dataclass(frozen=True, slots=True)
class Share:
    """A part of a division: of what, and how many percent."""

    of: str | Note
    percent: Fraction


#: English, with the point that a program writes.
PLAIN = Speech(str, rounded)


@dataclass(frozen=True, slots=True)
class Found:
    """One place where something is not as a rule asks; empty places say nothing."""

    #: By key.
    criterion: str = ""
    lot: str = ""
    #: The field of the criterion, the lot or the dossier.
    field: str = ""
    #: What ``Speech`` can say.
    details: Mapping[str, object] = dataclasses.field(default_factory=dict)


#: What a check gives.
Findings = Iterator[Found]


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule, and one place where it is not met."""

    rule: Rule
    place: Found

    @property
    def severity(self) -> Severity:
        """Whether it stops the gate, warns, or is good to know."""
        return self.rule.severity

    @property
    def is_about_days(self) -> bool:
        """Tell whether it is about when a dossier goes out or closes."""
        return self.place.field in {"publish_on", "closes_on", "closes_at"}

    def message(self, *languages: str, speech: Speech = PLAIN) -> str:
        """Say what is not right."""
        return self._filled(self.rule.message, languages, speech)

    def advice(self, *languages: str, speech: Speech = PLAIN) -> str:
        """Say what to do about it."""
        return self._filled(self.rule.advice, languages, speech)

    def _filled(self, text: LocalText, languages: tuple[str, ...], speech: Speech) -> str:
        details = {name: speech.say(held) for name, held in self.place.details.items()}
        return text.for_language(*languages) % details


def stopping(findings: Iterable[Finding]) -> list[Finding]:
    """Keep what stops the gate."""
    return [one for one in findings if one.severity == "stops"]
