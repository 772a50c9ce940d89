"""What codes in the details of the core's own entries in the audit trail mean on screen.

By detail, for a code can mean one thing as a role and another as the state of something.
"""

from __future__ import annotations

from collections.abc import Mapping

from waardewerk.i18n import lazy
from waardewerk.people.words import LEVEL_TITLES, ROLE_TITLES
from waardewerk.questionnaires.showing import LENS_TITLES, PHASE_TITLES
from waardewerk.responsibility import words as responsibility
from waardewerk.values import words as values

#: Per detail what its codes mean.
Codes = Mapping[str, Mapping[str, str]]

#: Roles and levels of somebody, and phases of an inquiry.
_BEFORE_AND_AFTER = {**LEVEL_TITLES, **ROLE_TITLES, **PHASE_TITLES}
_WAYS = {
    "app": lazy("an app with codes"),
    "link": lazy("a link"),
    "organisation": lazy("the account of the organisation"),
    "passkey": lazy("a passkey"),
    "password": lazy("a password"),
}

CODES: Codes = {
    "after": _BEFORE_AND_AFTER,
    "band": values.BAND_TITLES,
    "before": _BEFORE_AND_AFTER,
    "direction": values.DIRECTION_TITLES,
    "effect": values.EFFECT_TITLES,
    "holder": {
        "person": lazy("a person"),
        "function": lazy("a function"),
        "body": lazy("a body"),
    },
    "keys": {
        "accessibility": lazy("Accessibility"),
        "contact": lazy("Contact"),
        "logo_url": lazy("Logo"),
        "name": lazy("Name of your organisation"),
        "privacy": lazy("Privacy"),
        "theme": lazy("Colours and fonts"),
    },
    "kind": {**_WAYS, **responsibility.BODY_TITLES},
    "level": LEVEL_TITLES,
    "part": {"why": lazy("why there is a new version")},
    "privacy": {
        "grouped": lazy("groups only"),
        "confidential": lazy("names, with consent"),
    },
    "role": responsibility.ROLE_TITLES,
    "source": _WAYS,
    "state": values.PROPOSAL_STATES,
    "values": LENS_TITLES,
    "way": _WAYS,
}
#: What codes in a subject mean: *role:adviseur*.
SUBJECT_CODES: Codes = {"role": ROLE_TITLES}
