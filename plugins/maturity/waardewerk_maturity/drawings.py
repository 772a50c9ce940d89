"""The charts of a scan, each wide and compact, in the words of who is looking."""

from __future__ import annotations

from collections.abc import Sequence

from waardewerk.documents.charts import (
    COMPACT,
    Axis,
    DotRow,
    Drawing,
    GapRow,
    Moment,
    Point,
    Series,
    TrendRow,
    Words,
    dot_plot,
    drawn_twice,
    gap_bars,
    radar,
    trend,
)
from waardewerk.i18n import format_date, ngettext
from waardewerk.i18n import gettext as _
from waardewerk_maturity import sentences
from waardewerk_maturity.queries import ScanFigures, ThemeResult
from waardewerk_maturity.scoring import LENSES
from waardewerk_maturity.words import LENS_TITLES, title_of

HIGHEST = 5


def levels(figures: ScanFigures) -> Drawing:
    """Draw the themes in the order of their gap: each lens, and what is wanted."""
    lenses = _lenses_of(figures)
    wanted = _("Wanted")
    names = {lens: str(LENS_TITLES[lens]) for lens in lenses}
    measure = names.get("practice") or names[lenses[0]]
    rows = [_levels_row(one, names, wanted) for one in sentences.ordered(figures)]
    return drawn_twice(
        "levels",
        _("Now and wanted, per theme"),
        sentences.levels(figures),
        lambda words, width: dot_plot(
            rows,
            series=[*names.values(), wanted],
            words=words,
            arrow=(measure, wanted),
            range_label=_("Range of the questions, in practice"),
            maximum=HIGHEST,
            width=width,
        ),
    )


def _lenses_of(figures: ScanFigures) -> tuple[str, ...]:
    known = {lens for one in figures.themes for lens in one.figures.now}
    found = tuple(lens for lens in LENSES if lens in known)
    return found or ("",)


def _levels_row(one: ThemeResult, names: dict[str, str], wanted: str) -> DotRow:
    now = one.figures.now
    points = [
        Point(name, float(level))
        for lens, name in names.items()
        if (level := now.get(lens)) is not None
    ]
    if one.figures.wanted is not None:
        points.append(Point(wanted, float(one.figures.wanted)))
    span = one.figures.ranges.get("practice", one.figures.ranges.get(""))
    return DotRow(
        title_of(one.section),
        points,
        low=float(span.lowest) if span else None,
        high=float(span.highest) if span else None,
        note="" if points or span else _("no agreed level"),
    )


def shape(figures: ScanFigures) -> Drawing | None:
    """Draw a small radar of now and wanted; a radar needs at least three themes."""
    themes = figures.themes
    if len(themes) < 3:
        return None
    series = [
        Series(_("Now, in practice"), [_value(one.figures.level) for one in themes]),
        Series(_("Wanted"), [_value(one.figures.wanted) for one in themes]),
    ]
    axes = [Axis(title_of(one.section)) for one in themes]
    title, sentence = _("The shape at a glance"), sentences.gaps(figures)
    small = radar(
        axes, series, words=Words("shape", title, sentence), maximum=HIGHEST, width=COMPACT
    )
    return Drawing(title, sentence, small, small)


def _value(level: int | None) -> float | None:
    return None if level is None else float(level)


def gaps(figures: ScanFigures) -> Drawing:
    """Draw how far it is from now to wanted, the largest gap first."""
    rows = [
        GapRow(title_of(one.section), _value(one.figures.gap), _gap_text(one))
        for one in sentences.ordered(figures)
    ]
    return drawn_twice(
        "gaps",
        _("From now to wanted"),
        sentences.gaps(figures),
        lambda words, width: gap_bars(rows, words=words, width=width),
    )


def _gap_text(one: ThemeResult) -> str:
    gap = one.figures.gap
    if gap is None:
        return _("not known")
    return ngettext("%(count)s level", "%(count)s levels", gap)


def course(series: Sequence[ScanFigures], sentence: str) -> Drawing:
    """Draw how each theme moved from scan to scan, through each lens."""
    lenses = _lenses_of(series[-1])
    moments = [
        Moment(one.measured_on, format_date(one.measured_on, "short"))
        for one in series
        if one.measured_on is not None
    ]
    rows = [
        TrendRow(
            title_of(theme.section),
            [
                Series(str(LENS_TITLES[lens]), [_level_in(one, theme.key, lens) for one in series])
                for lens in lenses
            ],
        )
        for theme in series[-1].themes
    ]
    return drawn_twice(
        "course",
        _("From scan to scan"),
        sentence,
        lambda words, width: trend(rows, moments, words=words, maximum=HIGHEST, width=width),
    )


def _level_in(figures: ScanFigures, theme: str, lens: str) -> float | None:
    found = next((one for one in figures.themes if one.key == theme), None)
    return None if found is None else _value(found.figures.now.get(lens))
