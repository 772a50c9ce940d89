"""What the demo province shows: a dossier being written, one being assessed, and one that runs.

Criteria come from the shipped library. From the decision on everything goes through the same
operations as real use; what came before it is put there as it was then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from waardewerk.notation.yaml_text import plain, read_yaml
from waardewerk_procurement.demo import assessed, running, written
from waardewerk_procurement.demo.cast import Cast
from waardewerk_procurement.models import Dossier

DOSSIERS = Path(__file__).parent / "dossiers.yaml"


def load(session: Session, people: Mapping[str, int], *, secret: str, now: datetime) -> None:
    """Add the demo's dossiers, once."""
    if session.scalar(select(Dossier.id).limit(1)) is not None:
        return
    cast = Cast(session, people, secret, now)
    for told in _told():
        _STAGES[told["stage"]](cast, told)


@cache
def _told() -> list[dict[str, Any]]:
    found: Any = plain(read_yaml(DOSSIERS.read_text(encoding="utf-8")))
    return list(found)


def _concept(cast: Cast, told: dict[str, Any]) -> None:
    """A scheme that somebody is still writing: one weight is not right yet."""
    written.write(cast, told, made=12, closes=-75)


def _assessment(cast: Cast, told: dict[str, Any]) -> None:
    """A tender of which the bids are being scored; nobody saw the scores of others yet."""
    dossier = written.write(cast, told, made=80, closes=9)
    written.fix(cast, dossier, days=60)
    assessed.begin(cast, dossier, told, days=8)
    assessed.score(cast, dossier, told, days=3)


def _execution(cast: Cast, told: dict[str, Any]) -> None:
    """A tender that was awarded more than a year ago, with promises kept, broken and in doubt."""
    dossier = written.write(cast, told, made=600, closes=520)
    written.fix(cast, dossier, days=580)
    assessed.begin(cast, dossier, told, days=518)
    assessed.agree(cast, dossier, told, days=500)
    running.decide(cast, dossier, told, days=490)
    running.run(cast, dossier, told, days=460)


_STAGES = {"concept": _concept, "assessment": _assessment, "execution": _execution}
