"""Every text on screen exists in Dutch, with the same places to fill in."""

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


def texts_of(message: Message) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Give the source and the translation, each as one text per number."""
    source = message.id if isinstance(message.id, tuple) else (message.id,)
    string = message.string
    return source, tuple(string) if isinstance(string, list | tuple) else (string,)


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)
def test_every_text_exists_in_dutch(domain) -> None:
    assert update.missing(domain, "nl") == []


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)
def test_a_translation_fills_in_the_same_places(domain) -> None:
    wrong = []
    for message in update.catalogue(domain, "nl"):
        source, translation = texts_of(message)
        wanted = {place for text in source for place in PLACES.findall(text)}
        for text in filter(None, translation if message.id else ()):
            places = set(PLACES.findall(text))
            # "One thing" may leave its number out; a text of one form may not.
            if places - wanted or (len(source) == 1 and places != wanted):
                wrong.append(f"{source} → {text}")
    assert wrong == []


@pytest.mark.parametrize("domain", DOMAINS, ids=lambda domain: domain.name)
def test_no_translation_is_left_of_a_text_that_is_gone(domain) -> None:
    used = {(message.id, message.context) for message in update.texts_in(domain)}
    known = [(message.id, message.context) for message in update.catalogue(domain, "nl")]
    assert [key for key in known if key not in used] == []


def test_texts_of_every_kind_are_found() -> None:
    core = update.texts_in(DOMAINS[0])
    assert core.get("Sign in") is not None
    assert core.get("Your role does not allow this. Ask your administrator.") is not None
    assert core.get(("%(count)s year", "%(count)s years")) is not None
    assert len(core) > 200
