"""What a second pair of eyes, or whoever rectifies, has in sight before deciding."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy.orm import Session

from waardewerk.i18n import day_of, speaking
from waardewerk.i18n import gettext as _
from waardewerk.notation.problems import Problem
from waardewerk_procurement import check_words, checking
from waardewerk_procurement.checking import Finding
from waardewerk_procurement.draft import Draft
from waardewerk_procurement.fixed import snapshot
from waardewerk_procurement.fixed.comparing import Change, compare, is_to_be_told
from waardewerk_procurement.fixed.fixed_words import (
    ShownChange,
    advice_words,
    notice_of,
    shown_changes,
)
from waardewerk_procurement.fixed.fixing_content import LANGUAGE, whats_missing, written_so_far
from waardewerk_procurement.models import Dossier
from waardewerk_procurement.operations import fixing
from waardewerk_procurement.operations.gate import in_words
from waardewerk_procurement.queries import dossiers
from waardewerk_procurement.queries.checking import draft_of


@dataclass(frozen=True)
class InSight:
    """A dossier as it would be fixed now."""

    #: What stops it, in sentences.
    missing: tuple[str, ...]
    #: What the checks looked at, and what they found.
    draft: Draft
    findings: tuple[Finding, ...]
    #: Nothing while it lacks too much to be written down.
    written: snapshot.Snapshot | None
    sha256: str
    #: What holds now; nothing before the freeze.
    fixed: snapshot.Snapshot | None
    changes: tuple[Change, ...] = ()

    def shown(self) -> list[ShownChange]:
        """Put what changes into words."""
        if self.fixed is None or self.written is None:
            return []
        return shown_changes(self.changes, self.fixed, self.written)


def in_sight(session: Session, dossier: Dossier, now: datetime) -> InSight:
    """Lay a dossier open as it would be fixed, beside what holds now."""
    last = dossiers.last_snapshot(session, dossier)
    fixed = snapshot.read_snapshot(last.content) if last is not None else None
    written = written_so_far(session, dossier, last.number + 1 if last is not None else 1)
    draft = draft_of(session, dossier, *check_words.languages())
    findings = tuple(checking.check(draft, checking.shipped_rules(), day_of(now)))
    lacks = whats_missing(session, dossier, written)
    stops = lacks or in_words(len(checking.stopping(findings)))
    return InSight(
        missing=in_sentences(stops),
        draft=draft,
        findings=findings,
        written=written,
        sha256=snapshot.sha256_of(snapshot.write_snapshot(written)) if written else "",
        fixed=fixed,
        changes=compare(fixed, written) if fixed is not None and written is not None else (),
    )


def in_sentences(problems: Iterable[Problem]) -> tuple[str, ...]:
    """Say what a dossier lacks, each thing in a sentence."""
    said = ((one.subject, one.text(_)) for one in problems)
    return tuple(f"{subject}: {text}" if subject else text for subject, text in said)


def notice_for(seen: InSight, reason: str) -> str:
    """Write what bidders are told, in the language of the documents."""
    told = tuple(one for one in seen.changes if is_to_be_told(one))
    if not told or seen.fixed is None or seen.written is None or seen.written.closes_at is None:
        return ""
    with speaking(LANGUAGE):
        changes = shown_changes(told, seen.fixed, seen.written)
        number = seen.written.number
        return notice_of(changes, seen.written, number, reason, seen.written.closes_at)


def advice_for(seen: InSight, now: datetime) -> str:
    """Say what is advised about the closing date; nothing before the freeze."""
    if seen.fixed is None:
        return ""
    advice = fixing.advice_on(seen.changes, seen.fixed.closes_at, now)
    return advice_words(advice, seen.fixed.kind)
