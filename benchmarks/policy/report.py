"""The figures over all worlds, and the report for people."""

from collections.abc import Sequence
from typing import Any

import numpy as np
from scipy import stats

from benchmarks.policy.compare import Result

Worlds = Sequence[dict[str, dict[str, Result]]]


def summarise(worlds: Worlds) -> dict[str, dict[str, dict[str, Any]]]:
    """By case and plan: means over the worlds, and how much more the allocation brings, with a 95 % interval."""
    found: dict[str, dict[str, dict[str, Any]]] = {}
    for case in worlds[0]:
        own = np.array([world[case]["allocation"].realised for world in worlds])
        found[case] = {}
        for plan in worlds[0][case]:
            results = [world[case][plan] for world in worlds]
            contacts, harmed = (
                sum(getattr(each, name) for each in results) for name in ("contacts", "harmed")
            )
            found[case][plan] = {
                **{
                    name: float(np.mean([getattr(each, name) for each in results]))
                    for name in ("promised", "realised", "cost", "money", "contacts")
                },
                "harmed_share": harmed / contacts if contacts else None,
                "allocation_more": paired(own - np.array([each.realised for each in results])),
            }
    return found


def paired(more: np.ndarray) -> dict[str, float]:
    """The mean of paired differences with its 95 % interval (Student), and the share of worlds above 0."""
    half = float(stats.t.ppf(0.975, len(more) - 1) * more.std(ddof=1) / len(more) ** 0.5)
    mean = float(more.mean())
    return {"mean": mean, "low": mean - half, "high": mean + half, "above": float((more > 0).mean())}


def render(report: dict[str, Any]) -> str:
    """A table for each case, yuan a world."""
    lines = [
        f"{report['worlds']} worlds of {report['subscribers']:,} lines, about {report['logged_rows']:,.0f} logged and "
        f"{report['coming_rows']:,.0f} coming rows each; offers that fit: {report['fit']}; yuan a world and month"
    ]
    for case, plans in report["cases"].items():
        lines += [
            "",
            f"| {case} | promised | realised | the allocation brings more | worlds | contacts | harmed |",
            "| --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        for plan, row in plans.items():
            more = row["allocation_more"]
            said = f"{more['mean']:,.0f} ({more['low']:,.0f} … {more['high']:,.0f}) | {100 * more['above']:.0f} %"
            if plan == "allocation":
                said = "– | –"
            harmed = "–" if row["harmed_share"] is None else f"{100 * row['harmed_share']:.2f} %"
            figures = " | ".join(f"{row[name]:,.0f}" for name in ("promised", "realised"))
            lines.append(f"| {plan} | {figures} | {said} | {row['contacts']:,.0f} | {harmed} |")
    return "\n".join(lines)
