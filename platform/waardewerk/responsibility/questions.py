"""Where the advice expects responsibility to be placed: questions to answer, never boxes to tick.

The words are ours; the advice *Mee in de digitale transitie*, point 1, is where they come from.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from waardewerk.i18n import lazy


@dataclass(frozen=True, kw_only=True)
class Question:
    """One place where responsibility is expected."""

    key: str
    level: str
    #: As what somebody is responsible who answers it.
    role: str
    text: str
    #: What the answer is called in the register, unless people choose other words.
    title: str
    #: What it is for.
    purpose: str
    #: Why the advice asks it.
    why: str
    #: How many people are asked for at least.
    at_least: int = 1


QUESTIONS = (
    Question(
        key="council",
        level="political",
        role="other",
        text=lazy("Who in the council keeps digital ethics on the agenda?"),
        title=lazy("Keeps digital ethics on the council's agenda"),
        purpose=lazy(
            "Somebody in the council brings real dilemmas to the table and asks what "
            "happened with earlier choices."
        ),
        why=lazy(
            "Choosing between values is politics. Without the council it stays unclear where "
            "residents have a say in it."
        ),
    ),
    Question(
        key="portfolio",
        level="executive",
        role="portfolio",
        text=lazy("Which member of the provincial executive has digital ethics in the portfolio?"),
        title=lazy("Has digital ethics in the portfolio"),
        purpose=lazy(
            "One member of the executive answers for it to the council, and brings dilemmas there."
        ),
        why=lazy("What is in nobody's portfolio, nobody steers and nobody accounts for."),
    ),
    Question(
        key="direction",
        level="executive",
        role="main",
        text=lazy("Which director is responsible in the first place?"),
        title=lazy("Is responsible in the first place"),
        purpose=lazy(
            "A director sees to it that this becomes part of how everybody works, "
            "also when it costs time or money."
        ),
        why=lazy(
            "A change lasts when it is carried from the top. One good department or one "
            "motivated colleague is not enough."
        ),
    ),
    Question(
        key="conditions",
        level="executive",
        role="other",
        text=lazy("Who makes sure that people can take their responsibility?"),
        title=lazy("Makes sure that people can take their responsibility"),
        purpose=lazy("Time, money and backing for everybody who has a role here."),
        why=lazy(
            "Who leads is also responsible for whether others can be: for the conditions "
            "in which they work."
        ),
    ),
    Question(
        key="adviseur",
        level="civil_servant",
        role="adviseur",
        text=lazy("Who advises? Never one person alone."),
        title=lazy("Advises on digital ethics"),
        purpose=lazy("Colleagues with a dilemma know where to go, and get an answer."),
        why=lazy(
            "Weighing values asks for more than one way of looking. That is why people from "
            "outside are often asked to join."
        ),
        at_least=2,
    ),
    Question(
        key="aanjager",
        level="civil_servant",
        role="aanjager",
        text=lazy("Who drives it?"),
        title=lazy("Drives digital ethics"),
        purpose=lazy("Somebody gets the conversation going and builds it into the work."),
        why=lazy("Without a driver, cases and questions are not recognised in the first place."),
    ),
    Question(
        key="beheerder",
        level="civil_servant",
        role="beheerder",
        text=lazy("Who watches what happens with decisions?"),
        title=lazy("Watches what happens with decisions"),
        purpose=lazy("Somebody looks whether what was agreed is also done, and says so."),
        why=lazy(
            "At most organisations nobody sees what becomes of a decision after the advice. "
            "This role is the one that is most often missing."
        ),
    ),
)

BY_KEY: Mapping[str, Question] = MappingProxyType({one.key: one for one in QUESTIONS})
