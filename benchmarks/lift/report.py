"""The report for people: two tables in Markdown, one line for each kind of campaign and outcome."""

from typing import Any


def render(report: dict[str, Any]) -> str:
    """The whole report."""
    truth = report["true_effect"]
    lines = [
        f"{report['campaigns']:,} campaigns a line; true effect {truth['retained'] * 100:.2f} households per 100, "
        f"{truth['revenue_fen'] / 100:.2f} yuan a household in six months",
        "",
        "| campaign | outcome | fixed holds | always-valid holds at all looks | false alarm: one look | peeking | "
        "always-valid | variance removed | width |",
        "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |",
    ]
    for name, found in report["shapes"].items():
        for outcome, row in found["true_effect"].items():
            null = found["no_effect"][outcome]
            figures = (
                row["once"], row["always"], null["shown_once"], null["shown_naive"], null["shown_always"],
                row["removed"],
            )  # fmt: skip
            cells = " | ".join(f"{100 * each:.2f} %" for each in figures)
            lines.append(f"| {_said(name, found)} | {outcome} | {cells} | {row['width']:.2f} |")
    lines += [
        "",
        "| campaign | detectable with one look (households per 100) | shown | always-valid | shown |",
        "| --- | ---: | ---: | ---: | ---: |",
    ]
    for name, found in report["shapes"].items():
        cells = []
        for kind in ("once", "always"):
            row = found[f"detectable_{kind}"]
            shown = "more than all" if row["shown"] is None else f"{100 * row['shown']:.1f} %"
            cells += [f"{100 * row['effect']:.2f}", shown]
        lines.append(f"| {_said(name, found)} | {' | '.join(cells)} |")
    return "\n".join(lines)


def _said(name: str, found: dict[str, Any]) -> str:
    low, high = (f"{100 * share:g}" for share in found["shape"]["shares"])
    return f"{name}: {found['shape']['households']:,} households, {low}/{high} % held"
