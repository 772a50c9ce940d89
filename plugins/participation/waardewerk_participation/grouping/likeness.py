"""How alike two divisions of the same people are: the adjusted Rand index."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray


def likeness(one: ArrayLike, other: ArrayLike) -> float:
    """Compare two divisions: 1 is the same, 0 is what chance gives, below 0 is less than that.

    Groups are any whole numbers; their names do not matter. Without people, or with all together
    or each apart in both, the two are the same.
    """
    _names, left = np.unique(np.asarray(one), return_inverse=True)
    _names, right = np.unique(np.asarray(other), return_inverse=True)
    together = np.bincount(left * (right.max(initial=0) + 1) + right)
    both, lefts, rights = _pairs(together), _pairs(np.bincount(left)), _pairs(np.bincount(right))
    all_pairs = _pairs(np.array([len(left)]))
    by_chance = lefts * rights / all_pairs if all_pairs else 0.0
    most = (lefts + rights) / 2
    return 1.0 if most == by_chance else (both - by_chance) / (most - by_chance)


def _pairs(sizes: NDArray[np.integer[Any]]) -> float:
    many = sizes.astype(np.float64)
    return float((many * (many - 1)).sum() / 2)
