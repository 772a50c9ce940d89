"""What the audit trail's entries are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from waardewerk.i18n import lazy
from waardewerk.people.words import LEVEL_TITLES, ROLE_TITLES

ACTIONS = {
    "job.dropped": lazy("threw a job away"),
    "job.retried": lazy("let a job run again"),
    "person.break_glass_off": lazy("made a break-glass account an ordinary one"),
    "person.break_glass_on": lazy("marked a break-glass account"),
    "person.break_glass_used": lazy("used a break-glass account"),
    "person.came": lazy("came in for the first time with the organisation's account"),
    "person.changed": lazy("changed a name or level"),
    "person.check_ended": lazy("ended a sign-in that the organisation no longer vouches for"),
    "person.erased": lazy("erased a person"),
    "person.invited": lazy("invited somebody"),
    "person.left": lazy("let somebody go"),
    "person.linked": lazy("linked an account to the organisation's account"),
    "person.passkey_copied": lazy("refused a passkey that may have been copied"),
    "person.password_link": lazy("made a link for a new password"),
    "person.password_set": lazy("chose a password"),
    "person.recovery_code_used": lazy("used a recovery code"),
    "person.recovery_codes": lazy("made new recovery codes"),
    "person.returned": lazy("let somebody back in"),
    "person.roles": lazy("changed roles"),
    "person.second_step_added": lazy("added a second step"),
    "person.second_step_removed": lazy("removed a second step"),
    "person.second_step_reset": lazy("took away somebody's second step"),
    "person.signed_in": lazy("signed in"),
    "person.signed_out": lazy("signed out"),
    "person.unlinked": lazy("removed the link to the organisation's account"),
    "plugin.off": lazy("switched a plugin off"),
    "plugin.on": lazy("switched a plugin on"),
    "retention.erased": lazy("erased what was past its time"),
    "role.permissions": lazy("changed what a role may do"),
    "settings.stored": lazy("changed settings"),
}


#: What the details of an entry are called; those of a plugin keep their code.
DETAILS = {
    "after": lazy("after"),
    "before": lazy("before"),
    "given": lazy("given"),
    "keys": lazy("settings"),
    "kind": lazy("kind"),
    "records": lazy("records"),
    "source": lazy("on the word of"),
    "taken": lazy("taken away"),
    "way": lazy("way"),
}
#: What codes in those details mean.
CODES = {
    **LEVEL_TITLES,
    **ROLE_TITLES,
    "app": lazy("an app with codes"),
    "link": lazy("a link"),
    "organisation": lazy("the account of the organisation"),
    "passkey": lazy("a passkey"),
    "password": lazy("a password"),
}


def details_in_words(details: Mapping[str, Any]) -> str:
    """Write details out on one line: *before: Respondent; after: Adviser, Driver*."""
    return "; ".join(f"{DETAILS.get(k, k)}: {_listed(v)}" for k, v in details.items()) or "–"


def _listed(value: object) -> str:
    items = value if isinstance(value, list) else [value]
    return ", ".join(str(CODES.get(str(item), item)) for item in items if item is not None) or "–"


def action_title(action: str) -> str:
    """Name an action; one of a plugin keeps its code."""
    return str(ACTIONS.get(action, action))
