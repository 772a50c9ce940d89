"""What a browser is asked about passkeys, and whether its answer is right (WebAuthn)."""

from __future__ import annotations

import hashlib
import hmac
import ipaddress
import json
import secrets
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from waardewerk.refusal import Refusal

#: How long a device waits for its owner, in milliseconds.
TIMEOUT = 120_000
LONGEST_ANSWER = 20_000


class PasskeyRefused(Refusal):
    """A passkey could not prove who this is."""

    code = "passkey-refused"


@dataclass(frozen=True)
class Place:
    """Where passkeys of this installation count: nowhere else, whatever a page there asks."""

    host: str
    origin: str


@dataclass(frozen=True)
class NewPasskey:
    """What a device made."""

    credential_id: str
    public_key: bytes
    uses: int


def place_of(base_url: str) -> Place | None:
    """Return the place, or nothing when browsers offer no passkeys there."""
    parts = urlsplit(base_url)
    host = parts.hostname or ""
    if _is_number(host) or (parts.scheme != "https" and host != "localhost"):
        return None
    port = f":{parts.port}" if parts.port else ""
    return Place(host=host, origin=f"{parts.scheme}://{host}{port}")


def _is_number(host: str) -> bool:
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def new_challenge() -> str:
    """Make what a device has to sign, once."""
    return secrets.token_urlsafe(32)


def options_for_sign_in(place: Place, challenge: str) -> str:
    """Write what the browser is asked: any passkey of this place, and its owner at the device."""
    return json.dumps(
        {
            "challenge": challenge,
            "rpId": place.host,
            "timeout": TIMEOUT,
            "userVerification": "required",
        }
    )


def options_for_new(
    place: Place,
    challenge: str,
    *,
    site: str,
    handle: bytes,
    email: str,
    name: str,
    known: Iterable[str],
) -> str:
    """Write what the browser is asked to make: a passkey that is found without a name."""
    from webauthn import generate_registration_options, options_to_json
    from webauthn.helpers import structs

    options = generate_registration_options(
        rp_id=place.host,
        rp_name=site,
        user_id=handle,
        user_name=email,
        user_display_name=name,
        challenge=_bytes(challenge),
        timeout=TIMEOUT,
        authenticator_selection=structs.AuthenticatorSelectionCriteria(
            resident_key=structs.ResidentKeyRequirement.REQUIRED,
            user_verification=structs.UserVerificationRequirement.REQUIRED,
        ),
        exclude_credentials=[
            structs.PublicKeyCredentialDescriptor(id=_bytes(one)) for one in known
        ],
    )
    return options_to_json(options)


def handle_of(secret: str, person_id: int) -> bytes:
    """Return by which name a device keeps somebody's passkeys; it tells nothing about them."""
    return hmac.digest(secret.encode(), f"passkey handle {person_id}".encode(), hashlib.sha256)


def read_new(place: Place, challenge: str, answer: str) -> NewPasskey:
    """Return the passkey that a device made in answer to a challenge."""
    from webauthn import verify_registration_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        made = verify_registration_response(
            credential=_read(answer),
            expected_challenge=_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, RecursionError) as fault:
        raise PasskeyRefused("Making a passkey did not work. Try again.") from fault
    return NewPasskey(_text(made.credential_id), made.credential_public_key, made.sign_count)


def credential_in(answer: str) -> str:
    """Return which passkey a browser says it used; nothing is proved yet."""
    found = _read(answer).get("id")
    return found if isinstance(found, str) and found.isascii() and found.isprintable() else ""


def uses_proved(place: Place, challenge: str, answer: str, public_key: bytes) -> int:
    """Return how often a passkey was used, when its owner proved it by signing the challenge."""
    from webauthn import verify_authentication_response
    from webauthn.helpers.exceptions import WebAuthnException

    try:
        proved = verify_authentication_response(
            credential=_read(answer),
            expected_challenge=_bytes(challenge),
            expected_rp_id=place.host,
            expected_origin=place.origin,
            credential_public_key=public_key,
            # Whether it counts on is judged where the number is kept.
            credential_current_sign_count=0,
            require_user_verification=True,
        )
    except (WebAuthnException, ValueError, TypeError, KeyError, RecursionError) as fault:
        raise unknown_passkey() from fault
    return proved.new_sign_count


def unknown_passkey() -> PasskeyRefused:
    """Say the same, whatever was wrong."""
    return PasskeyRefused("This passkey does not work here. Try again, or use your password.")


def _read(answer: str) -> dict[str, Any]:
    try:
        found = json.loads(answer) if len(answer) <= LONGEST_ANSWER else None
    except (ValueError, RecursionError):
        found = None
    if not isinstance(found, dict):
        raise unknown_passkey()
    return found


def _text(content: bytes) -> str:
    return urlsafe_b64encode(content).rstrip(b"=").decode()


def _bytes(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))
