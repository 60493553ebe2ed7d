"""The report for people: one table for each database, in Markdown."""

from typing import Any

STATEMENTS = 12
"""The most statements that a page may send to the desk's database."""


def render(report: dict[str, Any]) -> str:
    """The whole report."""
    lines = [f"{report['tasks']:,} tasks, {report['subscribers']:,} subscribers; milliseconds in the process"]
    for name, said in report["databases"].items():
        applied = said["apply"]
        lines += [
            "",
            f"**{name}**: handed over in {applied['wall']:.0f} s ({applied['cpu']:.0f} CPU s), "
            f"{applied['tasks']:,} tasks; peak {said['peak_gb']:.2f} GB",
            "",
            "| page | who | first | p50 | p95 | statements |",
            "| --- | --- | ---: | ---: | ---: | ---: |",
        ]
        lines += [
            f"| {page['name']} | {page['who']} | {page['first']:.0f} | {page['p50']:.0f} | {page['p95']:.0f} "
            f"| {page['statements']} |"
            for page in said["pages"]
        ]
    return "\n".join(lines)
