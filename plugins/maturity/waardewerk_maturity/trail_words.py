"""What the entries of this plugin are called in the audit trail."""

from __future__ import annotations

from waardewerk.contract import TrailWords
from waardewerk.i18n import lazy
from waardewerk_maturity.words import STATE_TITLES

WORDS = TrailWords(
    actions={
        "comparison.imported": lazy("brought in the result of another organisation"),
        "comparison.removed": lazy("removed the result of another organisation"),
        "scan.action": lazy("wrote an action"),
        "scan.action_changed": lazy("changed an action"),
        "scan.invited": lazy("sent invitations for a scan"),
        "scan.opened": lazy("opened a scan"),
        "scan.reminded": lazy("reminded people of a scan"),
        "scan.wanted": lazy("wrote down a level that is wanted"),
    },
    subjects={
        "comparison": lazy("comparison"),
        "scan": lazy("scan"),
    },
    details={
        "action": lazy("action"),
        "inquiry": lazy("inquiry"),
        "previous": lazy("scan before it"),
        "theme": lazy("theme"),
        "to": lazy("now"),
    },
    codes={"to": STATE_TITLES},
)
