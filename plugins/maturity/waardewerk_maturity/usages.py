"""Where scans use a value, what they agreed on with it, and what came of that.

Used: a question of the newest published version touches it, or a scan was held with such a
question. Decided: people agreed on such a question, or on the theme in which it stands, in a scan
that is agreed. Result: an action on that theme is done. Scans that still run say only that they
are there.

A page about practice asks for each value in turn, so all values are gathered at the first
question and kept for the request.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping

from flask import g, url_for
from sqlalchemy.orm import Session

from waardewerk import i18n
from waardewerk.contract import Value, ValueUsage
from waardewerk.questionnaires import registry
from waardewerk.questionnaires.definition import Definition
from waardewerk.questionnaires.operations import publishing
from waardewerk_maturity import queries
from waardewerk_maturity.models import Action, Scan
from waardewerk_maturity.operations.opening import KIND


def usages_of(session: Session, value: Value) -> list[ValueUsage]:
    """Return the questions that touch a value, and the scans that were held with them."""
    if "maturity_usages" not in g:
        g.maturity_usages = _gather(session)
    found: list[ValueUsage] = g.maturity_usages.get(value.key, [])
    return found


def _gather(session: Session) -> Mapping[str, list[ValueUsage]]:
    found: dict[str, list[ValueUsage]] = defaultdict(list)
    for key, usage in (*_questions(session), *_scans(session)):
        found[key].append(usage)
    return found


def _questions(session: Session) -> Iterator[tuple[str, ValueUsage]]:
    version = publishing.newest_published(session, KIND)
    if version is None:
        return
    url = url_for("maturity.version", version_id=version.id)
    for question in registry.definition_of(version).questions():
        title = question.title.for_language(i18n.language())
        for key in question.values:
            yield key, ValueUsage(title=title, url=url)


def _scans(session: Session) -> Iterator[tuple[str, ValueUsage]]:
    scans = queries.scans(session)
    agreed = queries.agreed_targets(session)
    done = queries.done_actions(session)
    for scan in scans:
        targets = agreed.get(scan.inquiry_id, frozenset())
        for key, touched in _touched(registry.definition_of(scan.inquiry.version)).items():
            yield key, _scan_usage(scan, touched, targets, done.get(scan.id, ()))


def _touched(definition: Definition) -> Mapping[str, set[str]]:
    """Return per value the questions that touch it and the sections in which those stand."""
    touched: dict[str, set[str]] = defaultdict(set)
    for section in definition.sections:
        for question in section.questions:
            for key in question.values:
                touched[key] |= {question.id, section.id}
    return touched


def _scan_usage(
    scan: Scan, touched: set[str], agreed: frozenset[str], done: Iterable[Action]
) -> ValueUsage:
    decided = bool(touched & agreed)
    results = [_in_words(action) for action in done if decided and action.theme in touched]
    return ValueUsage(
        title=scan.inquiry.title,
        url=url_for("maturity.scan", scan_id=scan.id),
        decided=decided,
        result="; ".join(results),
    )


def _in_words(action: Action) -> str:
    return f"{action.title}: {action.note}" if action.note else action.title
