"""Groups the votes in a file with red-dwarf, in an environment of its own, and prints seconds.

ENVIRONMENT/bin/python bench/red_dwarf.py VOTES.npz TIMES
"""

from __future__ import annotations

import json
import resource
import sys
import time
import warnings

warnings.simplefilter("ignore")

import numpy as np  # noqa: E402
from reddwarf.implementations.polis import run_pipeline  # noqa: E402


def main(file: str, times: int) -> None:
    """Group the votes a number of times."""
    with np.load(file) as kept:
        columns = [kept[name].tolist() for name in ("participants", "statements", "values")]
    names = ("participant_id", "statement_id", "vote")
    votes = [dict(zip(names, one, strict=True)) for one in zip(*columns, strict=True)]
    del columns
    seconds, cpu = [], []
    for _time in range(times):
        begin, used = time.perf_counter(), time.process_time()
        run_pipeline(votes=votes, random_state=0)
        seconds.append(time.perf_counter() - begin)
        cpu.append(time.process_time() - used)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(json.dumps({"cold": seconds[0], "warm": min(seconds), "cpu": min(cpu), "peak": peak}))


main(sys.argv[1], int(sys.argv[2]))
