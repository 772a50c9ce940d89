"""Bring the catalogues up to date with the texts in the code; ``--check`` says what is missing.

The source strings are English, so English needs no catalogue. Which other languages must be
complete stands in ``LANGUAGES``, per set of texts; where a language has no catalogue it borrows
(see ``waardewerk.i18n.BORROWS``). Run it with the development environment:

    .venv/bin/python translations/update.py
"""

from __future__ import annotations

import functools
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import wtforms
from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract_from_dir
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parent.parent
#: What is not named below is complete in Dutch, and in Frisian it borrows Dutch.
DUTCH = ("nl",)
#: Frisian is complete where residents and respondents come. What WTForms itself says about a
#: field is ours too: its own Dutch says in another way what our forms say already.
LANGUAGES = {
    "waardewerk": ("nl", "fy"),
    "participation": ("nl", "fy"),
    "wtforms": ("nl", "fy"),
}
METHODS = [("**.py", "python"), ("**.html", "jinja2")]
OPTIONS = {"**.html": {"extensions": "jinja2.ext.do,jinja2.ext.i18n", "silent": "false"}}
#: Beside the gettext family: texts that are translated where they are shown.
KEYWORDS = {
    **DEFAULT_KEYWORDS,
    "marked_plural": (1, 2),
    **dict.fromkeys(
        (
            "lazy",
            "marked",
            "schema_error",
            "Refusal",
            "NotFound",
            "SwitchedOff",
            "NotAllowed",
            "Conflict",
            "NotNow",
            "TooMany",
            "LinkUsed",
            "UnknownCode",
            "UnknownReceipt",
            "SignInNeeded",
            "InvalidAnswer",
            "CheckOverdue",
            "PasskeyRefused",
            "SecondStepNeeded",
            "WrongExport",
            "CodeRevoked",
            "KeyGone",
            "NotTakingPart",
            "WrongSheet",
            "WrongTerm",
            "Undecided",
            "Unwritten",
        ),
        None,
    ),
}
#: Sample texts that no user sees.
LEFT_OUT = ("_patterns.html", "patterns.py")


@dataclass(frozen=True)
class Domain:
    """One set of texts and where its catalogues are."""

    name: str
    source: Path
    folder: Path

    @property
    def languages(self) -> tuple[str, ...]:
        """Return the languages in which no text may be missing."""
        return LANGUAGES.get(self.name, DUTCH)

    def file(self, language: str) -> Path:
        """Return the catalogue of one language."""
        return self.folder / language / "LC_MESSAGES" / f"{self.name}.po"


def domains() -> Iterator[Domain]:
    """Give the core's texts, those of its forms, then each plugin's."""
    yield Domain("waardewerk", ROOT / "platform" / "waardewerk", ROOT / "translations")
    yield Domain("wtforms", Path(wtforms.__file__).parent, ROOT / "translations")
    for package in sorted((ROOT / "plugins").glob("*/waardewerk_*")):
        name = package.name.removeprefix("waardewerk_")
        yield Domain(name, package, package / "translations")


@functools.cache
def texts_in(domain: Domain) -> Catalog:
    """Return every text in a domain's code and templates."""
    template = Catalog(project=domain.name, fuzzy=False)
    found = extract_from_dir(
        domain.source,
        METHODS,
        OPTIONS,
        KEYWORDS,
        comment_tags=("Translators:",),
        # By itself Babel passes over folders such as `_macros`.
        directory_filter=lambda folder: not folder.endswith("__pycache__"),
    )
    for filename, _line, message, comments, context in found:
        if not filename.endswith(LEFT_OUT):
            template.add(message, None, [(filename, 0)], auto_comments=comments, context=context)
    return template


def catalogue(domain: Domain, language: str) -> Catalog:
    """Read a catalogue, or start one."""
    file = domain.file(language)
    if not file.exists():
        return Catalog(locale=language, project=domain.name, fuzzy=False)
    with file.open("rb") as source:
        return read_po(source, locale=language)


def missing(domain: Domain, language: str) -> list[str]:
    """Return the texts of a domain that a language does not have."""
    known = catalogue(domain, language)
    return [
        str(message.id)
        for message in texts_in(domain)
        if message.id and not _is_translated(known.get(message.id, message.context))
    ]


def _is_translated(message: object) -> bool:
    string = getattr(message, "string", None)
    texts = string if isinstance(string, (list, tuple)) else [string]
    return bool(string) and all(texts) and not getattr(message, "fuzzy", False)


def update(domain: Domain, language: str) -> None:
    """Write a catalogue anew: new texts without translation, old ones gone."""
    known = catalogue(domain, language)
    known.update(texts_in(domain), no_fuzzy_matching=True)
    known.obsolete.clear()
    # Dates and places would change at every run and hide what really changed.
    known.header_comment = f"# {domain.name}: {language}"
    file = domain.file(language)
    file.parent.mkdir(parents=True, exist_ok=True)
    with file.open("wb") as target:
        write_po(target, known, no_location=True, omit_header=False, sort_output=True, width=100)
    _forget_dates(file)


def _forget_dates(file: Path) -> None:
    lines = file.read_text("utf-8").splitlines(keepends=True)
    dated = ('"POT-Creation-Date', '"PO-Revision-Date', '"Report-Msgid', '"Last-Translator')
    file.write_text("".join(line for line in lines if not line.startswith(dated)), "utf-8")


def main() -> int:
    """Update every catalogue, or check that none lacks a text."""
    lacking = 0
    for domain in domains():
        for language in domain.languages:
            if "--check" not in sys.argv:
                update(domain, language)
            texts = missing(domain, language)
            lacking += len(texts)
            for text in texts:
                print(f"{domain.name} {language}: {text!r}")
    return 1 if lacking else 0


if __name__ == "__main__":
    sys.exit(main())
