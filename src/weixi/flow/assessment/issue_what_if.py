"""下达之前: what an issue of targets would change, node by node, against the version in force."""

from dataclasses import dataclass

from weixi.engine import Partition, Store, Trial
from weixi.flow.assessment.issue import Order, issue_targets, newest_sheet
from weixi.flow.assessment.scorecard import lights
from weixi.flow.assessment.tables import KPI
from weixi.flow.cohort import require_tree
from weixi.kernel.period import Month
from weixi.kernel.terms import Light
from weixi.playbook import Playbook


@dataclass(frozen=True, slots=True)
class NodeChange:
    """One node's target of one KPI under the current version and under the new one, and the light of each.

    Counts are None where there is no version yet; lights where no month of the year has values yet.
    """

    kpi: str
    node_code: str
    parent_code: str | None
    level: str | None
    name: str
    size: int
    old_count: int | None
    new_count: int
    old_light: Light | None
    new_light: Light | None


@dataclass(frozen=True)
class WhatIf:
    """What an issue would change, node by node; `valued` is the month whose values the lights are of."""

    month: Month
    version: int
    compared: int | None
    valued: Month | None
    left_out: tuple[str, ...]
    changes: tuple[NodeChange, ...]


def what_if(store: Store, playbook: Playbook, order: Order) -> WhatIf:
    """What the issue would change against the current version; nothing is written. Raises as `issue_targets` does."""
    month = order.month
    current = newest_sheet(store, month)
    with Trial.over(store) as trial:
        sheet = issue_targets(trial, playbook, order)
        values = _latest_values(store, month)
        old_lights = lights(store, playbook, month, values, current) if values else {}
        new_lights = lights(trial, playbook, month, values, sheet) if values else {}
        tree = require_tree(store, month)
        inputs = {"new": sheet, "node": tree} | ({"old": current} if current else {})
        before = "o.target_count" if current else "CAST(NULL AS BIGINT)"
        join = " LEFT JOIN old AS o ON o.kpi = s.kpi AND o.node_code = s.node_code" if current else ""
        rows = trial.rows(
            f"""SELECT s.kpi, s.node_code, s.parent_code, n.level, COALESCE(n.name, m.name, s.node_code) AS name,
  s.size, {before} AS old_count, s.target_count AS new_count
FROM new AS s
LEFT JOIN node AS n ON n.node_code = s.node_code
LEFT JOIN node AS m ON m.node_code = s.parent_code{join} ORDER BY s.kpi, s.node_code""",
            inputs=inputs,
        )
    changes = [
        NodeChange(
            **row,
            old_light=old_lights.get((row["kpi"], row["node_code"])),
            new_light=new_lights.get((row["kpi"], row["node_code"])),
        )
        for row in rows
    ]
    return WhatIf(
        month=month,
        version=int(sheet.key["version"]),
        compared=None if current is None else int(current.key["version"]),
        valued=None if values is None else Month.from_number(int(values.key["month"])),
        left_out=tuple(sheet.manifest.note["left_out"]),
        changes=tuple(changes),
    )


def _latest_values(store: Store, month: Month) -> Partition | None:
    """The KPIs of the month, or the latest of the same year before it."""
    first = Month.of(month.year, 1).number
    held = [p for p in store.partitions(KPI) if first <= int(p.key["month"]) <= month.number]
    return max(held, key=lambda p: int(p.key["month"]), default=None)
