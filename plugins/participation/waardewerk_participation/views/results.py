"""What a round found: for everybody, for those who hold it, and as files."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from flask import make_response, url_for
from markupsafe import Markup
from werkzeug import Response

from waardewerk import db, exports, i18n
from waardewerk.access import public, requires
from waardewerk.i18n import format_datetime
from waardewerk.i18n import gettext as _
from waardewerk.templating import page
from waardewerk_participation.exporters import RECORD, reading_of
from waardewerk_participation.figure_tables import FigureTable
from waardewerk_participation.models import Round
from waardewerk_participation.models.rounds import VOTING
from waardewerk_participation.operations import counting
from waardewerk_participation.queries.inclusion import people_reached
from waardewerk_participation.queries.results import health_of, published_for
from waardewerk_participation.queries.taking_part import lottery_is_flat
from waardewerk_participation.queries.votes import Turnout, turnout
from waardewerk_participation.reading import Reading
from waardewerk_participation.result_words import say_ahead, say_moment
from waardewerk_participation.small_cells import INTERNAL, PUBLIC
from waardewerk_participation.views.blueprint import now, own_round, staff, taking_part
from waardewerk_participation.views.crumbs import crumbs
from waardewerk_participation.views.public import public_round, text_of

#: When there is something new for longer than this, counting has stopped.
LATE = timedelta(minutes=5)


@taking_part.get("/<slug>/results")
@public
def results(slug: str) -> Response:
    """Show everybody what a round found."""
    found = public_round(slug)
    return page(
        "participation/round/results.html",
        found=found,
        text=text_of(found),
        waits=_waits(found),
        told=_told(found, "public"),
    )


@taking_part.get("/<slug>/results.<form>")
@public
def download(slug: str, form: str) -> Response:
    """Give everybody what a round found as a file."""
    found = public_round(slug)
    exporter = exports.find_exporter(RECORD, form)
    response = make_response(exporter.write(db.session(), found.id, i18n.language()))
    response.mimetype = exporter.media_type
    shown = "inline" if form == "html" else "attachment"
    response.headers["Content-Disposition"] = f'{shown}; filename="{found.slug}.{form}"'
    return response


@staff.get("/<slug>/results", endpoint="results")
@requires("participation.read")
def results_for_staff(slug: str) -> Response:
    """Show those who hold a round what it found, how counting goes and how many took part."""
    found = own_round(slug)
    known = turnout(db.session(), found)
    return page(
        "participation/results.html",
        found=found,
        crumbs=crumbs(found),
        so_far=people_reached(db.session(), found),
        waits=_waits(found),
        counting=_counting(found, known),
        least=INTERNAL,
        alarms=_alarms(found, known),
        told=_told(found, "staff"),
    )


@dataclass(frozen=True)
class Told:
    """What both pages show of a published count, and the files it can be saved in."""

    reading: Reading
    counted: str
    table: FigureTable
    #: Names and addresses.
    files: Sequence[tuple[str, str]]


def _told(found: Round, audience: str) -> Told | None:
    published = published_for(db.session(), found, audience)
    if published is None:
        return None
    reading = reading_of(db.session(), published)
    files = [
        (str(one.title), url_for("participation_round.download", slug=found.slug, form=one.format))
        for one in exports.exporters_for(RECORD)
        if one.format != "html"
    ]
    table = reading.all_statements(lambda number: _marked(reading, number))
    return Told(reading, say_moment(published.counted_at), table, files)


def _marked(reading: Reading, number: int) -> Markup:
    """Write a statement, marked with its language."""
    text, language = reading.texts[number]
    return Markup('{}. <span lang="{}">{}</span>').format(number, language, text)


def _waits(found: Round) -> str:
    """Say what the next published count waits for; nothing once the last one is there."""
    if found.phase == "analyse":
        return _("The vote is over. The result is published when the province begins to answer.")
    if counting.is_final_for(found):
        return ""
    return say_ahead(counting.last_step(db.session(), found), now())


def _counting(found: Round, known: Turnout) -> str:
    """Say, to those who hold a round, whether the last count is there while it is not published."""
    if found.phase != "analyse":
        return ""
    if counting.is_ready(db.session(), found, known):
        return _("The last count is ready.")
    return _("The votes are being counted. It takes a few minutes.")


def _alarms(found: Round, known: Turnout) -> list[str]:
    """Name what those who run this should look at."""
    if not known.votes or found.phase == "closed":
        return []
    session = db.session()
    health = health_of(session, found)
    since = health.counted_at or found.opens_at
    alarms = []
    if since and now() - since > LATE and counting.is_new(session, found, known):
        alarms.append(
            _(
                "There are votes that were not counted since %(moment)s: is the worker running?",
                moment=format_datetime(since),
            )
        )
    if found.phase in VOTING and lottery_is_flat(session, found):
        alarms.append(_("All statements come up equally often: the lottery does not do its work."))
    if known.people >= 2 * PUBLIC and health.rank is not None and health.rank < 2:
        alarms.append(
            _("People differ in fewer than two directions, so the map says little: look at it.")
        )
    return alarms
