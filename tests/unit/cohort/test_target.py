"""Targets in whole numbers: every node's figure is the sum of its children's."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

import pytest

from weixi.dialect.types import ColumnType as T
from weixi.engine import Column, Partition, Store, Table
from weixi.flow.cohort import TARGET, build_assignment, build_target, freeze, rate_to_date, target_gaps
from weixi.kernel.errors import DataError
from weixi.kernel.language import Text
from weixi.kernel.period import Month
from weixi.playbook import KpiTarget, Playbook, Source

DECEMBER, JUNE = Month.of(2024, 12), Month.of(2025, 6)
TREE = (
    ("C", None, "CITY", None),
    ("D1", "C", "COUNTY", None),
    ("D2", "C", "COUNTY", None),
    ("U1", "D1", "UNIT", None),
    ("U2", "D2", "UNIT", None),
    ("U3", "D2", "UNIT", None),
    ("a", "U1", "OWNER", 40),
    ("b", "U1", "OWNER", 30),
    ("c", "U2", "OWNER", None),
)
TASK = Table(
    "task",
    "one planned task, as far as a target looks at it",
    ("month",),
    ("subscriber_id",),
    (
        Column("subscriber_id", T.BIGINT, "line", required=True),
        Column("unit_code", T.VARCHAR, "care unit"),
        Column("owner_code", T.VARCHAR, "owner"),
        Column("is_assessed", T.BOOLEAN, "assessed", required=True),
        Column("is_holdout", T.BOOLEAN, "hold-out", required=True),
        Column("withdrawn_rule", T.VARCHAR, "silence"),
    ),
)
Write = Callable[..., None]


@pytest.fixture
def june(store: Store, plan: Playbook, tree: Write, book: Write) -> None:
    """200 members in December: 100 in U1 (70 owned, 30 in its pool), 63 with c, 37 in U3; 80 of them high."""
    tree(*TREE)
    homes = ["U1"] * 100 + ["U2"] * 63 + ["U3"] * 37
    lines = [
        {
            "subscriber_id": n,
            "home_unit_code": unit,
            "complete_months": 3,
            "revenue_3m_fen": 30000 if n % 5 < 2 else 100,
        }
        for n, unit in enumerate(homes, start=1)
    ]
    book(*lines)
    book(*lines, month=JUNE)
    freeze(store, plan, DECEMBER)
    build_assignment(store, plan, JUNE)


def _sheet(store: Store, target: Partition) -> dict[str, dict[str, tuple[int, int]]]:
    found = store.rows("SELECT kpi, node_code, size, target_count FROM target", inputs={"target": target})
    sheet: dict[str, dict[str, tuple[int, int]]] = {}
    for row in found:
        sheet.setdefault(row["kpi"], {})[row["node_code"]] = (row["size"], row["target_count"])
    return sheet


@pytest.mark.req("P12")
@pytest.mark.usefixtures("june")
def test_every_nodes_target_is_the_sum_of_its_children(store: Store, plan: Playbook) -> None:
    (target,) = build_target(store, plan, JUNE)
    sheet = _sheet(store, target)
    assert sheet["dynamic_retention_rate"]["C"] == (80, 80)
    churn = sheet["churn_rate"]
    assert churn["C"] == (200, 7)  # 7.5 % a year is 3.75 % by June: 7.5 leavers, rounded down
    assert (churn["D1"], churn["D2"]) == ((100, 4), (100, 3))  # equal remainders: the smaller code first
    assert (churn["a"], churn["b"], churn["U1:pool"]) == ((40, 2), (30, 1), (30, 1))
    assert churn["U1"][1] == churn["a"][1] + churn["b"][1] + churn["U1:pool"][1]
    assert (churn["U2"], churn["c"], churn["U3"]) == ((63, 2), (63, 2), (37, 1))
    assert target_gaps(store, JUNE) == []
    assert target.key == {"month": 202506, "version": 1}


@pytest.mark.usefixtures("june")
def test_a_floor_rounds_up_and_counts_only_what_is_assessed(
    store: Store, plan: Playbook, put: Callable[..., Partition]
) -> None:
    task = {"is_assessed": True, "is_holdout": False}
    tasks = [
        *({"subscriber_id": n, **task} for n in range(1, 12)),
        {"subscriber_id": 20, **task, "is_holdout": True},
        {"subscriber_id": 21, **task, "withdrawn_rule": "port_out_application"},
        {"subscriber_id": 22, **task, "is_assessed": False},
        {"subscriber_id": 999, **task, "owner_code": "c", "unit_code": "U2"},  # a line that this month lacks
    ]
    (target,) = build_target(store, plan, JUNE, put(TASK, tasks, month=JUNE.number))
    sheet = _sheet(store, target)["warning_task_completion_rate"]
    assert sheet["C"] == (12, 5)  # 35 % of 12 is 4.2
    assert sheet["c"][0] == 1
    assert target.manifest.note["left_out"] == []


@pytest.mark.usefixtures("june")
def test_base_and_result_move_together_when_a_line_changes_hands(
    store: Store, plan: Playbook, book: Write
) -> None:
    july = Month.of(2025, 7)
    book(*({"subscriber_id": n, "owner_code": "c"} for n in range(1, 201)), month=july)
    build_assignment(store, plan, july)
    sheet = _sheet(store, build_target(store, plan, july)[0])
    assert sheet["dynamic_retention_rate"]["c"] == (80, 80)
    assert sheet["dynamic_retention_rate"]["D1"] == (0, 0)


@pytest.mark.usefixtures("june")
def test_a_kpi_without_its_base_has_no_target_and_says_so(store: Store, plan: Playbook) -> None:
    (target,) = build_target(store, plan, JUNE)
    assert target.manifest.note["left_out"] == ["warning_task_completion_rate"]
    only_warnings = replace(plan, kpis=plan.kpis[:1])
    (empty,) = build_target(store, only_warnings, JUNE)
    assert empty.manifest.rows == 0


def test_targets_need_the_assignment(store: Store, plan: Playbook, tree: Write) -> None:
    tree(*TREE)
    with pytest.raises(DataError, match=r"store\.missing"):
        build_target(store, plan, JUNE)


def _kpi(rate: str, period: str | None) -> KpiTarget:
    return KpiTarget("k", "k@1", Text("", ""), Decimal(rate), "AT_MOST", period, Source("", 0, ""))


def test_a_ceiling_is_pro_rated_by_the_months_since_december() -> None:
    assert rate_to_date(_kpi("0.075", "YEAR"), JUNE) == Fraction("0.0375")
    assert rate_to_date(_kpi("0.075", "YEAR"), Month.containing(date(2025, 12, 31))) == Fraction("0.075")
    assert rate_to_date(_kpi("0.075", "QUARTER"), Month.of(2025, 1)) == Fraction("0.025")
    assert rate_to_date(_kpi("0.075", "QUARTER"), JUNE) == Fraction("0.15")
    assert rate_to_date(_kpi("0.35", None), JUNE) == Fraction("0.35")


@pytest.mark.req("P12")
@pytest.mark.usefixtures("june")
def test_a_sheet_that_does_not_reconcile_is_named(
    store: Store, plan: Playbook, put: Callable[..., Partition]
) -> None:
    rows = [
        {"kpi": "k", "node_code": "C", "parent_code": None, "size": 9, "target_count": 9},
        {"kpi": "k", "node_code": "D", "parent_code": "C", "size": 8, "target_count": 8},
    ]
    put(TARGET, rows, month=JUNE.number, version=2)
    (gap,) = target_gaps(store, JUNE, version=2)
    assert (gap.node_code, gap.target_count, gap.children_count) == ("C", 9, 8)
