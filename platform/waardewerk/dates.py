"""Days written out: the one place that knows where Babel's data is not how a language writes."""

from __future__ import annotations

from datetime import date

from babel import Locale, dates

#: Babel begins days and months with a capital here; the official spelling does not.
WITHOUT_CAPITALS = {"fy"}
#: Where Babel leaves out the century.
SHORT = {"fy": "dd-MM-y"}


def write_day(day: date, style: str, locale: Locale) -> str:
    """Write a day as a language does: *24 november 2026*, *24 novimber 2026*."""
    language = locale.language
    pattern = SHORT.get(language, style) if style == "short" else style
    written = dates.format_date(day, pattern, locale=locale)
    return written.lower() if language in WITHOUT_CAPITALS else written
