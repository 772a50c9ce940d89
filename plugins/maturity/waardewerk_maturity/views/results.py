"""What came out: per theme now and wanted, where it comes apart, and how it went since."""

from __future__ import annotations

from flask import redirect, url_for
from werkzeug import Response

from waardewerk import access, db, i18n
from waardewerk.access import requires
from waardewerk.questionnaires import queries as inquiries
from waardewerk.responsibility.words import sentence
from waardewerk.templating import page
from waardewerk_maturity import choices, drawings, evidence, queries, sentences, tables, words
from waardewerk_maturity.progress import steps_of
from waardewerk_maturity.queries import ScanFigures
from waardewerk_maturity.scoring import moves, overall_index
from waardewerk_maturity.views.blueprint import pages, today, versions_seen

#: How many differences between levels of the organisation the result page shows.
MOST_PERCEPTIONS = 10


@pages.get("/scans/<int:scan_id>/results")
@requires(access.ANSWER)
def results(scan_id: int) -> Response:
    """Show what came out of a scan."""
    session, viewer = db.session(), access.viewer()
    found = queries.figures_for(session, scan_id, viewer)
    figures = queries.with_accents(session, found, today(), i18n.language())
    scan = figures.scan
    shows_index = choices.shows_overall_index()
    seen = _perceptions(figures)
    return page(
        "maturity/results.html",
        scan=scan,
        figures=figures,
        steps=steps_of(scan, inquiries.turnout(session, scan.inquiry)),
        levels=drawings.levels(figures),
        shape=drawings.shape(figures),
        gaps=drawings.gaps(figures),
        table=tables.levels(figures),
        why_here=sentences.why_here(figures),
        seen=versions_seen(session, scan),
        headlines=sentences.headlines(figures, seen or []),
        perceptions=None if seen is None else tables.perceptions(seen[:MOST_PERCEPTIONS]),
        breaks=sentences.breaks(figures),
        overall=overall_index(one.figures for one in figures.themes) if shows_index else None,
        words=words,
        plans=viewer.may("maturity.plan"),
        has_previous=scan.previous_scan_id is not None,
    )


def _perceptions(figures: ScanFigures) -> list[sentences.Perception] | None:
    """Find where levels of the organisation differ; None when that is not open to the viewer."""
    session, inquiry = db.session(), figures.scan.inquiry
    if not inquiries.may_see_spread(session, inquiry, access.viewer()):
        return None
    seen = inquiries.results_of(session, inquiry, access.viewer())
    return sentences.perceptions(seen, i18n.language())


@pages.get("/scans/<int:scan_id>/themes/<theme>")
@requires(access.ANSWER)
def theme(scan_id: int, theme: str) -> Response:
    """Show one theme: now, last time, wanted, and what can help."""
    session, viewer = db.session(), access.viewer()
    figures = queries.figures_for(session, scan_id, viewer)
    one = figures.theme(theme)
    before = queries.previous_figures(session, figures.scan)
    return page(
        "maturity/theme.html",
        scan=figures.scan,
        figures=figures,
        theme=one,
        others=figures.themes,
        now=tables.lens_rows(one),
        span=sentences.of_range(sentences.ranges_of(one)),
        outside=sentences.outside_range(one),
        breaks=[sentences.of_break(words.title_of(one.section), b) for b in one.figures.flagged],
        gap=sentences.of_gap(one),
        memory=tables.memory_of(one, before),
        hints=tables.hints_of(figures, one),
        plans=viewer.may("maturity.plan"),
        words=words,
        found=evidence.register_findings(session, theme, viewer, today()),
        sentence=sentence,
        today=today(),
    )


@pages.get("/trend")
@requires("maturity.read")
def newest_trend() -> Response:
    """Go to the trend of the scan that was agreed last."""
    agreed = queries.agreed_scans(db.session())
    if not agreed:
        return page("maturity/no_trend.html")
    return redirect(url_for("maturity.trend", scan_id=agreed[0].id), 303)


@pages.get("/scans/<int:scan_id>/trend")
@requires(access.ANSWER)
def trend(scan_id: int) -> Response:
    """Show how the themes moved from scan to scan."""
    session = db.session()
    figures = queries.figures_for(session, scan_id, access.viewer())
    series = queries.series_of(session, figures.scan)
    found = moves(series[-2].levels(), series[-1].levels()) if len(series) > 1 else []
    titles = {one.key: words.title_of(one.section) for one in figures.themes}
    return page(
        "maturity/trend.html",
        scan=figures.scan,
        series=series,
        course=drawings.course(series, sentences.of_moves(found)) if len(series) > 1 else None,
        moves=[sentences.of_move(titles.get(one.theme, one.theme), one) for one in found],
        warning=sentences.warning_of(found),
        table=tables.course(series),
        other_questions=len({one.definition.version for one in series}) > 1,
        others=queries.respondents_changed(session, series[-2].scan, series[-1].scan)
        if len(series) > 1
        else None,
        words=words,
    )
