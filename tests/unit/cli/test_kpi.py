"""`weixi kpi` as a county manager calls it: explain, list, appeal, and what wrong input is answered."""

import csv
import json
from collections.abc import Callable, Iterator
from datetime import date
from pathlib import Path

import pytest
from click.testing import CliRunner

from handmade.tables import Node, put, put_tree
from weixi.cli.app import house
from weixi.engine import Engine, Store
from weixi.flow.assessment import assess
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.cohort import build_assignment, freeze
from weixi.kernel.period import Month
from weixi.playbook import Playbook

BASE, JANUARY = Month.of(2024, 12), Month.of(2025, 1)
Run = Callable[..., tuple[int, str]]


@pytest.fixture(scope="module")
def assessed(duckdb: Engine, work_plan: Playbook, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten lines of S0 in two counties; in January one has left, one has fallen, one is new and high."""
    home = tmp_path_factory.mktemp("kpi")
    store = Store(home, duckdb)
    put_tree(
        store,
        BASE.number,
        [
            Node("P", None, "PROVINCE"),
            Node("A", "P", "COUNTY"),
            Node("B", "P", "COUNTY"),
            Node("A1", "A", "UNIT"),
            Node("B1", "B", "UNIT"),
        ],
    )
    base = {k: {"bill_fen": 9000, "unit_code": "A1" if k < 6 else "B1"} for k in range(1, 11)}
    january = {
        **base,
        1: {"service_status": "EXITED", "exit_type": "CANCELLED", "bill_fen": 0, "unit_code": "A1"},
        2: {"bill_fen": 6000, "unit_code": "A1"},
        11: {"bill_fen": 9000, "unit_code": "B1", "open_date": date(2024, 12, 31)},
        12: {"bill_fen": 9000, "unit_code": "B1", "open_date": date(2025, 1, 1)},
    }
    for month, rows in ((BASE, base), (JANUARY, january)):
        lines = [{"subscriber_id": k, "payment_type": "PREPAID", **row} for k, row in rows.items()]
        put(store, SUBSCRIBER_MONTH, lines, month=month.number)
    number = {k: f"130{k:08d}" for k in january}
    known = [
        {"subscriber_id": k, "source_key": f"u{k}", "msisdn": n, "name": "王小明"} for k, n in number.items()
    ]
    put(store, IDENTITY, known, month=BASE.number)
    freeze(store, work_plan, BASE)
    build_assignment(store, work_plan, JANUARY)
    assess(store, work_plan, JANUARY)
    return home


@pytest.fixture
def run(assessed: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    monkeypatch.delenv("WEIXI_LANG", raising=False)

    def call(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(house, ["--home", str(assessed), "kpi", *arguments], prog_name="weixi")
        return done.exit_code, done.output

    return call


def test_a_difference_is_told_in_words_and_written_to_a_file_that_sums(run: Run, tmp_path: Path) -> None:
    out = tmp_path / "list.csv"
    code, said = run("--explain", "existing", "static_in_service", "--out", str(out))
    assert code == 0, said
    assert "从 B 到 A" in said
    assert "拍照用户 S0" in said
    with out.open(encoding="utf-8-sig", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["号码（脱敏）"] for row in rows} == {f"130****{k:04d}" for k in [*range(1, 12)]}
    assert "王" not in out.read_text(encoding="utf-8-sig")
    plain = json.loads(run("--explain", "existing", "static_in_service", "--json")[1])
    assert plain["difference_exact"] == "0"
    assert sum(int(row["贡献（份）"]) for row in rows) == 0


def test_misses_edge_cases_and_the_cards(run: Run) -> None:
    code, said = run("--misses", "动态保有率")
    assert code == 0, said
    assert "离网：申销" in said
    assert "降档" in said
    code, said = run("--near", "保有率", "--within", "20%")
    assert code == 0, said
    assert "差 1 户达 100.00 %" in said
    code, said = run("--card", "churn_rate.gross")
    assert code == 0
    assert "in_base AND NOT is_in_service" in said
    assert "适用于所有月份" in said
    assert len(json.loads(run("--card", "--json")[1])) > 40


@pytest.mark.req("K1")
def test_the_scorecard_prints_with_weight_target_value_gap_and_rank(run: Run) -> None:
    code, said = run("--month", "2025-01", "--by", "county")
    assert code == 0, said
    for heading in ("权重 33 %", "目标", "较目标", "上月", "去年同期", "名次"):
        assert heading in said
    assert "封存值" in said


@pytest.mark.req("X10", "X11")
def test_an_official_value_and_an_appeal_stand_beside_ours(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "official.csv"
    sheet.write_text("kpi,node,value\n动态保有率,P,98%\n动态保有率,A,90%\n", encoding="gb18030")
    code, said = run("official", str(sheet), "--actor", "bi")
    assert code == 0, said
    code, said = run("reconcile", "动态保有率")
    assert code == 0, said
    assert "98.00 %" in said
    code, said = run("appeal", "key:u1", "--node", "A", "--evidence", "工单 1", "--actor", "a")
    assert code == 0, said
    assert run("decide", "2025-01#1", "--why", "x")[0] == 2
    code, said = run("decide", "2025-01#1", "--accept", "--why", "属实", "--actor", "p")
    assert code == 0, said
    assert "封存 9/10 = 90.00 %" in said
    assert "更正后 9/9 = 100.00 %" in said
    assert "更正后" in run("--month", "2025-01")[1]
    assert "全部一致" in run("recompute")[1]


@pytest.mark.parametrize(
    ("arguments", "code"),
    [
        (["nonsense"], "usage"),
        (["--explain", "existing", "existing"], "explain.same"),
        (["--explain", "existing", "verified"], "explain.grain"),
        (["--explain", "existing", "with_new", "--out", "/nowhere/x.csv"], "kpi.out"),
        (["--misses", "rate"], "kpi.unknown"),
        (["--near", "churn", "--within", "500%"], "near.within"),
        (["official", "--value", "1", "--kpi", "churn"], "official.which"),
        (["audit", "--check", "x"], "audit.check"),
        (["decide", "one", "--accept", "--why", "x"], "appeal.case"),
    ],
)
def test_wrong_input_is_told_what_to_do(run: Run, arguments: list[str], code: str) -> None:
    exit_code, said = run(*arguments)
    assert exit_code == 2, said
    assert f"[{code}]" in said
    assert "处理办法" in said


def test_a_sheet_names_the_line_at_fault(run: Run, tmp_path: Path) -> None:
    sheet = tmp_path / "official.csv"
    sheet.write_text("kpi,node,value\n动态保有率,P,98%\n动态保有率,A,九成\n", encoding="utf-8")
    code, said = run("official", str(sheet))
    assert code == 2
    assert f"{sheet}:3" in said
