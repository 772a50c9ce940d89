"""The organisation's provider as this application knows it; made when somebody needs it."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING

from flask import current_app, url_for

from waardewerk.config import Config
from waardewerk.i18n import gettext as _

if TYPE_CHECKING:
    from waardewerk.people.oidc.provider import Provider

EXTENSION = "waardewerk.provider"
#: Where the provider sends the browser back to; the operator registers it there.
BACK = "/sign-in/organisation/back"
_one_at_a_time = threading.Lock()


def provider() -> Provider | None:
    """Return the provider, or nothing when the operator set none."""
    if not _config().oidc_issuer:
        return None
    with _one_at_a_time:
        if EXTENSION not in current_app.extensions:
            current_app.extensions[EXTENSION] = _make(_config())
    made: Provider = current_app.extensions[EXTENSION]
    return made


def _make(config: Config) -> Provider:
    # Half a second of imports, for who signs in and not for who starts.
    from waardewerk.people.oidc.provider import Provider

    return Provider(config, config.base_url + BACK)


def is_set() -> bool:
    """Tell whether people can sign in with their organisation's account."""
    return bool(_config().oidc_issuer)


def name() -> str:
    """Return what the button calls the provider."""
    return _config().oidc_name or _("the account of your organisation")


def signed_out_address() -> str:
    """Return where the provider may send a browser that signed out there."""
    return _config().base_url + url_for("people.signed_out")


def _config() -> Config:
    config: Config = current_app.extensions["waardewerk.config"]
    return config
