"""What somebody who takes part is promised, and what no promise can prevent, per way of joining."""

from __future__ import annotations

from waardewerk.i18n import lazy

#: In one sentence each, as the mode of joining is called on every page.
PROMISES = {
    "open": lazy(
        "You take part without a name. Nobody knows who you are, and one browser counts as one"
        " person. So the result shows what was said, not how many people in the province think so."
    ),
    "code": lazy(
        "You take part with the code in your letter, without a name. One letter counts once. Which"
        " letter went to whom is not kept here."
    ),
    "named": lazy(
        "You take part with your account. What you say is confidential, not anonymous: until the"
        " key of this round is destroyed it could be found out who a participant is."
    ),
}
KEPT = {
    "open": lazy(
        "A number made from a secret that only your browser has. Without the key of this round"
        " nobody can make that number again."
    ),
    "code": lazy(
        "A number made from the code in your letter, and whether the code was used. The code itself"
        " is not kept. Without the key of this round nobody can make that number again."
    ),
    "named": lazy(
        "A number made from your account. Without the key of this round nobody can make that number"
        " again."
    ),
}
_EVERYWHERE = (
    lazy(
        "Who runs the server could change the program, or listen along while people vote. That"
        " leaves no trace here."
    ),
    lazy("Who uses this device after you may see your answers, as long as the round is open."),
    lazy("Somebody could stand beside you, or ask you for a photograph of your screen."),
    lazy("Words of your own can give you away: in a statement, or in how you write."),
    lazy(
        "In a small group others may guess what somebody said, from the result and from what they"
        " know already."
    ),
)
_ALONE = {
    "open": lazy("Somebody can take part more often, with several browsers or devices."),
    "code": lazy(
        "Who printed the letters knows which code went to which address. With that list and the key"
        " it could be found out who a participant is. When the key is gone, it cannot."
    ),
    "named": lazy(
        "Who has the key and the database can find out which account a participant is, until the"
        " key is destroyed."
    ),
}


def promise_of(joining: str) -> str:
    """Say in a sentence or three what taking part means."""
    return str(PROMISES[joining])


def kept_of(joining: str) -> str:
    """Say what is kept of who somebody is."""
    return str(KEPT[joining])


def threats_to(joining: str) -> list[str]:
    """List what remains possible whatever is promised."""
    return [str(one) for one in (_ALONE[joining], *_EVERYWHERE)]
