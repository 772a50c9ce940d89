"""Why signing in with the organisation's account did not work, in words for a person.

``reason`` is for the log and for whoever looks after the installation; it never holds a name, an
address or anything the provider said.
"""

from __future__ import annotations

from typing import ClassVar

from waardewerk.refusal import Refusal, marked


class SignOnRefused(Refusal):
    """Nobody came in, and nothing changed."""

    code = "sign-on-refused"
    text: ClassVar[str]

    def __init__(self, reason: str) -> None:
        super().__init__(self.text)
        self.reason = reason


class ProviderUnreachable(SignOnRefused):
    """The provider is down, slow, or too many people wait for it."""

    status = 503
    text = marked("It does not answer now. Try again in a few minutes.")


class ProviderUntrusted(SignOnRefused):
    """The provider said something that cannot be trusted or understood."""

    status = 502
    text = marked("Its answer could not be trusted, so nobody was let in. Tell your administrator.")


class ClocksDiffer(SignOnRefused):
    """The provider's clock and ours are too far apart."""

    status = 502
    text = marked(
        "Its clock and the clock of this site differ too much, so nobody was let in. "
        "Tell your administrator."
    )


class ProviderDeclined(SignOnRefused):
    """The provider, or the person there, said no."""

    status = 403
    text = marked("It did not let you in, or you stopped on the way. You can start again.")


class AttemptLost(SignOnRefused):
    """This browser did not start this sign-in, or did so too long ago."""

    status = 400
    text = marked("This sign-in was used before, or started in another browser or too long ago.")


class GrantEnded(SignOnRefused):
    """The provider no longer vouches for somebody."""

    status = 403
    text = marked("Your organisation no longer vouches for this sign-in. Sign in again.")


class NoRole(SignOnRefused):
    """The provider knows this person, and nothing says that they may come in here."""

    status = 403
    text = marked(
        "Your organisation knows you, but has not said that you work with this site. "
        "Ask your administrator for access."
    )


class AddressMissing(SignOnRefused):
    """Without an address that the provider vouches for, nobody is known here."""

    status = 403
    text = marked(
        "Your organisation did not pass on an e-mail address that it vouches for. "
        "Tell your administrator."
    )


class AccountIsLocal(SignOnRefused):
    """The account with this address is kept apart from the provider."""

    status = 403
    text = marked(
        "The account with your address is for when this way of signing in does not work. "
        "Sign in with its password."
    )


class AccountTaken(SignOnRefused):
    """The account with this address belongs to somebody else at the provider."""

    status = 403
    text = marked(
        "The account with your address belongs to another account of your organisation. "
        "Ask your administrator to look at it."
    )


class PersonLeft(SignOnRefused):
    """This person was let go here."""

    status = 403
    text = marked("You can no longer sign in here. Ask your administrator if that is a mistake.")
