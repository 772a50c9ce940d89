"""The words of a tender that no scheme says, and what may say them all the same."""

from __future__ import annotations

import re
from collections.abc import Mapping

#: In English whole words, in Dutch what a word begins or is put together with.
TENDER_WORDS: Mapping[str, re.Pattern[str]] = {
    "en": re.compile(
        r"\b(?:bids?|bidders?|tender\w*|lots?|award\w*|suppliers?|prices?|priced|wins?|won"
        r"|winners?|contracts?|standstill)\b",
        re.IGNORECASE,
    ),
    "nl": re.compile(
        r"\w*(?:inschrij|gunning|gegund|gunnen|perceel|percel|leverancier|aanbested|prijs|prijz"
        r"|winna|winnen|gewonnen|inkoop|inkop|contract|opschortende)\w*|\bwint\b",
        re.IGNORECASE,
    ),
}
#: What may be read in a scheme all the same.
ALLOWED: Mapping[str, tuple[str, ...]] = {
    "en": (
        # A tie is decided by lot in a scheme too.
        r"(?:draw|drawing|drawn) lots|lots (?:were|are) (?:not )?drawn|lots that were drawn",
        r"lots would decide",
        # The kinds of dossier that the set-up offers.
        r"European tender|Tender below the European threshold|Request to several suppliers",
        r"You ask a few suppliers to send an offer",
        # The way in, on the first page.
        r"Values in tenders and subsidies",
        # Why open contracting data is not there.
        r"A subsidy scheme is no tender",
        r"Open contracting data",
        # What people wrote themselves in the scheme of this test.
        r"Also made for this contract|Bid \w shows on",
    ),
    "nl": (
        # Where one is: the part of the product that is about both.
        r"Inkoop en subsidies",
        r"Europese aanbesteding|Aanbesteding onder de Europese drempel",
        r"Aanvraag bij meerdere leveranciers|U vraagt enkele leveranciers om een offerte",
        r"volgens deel \d van de Aanbestedingswet",
        r"Waarden in aanbestedingen en subsidies",
        r"Een subsidieregeling is geen aanbesteding",
        r"Open aanbestedingsgegevens",
        # The English of the scheme of this test.
        r"Also made for this contract",
    ),
}
#: Texts with a word of a tender that no scheme says, by why it does not.
NOT_IN_A_SCHEME: Mapping[str, tuple[str, ...]] = {
    "A scheme names each recipient beside its score.": ("Score of who won: %(score)s",),
    "The audit trail is one list, of tenders and schemes together.": (
        "added a bid",
        "awarded",
        "bids",
        "let a bid drop out",
        "number of the bid",
        "removed a bid",
        "renamed a bid",
        "wrote down that nobody came for a part",
    ),
    "It is about tenders and schemes together.": (
        "A procurement or subsidy officer can begin one.",
        "As it can stand in the tender or the scheme.",
        "Decide who is awarded a contract or a subsidy",
        (
            "Here are texts that make a value concrete in a tender or a subsidy scheme. Choose "
            "few, adapt them to your dossier and have a lawyer check them."
        ),
        "Names of bidders and applicants, counted from closing the dossier",
        "Question to the bidder or applicant",
        "Score bids when appointed",
        (
            "Take an hour to begin one: what you buy or subsidise, which values it touches, and"
            " three or four criteria from the library."
        ),
        (
            "The law has other types of criteria for a tender than for a subsidy scheme. Remove"
            " the criteria first, or make another dossier."
        ),
        "They keep its promise after the award",
        "Who filled in a form for a supplier or recipient, counted from handing in",
    ),
    "A scheme has no criterion of this type.": (
        "Award criteria",
        "Award criterion",
        "Contract condition",
        "Contract conditions",
        "Keeps a bidder out. Only grounds that the law names.",
        "Significant or persistent shortcomings in an earlier public contract",
        (
            "We exclude a bidder to whom this applies: %(ground)s. The bidder may show which "
            "measures were taken to be reliable again."
        ),
        "What a bidder must be able to do. Only for a real risk.",
        "What every offer must meet, or it drops out.",
        "What is measured during the contract, again and again.",
        "What whoever wins must do during the contract.",
    ),
    "A scheme refuses this formula.": (
        "A bid without points for quality has no price per point.",
        "Award on value",
        (
            "Bid “%(bid)s” has no points for quality, and so no price per point. The rules "
            "needed a minimum that sets such a bid aside."
        ),
        (
            "It hangs on where the scale begins: the same points for everybody on top can turn "
            "the order around. A bid without points for quality has no outcome."
        ),
        (
            "It needs to be known what quality is worth in euros: too low, and the price "
            "decides by itself; too high, and almost any price wins."
        ),
        "Price and quality are divided here, so neither has a weight of its own.",
        "Price per point of quality",
        "The price is divided by the points for quality. The lowest amount per point wins.",
        "The total is the price divided by the points for quality.",
        "The total is the price minus the euros that the quality is worth.",
        "This formula divides the price by quality, so neither has a weight of its own.",
        "This lot is awarded on value: what full marks are worth comes off the price.",
        "What full marks take off the price",
        (
            "You say in euros what quality is worth to you. That comes off the price; the "
            "lowest amount wins."
        ),
        "Your scores take € %(reached)s off the price so far, of at most € %(most)s.",
        "the lowest score that is good enough, so that no bid is without points",
    ),
    "It is the law of tenders, or what only a tender publishes.": (
        "Aanbestedingswet 2012, article %(article)s, paragraph %(paragraph)s",
        "Aanbestedingswet 2012, articles 1.12 and 1.13; Gids Proportionaliteit",
        "Aanbestedingswet 2012, articles 1.15 and 1.16; Gids Proportionaliteit",
        (
            "Aanbestedingswet 2012, articles 1.8, 1.9, 1.10, 2.54 and 2.115; Directive "
            "2014/24/EU, article 47, paragraph 3"
        ),
        "Every criterion with its text, evidence, scale and reason. For your tender file.",
        "National tender",
        (
            "The Open Contracting Partnership gives each publisher a prefix, free of charge. "
            "Without one, files carry ocds-xxxxxx and are not ready to publish."
        ),
        "The tender as open data, checked against the schema of the standard.",
        "The whole contract",
        "They do not know the price.",
    ),
    "A scheme has no winner: more than one can be granted.": (
        "The price of the winner is lower than yours.",
        "We intend to award this contract to %(winner)s.",
        (
            "We intend to award this contract to you. Your bid is the best by the rules that "
            "were published."
        ),
        "Without %(value)s, %(bid)s would have won too.",
        "Without %(value)s, %(bid)s would have won.",
    ),
    "Who writes a file for a machine reads it.": (
        (
            "is no key: use letters and digits, with . _ or - between them, and capitals for a "
            "bid only"
        ),
    ),
}


def tender_words(text: str, language: str) -> list[str]:
    """Give the words of a tender in a text, each with what stands around it."""
    for allowed in ALLOWED[language]:
        text = re.sub(allowed, "", text, flags=re.IGNORECASE)
    return [
        text[max(found.start() - 60, 0) : found.end() + 40]
        for found in TENDER_WORDS[language].finditer(text)
    ]
