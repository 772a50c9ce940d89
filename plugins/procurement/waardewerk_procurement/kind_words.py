"""What a subsidy scheme says where a tender says something else: one list, for every screen.

Screens are written in the words of a tender. `for_kind` gives the `_` of a dossier, which says
the same of applications, applicants and amounts when it is a scheme.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from waardewerk.i18n import gettext
from waardewerk.refusal import marked

#: By the text of a tender, the text of a scheme.
IN_A_SCHEME: Mapping[str, str] = {
    # Pages of a dossier.
    "Lots and formulas": marked("Parts and formulas"),
    "How price and quality become one figure, and what decides between equals.": marked(
        "How an application gets one figure, and what decides between equals."
    ),
    "Which made-up bid wins, and whether the least ethical one still could.": marked(
        "Which made-up application wins, and whether the least ethical one still could."
    ),
    "Programme of requirements, award guide and answer form to download.": marked(
        "Articles for the scheme, assessment guide and application form to download."
    ),
    "Forms for suppliers": marked("Forms for recipients"),
    "One page behind a link, on which suppliers say what they meet or keep.": marked(
        "One page behind a link, on which applicants and recipients say what they meet or keep."
    ),
    "Bids": marked("Applications"),
    "Who sent in a bid or application. Prices come after quality is final.": marked(
        "Who applied. The amounts come after quality is final."
    ),
    "Who scores, and what they declared about each bidder.": marked(
        "Who scores, and what they declared about each applicant."
    ),
    "To each bidder: score, reason, and what the winner did better.": marked(
        "To each applicant: score and reason."
    ),
    # What happens now.
    "Assessors score each bid alone and then talk. Prices stay hidden until quality is final.": (
        marked(
            "Assessors score each application alone and then talk. The amounts come when quality "
            "is final."
        )
    ),
    # Lots and formulas.
    "Lot": marked("Part of the scheme"),
    "Lot:": marked("Part of the scheme:"),
    "All lots": marked("All parts of the scheme"),
    "Lot: %(title)s": marked("Part of the scheme: %(title)s"),
    "A lot is awarded by itself, by its own rules. What is not divided is one lot.": marked(
        "The money of each part is divided by its own rules. What is not divided is one part."
    ),
    "Add a lot": marked("Add a part of the scheme"),
    "Add this lot": marked("Add this part"),
    "Remove this lot": marked("Remove this part"),
    "When a bid drops out": marked("When an application drops out"),
    "Bids with the same total": marked("Applications with the same total"),
    "A bid that drops out": marked("An application that drops out"),
    "Expected prices, not published": marked("Expected amounts, not published"),
    "Prices that you expect": marked("Amounts that you expect"),
    "Say beforehand what decides between bids that come out equal, and what happens when one "
    "drops out. Afterwards nobody believes that you did not choose the winner with it.": marked(
        "Say beforehand what decides between applications that come out equal, and what happens "
        "when one drops out. Afterwards nobody believes that you did not choose who gets it."
    ),
    "Each formula makes one figure of price and quality in its own way, and each has a place "
    "where it goes wrong. Under the same bids another formula may give another winner.": marked(
        "Each formula makes one figure in its own way, and each has a place where it goes wrong. "
        "Under the same applications another formula may give another outcome."
    ),
    # What will be fixed, and what was.
    "How is it awarded?": marked("How is the money divided?"),
    "What bidders are told": marked("What applicants are told"),
    "Texts and rules stand still. A rectification is a new version, with a reason that bidders "
    "read.": marked(
        "Texts and rules stand still. A rectification is a new version, with a reason that "
        "applicants read."
    ),
    "You change what was fixed, and tell bidders what and why.": marked(
        "You change what was fixed, and tell applicants what and why."
    ),
    # Forms and letters.
    "One page on which a bidder says for itself what it meets, or how it keeps its promises. It "
    "needs no account. Send the link yourself.": marked(
        "One page on which an applicant or recipient says for itself what it meets, or how it "
        "keeps its promises. It needs no account. Send the link yourself."
    ),
    "Bidder": marked("Applicant"),
    "These are the words of the supplier. They are no finding and no score.": marked(
        "These are the words of the applicant or recipient. They are no finding and no score."
    ),
    "Whoever has it can fill in the form. Copy it, and send it to the bidder in the way in which "
    "you write to each other.": marked(
        "Whoever has it can fill in the form. Copy it, and send it to the applicant in the way in "
        "which you write to each other."
    ),
    # Assessing and deciding.
    "This bid does not meet a requirement: it is not compared with the others, and needs no "
    "scores.": marked(
        "A ground for refusal applies: this application is not compared with the others, and "
        "needs no scores."
    ),
    "What it must meet": marked("Grounds for refusal"),
    "Everything is agreed. Once the quality is final, no score changes any more and prices can "
    "be filled in.": marked(
        "Everything is agreed. Once the quality is final, no score changes any more and amounts "
        "can be filled in."
    ),
    "The quality of every bid is final. Now the prices can be opened.": marked(
        "The quality of every application is final. Now the amounts can be filled in."
    ),
    "the letters tell each bidder what was decided and why.": marked(
        "the letters tell each applicant what was decided and why."
    ),
    "the letters to the bidders are written.": marked("the letters to the applicants are written."),
    "Fill in prices": marked("Fill in amounts"),
    "Change prices": marked("Change amounts"),
    "Prices": marked("Amounts applied for"),
    "Keep the prices": marked("Keep the amounts"),
    "Fill in the price of every bid, as it was sent in. Write it like 125.000,00 or 125000.": (
        marked("Fill in the amount of every application. Write it like 125.000,00 or 125000.")
    ),
    "the ranking is computed. You can change a price until somebody decides.": marked(
        "the ranking is computed. You can change an amount until somebody decides."
    ),
    "You decide once. After that prices, lots that were drawn and who takes part stand still.": (
        marked(
            "You decide once. After that amounts, lots that were drawn and who takes part stand "
            "still."
        )
    ),
    "No bid is valid.": marked("No application is valid."),
    "This bid was not scored.": marked("This application was not scored."),
    "This bid drops out": marked("This application drops out"),
    "No single bid is first, so there is nobody to award this to. You can only award nothing.": (
        marked("No single application is first, so there is nobody to grant this to.")
    ),
}


def for_kind(*, is_subsidy: bool) -> Callable[..., str]:
    """Give the gettext of a dossier: the same texts, in the words of its kind."""

    def say(text: str, **details: object) -> str:
        return gettext(IN_A_SCHEME.get(text, text) if is_subsidy else text, **details)

    return say
