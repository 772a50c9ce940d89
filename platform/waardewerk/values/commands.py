"""What the command line does with the framework; each gives the line that it prints."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from sqlalchemy.orm import Session

from waardewerk.i18n import day_of
from waardewerk.notation.yaml_text import LARGEST_BYTES
from waardewerk.refusal import NotFound
from waardewerk.values import queries
from waardewerk.values.framework import Framework, load_framework
from waardewerk.values.operations import drafting, listing


def export(session: Session, number: int | None) -> str:
    """Give a version as YAML: the one with this number, or the one in force."""
    if number is not None:
        return queries.get_version(session, number).content
    today = day_of(datetime.now(UTC))
    current = queries.version_in_force(session, today)
    if current is None:
        raise NotFound("There is no value framework in force yet.")
    return current.content


def read(file: Path) -> Framework:
    """Read a file, and no more of it than may be in it."""
    with file.open("rb") as opened:
        return load_framework(opened.read(LARGEST_BYTES + 1))


def summary(framework: Framework) -> str:
    """Say what is in a file that can be used."""
    return (
        f"This file can be used: {len(framework.values)} values, "
        f"{len(framework.principles)} principles, {len(framework.norms)} norms, "
        f"in {', '.join(framework.languages)}."
    )


def start_draft(session: Session, framework: Framework, why: str) -> str:
    """Make a framework the draft of the next version."""
    now = datetime.now(UTC)
    version = drafting.start_version(session, framework, why=why, actor_id=None, now=now)
    return f"Version {version.number} is a draft."


def keep_list(session: Session, framework: Framework) -> str:
    """Keep a framework as a list of others."""
    now = datetime.now(UTC)
    before = queries.count_lists(session)
    kept = listing.keep_list(session, framework, actor_id=None, now=now)
    is_new = queries.count_lists(session) > before
    return f"List {kept.id} is {'kept' if is_new else 'here already'}."
