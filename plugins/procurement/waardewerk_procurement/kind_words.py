"""What a subsidy scheme says where a tender says something else: one list, for everything said.

Pages, forms, refusals and documents are written once, in the words of a tender. A request about
a scheme says them in the words of a scheme: applications, applicants, parts and amounts. Who
writes a text with a word of a tender adds it here; a test finds who forgot.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager

from waardewerk import i18n
from waardewerk.i18n import AS_WRITTEN, Wording
from waardewerk.refusal import marked, marked_plural

#: By the text of a tender, the text of a scheme.
IN_A_SCHEME: Mapping[str, str] = {
    # Pages of a dossier.
    "Lots and formulas": marked("Parts and formulas"),
    "How price and quality become one figure, and what decides between equals.": marked(
        "How an application gets one figure, and what decides between equals."
    ),
    "Which made-up bid wins, and whether the least ethical one still could.": marked(
        "Which made-up application comes first, and whether the least ethical one still could."
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
    "who leads the dossier writes the letters to the bidders.": marked(
        "who leads the dossier writes the letters to the applicants."
    ),
    "It is decided. Every bidder gets a letter from who leads the dossier. When the standstill is "
    "over, the decision is carried out.": marked(
        "It is decided. Every applicant gets a letter from who leads the dossier. When nobody can "
        "object any more, the decision is carried out."
    ),
    "Prices are filled in, and the ranking is computed from what was fixed. Then somebody who did "
    "not assess decides.": marked(
        "Amounts are filled in, and the ranking is computed from what was fixed. Then somebody "
        "who did not assess decides."
    ),
    "To the prices and the decision": marked("To the amounts and the decision"),
    "Prices can be filled in once the quality of every lot is final.": marked(
        "Amounts can be filled in once the quality of every part is final."
    ),
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
    # Formulas and figures, and what is said of them.
    "Everything is priced and ranked. You can decide.": marked(
        "Every amount is filled in and ranked. You can decide."
    ),
    "The quality is final. Fill in the prices.": marked(
        "The quality is final. Fill in the amounts."
    ),
    "No award can be computed from this file.": marked("Nothing can be computed from this file."),
    "There is no lot “%(key)s”.": marked("There is no part “%(key)s”."),
    "There is no such bid.": marked("There is no such application."),
    "Middle price, good": marked("Middle amount, good"),
    "When a bid drops out, totals are computed anew without it.": marked(
        "When an application drops out, totals are computed anew without it."
    ),
    "When a bid drops out, the totals of the others stay as they are.": marked(
        "When an application drops out, the totals of the others stay as they are."
    ),
    "%(before)s before %(after)s: a lower price.": marked(
        "%(before)s before %(after)s: a lower amount."
    ),
    "You declared an interest in this bidder. Others assess this bid.": marked(
        "You declared an interest in this applicant. Others assess this application."
    ),
    "Say what decides between bids with the same total.": marked(
        "Say what decides between applications with the same total."
    ),
    "Say what happens when a bid drops out after the ranking.": marked(
        "Say what happens when an application drops out after the ranking."
    ),
    "Ask the supplier. Until then the checks reckon with AI.": marked(
        "Ask the applicant. Until then the checks reckon with AI."
    ),
    "The AI Act may ask things of the supplier and of you.": marked(
        "The AI Act may ask things of the applicant and of you."
    ),
    "3 brings 100 percent, 2 brings 60, 1 brings 25, 0 nothing, and NR takes off 50 "
    "percent. Used with an award on value.": marked(
        "3 brings 100 percent, 2 brings 60, 1 brings 25, 0 nothing, and NR takes off 50 percent."
    ),
    "Compute and rank again without that bid": marked(
        "Compute and rank again without that application"
    ),
    "The lowest price": marked("The lowest amount"),
    "You name the lowest and the highest price that count. In between the price brings "
    "points along a straight line.": marked(
        "You name the lowest and the highest amount that count. In between the amount brings "
        "points along a straight line."
    ),
    "The price is fixed, or has a ceiling. Only quality decides.": marked(
        "The amount is fixed, or has a ceiling. Only quality decides."
    ),
    "The lowest price gets all points. Who asks twice as much gets half of them.": marked(
        "The lowest amount gets all points. Who asks twice as much gets half of them."
    ),
    "The lowest price gets all points. Who asks twice as much gets none of them.": marked(
        "The lowest amount gets all points. Who asks twice as much gets none of them."
    ),
    "The lowest price gets all points, the highest none.": marked(
        "The lowest amount gets all points, the highest none."
    ),
    "Each time that the price doubles, the same number of points goes off.": marked(
        "Each time that the amount doubles, the same number of points goes off."
    ),
    "price %(weight)s": marked("amount %(weight)s"),
    "Promise of the winner": marked("Promise of the recipient"),
    "This formula compares bids with each other. Say why it is needed.": marked(
        "This formula compares applications with each other. Say why it is needed."
    ),
    "The price of bid “%(bid)s” is %(price)s. Nothing is computed with a price of zero or"
    " less: first ask the bidder how it can be so low.": marked(
        "The amount of application “%(bid)s” is %(price)s. Nothing is computed with an amount"
        " of zero or less: first ask the applicant how it can be so low."
    ),
    "Say whether the bid meets “%(key)s”.": marked(
        "Say whether the ground for refusal “%(key)s” applies."
    ),
    "The price is not what was published.": marked("The amount is not what was published."),
    "Bid “%(bid)s” is there twice.": marked("Application “%(bid)s” is there twice."),
    "Lots were drawn for “%(bid)s”, which is no bid.": marked(
        "Lots were drawn for “%(bid)s”, which is no application."
    ),
    "The price of %(bid)s, %(price)s, lies outside the band and counts as its edge.": marked(
        "The amount of %(bid)s, %(price)s, lies outside the band and counts as its edge."
    ),
    "the weight of the price and of each criterion": marked(
        "the weight of the amount and of each criterion"
    ),
    "Rank reversal: whoever has the lowest price sets the yardstick for all others, so a "
    "bid that cannot win decides who does. The lowest price always gets full marks.": marked(
        "Rank reversal: whoever has the lowest amount sets the yardstick for all others, so "
        "an application that cannot come first decides which one does. The lowest amount "
        "always gets full marks."
    ),
    "The weight of the price must be more than 0 and at most 100 percent.": marked(
        "The weight of the amount must be more than 0 and at most 100 percent."
    ),
    "Lowest price divided by price": marked("Lowest amount divided by amount"),
    "Straight line from the lowest price to twice that price": marked(
        "Straight line from the lowest amount to twice that amount"
    ),
    "Rank reversal: whoever has the lowest price sets the yardstick for all others. From "
    "twice the lowest price on, a price brings nothing and a higher one costs nothing "
    "more.": marked(
        "Rank reversal: whoever has the lowest amount sets the yardstick for all others. From"
        " twice the lowest amount on, an amount brings nothing and a higher one costs nothing"
        " more."
    ),
    "Straight line from the lowest to the highest price": marked(
        "Straight line from the lowest to the highest amount"
    ),
    "Rank reversal: the lowest and the highest price steer all others. With two bids the "
    "cheaper one gets all points for the price and the other none, however close they "
    "are.": marked(
        "Rank reversal: the lowest and the highest amount steer all others. With two "
        "applications the lower one gets all points for the amount and the other none, "
        "however close they are."
    ),
    "Published price band": marked("Published band of amounts"),
    "the floor and the ceiling of the price band": marked(
        "the floor and the ceiling of the band of amounts"
    ),
    "It needs a good estimate: below the floor a lower price brings nothing more, and "
    "above the ceiling a higher price costs nothing more.": marked(
        "It needs a good estimate: below the floor a lower amount brings nothing more, and "
        "above the ceiling a higher amount costs nothing more."
    ),
    "The floor of the price band must be below its ceiling.": marked(
        "The floor of the band must be below its ceiling."
    ),
    "Points per doubling of the price": marked("Points per doubling of the amount"),
    "the points that a doubling of the price costs, and the reference price": marked(
        "the points that a doubling of the amount costs, and the reference amount"
    ),
    "It is hard to explain and hard to check by hand. Without a published reference price"
    " the lowest price is the reference, and it compares bids with each other.": marked(
        "It is hard to explain and hard to check by hand. Without a published reference "
        "amount the lowest amount is the reference, and it compares applications with each "
        "other."
    ),
    "A doubling of the price must cost more than 0 points.": marked(
        "A doubling of the amount must cost more than 0 points."
    ),
    "The reference price must be above 0.": marked("The reference amount must be above 0."),
    "Fixed price or ceiling": marked("Fixed amount or ceiling"),
    "the fixed price or the ceiling": marked("the fixed amount or the ceiling"),
    "Bids do not compete on price: whether the amount is right must be checked beforehand.": marked(
        "Applicants do not compete on the amount: whether it is right must be checked beforehand."
    ),
    "Give either a fixed price or a ceiling.": marked("Give either a fixed amount or a ceiling."),
    "The fixed price or the ceiling must be above 0.": marked(
        "The fixed amount or the ceiling must be above 0."
    ),
    "“%(score)s” is no step of the published scale (%(steps)s). “Not applicable” is no "
    "score: what was published is scored for every bid.": marked(
        "“%(score)s” is no step of the published scale (%(steps)s). “Not applicable” is no "
        "score: what was published is scored for every application."
    ),
    "“%(key)s” is not scored. What was published is scored for every bid.": marked(
        "“%(key)s” is not scored. What was published is scored for every application."
    ),
    "The lowest expected price must be above 0 and below the highest.": marked(
        "The lowest expected amount must be above 0 and below the highest."
    ),
    "Give expected prices in whole cents.": marked("Give expected amounts in whole cents."),
    "price": marked("amount"),
    "Points for the price: %(most)s × lowest price ÷ price.": marked(
        "Points for the amount: %(most)s × lowest amount ÷ amount."
    ),
    "Points for the price: %(most)s × (2 − price ÷ lowest price), never below 0.": marked(
        "Points for the amount: %(most)s × (2 − amount ÷ lowest amount), never below 0."
    ),
    "Points for the price: %(most)s × (highest price − price) ÷ (highest price − lowest "
    "price).": marked(
        "Points for the amount: %(most)s × (highest amount − amount) ÷ (highest amount − "
        "lowest amount)."
    ),
    "Points for the price: %(most)s × (%(ceiling)s − price) ÷ (%(ceiling)s − %(floor)s), "
    "never below 0 and never above %(most)s.": marked(
        "Points for the amount: %(most)s × (%(ceiling)s − amount) ÷ (%(ceiling)s − "
        "%(floor)s), never below 0 and never above %(most)s."
    ),
    "Points for the price: %(most)s, minus %(off)s of every 100 of them for each doubling"
    " of the price from %(reference)s.": marked(
        "Points for the amount: %(most)s, minus %(off)s of every 100 of them for each "
        "doubling of the amount from %(reference)s."
    ),
    "the lowest price": marked("the lowest amount"),
    "The price is fixed at %(price)s. The total is the points for quality.": marked(
        "The amount is fixed at %(price)s. The total is the points for quality."
    ),
    "The price is at most %(ceiling)s; a higher one is set aside. The total is the points"
    " for quality.": marked(
        "The amount is at most %(ceiling)s; a higher one is set aside. The total is the "
        "points for quality."
    ),
    # Documents and letters.
    "Report of the procedure": marked("Decision memo"),
    "Rejection": marked("Refusal"),
    "Only then is the price opened, and the total computed with the formula below.": marked(
        "Only then is the total computed with the formula below."
    ),
    "Everybody gets the reason of each score, and what the winner did better.": marked(
        "Everybody gets the reason of each score."
    ),
    "What you must meet": marked("When you get no subsidy"),
    "If bids have the same total, %(best)s goes first.": marked(
        "If applications have the same total, %(best)s goes first."
    ),
    "the bid with the most points for quality": marked(
        "the application with the most points for quality"
    ),
    "the bid with the most points on “%(of)s”": marked(
        "the application with the most points on “%(of)s”"
    ),
    "the bid with the most points for the value “%(of)s”": marked(
        "the application with the most points for the value “%(of)s”"
    ),
    "the bid with the lowest price": marked("the application that asks the lowest amount"),
    "If a bid drops out after the ranking, the totals of the others are computed and ranked "
    "again without it.": marked(
        "If an application drops out after the ranking, the totals of the others are computed "
        "and ranked again without it."
    ),
    "If a bid drops out after the ranking, the totals of the others stand and the next one "
    "moves up.": marked(
        "If an application drops out after the ranking, the totals of the others stand and the "
        "next one moves up."
    ),
    "Answer form for bidders": marked("Application form"),
    "Lots that you answer for": marked("Parts of the scheme that you apply for"),
    "Award guide: how bids are judged": marked("Assessment guide"),
    "Price": marked("Amount"),
    "A part of a criterion is weighed inside that criterion. A bid below a minimum is set"
    " aside.": marked(
        "A part of a criterion is weighed inside that criterion. An application below a "
        "minimum is set aside."
    ),
    "The bids A, B and C do not exist. Prices and scores were made up to show the formula.": marked(
        "The applications A, B and C do not exist. Amounts and scores were made up to show "
        "the formula."
    ),
    "Bid %(key)s": marked("Application %(key)s"),
    "Bid": marked("Application"),
    "What is bought": marked("What is subsidised"),
    "The lots:": marked("The parts of the scheme:"),
    "Award decision: %(title)s": marked("Subsidy granted: %(title)s"),
    "Your bid was not chosen: %(title)s": marked("Subsidy refused: %(title)s"),
    "We award this contract to nobody.": marked("We grant no subsidy to anybody in this round."),
    "Your bid": marked("Your application"),
    "Letter about an award, with reasons": marked("Letter about a subsidy, with reasons"),
    "Letters about an award, with reasons": marked("Letters about a subsidy, with reasons"),
    "Yours was set aside and not ranked.": marked("Your application was set aside and not ranked."),
    "The winner": marked("The last application before it that was granted"),
    "What the price brings": marked("What the amount brings"),
    "The total of the winner is left out: it would give their price away.": marked(
        "The total of the other application is left out: it would give its amount away."
    ),
    "Your total and that of the winner are the same. The tie rule that was published "
    "decided.": marked(
        "Your total and that of the last application that was granted are the same. The tie "
        "rule that was published decided."
    ),
    "Score of the winner: %(score)s.": marked(
        "Score of the last application that was granted: %(score)s."
    ),
    "What the winner did better": marked("What the last application that was granted did better"),
    "The file that the award was computed from: SHA-256 %(sha)s. Anybody who has the file"
    " can compute the award again.": marked(
        "The file that the outcome was computed from: SHA-256 %(sha)s. Anybody who has the "
        "file can compute it again."
    ),
    "What was fixed, how bids were assessed, and what was decided": marked(
        "What was fixed, how applications were assessed, and what was decided"
    ),
    "Nothing is decided about this lot yet.": marked("Nothing is decided about this part yet."),
    "Award file, SHA-256": marked("Calculation file, SHA-256"),
    "Nothing is awarded.": marked("No subsidy is granted."),
    "Kept after the award by": marked("Kept after the grant by"),
    "Bidders know beforehand that it is measured": marked(
        "Applicants know beforehand that it is measured"
    ),
    # What was fixed, and what changed since.
    "The bids that are left are ranked again": marked(
        "The applications that are left are ranked again"
    ),
    "Lot “%(name)s”": marked("Part of the scheme “%(name)s”"),
    "Weight of the price": marked("Weight of the amount"),
    "Points off for each doubling of the price": marked(
        "Points off for each doubling of the amount"
    ),
    "Price from which doublings are counted": marked("Amount from which doublings are counted"),
    "Fixed price": marked("Fixed amount"),
    "This changes who can take part, what is offered or who wins. Give bidders more time:"
    " choose a later closing date.": marked(
        "This changes who can take part, what is asked or who gets the subsidy. Give "
        "applicants more time: choose a later closing date."
    ),
    "Read whether this changes what bidders have to offer. If it does, choose a later "
    "closing date.": marked(
        "Read whether this changes what applicants have to send in. If it does, choose a "
        "later closing date."
    ),
    "This changes nothing for what bidders offer. A later closing date is not needed.": marked(
        "This changes nothing for what applicants send in. A later closing date is not needed."
    ),
    "Fewer than ten days are left before the closing date: bidders may not have enough "
    "time for a change that matters.": marked(
        "Fewer than ten days are left before the closing date: applicants may not have enough"
        " time for a change that matters."
    ),
    "Nobody said until when bids or applications can be sent in.": marked(
        "Nobody said until when people can apply."
    ),
    "There is no lot.": marked("The scheme has no part."),
    "“%(name)s” does not say what follows when a bid drops out.": marked(
        "“%(name)s” does not say what follows when an application drops out."
    ),
    # Forms.
    "Why does it drop out?": marked("Why does the application drop out?"),
    "Write it for the bidder: it goes into the letter.": marked(
        "Write it for the applicant: it goes into the letter."
    ),
    "Lowest price that you expect": marked("Lowest amount that you expect"),
    "Highest price that you expect": marked("Highest amount that you expect"),
    "Bids of your own": marked("Applications of your own"),
    "One bid on a line: the price, a space, and the points for quality. For example: "
    "100000 32. Leave it empty to try the bids that we made up.": marked(
        "One application on a line: the amount, a space, and the points for quality. For "
        "example: 100000 32. Leave it empty to try the applications that we made up."
    ),
    "Try at most %(most)s bids at once.": marked("Try at most %(most)s applications at once."),
    "Write a price, a space and the points for quality.": marked(
        "Write an amount, a space and the points for quality."
    ),
    "For which lot?": marked("For which part of the scheme?"),
    "What is bought or subsidised, and not what the bidder does elsewhere. This comes in "
    "the documents.": marked(
        "What is subsidised, and not what the applicant does elsewhere. This comes in the "
        "documents."
    ),
    "Bidders are told beforehand that it is measured": marked(
        "Applicants are told beforehand that it is measured"
    ),
    "What keeps this alive after the award?": marked("What keeps this alive after the grant?"),
    "For example: the bidder withdrew, with the date of that message.": marked(
        "For example: the applicant withdrew, with the date of that message."
    ),
    "Award nothing": marked("Grant nothing"),
    "Name no bidder here. When nothing is awarded, this stands in every letter.": marked(
        "Name no applicant here. When nothing is granted, this stands in every letter."
    ),
    "Stands at the end of the letter. For example whom to call.": marked(
        "Stands at the end of the letter. For example whom the applicant can call."
    ),
    "Until when bids or applications can be sent in, in Dutch time. After it nothing of "
    "the dossier changes.": marked(
        "Until when people can apply, in Dutch time. After it nothing of the dossier changes."
    ),
    "How many assessors score each bid?": marked("How many assessors score each application?"),
    "Title of the lot": marked("Title of this part of the scheme"),
    "What if a bid drops out after the ranking?": marked(
        "What if an application drops out after the ranking?"
    ),
    "Weight of the price, in percent": marked("Weight of the amount, in percent"),
    "Floor of the price band, in euros": marked("Floor of the band, in euros"),
    "Ceiling of the price, in euros": marked("Ceiling of the amount, in euros"),
    "Points that a doubling of the price costs": marked(
        "Points that a doubling of the amount costs"
    ),
    "Reference price, in euros": marked("Reference amount, in euros"),
    "Fixed price, in euros": marked("Fixed amount, in euros"),
    "Without one the lowest price that is offered is the reference.": marked(
        "Without one the lowest amount that is asked is the reference."
    ),
    "Fill in either a fixed price or a ceiling.": marked(
        "Fill in either a fixed amount or a ceiling."
    ),
    "Bidders will read this. For example: the weights were swapped.": marked(
        "Applicants will read this. For example: the weights were swapped."
    ),
    "What you write here comes in the documents that bidders read. Leave out names of people.": (
        marked(
            "What you write here comes in the documents that applicants read. Leave out names of "
            "people."
        )
    ),
    "Write what bidders are told.": marked("Write what applicants are told."),
    "For example: the contract was changed on a date, by agreement.": marked(
        "For example: the decision was changed on a date."
    ),
    "Fill this in when it was not kept. For example: a talk with the supplier, a recovery plan, a "
    "fine. Who looks after this promise gets it to look after.": marked(
        "Fill this in when it was not kept. For example: a talk with the recipient, a recovery "
        "plan, a lower subsidy. Who looks after this promise gets it to look after."
    ),
    # What is refused.
    "First say whether you have an interest in this bidder.": marked(
        "First say whether you have an interest in this applicant."
    ),
    "Bids are listed once the closing date has passed.": marked(
        "Applications are listed once the closing date has passed."
    ),
    "Something was written about this bid already. Let it drop out instead, and say why.": marked(
        "Something was written about this application already. Let it drop out instead, and "
        "say why."
    ),
    "This is the last bid of the lot.": marked("This is the last application of this part."),
    "Write down the name of the bidder.": marked("Write down the name of the applicant."),
    "The scores of this lot were revealed: its list of bids stands still.": marked(
        "The scores of this part were revealed: its list of applications stands still."
    ),
    "There is nothing to ask this bidder.": marked("There is nothing to ask this applicant."),
    "Nobody sent in a bid. Stop the procedure instead.": marked(
        "Nobody applied. Stop the procedure instead."
    ),
    "The quality of this lot is final: nothing changes any more.": marked(
        "The quality of this part is final: nothing changes any more."
    ),
    "Say in a sentence why the bid does not meet this.": marked(
        "Say in a sentence why this ground for refusal applies."
    ),
    "The scores were revealed without this bid: it cannot come back.": marked(
        "The scores were revealed without this application: it cannot come back."
    ),
    "Say of bid %(bid)s whether it meets what it must meet.": marked(
        "Say of application %(bid)s whether a ground for refusal applies."
    ),
    "A stand-in scored this bid since. What was agreed before counts no more.": marked(
        "A stand-in scored this application since. What was agreed before counts no more."
    ),
    "Bid %(bid)s has fewer than two assessors without an interest. Appoint a stand-in.": marked(
        "Application %(bid)s has fewer than two assessors without an interest. Appoint a stand-in."
    ),
    "Fewer than two assessors without an interest are left for this bid. "
    "Nothing can be agreed before a stand-in scored it.": marked(
        "Fewer than two assessors without an interest are left for this "
        "application. Nothing can be agreed before a stand-in scored it."
    ),
    "First score this bid. Then you see what others gave.": marked(
        "First score this application. Then you see what others gave."
    ),
    "Nobody can come for this bid: enough people assess it, or will.": marked(
        "Nobody can come for this application: enough people assess it, or will."
    ),
    "Say in a sentence why somebody has to come for this bid.": marked(
        "Say in a sentence why somebody has to come for this application."
    ),
    "This person may not score bids.": marked("This person may not score applications."),
    "This person stands in for a bid, and assesses nothing else here.": marked(
        "This person stands in for an application, and assesses nothing else here."
    ),
    "You stand in for an assessor. You see what others gave a bid once you scored it.": marked(
        "You stand in for an assessor. You see what others gave an application once you scored it."
    ),
    "There is no agreed score yet for bid %(bid)s on “%(criterion)s”.": marked(
        "There is no agreed score yet for application %(bid)s on “%(criterion)s”."
    ),
    "Agree again about bid %(bid)s on “%(criterion)s”: fewer scores count than before.": marked(
        "Agree again about application %(bid)s on “%(criterion)s”: fewer scores count than before."
    ),
    "Not every assessor has declared an interest or none in every bidder.": marked(
        "Not every assessor has declared an interest or none in every applicant."
    ),
    "Bid %(bids)s has fewer than two assessors without an interest. Appoint another one.": marked(
        "Application %(bids)s has fewer than two assessors without an interest. Appoint "
        "another one."
    ),
    "This bid is not compared any more: it needs no scores.": marked(
        "This application is not compared any more: it needs no scores."
    ),
    "No bids tie here, so there is nothing to draw.": marked(
        "No applications tie here, so there is nothing to draw."
    ),
    "Give each bid that ties its own place.": marked(
        "Give each application that ties its own place."
    ),
    "Somebody decided about this lot already.": marked("Somebody decided about this part already."),
    "Who assessed the bids cannot decide about them as well.": marked(
        "Who assessed the applications cannot decide about them as well."
    ),
    "There is no ranking yet. Fill in the price of every bid first.": marked(
        "There is no ranking yet. Fill in the amount of every application first."
    ),
    "No single bid is first, so there is nobody to award this to.": marked(
        "No single application is first, so there is nobody to grant this to."
    ),
    "This bid dropped out already.": marked("This application dropped out already."),
    "Write down why this bid drops out.": marked("Write down why this application drops out."),
    "Not every lot has a decision yet.": marked("Not every part has a decision yet."),
    "Not every bidder has a letter that is ready; to write: %(count)s.": marked(
        "Not every applicant has a letter that is ready; to write: %(count)s."
    ),
    "Bidders can still go to court: the standstill lasts up to and including %(day)s.": marked(
        "Applicants can still object, up to and including %(day)s."
    ),
    "A winner dropped out. Decide again first.": marked(
        "A recipient dropped out. Decide again first."
    ),
    "Say in a sentence what the winner did better here.": marked(
        "Say in a sentence what the last application that is granted did better here."
    ),
    "A dossier has at most %(most)s lots.": marked("A scheme has at most %(most)s parts."),
    "Another lot has this title already.": marked("Another part has this title already."),
    "Choose what happens when a bid drops out after the ranking.": marked(
        "Choose what happens when an application drops out after the ranking."
    ),
    "A dossier keeps at least one lot.": marked("A scheme keeps at least one part."),
    "This lot has criteria of its own. Move or remove those first.": marked(
        "This part has criteria of its own. Move or remove those first."
    ),
    "There is no such lot.": marked("There is no such part."),
    "Give the lot a title.": marked("Give the part a title."),
    "Fill in both the lowest and the highest price that you expect, or neither.": marked(
        "Fill in both the lowest and the highest amount that you expect, or neither."
    ),
    "The lowest price that you expect is below the highest, and above 0.": marked(
        "The lowest amount that you expect is below the highest, and above 0."
    ),
    "Somebody else changed the prices meanwhile. Read them again.": marked(
        "Somebody else changed the amounts meanwhile. Read them again."
    ),
    "Prices stay closed until the quality of every bid is final.": marked(
        "Amounts stay closed until the quality of every application is final."
    ),
    "This lot is decided on: what the decision rests on stands still.": marked(
        "This part is decided on: what the decision rests on stands still."
    ),
    "This lot was decided on again meanwhile. Read that decision first.": marked(
        "This part was decided on again meanwhile. Read that decision first."
    ),
    "This criterion is in the dossier already, for all lots.": marked(
        "This criterion is in the dossier already, for all parts."
    ),
    "This criterion is in the dossier already, for %(lot)s. Let it count for all lots "
    "there, or write one of your own.": marked(
        "This criterion is in the dossier already, for %(lot)s. Let it count for all parts "
        "there, or write one of your own."
    ),
    "The tie rule of lot “%(lot)s” looks at this criterion. Change that first.": marked(
        "The tie rule of part “%(lot)s” looks at this criterion. Change that first."
    ),
    "The formula of this lot gives the price no weight.": marked(
        "The formula of this part gives the amount no weight."
    ),
    "This bid left before there was a ranking. It gets no letter from here.": marked(
        "This application left before there was a ranking. It gets no letter from here."
    ),
    # Pages.
    "All is decided, every bidder has a letter, and the standstill is over.": marked(
        "All is decided, and every applicant has a letter."
    ),
    "To the lots and formulas": marked("To the parts and formulas"),
    "The product reads along: what is missing, what the law asks, and what bidders or "
    "applicants run into. This is no legal advice. Each remark names its source.": marked(
        "The product reads along: what is missing, what the law asks, and what applicants run"
        " into. This is no legal advice. Each remark names its source."
    ),
    "Told to bidders beforehand": marked("Told to applicants beforehand"),
    "After the award": marked("After the grant"),
    "Each lot is decided on by itself.": marked("Each part is decided on by itself."),
    "Assessors for each bid": marked("Assessors for each application"),
    "Only when the bidder withdrew, or when you find out now that the bid is not valid.": marked(
        "Only when the applicant withdrew, or when you find out now that the application is "
        "not valid."
    ),
    "The ranking without this bid": marked("The ranking without this application"),
    "Without this bid no valid bid is left.": marked(
        "Without this application no valid application is left."
    ),
    "There is no ranking yet. This bid will not be in it, and its price is forgotten.": marked(
        "There is no ranking yet. This application will not be in it, and its amount is forgotten."
    ),
    "the reason and the text for bidders": marked("the reason and the text for applicants"),
    "It compares bids with each other, so that the choice for it needs a reason.": marked(
        "It compares applications with each other, so that the choice for it needs a reason."
    ),
    "Without a reference price it compares bids with each other, and needs a reason.": marked(
        "Without a reference amount it compares applications with each other, and needs a reason."
    ),
    "A bid is measured by what you published, and never by another bid.": marked(
        "An application is measured by what you published, and never by another application."
    ),
    "From each value to what you ask for it, how it was won, what was promised and what "
    "came of it. What is missing stands there too.": marked(
        "From each value to what you ask for it, the score with which it was granted, what "
        "was promised and what came of it. What is missing stands there too."
    ),
    "After the award somebody follows each promise. What that person finds stands here "
    "first, with the value at the end.": marked(
        "After the grant somebody follows each promise. What that person finds stands here "
        "first, with the value at the end."
    ),
    "Letters to bidders": marked("Letters to applicants"),
    "Scores and agreed reasons stand in the letter by themselves. Write for each "
    "criterion what the winner did better.": marked(
        "Scores and agreed reasons stand in the letter by themselves. Write for each "
        "criterion what the last application that is granted did better."
    ),
    "What you write about the winner is read by a competitor. Write no prices, no names "
    "of people and no business secrets: nothing that the winner sent in confidence.": marked(
        "Another applicant reads what you write here. Write no names and no business secrets: "
        "nothing that the other sent in confidence."
    ),
    "Why this bid is not ranked": marked("Why this application is not ranked"),
    "What did the winner do better here?": marked(
        "What did the last application that is granted do better here?"
    ),
    "Score of this bid": marked("Score of this application"),
    "Score of the winner": marked("Score of the last application that was granted"),
    "Why the winner got this. Not in the letter.": marked(
        "Why that application got this. Not in the letter."
    ),
    "Every bidder gets a letter with the reasons for each score, and what the winner did "
    "better.": marked(
        "Every applicant gets a letter: what is granted or why not, and the reasons for each score."
    ),
    "They come when a lot is decided on.": marked("They come when a part is decided on."),
    "Award": marked("Grant"),
    "Computed without the criteria of one value at a time. A value that never changes who"
    " wins was asked, and did not count.": marked(
        "Computed without the criteria of one value at a time. A value that never changes who"
        " gets the subsidy was asked, and did not count."
    ),
    "Save the award file of decision %(number)s": marked(
        "Save the calculation file of decision %(number)s"
    ),
    "The award file holds the rules and the agreed scores, and no names. Anybody who has "
    "it computes the same totals, ranking and ties.": marked(
        "The calculation file holds the rules and the agreed scores, and no names. Anybody "
        "who has it computes the same totals, ranking and ties."
    ),
    "This is what the award file would be now. At the decision it is kept as it is then.": marked(
        "This is what the calculation file would be now. At the decision it is kept as it is then."
    ),
    "Save the award file": marked("Save the calculation file"),
    "Somebody else decides: who has the right to decide, and did not assess these bids. "
    "Their first page says that they are awaited.": marked(
        "Somebody else decides: who has the right to decide, and did not assess these "
        "applications. Their first page says that they are awaited."
    ),
    "What the bidder offered, as assessors agreed": marked(
        "What the applicant offered, as assessors agreed"
    ),
    "This is the word of the supplier. It is no finding.": marked(
        "This is the word of the recipient. It is no finding."
    ),
    "Only when the contract or the decision itself was changed. What it says now stays on"
    " the page of the promise, with your reason.": marked(
        "Only when the decision itself was changed. What it says now stays on the page of the"
        " promise, with your reason."
    ),
    "What the supplier promised and what the contract asks, each with somebody who looks "
    "after it and a day.": marked(
        "What the subsidised activity must keep, each with somebody who looks after it and a day."
    ),
    "Nothing was awarded, or nothing was asked.": marked(
        "Nothing was granted, or nothing was asked."
    ),
    "All is decided, every bidder has a letter, and the standstill is over. Each promise,"
    " condition and indicator becomes something to look after.": marked(
        "All is decided, and every applicant has a letter. Each promise and duty becomes "
        "something to look after."
    ),
    "Change texts and rules on the pages of the dossier. Here you see what is different, "
    "and write what bidders are told.": marked(
        "Change texts and rules on the pages of the dossier. Here you see what is different, "
        "and write what applicants are told."
    ),
    "Give bidders more time": marked("Give applicants more time"),
    "Tell bidders": marked("Tell applicants"),
    "Remove the lot “%(title)s”": marked("Remove the part “%(title)s”"),
    "Remove this lot?": marked("Remove this part?"),
    "The formula, the tie rule and what happens when a bid drops out.": marked(
        "The formula, the tie rule and what happens when an application drops out."
    ),
    "The prices that you expect.": marked("The amounts that you expect."),
    "What the dossier is about, when it closes and how bids are scored. All of it is "
    "fixed together with the criteria.": marked(
        "What the dossier is about, when it closes and how applications are scored. All of it"
        " is fixed together with the criteria."
    ),
    "How bids are scored": marked("How applications are scored"),
    "You can make a link as soon as there are bids on the list.": marked(
        "You can make a link as soon as there are applications on the list."
    ),
    "See before publication what your formula does: who wins, whether the order can turn "
    "around, and whether a bid that hardly serves your values can still win.": marked(
        "See before publication what your formula does: which application comes first, "
        "whether the order can turn around, and whether one that hardly serves your values "
        "can still come first."
    ),
    "Lots": marked("Parts of the scheme"),
    "Between which prices do you expect bids?": marked(
        "Between which amounts do you expect applications?"
    ),
    "Fill in the lowest and the highest price below.": marked(
        "Fill in the lowest and the highest amount below."
    ),
    "Could the least ethical valid bid still win?": marked(
        "Could the least ethical valid application still come first?"
    ),
    "None of these prices is allowed by your formula. Expect other prices, or change the "
    "ceiling.": marked(
        "None of these amounts is allowed by your formula. Expect other amounts, or change "
        "the ceiling."
    ),
    "It gets the lowest valid score on everything that serves a value, full marks on all "
    "else, and costs %(price)s. It beats a bid with full marks on everything that costs "
    "%(rival)s or more.": marked(
        "It gets the lowest valid score on everything that serves a value, full marks on all "
        "else, and asks %(price)s. It comes above an application with full marks on "
        "everything that asks %(rival)s or more."
    ),
    "Within the prices that you expect, a bid with full marks on everything always beats "
    "it, even at the highest price.": marked(
        "Within the amounts that you expect, an application with full marks on everything "
        "always comes above it, even at the highest amount."
    ),
    "On paper quality counts for %(nominal)s. Because of the minimum scores valid bids "
    "can differ by %(effective)s at most: it works like %(effective)s.": marked(
        "On paper quality counts for %(nominal)s. Because of the minimum scores valid "
        "applications can differ by %(effective)s at most: it works like %(effective)s."
    ),
    "On paper quality counts for %(nominal)s. When %(best)s is the best score that anybody gets, "
    "valid bids can differ by %(effective)s at most: it works like %(effective)s.": marked(
        "On paper quality counts for %(nominal)s. When %(best)s is the best score that anybody "
        "gets, valid applications can differ by %(effective)s at most: it works like "
        "%(effective)s."
    ),
    "On paper is what you publish. Can really differ is how far two valid bids can come "
    "apart: a minimum makes that less.": marked(
        "On paper is what you publish. Can really differ is how far two valid applications "
        "can come apart: a minimum makes that less."
    ),
    "On paper, and between valid bids within the prices that you expect": marked(
        "On paper, and between valid applications within the amounts that you expect"
    ),
    "The bids": marked("The applications"),
    "Made-up bids: nobody sent these in": marked("Made-up applications: nobody sent these in"),
    "Which bid wins under which formula": marked(
        "Which application comes first under which formula"
    ),
    "Your formula allows none of these bids.": marked(
        "Your formula allows none of these applications."
    ),
    "Bid %(bid)s does not win itself and still decides who does. With it: %(before)s. "
    "Without it: %(after)s.": marked(
        "Application %(bid)s does not come first itself and still decides which one does. "
        "With it: %(before)s. Without it: %(after)s."
    ),
    "none of these bids": marked("none of these applications"),
    "The same bids under every formula": marked("The same applications under every formula"),
    "Wins": marked("Comes first"),
    "In the formulas that you did not choose the price weighs %(weight)s. With award on "
    "value and price per point the lowest total wins.": marked(
        "In the formulas that you did not choose the amount weighs %(weight)s."
    ),
    "Try with other prices or bids": marked("Try with other amounts or applications"),
    "In each lot price and criteria are exactly 100 percent together. The parts of a "
    "criterion are 100 percent inside it.": marked(
        "In each part amount and criteria are exactly 100 percent together. The parts of a "
        "criterion are 100 percent inside it."
    ),
    "Choose a formula first; then the price comes with it.": marked(
        "Choose a formula first; then the amount comes with it."
    ),
    "filled in above: it is for all lots": marked("filled in above: it is for all parts"),
    "Wishes, award criteria and assessment criteria have a weight.": marked(
        "Assessment criteria have a weight."
    ),
    "Everything about this bid is agreed": marked("Everything about this application is agreed"),
    "Go on with %(bid)s": marked("Next application: %(bid)s"),
    "Appoint people who know the subject and have no interest in a bidder.": marked(
        "Appoint people who know the subject and have no interest in an applicant."
    ),
    "Interests: who has one does not come near this bid": marked(
        "Interests: who has one does not come near this application"
    ),
    "When it is not compared with the others, you have to fill this in.": marked(
        "When the application is not compared with the others, you have to fill this in."
    ),
    "This lot is decided on. If somebody withdraws now, another decision is needed.": marked(
        "This part is decided on. If somebody withdraws now, another decision is needed."
    ),
    "Was it withdrawn, or set aside? Say why. You cannot undo this.": marked(
        "Was the application withdrawn, or set aside? Say why. You cannot undo this."
    ),
    "Name of the bidder": marked("Name of the applicant"),
    "Nobody sent in anything here, so there is nothing to assess. At the decision nothing"
    " is awarded.": marked(
        "Nobody sent in anything here, so there is nothing to assess. At the decision nothing"
        " is granted."
    ),
    "Nobody stands on the list of “%(lot)s”. From here nobody can be added: it is not "
    "assessed, and nothing is awarded there.": marked(
        "Nobody stands on the list of “%(lot)s”. From here nobody can be added: it is not "
        "assessed, and nothing is granted there."
    ),
    "you score the bids in which you have no interest. Others score the rest.": marked(
        "you score the applications in which you have no interest. Others score the rest."
    ),
    "Notes can be opened once the quality of every lot is final.": marked(
        "Notes can be opened once the quality of every part is final."
    ),
    # What was done.
    "Only who leads or approves this dossier sees which prices are expected.": marked(
        "Only who leads or approves this dossier sees which amounts are expected."
    ),
    "The prices are kept.": marked("The amounts are kept."),
    "Written down that this bid dropped out.": marked(
        "Written down that this application dropped out."
    ),
    "There is no award file yet: a price is missing.": marked(
        "There is no calculation file yet: an amount is missing."
    ),
    "The decision is withdrawn. This lot can be decided on again.": marked(
        "The decision is withdrawn. This part can be decided on again."
    ),
    "The letters of this lot are not ready any more: everybody must be told again.": marked(
        "The letters of this part are not ready any more: everybody must be told again."
    ),
    "Prices and who takes part can change again, and somebody decides again.": marked(
        "Amounts and who takes part can change again, and somebody decides again."
    ),
    "The lot is there. Give it its rules.": marked("The part is there. Give it its rules."),
    "The lot is changed.": marked("The part is changed."),
    "The lot is gone.": marked("The part is gone."),
    # What is met, what it costs, and until when.
    "Does not meet “%(key)s”.": marked("The ground for refusal “%(key)s” applies."),
    "Cheapest, only just good enough": marked("Lowest amount, only just good enough"),
    "Cheap and modest": marked("Low amount and modest"),
    "Dearest, full marks": marked("Highest amount, full marks"),
    "Whoever does not meet a knock-out is set aside with a reason and is not ranked.": marked(
        "When a ground for refusal applies, the application is refused with a reason and not "
        "ranked."
    ),
    "A bid that does not meet a requirement is set aside, whatever it scored. Say so before you "
    "know the scores: then nobody can think that they played a part.": marked(
        "An application to which a ground for refusal applies is refused, whatever it scored. Say "
        "so before you know the scores: then nobody can think that they played a part."
    ),
    "Say of each bid whether it meets the requirements.": marked(
        "Say of each application whether a ground for refusal applies."
    ),
    "What must be met first": marked("Grounds for refusal"),
    "What must be met, what is asked and what is agreed with, with room to answer.": marked(
        "Grounds for refusal, questions and duties, with room to answer."
    ),
    "A condition, an indicator or a duty. What is promised is followed there.": marked(
        "A subsidy duty. What is promised is followed there."
    ),
    "Who scores lower drops out, however cheap the offer.": marked(
        "An application that scores lower drops out, however low its amount."
    ),
    "does not meet a requirement": marked("a ground for refusal applies"),
    "meets every requirement": marked("no ground for refusal applies"),
    "say whether it meets the requirements.": marked("say whether a ground for refusal applies."),
    "What shows whether it meets “%(title)s”?": marked("What shows whether “%(title)s” applies?"),
    "What do you meet?": marked("Do the grounds for refusal apply to you?"),
    "Standstill period up to and including": marked("Objections up to and including"),
    "The standstill ends on %(day)s, or later: its days count from the day on which the "
    "last letter is ready.": marked(
        "Objections are possible up to and including %(day)s, or later: the days count from "
        "the day on which the last letter is ready."
    ),
    "Was it sent already? Then send the new letter as well. The standstill counts from "
    "the day on which the last letter is ready.": marked(
        "Was it sent already? Then send the new letter as well. The days to object count from"
        " the day on which the last letter is ready."
    ),
}
#: By the text that says one in a tender, both texts of a scheme.
PLURALS_IN_A_SCHEME: Mapping[str, tuple[str, str]] = {
    "%(count)s requirement to check": marked_plural(
        "%(count)s ground for refusal to check", "%(count)s grounds for refusal to check"
    ),
    "%(count)s requirement is not answered yet": marked_plural(
        "%(count)s ground for refusal is not answered yet",
        "%(count)s grounds for refusal are not answered yet",
    ),
    "%(count)s of them told of an interest; that assessor had no access to that bid.": (
        marked_plural(
            "%(count)s of them told of an interest; that assessor had no access to that "
            "application.",
            "%(count)s of them told of an interest; those assessors had no access to those "
            "applications.",
        )
    ),
    "Since an interest came to light, %(count)s person too few assesses this bid.": marked_plural(
        "Since an interest came to light, %(count)s person too few assesses this application.",
        "Since an interest came to light, %(count)s people too few assess this application.",
    ),
    "The price of %(count)s bid is missing.": marked_plural(
        "The amount of %(count)s application is missing.",
        "The amount of %(count)s applications is missing.",
    ),
    "There is %(count)s bidder of whom you did not say yet whether you have an interest.": (
        marked_plural(
            "There is %(count)s applicant of whom you did not say yet whether you have an "
            "interest.",
            "There are %(count)s applicants of whom you did not say yet whether you have an "
            "interest.",
        )
    ),
    "%(name)s declares interests in %(count)s bidder.": marked_plural(
        "%(name)s declares interests in %(count)s applicant.",
        "%(name)s declares interests in %(count)s applicants.",
    ),
    "Talk about %(count)s bid: not everything is agreed yet.": marked_plural(
        "Talk about %(count)s application: not everything is agreed yet.",
        "Talk about %(count)s applications: not everything is agreed yet.",
    ),
    "%(name)s still has to score %(count)s bid.": marked_plural(
        "%(name)s still has to score %(count)s application.",
        "%(name)s still has to score %(count)s applications.",
    ),
}
OF_A_SCHEME = Wording(texts=IN_A_SCHEME, plurals=PLURALS_IN_A_SCHEME)


def wording_of(*, is_subsidy: bool) -> Wording:
    """Give the words of a kind of dossier."""
    return OF_A_SCHEME if is_subsidy else AS_WRITTEN


def worded_for(*, is_subsidy: bool) -> AbstractContextManager[None]:
    """Say everything inside this block in the words of a kind of dossier."""
    return i18n.worded_as(wording_of(is_subsidy=is_subsidy))


@contextmanager
def told_for(language: str, *, is_subsidy: bool) -> Iterator[None]:
    """Speak a language inside this block, in the words of a kind of dossier."""
    with i18n.speaking(language), worded_for(is_subsidy=is_subsidy):
        yield
