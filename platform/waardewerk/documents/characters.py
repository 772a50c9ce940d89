"""Which characters may travel into a document."""

import re

# What XML 1.0 refuses, the C1 controls that fonts cannot draw, and the non-characters.
_UNPRINTABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ufdd0-\ufdef\ufffe\uffff]")
_LONE_SURROGATE = re.compile("[\ud800-\udfff]")
_LINE_BREAK = re.compile("\r\n?|[\x85\u2028\u2029]")

REPLACEMENT = "\N{REPLACEMENT CHARACTER}"


def printable(text: str) -> str:
    """Return the text without control characters, with lone surrogates made visible."""
    text = _LINE_BREAK.sub("\n", text)
    text = _UNPRINTABLE.sub("", text)
    return _LONE_SURROGATE.sub(REPLACEMENT, text)
