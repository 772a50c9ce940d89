"""What the audit trail's entries are called on screen."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Any

from waardewerk.admin.codes import CODES, SUBJECT_CODES, Codes
from waardewerk.contract import TrailWords
from waardewerk.i18n import format_date, lazy
from waardewerk.i18n import gettext as _
from waardewerk.plugins import Plugins

ACTIONS = {
    "advice.answered": lazy("gave an answer"),
    "advice.asked": lazy("asked for advice"),
    "advice.dissent": lazy("saw an answer otherwise"),
    "advice.names": lazy("chose whether names go along"),
    "advice.not_shared": lazy("does not share an answer"),
    "advice.offered": lazy("offered a request to the committee"),
    "advice.read": lazy("read an answer"),
    "advice.referred": lazy("referred a request"),
    "advice.returned": lazy("wrote down what came back"),
    "advice.shared": lazy("shares an answer"),
    "advice.signed": lazy("put a name to a text"),
    "advice.taken_up": lazy("took a request up"),
    "advice.thought": lazy("brought something in"),
    "advice.withdrawn": lazy("took a question back"),
    "advice.written": lazy("wrote a text for an answer"),
    "body.chair_named": lazy("named a chair"),
    "body.changed": lazy("changed a body"),
    "body.ended": lazy("ended a body"),
    "body.founded": lazy("added a body"),
    "body.member_added": lazy("added a member"),
    "body.member_forgotten": lazy("forgot a member's name"),
    "body.member_left": lazy("let a member go"),
    "agreement.recorded": lazy("wrote down what was agreed"),
    "inquiry.asked": lazy("asked people to answer"),
    "inquiry.opened": lazy("opened an inquiry"),
    "inquiry.phase": lazy("moved an inquiry on"),
    "inquiry.privacy": lazy("changed what is promised about privacy"),
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
    "person.leaves": lazy("told to leave"),
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
    "person.stays": lazy("stays after all"),
    "person.unlinked": lazy("removed the link to the organisation's account"),
    "plugin.off": lazy("switched a plugin off"),
    "plugin.on": lazy("switched a plugin on"),
    "respondent.code": lazy("made a code for a respondent"),
    "respondent.consented": lazy("agreed to how answers are used"),
    "respondent.handed_in": lazy("handed answers in"),
    "respondent.out": lazy("took a respondent out"),
    "respondent.withdrew": lazy("chose to listen only"),
    "responsibility.changed": lazy("changed a responsibility"),
    "responsibility.ended": lazy("ended a responsibility"),
    "responsibility.handed_over": lazy("handed a responsibility over"),
    "responsibility.placed": lazy("placed a responsibility"),
    "retention.erased": lazy("erased what was past its time"),
    "role.permissions": lazy("changed what a role may do"),
    "settings.stored": lazy("changed settings"),
    "values.accented": lazy("set an accent"),
    "values.adopted": lazy("adopted a version of the value framework"),
    "values.card_away": lazy("took a chosen value away"),
    "values.changed": lazy("changed a draft of the value framework"),
    "values.considered": lazy("wrote what a project does to a value"),
    "values.dropped": lazy("threw a draft of the value framework away"),
    "values.lens_closed": lazy("let what was weighed in a project stand still"),
    "values.lens_opened": lazy("began to look at a project"),
    "values.lens_reopened": lazy("let people weigh in a project again"),
    "values.list_kept": lazy("brought in a list of others"),
    "values.list_removed": lazy("removed a list of others"),
    "values.looked_wider": lazy("chose a value outside the core"),
    "values.nothing_else": lazy("wrote why there is nothing outside the core"),
    "values.proposal_decided": lazy("wrote down a decision about a proposal"),
    "values.proposal_made": lazy("made a proposal about the values"),
    "values.proposal_written": lazy("wrote a proposal in the next version"),
    "values.proposed": lazy("proposed a version of the value framework"),
    "values.review_dropped": lazy("dropped a review of the value framework"),
    "values.review_held": lazy("wrote down a review of the value framework"),
    "values.review_planned": lazy("planned a review of the value framework"),
    "values.signal_answered": lazy("answered a signal"),
    "values.signal_joined": lazy("joined a signal to a proposal"),
    "values.signal_sent": lazy("sent a signal with a name"),
    "values.signal_taken_up": lazy("took up a signal"),
    "values.started": lazy("began with a version of the value framework"),
    "values.taken_back": lazy("took a version of the value framework back"),
    "values.tension_settled": lazy("wrote down a choice between values"),
    "version.drafted": lazy("wrote a version of a questionnaire"),
    "version.published": lazy("published a version of a questionnaire"),
}


#: The parts of the core that have rights of their own, by how the key of a right begins.
PARTS = {
    "values": lazy("Values"),
    "responsibility": lazy("Responsibility"),
    "advice": lazy("Advice"),
    "inquiries": lazy("Questionnaires"),
    "admin": lazy("Administration"),
}
#: What an entry is about, by how its subject begins.
SUBJECTS = {
    "advice": lazy("request for advice"),
    "agreement": lazy("agreement"),
    "body": lazy("body"),
    "inquiry": lazy("inquiry"),
    "job": lazy("job"),
    "lens": lazy("weighing"),
    "person": lazy("person"),
    "plugin": lazy("plugin"),
    "proposal": lazy("proposal"),
    "respondent": lazy("respondent"),
    "responsibility": lazy("responsibility"),
    "retention": lazy("retention rule"),
    "role": lazy("role"),
    "settings": lazy("settings of"),
    "signal": lazy("signal"),
    "value": lazy("value"),
    "values": lazy("value framework, version"),
    "values_list": lazy("list of others"),
    "values_review": lazy("review"),
    "version": lazy("questionnaire"),
}
#: What the details of an entry are called.
DETAILS = {
    "after": lazy("after"),
    "against": lazy("against"),
    "band": lazy("accent"),
    "before": lazy("before"),
    "chair": lazy("chair"),
    "direction": lazy("touched"),
    "effect": lazy("touched"),
    "from": lazy("from"),
    "given": lazy("given"),
    "holder": lazy("holder"),
    "keys": lazy("settings"),
    "kind": lazy("kind"),
    "level": lazy("level"),
    "may_travel": lazy("names go along"),
    "member": lazy("member"),
    "owner": lazy("taken up by"),
    "part": lazy("part"),
    "privacy": lazy("promise about privacy"),
    "proposal": lazy("proposal"),
    "questionnaire": lazy("questionnaire"),
    "records": lazy("records"),
    "respondent": lazy("respondent"),
    "respondents": lazy("respondents"),
    "role": lazy("role"),
    "sha256": lazy("fingerprint of the text"),
    "smallest_group": lazy("smallest group"),
    "source": lazy("on the word of"),
    "state": lazy("state"),
    "taken": lazy("taken away"),
    "target": lazy("about"),
    "text": lazy("text"),
    "urn": lazy("value"),
    "values": lazy("levels"),
    "version": lazy("version"),
    "way": lazy("way"),
}


def details_in_words(details: Mapping[str, Any], titles: Mapping[str, str], codes: Codes) -> str:
    """Write details out on one line: *before: Respondent; after: Adviser, Driver*."""
    told = (f"{titles.get(k, k)}: {_listed(v, codes.get(k, {}))}" for k, v in details.items())
    return "; ".join(told) or "–"


def _listed(value: object, titles: Mapping[str, str]) -> str:
    if isinstance(value, Mapping):
        told = [f"{titles.get(key, key)} {_one(one, {})}" for key, one in value.items()]
    else:
        items = value if isinstance(value, list) else [value]
        told = [_one(item, titles) for item in items if item is not None]
    return ", ".join(told) or "–"


def _one(value: object, titles: Mapping[str, str]) -> str:
    match value:
        case bool():
            return _("yes") if value else _("no")
        case None:
            return "–"
        case str():
            return _day(str(titles.get(value, value)))
        case _:
            return str(titles.get(str(value), value))


def _day(text: str) -> str:
    """Write a day out; what is no day stays."""
    with suppress(ValueError):
        return format_date(date.fromisoformat(text))
    return text


@dataclass(frozen=True)
class Titles:
    """What an installation calls the things that its entries name by a code."""

    rights: Mapping[str, str]
    #: Retention rules, with the name of their owner in front: ``core.respondents``.
    rules: Mapping[str, str]
    plugins: Mapping[str, str]

    def of_details(self, action: str, found: Plugins) -> tuple[Mapping[str, str], Codes]:
        """Return what details of this action, and codes in them, are called by who wrote it down.

        One word can be a detail of two owners, and mean something else to each.
        """
        if action in ACTIONS:
            return DETAILS, {**CODES, "given": self.rights, "taken": self.rights}
        owner = next((plugin for plugin in found if action in plugin.trail.actions), None)
        if owner is None:
            return DETAILS, {}
        return {**DETAILS, **owner.trail.details}, owner.trail.codes

    def of_subjects(self, kind: str) -> Mapping[str, str]:
        """Return what the things of this kind are called that have no number."""
        owners = {"core": lazy("this installation"), **self.plugins}
        known = {"plugin": self.plugins, "settings": owners, "retention": self.rules}
        return known.get(kind) or SUBJECT_CODES.get(kind, {})


def in_words(found: Plugins) -> TrailWords:
    """Gather what actions and subjects are called: ours, and those of every plugin, on or off."""
    actions, subjects = dict(ACTIONS), dict(SUBJECTS)
    for plugin in found:
        actions.update(plugin.trail.actions)
        subjects.update(plugin.trail.subjects)
    return TrailWords(actions=actions, subjects=subjects)


def subject_title(subject: str, words: TrailWords, titles: Titles) -> str:
    """Name what an entry is about: *round 3*; what nobody has a word for keeps its code."""
    kind, _colon, which = subject.partition(":")
    title = words.subjects.get(kind)
    return f"{title} {titles.of_subjects(kind).get(which, which)}" if title is not None else subject
