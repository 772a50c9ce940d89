"""Every text on screen exists in the languages of its domain, with the same places to fill in."""

from __future__ import annotations

import importlib.util
import re
import sys
from pathlib import Path
from types import ModuleType

import pytest
from babel.messages.catalog import Message

ROOT = Path(__file__).parent.parent
PLACES = re.compile(r"%\((\w+)\)[sd]")


def load_update() -> ModuleType:
    """Import ``translations/update.py``, which knows where texts are and how they are marked."""
    spec = importlib.util.spec_from_file_location("update", ROOT / "translations" / "update.py")
    assert spec is not None
    assert spec.loader is not None
    module = sys.modules["update"] = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


update = load_update()
DOMAINS = list(update.domains())
CATALOGUES = [(domain, language) for domain in DOMAINS for language in domain.languages]


def name_of(case: object) -> str:
    return getattr(case, "name", str(case))


def texts_of(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the source and the translation, each as one text per number."""
    source = message.id if isinstance(message.id, tuple) else (message.id,)
    string = message.string
    return source, tuple(string) if isinstance(string, list | tuple) else (string,)


def test_our_own_texts_are_all_in_dutch_and_those_of_the_core_in_frisian_too() -> None:
    languages = {domain.name: domain.languages for domain in DOMAINS}
    assert languages["wtforms"] == ("nl", "fy")
    assert languages["waardewerk"] == languages["participation"] == ("nl", "fy")
    assert [name for name, spoken in languages.items() if "nl" not in spoken] == []


@pytest.mark.parametrize("domain", DOMAINS, ids=name_of)
def test_no_catalogue_escapes_the_rule_of_its_domain(domain) -> None:
    found = {file.parts[-3] for file in domain.folder.glob(f"*/LC_MESSAGES/{domain.name}.po")}
    assert found == set(domain.languages)


@pytest.mark.parametrize(("domain", "language"), CATALOGUES, ids=name_of)
def test_every_text_exists_in_each_language_of_its_domain(domain, language) -> None:
    assert update.missing(domain, language) == []


@pytest.mark.parametrize(("domain", "language"), CATALOGUES, ids=name_of)
def test_a_catalogue_says_which_language_it_is(domain, language) -> None:
    head = domain.file(language).read_text("utf-8").partition("\n\n")[0]
    assert f'"Language: {language}\\n"' in head
    assert '"Plural-Forms: nplurals=2; plural=(n != 1);\\n"' in head


@pytest.mark.parametrize(("domain", "language"), CATALOGUES, ids=name_of)
def test_a_translation_fills_in_the_same_places(domain, language) -> None:
    wrong = []
    for message in update.catalogue(domain, language):
        source, translation = texts_of(message)
        wanted = {place for text in source for place in PLACES.findall(text)}
        for text in filter(None, translation if message.id else ()):
            places = set(PLACES.findall(text))
            # "One thing" may leave its number out; a text of one form may not.
            if places - wanted or (len(source) == 1 and places != wanted):
                wrong.append(f"{source} → {text}")
    assert wrong == []


@pytest.mark.parametrize(("domain", "language"), CATALOGUES, ids=name_of)
def test_no_translation_is_left_of_a_text_that_is_gone(domain, language) -> None:
    used = {(message.id, message.context) for message in update.texts_in(domain)}
    known = [(message.id, message.context) for message in update.catalogue(domain, language)]
    assert [key for key in known if key not in used] == []


def test_frisian_addresses_the_reader_politely_and_writes_its_own_apostrophe() -> None:
    texts = [
        text
        for domain, language in CATALOGUES
        if language == "fy"
        for message in update.catalogue(domain, language)
        for text in (texts_of(message)[1] if message.id else ())
    ]
    wrong = re.compile(r"\b(dû|do|dyn|u|uw|het|een)\b|['´`]", re.IGNORECASE)
    assert [text for text in texts if wrong.search(text)] == []


def test_texts_of_every_kind_are_found() -> None:
    core = update.texts_in(DOMAINS[0])
    assert core.get("Sign in") is not None
    assert core.get("Your role does not allow this. Ask your administrator.") is not None
    assert core.get(("%(count)s year", "%(count)s years")) is not None
    assert len(core) > 200
