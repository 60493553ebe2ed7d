"""Where a store keeps what: paths alone, so that the measured processes need not load the house to find files."""

from pathlib import Path

PAST_MONTHS = 12
RECENT_MONTHS = 3


def files(home: Path, table: str, **key: int | str) -> list[Path]:
    """The data files of the newest revision of one partition; none where there is no such partition."""
    folder = home.joinpath("tables", table, *(f"{name}={value}" for name, value in key.items()))
    revisions = sorted(folder.glob("r*"), key=lambda path: int(path.name[1:]))
    return sorted(revisions[-1].glob("part-*.parquet")) if revisions else []


def number(month: str) -> int:
    """YYYY-MM as YYYYMM."""
    year, part = month.split("-")
    return int(year) * 100 + int(part)


def plus(month: int, count: int) -> int:
    """The month so many months on, both YYYYMM."""
    index = month // 100 * 12 + month % 100 - 1 + count
    return index // 12 * 100 + index % 12 + 1


def inputs(home: Path, month: int) -> dict[str, list[Path]]:
    """View name → files: everything that a step of the month's run reads or writes."""
    before, after = plus(month, -1), plus(month, 1)
    base = (month // 100 - 1) * 100 + 12
    trees = [m for m in (plus(month, -k) for k in range(36)) if files(home, "org_node", month=m)]
    found = {
        "history": [
            f for k in range(PAST_MONTHS) for f in files(home, "subscriber_month", month=plus(month, -k))
        ],
        "happening": [f for k in range(RECENT_MONTHS) for f in files(home, "event", month=plus(month, -k))],
        "event": files(home, "event", month=month),
        "fact": files(home, "fact", month=month),
        "line": files(home, "subscriber_month", month=month),
        "line_before": files(home, "subscriber_month", month=before),
        "line_base": files(home, "subscriber_month", month=base),
        "node": files(home, "org_node", month=trees[0]),
        "path": files(home, "org_path", month=trees[0]),
        "label_before": files(home, "label", month=before),
        "assignment_before": files(home, "assignment", month=before),
        "assignment_base": files(home, "assignment", month=base),
        "feature_2": files(home, "feature", month=plus(month, -2)),
        "feature_base": files(home, "feature", month=base),
        "state_before": files(home, "line_state", month=before),
        "network": files(home, "cohort", month=base, cohort="network"),
        "arpu80": files(home, "cohort", month=base, cohort="arpu80"),
        "target": files(home, "target", month=month, version=1),
        "plan_due": files(home, "plan", month=month),
        "plan": files(home, "plan", month=after),
        "plan_line": files(home, "plan_line", month=after),
        **{
            f"history_{k}": files(home, "subscriber_month", month=plus(month, -k)) for k in range(PAST_MONTHS)
        },
    }
    for name in (
        "feature", "threshold", "label", "assignment", "warning", "clock", "eligibility", "outcome", "line_state",
        "kpi", "scorecard",
    ):  # fmt: skip
        found[name] = files(home, name, month=month)
    return found
