"""The hour that comes twice, in the night in which the clock goes back."""

from __future__ import annotations

from flask import flash

from waardewerk.forms import MomentField
from waardewerk.i18n import gettext as _


def tell_the_hour(field: MomentField) -> None:
    """Say which of the two was taken, when a moment that was typed comes twice."""
    if field.moment is None or not field.moment.is_second:
        return
    text = _("The clock goes back that night: %(time)s comes twice.", time=f"{field.data:%H:%M}")
    flash(f"{text} {_('The later one is meant now.')}", "warning")
