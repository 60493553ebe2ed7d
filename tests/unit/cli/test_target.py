"""`weixi target` as a manager calls it: issue, show, sign, count the tree, and what wrong input is answered."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from handmade.tables import Node, put, put_tree
from weixi.cli.app import house
from weixi.engine import Engine, Store
from weixi.flow.assessment import assess
from weixi.flow.book import SUBSCRIBER_MONTH
from weixi.flow.cohort import build_assignment, build_target, freeze
from weixi.kernel.period import Month
from weixi.playbook import Playbook

DECEMBER, JANUARY = Month.of(2024, 12), Month.of(2025, 1)
ISSUE = ("issue", "--month", "2025-01", "--split", "size")
Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def home(duckdb: Engine, work_plan: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Thirty high lines in two units, assessed in January with the run's own targets."""
    made = tmp_path_factory.mktemp("target")
    store = Store(made, duckdb)
    nodes = [("P", None, "PROVINCE"), ("A", "P", "COUNTY"), ("A1", "A", "UNIT"), ("A2", "A", "UNIT")]
    put_tree(store, DECEMBER.number, [Node(*node) for node in nodes])
    lines = [
        {
            "subscriber_id": k,
            "payment_type": "PREPAID",
            "bill_fen": 9000,
            "unit_code": "A1" if k < 21 else "A2",
        }
        for k in range(1, 31)
    ]
    for month in (DECEMBER, JANUARY):
        put(store, SUBSCRIBER_MONTH, lines, month=month.number)
    freeze(store, work_plan, DECEMBER)
    build_assignment(store, work_plan, JANUARY)
    build_target(store, work_plan, JANUARY)
    assess(store, work_plan, JANUARY)
    return made


@pytest.fixture
def weixi(home: Path) -> Run:
    """Runs `weixi target …` there: (exit code, output)."""

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(house, ["--home", str(home), "target", *arguments])
        return done.exit_code, done.output

    return run


@pytest.mark.req("P12")
def test_a_manager_issues_shows_and_a_county_signs(weixi: Run) -> None:
    code, said = weixi(*ISSUE, "--total", "churn_rate=3", "--what-if", "--by", "unit")
    assert code == 0, said
    assert "试算，没有写入任何数据" in said
    code, said = weixi("show", "--month", "2025-01")
    assert (code, "第 1 版：月度运行自动生成" in said) == (0, True)
    code, said = weixi(*ISSUE, "--total", "churn_rate=3", "--reason", "一季度加压", "--actor", "王经理")
    assert code == 0, said
    assert "0 处不符" in said
    assert weixi("acknowledge", "--node", "A", "--actor", "李主任")[0] == 0
    code, said = weixi("show", "--json")
    sheet = json.loads(said)
    counts = {r["node_code"]: r["target_count"] for r in sheet["rows"] if r["kpi"] == "churn_rate"}
    assert counts == {"P": 3, "A": 3, "A1": 2, "A2": 1}
    assert sheet["version"]["acknowledged"]["A"]["actor"] == "李主任"
    code, said = weixi("versions")
    assert (code, "一季度加压" in said, "考核表用第 2 版" in said) == (0, True, True)
    assert "李主任" in weixi("show")[1]


@pytest.mark.req("P10")
def test_the_tree_is_counted_without_orphans_or_duplicates(weixi: Run) -> None:
    code, said = weixi("tree")
    assert code == 0, said
    assert "账册 30 条线路，已分解 30；无人负责 0，重复 0；4 个节点中合计不符 0" in said
    found = json.loads(weixi("tree", "--cohort", "arpu80", "--json")[1])
    assert {n["node_code"]: n["line_count"] for n in found["nodes"]} == {"P": 30, "A": 30, "A1": 20, "A2": 10}


@pytest.mark.parametrize(
    ("call", "code", "said"),
    [
        (ISSUE, 2, "没有写明理由"),
        ((*ISSUE, "--reason", "r", "--rate", "churn_rate=98"), 2, "写成 0.98 或 98%"),
        ((*ISSUE, "--reason", "r", "--rate", "churn=0.1"), 2, "看不懂或重复"),
        ((*ISSUE, "--reason", "r", "--total", "churn_rate=1.5"), 2, "不是整数"),
        ((*ISSUE, "--reason", "r", "--total", "churn_rate=31"), 2, "全部只有 30 户"),
        (("issue", "--month", "2025-01", "--split", "x", "--reason", "r"), 2, "没有分解方式"),
        (("issue", "--month", "2025-01", "--split", "difficulty", "--reason", "r"), 1, "label 2024-11"),
        (("show", "--month", "2025-01", "--version", "9"), 1, "没有第 9 版"),
        (("acknowledge", "--node", "Z", "--actor", "x"), 2, "没有节点"),
    ],
)
def test_wrong_input_is_answered(weixi: Run, call: tuple[str, ...], code: int, said: str) -> None:
    done = weixi(*call)
    assert done[0] == code, done[1]
    assert said in done[1]
