"""The commands that the README shows on IBM's sample operator, as a stranger types them, in both languages."""

import csv
import gzip
import json
from collections import Counter
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner

from weixi.cli.app import house
from weixi.engine import Store, open_engine
from weixi.flow.book import IDENTITY, SUBSCRIBER_MONTH
from weixi.flow.extract import sample_file
from weixi.kernel.period import Month

# Who is held out depends on the operator's secret key; the figures below are this one's.
KEY = "5e" * 32
# A two-year customer at US$110.50 a month whose term ends on 1 March 2026.
CUSTOMER = "1165"


class Shell:
    """One home, and the command in it."""

    def __init__(self, home: Path) -> None:
        self.home = home

    def __call__(self, *arguments: str, lang: str = "zh", code: int = 0) -> str:
        done = CliRunner().invoke(house, ["--home", str(self.home), "--lang", lang, *arguments])
        assert done.exit_code == code, done.output
        return done.output

    def plain(self, *arguments: str) -> Any:
        return json.loads(self(*arguments, "--json"))


@pytest.fixture(scope="module")
def weixi(tmp_path_factory: pytest.TempPathFactory) -> Shell:
    """The sample imported and both months run."""
    home = tmp_path_factory.mktemp("ibm") / "home"
    home.mkdir()
    (home / "secret.key").write_text(KEY)
    shell = Shell(home)
    said = shell("import", "sample:ibm_telco")
    assert said.count("7,043 │ 7,043 │    0 │        0 │ r1") == 2
    assert "币种：USD。方案中的“元”一律按 US$ 计" in said
    assert "前提：一年、两年合约自入网起算，每满一期自动续一期" in said
    for month in ("2025-12", "2026-01"):
        assert f"{month} 运行结果" in shell("run", "--month", month)
    return shell


@pytest.fixture
def store(weixi: Shell) -> Iterator[Store]:
    found = Store(weixi.home, open_engine("duckdb", scratch=weixi.home / "scratch"))
    yield found
    found.engine.close()


def test_rows_that_equal_another_stay_customers_of_their_own(weixi: Shell, store: Store) -> None:
    rows = gzip.decompress(sample_file("ibm_telco").read_bytes()).decode().splitlines()[1:]
    assert (len(rows), len(rows) - len(set(rows))) == (7_043, 22)
    known = store.rows(
        """SELECT CAST(count(*) AS BIGINT) AS lines, CAST(count(DISTINCT subscriber_id) AS BIGINT) AS ids,
  CAST(count(DISTINCT source_key) AS BIGINT) AS keys FROM identity""",
        inputs={"identity": store.partitions(IDENTITY)},
    )
    assert known == [{"lines": 7_043, "ids": 7_043, "keys": 7_043}]


def test_contracts_renew_at_each_anniversary_of_joining(store: Store) -> None:
    """Recomputed from the file: the term that runs in December, and in January that of those who stayed."""
    file = gzip.decompress(sample_file("ibm_telco").read_bytes()).decode().splitlines()
    found = store.rows(
        """SELECT i.source_key, l.month, l.contract_kind, l.contract_start_date, l.contract_end_date
FROM line AS l JOIN identity AS i ON i.subscriber_id = l.subscriber_id""",
        inputs={
            "line": store.partitions(SUBSCRIBER_MONTH),
            "identity": store.require(IDENTITY, month=202512),
        },
    )
    ours = {(int(row["source_key"].split(":")[1]), row["month"]): tuple(row.values())[2:] for row in found}
    theirs = {}
    for place, row in enumerate(csv.DictReader(file), start=2):
        term = {"Month-to-month": 0, "One year": 12, "Two year": 24}[row["contract"]]
        for month, since in ((Month.of(2025, 12), 0), (Month.of(2026, 1), 1)):
            gone = month.number == 202601 and row["churn"] == "Yes"
            months = int(row["tenure"]) + since
            begun = month.plus(-(months % term)) if term and not gone else None
            theirs[place, month.number] = (
                "PLAN_COMMITMENT" if term else "NONE",
                begun and begun.first,
                begun and begun.plus(term).first,
            )
    assert len(theirs) == 2 * 7_043
    assert ours == theirs
    soon = Counter(end for (_, month), (_, _, end) in theirs.items() if month == 202512)
    assert [soon[date(2026, k, 1)] for k in (1, 2, 3)] == [306, 250, 198]


def test_the_same_import_again_changes_nothing(weixi: Shell) -> None:
    feeds = weixi.plain("import", "sample:ibm_telco")["feeds"]
    assert [(f["month"], f["input"], f["accepted"], f["is_changed"], f["revision"]) for f in feeds] == [
        ("2025-12", 7_043, 7_043, False, 1),
        ("2026-01", 7_043, 7_043, False, 1),
    ]


@pytest.mark.req("K4")
def test_churn_is_that_of_the_file_and_what_has_no_input_says_what_is_missing(weixi: Shell) -> None:
    report = weixi.plain("kpi", "--month", "2026-01")
    scores = {score["kpi"]: score for score in report["scorecard"]}
    churn = scores["churn_rate"]
    assert (churn["numerator"], churn["denominator"], churn["light"]) == (1_869, 7_043, "RED")
    retention = scores["dynamic_retention_rate"]
    # Nothing of the plan needs suspect_level to know who is high.
    assert (retention["numerator"], retention["denominator"]) == (1_767, 2_676)
    assert report["suspects_known"] is False
    said = weixi("kpi")
    assert "26.54 %" in said
    assert "66.03 %" in said
    assert "没有剔除任何人" in said
    assert "US$169,530.65" in said
    for calibre in ("handled", "contacted", "cured_without_contact"):
        row = next(line for line in said.splitlines() if f"warning_task_completion_rate.{calibre}@1" in line)
        assert "不可算（缺 fact (2026-01)）" in row
    before = weixi("kpi", "--month", "2025-12")
    assert "不可算（缺 cohort.network (2024-12)）" in before
    assert "不可算（缺 plan (2025-12)）" in before


def test_completion_counts_the_warnings_that_could_be_computed_and_lists_the_others(weixi: Shell) -> None:
    report = weixi.plain("kpi", "--month", "2026-01")
    verified = next(score for score in report["scorecard"] if score["kpi"] == "warning_task_completion_rate")
    assert 250 < verified["denominator"] <= 301
    assert 0 < verified["numerator"] < verified["denominator"]
    assert len(report["left_out_warnings"]) == 10
    assert report["left_out_warnings"]["prepaid_balance_running_out"] == ["balance_fen"]
    assert report["left_out_warnings"]["port_out_query"] == ["event"]
    assert "contract_expiring" not in report["left_out_warnings"]
    said = weixi("kpi", lang="en")
    assert "warnings left out, for lack of data: port-out query (missing: event); " in said


def test_the_plan_is_told_in_the_operators_money(weixi: Shell) -> None:
    summary = weixi.plain("plan", "show", "--month", "2026-01")["summary"]
    assert (summary["task_count"], summary["line_count"]) == (754, 754)
    assert [group["code"] for group in summary["by_kind"]] == ["contract_expiring"]
    assert {group["code"] for group in summary["by_offer"] if group["code"]} == {
        "recontract_key",
        "prepay_bonus",
        "tariff_follow",
    }
    assert summary["origin"]["currency"] == "USD"
    said = weixi("plan", "show", "--month", "2026-01", "--out")
    assert "US$200,000" in said
    assert "¥" not in said
    listed = (weixi.home / "out" / "plan-2026-01.csv").read_text(encoding="utf-8-sig")
    assert "优惠成本（USD）" in listed.splitlines()[0]
    assert len(listed.splitlines()) == 1 + summary["contact_count"]


def test_one_customer_is_explained_in_chinese_and_in_english(weixi: Shell) -> None:
    told = weixi("plan", "explain", CUSTOMER)
    for words in (
        "用户 1165，2026-02 计划：有维系任务",
        "命中预警“合约即将到期（非租机）”（高），2026年2月1日联系",
        "分级 重要客户  分档 80–120 元  分期 到期前",
        "· 合约 2026年3月1日 到期，还有 29 天",
        "IBM Telco，渠道：电话",
        "为什么是这一天：预计 2026年3月1日 发生，应提前 30 天联系，时间已到，计划首日即联系",
        "完成标准：已续约，仍在网（2026-02-01 起，2026-03-03 前，以数据核验）",
        "值不值：涉险收入近三月 US$221",
        "优惠成本 US$200，约 3 个月的收入",
        "✗ 捆绑 24 个月，当天办理到 2028 年 2 月止",
        "无法判断，不办：数据缺少 handset_month_count",
        "资费跟进面向 ARPU 80 元以下的大众用户",
        "另有 10 种预警因数据缺列而不可算",
        "币种：USD。方案中的“元”一律按 US$ 计，不作汇率换算（80 元即 US$80）",
        "仍在网而过了到期日即视为已续约",
    ):
        assert words in told
    chosen = [line for line in told.splitlines() if "✓" in line]
    assert len(chosen) == 1
    assert "二次捆绑：重点客户续约 24 个月" in chosen[0]
    assert "可办优惠中排序最前，预算足够" in chosen[0]
    assert "¥" not in told
    english = weixi("plan", "explain", CUSTOMER, lang="en")
    for words in (
        "subscriber 1165, plan of 2026-02: has a retention task",
        "the contract ends on 2026-03-01, in 29 days",
        "revenue at risk US$221",
        "the offer costs US$200, about 3 months of that",
        "not known, so not offered: the data lacks handset_month_count",
        "The playbook's yuan are taken as US$ one for one (80 yuan: US$80)",
        "renew at each anniversary",
    ):
        assert words in english


def test_every_seal_holds(weixi: Shell) -> None:
    assert "发现问题 0 处" in weixi("verify")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["import", "nowhere.csv", "--mapping", "ibm_telco"], 2, "[extract.path] 没有 nowhere.csv"),
        (
            ["import", "sample:ibm_telco", "--mapping", "simulated"],
            2,
            "映射中的文件名：subscriber_*, event_*, org_*",
        ),
        (["import", "sample:ibm_telco", "--month", "2024-05"], 1, "账期是 2025-12、2026-01"),
        (["run", "--month", "2026-02"], 1, "先用 weixi import 导入该月；已有的月份：2025-12、2026-01"),
        (["run", "--playbook", "work_pln"], 2, "是否想写：work_plan"),
        (
            ["report", "--month", "2026-02"],
            1,
            "先运行 weixi run --month 2026-02；已有的月份：2025-12、2026-01",
        ),
        (["kpi", "--month", "2026-02"], 1, "先运行 weixi run --month 2026-02；已有的月份：2025-12、2026-01"),
        (["kpi", "--card", "churn_rate.grss"], 2, "可选：churn_rate.gross@1"),
        (["plan", "show", "--month", "2026-05"], 1, "它由 weixi run --month 2026-04 产生"),
        (["plan", "show", "--unit", "IBN"], 2, "组织树中没有节点“IBN”\n  处理办法：例如：IBM"),
        (["plan", "explain", "9999999"], 2, "2026-01 的账册里没有用户“9999999”"),
        (["plan", "explain", CUSTOMER, "--playbook", "care_scheme"], 1, "的计划不是按这份方案做的"),
        (["plan", "explain", CUSTOMER, "--month", "2027-01"], 1, "它由 weixi run --month 2026-12 产生"),
        (["kpi", "--explain", "churn_rate.gross", "churn_rate.net", "--node", "X"], 2, "没有节点“X”"),
        (["kip"], 2, "没有命令“kip”\n  处理办法：可用：kpi"),
        (["kpi", "--nope"], 2, "[usage] 用法有误："),
    ],
)
def test_a_wrong_call_says_what_is_wrong_and_what_to_do(
    weixi: Shell, arguments: list[str], code: int, said: str
) -> None:
    told = weixi(*arguments, code=code)
    assert said in told
    assert "处理办法：" in told
    assert "Traceback" not in told


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["run"], "账册里还没有任何月份"),
        (["run", "--month", "2025-12"], "先用 weixi import 导入该月；已有的月份：无"),
        (["kpi"], "还没有任何月份的指标\n  处理办法：先运行 weixi run"),
        (["plan", "show"], "还没有任何计划\n  处理办法：先运行 weixi run"),
    ],
)
def test_a_step_out_of_turn_names_the_one_before(tmp_path: Path, arguments: list[str], said: str) -> None:
    told = Shell(tmp_path / "new")(*arguments, code=1)
    assert said in told


def test_a_fault_in_a_playbook_is_shown_at_its_line(weixi: Shell, tmp_path: Path) -> None:
    mine = tmp_path / "mine.toml"
    mine.write_text(
        '[playbook]\nname = "mine"\nversion = "1"\ntitle = {zh = "我的", en = "mine"}\n'
        'builds_on = ["work_plan"]\n\n'
        '[[silence]]\ncode = "mine"\ntext = {zh = "我", en = "me"}\nwhen = "arears_fen > 0"\n'
        'source = {document = "default", quote = "我"}\n'
    )
    told = weixi("run", "--month", "2025-12", "--playbook", str(mine), code=1)
    assert f"{mine}:10: “when”：没有列 arears_fen" in told
    assert "是否想写：arrears_fen" in told


def test_a_closed_month_takes_other_data_only_with_a_reason(tmp_path: Path) -> None:
    shell = Shell(tmp_path / "home")
    lines = gzip.decompress(sample_file("ibm_telco").read_bytes()).decode().splitlines()[:201]
    whole, short = tmp_path / "wa_churn_a.csv", tmp_path / "wa_churn_b.csv"
    whole.write_text("\n".join(lines) + "\n")
    short.write_text("\n".join(lines[:-1]) + "\n")
    shell("import", str(whole), "--mapping", "ibm_telco", "--month", "2025-12")
    shell("run", "--month", "2025-12")
    refused = shell("import", str(short), "--mapping", "ibm_telco", "--month", "2025-12", code=1)
    assert "2025-12 已关账，而这份数据与账册不同" in refused
    assert '--restate "原因"' in refused
    again = shell("import", str(whole), "--mapping", "ibm_telco", "--month", "2025-12")
    assert "r1（未变）" in again
    restated = shell(
        "import", str(short), "--mapping", "ibm_telco", "--month", "2025-12", "--restate", "漏报更正"
    )
    assert "│ r2" in restated


def test_the_report_of_a_small_extract_says_what_it_cannot_say(weixi: Shell, tmp_path: Path) -> None:
    said = weixi.plain("report", "--out", str(tmp_path / "report.html"))
    page = (tmp_path / "report.html").read_text(encoding="utf-8")
    assert (said["month"], said["bytes"]) == ("2026-01", len(page.encode()))
    assert "币种：USD" in page
    assert "前提：一年、两年合约自入网起算" in page
    assert "不可算（缺" in page
    assert "没有剔除任何人" in page
    assert "上月没有运行" not in page
    assert "report-2025-12.html" in weixi("report", "--month", "2025-12")
