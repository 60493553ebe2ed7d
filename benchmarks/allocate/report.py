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
    if "peers" in report:
        peers = dict(report["peers"])
        lines += ["", f"| {peers.pop('rows'):,} rows, 10 limits | CPU s | optimum, fen | status |"]
        lines.append("| --- | ---: | ---: | --- |")
        lines += [
            f"| {name} | {row['cpu']:.1f} | {row['value_fen']:,.0f} | {row['status']} |"
            for name, row in peers.items()
        ]
    return "\n".join(lines)
