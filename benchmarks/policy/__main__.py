"""`python -m benchmarks.policy`: plans by their true effects on simulated operators; `weixi bench policy` calls it."""

import argparse
import json
import sys
import tempfile
from pathlib import Path
from typing import Any

from benchmarks.policy.compare import Result, compare
from benchmarks.policy.learn import draw, learn
from benchmarks.policy.report import render, summarise
from benchmarks.policy.world import Fit, make_world
from weixi.flow.run import open_playbook

FOLDS = 2
"""Folds of every cross-validation: the learners are chosen three times a world."""


def main() -> int:
    """Make worlds, learn, choose, judge by the truth. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.policy", description=__doc__)
    parser.add_argument(
        "--home", type=Path, help="where other benchmarks keep their files; this one keeps none"
    )
    parser.add_argument("--worlds", type=int, default=20)
    parser.add_argument(
        "--first", type=int, default=401, help="seed of the first world; the others follow it"
    )
    parser.add_argument("--subscribers", type=int, default=30_000)
    parser.add_argument("--months", type=int, default=8, help="months of random logging")
    parser.add_argument("--fit", type=Fit, choices=list(Fit), default=Fit.ANSWERING)
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--out", type=Path, help="write the JSON report to this file as well")
    given = parser.parse_args()
    playbook = open_playbook()
    found: list[dict[str, dict[str, Result]]] = []
    logged = coming = 0
    for seed in range(given.first, given.first + given.worlds):
        with tempfile.TemporaryDirectory() as folder:
            world = make_world(playbook, given.fit, given.subscribers, given.months, seed, Path(folder))
        drawn = draw(world.logged, seed)
        found.append(compare(world, drawn, learn(world, drawn, seed=seed, folds=FOLDS)))
        logged, coming = logged + len(world.logged.risk), coming + len(world.coming.risk)
        sys.stderr.write(f"{seed - given.first + 1}/{given.worlds}\n")
    report: dict[str, Any] = {
        "worlds": given.worlds,
        "first": given.first,
        "subscribers": given.subscribers,
        "months": given.months,
        "fit": given.fit.value,
        "logged_rows": logged / given.worlds,
        "coming_rows": coming / given.worlds,
        "cases": summarise(found),
    }
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write((text if given.as_json else render(report)) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
