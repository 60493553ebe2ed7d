"""`python -m benchmarks.lift`: the coverage of both intervals on simulated campaigns; `weixi bench lift` calls it."""

import argparse
import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Any

from benchmarks.lift.campaigns import Pool, Shape, make_pool
from benchmarks.lift.coverage import Coverage, measure
from benchmarks.lift.report import render
from weixi.flow.assessment import LiftStratum, detectable_effect, detectable_effect_always, effect_variance

SHAPES = {
    "county": Shape(8_000, (0.12, 0.08)),
    "city": Shape(24_000, (0.05, 0.05)),
    "small": Shape(2_400, (0.12, 0.08)),
    "work_plan": Shape(24_000, (0.02, 0.01)),
}
"""The first two are what a hold-out is recommended for; the others show how far the intervals can be trusted."""


def main() -> int:
    """Simulate, measure, report. Returns the exit code."""
    parser = argparse.ArgumentParser(prog="benchmarks.lift", description=__doc__)
    parser.add_argument(
        "--home", type=Path, help="where other benchmarks keep their files; this one keeps none"
    )
    parser.add_argument("--campaigns", type=int, default=10_000)
    parser.add_argument(
        "--subscribers", type=int, default=100_000, help="lines of the operator they come from"
    )
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--shape", choices=SHAPES, action="append", help="this kind of campaign alone")
    parser.add_argument("--json", action="store_true", dest="as_json")
    parser.add_argument("--out", type=Path, help="write the JSON report to this file as well")
    given = parser.parse_args()
    pool = make_pool(given.subscribers, given.seed)
    report: dict[str, Any] = {
        "campaigns": given.campaigns,
        "seed": given.seed,
        "true_effect": dict(zip(("retained", "revenue_fen"), pool.effect, strict=True)),
        "shapes": {
            name: _shape(pool, SHAPES[name], given.campaigns, given.seed) for name in given.shape or SHAPES
        },
    }
    text = json.dumps(report, indent=1, ensure_ascii=False)
    if given.out:
        given.out.write_text(text + "\n", encoding="utf-8")
    sys.stdout.write((text if given.as_json else render(report)) + "\n")
    return 0


def _shape(pool: Pool, shape: Shape, campaigns: int, seed: int) -> dict[str, Any]:
    """One kind of campaign: at the true effect, without any, and (a quarter of them) at the detectable ones."""
    sys.stderr.write(f"{shape}\n")
    counts = [float((pool.stratum == k).mean()) * shape.households for k in (0, 1)]
    losses = [float(pool.held[pool.stratum == k].mean()) for k in (0, 1)]
    variance = effect_variance(
        [LiftStratum(n, s, p * (1 - p)) for n, s, p in zip(counts, shape.shares, losses, strict=True)]
    )
    report: dict[str, Any] = {
        "shape": asdict(shape),
        "true_effect": _plain(measure(pool, shape, campaigns, seed)),
        "no_effect": _plain(measure(pool.saved(0), shape, campaigns, seed)),
    }
    for name, effect in (
        ("once", detectable_effect(variance)),
        ("always", detectable_effect_always(variance)),
    ):
        share = effect / float(pool.held.mean())
        found = None
        if share < 1:
            found = asdict(measure(pool.saved(share), shape, campaigns // 4, seed)["retained"])[
                f"shown_{name}"
            ]
        report[f"detectable_{name}"] = {"effect": effect, "shown": found}
    return report


def _plain(found: dict[str, Coverage]) -> dict[str, dict[str, float]]:
    return {name: asdict(each) for name, each in found.items()}


if __name__ == "__main__":
    sys.exit(main())
