"""The report for people: tables in Markdown, so that they can be pasted into the docs."""

from typing import Any


def goal(limits: int, rows: int) -> float:
    """The gap asked for."""
    return 1e-5 if limits <= 10 and rows >= 1_000_000 else 2 * limits / rows


def render(report: dict[str, Any]) -> str:
    """The whole report."""
    lines = [
        "| rows | limits | full passes | certified gap | goal | CPU s to the plan | CPU s written | GB | violated |",
        "| ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for row in report["ours"]:
        cells = [
            f"{row['rows']:,}", f"{row['limits']:,}", str(row["passes"]), f"{row['gap']:.1e}",
            f"{goal(row['limits'], row['rows']):.1e}", f"{row['planned_cpu']:.1f}", f"{row['cpu']:.1f}",
            f"{row['peak_gb']:.2f}", str(len(row["violated"])),
        ]  # fmt: skip
        lines.append(f"| {' | '.join(cells)} |")
    for row in report["ours"]:
        lines += ["", f"{row['limits']:,} limits, the dearest: " + "; ".join(row["words"])]
    lines += [
        "",
        "| limits | rule | value, share of the bound | limits broken |",
        "| ---: | --- | ---: | ---: |",
    ]
    for row in report["ours"]:
        beside = {"allocation": [row["value_fen"], len(row["violated"])], **row["beside"]}
        for name, (value, broken) in beside.items():
            lines.append(f"| {row['limits']:,} | {name} | {value / row['bound_fen']:.2%} | {broken} |")
    for peers in report["peers"]:
        ours = peers["solvers"]["ours"]
        lines += ["", f"| {peers['rows']:,} rows, 10 limits | CPU s | × ours | optimum, fen | status |"]
        lines.append("| --- | ---: | ---: | ---: | --- |")
        for name, row in peers["solvers"].items():
            value = "–" if row["value_fen"] is None else f"{row['value_fen']:,.0f}"
            times = f"{'≥ ' if row['value_fen'] is None else ''}{row['cpu'] / ours['cpu']:.1f}"
            lines.append(f"| {name} | {row['cpu']:.1f} | {times} | {value} | {row['status']} |")
    return "\n".join(lines)
