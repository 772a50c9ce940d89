"""Tables: rounds and what is said in them.

The votes of one's own rounds and those that were imported are kept apart: the latter are public,
are linked to nobody who is known here, and never change.
"""

from __future__ import annotations

from waardewerk_participation.models.imported import ImportedParticipant, ImportedVote
from waardewerk_participation.models.people import (
    BackgroundAnswer,
    Code,
    CodeBatch,
    Follower,
    PaperBatch,
    PaperEntry,
    PaperVote,
    Participant,
    Vote,
)
from waardewerk_participation.models.results import LeftOut, Point, Result
from waardewerk_participation.models.rounds import (
    Attachment,
    BackgroundQuestion,
    Outreach,
    Reach,
    Round,
    RoundText,
    StakeholderGroup,
)
from waardewerk_participation.models.statements import (
    Judgement,
    Statement,
    StatementValue,
    Translation,
)

__all__ = [
    "Attachment",
    "BackgroundAnswer",
    "BackgroundQuestion",
    "Code",
    "CodeBatch",
    "Follower",
    "ImportedParticipant",
    "ImportedVote",
    "Judgement",
    "LeftOut",
    "Outreach",
    "PaperBatch",
    "PaperEntry",
    "PaperVote",
    "Participant",
    "Point",
    "Reach",
    "Result",
    "Round",
    "RoundText",
    "StakeholderGroup",
    "Statement",
    "StatementValue",
    "Translation",
    "Vote",
]
