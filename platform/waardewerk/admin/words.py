"""What the audit trail's entries are called on screen."""

from __future__ import annotations

from waardewerk.i18n import lazy

ACTIONS = {
    "job.dropped": lazy("threw a job away"),
    "job.retried": lazy("let a job run again"),
    "person.changed": lazy("changed a name or level"),
    "person.erased": lazy("erased a person"),
    "person.invited": lazy("invited somebody"),
    "person.left": lazy("let somebody go"),
    "person.password_link": lazy("made a link for a new password"),
    "person.password_set": lazy("chose a password"),
    "person.returned": lazy("let somebody back in"),
    "person.roles": lazy("changed roles"),
    "person.signed_in": lazy("signed in"),
    "person.signed_out": lazy("signed out"),
    "plugin.off": lazy("switched a plugin off"),
    "plugin.on": lazy("switched a plugin on"),
    "retention.erased": lazy("erased what was past its time"),
    "role.permissions": lazy("changed what a role may do"),
    "settings.stored": lazy("changed settings"),
}


def action_title(action: str) -> str:
    """Name an action; one of a plugin keeps its code."""
    return str(ACTIONS.get(action, action))
