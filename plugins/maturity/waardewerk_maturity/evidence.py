"""What other parts of the site can show about a theme, to talk about and to check.

Evidence is read beside the levels. It computes none, and it changes none.
"""

from __future__ import annotations

from datetime import date

from sqlalchemy.orm import Session

from waardewerk.contract import Viewer
from waardewerk.responsibility.findings import Finding
from waardewerk.responsibility.queries import register

#: The theme about who is responsible.
GOVERNANCE = "governance"


def register_findings(
    session: Session, theme: str, viewer: Viewer, today: date
) -> tuple[Finding, ...] | None:
    """Return what the register of responsibilities lacks; None when it says nothing here."""
    if theme != GOVERNANCE or not viewer.may(register.READ):
        return None
    return register.register(session, today).findings
