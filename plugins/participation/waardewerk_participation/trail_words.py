"""What the entries of this plugin are called in the audit trail."""

from __future__ import annotations

from waardewerk.contract import TrailWords
from waardewerk.i18n import lazy
from waardewerk_participation.result_words import PATTERN_TITLES
from waardewerk_participation.round_words import JOINING_TITLES, PHASE_TITLES

WORDS = TrailWords(
    actions={
        "participation.followers_told": lazy("told followers that there are answers"),
        "participation.imported": lazy("brought in a round"),
        "participation.key_destroyed": lazy("destroyed the key of a round"),
        "participation.left-out": lazy("left votes out of the count"),
        "participation.point_added": lazy("added a point to answer"),
        "participation.point_answered": lazy("answered a point"),
        "participation.point_dropped": lazy("took a point off the list"),
        "participation.points_found": lazy("made the list of points to answer"),
        "participation.removed": lazy("removed a round"),
        "participation.statements_added": lazy("added statements to begin with"),
        "participation.taken-back": lazy("let votes count again"),
        "participation.votes_removed": lazy("removed somebody's votes"),
        "round.attachment": lazy("added an attachment"),
        "round.attachment_removed": lazy("removed an attachment"),
        "round.background": lazy("wrote a question about who takes part"),
        "round.background_dropped": lazy("dropped a question about who takes part"),
        "round.group": lazy("added a group to reach"),
        "round.group_changed": lazy("changed a group to reach"),
        "round.group_removed": lazy("removed a group to reach"),
        "round.letters_made": lazy("made letters with codes"),
        "round.letters_revoked": lazy("revoked letters with codes"),
        "round.moved": lazy("moved a round on"),
        "round.outreach": lazy("planned how to reach a group"),
        "round.outreach_done": lazy("wrote down that a group was reached"),
        "round.paper_begun_anew": lazy("began a booklet anew"),
        "round.paper_counted": lazy("counted booklets"),
        "round.paper_opened": lazy("opened a pile of booklets"),
        "round.paper_settled": lazy("chose between two readings of a booklet"),
        "round.paper_typed": lazy("typed a booklet over"),
        "round.paper_undone": lazy("took the count of booklets back"),
        "round.prepared": lazy("made a round"),
        "round.set_up": lazy("changed how a round works"),
        "round.statement_accept": lazy("accepted a statement"),
        "round.statement_doubt": lazy("doubted a statement"),
        "round.statement_edit": lazy("changed the words of a statement"),
        "round.statement_reject": lazy("rejected a statement"),
        "round.statement_restore": lazy("brought a statement back"),
        "round.statement_translated": lazy("translated a statement"),
        "round.statement_values": lazy("joined values to a statement"),
        "round.texts": lazy("changed the texts of a round"),
    },
    subjects={
        "round": lazy("round"),
    },
    details={
        "approved": lazy("approved"),
        "changed": lazy("changed texts"),
        "group": lazy("group"),
        "joining": lazy("who may join"),
        "language": lazy("language"),
        "mails": lazy("mails"),
        "pattern": lazy("pattern"),
        "people": lazy("people"),
        "point": lazy("point"),
        "points": lazy("points"),
        "question": lazy("question"),
        "set": lazy("set of votes"),
        "statement": lazy("statement"),
        "statements": lazy("statements"),
    },
    codes={
        "after": PHASE_TITLES,
        "before": PHASE_TITLES,
        "joining": JOINING_TITLES,
        "pattern": PATTERN_TITLES,
    },
)
