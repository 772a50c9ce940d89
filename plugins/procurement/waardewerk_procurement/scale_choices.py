"""The scales that a dossier can choose from, and where a text goes when another is chosen."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from pydantic import TypeAdapter

from waardewerk_procurement.award import award_file
from waardewerk_procurement.award.scales import Scale, Step
from waardewerk_procurement.criteria import KINDS, ScaleForm

#: In the shape of ``award_file.Scale``.
SCALES: Mapping[str, Mapping[str, Any]] = {
    "even": {"kind": "linear", "lowest": "0", "highest": "10", "step": "2"},
    "one-to-ten": {"kind": "linear", "lowest": "1", "highest": "10", "step": "1"},
    "rws": {
        "kind": "steps",
        "shares": {"3": "100", "2": "60", "1": "25", "0": "0", "NR": "-50"},
    },
}
DEFAULT = "even"

_FORMS: Mapping[ScaleForm, tuple[str, ...]] = {
    "steps": (),
    "knock_out": ("met", "failed"),
    "compliance": ("full", "partial", "none"),
}
_reader: TypeAdapter[award_file.LinearScale | award_file.StepScale] = TypeAdapter(award_file.Scale)


def scale_of(written: Mapping[str, Any]) -> Scale:
    """Make the scale that a dossier has."""
    return _reader.validate_python(dict(written)).build()


def name_of(written: Mapping[str, Any]) -> str:
    """Tell which of the choices a scale is; empty when it is none of them."""
    return next((name for name, known in SCALES.items() if dict(known) == dict(written)), "")


def steps_of(written: Mapping[str, Any]) -> tuple[Step, ...]:
    """Give the steps of a dossier's scale, the lowest first."""
    return scale_of(written).steps


def places_of(type_: str, written: Mapping[str, Any]) -> tuple[str, ...]:
    """Name what needs an anchor for a criterion of this type, by the dossier's scale."""
    form = KINDS[type_].scale  # type: ignore[index]
    return _FORMS[form] or tuple(step.score for step in steps_of(written))


def moved(
    anchors: Mapping[str, str], before: Mapping[str, Any], after: Mapping[str, Any]
) -> dict[str, str]:
    """Carry anchors from one scale to another, to the step that brings the same share.

    Where the other scale has no such step the anchor has no place: what asks for 60 % of full
    marks does not say what asks for 55 %.
    """
    shares = {step.score: step.share for step in steps_of(before)}
    scores: dict[Fraction, str] = {step.share: step.score for step in steps_of(after)}
    return {
        scores[shares[score]]: text
        for score, text in anchors.items()
        if score in shares and shares[score] in scores
    }
