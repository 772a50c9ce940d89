"""What was fixed, to take along: which documents there are, and each as a file."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from flask import make_response
from werkzeug import Response

from waardewerk import access, db, exports
from waardewerk.access import public, requires
from waardewerk.contract import Exporter
from waardewerk.i18n import gettext as _
from waardewerk.i18n import lazy
from waardewerk.refusal import NotAllowed, NotFound
from waardewerk.templating import page
from waardewerk_procurement import check_words, choices, exporters
from waardewerk_procurement.documents import ocds_checking
from waardewerk_procurement.fixed.fixing_content import drafted, whats_missing
from waardewerk_procurement.fixed.in_sight import in_sentences
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.queries import dossiers
from waardewerk_procurement.queries.checking import draft_of
from waardewerk_procurement.views.blueprint import pages, read_dossier, today
from waardewerk_procurement.views.crumbs import crumbs

#: A file of a dossier with more criteria than this can take more than a second to make.
SLOW_FROM = 40


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of document: its name in an address, and what it is called and for."""

    slug: str
    record: str
    #: The name of its file, in the language of who gets it.
    file_name: str
    title: str
    purpose: str
    #: What its file is called in a subsidy scheme, where that differs.
    subsidy_file_name: str = ""

    def file_name_for(self, dossier: Dossier, version: int) -> str:
        """Name its file so that it says what it is in a folder full of files."""
        return f"{self._base(dossier)}-versie-{version}"

    def draft_name_for(self, dossier: Dossier) -> str:
        """Name the file of a draft so that nobody takes it for what was fixed."""
        return f"concept-{self._base(dossier)}-niet-vastgesteld"

    def _base(self, dossier: Dossier) -> str:
        name = (dossier.is_subsidy and self.subsidy_file_name) or self.file_name
        return f"{name}-dossier-{dossier.id}"

    @property
    def formats(self) -> list[Exporter]:
        """The formats in which it leaves."""
        return exports.exporters_for(self.record)

    @property
    def draft_formats(self) -> list[Exporter]:
        """The formats in which it can be read before it is fixed."""
        return exports.exporters_for(exporters.draft_of(self.record))


KINDS = (
    Kind(
        "requirements",
        exporters.REQUIREMENTS,
        "programma-van-eisen",
        lazy("Programme of requirements"),
        lazy("Every criterion with its text, evidence, scale and reason. For your tender file."),
    ),
    Kind(
        "scheme",
        exporters.SCHEME,
        "regelingartikelen",
        lazy("Articles for the subsidy scheme"),
        lazy("Articles on refusal, assessment and duties, with explanation. Ready to paste."),
    ),
    Kind(
        "award-guide",
        exporters.AWARD_GUIDE,
        "gunningsleidraad",
        lazy("Award guide: how bids are judged"),
        lazy("Weights, scale, formula with a worked example, and what decides when totals tie."),
        "beoordelingsleidraad",
    ),
    Kind(
        "answer-form",
        exporters.ANSWER_FORM,
        "antwoordformulier",
        lazy("Answer form for bidders"),
        lazy("What must be met, what is asked and what is agreed with, with room to answer."),
        "aanvraagformulier",
    ),
    Kind(
        "ocds",
        exporters.OCDS,
        "open-contracting",
        lazy("Open contracting data (OCDS)"),
        lazy("The tender as open data, checked against the schema of the standard."),
    ),
)
_BY_SLUG = {one.slug: one for one in KINDS}


@pages.get("/<int:dossier_id>/documents", endpoint="documents")
@requires("procurement.read")
def documents_page(dossier_id: int) -> Response:
    """Show which documents can be made of what was fixed, and of which version."""
    dossier = read_dossier(dossier_id)
    if dossiers.takes_drafts(dossier, access.viewer()):
        return _drafts_page(dossier)
    versions = dossiers.snapshots_of(db.session(), dossier)
    offered = exporters.records_of(is_subsidy=dossier.is_subsidy)
    source = exporters.source_of(db.session(), dossier_id) if versions else None
    criteria = len(source.snapshot.criteria) if source else 0
    return page(
        "procurement/documents.html",
        dossier=dossier,
        crumbs=crumbs(dossier, (_("Documents"), "")),
        versions=versions[::-1],
        kinds=[one for one in KINDS if one.record in offered],
        source=source,
        criteria=criteria,
        is_slow=criteria > SLOW_FROM,
        seconds=exporters.seconds_for(source.snapshot) if source else 0,
        lacks_prefix=choices.ocid_prefix() == choices.UNREGISTERED,
    )


def _drafts_page(dossier: Dossier) -> Response:
    """Show which documents can be read before they are fixed, or what is missing for them."""
    session = db.session()
    offered = exporters.drafts_of(is_subsidy=dossier.is_subsidy)
    is_far_enough = drafted(session, dossier) is not None
    stops = [] if is_far_enough else _stops(dossier)
    return page(
        "procurement/drafts.html",
        dossier=dossier,
        crumbs=crumbs(dossier, (_("Documents"), "")),
        kinds=[one for one in KINDS if one.record in offered],
        is_far_enough=is_far_enough,
        stops=stops,
        missing=() if is_far_enough or stops else in_sentences(whats_missing(session, dossier)),
        can_change=dossier.can_be_written and dossiers.works_on(dossier, access.viewer()),
    )


def _stops(dossier: Dossier) -> list[check_words.Place]:
    written = draft_of(db.session(), dossier, *check_words.languages())
    return check_words.keeping_from_computing(written, *written.lots, day=today())


@pages.get("/<int:dossier_id>/documents/<document>.<form>", endpoint="document")
@requires("procurement.read")
def document(dossier_id: int, document: str, form: str) -> Response:
    """Send one document of what holds now, in one format."""
    kind, dossier = _kind(document), read_dossier(dossier_id)
    row = dossiers.last_snapshot(db.session(), dossier)
    if row is None:
        raise NotFound("Nothing of this dossier was fixed yet.")
    name = kind.file_name_for(dossier, row.number)
    return exports.send_file(kind.record, dossier_id, form, name)


@pages.get("/<int:dossier_id>/documents/draft/<document>.<form>", endpoint="draft_document")
@requires("procurement.read")
def draft_document(dossier_id: int, document: str, form: str) -> Response:
    """Send a document as it would be fixed now, marked as a draft."""
    kind, dossier = _kind(document), read_dossier(dossier_id)
    if not dossiers.takes_drafts(dossier, access.viewer()):
        raise NotAllowed(
            "A draft is for who works on the dossier and for who approves it, until it is fixed."
        )
    draft = exporters.draft_of(kind.record)
    return exports.send_file(draft, dossier_id, form, kind.draft_name_for(dossier))


def _kind(slug: str) -> Kind:
    kind = _BY_SLUG.get(slug)
    if kind is None:
        raise NotFound("There is no such document.")
    return kind


@pages.get('/ocds/<any("extension", "release-schema"):name>.json', endpoint="ocds_extension")
@public
def ocds_extension(name: Literal["extension", "release-schema"]) -> Response:
    """Describe our own extension of the standard, for whoever reads a release."""
    response = make_response(ocds_checking.own_file(f"{name}.json"))
    response.mimetype = "application/json"
    return response
