"""Where a scan touches a value."""

from __future__ import annotations

from flask import url_for
from sqlalchemy.orm import Session

from waardewerk import i18n
from waardewerk.contract import Value, ValueUsage
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.operations import publishing
from waardewerk_maturity.operations.opening import KIND


def usages_of(session: Session, value: Value) -> list[ValueUsage]:
    """Return the questions of the newest version that touch a value."""
    version = publishing.newest_published(session, KIND)
    if version is None:
        return []
    url = url_for("maturity.version", version_id=version.id)
    return [
        ValueUsage(title=question.title.for_language(i18n.language()), url=url, decided=True)
        for question in registry.definition_of(version).questions()
        if value.key in question.values
    ]
