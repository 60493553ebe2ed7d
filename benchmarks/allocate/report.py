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
        if row["curve"]:
            lines += _curve(row)
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


def _curve(row: dict[str, Any]) -> list[str]:
    """What the best plan is worth at several amounts of the total money."""
    lines = [
        "",
        f"{row['limits']:,} limits: {len(row['curve'])} amounts in {row['curve_cpu']:.1f} CPU s",
        "",
        "| total money | value, fen | bound, fen | gap |",
        "| ---: | ---: | ---: | ---: |",
    ]
    for share, value, bound in row["curve"]:
        worth = ("–", "not kept") if value is None else (f"{value:,.0f}", f"{(bound - value) / bound:.1e}")
        lines.append(f"| {share:.0%} | {worth[0]} | {bound:,.0f} | {worth[1]} |")
    return lines
