"""What a statement is looked at for before others read it: pure, and never a judgement.

A hint says what may be wrong, and its author decides. Refused is only what cannot be shown as it
was typed: a text that turns the direction of reading around, that has nothing in it, or that is
longer than a card. HTML is text like any other.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from waardewerk.i18n import lazy
from waardewerk.refusal import Refusal

#: Characters: what fits on a card is advised, what fits on a phone is the end.
ADVISED = 140
LONGEST = 280
#: Beyond this nothing is even looked at: putting marks in order takes time squared.
_BEYOND_READING = 20 * LONGEST

#: Kinds of hints about people; the others are about reading.
PERSONAL = ("email", "phone", "bsn", "iban", "address", "plate", "name")

_TEXTS = {
    "email": lazy("“%(part)s” looks like an e-mail address. Leave out who it is about."),
    "phone": lazy("“%(part)s” looks like a telephone number. Leave it out."),
    "bsn": lazy("“%(part)s” looks like a citizen service number (BSN). Leave it out."),
    "iban": lazy("“%(part)s” looks like a bank account. Leave it out."),
    "address": lazy("“%(part)s” looks like somebody’s address. Leave out the house number."),
    "plate": lazy("“%(part)s” looks like a licence plate. Leave it out."),
    "name": lazy("“%(part)s” looks like the name of somebody. Leave out who it is about."),
    "sentence": lazy("A sentence of %(count)s words is hard to read. Make it shorter or cut it."),
    "word": lazy("“%(part)s” is a long word. Is there a shorter one?"),
    "length": lazy("Your text has %(count)s characters. Up to %(advised)s is easier to answer."),
}


@dataclass(frozen=True)
class Hint:
    """Something that its author may want to change."""

    #: One of the keys of the texts above.
    kind: str
    #: The piece of the text that it is about; empty when it is about all of it.
    part: str = ""
    #: How many words or characters.
    count: int = 0

    def said(self) -> str:
        """Say it, in the language of whoever reads this."""
        details = {"part": self.part, "count": self.count, "advised": ADVISED}
        return str(_TEXTS[self.kind]) % details


# What is refused ------------------------------------------------------------------------------

#: Overrides and isolates: after these a reader sees other words than were stored.
_TURNS_AROUND = re.compile("[\u202a-\u202e\u2066-\u2069]")
#: Marks that nobody sees and that come along with copied text: they are taken out.
_UNSEEN = re.compile(
    "[\u00ad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180e\u200b\u200c\u200e\u200f"
    "\u2060-\u2065\u206a-\u206f\u2800\u3164\ufeff\uffa0\ufff9-\ufffb\U000e0000-\U000e0fff]"
)
#: The joiner stays where it makes one picture of two, as in a family.
_LONE_JOINER = re.compile("(?<![\u2600-\u27bf\ufe0f\U0001f000-\U0001faff])\u200d")
_MOST_MARKS = 2


def tidied(text: str) -> str:
    """Return a statement as it is kept: on one line, as everybody will see it; or refuse it."""
    if len(text) > _BEYOND_READING:
        raise _too_long()
    if _TURNS_AROUND.search(text):
        raise Refusal(
            "This text holds a hidden mark that turns the direction of reading around. "
            "Type the text yourself instead of pasting it."
        )
    words = " ".join(_LONE_JOINER.sub("", _UNSEEN.sub("", text)).split())
    whole = unicodedata.normalize("NFC", words)
    if any(_cannot_be_kept(one) for one in whole) or _has_piled_marks(whole):
        raise Refusal("This text holds a character that cannot be shown. Type it again.")
    if not any(one.isalnum() for one in whole):
        raise Refusal("Write your statement in words.")
    if len(whole) > LONGEST:
        raise _too_long()
    return whole


def _too_long() -> Refusal:
    return Refusal(
        "Your statement is longer than %(longest)s characters. Make it shorter.", longest=LONGEST
    )


def _cannot_be_kept(one: str) -> bool:
    """Tell whether a character controls, is half of one, is nobody's, or was never given out."""
    is_no_character = ord(one) & 0xFFFE == 0xFFFE
    return is_no_character or unicodedata.category(one) in {"Cc", "Cs", "Co", "Cn"}


def _has_piled_marks(text: str) -> bool:
    """Tell whether accents are piled up until they cover the lines above and below."""
    pile = 0
    for one in text:
        pile = pile + 1 if unicodedata.category(one) in {"Mn", "Me"} else 0
        if pile > _MOST_MARKS:
            return True
    return False


# What is hinted at ----------------------------------------------------------------------------

_EMAIL = re.compile(r"[\w.+-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,4}")
_PHONE = re.compile(
    r"(?<![\w.,])(?:(?:\+|00)\d{2}(?:[ ().-]{0,3}\d){8,11}|0(?:[ ()-]?\d){9})(?!\d)"
)
_NINE = re.compile(r"(?<![\w.,-])\d(?:[ .]?\d){7,8}(?![\w-])")
_IBAN = re.compile(r"(?<!\w)[A-Za-z]{2}\d{2}(?: ?[A-Za-z0-9]){11,30}")
_POSTCODE = r"[1-9]\d{3}(?: ?(?!S[ADS])[A-Z]{2}|(?!s[ads])[a-z]{2})\b"
_ADDRESS = re.compile(
    rf"\b\d{{1,5}} ?[a-zA-Z]?,? {_POSTCODE}|\b{_POSTCODE}[ ,-]{{1,3}}(?:nr\.? ?)?\d{{1,5}}\b"
    r"|\b[A-Z]\w{1,40}(?:straat|laan|weg|plein|dijk|kade|gracht|singel|steeg|hof"
    r"|strjitte|leane|wei|dyk|kaai| [Ss]treet| [Rr]oad| [Ll]ane| [Aa]venue) \d{1,4}[a-z]?\b"
)
_PLATE = re.compile(r"(?<![\w-])(?:[A-Z]{1,3}|\d{1,3})(?:-(?:[A-Z]{1,3}|\d{1,3})){2}(?![\w-])")
_NAME = re.compile(
    r"(?<![\w@.])@\w{2,40}"
    r"|\b(?:[Dd]e heer|[Mm]eneer|[Mm]evrouw|[Dd]hr\.?|[Mm]evr\.?|[Mm]w\.?"
    r"|[Ww]ethouder|[Gg]edeputeerde|[Mm]enear|[Mm]efrou|Mr\.?|Mrs\.?|Ms\.?)"
    r" (?:(?:de|van|der|den|ter|te|fan) ){0,3}[A-Z]\w{1,40}"
)

#: How many characters a bank account has per country.
_ACCOUNTS = {"NL": 18, "BE": 16, "DE": 22, "FR": 27, "LU": 20, "GB": 22, "ES": 24, "PL": 28}


def look_at(text: str, language: str) -> list[Hint]:
    """Return what the author of a statement may want to change: people first, then reading."""
    return [*_about_people(text), *_about_reading(text, language)]


def _about_people(text: str) -> Iterator[Hint]:
    left = text
    for kind, pattern, holds in _LOOKED_FOR:
        for found in pattern.finditer(left):
            part = holds(found.group())
            if part:
                yield Hint(kind, part)
                # A bank account is no telephone number as well.
                left = left.replace(part, " \N{MIDDLE DOT} ")


def _as_it_is(part: str) -> str:
    return part


def _citizen_number(part: str) -> str:
    """Return the part when it passes the test of eleven that a BSN passes."""
    digits = [int(one) for one in part if one.isdigit()]
    digits = [0] * (9 - len(digits)) + digits
    weights = (9, 8, 7, 6, 5, 4, 3, 2, -1)
    total = sum(digit * weight for digit, weight in zip(digits, weights, strict=True))
    return part if total % 11 == 0 and any(digits) else ""


def _account(part: str) -> str:
    """Return the beginning of the part that is a bank account by its check digits."""
    length = _ACCOUNTS.get(part[:2].upper(), 0)
    ends = [at for at, one in enumerate(part, start=1) if one != " "]
    if not length or len(ends) < length:
        return ""
    account = part[: ends[length - 1]]
    plain = account.replace(" ", "").upper()
    number = "".join(str(int(one, 36)) for one in plain[4:] + plain[:4])
    return account if int(number) % 97 == 1 else ""


def _plate(part: str) -> str:
    """Return the part when it has six signs, letters as well as digits."""
    plain = part.replace("-", "")
    is_mixed = not plain.isdigit() and not plain.isalpha()
    return part if len(plain) == 6 and is_mixed else ""


#: In this order: what was found is not looked at again as something else.
_LOOKED_FOR: tuple[tuple[str, re.Pattern[str], Callable[[str], str]], ...] = (
    ("email", _EMAIL, _as_it_is),
    ("iban", _IBAN, _account),
    ("phone", _PHONE, _as_it_is),
    ("bsn", _NINE, _citizen_number),
    ("address", _ADDRESS, _as_it_is),
    ("plate", _PLATE, _plate),
    ("name", _NAME, _as_it_is),
)

_SENTENCES = re.compile(r"[.!?…]+(?:\s|$)")
_WORDS = re.compile(r"[^\W\d_]+(?:[’'][^\W\d_]+)*")
#: Words in a sentence, letters in a word. English writes apart what the others write as one.
_EASY = {"en": (20, 13)}
_EASY_OTHERWISE = (15, 16)
_MOST_WORDS_NAMED = 3


def _about_reading(text: str, language: str) -> Iterator[Hint]:
    most_words, most_letters = _EASY.get(language, _EASY_OTHERWISE)
    longest = max(len(sentence.split()) for sentence in _SENTENCES.split(text))
    if longest > most_words:
        yield Hint("sentence", count=longest)
    words = dict.fromkeys(word for word in _WORDS.findall(text) if len(word) > most_letters)
    for word in list(words)[:_MOST_WORDS_NAMED]:
        yield Hint("word", word)
    if len(text) > ADVISED:
        yield Hint("length", count=len(text))


# What is there already ------------------------------------------------------------------------


def sameness(text: str) -> str:
    """Return what two texts share that differ in capitals, accents, spaces and signs alone."""
    plain = unicodedata.normalize("NFKD", text.casefold())
    return " ".join("".join(one if one.isalnum() else " " for one in _bare(plain)).split())


def _bare(text: str) -> str:
    return "".join(one for one in text if unicodedata.category(one) != "Mn" and one not in "’'")


def already_there(text: str, others: Iterable[tuple[int, str]]) -> int | None:
    """Return the number of the first statement that says the same; ``others``: number and text."""
    wanted = sameness(text)
    return next((number for number, other in others if sameness(other) == wanted), None)
