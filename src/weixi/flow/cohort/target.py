"""下达指标: each assessed KPI's target as whole numbers at every node, summing to the parent's."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from fractions import Fraction
from math import ceil, floor

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.cohort.apportion import apportion_pieces
from weixi.flow.cohort.organisation import require_path, require_tree
from weixi.flow.cohort.tables import ASSIGNMENT, COHORT, TARGET
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel
from weixi.playbook import KpiTarget, Playbook

COHORT_OF = {"dynamic_retention_rate": "arpu80", "churn_rate": "network"}
"""The cohort whose size each KPI's target is a share of."""

PLAN_VIEW = "plan"
"""The view of the KPIs that are a share of the month's planned tasks."""

POOL_SUFFIX = ":pool"
"""A unit's shared pool beside its owners is a child of the unit, named `<unit code>:pool`."""

PERIOD_MONTHS = {"QUARTER": 3, "YEAR": 12}


@dataclass(frozen=True, slots=True)
class Gap:
    """One node whose target is not the sum of its children's; there should be none."""

    kpi: str
    node_code: str
    target_count: int
    children_count: int


def rate_to_date(kpi: KpiTarget, month: Month) -> Fraction:
    """The KPI's target rate for the year so far: a period's ceiling pro-rated by months since last December.

    7.5 % a year is 3.75 % by June; 7.5 % a quarter is 2.5 % a month, 15 % by June. A target without a period
    holds as it is in every month.
    """
    rate = Fraction(kpi.rate)
    if kpi.period is None:
        return rate
    months = month.index - Month.of(month.year - 1, 12).index
    return rate * months / PERIOD_MONTHS[kpi.period]


def target_text(counted: dict[str, KpiTarget], month: Month) -> str:
    """The SQL of the targets of the KPIs in `counted` (view of what is counted → KPI).

    Views: `node`, `path`, `assignment`, each cohort under its code and `plan` for the warning tasks. A member
    counts where his line is assigned this month, so that base and result move together when territories change.
    """
    pipeline = Pipeline()
    placed_pieces(pipeline, "\nUNION ALL ".join(_member_select(view, kpi) for view, kpi in counted.items()))
    tree_pieces(pipeline, [kpi.kpi for kpi in counted.values()])
    pipeline.add(
        "base",
        "SELECT tree_id, CAST(sum(size) AS BIGINT) AS size FROM tree WHERE parent_code IS NULL GROUP BY tree_id",
    )
    counts = " ".join(f"WHEN '{kpi.kpi}' THEN {_count_sql(kpi, month)}" for kpi in counted.values())
    pipeline.add("total", f"SELECT tree_id, CASE tree_id {counts} ELSE 0 END AS total_count FROM base")
    apportion_pieces(pipeline, len(OrgLevel))
    return pipeline.text("SELECT tree_id AS kpi, node_code, parent_code, size, target_count FROM share")


def placed_pieces(pipeline: Pipeline, member: str, weights: Sequence[str] = ()) -> None:
    """Add `leaf_size`: one row per KPI and node that answers for members itself, with its `size` and sums of `weights`.

    `member` selects kpi, subscriber_id, owner_code, unit_code and the weights, BIGINTs. Views: `node`, `assignment`.
    """
    pipeline.add("first_unit_node", "SELECT min(node_code) AS first_unit FROM node WHERE level = 'UNIT'")
    # Members are counted by what names their node before the tree is asked: nodes are few, members are not.
    pipeline.add("member", member)
    owner, unit = (f"CASE WHEN a.node_code IS NULL THEN m.{name} END" for name in ("owner_code", "unit_code"))
    summed = "".join(f", CAST(sum(m.{name}) AS BIGINT) AS {name}" for name in weights)
    pipeline.add(
        "counted",
        f"""SELECT m.kpi, a.node_code, {owner} AS owner_code, {unit} AS unit_code, count(*) AS size{summed}
        FROM member m LEFT JOIN assignment a ON a.subscriber_id = m.subscriber_id
        GROUP BY m.kpi, a.node_code, {owner}, {unit}""",
    )
    summed = "".join(f", CAST(sum(c.{name}) AS BIGINT) AS {name}" for name in weights)
    pipeline.add(
        "leaf_size",
        f"""SELECT c.kpi, COALESCE(c.node_code, o.node_code, u.node_code, f.first_unit) AS node_code,
          CAST(sum(c.size) AS BIGINT) AS size{summed}
        FROM counted c CROSS JOIN first_unit_node f
        LEFT JOIN node o ON o.node_code = c.owner_code
        LEFT JOIN node u ON u.node_code = c.unit_code
        GROUP BY c.kpi, COALESCE(c.node_code, o.node_code, u.node_code, f.first_unit)""",
    )


def tree_pieces(pipeline: Pipeline, kpis: Iterable[str]) -> None:
    """Add `tree`, as `apportion_pieces` takes it: a tree for each KPI, a unit's shared pool a child beside its owners.

    Needs `leaf_size` (kpi, node_code, size) and the views `node` and `path`.
    """
    pipeline.add(
        "below",
        """SELECT s.kpi, p.ancestor_code AS node_code, CAST(sum(s.size) AS BIGINT) AS size
        FROM leaf_size s JOIN path p ON p.node_code = s.node_code
        GROUP BY s.kpi, p.ancestor_code""",
    )
    pipeline.add("assessed", "\nUNION ALL ".join(f"SELECT '{kpi}' AS kpi" for kpi in kpis))
    pipeline.add(
        "tree",
        f"""SELECT k.kpi AS tree_id, n.node_code, n.parent_code, COALESCE(b.size, 0) AS size
        FROM node n CROSS JOIN assessed k
        LEFT JOIN below b ON b.kpi = k.kpi AND b.node_code = n.node_code
        UNION ALL
        SELECT s.kpi AS tree_id, concat(s.node_code, '{POOL_SUFFIX}') AS node_code, s.node_code AS parent_code, s.size
        FROM leaf_size s
        JOIN (SELECT DISTINCT parent_code FROM node WHERE parent_code IS NOT NULL) c
          ON c.parent_code = s.node_code""",
    )


def root_count(kpi: KpiTarget, month: Month, size: int) -> int:
    """The whole number at the root of `size` members: a floor is rounded up, a ceiling down."""
    wanted = rate_to_date(kpi, month) * size
    return floor(wanted) if kpi.direction == "AT_MOST" else ceil(wanted)


def build_target(
    store: Store, playbook: Playbook, month: Month, plan: Partition | None = None
) -> tuple[Partition, ...]:
    """Write version 1 of the targets of `month` down the tree as it stands then; the one partition it wrote.

    `plan` is the plan whose tasks are due in `month`, where one was made. A KPI whose cohort or plan does not exist
    has no target; the note's `left_out` lists it. Raises DataError where the tree or the assignment is missing.
    """
    tree = require_tree(store, month)
    inputs = {
        "node": tree,
        "path": require_path(store, tree),
        "assignment": store.require(ASSIGNMENT, month=month.number),
    }
    base_month = Month.of(month.year - 1, 12).number
    counted: dict[str, KpiTarget] = {}
    for kpi in playbook.kpis:
        view = COHORT_OF.get(kpi.kpi, PLAN_VIEW)
        found = plan if view == PLAN_VIEW else store.current(COHORT, month=base_month, cohort=view)
        if found is not None:
            counted[view] = kpi
            inputs[view] = found
    text = target_text(counted, month) if counted else _NOTHING
    left_out = [kpi.kpi for kpi in playbook.kpis if kpi not in counted.values()]
    sheet = store.write(
        TARGET,
        {"month": month.number, "version": 1},
        text,
        inputs=inputs,
        note={"playbook": playbook.fingerprint, "left_out": left_out, "split": "size"},
    )
    return (sheet,)


def target_gaps(store: Store, month: Month, version: int = 1) -> list[Gap]:
    """The nodes of a target sheet whose children do not sum to their own figure; empty when it reconciles."""
    found = store.rows(
        """SELECT t.kpi, t.node_code, t.target_count, CAST(sum(c.target_count) AS BIGINT) AS children_count
        FROM target t JOIN target c ON c.kpi = t.kpi AND c.parent_code = t.node_code
        GROUP BY t.kpi, t.node_code, t.target_count
        HAVING CAST(sum(c.target_count) AS BIGINT) <> t.target_count
        ORDER BY t.kpi, t.node_code""",
        inputs={"target": store.require(TARGET, month=month.number, version=version)},
    )
    return [Gap(**row) for row in found]


_NOTHING = """SELECT '' AS kpi, node_code, parent_code, CAST(0 AS BIGINT) AS size, CAST(0 AS BIGINT) AS target_count
FROM node WHERE FALSE"""


def _member_select(view: str, kpi: KpiTarget) -> str:
    due = " WHERE is_assessed AND NOT is_holdout AND withdrawn_rule IS NULL" if view == PLAN_VIEW else ""
    return f"SELECT '{kpi.kpi}' AS kpi, subscriber_id, owner_code, unit_code FROM {view}{due}"


def _count_sql(kpi: KpiTarget, month: Month) -> str:
    """The whole number at the root: a floor is rounded up, a ceiling down."""
    rate = rate_to_date(kpi, month)
    if kpi.direction == "AT_MOST":
        return f"size * {rate.numerator} // {rate.denominator}"
    return f"(size * {rate.numerator} + {rate.denominator - 1}) // {rate.denominator}"
