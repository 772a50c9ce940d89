"""Ready-made background questions: coarse, so that nobody can be told apart by them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

#: A band holds many people: four for age, and a municipality or more for where somebody lives.
MOST_QUESTIONS = 3
OPTIONS = range(2, 61)
LONGEST_LABEL = 100

Label = dict[str, str]


def _label(nl: str, en: str, fy: str) -> Label:
    return {"nl": nl, "en": en, "fy": fy}


#: For each set its question and its options, as they are first put in a round.
SETS: dict[str, tuple[Label, list[tuple[str, Label]]]] = {
    "age": (
        _label("Hoe oud bent u?", "How old are you?", "Hoe âld binne jo?"),
        [
            ("to-29", _label("Jonger dan 30", "Under 30", "Jonger as 30")),
            ("to-49", _label("30 tot en met 49", "30 to 49", "30 oant en mei 49")),
            ("to-69", _label("50 tot en met 69", "50 to 69", "50 oant en mei 69")),
            ("from-70", _label("70 of ouder", "70 or older", "70 of âlder")),
        ],
    ),
    "municipality": (
        _label("Waar woont u?", "Where do you live?", "Wêr wenje jo?"),
        [
            ("here", _label("In de provincie", "In the province", "Yn ’e provinsje")),
            ("elsewhere", _label("Ergens anders", "Elsewhere", "Earne oars")),
        ],
    ),
    "role": (
        _label(
            "Hoe hebt u met dit onderwerp te maken?",
            "How does this subject touch you?",
            "Hoe hawwe jo mei dit ûnderwerp te krijen?",
        ),
        [
            ("resident", _label("Als inwoner", "As a resident", "As ynwenner")),
            ("business", _label("Als ondernemer", "As an entrepreneur", "As ûndernimmer")),
            (
                "organisation",
                _label(
                    "Via een vereniging of organisatie",
                    "Through an association or organisation",
                    "Fia in feriening of organisaasje",
                ),
            ),
            (
                "government",
                _label(
                    "Ik werk bij de overheid", "I work in government", "Ik wurkje by de oerheid"
                ),
            ),
        ],
    ),
}


def sets_left(asked: Iterable[Iterable[dict[str, Any]]]) -> list[str]:
    """Return the sets that are not asked yet, by the keys of the options that are."""
    keys = [{option["key"] for option in options} for options in asked]
    return [name for name, (_, options) in SETS.items() if {key for key, _ in options} not in keys]


def ready_made(name: str, languages: list[str]) -> tuple[Label, list[dict[str, Any]]]:
    """Return the question and options of a set in these languages; English where there is none."""
    label, options = SETS[name]
    return (
        _in(label, languages),
        [{"key": key, "label": _in(text, languages)} for key, text in options],
    )


def _in(label: Label, languages: list[str]) -> Label:
    return {language: label.get(language, label["en"]) for language in languages}
