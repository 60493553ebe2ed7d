"""下达指标: a version of a month's targets, issued by a person for a reason."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from decimal import Decimal

from weixi.dialect.compose import Pipeline
from weixi.engine import Partition, Store
from weixi.flow.assessment.difficulty import basis_text, cell_text, gather, observed_months, require_events
from weixi.flow.assessment.entry import CHURN, COMPLETION, KPI_NAMES, RETENTION
from weixi.flow.assessment.reason import checked_reason
from weixi.flow.assessment.scorecard import build_scorecard
from weixi.flow.assessment.signoff import enter_target
from weixi.flow.assessment.state import NETWORK
from weixi.flow.assessment.tables import KPI, TARGET_BASIS, TARGET_CELL, Split, TargetAction
from weixi.flow.cohort import (
    ASSIGNMENT,
    COHORT,
    COHORT_OF,
    POOL_SUFFIX,
    TARGET,
    apportion_pieces,
    require_path,
    require_tree,
    root_count,
    tree_pieces,
)
from weixi.flow.decision import PLAN
from weixi.kernel.errors import DataError, UsageError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.kernel.terms import OrgLevel
from weixi.playbook import KpiTarget, Playbook


@dataclass(frozen=True)
class Order:
    """What a person issues for `month`: how each KPI is shared, rates and totals that differ from the playbook's.

    `splits` holds the KPIs that are not shared by `split`; `rates` are per the KPI's own period; a total is the count
    at the root and goes before a rate. `now` is the moment with its zone.
    """

    month: Month
    split: Split
    reason: str
    actor: str
    now: datetime
    splits: Mapping[str, Split] = field(default_factory=dict)
    rates: Mapping[str, Decimal] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)


def issue_targets(store: Store, playbook: Playbook, order: Order) -> Partition:
    """Write the next version of the month's targets, sealed, with its entry; the scorecard of the month follows it.

    Version 1 is the run's own and stays as it is. A KPI whose base is not there has no target, as in version 1. Raises
    UsageError for a KPI or figure that cannot be, DataError where the history of a split by difficulty is missing.
    """
    reason = checked_reason(order.reason, "target")
    month = order.month
    tree = require_tree(store, month)
    inputs = {"node": tree, "assignment": _assignment(store, month)}
    bases, kpis = _bases(store, playbook, order)
    splits = {kpi: (view, order.splits.get(kpi, order.split)) for kpi, (view, _) in bases.items()}
    hard = [kpi for kpi, (_, split) in splits.items() if split is Split.DIFFICULTY]
    version = next_version(store, month)
    key = {"month": month.number, "version": version}
    inputs |= dict(bases.values())
    if hard:
        for_cells, for_basis = gather(store, playbook, month, hard)
        cells = store.write(
            TARGET_CELL, key, cell_text(hard), inputs=for_cells, note={"kpis": hard}, also=" ".join(hard)
        )
        require_events(store, cells)
        inputs |= {**for_basis, "cell": cells}
    basis = store.write(TARGET_BASIS, key, basis_text(splits), inputs=inputs)
    sizes = _sizes(store, basis)
    network = store.current(COHORT, month=Month.of(month.year - 1, 12).number, cohort=NETWORK)
    totals = {kpi: root_count(kpis[kpi], month, sizes.get(kpi, 0)) for kpi in splits}
    for kpi, total in order.totals.items():
        most = network.manifest.rows if kpi == RETENTION and network else sizes.get(kpi, 0)
        _require_possible(kpi, total, most)
        totals[kpi] = total
    was, last = observed_months(month)
    note = {
        "playbook": playbook.fingerprint,
        "left_out": [kpi.kpi for kpi in playbook.kpis if kpi.kpi not in bases],
        "split": {kpi: split.value for kpi, (_, split) in splits.items()},
        "rates": {kpi: str(kpis[kpi].rate) for kpi in splits if kpi not in order.totals},
        "totals": totals,
        "given": sorted({*order.rates, *order.totals}),
        "observed": [str(was), str(last)] if hard else [],
        "reason": reason,
        "actor": order.actor,
        "issued_at": order.now.isoformat(timespec="seconds"),
    }
    sheet = store.write(
        TARGET,
        key,
        sheet_text(totals),
        inputs={"basis": basis, "node": tree, "path": require_path(store, tree)},
        seal=True,
        frozen=True,
        note=note,
        also=json.dumps(note, sort_keys=True, ensure_ascii=False),
    )
    enter_target(
        store,
        month,
        TargetAction.ISSUED,
        sheet,
        node_code="",
        actor=order.actor,
        now=order.now,
        reason=reason,
    )
    if store.current(KPI, month=month.number) is not None:
        build_scorecard(store, playbook, month)
    return sheet


def newest_sheet(store: Store, month: Month) -> Partition | None:
    """The highest version of the month's targets; None where none was made."""
    sheets = [p for p in store.partitions(TARGET) if p.key["month"] == month.number]
    return max(sheets, key=lambda p: int(p.key["version"]), default=None)


def next_version(store: Store, month: Month) -> int:
    """The number of the next issue: 2 or more, since version 1 is the run's."""
    newest = newest_sheet(store, month)
    return max(1, 0 if newest is None else int(newest.key["version"])) + 1


def sheet_text(totals: Mapping[str, int]) -> str:
    """The statement that shares each KPI's total down the tree by the weights of `basis`; views `node`, `path` too.

    `total × weight at the root` must fit a BIGINT: 90 million members at a rate of 1.
    """
    pipeline = Pipeline()
    pipeline.add("leaf_size", "SELECT kpi, node_code, weight AS size FROM basis")
    tree_pieces(pipeline, totals)
    pipeline.add(
        "total",
        "\nUNION ALL ".join(
            f"SELECT '{kpi}' AS tree_id, CAST({total} AS BIGINT) AS total_count"
            for kpi, total in totals.items()
        ),
    )
    apportion_pieces(pipeline, len(OrgLevel))
    pipeline.add(
        "member_count",
        f"""SELECT b.kpi, p.ancestor_code AS node_code, CAST(sum(b.size) AS BIGINT) AS size
FROM basis b JOIN path p ON p.node_code = b.node_code GROUP BY b.kpi, p.ancestor_code
UNION ALL SELECT kpi, concat(node_code, '{POOL_SUFFIX}') AS node_code, size FROM basis""",
    )
    return pipeline.text(
        """SELECT s.tree_id AS kpi, s.node_code, s.parent_code, COALESCE(m.size, 0) AS size, s.target_count
FROM share s LEFT JOIN member_count m ON m.kpi = s.tree_id AND m.node_code = s.node_code"""
    )


def _assignment(store: Store, month: Month) -> Partition:
    """Who looks after whom in the month, or before it where the month is still to come."""
    held = [p for p in store.partitions(ASSIGNMENT) if int(p.key["month"]) <= month.number]
    if not held:
        return store.require(ASSIGNMENT, month=month.number)
    return max(held, key=lambda p: int(p.key["month"]))


def _bases(
    store: Store, playbook: Playbook, order: Order
) -> tuple[dict[str, tuple[str, Partition]], dict[str, KpiTarget]]:
    """KPI → (view, partition) of what its target is a share of, and each KPI with the rate that is ordered."""
    month = order.month
    bases: dict[str, tuple[str, Partition]] = {}
    known = {kpi.kpi: kpi for kpi in playbook.kpis}
    for kpi in known:
        if kpi in COHORT_OF:
            base = Month.of(month.year - 1, 12).number
            found = store.current(COHORT, month=base, cohort=COHORT_OF[kpi])
        else:
            found = store.current(PLAN, month=month.number)
        if found is not None:
            bases[kpi] = (COHORT_OF.get(kpi, "plan"), found)
    for named in {*order.splits, *order.rates, *order.totals}:
        if named not in known:
            raise UsageError(
                "target.kpi",
                Text(f"方案不考核“{named}”", f"the playbook does not assess “{named}”"),
                Text(f"考核的指标：{'、'.join(known)}", f"it assesses: {', '.join(known)}"),
            )
        if named not in bases:
            raise DataError(
                "target.no_base",
                Text(
                    f"{month} 的“{KPI_NAMES[named].zh}”没有基数（拍照名单或当月计划），不能下达",
                    f"“{KPI_NAMES[named].en}” of {month} has no base: no sealed cohort, or no plan of the month",
                ),
                Text("先运行前一个月：weixi run", "run the month before first: weixi run"),
            )
    if not bases:
        raise DataError(
            "target.no_base",
            Text(f"{month} 没有可下达的指标", f"there is nothing to issue for {month}"),
            Text(
                f"拍照名单取自 {month.year - 1}-12：先导入并运行该月",
                f"cohorts are those of {month.year - 1}-12: import and run that month first",
            ),
        )
    return bases, {
        kpi: replace(target, rate=order.rates.get(kpi, target.rate)) for kpi, target in known.items()
    }


def _sizes(store: Store, basis: Partition) -> dict[str, int]:
    rows = store.rows(
        "SELECT kpi, CAST(sum(size) AS BIGINT) AS size FROM basis GROUP BY kpi", inputs={"basis": basis}
    )
    return {row["kpi"]: row["size"] for row in rows}


def _require_possible(kpi: str, total: int, most: int) -> None:
    """Raises UsageError where the KPI's numerator can never be that many."""
    if 0 <= total <= most:
        return
    unit = Text("条任务", "tasks") if kpi == COMPLETION else Text("户", "lines")
    kind = Text("上限", "ceiling") if kpi == CHURN else Text("目标", "target")
    raise UsageError(
        "target.total",
        Text(
            f"“{KPI_NAMES[kpi].zh}”的总{kind.zh} {total} 不可能：全部只有 {most:,} {unit.zh}",
            f"a {kind.en} of {total} cannot be: “{KPI_NAMES[kpi].en}” has {most:,} {unit.en} in all",
        ),
        Text(f"给出 0 到 {most} 之间的整数", f"give a whole number from 0 to {most}"),
    )
