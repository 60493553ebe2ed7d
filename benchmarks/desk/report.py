"""The report for people: one table for each database, in Markdown."""

from typing import Any

STATEMENTS = 12
"""The most statements that a page may send to the desk's database."""


def render(report: dict[str, Any]) -> str:
    """The whole report."""
    lines = [
        f"Scores of one month, {report['subscribers']:,} subscribers, each step in a process of its own",
        "",
        "| step | CPU s | peak GB |",
        "| --- | ---: | ---: |",
    ]
    lines += [
        f"| {name} | {step['cpu']:.1f} | {step['peak_gb']:.2f} |" for name, step in report["scores"].items()
    ]
    whole = sum(step["cpu"] for step in report["scores"].values())
    lines += [
        f"| **all** | **{whole:.1f}** | |",
        "",
        f"{report['tasks']:,} tasks, {report['subscribers']:,} subscribers; milliseconds in the process, and CPU",
    ]
    for name, said in report["databases"].items():
        applied = said["apply"]
        lines += [
            "",
            f"**{name}**: handed over in {applied['wall']:.0f} s ({applied['cpu']:.0f} CPU s), "
            f"{applied['tasks']:,} tasks; peak {said['peak_gb']:.2f} GB",
            "",
            "| page | who | first | p50 | p95 | first, CPU | p50, CPU | statements |",
            "| --- | --- | ---: | ---: | ---: | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {page['name']} | {page['who']} | {page['first']:.0f} | {page['p50']:.0f} | {page['p95']:.0f} "
            f"| {page['first_cpu']:.0f} | {page['p50_cpu']:.0f} | {page['statements']} |"
            for page in said["pages"]
        ]
    return "\n".join(lines)
