"""Languages: merged catalogues, the language of this request, dates and numbers.

A text is looked up in the installation's own words first, then the core's, then the plugins';
what Frisian lacks is Dutch, and what Dutch lacks is the English source string. Catalogues are
read from ``.po`` files directly; there is no compile step to forget.
"""

from __future__ import annotations

import functools
import io
from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import Any, cast
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations
from flask import Blueprint, Flask, current_app, g, has_app_context, request
from werkzeug import Response

from waardewerk import security
from waardewerk.access import public
from waardewerk.dates import write_day

EXTENSION = "waardewerk.i18n"
COOKIE = "language"
ZONE = ZoneInfo("Europe/Amsterdam")
#: A language that lacks a text borrows it from these, in order.
BORROWS = {"fy": ("nl",)}
HERE = Path(__file__).parent

pages = Blueprint("i18n", __name__)


@dataclass(frozen=True)
class LazyText:
    """A text that is translated when it is shown, in the language of whoever looks."""

    message: str
    context: str | None = None

    def __str__(self) -> str:
        if self.context is None:
            return gettext(self.message)
        return pgettext(self.context, self.message)

    def __html__(self) -> str:
        from markupsafe import escape

        return str(escape(str(self)))

    def __mod__(self, details: object) -> str:
        return str(self) % details


@dataclass(frozen=True)
class Wording:
    """The words of one kind of matter: what it says in place of the texts that stand in code.

    Pages, forms and refusals are written once, in the words of one kind. Another kind gives its
    texts by theirs; of a text that depends on a number both, by the one that says one.
    """

    texts: Mapping[str, str]
    plurals: Mapping[str, tuple[str, str]]


#: The words that stand in code.
AS_WRITTEN = Wording(texts={}, plurals={})


def lazy(message: str) -> str:
    """Mark a text that is written down before anybody looks, such as a form's label.

    It is typed as the text it will be, because whoever takes it only ever shows it.
    """
    return cast("str", LazyText(message))


@dataclass(frozen=True)
class Catalogues:
    """The languages of one application and their texts."""

    languages: tuple[str, ...]
    folders: tuple[Path, ...]

    def texts(self, language: str) -> NullTranslations:
        """Return all texts of one language, with what it borrows."""
        return _read(language, self.folders)


@functools.cache
def _read(language: str, folders: tuple[Path, ...]) -> NullTranslations:
    spoken = (language, *BORROWS.get(language, ()))
    return _together(tuple((one, _files_of(one, folders)) for one in spoken))


def _files_of(language: str, folders: Iterable[Path]) -> tuple[Path, ...]:
    """Find a language's catalogues, those of a later folder behind those of an earlier one."""
    return tuple(
        file
        for folder in folders
        for file in sorted((folder / language / "LC_MESSAGES").glob("*.po"))
    )


@functools.cache
def _together(catalogues: tuple[tuple[str, tuple[Path, ...]], ...]) -> NullTranslations:
    """Read a language and what it borrows, once for all applications with the same catalogues."""
    texts, *borrowed = (_merged(language, files) for language, files in catalogues)
    for other in borrowed:
        texts.add_fallback(other)
    return texts


def _merged(language: str, files: Iterable[Path]) -> NullTranslations:
    """Merge a language's catalogues; a later one wins."""
    merged = Translations()
    for file in files:
        merged.merge(_compiled(file, language))
    return merged


def _compiled(file: Path, language: str) -> Translations:
    buffer = io.BytesIO()
    with file.open("rb") as source:
        write_mo(buffer, read_po(source, locale=language))
    buffer.seek(0)
    return Translations(buffer)


def core_folder() -> Path:
    """Return where the core's catalogues are: in the wheel, or at the top of the checkout."""
    packed = HERE / "translations"
    return packed if packed.is_dir() else HERE.parents[1] / "translations"


def language() -> str:
    """Return the language of this request: chosen, then asked by the browser, then the first."""
    if not has_app_context():
        return "en"
    if "language" not in g:
        g.language = _negotiate()
    chosen: str = g.language
    return chosen


def speak(chosen: str) -> None:
    """Use a language for the rest of this context: mail, export, command line."""
    g.language = chosen
    g.pop("texts", None)


@contextmanager
def speaking(chosen: str) -> Iterator[None]:
    """Use a language inside this block alone: a letter speaks its reader's, not the sender's."""
    before = language()
    speak(chosen)
    try:
        yield
    finally:
        speak(before)


def word_as(wording: Wording) -> None:
    """Say everything in these words for the rest of this context: a page about one matter."""
    g.wording = wording


@contextmanager
def worded_as(wording: Wording) -> Iterator[None]:
    """Say everything inside this block in these words: a document, or one row of a list."""
    before = _wording()
    word_as(wording)
    try:
        yield
    finally:
        word_as(before)


def _wording() -> Wording:
    chosen: Wording = g.get("wording", AS_WRITTEN) if has_app_context() else AS_WRITTEN
    return chosen


def _negotiate() -> str:
    offered = _catalogues().languages
    if not request:
        return offered[0]
    chosen = request.cookies.get(COOKIE)
    if chosen in offered:
        return chosen
    return request.accept_languages.best_match(offered) or offered[0]


def languages() -> tuple[tuple[str, str], ...]:
    """Return the offered languages, each with its own name."""
    return tuple((code, own_name(code)) for code in _catalogues().languages)


@functools.cache
def own_name(code: str) -> str:
    """Return what a language calls itself, also one in which this site is not offered."""
    return (Locale.parse(code).get_display_name(code) or code).capitalize()


def _catalogues() -> Catalogues:
    catalogues: Catalogues = current_app.extensions[EXTENSION]
    return catalogues


def current_texts() -> NullTranslations:
    """Return the texts in the language of this request."""
    if not has_app_context():
        return NullTranslations()
    # A page asks for a hundred texts: the language is looked up once.
    texts: NullTranslations | None = g.get("texts")
    if texts is None:
        texts = g.texts = _catalogues().texts(language())
    return texts


def gettext(message: str, **details: object) -> str:
    """Translate a text; ``%(name)s`` places are filled from ``details``."""
    text: str = current_texts().gettext(_wording().texts.get(message, message))
    return text % details if details else text


def ngettext(one: str, many: str, count: int, **details: object) -> str:
    """Translate a text that depends on a number, given as ``%(count)s``."""
    one, many = _wording().plurals.get(one, (one, many))
    text = str(current_texts().ngettext(one, many, count))
    return text % {"count": count, **details}


def pgettext(context: str, message: str, **details: object) -> str:
    """Translate a text that means different things in different places."""
    text = str(current_texts().pgettext(context, message))
    return text % details if details else text


def day_of(moment: datetime) -> date:
    """Return which day it is here at a moment: at night the day in UTC is still the one before."""
    return moment.astimezone(ZONE).date()


def format_date(day: date | datetime, style: str = "long") -> str:
    """Write a day out: *24 november 2026*."""
    if isinstance(day, datetime):
        day = day_of(day)
    return write_day(day, style, Locale.parse(language()))


def format_datetime(moment: datetime) -> str:
    """Write a moment out in Dutch time: *24 november 2026, 14:03*."""
    return f"{format_date(moment)}, {format_time(moment)}"


def format_time(moment: datetime) -> str:
    """Write the time of day in Dutch time: *14:03*."""
    return dates.format_time(moment, "HH:mm", tzinfo=ZONE, locale=language())


def format_number(number: float) -> str:
    """Write a number as this language does: *2,5*."""
    return numbers.format_decimal(number, locale=language())


@pages.post("/language")
@public
def choose_language() -> Response:
    """Remember the chosen language in a cookie of its own and go back."""
    response = security.back_to(request.form.get("next"))
    chosen = request.form.get("language", "")
    if chosen in _catalogues().languages:
        remember(response, chosen)
    return response


def remember(response: Response, chosen: str) -> None:
    """Keep the chosen language for a year."""
    response.set_cookie(
        COOKIE,
        chosen,
        max_age=365 * 24 * 3600,
        httponly=True,
        samesite="Lax",
        secure=current_app.config["SESSION_COOKIE_SECURE"],
    )


def init_app(app: Flask, offered: tuple[str, ...], folders: Iterable[Path]) -> None:
    """Give the application its languages; folders in order, the last wins."""
    for code in offered:
        Locale.parse(code)
    app.extensions[EXTENSION] = Catalogues(offered, tuple(folders))
    app.register_blueprint(pages)
    # A choice of language harms nobody; a token would set a cookie at everybody's first visit.
    security.csrf.exempt(choose_language)
    env: dict[str, Any] = {
        "format_date": format_date,
        "format_datetime": format_datetime,
        "format_time": format_time,
        "format_number": format_number,
    }
    app.jinja_env.globals.update(env)
    app.jinja_env.add_extension("jinja2.ext.i18n")
    app.jinja_env.install_gettext_callables(  # type: ignore[attr-defined]
        gettext, ngettext, newstyle=False, pgettext=pgettext
    )
    # Jinja's own ``_`` looks up ``gettext`` again for every text.
    app.jinja_env.globals["_"] = gettext
