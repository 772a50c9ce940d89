"""Letters and the report of the procedure as files."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from itertools import groupby

from sqlalchemy.orm import Session

from waardewerk import documents, exports, settings
from waardewerk.contract import Exporter
from waardewerk.documents import Document
from waardewerk.refusal import NotFound, NotNow
from waardewerk_procurement.documents import letters, report
from waardewerk_procurement.documents.packing import packed
from waardewerk_procurement.kind_words import told_for
from waardewerk_procurement.models import Bid, Dossier, Lot
from waardewerk_procurement.queries.decisions import ranking_of
from waardewerk_procurement.queries.dossiers import fixed, get_dossier
from waardewerk_procurement.queries.letters import (
    LetterFacts,
    Listed,
    facts_in,
    letter_facts,
    letters_of,
)
from waardewerk_procurement.queries.procedure import procedure_of

LETTER = "procurement.letter"
REPORT = "procurement.report"
#: In which all letters of a dossier leave at once.
WRITERS = {
    "pdf": documents.to_pdf,
    "docx": documents.to_docx,
    "odt": documents.to_odt,
}
#: To write what one bid was given on one criterion, as measured by bench/procurement.py.
_SECONDS_A_REASON = 0.0008


def letter_of(session: Session, bid_id: int, language: str) -> Document:
    """Build the letter to one bidder; refuse one that nobody called whole."""
    bid = session.get(Bid, bid_id)
    lot = session.get(Lot, bid.lot_id) if bid else None
    if lot is None:
        raise NotFound("There is no such bid.")
    dossier = get_dossier(session, lot.dossier_id)
    facts = letter_facts(session, dossier, bid_id)
    with told_for(language, is_subsidy=dossier.is_subsidy):
        return letters.build_letter(facts, sender=sender())


def concept_of(
    session: Session, dossier: Dossier, bid_id: int, language: str, today: date
) -> bytes:
    """Make a PDF of a letter that somebody still writes, as it was kept last."""
    facts = letter_facts(session, dossier, bid_id)
    with told_for(language, is_subsidy=dossier.is_subsidy):
        concept = letters.build_concept(facts, sender=sender(), today=today)
        return documents.to_pdf(concept)


def sender() -> letters.Sender:
    """Say who sends letters from here, and how they can be reached."""
    identity = settings.identity()
    return letters.Sender(identity.name, identity.contact.strip())


def report_of(session: Session, dossier_id: int, language: str) -> Document:
    """Build the report of the procedure of a dossier."""
    dossier = get_dossier(session, dossier_id)
    facts = procedure_of(session, dossier)
    with told_for(language, is_subsidy=dossier.is_subsidy):
        return report.build_report(facts, organisation=settings.identity().name)


def one_pdf(session: Session, dossier: Dossier, language: str) -> bytes:
    """Make one PDF of all letters that are ready."""
    facts = _ready(session, dossier)
    with told_for(language, is_subsidy=dossier.is_subsidy):
        return documents.to_pdf(letters.build_all(facts, sender=sender()))


def in_a_zip(session: Session, dossier: Dossier, language: str, form: str) -> Iterator[bytes]:
    """Make a file of each letter that is ready, and give the ZIP while it grows.

    What the letters say is gathered first: what is wrong is said before anything leaves, and the
    database is not needed meanwhile.
    """
    write = WRITERS[form]
    with told_for(language, is_subsidy=dossier.is_subsidy):
        built = [
            (
                f"{facts.ranking.lot.key}-{facts.bid.key}.{form}",
                letters.build_letter(facts, sender=sender()),
            )
            for facts in _ready(session, dossier)
        ]
    return packed((name, write(letter)) for name, letter in built)


def seconds_for(session: Session, dossier: Dossier, ready: Sequence[Listed]) -> int:
    """Say about how many seconds these letters take to make, together."""
    content = fixed(session, dossier)
    reasons = sum(len(content.scored_in(one.lot.key)) for one in ready)
    return round(reasons * _SECONDS_A_REASON)


def _ready(session: Session, dossier: Dossier) -> list[LetterFacts]:
    """Gather the letters that are ready; each lot is ranked once."""
    listed = [one for one in letters_of(session, dossier) if one.is_ready]
    if not listed:
        raise NotNow("No letter is ready yet.")
    return [
        facts
        for lot, own in groupby(listed, key=lambda one: one.lot)
        for facts in facts_in(session, ranking_of(session, dossier, lot), [one.bid for one in own])
    ]


def exporters() -> list[Exporter]:
    """Return the formats of a letter and of the report of the procedure."""
    on_screen_only = frozenset({"html", "json"})
    return [
        *exports.document_exporters(
            LETTER, letter_of, permission="procurement.prepare", leave_out=on_screen_only
        ),
        *exports.document_exporters(
            REPORT, report_of, permission="procurement.read", leave_out=on_screen_only
        ),
    ]
