"""The frozen plan as the desk takes it over: whose each task is, how it is to be reached, when it is due."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

import pyarrow as pa

from weixi.desk.dispatch.models import AppliedPlan
from weixi.desk.org.queries import tree_rows
from weixi.desk.org.rules import NodeRow, place
from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.book import IDENTITY, day_key
from weixi.flow.cohort import require_tree
from weixi.flow.decision import DAY_PLAN, DAY_PLAN_LINE, PLAN, PLAN_LINE, require_plan
from weixi.flow.segment import LABEL
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import Playbook

LABELS = ("grade", "band", "stage", "cluster", "category")


@dataclass(frozen=True, slots=True)
class Handover:
    """One frozen plan beside what the desk already has of it.

    `is_applied`: this very plan is in. `is_begun`: it was begun and broke off. `replaces` is the revision of the same
    month that the desk has, None where it has none.
    """

    month: Month
    day: date | None
    plan: Partition
    lines: Partition
    issue_count: int
    holdout_count: int
    withdrawn_count: int
    unit_count: int
    is_applied: bool
    is_begun: bool
    replaces: int | None


def handover_of(store: Store, playbook: Playbook, month: Month, day: date | None = None) -> Handover:
    """The month's plan, or that of the morning after `day`, and what handing it over would do.

    Raises DataError where there is no such plan, or where another playbook made it.
    """
    if day is None:
        plan = require_plan(store, month, playbook)
        lines = store.require(PLAN_LINE, month=month.number)
    else:
        plan, lines = store.require(DAY_PLAN, **day_key(day)), store.require(DAY_PLAN_LINE, **day_key(day))
    counts = store.rows(
        """SELECT CAST(count(*) AS BIGINT) AS tasks,
  CAST(COALESCE(sum(CASE WHEN withdrawn_rule IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS withdrawn,
  CAST(COALESCE(sum(CASE WHEN withdrawn_rule IS NULL AND is_holdout THEN 1 ELSE 0 END), 0) AS BIGINT) AS held,
  CAST(count(DISTINCT unit_code) AS BIGINT) AS units
FROM plan""",
        inputs={"plan": plan},
    )[0]
    there = AppliedPlan.objects.filter(fingerprint=plan.fingerprint).first()
    other = (
        AppliedPlan.objects.filter(month=month.number, day=day)
        .exclude(fingerprint=plan.fingerprint)
        .order_by("-revision")
        .first()
    )
    return Handover(
        month=month,
        day=day,
        plan=plan,
        lines=lines,
        issue_count=counts["tasks"] - counts["withdrawn"] - counts["held"],
        holdout_count=counts["held"],
        withdrawn_count=counts["withdrawn"],
        unit_count=counts["units"],
        is_applied=there is not None and there.completed_at is not None,
        is_begun=there is not None and there.completed_at is None,
        replaces=other.revision if other is not None else None,
    )


def planned(store: Store, handover: Handover) -> tuple[pa.Table, pa.Table]:
    """The plan's tasks with the labels and the identity of the leading line, and its lines; both in order of task.

    One statement each. Nothing of the identity but what is masked enters the desk's database.
    """
    data_month = handover.month.plus(-1)
    label = store.current(LABEL, month=data_month.number)
    known = [p for p in store.partitions(IDENTITY) if int(p.key["month"]) <= handover.month.number]
    own = ", ".join(f"p.{name}" for name in PLAN.types)
    tasks = _read(
        store,
        f"SELECT {own}, {_labels(label)}, {_who(known)} FROM plan AS p {_joins(label, known)} ORDER BY p.task_id",
        {"plan": handover.plan},
        label,
        known,
    )
    lines = _read(
        store,
        f"SELECT p.task_id, p.subscriber_id, p.kind, p.happens_date, {_who(known)} FROM line AS p "
        f"{_joins(None, known)} ORDER BY p.task_id, p.subscriber_id",
        {"line": handover.lines},
        None,
        known,
    )
    return tasks, lines


def _read(
    store: Store, text: str, inputs: dict[str, Partition], label: Partition | None, known: list[Partition]
) -> pa.Table:
    pieces = Pipeline()
    given: dict[str, Partition | Sequence[Partition]] = dict(inputs)
    if label is not None:
        given["label"] = label
    if known:
        given["identity"] = known
        pieces.add("newest", "SELECT subscriber_id, MAX(month) AS month FROM identity GROUP BY subscriber_id")
        pieces.add(
            "known",
            "SELECT i.subscriber_id, i.msisdn, i.name FROM identity AS i "
            "JOIN newest AS m ON i.subscriber_id = m.subscriber_id AND i.month = m.month",
        )
    return store.arrow(pieces.text(text), inputs=given)


def _labels(label: Partition | None) -> str:
    if label is None:
        return ", ".join(f"CAST(NULL AS VARCHAR) AS {name}" for name in LABELS)
    return ", ".join(f"l.{name}" for name in LABELS)


def _who(known: list[Partition]) -> str:
    if not known:
        return "CAST(NULL AS VARCHAR) AS msisdn, CAST(NULL AS VARCHAR) AS name"
    return "k.msisdn, k.name"


def _joins(label: Partition | None, known: list[Partition]) -> str:
    joins = []
    if label is not None:
        joins.append("LEFT JOIN label AS l ON p.subscriber_id = l.subscriber_id")
    if known:
        joins.append("LEFT JOIN known AS k ON p.subscriber_id = k.subscriber_id")
    return " ".join(joins)


def tree_of(store: Store, month: Month) -> tuple[NodeRow, ...]:
    """The tree that the plan of `month` was made on."""
    return tree_rows(store, require_tree(store, month.plus(-1)))


def paths_of(rows: Sequence[NodeRow], codes: Iterator[str]) -> dict[str, str]:
    """The path of each node code. Raises DataError for a code that the tree lacks: its tasks would be nobody's."""
    placed = {p.row.code: p.path for p in place(rows)}
    lost = sorted(set(codes) - placed.keys())
    if lost:
        raise DataError(
            "dispatch.no_node",
            Text(
                f"计划里有 {len(lost)} 个组织节点不在组织树里，例如 {lost[0]}",
                f"{len(lost)} nodes of the plan are not in the tree, e.g. {lost[0]}",
            ),
            Text("补导该月的组织表后重新运行 weixi run", "import the month's tree, then weixi run again"),
            where=lost[0],
        )
    return placed
