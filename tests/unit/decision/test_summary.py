"""A plan in figures, and the list of tasks that leaves the house."""

import csv
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from weixi.engine import Store
from weixi.flow.decision import build_plan, summarise, write_task_list
from weixi.kernel.errors import DataError
from weixi.kernel.language import Language
from weixi.kernel.period import Month
from weixi.playbook import HoldoutRule, Playbook

MAY, JUNE = Month.of(2025, 5), Month.of(2025, 6)
Planned = Callable[..., None]
ELSEWHERE = {"unit_code": "U2", "owner_code": None, "node_code": "U2"}


@pytest.fixture
def mixed(playbook: Playbook, planned: Planned) -> Playbook:
    """Four households of Q1, one of them silenced and one held out, and one of Q2."""
    held = replace(playbook, holdouts=(HoldoutRule("rural", "cluster = 'RURAL'", Decimal(1)),))
    planned(
        held,
        {"subscriber_id": 1, "household_id": 1},
        {"subscriber_id": 2, "household_id": 1, "contract_end_date": None, "balance_fen": 5},
        {"subscriber_id": 3, "cluster": "RURAL"},
        {"subscriber_id": 4, "port_out_application_date": date(2025, 5, 9)},
        {"subscriber_id": 5, "contract_end_date": None, "balance_fen": -150, "revenue_3m_fen": 900},
        {"subscriber_id": 6, **ELSEWHERE},
    )
    return held


def test_the_figures_sum_to_the_plan(store: Store, mixed: Playbook) -> None:
    found = summarise(store, mixed, JUNE)
    assert (found.task_count, found.line_count) == (5, 6)
    assert (found.contact_count, found.holdout_count, found.withdrawn_count) == (3, 1, 1)
    assert found.assessed_count == 4
    for groups in (found.by_kind, found.by_level, found.by_county, found.by_offer):
        assert sum(group.task_count for group in groups) == found.task_count
        assert sum(group.contact_count for group in groups) == found.contact_count
        assert sum(group.cost_fen for group in groups) == found.cost_fen
    assert [(g.text.zh, g.task_count) for g in found.by_county] == [("节点Q1", 4), ("节点Q2", 1)]
    assert [(p.code, p.used_fen, p.task_count) for p in found.pools] == [
        ("devices", 2000, 2),
        ("gifts", 1000, 1),
    ]


def test_one_node_of_the_tree_has_its_own_figures(store: Store, mixed: Playbook) -> None:
    assert summarise(store, mixed, JUNE, "Q1").task_count == 4
    assert summarise(store, mixed, JUNE, "U2").task_count == 1
    assert summarise(store, mixed, JUNE, "O1").task_count == 4
    assert summarise(store, mixed, JUNE, "P").task_count == 5


@pytest.mark.req("P11")
def test_the_list_names_those_to_be_contacted_and_nobody_else(
    store: Store, mixed: Playbook, tmp_path: Path
) -> None:
    path = tmp_path / "out" / "plan.csv"
    assert write_task_list(store, mixed, JUNE, path, Language.ZH) == 3
    raw = path.read_bytes()
    assert raw.startswith("\ufeff任务编号".encode())
    with path.open(encoding="utf-8-sig", newline="") as stream:
        rows = {row["用户编号"]: row for row in csv.DictReader(stream)}
    assert set(rows) == {"1", "5", "6"}
    assert rows["1"]["同户线路数"] == "2"
    assert (rows["1"]["运营商用户编码"], rows["1"]["号码（脱敏）"]) == ("USER0001", "130****0001")
    assert "13000000001" not in raw.decode()
    assert rows["1"]["县分"] == "节点Q1"
    assert rows["1"]["优惠成本（元）"] == "10.00"
    assert rows["5"]["原因一"] == "low_balance 余额 -¥1.50"
    assert rows["6"]["责任人"] == ""
    assert list(path.parent.iterdir()) == [path]


def test_the_list_of_one_node_and_in_english(store: Store, mixed: Playbook, tmp_path: Path) -> None:
    path = tmp_path / "plan.csv"
    assert write_task_list(store, mixed, JUNE, path, Language.EN, "Q2") == 1
    assert (
        path.read_text(encoding="utf-8-sig")
        .splitlines()[0]
        .startswith("task,subscriber,operator's key,number (masked),lines,county")
    )


@pytest.mark.parametrize("cell", ["=1+1", "+1-1", "@SUM(A1)", "-cmd"])
def test_a_cell_is_never_a_formula(
    store: Store, playbook: Playbook, planned: Planned, tmp_path: Path, cell: str
) -> None:
    first, *others = playbook.offers
    sly = replace(playbook, offers=(replace(first, billing_code=cell), *others))
    planned(sly, {"subscriber_id": 1})
    path = tmp_path / "plan.csv"
    write_task_list(store, sly, JUNE, path, Language.ZH)
    with path.open(encoding="utf-8-sig", newline="") as stream:
        (row,) = csv.DictReader(stream)
    assert row["受理编码"] == f"'{cell}"


def test_a_month_without_a_plan_is_an_error(store: Store, playbook: Playbook, planned: Planned) -> None:
    planned(playbook, {"subscriber_id": 1})
    with pytest.raises(DataError, match=r"plan\.no_month"):
        summarise(store, playbook, Month.of(2030, 1))
    with pytest.raises(DataError, match=r"store\.missing"):
        build_plan(store, playbook, Month.of(2030, 1))
