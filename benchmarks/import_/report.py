"""The report for people: one table, in Markdown, so that it can be pasted into the docs."""

from typing import Any

NAMES = {
    "duckdb_csv": "DuckDB read_csv → Parquet, all text (floor)",
    "pandas_csv": "pandas, in chunks, coerced",
    "polars_csv": "polars, streamed, coerced",
}


def render(report: dict[str, Any]) -> str:
    """The whole report."""
    lines = [
        f"{report['rows']:,} rows of {report['columns']} columns, {report['bytes'] / 1e6:,.0f} MB; "
        f"least of {report['repeat']}",
        "",
        f"accounted to the row: {report['accepted']:,} accepted + {report['bad']:,} quarantined = {report['rows']:,}; "
        "every planted row is in quarantine with its file, line, text and reason",
        "planted: " + ", ".join(f"{name} {count:,}" for name, count in report["planted"].items()),
        "",
        "| | wall s | CPU s | peak GB | MB/s | rows that came through |",
        "| --- | ---: | ---: | ---: | ---: | ---: |",
        _line("weixi import", report["import"], report["accepted"]),
    ]
    lines += [_line(NAMES[name], row, row["rows"]) for name, row in report["peers"].items()]
    lines += [f"| {NAMES[name]} | left out: {why} | | | | |" for name, why in report["left_out"].items()]
    lines += [
        "",
        "the readers below weixi are given the file without its planted rows: they stop at them, or lose more",
    ]
    return "\n".join(lines)


def _line(name: str, row: dict[str, Any], rows: int) -> str:
    cells = f"{row['wall']:.1f} | {row['cpu']:.1f} | {row['peak_gb']:.2f} | {row['mb_per_s']:.0f} | {rows:,}"
    return f"| {name} | {cells} |"
