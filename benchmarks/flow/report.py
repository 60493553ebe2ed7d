"""The report for people: one table a question, in Markdown, so that it can be pasted into the docs."""

from typing import Any

GOAL = 1.3


def render(report: dict[str, Any]) -> str:
    """The whole report."""
    steps = report["steps"]
    lines = [
        f"{report['subscribers']:,} subscribers, {report['months']} months, run of {report['month']}; "
        f"CPU seconds (least of {report['repeat']}), peak resident memory in GB",
        "",
        "| step | ours | hand SQL | ratio | scan | ours GB | hand GB | checks | seal | lint |",
        "| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, row in steps.items():
        ratio = f"{row['ratio']:.2f}" + (" ←" if row["ratio"] > GOAL else "")
        cells = [
            f"{row['ours_cpu']:.2f}", f"{row['hand_cpu']:.2f}", ratio, f"{row['floor_cpu']:.2f}",
            f"{row['ours_peak_gb']:.2f}", f"{row['hand_peak_gb']:.2f}", *_beside([row]),
        ]  # fmt: skip
        lines.append(_line(name, cells))
    ours, hand = (sum(row[key] for row in steps.values()) for key in ("ours_cpu", "hand_cpu"))
    floor = sum(row["floor_cpu"] for row in steps.values())
    cells = [f"**{ours:.2f}**", f"**{hand:.2f}**", f"**{ours / hand:.2f}**", f"{floor:.2f}", "", ""]
    lines += [
        _line("**all**", cells + _beside(list(steps.values()))),
        "",
        "| usual script (features, labels, line KPIs) | CPU s | the same steps of ours | ratio | GB |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, row in report["scripts"].items():
        figures = (row[key] for key in ("cpu", "ours_cpu", "ratio", "peak_gb"))
        lines.append(_line(name, [f"{figure:.2f}" for figure in figures]))
    lines += [f"| {name} | left out: {why} | | | |" for name, why in report["left_out"].items()]
    lines += ["", "| as people call it | wall s | CPU s | GB |", "| --- | ---: | ---: | ---: |"]
    for name, key in (("weixi import, all months", "import"), ("weixi run, one month", "whole_run")):
        row = report[key]
        lines.append(f"| {name} | {row['wall']:.1f} | {row['cpu']:.1f} | {row['peak_gb']:.2f} |")
    return "\n".join(lines)


def _beside(rows: list[dict[str, Any]]) -> list[str]:
    """CPU seconds beside the steps' own work: checks, seals with the files' digests, lint."""
    groups = (("check",), ("seal", "hash"), ("lint",))
    return [f"{sum(row['phases'].get(name, 0.0) for row in rows for name in group):.2f}" for group in groups]


def _line(name: str, cells: list[str]) -> str:
    return f"| {name} | {' | '.join(cells)} |"
