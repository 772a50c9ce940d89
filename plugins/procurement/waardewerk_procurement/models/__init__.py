"""Tables: dossiers and their criteria, what was fixed, how bids were assessed, what came of it.

Names of the law: a *dossier* is one tender, request or subsidy scheme; a *bid* is an offer or an
application, known here by its bidder's name and a price and by nothing else of what was sent in.
"""

from __future__ import annotations

from waardewerk_procurement.models.after import (
    EarlierWording,
    Finding,
    FollowUp,
    Lesson,
    SupplierForm,
)
from waardewerk_procurement.models.assessment import (
    AgreedScore,
    Assessor,
    Bid,
    ConflictDeclaration,
    FormerOfficer,
    KnockOutAnswer,
    MinorityNote,
    Score,
    StandIn,
)
from waardewerk_procurement.models.decision import Decision, Letter, WithdrawnDecision
from waardewerk_procurement.models.dossiers import (
    Dossier,
    DossierCriterion,
    HandOver,
    Lot,
    OwnCriterion,
)
from waardewerk_procurement.models.fixing import Review, Snapshot, SnapshotChanged

__all__ = [
    "AgreedScore",
    "Assessor",
    "Bid",
    "ConflictDeclaration",
    "Decision",
    "Dossier",
    "DossierCriterion",
    "EarlierWording",
    "Finding",
    "FollowUp",
    "FormerOfficer",
    "HandOver",
    "KnockOutAnswer",
    "Lesson",
    "Letter",
    "Lot",
    "MinorityNote",
    "OwnCriterion",
    "Review",
    "Score",
    "Snapshot",
    "SnapshotChanged",
    "StandIn",
    "SupplierForm",
    "WithdrawnDecision",
]
