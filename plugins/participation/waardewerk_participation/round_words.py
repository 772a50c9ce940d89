"""What phases and rules of a round are called on screen, and what each means in one sentence."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from waardewerk.i18n import lazy

PHASE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "prepare": lazy("Prepare"),
        "vote": lazy("Vote"),
        "second_vote": lazy("Second vote"),
        "analyse": lazy("Analyse"),
        "answer": lazy("Answer people"),
        "closed": lazy("Closed"),
    }
)
#: What the button says that moves a round to a phase.
MOVE_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "vote": lazy("Open the vote"),
        "second_vote": lazy("Begin the second vote"),
        "analyse": lazy("End the vote"),
        "answer": lazy("Begin to answer"),
        "closed": lazy("Close the round"),
    }
)
#: What happens at that moment.
MOVE_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "vote": lazy("From that moment on people can take part."),
        "second_vote": lazy("The first vote ends. People can vote on everything that was said."),
        "analyse": lazy("Nobody can vote any more. Then the result is counted."),
        "answer": lazy(
            "The result is published, exact and for good. You answer what people agree on, what "
            "divides them and what they fear."
        ),
        "closed": lazy("Everybody can read what you do with what was said. The round is over."),
    }
)
#: What is told once it is done.
MOVED_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "vote": lazy("The vote is open: people can take part."),
        "second_vote": lazy("The second vote is open."),
        "analyse": lazy("The vote has ended: no vote is added any more."),
        "answer": lazy("You can answer people now."),
        "closed": lazy("The round is closed."),
    }
)
#: What stands still from that moment on.
STANDS_STILL: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "vote": (
            lazy("The title, the question and the languages."),
            lazy(
                "From the first participant: who may join, moderation, how many statements "
                "somebody may add, and the questions about who takes part."
            ),
        ),
        "second_vote": (lazy("When the first vote ended."),),
        "analyse": (
            lazy("All votes: none is added, changed or taken back."),
            lazy("When the vote ended."),
        ),
        "answer": (
            lazy("The result: no booklet is counted and no vote is left out any more."),
            lazy("The points that ask for an answer, with the figures of that result."),
        ),
        "closed": (
            lazy("The answers, the dossier and all texts."),
            lazy("Later the key is destroyed: then nobody can link a vote to anybody."),
        ),
    }
)
JOINING_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "open": lazy("Everybody with the link"),
        "code": lazy("Everybody with a letter"),
        "named": lazy("People with an account here"),
    }
)
#: What people are promised, in one plain sentence each.
JOINING_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "open": lazy(
            "Everybody with the link or the QR code can take part, once per browser: the result "
            "says what people think, and does not stand for everybody."
        ),
        "code": lazy(
            "Each letter holds a code for one person, who can come back with it; nobody keeps "
            "which code went to whom."
        ),
        "named": lazy(
            "Only people who are signed in here take part; it is confidential, and not anonymous."
        ),
    }
)
MODERATION_TITLES: Mapping[str, str] = MappingProxyType(
    {"before": lazy("Before others see them"), "after": lazy("Afterwards")}
)
MODERATION_SENTENCES: Mapping[str, str] = MappingProxyType(
    {
        "before": lazy("A moderator reads each new statement first. The safest choice."),
        "after": lazy(
            "New statements are seen at once, and disappear when a moderator doubts them."
        ),
    }
)
TOUCHED_TITLES: Mapping[int, str] = MappingProxyType(
    {3: lazy("Hard"), 2: lazy("Clearly"), 1: lazy("A little")}
)
SET_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "age": lazy("Age, in four bands"),
        "municipality": lazy("Where somebody lives: municipality or larger"),
        "role": lazy("Role: how somebody has to do with it"),
    }
)
PART_TITLES: Mapping[str, str] = MappingProxyType(
    {
        "which_data": lazy("Which data?"),
        "which_technology": lazy("Which technology?"),
        "about_whom": lazy("About whom?"),
        "what_may_go_wrong": lazy("What may go wrong?"),
        "can_we": lazy("Can we do this?"),
        "may_we": lazy("May we do this?"),
        "do_we_want_to": lazy("Do we want to do this?"),
    }
)
