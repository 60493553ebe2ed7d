"""What each step writes, and the table that the hand-written peer's file must equal."""

OUTPUTS = {
    "feature": ("feature",),
    "threshold": ("threshold",),
    "label": ("label",),
    "assignment": ("assignment",),
    "cohort": ("network", "arpu80"),
    "target": ("target",),
    "warning": ("warning",),
    "clock": ("clock",),
    "eligibility": ("eligibility",),
    "plan": ("plan", "plan_line"),
    "outcome": ("outcome",),
    "kpi": ("line_state", "kpi", "scorecard"),
}
"""Step → the views of `home.inputs` that hold its rows; a peer writes `<view>.parquet` for each."""

SCRIPTS = ("duckdb_windows", "polars_windows", "pandas_vectorised")
"""The usual scripts, modules of `benchmarks.flow.scripts`."""

SCRIPT_TABLES = ("feature", "label", "kpi_lines")
"""What each script writes: the features, the labels, and the KPIs that count lines."""

SCRIPT_STEPS = ("feature", "threshold", "label", "kpi")
"""The steps of ours whose rows those are; `kpi` does more (tasks, scorecard), which stays in our figure."""
