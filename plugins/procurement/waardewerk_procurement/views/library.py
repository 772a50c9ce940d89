"""The library of criteria: search in it, and read all about one of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from flask import request, url_for
from werkzeug import Response

from waardewerk import db, i18n
from waardewerk.access import requires
from waardewerk.i18n import gettext as _
from waardewerk.templating import page
from waardewerk.values import queries as values
from waardewerk.values.ordering import Ordering, ordering_on
from waardewerk.values.showing import say
from waardewerk.values.starting import starting_point
from waardewerk.values.words import language_name
from waardewerk_procurement.anchor_words import place_title
from waardewerk_procurement.criteria import EXCLUSION_GROUNDS, KINDS, TECHNOLOGIES, Scale
from waardewerk_procurement.forms.library import AMBITIONS, LibraryFilterForm, filter_form
from waardewerk_procurement.queries import library
from waardewerk_procurement.views.blueprint import pages, today
from waardewerk_procurement.views.paging import page_asked

READ = "procurement.read"


@dataclass(frozen=True)
class Names:
    """What values and norms are called here."""

    values: dict[str, str]
    norms: dict[str, str]

    def value(self, key: str) -> str:
        """Name a value; one that nobody knows keeps its key."""
        return self.values.get(key, key)

    def norm(self, key: str) -> str:
        """Name a norm by the situation in which it holds."""
        return self.norms.get(key, key)


def names_here() -> Names:
    """Return the names of the province's framework, and for the rest those of the shipped set."""
    shipped = starting_point("urn:waardewerk:values:codio")
    own = values.framework_in_force(db.session(), today())
    named: dict[str, str] = {}
    norms: dict[str, str] = {}
    for framework in filter(None, (shipped, own)):
        named |= {one.key: one.name.for_language(i18n.language()) for one in framework.values}
        norms |= {one.key: one.situation.for_language(i18n.language()) for one in framework.norms}
    return Names(named, norms)


@pages.context_processor
def _words() -> dict[str, object]:
    """Give the pages of the library their words, and how a text is said in a language."""
    return {
        "criterion_kinds": KINDS,
        "technology_titles": TECHNOLOGIES,
        "ambition_titles": AMBITIONS,
        "exclusion_grounds": EXCLUSION_GROUNDS,
        "say": say,
        "language_title": language_name,
    }


@dataclass(frozen=True)
class Search:
    """What was asked, and what was found in the order of today's accents."""

    form: LibraryFilterForm
    filters: library.Filters
    found: list[library.Item]
    ordering: Ordering
    names: Names

    @property
    def asked(self) -> dict[str, Any]:
        """Return what was asked as it stands in an address."""
        return {one.name: one.data for one in self.form if one.data}


def search_in_library() -> Search:
    """Search for what the address asks."""
    session = db.session()
    items = library.offered(session)
    names = names_here()
    used = {key for one in items for key in one.criterion.values}
    pairs = sorted(((key, names.value(key)) for key in used), key=lambda one: one[1].lower())
    form = filter_form(pairs, request.args)
    filters = form.filters()
    ordering = ordering_on(session, today(), i18n.language())
    called = names.values | {key: _(title) for key, title in TECHNOLOGIES.items()}
    return Search(form, filters, library.search(items, filters, ordering, called), ordering, names)


@pages.get("/library", endpoint="library")
@requires(READ)
def library_page() -> Response:
    """Search in the criteria that come with the product and those of the province."""
    search = search_in_library()
    shown = page_asked(search.found)
    return page(
        "procurement/library.html",
        search=search,
        shown=shown,
        urls={
            number: url_for("procurement.library", **search.asked, page=number)
            for number in shown.beside
        },
    )


def scale_rows(type_: str, scale: Scale) -> list[dict[str, object]]:
    """Return each anchor of a scale with when it applies, the best first."""
    if scale.steps:
        return [
            {"key": _("%(points)s points", points=points), "value": say(text)}
            for points, text in reversed(scale.steps.anchors)
        ]
    part = scale.knock_out or scale.compliance
    assert part is not None
    return [
        {"key": place_title(type_, name), "value": say(getattr(part, name))}
        for name in type(part).model_fields
    ]


@pages.get("/library/criteria/<library_key>", endpoint="library_criterion")
@requires(READ)
def criterion_page(library_key: str) -> Response:
    """Show everything about one criterion."""
    session = db.session()
    item = library.find_item(session, library_key)
    items = library.whole_library(session)
    return page(
        "procurement/library_criterion.html",
        item=item,
        criterion=item.criterion,
        names=names_here(),
        scale=scale_rows(item.criterion.type, item.criterion.scale),
        neighbours=library.neighbours_of(item.criterion, items),
        dossiers=library.dossiers_with(session, item.criterion),
        why=ordering_on(session, today(), i18n.language()).why(item.criterion.values),
    )
