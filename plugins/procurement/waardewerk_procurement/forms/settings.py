"""What a province chooses for all its dossiers."""

from __future__ import annotations

from wtforms import StringField
from wtforms.validators import Optional, Regexp

from waardewerk.forms import Form
from waardewerk.i18n import lazy


class DossierSettingsForm(Form):
    """What a province chooses for all its dossiers."""

    ocid_prefix = StringField(
        lazy("Prefix for open contracting data"),
        [
            Optional(strip_whitespace=True),
            Regexp(
                r"^ocds-[a-z0-9]{6}$",
                message=lazy("A prefix is ocds- and six letters or digits, such as ocds-a1b2c3."),
            ),
        ],
        description=lazy(
            "The Open Contracting Partnership gives each publisher a prefix, free of charge. "
            "Without one, files carry ocds-xxxxxx and are not ready to publish."
        ),
    )
