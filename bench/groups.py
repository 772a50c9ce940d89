"""Measures the engines for opinion groups: seconds and memory at rising numbers of votes.

python bench/groups.py [--sizes S,M] [--red-dwarf PYTHON] [--stable] [--storage]

Votes are made up: four camps of 42, 28, 18 and 12 %, which differ on a third of the statements.
Each figure comes from a process of its own, so that its peak of memory is its own too.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from waardewerk_participation.figures.overview import overview_of
from waardewerk_participation.grouping.dividing import group_people
from waardewerk_participation.grouping.engines import POLIS, STABLE
from waardewerk_participation.grouping.likeness import likeness
from waardewerk_participation.grouping.votes import votes_of

# After the package: it decides on how many threads numpy works.
import numpy as np  # isort: skip

#: People, statements, votes each.
SIZES = {
    "XS": (200, 50, 26),
    "S": (2_000, 900, 112),
    "M": (5_000, 300, 50),
    "L": (10_000, 500, 100),
    "XL": (100_000, 1_000, 100),
    "XXL": (1_000_000, 2_000, 40),
}
#: Above these it takes too long to wait for.
STABLE_UP_TO, RED_DWARF_UP_TO, STORED_UP_TO = "XL", "XL", "L"
CAMPS = (0.42, 0.28, 0.18, 0.12)
ROOT = Path(__file__).resolve().parent


def planted(people: int, statements: int, each: int, seed: int = 1) -> dict[str, Any]:
    """Let four camps vote, everybody on another part of the statements."""
    chance = np.random.default_rng(seed)
    camp = chance.choice(len(CAMPS), people, p=CAMPS).astype(np.int8)
    strides = np.array([s for s in range(1, statements) if np.gcd(s, statements) == 1])
    begin, stride = chance.integers(0, statements, people), chance.choice(strides, people)
    which = (begin[:, np.newaxis] + stride[:, np.newaxis] * np.arange(each)) % statements
    rows = np.repeat(np.arange(people, dtype=np.int32), each)
    columns = which.astype(np.int32).ravel()
    odds = np.tile(chance.uniform(0.2, 0.8, statements), (len(CAMPS), 1))
    divides = chance.random(statements) < 0.35
    odds[:, divides] = chance.uniform(0.05, 0.95, (len(CAMPS), int(divides.sum())))
    draw = chance.random(len(rows), dtype=np.float32)
    agrees = draw < odds[camp[rows], columns] * 0.85
    values = np.where(agrees, 1, np.where(draw < 0.85, -1, 0)).astype(np.int8)
    return {"participants": rows, "statements": columns, "values": values, "camp": camp}


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    """Run once; return seconds and what came of it."""
    begin = time.perf_counter()
    made = work()
    return time.perf_counter() - begin, made


def measure(what: str, file: str, times: int) -> dict[str, float]:
    """Measure one engine in this process."""
    with np.load(file) as kept:
        people, statements, values, camp = (kept[n] for n in kept.files)
    index, votes = timed(lambda: votes_of(people, statements, values))
    rules = {
        "polis": replace(POLIS, stability_draws=0),
        "polis, with stability": POLIS,
        "stable": STABLE,
    }[what]
    seconds, cpu = [], []
    for _time in range(times):
        used = time.process_time()
        took, found = timed(lambda: group_people(votes, rules))
        seconds.append(took)
        cpu.append(time.process_time() - used)
    figures, _overview = timed(lambda: overview_of(votes, found))
    return {
        "index": index,
        "cold": seconds[0],
        "warm": min(seconds),
        "cpu": min(cpu),
        "figures": figures,
        "peak": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024,
        "groups": len(found.letters),
        "likeness": likeness(found.group_of[found.is_in], camp[votes.participants][found.is_in]),
    }


def measure_storage(file: str, folder: str) -> dict[str, float]:
    """Measure keeping votes in SQLite and reading them back."""
    from datetime import UTC, datetime

    from waardewerk import db
    from waardewerk.app import create_app
    from waardewerk.serving import prepare
    from waardewerk_participation import polis_export
    from waardewerk_participation.operations import importing
    from waardewerk_participation.queries import imported, rounds

    os.environ["WAARDEWERK_VAR"] = folder
    with np.load(file) as kept:
        people, statements, values, _camp = (kept[name].astype(np.int64) for name in kept.files)
    app = create_app()
    prepare(app)
    export = polis_export.Export(
        title="Made up",
        source="",
        statements=tuple(
            polis_export.ExportedStatement(int(one), "Text", False, False)
            for one in np.unique(statements)
        ),
        participants=dict.fromkeys(np.unique(people).tolist()),
        votes=polis_export.ExportedVotes(people, statements, values),
        given=len(values),
        differing=0,
    )
    with app.app_context():
        database = db.current()

        def keep() -> None:
            with database.transaction() as session:
                importing.import_round(
                    session, export, "made-up", actor_id=None, now=datetime.now(UTC)
                )

        def read() -> None:
            with database.reading() as session:
                imported.votes_in(session, rounds.get_round(session, "made-up"))

        return {"keep": timed(keep)[0], "read": timed(read)[0]}


def ask(*command: str) -> dict[str, float]:
    """Run a measurement in a process of its own, on one thread."""
    alone = {**os.environ, "OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    done = subprocess.run(command, capture_output=True, text=True, check=False, env=alone)
    if done.returncode:
        sys.exit(done.stderr)
    told: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return told


def show(name: str, told: dict[str, float]) -> None:
    """Print one line of figures."""
    parts = [f"{told['cold']:8.3f} {told['warm']:8.3f} {told['cpu']:8.3f} {told['peak']:8.0f}"]
    if "index" in told:
        parts.append(f"{told['index']:8.3f} {told['figures']:8.3f}")
        parts.append(f"{told['groups']:7.0f} {told['likeness']:8.2f}")
    print(f"  {name:24}{''.join(parts)}", flush=True)


def compare(size: str, options: argparse.Namespace) -> None:
    """Measure everything at one size."""
    people, statements, each = SIZES[size]
    print(f"{size}: {people} people, {statements} statements, {people * each} votes")
    times = str(options.times if people * each <= 1_000_000 else 2)
    order = list(SIZES)
    with tempfile.TemporaryDirectory() as folder:
        file = str(Path(folder) / "votes.npz")
        np.savez(file, **planted(people, statements, each))
        me = (sys.executable, __file__, "--measure")
        engines = ["polis", "polis, with stability"]
        if options.stable and order.index(size) <= order.index(STABLE_UP_TO):
            engines.append("stable")
        for what in engines:
            show(what, ask(*me, what, file, times if what == "polis" else "1"))
        if options.red_dwarf and order.index(size) <= order.index(RED_DWARF_UP_TO):
            script = str(ROOT / "red_dwarf.py")
            runs = times if people * each <= 1_000_000 else "1"
            show("red-dwarf", ask(options.red_dwarf, script, file, runs))
        if options.storage and order.index(size) <= order.index(STORED_UP_TO):
            told = ask(*me, "storage", file, folder)
            print(f"  SQLite: keep {told['keep']:.2f} s, read {told['read']:.2f} s", flush=True)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--sizes", default="XS,S,M", help=f"of {', '.join(SIZES)}")
    parser.add_argument("--times", type=int, default=5)
    parser.add_argument("--stable", action="store_true", help="the stable engine too")
    parser.add_argument("--storage", action="store_true", help="keeping and reading votes too")
    parser.add_argument("--red-dwarf", metavar="PYTHON", help="one that has red-dwarf installed")
    parser.add_argument("--measure", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.measure:
        what, file, last = options.measure
        told = measure_storage(file, last) if what == "storage" else measure(what, file, int(last))
        print(json.dumps(told))
        return
    print(
        f"  {'':24}{'cold s':>8} {'warm s':>8} {'CPU s':>8} {'MiB':>8}{'index s':>8} {'figures':>8}"
        f"{'groups':>7} {'likeness':>8}"
    )
    for size in options.sizes.split(","):
        compare(size, options)


if __name__ == "__main__":
    main()
