"""How far somebody is: statements come in sets of ten, and each set has a real end."""

from __future__ import annotations

from dataclasses import dataclass

SET = 10


@dataclass(frozen=True)
class Progress:
    """How many statements somebody voted on, of how many there are."""

    done: int
    total: int

    @property
    def is_complete(self) -> bool:
        """Tell whether there is nothing left to vote on."""
        return self.done >= self.total

    @property
    def ends_a_set(self) -> bool:
        """Tell whether this is a moment to thank and to ask what next."""
        return self.is_complete or (self.done > 0 and self.done % SET == 0)

    @property
    def in_set(self) -> int:
        """Return which statement of this set comes now, counted from one."""
        return self.done % SET + 1

    @property
    def set_size(self) -> int:
        """Return how many statements this set has: the last one may be shorter."""
        return min(SET, self.total - self.done // SET * SET)

    @property
    def is_worth_a_say(self) -> bool:
        """Tell whether enough was read to add a statement: ten of them, or all when fewer."""
        return self.done >= min(SET, self.total)
